"""Reads delimited text: finds encoding and separator, and counts the lines that do not fit instead of losing them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection
from pathlib import Path

import duckdb
import zstandard

from reportgen.config.options import SourceOptions
from reportgen.errors import DataError, Problem
from reportgen.lines.engine import Engine, quote_text
from reportgen.lines.files import SourceFile, damaged
from reportgen.lines.raw import RawTable, next_table, tidy_headings

SAMPLE_BYTES = 1 << 20
_SEPARATORS = (",", ";", "\t", "|")
_UNDEFINED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
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
    encoding = detect_encoding(start) if options.encoding == "detect" else options.encoding
    head = _first_line(start, encoding, file.path)
    separator = detect_separator(head, wanted) if options.separator == "detect" else options.separator
    cells = head.split() if separator == "spaces" else next(csv.reader([head], delimiter=separator), [])
    headings = tidy_headings(options.headings or cells)
    if len(headings) != len(cells):
        came = f"{len(cells)} in the first line, which begins '{head[:60]}'"
        raise DataError(Problem(str(file.path), "source.headings", f"{len(headings)} columns", came))
    plain = encoding == "utf-8" and separator != "spaces" and file.kind != "zstd"
    path = file.path if plain else _rewrite(engine, file, encoding, separator)
    compression = _COMPRESSION[file.kind] if plain else "none"
    has_head = options.headings is None
    try:
        table = _read_csv(
            engine, path, ("\t" if separator == "spaces" else separator, compression), (headings, has_head)
        )
        if table is None and options.encoding == "detect" and encoding == "utf-8":
            path = _rewrite(engine, file, "cp1252", separator)
            table = _read_csv(engine, path, (separator, "none"), (headings, has_head))
    except duckdb.InvalidInputException:  # mixed line endings stop DuckDB's strict reader
        path = _rewrite(engine, file, encoding, separator)
        table = _read_csv(engine, path, ("\t" if separator == "spaces" else separator, "none"), (headings, has_head))
    except duckdb.IOException as error:
        raise damaged(file.path, error) from None
    if table is None:
        raise DataError(_wrong_encoding(file.path, encoding))
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


def _first_line(start: bytes, encoding: str, path: Path) -> str:
    try:
        text = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)().decode(start)
    except UnicodeDecodeError:
        raise DataError(_wrong_encoding(path, encoding)) from None
    if "\0" in text:
        raise DataError(Problem(str(path), "source", "text", "a binary file"))
    for line in io.StringIO(text, newline=None):
        if line.strip():
            return line.rstrip("\n")
    raise DataError(Problem(str(path), "source", "a heading line and order lines", "an empty file"))


def _wrong_encoding(path: Path, encoding: str) -> Problem:
    return Problem(str(path), "source.encoding", f"text in {encoding}", "bytes that are not", "Try 'encoding: detect'.")


def _rewrite(engine: Engine, file: SourceFile, encoding: str, separator: str) -> Path:
    """Copy a file as UTF-8 with plain line ends; runs of spaces become tabs."""
    target = engine.folder / f"rewritten-{len(list(engine.folder.iterdir()))}.csv"
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        with (
            file.open_bytes() as raw,
            io.TextIOWrapper(raw, encoding=codec, newline=None) as lines,
            target.open("w", encoding="utf-8", newline="\n") as copy,
        ):
            for line in lines:
                copy.write(re.sub(r"[ \t]+", "\t", line.strip(" \t\n")) + "\n" if separator == "spaces" else line)
    except UnicodeDecodeError:
        raise DataError(_wrong_encoding(file.path, encoding)) from None
    except (OSError, EOFError, zstandard.ZstdError) as error:
        raise damaged(file.path, error) from None
    return target


def _read_csv(
    engine: Engine, path: Path, dialect: tuple[str, str], layout: tuple[tuple[str, ...], bool]
) -> RawTable | None:
    """Load a UTF-8 file; None when bytes in it are not UTF-8."""
    (separator, compression), (headings, has_head) = dialect, layout
    name = next_table(engine)
    rejects = f"rejects_{name}"
    columns = ", ".join(f"{quote_text(heading)}: 'VARCHAR'" for heading in headings)
    engine.run(
        f"CREATE TABLE {name} AS SELECT * FROM read_csv({quote_text(_no_glob(path))}, auto_detect=false,"
        f" columns={{{columns}}}, header={str(has_head).lower()}, delim={quote_text(separator)}, quote='\"',"
        f" escape='\"',"
        f" compression='{compression}', encoding='utf-8', store_rejects=true, rejects_table='{rejects}',"
        f" rejects_scan='scan_{rejects}', rejects_limit=0, max_line_size=10000000)"
    )
    rows = engine.run(
        f"SELECT line, any_value(error_type::VARCHAR), any_value(csv_line) FROM {rejects} GROUP BY line, file_id"
    )
    if any("ENCODING" in kind for _, kind, _ in rows):
        engine.run(f"DROP TABLE {name}")
        return None
    malformed = tuple(line for _, _, text in rows for line in text.splitlines() if line.strip())
    return RawTable(name, headings, malformed)


def _no_glob(path: Path) -> str:
    """Write a path so that DuckDB does not take signs in it for a glob."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))
