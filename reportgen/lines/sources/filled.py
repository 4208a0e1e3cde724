"""Fills order cells down: some tables name order, customer and date on the first line of an order alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from reportgen.lines.sources.raw import tidy_headings


class Filler:
    """Fills the empty order cells of a row from the row above, where the row names no order of its own.

    A row without anything in the columns of the product is none of an order, such as a total, and stays as it is.

    Parameters
    ----------
    headings : sequence of str
        Of the table.
    fill : sequence of str
        Headings of the columns to fill, tidy; the first tells whether a row names an order.
    kept : collection of str
        Headings of the columns of which one must hold something; empty where any row will do.
    """

    def __init__(self, headings: Sequence[str], fill: Sequence[str], kept: Collection[str]) -> None:
        known = tidy_headings(headings)
        self._fill = [known.index(heading) for heading in fill if heading in known]
        self._kept = [known.index(heading) for heading in kept if heading in known]
        self._above: dict[int, Any] = {}

    @property
    def is_asked(self) -> bool:
        """Whether there is a column to fill."""
        return bool(self._fill)

    def fill(self, row: Sequence[Any]) -> Sequence[Any]:
        """Return a row with its empty order cells filled."""
        if not self._has(row, self._fill[0]):
            if self._kept and not any(self._has(row, column) for column in self._kept):
                return row
            filled = list(row) + [None] * (max(self._fill) + 1 - len(row))
            for column in self._fill:
                if not self._has(row, column):
                    filled[column] = self._above.get(column)
            return filled
        self._above = {column: row[column] for column in self._fill if self._has(row, column)}
        return row

    @staticmethod
    def _has(row: Sequence[Any], column: int) -> bool:
        return column < len(row) and row[column] is not None and str(row[column]).strip() != ""


def unmerged(table: Any) -> Iterator[list[Any]]:
    """Give the rows of a sheet, with the value of a merged cell in each row that it spans."""
    top, left = table.start or (0, 0)
    begins: dict[int, list[tuple[int, int, int]]] = {}
    for (first_row, first_column), (last_row, last_column) in table.merged_cell_ranges or ():
        if last_row > first_row:
            begins.setdefault(first_row, []).append((last_row, first_column - left, last_column - left))
    if not begins:
        yield from table.iter_rows()
        return
    going_on: list[tuple[int, int, Any]] = []
    for number, row in enumerate(table.iter_rows(), top):
        for last_row, column, value in going_on:
            if number <= last_row and 0 <= column < len(row):
                row[column] = value
        going_on = [merged for merged in going_on if merged[0] > number]
        for last_row, first_column, last_column in begins.get(number, ()):
            columns = range(max(first_column, 0), min(last_column + 1, len(row)))
            going_on += [(last_row, column, row[first_column]) for column in columns]
        yield row
