"""Reads the tables of an HTML page as sheets of a workbook: what back offices call a spreadsheet is often a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

_SPACES = re.compile(r"[ \t\r\n\f]+")
_HTML = "{http://www.w3.org/1999/xhtml}"
_MOST_SPANNED = 1_000
"""Columns or rows that a cell may claim to span; more were never meant."""
Merged = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class PageTable:
    """One table of a page, with what a workbook's sheet has.

    Attributes
    ----------
    rows : list of list of str
        Its cells; one that spans columns stands in the first of them.
    merged_cell_ranges : list
        First and last row and column of each cell that spans rows.
    """

    rows: list[list[str]]
    merged_cell_ranges: list[Merged]
    start: tuple[int, int] = (0, 0)

    @property
    def height(self) -> int:
        """Count of rows."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """Cells of the widest row."""
        return max(map(len, self.rows), default=0)

    def iter_rows(self) -> Iterator[list[Any]]:
        """Give the rows."""
        return (list(row) for row in self.rows)


@dataclass(frozen=True, slots=True)
class PageBook:
    """The tables of a page, under the names `table 1`, `table 2` and so on."""

    tables: dict[str, PageTable]

    @property
    def sheet_names(self) -> list[str]:
        """Names of the tables."""
        return list(self.tables)

    def get_sheet_by_name(self, name: str) -> PageTable:
        """Return a table."""
        return self.tables[name]


def load_page(path: Path) -> PageBook:
    """Load the tables of an HTML page; its encoding is what the page says, or Windows-1252 as browsers have it."""
    import tinyhtml5  # noqa: PLC0415 - needed for pages alone

    root: Element = tinyhtml5.parse(path.read_bytes())
    found = [_table(element) for element in root.iter(f"{_HTML}table")]
    return PageBook({f"table {n}": table for n, table in enumerate(found, 1)})


def _table(element: Element) -> PageTable:
    rows: list[list[str]] = []
    merged: list[Merged] = []
    held: dict[int, int] = {}
    for number, line in enumerate(_own(element, "tr")):
        cells: list[str] = []
        for cell in (part for part in line if part.tag in (f"{_HTML}td", f"{_HTML}th")):
            while held.get(len(cells), 0) > number:  # a cell above reaches down to here
                cells.append("")
            across, down = (_span(cell, name) for name in ("colspan", "rowspan"))
            if down > 1:
                merged.append(((number, len(cells)), (number + down - 1, len(cells))))
                held |= dict.fromkeys(range(len(cells), len(cells) + across), number + down)
            cells += [_text(cell), *[""] * (across - 1)]
        rows.append(cells)
    width = max(map(len, rows), default=0)
    return PageTable([row + [""] * (width - len(row)) for row in rows], merged)


def _own(table: Element, tag: str) -> Iterator[Element]:
    """Give the lines of a table, but not those of a table within it."""
    for part in table:
        if part.tag == f"{_HTML}{tag}":
            yield part
        elif part.tag != f"{_HTML}table":
            yield from _own(part, tag)


def _span(cell: Element, name: str) -> int:
    text = cell.get(name, "1").strip()
    return min(max(int(text), 1), _MOST_SPANNED) if text.isdecimal() else 1


def _text(cell: Element) -> str:
    for part in cell.iter(f"{_HTML}br"):
        part.text = " "
    return _SPACES.sub(" ", "".join(cell.itertext())).strip()
