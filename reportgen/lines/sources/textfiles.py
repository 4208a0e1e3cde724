"""Reads delimited text: finds encoding and separator, and gives every line of the file a place among the records."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from reportgen.config.lines import SourceOptions
from reportgen.errors import DataError, Problem
from reportgen.lines.engine.base import LoadingEngine, TextLayout
from reportgen.lines.sources.decoding import (
    Decoded,
    check_western,
    decode_lines,
    decode_start,
    wide_encoding,
    wrong_encoding,
)
from reportgen.lines.sources.files import SourceFile
from reportgen.lines.sources.filled import Filler
from reportgen.lines.sources.heads import find_head
from reportgen.lines.sources.limited import run_child
from reportgen.lines.sources.raw import OrderCells, Pick, RawTable, tidy_headings
from reportgen.lines.sources.records import Reading, Tally, tidy_records
from reportgen.lines.sources.survey import survey_text

SAMPLE_BYTES = 1 << 20
MAX_COLUMNS = 2_000
_MAX_HEAD = 100_000
_FIRST_LINES = 200
"""Lines that are looked at to find the headings."""
_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a text file is laid out.

    Attributes
    ----------
    encoding : str
        ``detect`` for UTF-8 with, perhaps, lines of Windows-1252; or a name.
    separator : str
        As the option says it.
    headings : tuple of str
        All of its columns.
    has_head : bool
        Whether there is a heading line.
    above : int
        Lines before it (before the first order line, where there is none), blank ones included.
    head_lines : int
        Lines that it takes.
    is_first : bool
        Whether nothing but blank lines is above it.
    """

    encoding: str
    separator: str
    headings: tuple[str, ...]
    has_head: bool
    above: int
    head_lines: int = 1
    is_first: bool = True

    @property
    def mark(self) -> str:
        """The sign between columns once runs of spaces are tabs."""
        return "\t" if self.separator == "spaces" else self.separator


def load_text(
    engine: LoadingEngine,
    file: SourceFile,
    options: SourceOptions,
    wanted: Collection[str],
    pick: Pick,
    *,
    order_cells: OrderCells,
) -> RawTable:
    """Load one delimited text file, every column as text.

    Parameters
    ----------
    engine : Engine
        Where the table is made.
    file : SourceFile
        The file.
    options : SourceOptions
        What the config states of it; the rest is detected.
    wanted : collection of str
        Headings that the config names; the separator that shows most of them is the right one.
    pick : callable
        Says which of the headings are loaded.
    order_cells : OrderCells
        What to fill down.

    Raises
    ------
    DataError
        When the file is cut short, has no heading line, is no text, or not every line of it can be accounted for.
    """
    path = _unpack(engine, file)
    layout = _find_layout(path, file.path, options, wanted)
    columns = pick(layout.headings)
    is_utf_8 = layout.encoding in ("detect", "utf-8")
    if (
        is_utf_8
        and not order_cells.fill
        and layout.separator != "spaces"
        and layout.is_first
        and layout.head_lines == 1
    ):
        survey = survey_text(path, layout.mark)
        if survey.is_plain:
            name = _read(engine, path, layout, columns)
            if name is not None and engine.count(name) == survey.records - layout.has_head:
                return RawTable(name, layout.headings)
    filler = Filler(layout.headings, order_cells.fill, order_cells.kept)
    return _load_tidied(engine, path, layout, columns, filler=filler, source=file.path)


def _load_tidied(
    engine: LoadingEngine, path: Path, layout: _Layout, columns: Sequence[str], *, filler: Filler, source: Path
) -> RawTable:
    """Load a file by way of a copy that holds its records alone, all written in one way."""
    met = Decoded()
    target = engine.new_file(".csv")
    lines = decode_lines(path, layout.encoding, met)
    if layout.separator == "spaces":
        lines = (re.sub(r"[ \t]+", "\t", line.strip(" \t")) for line in lines)
    with target.open("w", encoding="utf-8", errors="surrogatepass", newline="") as out:
        above = layout.above + layout.head_lines if layout.has_head else 0 if layout.is_first else layout.above
        below = islice(lines, above, None)
        reading = Reading(layout.mark, len(layout.headings), above + 1, filler.fill if filler.is_asked else None)
        tally = tidy_records(below, out, reading)
    if met.single and not met.has_utf_8:
        with path.open("rb") as stream:
            check_western(source, stream.read(SAMPLE_BYTES))
    name = _read(engine, target, _Layout("utf-8", layout.mark, layout.headings, has_head=False, above=0), columns)
    if name is None or engine.count(name) != tally.records:
        came = "some that cannot be told apart"
        raise DataError(Problem(str(source), "source", f"{tally.records:,} order lines", came, "Export it again."))
    return RawTable(name, layout.headings, tally.malformed, tuple(_tell(source, layout, tally, met)))


def _tell(source: Path, layout: _Layout, tally: Tally, met: Decoded) -> Iterator[str]:
    """Tell of lines that were read in another way than the rest."""
    if not layout.is_first:
        lines = f"{layout.above:,} line{'' if layout.above == 1 else 's'}"
        yield f"{source.name}: {lines} above the headings, so read as titles and no order lines"
    if tally.unpaired:
        yield (
            f"{source.name}: quotation marks that do not pair, so read as they stand: {tally.unpaired:,} of the lines,"
            f" the first is line {tally.first_unpaired:,}"
        )
    if tally.swallowing:
        yield (
            f"{source.name}: a cell holds line ends and as many separators as a whole line, as after a quotation mark"
            f" that was left open: {tally.swallowing:,} of the records,"
            f" the first begins in line {tally.first_swallowing:,}"
        )
    if met.is_mixed:
        yield (
            f"{source.name}: not in UTF-8 like the rest, so read as Windows-1252: {met.single:,} of the lines,"
            f" the first is line {met.first_single:,}"
        )


def _unpack(engine: LoadingEngine, file: SourceFile) -> Path:
    """Return a file whose bytes are those of the text."""
    if file.kind == "text":
        return file.path
    target = engine.new_file(".txt")
    run_child("unpack", file.kind, file.path, target)
    return target


def _find_layout(path: Path, source: Path, options: SourceOptions, wanted: Collection[str]) -> _Layout:
    with path.open("rb") as stream:
        start = stream.read(SAMPLE_BYTES)
    is_told = options.encoding != "detect" and not start.startswith(_BYTE_ORDER_MARKS)
    encoding = options.encoding if is_told else wide_encoding(start) or "detect"
    head = find_head(
        _first_lines(start, encoding, source),
        wanted,
        separator=options.separator,
        has_headings=options.headings is None,
    )
    if head is None:
        raise DataError(Problem(str(source), "source", "a heading line and order lines", "an empty file"))
    signs = sum(map(len, head.cells))
    if signs > _MAX_HEAD:
        came = f"a first line of {signs:,} signs or more"
        raise DataError(Problem(str(source), "source", "a heading line and order lines", came))
    if len(head.cells) > MAX_COLUMNS:
        hint = "Is the separator right? See 'source: {separator: ...}'."
        came = f"{len(head.cells):,}"
        raise DataError(Problem(str(source), "source", f"at most {MAX_COLUMNS:,} columns", came, hint))
    headings = tidy_headings(options.headings or head.cells)
    if len(headings) != len(head.cells):
        came = f"{len(head.cells)} in the first line, which begins '{head.cells[0][:60]}'"
        raise DataError(Problem(str(source), "source.headings", f"{len(headings)} columns", came))
    has_head = options.headings is None
    return _Layout(encoding, head.separator, headings, has_head, head.above, head.lines, head.is_first)


def _first_lines(start: bytes, encoding: str, path: Path) -> list[str]:
    """Return the first lines of a text without their ends."""
    try:
        if encoding == "detect":
            text = decode_start(start)
        else:
            text = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)().decode(start)
    except UnicodeDecodeError:
        raise DataError(wrong_encoding(path, encoding)) from None
    if "\0" in text:
        raise DataError(Problem(str(path), "source", "text", "a binary file"))
    return [line.rstrip("\n") for line in islice(io.StringIO(text, newline=None), _FIRST_LINES)]


def _read(engine: LoadingEngine, path: Path, layout: _Layout, columns: Sequence[str]) -> str | None:
    """Load some columns of a UTF-8 file as a table; None when a line does not have the columns of the heading line."""
    described = TextLayout(layout.headings, layout.mark, has_head=layout.has_head, blank_lines=layout.above)
    return engine.load_text(path, described, columns)
