"""Exports as shops really have them: figures to the penny, or a stop, or a word; and every line of the file has its fate."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
from hypothesis import given, note
from hypothesis import strategies as st

from reportgen.cli.run import load_all
from reportgen.errors import ReportgenError
from reportgen.runs.inspection import Inspection, inspect_data
from tests.exports import make_shop
from tests.fuzz.common import fuzzing, new_folder

HEADINGS = ["Order no", "Date", "Customer", "SKU", "Product", "Quantity", "Unit price"]
CONFIG = (
    "source: {{path: '{name}'}}\nlocale: {locale}\ncurrency: GBP\ncolumns: {{order_id: Order no, customer_id: Customer,"
    " ordered_at: Date, quantity: Quantity, unit_price: Unit price, product_id: SKU, product_name: Product}}\n"
)
SHOP = make_shop()
DATES = {
    "iso": "%Y-%m-%d %H:%M",
    "iso with seconds": "%Y-%m-%dT%H:%M:%S",
    "days first": "%d.%m.%Y %H:%M",
    "slashes": "%d/%m/%Y",
    "months first": "%m/%d/%Y %H:%M",
    "names": "%d-%b-%Y",
    "compact": "%Y%m%d",
    "dots": "%Y-%m-%d %H.%M",
}


@dataclass
class Export:
    """An export on its way: rows of texts, and how they are written.

    Attributes
    ----------
    rows : list of list of str
        The cells of each line.
    told : bool
        Whether something was changed that has to be told, or stop the run.
    """

    rows: list[list[str]]
    headings: list[str] = field(default_factory=lambda: list(HEADINGS))
    separator: str = ","
    encoding: str = "utf-8"
    line_end: str = "\n"
    quoting: int = csv.QUOTE_MINIMAL
    above: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    kind: str = "csv"
    told: bool = False

    def write(self, folder: Path) -> tuple[str, int]:
        """Write the file; return its name, and the lines that must have a fate."""
        if self.kind == "xlsx":
            frame = pd.DataFrame(self.rows, columns=self.headings)
            for name in ("Quantity", "Unit price"):
                numbers = pd.to_numeric(frame[name], errors="coerce")
                frame[name] = numbers.where(numbers.notna(), frame[name])
            frame.to_excel(folder / "orders.xlsx", index=False)
            return "orders.xlsx", len(self.rows)
        if self.kind == "parquet" and len(set(self.headings)) == len(self.headings):  # it has no name twice
            pd.DataFrame(self.rows, columns=self.headings).to_parquet(folder / "orders.parquet")
            return "orders.parquet", len(self.rows)
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.separator, lineterminator="\n", quoting=self.quoting)  # type: ignore[arg-type]
        writer.writerow(self.headings)
        writer.writerows(self.rows)
        lines = [*self.above, *out.getvalue().splitlines(), *self.below]
        text = self.line_end.join([*lines, ""])
        (folder / "orders.csv").write_bytes(text.encode(self.encoding, "replace"))
        return "orders.csv", len(self.rows) + sum(bool(line.strip()) for line in self.below)


Change = Callable[[Export, random.Random], None]


def _column(export: Export, heading: str, change: Callable[[str], str]) -> None:
    at = export.headings.index(heading)
    for row in export.rows:
        row[at] = change(row[at])


def other_separator(export: Export, chance: random.Random) -> None:
    """Part columns by another mark."""
    export.separator = chance.choice(";\t|")


def other_encoding(export: Export, chance: random.Random) -> None:
    """Write in another encoding, with letters that tell it."""
    export.encoding = chance.choice(["utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
    _column(export, "Product", lambda text: text.replace("Mug", "Becher grün"))


def other_line_ends(export: Export, chance: random.Random) -> None:
    """End lines as other systems do."""
    export.line_end = chance.choice(["\r\n", "\r"])


def quoted(export: Export, chance: random.Random) -> None:
    """Put everything in quotation marks."""
    export.quoting = csv.QUOTE_ALL


def junk_above(export: Export, chance: random.Random) -> None:
    """Put titles above the table."""
    export.above += ["Sales report", "", "1 January 2025 to 31 December 2025"][: chance.randrange(1, 4)]


def junk_below(export: Export, chance: random.Random) -> None:
    """Put a total and a remark below the table: none of them is a line of a customer."""
    total = [""] * (len(export.headings) - 1) + ["12345.67"]
    export.below += [export.separator.join(total), "", "End of report"][: chance.randrange(1, 4)]


def shuffled(export: Export, chance: random.Random) -> None:
    """Put the lines, and the columns, in another order."""
    chance.shuffle(export.rows)
    order = chance.sample(range(len(export.headings)), len(export.headings))
    export.headings = [export.headings[n] for n in order]
    export.rows = [[row[n] for n in order] for row in export.rows]


def other_dates(export: Export, chance: random.Random) -> None:
    """Write dates another way."""
    form = DATES[chance.choice(sorted(DATES))]
    _column(export, "Date", lambda text: pd.Timestamp(text).strftime(form))


def decimal_comma(export: Export, chance: random.Random) -> None:
    """Write prices with a decimal comma."""
    _column(export, "Unit price", lambda text: text.replace(".", ","))


def currency_signs(export: Export, chance: random.Random) -> None:
    """Write the currency beside prices."""
    form = chance.choice(["£{}", "{} GBP", "{} £"])
    _column(export, "Unit price", form.format)


def quantities_as_floats(export: Export, chance: random.Random) -> None:
    """Write quantities and ids as a spreadsheet does that took them for decimal numbers."""
    _column(export, "Quantity", lambda text: f"{text}.0")


def wrapped_ids(export: Export, chance: random.Random) -> None:
    """Keep a spreadsheet from reading ids as numbers."""
    form = chance.choice(['="{}"', "'{}"])
    _column(export, "Customer", form.format)


def another_sheet_kind(export: Export, chance: random.Random) -> None:
    """Save as a workbook, or as Parquet."""
    export.kind = chance.choice(["xlsx", "parquet"])


def more_columns(export: Export, chance: random.Random) -> None:
    """Add columns that nobody asked for, one of them named twice."""
    for heading in ("Note", "Country", "Note"):
        export.headings.append(heading)
        for row in export.rows:
            row.append(chance.choice(["", "France", 'a "note"']))


def cancelled(export: Export, chance: random.Random) -> None:
    """Mark some orders as cancelled in a column of states."""
    export.headings.append("Status")
    for row in export.rows:
        row.append("Cancelled" if row[export.headings.index("Order no")].endswith("7") else "Complete")
    export.told = True


def other_currencies(export: Export, chance: random.Random) -> None:
    """Write some prices in another currency."""
    at, order = export.headings.index("Unit price"), export.headings.index("Order no")
    for row in export.rows:
        row[at] = f"€{row[at]}" if row[order].endswith("3") else f"£{row[at]}"
    export.told = True


def collective(export: Export, chance: random.Random) -> None:
    """Book some orders under one customer."""
    at, order = export.headings.index("Customer"), export.headings.index("Order no")
    for row in export.rows:
        row[at] = "Walk-in" if row[order].endswith("5") else row[at]
    export.told = True


def shortened(export: Export, chance: random.Random) -> None:
    """Cut order numbers short as a spreadsheet does."""
    _column(export, "Order no", lambda text: f"1.00{len(text)}E+11")
    export.told = True


def half_zeros(export: Export, chance: random.Random) -> None:
    """Lose the leading zeros of half of the ids."""
    at = export.headings.index("Customer")
    for n, row in enumerate(export.rows):
        row[at] = row[at].strip("'=\"") if n % 2 else f"00{row[at]}"
    export.told = True


def vouchers(export: Export, chance: random.Random) -> None:
    """Write a voucher into some orders."""
    places = {heading: n for n, heading in enumerate(export.headings)}
    for row in [row for row in export.rows if row[places["Order no"]].endswith("2")]:
        voucher = list(row)
        voucher[places["SKU"]], voucher[places["Product"]] = "V", "Voucher"
        voucher[places["Quantity"]], voucher[places["Unit price"]] = "1", "-2.50"
        export.rows.append(voucher)
    export.told = True


WRITTEN: list[Change] = [
    other_separator, other_encoding, other_line_ends, quoted, junk_above, junk_below, shuffled, other_dates, decimal_comma,
    currency_signs, quantities_as_floats, wrapped_ids, another_sheet_kind, more_columns,
]  # fmt: skip
"""Changes of how the same is written, in the order in which they are applied."""
DOUBTFUL: list[Change] = [cancelled, other_currencies, collective, shortened, half_zeros, vouchers]
"""Changes of what is in the file: whatever is made of them has to be told."""


def base_export() -> Export:
    """Return the shop's tidy export."""
    texts = SHOP.assign(at=SHOP["at"].dt.strftime("%Y-%m-%d %H:%M"), price=SHOP["price"].map("{:.2f}".format))
    rows = texts[["order", "at", "customer", "sku", "name", "quantity", "price"]].astype(str)
    return Export([list(row) for row in rows.itertuples(index=False)])


def look_at(folder: Path, name: str, locale: str) -> Inspection:
    """Look at a file with the config of a first user."""
    config = folder / "shop.yaml"
    config.write_text(CONFIG.format(name=name, locale=locale), encoding="utf-8")
    (loaded,) = load_all([config], [])
    assert not isinstance(loaded, ReportgenError), loaded
    (found,) = inspect_data(loaded, date(2030, 1, 1))
    return found


RIGHT = (SHOP["customer"].nunique(), SHOP["order"].nunique(), Decimal(f"{SHOP['line'].sum():.2f}"))


@fuzzing(12)
@given(
    written=st.sets(st.sampled_from(range(len(WRITTEN))), max_size=5),
    doubtful=st.none() | st.sampled_from(range(len(DOUBTFUL))),
    seed=st.integers(0, 2**16),
)
def test_any_export_is_right_or_told(written: set[int], doubtful: int | None, seed: int) -> None:
    """The truth to the penny, or a stop, or a warning; and the fates of the lines add up to those in the file."""
    chance, export = random.Random(seed), base_export()
    if doubtful is not None:
        DOUBTFUL[doubtful](export, chance)
    for n in sorted(written):
        WRITTEN[n](export, chance)
    note(
        f"{[WRITTEN[n].__name__ for n in sorted(written)]}, {None if doubtful is None else DOUBTFUL[doubtful].__name__}"
    )
    with new_folder() as folder:
        name, lines = export.write(folder)
        try:
            found = look_at(folder, name, "en_GB")
        except ReportgenError as error:
            assert error.exit_code in (2, 3)
            assert all(problem.expected and problem.came for problem in error.problems)
            return
    assert found.counts.read == found.counts.kept + sum(found.counts.dropped.values())
    assert found.counts.read == lines
    if not found.counts.kept:  # a run stops there
        assert not found.can_report
        return
    figures = (found.customers, found.orders, found.sales)
    assert found.warnings or (figures == RIGHT and not export.told), (figures, RIGHT, found.counts.dropped)
