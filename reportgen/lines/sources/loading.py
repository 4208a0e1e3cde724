"""Loads and types what a source is made of: files, lakes, tables of databases, each by the way that fits it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reportgen import columns as c
from reportgen.config.lines import ColumnOptions, SourceOptions
from reportgen.lines.engine.base import Engine, LoadingEngine, UnreadableFileError
from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.sources.databases.load import DatabaseTable, load_database
from reportgen.lines.sources.delta import DeltaTable, load_delta
from reportgen.lines.sources.files import SourceFile
from reportgen.lines.sources.headings import Matched, match_chosen, match_headings, stated_headings
from reportgen.lines.sources.lakes import Lake
from reportgen.lines.sources.malformed import NO_LINES, MalformedLines
from reportgen.lines.sources.raw import OrderCells, Pick, RawTable, tidy_heading
from reportgen.lines.sources.textfiles import load_text
from reportgen.lines.sources.typed import TABLE, FilePart, Notation, add_typed
from reportgen.lines.sources.watched import watched_headings
from reportgen.lines.sources.workbooks import load_parquet, load_workbook
from reportgen.model.lines import OrderLines

SourcePart = SourceFile | Lake | DeltaTable | DatabaseTable
"""What is read and typed as one."""


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What is told of parts beside their lines.

    Attributes
    ----------
    malformed : MalformedLines
        Lines that are none.
    notes : tuple of str
        What a person should know of how they were read.
    columns : frozenset of str
        Our columns that every part has.
    """

    malformed: MalformedLines
    notes: tuple[str, ...]
    columns: frozenset[str]


@dataclass(frozen=True, eq=False, slots=True)
class Loaded:
    """The lines of a source in the engine's `TABLE`, and what is told of them.

    Attributes
    ----------
    lines : OrderLines
        Typed.
    malformed : MalformedLines
        Lines that are none.
    notes : tuple of str
        What a person should know of how they were read.
    """

    lines: OrderLines
    malformed: MalformedLines
    notes: tuple[str, ...]


def load_parts(
    engine: DuckDBEngine, parts: Iterable[tuple[int, SourcePart]], columns: ColumnOptions, notation: Notation
) -> LoadSummary:
    """Add the lines of parts to `TABLE`, typed.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the table is.
    parts : iterable of (int, SourcePart)
        With the number of each in the source, from 1.
    columns, notation
        What the config says of them.

    Raises
    ------
    DataError
        When one of them cannot be read, or not for sure.
    """
    told = [_load_part(engine, part, number, columns, notation) for number, part in parts]
    return add_up(told)


def add_up(told: Sequence[LoadSummary]) -> LoadSummary:
    """Add up what is told of several parts."""
    malformed = sum((one.malformed for one in told), NO_LINES)
    notes = tuple(note for one in told for note in one.notes)
    return LoadSummary(malformed, notes, frozenset.intersection(*(one.columns for one in told)))


def to_loaded(engine: Engine, told: LoadSummary) -> Loaded:
    """Return the lines in an engine's `TABLE` with what is told of them."""
    lines = OrderLines(
        frame=engine.lazy(TABLE),
        has_order_ids=c.ORDER_ID in told.columns,
        has_products=bool(told.columns & {c.PRODUCT_ID, c.PRODUCT_NAME}),
        has_units=c.QUANTITY in told.columns,
    )
    return Loaded(lines, told.malformed, told.notes)


def _load_part(
    engine: DuckDBEngine, part: SourcePart, number: int, columns: ColumnOptions, notation: Notation
) -> LoadSummary:
    if isinstance(part, Lake) and len(groups := _split_by_kind(engine, part)) > 1:
        return add_up([_load_part(engine, group, number, columns, notation) for group in groups])
    raw, matched = _load(engine, part, columns, notation)
    notes = add_typed(engine, FilePart(raw, matched, number, part.place), notation)
    engine.drop(raw.name)
    part.check_unchanged()
    return LoadSummary(raw.malformed, (*notes, *raw.notes), frozenset(matched.headings))


def _split_by_kind(engine: LoadingEngine, lake: Lake) -> list[Lake]:
    """Split a lake into tables whose columns are of one kind each; most are one."""
    groups: list[tuple[dict[str, str], list[SourceFile]]] = []
    try:
        kinds = engine.list_kinds([file.path for file in lake.files])
    except UnreadableFileError:
        return [lake]  # it is told when it is read
    for file, own in zip(lake.files, kinds, strict=True):
        fitting = (group for group in groups if all(group[0].get(name, kind) == kind for name, kind in own.items()))
        known, files = next(fitting, ({}, []))
        if not files:
            groups.append((known, files))
        known.update(own)
        files.append(file)
    return [Lake(tuple(files), lake.place) for _, files in groups]


def _load(
    engine: LoadingEngine, part: SourcePart, columns: ColumnOptions, notation: Notation
) -> tuple[RawTable, Matched]:
    """Load the columns of a file that the config needs or that are worth a look, and tell which heading is which."""
    found: list[Matched] = []
    source, cleansing = notation.options, notation.cleansing

    def pick(known: Sequence[str]) -> list[str]:
        preset = source.preset
        headings = match_headings(known, columns, part.place, preset)
        matched = Matched(headings, match_chosen(known, cleansing, part.place, preset))
        found.append(replace(matched, watched=tuple(watched_headings(known, matched.named))))
        return found[-1].loaded

    if isinstance(part, DatabaseTable):
        return load_database(engine, part, pick), found[-1]
    if isinstance(part, DeltaTable):
        return load_delta(engine, part, pick), found[-1]
    if isinstance(part, Lake):
        return load_parquet(engine, part.files, part.place, pick), found[-1]
    return _load_file(engine, part, columns, source, pick), found[-1]


def _load_file(
    engine: LoadingEngine, file: SourceFile, columns: ColumnOptions, source: SourceOptions, pick: Pick
) -> RawTable:
    """Load the columns of a file, and beside them what its folders tell of all of its lines."""
    told: dict[str, str | None] = {}

    def pick_in_file(known: Sequence[str]) -> list[str]:
        folded = {heading.casefold() for heading in known}  # the engine's names know no capital letters
        beside = {heading: text for heading, text in file.partition if heading.casefold() not in folded}
        picked = pick((*known, *beside))
        told.update({heading: text for heading, text in beside.items() if heading in picked})
        return [heading for heading in picked if heading not in told]

    stated = stated_headings(columns)
    wanted = {heading for named in stated.values() for heading in named}
    order_cells = _order_cells(stated) if source.fill_down else OrderCells()
    if file.kind in ("xlsx", "xls", "html"):
        raw = load_workbook(engine, file, source.sheet, wanted, pick_in_file, order_cells=order_cells)
    elif file.kind == "parquet":
        raw = load_parquet(engine, [replace(file, partition=())], file.place, pick_in_file)
    else:
        raw = load_text(engine, file, source, wanted, pick_in_file, order_cells=order_cells)
    engine.add_texts(raw.name, told)
    return replace(raw, headings=(*raw.headings, *told))


def _order_cells(stated: Mapping[str, Sequence[str]]) -> OrderCells:
    """Return what of the columns that a config names is told once for an order."""
    of_order = [
        heading for name in (c.ORDER_ID, c.ORDERED_AT, c.CUSTOMER_ID, c.STORE) for heading in stated.get(name, ())
    ]
    of_product = [heading for name in (c.PRODUCT_ID, c.PRODUCT_NAME) for heading in stated.get(name, ())]
    return OrderCells(tuple(map(tidy_heading, of_order)), tuple(map(tidy_heading, of_product)))
