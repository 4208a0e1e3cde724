"""Reads delimited text: finds encoding and separator, and counts the lines that do not fit instead of losing them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection
from pathlib import Path

import duckdb

from reportgen.config.options import SourceOptions
from reportgen.errors import DataError, Problem
from reportgen.lines.engine import Engine, quote_path, quote_text
from reportgen.lines.files import UNPACKING_ERRORS, SourceFile, damaged
from reportgen.lines.raw import RawTable, next_table, tidy_headings

SAMPLE_BYTES = 1 << 20
_SEPARATORS = (",", ";", "\t", "|")
_UNDEFINED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DETECTED = ("utf-8", "cp1252", "latin-1")
_COMPRESSION = {"text": "none", "gzip": "gzip", "zstd": "none"}


def load_text(engine: Engine, file: SourceFile, options: SourceOptions, wanted: Collection[str]) -> RawTable:
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

    Raises
    ------
    DataError
        When the file is cut short, has no heading line, or is no text.
    """
    start = file.read_start(SAMPLE_BYTES)
    is_told = options.encoding != "detect" and not start.startswith(_BYTE_ORDER_MARKS)
    encoding = options.encoding if is_told else detect_encoding(start)
    # bytes that show another encoding may come only after the sample
    encodings = (encoding,) if is_told or encoding not in _DETECTED else _DETECTED[_DETECTED.index(encoding) :]
    head, blank_lines = _first_line(start, encoding, file.path)
    separator = detect_separator(head, wanted) if options.separator == "detect" else options.separator
    cells = head.split() if separator == "spaces" else next(csv.reader([head], delimiter=separator), [])
    headings = tidy_headings(options.headings or cells)
    if len(headings) != len(cells):
        came = f"{len(cells)} in the first line, which begins '{head[:60]}'"
        raise DataError(Problem(str(file.path), "source.headings", f"{len(headings)} columns", came))
    mark = "\t" if separator == "spaces" else separator
    layout = (headings, options.headings is None, blank_lines)
    try:
        if encoding == "utf-8" and separator != "spaces" and file.kind != "zstd":
            table = _read_csv(engine, file.path, (mark, _COMPRESSION[file.kind]), layout)
            if table is not None and not table.malformed:
                return table
        path = _rewrite(engine, file, encodings, separator)
        table = _read_csv(engine, path, (mark, "none"), layout)
    except duckdb.IOException as error:
        raise damaged(file.path, error) from None
    if table is None:
        raise DataError(Problem(str(file.path), "source", "lines that can be told apart", "text that is no table"))
    return table


def detect_encoding(start: bytes) -> str:
    """Tell the encoding from a file's first bytes: `utf-8`, `utf-16`, `cp1252` or `latin-1`.

    Latin-1 and cp1252 differ only in 0x80-0x9F; the five bytes that cp1252 leaves undefined tell them apart.
    """
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "latin-1" if _UNDEFINED_IN_CP1252.intersection(start) else "cp1252"
    return "utf-8"


def detect_separator(head: str, wanted: Collection[str]) -> str:
    """Tell the separator from the heading line: the one that shows most wanted headings, then most columns."""

    def score(separator: str) -> tuple[int, int]:
        cells = [cell.strip() for cell in next(csv.reader([head], delimiter=separator), [])]
        return len(set(cells) & set(wanted)), len(cells)

    best = max(_SEPARATORS, key=score)
    found, columns = score(best)
    in_spaces = set(head.split())
    if columns == 1 and len(in_spaces) > 1 and len(in_spaces & set(wanted)) >= found:
        return "spaces"
    return best


def _first_line(start: bytes, encoding: str, path: Path) -> tuple[str, int]:
    """Return the first line that is not blank, and the number of blank ones before it."""
    try:
        text = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)().decode(start)
    except UnicodeDecodeError:
        raise DataError(_wrong_encoding(path, encoding)) from None
    if "\0" in text:
        raise DataError(Problem(str(path), "source", "text", "a binary file"))
    for blank_lines, line in enumerate(io.StringIO(text, newline=None)):
        if line.strip():
            return line.rstrip("\n"), blank_lines
    raise DataError(Problem(str(path), "source", "a heading line and order lines", "an empty file"))


def _wrong_encoding(path: Path, encoding: str) -> Problem:
    return Problem(str(path), "source.encoding", f"text in {encoding}", "bytes that are not", "Try 'encoding: detect'.")


def _rewrite(engine: Engine, file: SourceFile, encodings: tuple[str, ...], separator: str) -> Path:
    """Copy a file as UTF-8 with plain line ends; runs of spaces become tabs.

    For what DuckDB does not read itself, and for what it finds malformed: mixed line ends look so to it.
    """
    target = engine.folder / f"rewritten-{len(list(engine.folder.iterdir()))}.csv"
    for encoding in encodings:
        try:
            _copy(file, "utf-8-sig" if encoding == "utf-8" else encoding, target, separator)
        except UnicodeDecodeError:
            continue
        except UNPACKING_ERRORS as error:
            raise damaged(file.path, error) from None
        return target
    raise DataError(_wrong_encoding(file.path, encodings[0]))


def _copy(file: SourceFile, codec: str, target: Path, separator: str) -> None:
    with (
        file.open_bytes() as raw,
        io.TextIOWrapper(raw, encoding=codec, newline=None) as lines,
        target.open("w", encoding="utf-8", newline="\n") as copy,
    ):
        for line in lines:
            copy.write(re.sub(r"[ \t]+", "\t", line.strip(" \t\n")) + "\n" if separator == "spaces" else line)


def _read_csv(
    engine: Engine, path: Path, dialect: tuple[str, str], layout: tuple[tuple[str, ...], bool, int]
) -> RawTable | None:
    """Load a UTF-8 file; None when bytes in it are not UTF-8, or its lines cannot be told apart."""
    (separator, compression), (headings, has_head, blank_lines) = dialect, layout
    name = next_table(engine)
    rejects = f"rejects_{name}"
    columns = ", ".join(f"{quote_text(heading)}: 'VARCHAR'" for heading in headings)
    try:
        engine.run(
            f"CREATE TABLE {name} AS SELECT * FROM read_csv({quote_path(path)}, auto_detect=false,"
            f" columns={{{columns}}}, header={str(has_head).lower()}, skip={blank_lines}, escape='\"', quote='\"',"
            f" delim={quote_text(separator)},"
            f" compression='{compression}', encoding='utf-8', store_rejects=true, rejects_table='{rejects}',"
            f" rejects_scan='scan_{rejects}', rejects_limit=0, max_line_size=10000000)"
        )
    except duckdb.InvalidInputException:
        return None
    rows = engine.run(
        f"SELECT line, any_value(error_type::VARCHAR), any_value(csv_line) FROM {rejects} GROUP BY line, file_id"
    )
    if any("ENCODING" in kind for _, kind, _ in rows):
        engine.run(f"DROP TABLE {name}")
        return None
    malformed = tuple(line for _, _, text in rows for line in text.splitlines() if line.strip())
    return RawTable(name, headings, malformed)
