"""Finds the heading line of a text: exports put titles, rules, and what only a spreadsheet understands above it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from reportgen.lines.sources.raw import tidy_heading

SEPARATORS = (",", ";", "\t", "|")
MAX_ABOVE = 50
"""Lines among which the headings are looked for."""
_MAX_HEAD_LINES = 10
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""The first line of some exports: it tells spreadsheets the separator, and nobody else."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the headings of a text are.

    Attributes
    ----------
    cells : tuple of str
        The cells of the heading line as they stand; of a text without one, those of its first line.
    separator : str
        Between them; ``spaces`` for runs of spaces.
    above : int
        Lines before it, blank ones included.
    lines : int
        Lines that it takes: more than one when a heading holds a line break.
    is_first : bool
        Whether nothing but blank lines is above it.
    """

    cells: tuple[str, ...]
    separator: str
    above: int
    lines: int
    is_first: bool


def find_head(
    lines: Sequence[str], wanted: Collection[str], *, separator: str = "detect", has_headings: bool = True
) -> Head | None:
    """Find the heading line among the first lines of a text.

    It is the line that shows most of the headings that the config names, the first of several; where none shows any,
    the first line with as many cells as most of them have.

    Parameters
    ----------
    lines : sequence of str
        The first lines, without their ends.
    wanted : collection of str
        Headings that the config names.
    separator : str
        What the config states.
    has_headings : bool
        Whether the text has a heading line; without one its first line is an order line.

    Returns
    -------
    Head or None
        None when all lines are blank.
    """
    start, stated = _skip_separator_line(lines)
    mark = stated if separator == "detect" and stated is not None else separator
    looked_for = {tidy_heading(heading) for heading in wanted}
    found = [n for n in range(start, min(len(lines), MAX_ABOVE)) if lines[n].strip()]
    readings = {n: _read_head(lines, n, looked_for, mark) for n in (found if has_headings else found[:1])}
    if not readings:
        return None
    at = max(readings, key=lambda n: (readings[n].found, -n))
    if not readings[at].found:
        at = _first_of_table(readings)
    best = readings[at]
    return Head(best.cells, best.separator, at, best.lines, is_first=start == 0 and at == found[0])


def _first_of_table(readings: Mapping[int, _Reading]) -> int:
    """Return the first line that has as many cells as most lines do: titles have fewer."""
    widths = Counter(len(reading.cells) for reading in readings.values())
    usual = max(widths, key=lambda width: (widths[width], width))
    return next(n for n, reading in readings.items() if len(reading.cells) == usual)


def count_found(cells: Iterable[str], wanted: Collection[str]) -> int:
    """Count the headings of some cells that are wanted; these are tidy already."""
    return len({tidy_heading(cell) for cell in cells} & set(wanted))


def _skip_separator_line(lines: Sequence[str]) -> tuple[int, str | None]:
    """Return where the text itself begins, and the separator that the line before it states."""
    number = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    stated = _SEPARATOR_LINE.fullmatch(lines[number].strip(" \r\n\ufeff")) if number < len(lines) else None
    return (number + 1, stated[1]) if stated else (0, None)


class _Reading(NamedTuple):
    """A line read as headings: how many of those that are wanted, its cells, what is between them, lines it takes."""

    found: int
    cells: tuple[str, ...]
    separator: str
    lines: int


def _read_head(lines: Sequence[str], number: int, wanted: Collection[str], separator: str) -> _Reading:
    """Read a line as headings by the separator that shows most of them, then most columns."""
    in_spaces = tuple(lines[number].split())
    spaces = _Reading(count_found(in_spaces, wanted), in_spaces, "spaces", 1)
    if separator == "spaces":
        return spaces
    marks = SEPARATORS if separator == "detect" else (separator,)
    readings = []
    for mark in marks:
        cells, taken = _read_record(islice(lines, number, number + _MAX_HEAD_LINES), mark)
        readings.append(_Reading(count_found(cells, wanted), cells, mark, taken))
    best = max(readings, key=lambda reading: (reading.found, len(reading.cells)))
    is_one_column = separator == "detect" and len(best.cells) == 1 and len(in_spaces) > 1
    return spaces if is_one_column and spaces.found >= best.found else best


def _read_record(lines: Iterator[str], separator: str) -> tuple[tuple[str, ...], int]:
    """Read the first record of some lines, and tell how many of them it takes; one that never ends takes the first."""
    first = next(lines, "")
    taken = 1

    def spell() -> Iterator[str]:
        nonlocal taken
        yield f"{first}\n"
        for line in lines:
            taken += 1
            yield f"{line}\n"

    try:
        cells = next(csv.reader(spell(), delimiter=separator, strict=True), [])
    except csv.Error:  # a quotation mark that never ends, or a cell longer than any
        taken, cells = 1, first.split(separator)
    return tuple(cells), taken
