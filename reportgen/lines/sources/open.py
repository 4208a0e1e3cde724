"""Opens a source: the client's headings and notations stop here, typed order lines with our names go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache

import narwhals as nw

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions, ColumnOptions, SourceOptions
from reportgen.errors import DataError, Problem
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import collect
from reportgen.lines.engine.duckdb import DuckDBEngine, open_engine
from reportgen.lines.sources.cached import LinesCache, Loaded
from reportgen.lines.sources.digests import Digests, digest_lines
from reportgen.lines.sources.files import SourceFile, find_files
from reportgen.lines.sources.headings import Matched, match_chosen, match_headings, stated_headings
from reportgen.lines.sources.malformed import NO_LINES, MalformedLines
from reportgen.lines.sources.raw import OrderCells, RawTable, tidy_heading
from reportgen.lines.sources.textfiles import load_text
from reportgen.lines.sources.typed import TABLE, FilePart, Notation, add_typed
from reportgen.lines.sources.watched import watched_headings
from reportgen.lines.sources.workbooks import load_parquet, load_workbook
from reportgen.model.lines import OrderLines


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """An opened source.

    Attributes
    ----------
    engine : Engine
        Where the lines are; closed when the source is.
    lines : OrderLines
        Every well-formed line, typed.
    malformed : MalformedLines
        The lines that do not have the columns of the heading line.
    notes : tuple of str
        What was read in another way than the rest, for a person.
    digests : Future of Digests
        What every line's content adds up to, by store and month; computed beside everything else.
    keep : callable
        Keeps the lines for the next run, if they are to be kept and are not yet; it is called once the block ends well,
        if nobody found a better time.
    """

    engine: Engine
    lines: OrderLines
    malformed: MalformedLines
    notes: tuple[str, ...]
    digests: Future[Digests]
    keep: Callable[[], None]


@contextmanager
def open_source(
    source: SourceOptions,
    columns: ColumnOptions,
    currency_signs: Sequence[str],
    timezone: str | None = None,
    locale: str = "en_GB",
    *,
    cleansing: CleansingOptions = CleansingOptions(),  # noqa: B008 - frozen
    kept: LinesCache | None = None,
) -> Iterator[Source]:
    """Open the order lines that a config names.

    Parameters
    ----------
    source, columns
        The config's sections.
    currency_signs : sequence of str
        What may stand beside an amount, such as ``£`` and ``GBP``.
    timezone : str, optional
        IANA name of the zone whose calendar counts, for dates that carry a zone of their own.
    locale : str
        Whose names of months may be met in dates.
    cleansing : CleansingOptions
        What of it says how lines are read: values of other columns that decide, what makes ids one.
    kept : LinesCache, optional
        Where the lines are taken from if an earlier run has read the same files in the same way.

    Raises
    ------
    DataError
        When a file is missing, empty, damaged, or not as the config says.
    """
    files = find_files(source.path)
    notation = Notation(source, currency_signs, timezone, locale, cleansing)
    key = None if kept is None else kept.key_of(files, columns, notation)
    with open_engine() as engine, ThreadPoolExecutor(max_workers=1) as beside:
        found = None if kept is None or key is None else kept.load(engine, key)
        loaded, digests = found or _load_and_digest(engine, beside, files, columns, notation)

        @cache
        def keep() -> None:
            if kept is not None and key is not None and found is None:
                kept.keep(engine, key, loaded, digests.result())

        yield Source(engine, loaded.lines, loaded.malformed, loaded.notes, digests, keep)
        keep()


def _load_and_digest(
    engine: DuckDBEngine,
    beside: Executor,
    files: Sequence[SourceFile],
    columns: ColumnOptions,
    notation: Notation,
) -> tuple[Loaded, Future[Digests]]:
    """Load all files, and begin to add up what their lines are."""
    loaded = _load_all(engine, files, columns, notation)
    _check_readable(engine, notation.options.path, loaded.malformed)
    has_choice = bool(notation.cleansing.keep_only or notation.cleansing.leave_out)
    return loaded, beside.submit(digest_lines, engine, TABLE, loaded.malformed, has_choice=has_choice)


def _load_all(engine: DuckDBEngine, files: Sequence[SourceFile], columns: ColumnOptions, notation: Notation) -> Loaded:
    """Load all files into one table."""
    malformed, shapes = NO_LINES, set()
    notes: list[str] = []
    for number, file in enumerate(files, 1):
        raw, matched = _load(engine, file, columns, notation)
        notes += add_typed(engine, FilePart(raw, matched, number, str(file.path)), notation)
        engine.drop(raw.name)
        file.check_unchanged()
        malformed += raw.malformed
        notes += raw.notes
        shapes.add(frozenset(matched.headings))
    found = frozenset.intersection(*shapes)
    lines = OrderLines(
        frame=engine.lazy(TABLE),
        has_order_ids=c.ORDER_ID in found,
        has_products=bool(found & {c.PRODUCT_ID, c.PRODUCT_NAME}),
        has_units=c.QUANTITY in found,
    )
    return Loaded(lines, malformed, tuple(notes))


def _check_readable(engine: Engine, place: str, malformed: MalformedLines) -> None:
    """Stop when there is no line, or no line with a number that can be read: that is no matter of single lines."""
    counted = engine.lazy(TABLE).select(
        count=nw.len(), readable=nw.col(c.AMOUNT).count(), example=nw.col("unreadable_number").min()
    )
    count, readable, example = next(collect(counted).itertuples(index=False))
    if not count and not malformed.count:
        raise DataError(Problem(place, "source", "order lines", "a heading line and nothing below it"))
    if count and not readable:
        hint = "Check 'columns: {quantity, unit_price, amount}', or state 'source: {decimal: ...}'."
        raise DataError(Problem(place, "columns", "numbers in at least one line", f"only such as {example}", hint))


def _load(engine: Engine, file: SourceFile, columns: ColumnOptions, notation: Notation) -> tuple[RawTable, Matched]:
    """Load the columns of a file that the config needs or that are worth a look, and tell which heading is which."""
    found: list[Matched] = []
    source, cleansing = notation.options, notation.cleansing

    def pick(known: Sequence[str]) -> list[str]:
        place = str(file.path)
        preset = source.preset
        headings = match_headings(known, columns, place, preset)
        matched = Matched(headings, match_chosen(known, cleansing, place, preset))
        found.append(replace(matched, watched=tuple(watched_headings(known, matched.named))))
        return found[-1].loaded

    stated = stated_headings(columns)
    wanted = {heading for named in stated.values() for heading in named}
    order_cells = _order_cells(stated) if source.fill_down else OrderCells()
    if file.kind in ("xlsx", "xls", "html"):
        raw = load_workbook(engine, file, source.sheet, wanted, pick, order_cells=order_cells)
    elif file.kind == "parquet":
        raw = load_parquet(engine, file.path, pick)
    else:
        raw = load_text(engine, file, source, wanted, pick, order_cells=order_cells)
    return raw, found[-1]


def _order_cells(stated: Mapping[str, Sequence[str]]) -> OrderCells:
    """Return what of the columns that a config names is told once for an order."""
    of_order = [
        heading for name in (c.ORDER_ID, c.ORDERED_AT, c.CUSTOMER_ID, c.STORE) for heading in stated.get(name, ())
    ]
    of_product = [heading for name in (c.PRODUCT_ID, c.PRODUCT_NAME) for heading in stated.get(name, ())]
    return OrderCells(tuple(map(tidy_heading, of_order)), tuple(map(tidy_heading, of_product)))
