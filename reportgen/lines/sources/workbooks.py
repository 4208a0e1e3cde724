"""Reads workbooks and Parquet as the same table of texts that a CSV file gives."""

from __future__ import annotations

import json
from pathlib import Path

from reportgen.errors import DataError, Problem, did_you_mean
from reportgen.lines.engine.base import Engine, TextLayout, UnreadableFileError
from reportgen.lines.sources.files import SourceFile
from reportgen.lines.sources.limited import run_child
from reportgen.lines.sources.raw import Pick, RawTable, tidy_headings


def load_workbook(engine: Engine, file: SourceFile, sheet: str | None, pick: Pick) -> RawTable:
    """Load one sheet of an XLSX or XLS workbook, every cell as text: 17850.0 as ``17850``, dates in ISO form.

    Raises
    ------
    DataError
        When the workbook cannot be read, the sheet is not there, or has no lines.
    """
    target = engine.new_file(".csv")
    said = run_child("workbook", json.dumps(sheet), file.path, target)
    if "sheets" in said:
        known = ", ".join(f"'{name}'" for name in said["sheets"])
        hint = did_you_mean(said["sheet"], said["sheets"])
        raise DataError(Problem(str(file.path), "source.sheet", f"one of {known}", f"'{said['sheet']}'", hint))
    if not said["headings"]:
        came = f"an empty sheet '{said['sheet']}'"
        raise DataError(Problem(str(file.path), "source", "a heading line and order lines", came))
    headings = tidy_headings(said["headings"])
    layout = TextLayout(headings, ",", line_end="\\n")  # a cell may hold line ends of any kind
    name = engine.load_text(target, layout, pick(headings))
    if name is None or engine.count(name) != said["rows"]:
        came = "some that cannot be told apart"
        raise DataError(Problem(str(file.path), "source", f"{said['rows']:,} rows", came, "Save the sheet as CSV."))
    return RawTable(name, headings, has_native_numbers=True)


def load_parquet(engine: Engine, path: Path, pick: Pick) -> RawTable:
    """Load one Parquet file, every column as text.

    Raises
    ------
    DataError
        When the file is damaged.
    """
    try:
        known = engine.list_columns(path)
        headings = tidy_headings(known)
        wanted = set(pick(headings))
        columns = {column: heading for column, heading in zip(known, headings, strict=True) if heading in wanted}
        name = engine.load_parquet(path, columns)
    except UnreadableFileError as error:
        raise DataError(Problem(str(path), "source", "a Parquet file", f"one that is damaged ({error})")) from None
    return RawTable(name, headings, has_native_numbers=True)
