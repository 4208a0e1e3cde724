"""The files of the sample: what somebody without an export of their own tries the report on."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from reportgen.sample.chance import Chance
from reportgen.sample.customers import Customer, draw_customers
from reportgen.sample.orders import Order, draw_orders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ORDER_LINES_FILE: Final = "order_lines.csv"
PLANTED_GROUPS_FILE: Final = "planted_groups.csv"
CONFIG_FILE: Final = "sample.yaml"

_SEED: Final = 2032
_LINE_HEADINGS: Final = ("Order no", "Date", "Store", "Customer", "SKU", "Product", "Quantity", "Unit price")
_GROUP_HEADINGS: Final = ("Customer", "Group")


def write_sample(folder: Path, config_text: str) -> Path:
    """Write the sample: order lines, the groups planted in them, and a configuration that reports on them.

    The same release writes the same bytes every time. Files of the same three names are replaced; nothing else in the
    folder is touched.

    Parameters
    ----------
    folder : Path
        Where the files go; made when it does not exist.
    config_text : str
        The configuration to put beside the data.

    Returns
    -------
    Path
        The configuration file.
    """
    chance = Chance(_SEED)
    customers = draw_customers(chance)
    orders = draw_orders(chance, customers)
    texts = {
        ORDER_LINES_FILE: _to_csv(_LINE_HEADINGS, _line_rows(orders)),
        PLANTED_GROUPS_FILE: _to_csv(_GROUP_HEADINGS, _group_rows(customers)),
        CONFIG_FILE: config_text,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
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


def _write_whole(path: Path, text: str) -> None:
    """Write beside the file, then move into its place: a reader never meets half a file."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(text.encode("utf-8"))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
