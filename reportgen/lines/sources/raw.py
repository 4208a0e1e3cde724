"""The table of texts that every kind of file is loaded as, before anything in it is understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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
    has_native_numbers : bool
        Whether the file itself knows numbers (a workbook, Parquet), so that their decimal mark is a point.
    """

    name: str
    headings: tuple[str, ...]
    malformed: MalformedLines = NO_LINES
    notes: tuple[str, ...] = ()
    has_native_numbers: bool = False


def tidy_headings(cells: Iterable[str]) -> tuple[str, ...]:
    """Trim headings and make them distinct: a second `Name` becomes `Name (2)`, an empty one `column 3`."""
    plain = [cell.strip(' \t\n\r\ufeff\u00a0"') or f"column {n}" for n, cell in enumerate(cells, 1)]
    taken: set[str] = set()
    result = []
    for heading in plain:
        spellings = chain([heading], (f"{heading} ({n})" for n in range(2, len(plain) + 2)))
        result.append(next(one for one in spellings if one.casefold() not in taken))
        taken.add(result[-1].casefold())
    return tuple(result)
