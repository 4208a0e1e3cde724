"""The table of texts that every kind of file is loaded as, before anything in it is understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from reportgen.lines.sources.malformed import NO_LINES, MalformedLines

Pick = Callable[[Sequence[str]], Sequence[str]]
"""Says which of a file's headings are loaded; raises when one that is needed is not there."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """One file's lines as texts.

    Attributes
    ----------
    name : str
        The table in the engine; it has the columns that were picked.
    headings : tuple of str
        All of the file's headings, without stray spaces.
    malformed : MalformedLines
        Lines that do not have the columns of the heading line.
    notes : tuple of str
        What was read in another way than the rest, for a person.
    has_cells : bool
        Whether it is a sheet's, whose cells are numbers, dates or texts; a number begins with `child.NUMBER`.
    native : mapping
        By heading: SQL that tells whether a text was a number in the file, so that its decimal mark is a point.
    """

    name: str
    headings: tuple[str, ...]
    malformed: MalformedLines = NO_LINES
    notes: tuple[str, ...] = ()
    has_cells: bool = False
    native: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderCells:
    """Which cells are filled down where a row names no order of its own.

    Attributes
    ----------
    fill : tuple of str
        Headings of the columns to fill, tidy, the one that names the order first; empty for none.
    kept : tuple of str
        Headings of the columns of the product: a row with nothing in them is none of an order.
    """

    fill: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def tidy_heading(cell: str) -> str:
    """Trim a heading, and write one space for line breaks, double and no-break spaces in it."""
    return " ".join(cell.replace("\ufeff", "").strip('" \t\n\r\u00a0').split())


def tidy_headings(cells: Iterable[str]) -> tuple[str, ...]:
    """Tidy headings and make them distinct: a second `Name` becomes `Name (2)`, an empty one `column 3`."""
    plain = [tidy_heading(cell) or f"column {n}" for n, cell in enumerate(cells, 1)]
    taken: set[str] = set()
    result = []
    for heading in plain:
        spellings = chain([heading], (f"{heading} ({n})" for n in range(2, len(plain) + 2)))
        result.append(next(spelling for spelling in spellings if spelling.casefold() not in taken))
        taken.add(result[-1].casefold())
    return tuple(result)
