"""The files of the sample: what somebody without an export of their own tries the report on."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reportgen.sample.chance import Chance
from reportgen.sample.customers import Customer, draw_customers
from reportgen.sample.orders import Order, draw_orders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ORDER_LINES_FILE: Final = "order_lines.csv"
PLANTED_GROUPS_FILE: Final = "planted_groups.csv"
CONFIG_FILE: Final = "sample.yaml"

_SEED: Final = 2032
_LINE_HEADINGS: Final = ("Order no", "Date", "Store", "Customer", "SKU", "Product", "Quantity", "Unit price")
_GROUP_HEADINGS: Final = ("Customer", "Group")


class TakenError(Exception):
    """Files of the sample's names are there already and say something else.

    Attributes
    ----------
    paths : list of Path
        The files.
    """

    def __init__(self, paths: list[Path]) -> None:
        super().__init__(", ".join(map(str, paths)))
        self.paths = paths


def write_sample(folder: Path, config_text: str, *, replace: bool = False) -> Path:
    """Write the sample: order lines, the groups planted in them, and a configuration that reports on them.

    The same release writes the same bytes every time; nothing but the three files is touched.

    Parameters
    ----------
    folder : Path
        Where the files go; made when it does not exist.
    config_text : str
        The configuration to put beside the data.
    replace : bool
        Whether files of these names that say something else, such as a configuration that was edited, are replaced.

    Returns
    -------
    Path
        The configuration file.

    Raises
    ------
    TakenError
        When there are such files and they are not to be replaced; nothing is written then.
    """
    chance = Chance(_SEED)
    customers = draw_customers(chance)
    orders = draw_orders(chance, customers)
    texts = {
        ORDER_LINES_FILE: _to_csv(_LINE_HEADINGS, _line_rows(orders)),
        PLANTED_GROUPS_FILE: _to_csv(_GROUP_HEADINGS, _group_rows(customers)),
        CONFIG_FILE: config_text,
    }
    missing = {name: text for name, text in texts.items() if not _says(folder / name, text)}
    taken = [folder / name for name in missing if os.path.lexists(folder / name)]
    if taken and not replace:
        raise TakenError(taken)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in missing.items():
        _write_whole(folder / name, text)
    return folder / CONFIG_FILE


def _line_rows(orders: list[tuple[str, Order]]) -> Iterator[tuple[str | int, ...]]:
    for order_id, order in orders:
        ordered_at = order.ordered_at.isoformat(sep=" ", timespec="minutes")
        for line in order.lines:
            product = line.product
            price = f"{product.pence // 100}.{product.pence % 100:02d}"
            yield (
                order_id,
                ordered_at,
                order.store,
                order.customer_id,
                product.product_id,
                product.product_name,
                line.quantity,
                price,
            )


def _group_rows(customers: list[Customer]) -> Iterator[tuple[str, str]]:
    return ((customer.customer_id, customer.group.group_id) for customer in customers)


def _to_csv(headings: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue()


def _says(path: Path, text: str) -> bool:
    """Tell whether a file says just this."""
    return path.is_file() and not path.is_symlink() and path.read_bytes() == text.encode("utf-8")


def _write_whole(path: Path, text: str) -> None:
    """Write beside the file, then move into its place: a reader never meets half a file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    file = beside.open("xb")  # a file of this name would not be ours
    try:
        with file:
            file.write(text.encode("utf-8"))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
