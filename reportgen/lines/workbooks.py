"""Reads workbooks and Parquet as the same table of texts that a CSV file gives."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import python_calamine

from reportgen.errors import DataError, Problem, did_you_mean
from reportgen.lines.engine import Engine, quote_name, quote_path
from reportgen.lines.files import SourceFile
from reportgen.lines.raw import RawTable, next_table, tidy_headings

_FLOATS = ("FLOAT", "DOUBLE")


def load_workbook(engine: Engine, file: SourceFile, sheet: str | None) -> RawTable:
    """Load one sheet of an XLSX or XLS workbook, every cell as text: 17850.0 as ``17850``, dates in ISO form.

    Raises
    ------
    DataError
        When the workbook cannot be read, the sheet is not there, or has no lines.
    """
    try:
        book = python_calamine.load_workbook(str(file.path))
        name = sheet if sheet is not None else next(iter(book.sheet_names), "")
        if name not in book.sheet_names:
            known = ", ".join(f"'{s}'" for s in book.sheet_names)
            hint = did_you_mean(name, book.sheet_names)
            raise DataError(Problem(str(file.path), "source.sheet", f"one of {known}", f"'{name}'", hint))
        rows = book.get_sheet_by_name(name).to_python()
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        came = f"one that cannot be read ({str(error).splitlines()[0]})"
        raise DataError(Problem(str(file.path), "source", "a workbook", came)) from None
    rows = [row for row in rows if any(cell not in ("", None) for cell in row)]
    if not rows:
        raise DataError(Problem(str(file.path), "source", "a heading line and order lines", f"an empty sheet '{name}'"))
    headings = tidy_headings(_cell_text(cell) or "" for cell in rows[0])
    columns = [pa.array([_cell_text(cell) for cell in column], pa.string()) for column in zip(*rows[1:], strict=True)]
    table = pa.table(columns or [pa.array([], pa.string()) for _ in headings], names=list(headings))
    return RawTable(_place(engine, table), headings, has_native_numbers=True)


def load_parquet(engine: Engine, path: Path) -> RawTable:
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
        columns = zip(described, headings, strict=True)
        picked = [f"{_as_text(row[0], row[1])} AS {quote_name(heading)}" for row, heading in columns]
        name = next_table(engine)
        engine.run(f"CREATE TABLE {name} AS SELECT {', '.join(picked)} FROM {source}")
    except duckdb.Error as error:
        came = f"one that is damaged ({str(error).splitlines()[0]})"
        raise DataError(Problem(str(path), "source", "a Parquet file", came)) from None
    return RawTable(name, headings, has_native_numbers=True)


def _as_text(column: str, kind: str) -> str:
    quoted = quote_name(column)
    if kind in _FLOATS:
        whole = f"CAST(CAST({quoted} AS HUGEINT) AS VARCHAR)"
        return (
            f"CASE WHEN isnan({quoted}) THEN NULL WHEN {quoted} = trunc({quoted}) AND abs({quoted}) < 1e15 THEN {whole}"
            f" ELSE CAST({quoted} AS VARCHAR) END"
        )
    return f"CAST({quoted} AS VARCHAR)"


def _cell_text(cell: object) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return (datetime.min + cell).time().isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, time) else str(cell)


def _place(engine: Engine, table: pa.Table) -> str:
    name = next_table(engine)
    engine.connection.register("arriving", table)
    engine.run(f"CREATE TABLE {name} AS SELECT * FROM arriving")
    engine.connection.unregister("arriving")
    return name
