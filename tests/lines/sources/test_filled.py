"""Order cells that are told once: filled down where the config says so, and in merged cells always."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from reportgen import columns as c

HEAD = ("order", "customer", "date", "quantity", "price", "code", "name")
ROWS = [
    ("A1", "0042", "2026-01-31", "3", "2.55", "T1", "Tea"),
    ("", "", "", "1", "12.00", "P9", "Pot"),
    ("A2", "", "2026-01-30", "2", "2.55", "T1", "Tea"),
    ("", "", "", "", "99.00", "", ""),
]
TEXT = "\n".join(",".join(row) for row in (HEAD, *ROWS)) + "\n"


def who(opened: Any) -> list[tuple[Any, ...]]:
    """Return order, customer, date and product of each line."""
    names = (c.ORDER_ID, c.CUSTOMER_ID, c.ORDERED_AT, c.PRODUCT_ID)
    return sorted((tuple(row[name] for name in names) for row in opened.rows), key=str)


FILLED = sorted(
    [
        ("A1", "0042", datetime(2026, 1, 31), "T1"),
        ("A1", "0042", datetime(2026, 1, 31), "P9"),
        ("A2", None, datetime(2026, 1, 30), "T1"),
        (None, None, None, None),
    ],
    key=str,
)


def test_order_cells_are_filled_down(read: Any) -> None:
    """A line without an order of its own takes the one above; a guest's order takes nobody's customer, a total nothing."""
    assert who(read(TEXT, fill_down=True)) == FILLED
    assert who(read(TEXT)) != FILLED


def test_cells_of_a_sheet_are_filled_down(tmp_path: Path, read_path: Any) -> None:
    """A sheet is filled as a text is."""
    book = openpyxl.Workbook()
    for row in (HEAD, *ROWS):
        book.active.append([cell or None for cell in row])
    book.save(tmp_path / "x.xlsx")
    assert who(read_path(tmp_path / "x.xlsx", fill_down=True)) == FILLED


def test_merged_cells_stand_in_each_of_their_rows(tmp_path: Path, read_path: Any) -> None:
    """Cells merged over the lines of an order are no guess; those merged sideways, above the table, are no order."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Orders of January"])
    sheet.merge_cells("A1:G1")
    for row in (HEAD, *ROWS[:2]):
        sheet.append(list(row))
    for column in "ABC":
        sheet.merge_cells(f"{column}3:{column}4")
    book.save(tmp_path / "x.xlsx")
    assert who(read_path(tmp_path / "x.xlsx")) == sorted(FILLED[:2], key=str)
