"""Reads workbooks and Parquet as the same table of texts that a CSV file gives."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from reportgen.errors import DataError, Problem, did_you_mean
from reportgen.lines.engine.base import LoadingEngine, TextLayout, UnreadableFileError
from reportgen.lines.sources.files import SourceFile
from reportgen.lines.sources.limited import run_child
from reportgen.lines.sources.raw import OrderCells, Pick, RawTable, tidy_heading, tidy_headings


def load_workbook(
    engine: LoadingEngine,
    file: SourceFile,
    sheet: str | None,
    wanted: Collection[str],
    pick: Pick,
    *,
    order_cells: OrderCells,
) -> RawTable:
    """Load the table of an XLSX or XLS workbook, or of an HTML page, every cell as text.

    The number 17850.0 becomes ``17850``, dates are written in ISO form.

    Parameters
    ----------
    engine : Engine
        Where the table is made.
    file : SourceFile
        The workbook.
    sheet : str or None
        Its name; ``*`` for every sheet that has the headings; None for the only one that has them.
    wanted : collection of str
        Headings that the config names.
    pick : callable
        Says which of the headings are loaded.
    order_cells : OrderCells
        What to fill down.

    Raises
    ------
    DataError
        When the workbook cannot be read, the sheet is not there or has no lines, or several have the headings.
    """
    target = engine.new_file(".csv")
    cells = {"fill": order_cells.fill, "kept": order_cells.kept, "is_page": file.kind == "html"}
    asked = json.dumps({"sheet": sheet, "wanted": sorted(map(tidy_heading, wanted)), **cells})
    said = run_child("workbook", asked, file.path, target)
    _check_said(said, str(file.path), sheet)
    headings = tidy_headings(said["headings"])
    layout = TextLayout(headings, ",", line_end="\\n")  # a cell may hold line ends of any kind
    try:
        picked = pick(headings)
    except DataError as error:
        raise _with_sheets(error, said["sheets"], said["known"]) from None
    name = engine.load_text(target, layout, picked)
    if name is None or engine.count(name) != said["rows"]:
        came = "some that cannot be told apart"
        raise DataError(Problem(str(file.path), "source", f"{said['rows']:,} rows", came, "Save the sheet as CSV."))
    return RawTable(name, headings, notes=tuple(_tell(file, said)), has_cells=True)


def _check_said(said: dict[str, Any], place: str, sheet: str | None) -> None:
    """Stop when the sheet is not there or empty, or when several have the headings and none is named."""
    known = ", ".join(f"'{name}'" for name in said["known"])
    if "headings" not in said:
        hint = did_you_mean(str(sheet), said["known"])
        raise DataError(Problem(place, "source.sheet", f"one of {known}", f"'{sheet}'", hint))
    read = ", ".join(f"'{name}'" for name in said["sheets"])
    if not said["headings"]:
        came = f"an empty sheet {read}" if said["known"] else "an HTML page without a table"
        raise DataError(Problem(place, "source", "a heading line and order lines", came))
    if said["others"] and sheet is None:
        several = ", ".join(f"'{name}'" for name in (*said["sheets"], *said["others"]))
        hint = "Say which with 'source: {sheet: ...}', or read them all with 'source: {sheet: \"*\"}'."
        came = f"several that have the headings: {several}"
        raise DataError(Problem(place, "source.sheet", "one sheet with order lines", came, hint))


def _with_sheets(error: DataError, read: Sequence[str], known: Sequence[str]) -> DataError:
    """Add to headings that are not there which sheet was looked at, and which others there are."""
    if len(known) < 2:
        return error
    sheets = f"in sheet '{read[0]}' of {', '.join(repr(name) for name in known)}"
    return DataError(*(replace(problem, came=f"{problem.came} {sheets}") for problem in error.problems))


def _tell(file: SourceFile, said: dict[str, Any]) -> Iterator[str]:
    """Tell of rows and sheets that are no order lines, and of a sheet that is not the first."""
    if file.kind == "html":
        found = "read from the table in it that has the headings"
        yield f"{file.path.name}: an HTML page, whatever its name ends in; {found}"
    if said["above"]:
        rows = f"{said['above']:,} row{'' if said['above'] == 1 else 's'}"
        yield f"{file.path.name}: {rows} above the headings, so read as titles and no order lines"
    if said["sheets"][0] != said["known"][0] and file.kind != "html":
        yield f"{file.path.name}: read from sheet '{said['sheets'][0]}', the one that has the headings"


def load_parquet(engine: LoadingEngine, files: Sequence[SourceFile], place: str, pick: Pick) -> RawTable:
    """Load Parquet files that make one table, every column as text, and what their folders tell beside it.

    Raises
    ------
    DataError
        When the file is damaged.
    """
    try:
        known = engine.list_columns([file.path for file in files])
        own = tidy_headings(known)
        told = [dict(file.partition) for file in files]
        folded = {heading.casefold() for heading in own}  # the engine's names know no capital letters
        names = dict.fromkeys(name for one in told for name in one)
        headings = (*own, *(name for name in names if name.casefold() not in folded))
        numbers = {heading: "true" for heading, kind in zip(own, known.values(), strict=True) if kind}
        wanted = set(pick(headings))
        columns = {column: heading for column, heading in zip(known, own, strict=True) if heading in wanted}
        beside = {name: [one.get(name) for one in told] for name in headings[len(own) :] if name in wanted}
        name = engine.load_parquet([file.path for file in files], columns, beside)
    except UnreadableFileError as error:
        came = f"one that is damaged ({error})"
        raise DataError(Problem(place, "source", "a Parquet file", came)) from None
    return RawTable(name, headings, native=numbers)
