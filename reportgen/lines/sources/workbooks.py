"""Reads workbooks and Parquet as the same table of texts that a CSV file gives."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from reportgen.errors import DataError, Problem, did_you_mean
from reportgen.lines.engine.duckdb import Engine, quote_name, quote_path, quote_text
from reportgen.lines.sources.files import SourceFile
from reportgen.lines.sources.limited import run_child
from reportgen.lines.sources.raw import Pick, RawTable, next_table, tidy_headings

_FLOATS = ("FLOAT", "DOUBLE")


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
    picked = ", ".join(quote_name(column) for column in pick(headings))
    described = ", ".join(f"{quote_text(heading)}: 'VARCHAR'" for heading in headings)
    name = next_table(engine)
    try:
        engine.run(
            f"CREATE TABLE {name} AS SELECT {picked} FROM read_csv({quote_path(target)}, auto_detect=false,"
            f" header=false, columns={{{described}}}, quote='\"', escape='\"', delim=',', encoding='utf-8',"
            " new_line='\\n', max_line_size=10000000)"
        )
        is_whole = engine.run(f"SELECT count(*) FROM {name}") == [(said["rows"],)]
    except duckdb.InvalidInputException:
        is_whole = False
    if not is_whole:
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
    source = f"read_parquet({quote_path(path)})"
    try:
        described = engine.run(f"DESCRIBE SELECT * FROM {source}")
        headings = tidy_headings(row[0] for row in described)
        wanted = set(pick(headings))
        columns = ((row, heading) for row, heading in zip(described, headings, strict=True) if heading in wanted)
        picked = [f"{_as_text(row[0], row[1])} AS {quote_name(heading)}" for row, heading in columns]
        name = next_table(engine)
        engine.run(f"CREATE TABLE {name} AS SELECT {', '.join(picked)} FROM {source}")
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        came = f"one that is damaged ({str(error).splitlines()[0]})"
        raise DataError(Problem(str(path), "source", "a Parquet file", came)) from None
    return RawTable(name, headings, has_native_numbers=True)


def _as_text(column: str, kind: str) -> str:
    quoted = quote_name(column)
    if kind in _FLOATS:
        whole = f"TRY_CAST(TRY_CAST({quoted} AS HUGEINT) AS VARCHAR)"
        return (
            f"CASE WHEN isnan({quoted}) THEN NULL WHEN {quoted} = trunc({quoted}) AND abs({quoted}) < 1e15 THEN {whole}"
            f" ELSE CAST({quoted} AS VARCHAR) END"
        )
    return f"CAST({quoted} AS VARCHAR)"
