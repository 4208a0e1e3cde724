"""Reads records out of text that no parser reads for sure: each line becomes a record, part of one, or is told."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from reportgen.lines.sources.malformed import MalformedCounter, MalformedLines

_MAX_LINES, _MAX_SIGNS = 1_000, 1_000_000
"""Lines and signs that a record may span: what is longer was never meant to be one."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a file's lines.

    Attributes
    ----------
    records : int
        Records with the columns of the heading line.
    malformed : MalformedLines
        Lines without them.
    unpaired : int
        Records whose quotation marks do not pair, so that they were read as they stand.
    first_unpaired : int
        Number of the first such line, counted from 1.
    swallowing : int
        Records with a cell that holds line ends and as many separators as a whole line: an open quotation mark may
        have taken lines in.
    first_swallowing : int
        Number of the first line of such a record.
    """

    records: int
    malformed: MalformedLines
    unpaired: int
    first_unpaired: int
    swallowing: int
    first_swallowing: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How the records of a text are read.

    Attributes
    ----------
    separator : str
        The mark between columns.
    columns : int
        How many a record has.
    first_number : int
        What the first line is counted as.
    fill : callable, optional
        What is done to each record's cells.
    """

    separator: str
    columns: int
    first_number: int = 1
    fill: Callable[[Sequence[str]], Sequence[str]] | None = None


def tidy_records(lines: Iterable[str], out: TextIO, reading: Reading) -> Tally:
    """Copy the records of a text so that every parser must read them alike.

    Parameters
    ----------
    lines : iterable of str
        Physical lines without their ends.
    out : text stream
        Where the records go, as RFC 4180 wants them.
    reading : Reading
        How they are read.

    Returns
    -------
    Tally
        Every line that is not blank is part of a record or malformed.
    """
    separator, columns, fill = reading.separator, reading.columns, reading.fill
    reader = _Reader(lines, separator, columns, reading.first_number)
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    marks, blank = columns - 1, " \v\f" + ("" if separator == "\t" else "\t")
    records, malformed = 0, MalformedCounter()
    for line in reader:
        if '"' in line:
            cells = reader.read_quoted(line)
            if cells is None:
                malformed.add(line)
            else:
                records += 1
                writer.writerow(cells if fill is None else fill(cells))
        elif line.count(separator) == marks and line.strip(blank):
            records += 1
            if fill is None:
                out.write(line)
                out.write("\n")
            else:
                writer.writerow(fill(line.split(separator)))
        elif line.strip(blank):
            malformed.add(line)
    return Tally(
        records,
        malformed.result,
        reader.unpaired,
        reader.first_unpaired,
        reader.swallowing,
        reader.first_swallowing,
    )


class _Reader:
    """Physical lines that can be given back, and the ways to read one with quotation marks."""

    def __init__(self, lines: Iterable[str], separator: str, columns: int, first_number: int) -> None:
        self._lines = iter(lines)
        self._back: deque[str] = deque()
        self._separator, self._columns = separator, columns
        self._number = first_number - 1
        self.unpaired = self.first_unpaired = 0
        self.swallowing = self.first_swallowing = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self._number += 1
        return line

    def read_quoted(self, line: str) -> list[str] | None:
        """Read a record that begins with a line, by the first way that gives the columns of the heading line.

        The ways are RFC 4180 within the line, the same over several lines, a backslash before the marks that are part
        of a cell, marks that end a cell only before a separator, and the marks as they stand. A line that RFC 4180
        reads is never read in another way.
        """
        cells = self._parse(line)
        if cells:
            return cells if len(cells) == self._columns else None
        cells = self._read_on(line)
        if len(cells) == self._columns:
            return cells
        if '\\"' in line:
            cells = self._parse(line, escapechar="\\", doublequote=False)
            if len(cells) == self._columns:
                return cells
        for cells in (_split_at_marks(line, self._separator), line.split(self._separator)):
            if len(cells) == self._columns:
                self.unpaired += 1
                self.first_unpaired = self.first_unpaired or self._number
                return [_unwrap(cell) for cell in cells]
        return None

    def _parse(self, line: str, *, escapechar: str | None = None, doublequote: bool = True) -> list[str]:
        try:
            return next(
                csv.reader(
                    (line,),
                    delimiter=self._separator,
                    strict=True,
                    escapechar=escapechar,
                    doublequote=doublequote,
                ),
                [],
            )
        except csv.Error:
            return []

    def _read_on(self, line: str) -> list[str]:
        """Read a record that goes on over line ends, unless most of its lines are records by themselves.

        Then an open mark has swallowed them: a mark that is part of a name.
        """
        taken = [line]
        try:
            cells = next(csv.reader(self._spell(taken), delimiter=self._separator, strict=True), [])
        except csv.Error:
            cells = []
        alone = sum(line.count(self._separator) == self._columns - 1 for line in taken)
        if len(cells) == self._columns and alone * 2 <= len(taken):
            if any("\n" in cell and cell.count(self._separator) >= self._columns - 1 for cell in cells):
                self.swallowing += 1
                self.first_swallowing = self.first_swallowing or self._number - len(taken) + 1
            return cells
        self._back.extendleft(reversed(taken[1:]))
        self._number -= len(taken) - 1
        return []

    def _spell(self, taken: list[str]) -> Iterator[str]:
        """Give a line, then those after it as long as they are asked for, and note them."""
        yield f"{taken[0]}\n"
        signs = len(taken[0])
        for line in self:
            taken.append(line)
            signs += len(line)
            if len(taken) > _MAX_LINES or signs > _MAX_SIGNS:
                return
            yield f"{line}\n"


def _split_at_marks(line: str, separator: str) -> list[str]:
    """Split a line at its separators, but not within marks: one ends a cell only before a separator or the line end."""
    cells, at = [], 0
    while at <= len(line):
        end = line.find(f'"{separator}', at + 1) + 1 if line.startswith('"', at) else 0
        if not end and line.startswith('"', at) and line.endswith('"') and len(line) > at + 1:
            end = len(line)
        if not end:
            end = line.find(separator, at)
        end = len(line) if end < 0 else end
        cells.append(line[at:end])
        at = end + 1
    return cells


def _unwrap(cell: str) -> str:
    """Take off the marks around a cell."""
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell
