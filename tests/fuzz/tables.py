"""Order lines whose truth is known, and the ways to write them as text."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from hypothesis import strategies as st

HEADINGS = ("order", "customer", "date", "name", "quantity", "price")
NAMES = (
    "Tea",
    "Crème brûlée",
    "Tea, green",
    "Cup; blue",
    "Pot|Pan",
    "Café € 5",
    'Pipe 5" long',
    "Ofen groß",
    "A  B",
    "N/A",
)
_FIRST_DAY = date(2026, 1, 1)
LAST_DAY = date(2026, 3, 31)
QUICK = (
    "--json",
    *("--jobs", "1"),
    *("--set", "outputs=[]"),
    *("--set", "segments.min_customers=1000"),
    *("--set", "products.pairs=0"),
)
"""What makes a run quick: one group of customers, no pairs, nothing printed."""

Quoting = Literal["minimal", "all", "none"]


@dataclass(frozen=True, slots=True)
class Line:
    """One order line; a reason says why it is not kept."""

    order: str
    customer: str
    day: date
    name: str
    quantity: int
    price: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a report must say of some lines."""

    read: int
    kept: int
    customers: int
    orders: int
    total_sales: Decimal
    dropped: dict[str, int]


def truth_of(lines: list[Line]) -> Truth:
    """Add up lines by hand."""
    kept = [line for line in lines if not line.reason]
    return Truth(
        read=len(lines),
        kept=len(kept),
        customers=len({line.customer for line in kept}),
        orders=len({line.order for line in kept}),
        total_sales=sum((line.quantity * line.price for line in kept), Decimal()),
        dropped=dict(Counter(line.reason for line in lines if line.reason)),
    )


def told_by(facts: dict[str, Any]) -> Truth:
    """Read the same from facts."""
    lines = facts["lines"]
    total = Decimal(facts["total_sales"])
    return Truth(lines["read"], lines["kept"], facts["customers"], facts["orders"], total, lines["dropped"])


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to write a table as text."""

    separator: str = ","
    quoting: Quoting = "minimal"
    encoding: str = "utf-8"
    line_end: str = "\n"
    packed: bool = False
    decimal: str = "."
    thousands: str = ""
    date_format: str = "%Y-%m-%d"
    is_stated: bool = False
    final_end: bool = True

    def cells_of(self, line: Line) -> list[str]:
        """Write a line's cells."""
        price = f"{line.price:,.2f}".replace(",", "T").replace(".", self.decimal).replace("T", self.thousands)
        return [line.order, line.customer, line.day.strftime(self.date_format), line.name, str(line.quantity), price]

    def join(self, cells: list[str]) -> str:
        """Write one line without its end."""
        return self.separator.join(self.quote(cell) for cell in cells)

    def quote(self, cell: str) -> str:
        """Put a cell in marks where this dialect does."""
        needed = any(sign in cell for sign in (self.separator, '"', "\n", "\r"))
        if self.quoting == "all" or (self.quoting == "minimal" and needed):
            doubled = cell.replace('"', '""')
            return f'"{doubled}"'
        return cell

    def can_write(self, name: str) -> bool:
        """Whether a name means the same when it is read again."""
        if self.quoting == "none" and any(sign in name for sign in (self.separator, "\n", "\r")):
            return False
        try:
            name.encode(self.plain_encoding)
        except UnicodeEncodeError:
            return False
        return True

    @property
    def plain_encoding(self) -> str:
        """The encoding of a single line."""
        return {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(self.encoding, self.encoding)

    @property
    def mark(self) -> bytes:
        """What the file begins with."""
        return {"utf-8-sig": b"\xef\xbb\xbf", "utf-16": b"\xff\xfe"}.get(self.encoding, b"")

    @property
    def stated_encoding(self) -> str:
        """The encoding as the config says it."""
        return self.encoding.removesuffix("-sig") if self.is_stated else "detect"

    def ends(self, count: int, seed: int) -> list[bytes]:
        """Return the ends of so many lines."""
        chance = random.Random(seed)
        kinds = ("\n", "\r\n", "\r") if self.line_end == "mixed" else (self.line_end,)
        ends = [chance.choice(kinds).encode(self.plain_encoding) for _ in range(count)]
        return ends if self.final_end else [*ends[:-1], b""]

    def assemble(self, lines: list[bytes], seed: int = 0) -> bytes:
        """Put encoded lines together as a file."""
        ends = self.ends(len(lines), seed)
        return self.mark + b"".join(line + end for line, end in zip(lines, ends, strict=True))

    def encode(self, text: str) -> bytes:
        """Encode a line."""
        return text.encode(self.plain_encoding)


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Lines, and the dialect that they are written in."""

    dialect: Dialect
    lines: list[Line]
    seed: int

    def __repr__(self) -> str:
        return f"Table({self.dialect}, {len(self.lines)} lines, seed={self.seed})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    @property
    def encoded(self) -> list[bytes]:
        """All lines encoded, without their ends, the heading line first."""
        head = self.dialect.join(list(HEADINGS))
        written = [self.dialect.join(self.dialect.cells_of(line)) for line in self.lines]
        return [self.dialect.encode(text) for text in (head, *written)]


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    """Draw a dialect in which numbers and dates can be told apart from separators."""
    separator = draw(st.sampled_from(",;\t|"))
    quoting: Quoting = draw(st.sampled_from(("minimal", "all", "none")))
    decimal = draw(st.sampled_from(".,"))
    thousands = draw(st.sampled_from(("", "." if decimal == "," else ",", " ", "'")))
    if quoting == "none" and separator == ",":
        decimal, thousands = ".", "" if thousands in ",." else thousands
    if quoting == "none" and separator in thousands:
        thousands = ""
    return Dialect(
        separator=separator,
        quoting=quoting,
        encoding=draw(st.sampled_from(("utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"))),
        line_end=draw(st.sampled_from(("\n", "\r\n", "\r", "mixed"))),
        packed=draw(st.sampled_from((False, False, False, False, True))),
        decimal=decimal,
        thousands=thousands,
        date_format=draw(st.sampled_from(("%Y-%m-%d", "%Y-%m-%d 10:00", "%d/%m/%Y", "%d.%m.%Y 9:05", "%Y%m%d"))),
        is_stated=draw(st.booleans()),
        final_end=draw(st.booleans()),
    )


@st.composite
def tables(draw: st.DrawFn, names: tuple[str, ...] = NAMES) -> Table:
    """Draw a table of 60 to 200 lines; the last one is of the last day, so that the month is complete."""
    dialect = draw(dialects())
    seed = draw(st.integers(0, 2**32 - 1))
    size = draw(st.integers(60, 200))
    chance = random.Random(seed)
    known = [name for name in names if dialect.can_write(name)]
    customers = [f"{chance.choice(('c', 'K-', '0', 'Z '))}{n:04}" for n in range(draw(st.integers(30, 60)))]
    lines = []
    for n in range(size):
        day = LAST_DAY if n == size - 1 else _FIRST_DAY + timedelta(days=chance.randrange(90))
        who = chance.randrange(len(customers))
        cents = chance.choice((chance.randrange(1, 5_000), chance.randrange(100_000, 99_999_999)))
        line = Line(
            f"o{who}-{chance.randrange(4)}",
            customers[who],
            day,
            chance.choice(known),
            chance.randrange(1, 9),
            Decimal(cents).scaleb(-2),
        )
        if chance.random() < 0.03 and n < size - 1:
            line = replace(line, quantity=-1, reason="return")
        elif chance.random() < 0.03 and n < size - 1:
            line = replace(line, customer="", reason="no_customer")
        lines.append(line)
    return Table(dialect, lines, seed)


def write_table(folder: Path, dialect: Dialect, content: bytes, *, suffix: str = "csv") -> Path:
    """Write order lines and a config that reads them; return the config's path."""
    path = folder / f"lines.{suffix}"
    path.write_bytes(gzip.compress(content, 1) if dialect.packed else content)
    return write_config(folder, path.name, dialect.stated_encoding)


def write_config(folder: Path, source: str, encoding: str = "detect", more: str = "") -> Path:
    """Write a config for order lines with our headings, from which nothing is left out for being odd."""
    columns = "{order_id: order, customer_id: customer, ordered_at: date, product_name: name, quantity: quantity, unit_price: price, product_id: null}"
    config = folder / "shop.yaml"
    config.write_text(
        f"source: {{path: {source}, encoding: {encoding}}}\ncolumns: {columns}\nperiod: 2026-03\nwindow: all\n"
        f"cleansing: {{cancelled_prefix: null, max_dropped_share: 1}}\n{more}",
        encoding="utf-8",
    )
    return config
