"""A table of plain numbers: what a chart draws, for those who want the figures themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cell = str | int | float | None
Kind = Literal["text", "count", "decimal", "decimal_2", "share", "money"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    heading : str
        What stands in it, with its unit where the kind has none.
    kind : str
        What its cells are: `text`; or numbers to be written as a `count`, a `decimal` (one place; two in `decimal_2`),
        a `share` (0..1, written in percent) or `money`.
    """

    heading: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain cells under named columns.

    Attributes
    ----------
    columns : tuple of Column
        From left to right; the first names the row.
    rows : tuple of tuples
        One cell for each column; None where there is no figure.

    Raises
    ------
    ValueError
        When a row has more or fewer cells than there are columns.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        """Refuse a row that does not fit."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has not one cell for each column")
