"""Opens a source: the client's headings and notations stop here, typed order lines with our names go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import narwhals as nw

from reportgen import columns as c
from reportgen.config.engine import EngineOptions, SparkOptions
from reportgen.config.lines import CleansingOptions, ColumnOptions, SourceOptions
from reportgen.errors import DataError, Problem
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import collect
from reportgen.lines.engine.duckdb import open_engine
from reportgen.lines.engine.spark_session import open_spark
from reportgen.lines.sources.cached import LinesCache
from reportgen.lines.sources.databases.bounds import EVERYTHING, Bounds
from reportgen.lines.sources.databases.load import DatabaseTable
from reportgen.lines.sources.digests import Digests, digest_lines
from reportgen.lines.sources.lakes import find_parts
from reportgen.lines.sources.loading import Loaded, LoadSummary, SourcePart, load_parts, to_loaded
from reportgen.lines.sources.malformed import MalformedLines
from reportgen.lines.sources.tasks import load_by_tasks
from reportgen.lines.sources.typed import TABLE, Notation
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


@dataclass(frozen=True, eq=False, slots=True)
class OpenOptions:
    """How a source is opened; none of it changes what its lines are.

    Attributes
    ----------
    kept : LinesCache, optional
        Where the lines are taken from if an earlier run has read the same files in the same way.
    bounds : Bounds
        The lines that are needed, where a database can tell which they are; a file is read whole.
    engine : EngineOptions
        What the lines are computed on.
    """

    kept: LinesCache | None = None
    bounds: Bounds = EVERYTHING
    engine: EngineOptions = field(default_factory=EngineOptions)


@contextmanager
def open_source(
    source: SourceOptions,
    columns: ColumnOptions,
    currency_signs: Sequence[str],
    timezone: str | None = None,
    locale: str = "en_GB",
    *,
    cleansing: CleansingOptions = CleansingOptions(),  # noqa: B008 - frozen
    opening: OpenOptions = OpenOptions(),
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
    opening : OpenOptions
        On which engine, how much of it, and from which cache.

    Raises
    ------
    ConfigError
        When the address of a database or its driver is not there.
    DataError
        When a file is missing, empty, damaged, or not as the config says, or a database cannot be read.
    """
    notation = Notation(source, currency_signs, timezone, locale, cleansing)
    with _find(source, opening.bounds, timezone) as parts:
        if opening.engine.spark is None:
            opened = _open_here(parts, columns, notation, opening.kept)
        else:
            opened = _open_on_spark(parts, columns, notation, opening.engine.spark)
        with opened as lines:
            yield lines


@contextmanager
def _open_here(
    parts: Sequence[SourcePart], columns: ColumnOptions, notation: Notation, kept: LinesCache | None
) -> Iterator[Source]:
    key = None if kept is None else kept.key_of(parts, columns, notation)
    with open_engine() as engine, ThreadPoolExecutor(max_workers=1) as beside:
        found = None if kept is None or key is None else kept.load(engine, key)
        loaded, digests = found or _check_and_digest(
            engine, beside, load_parts(engine, enumerate(parts, 1), columns, notation), notation
        )

        @cache
        def keep() -> None:
            if kept is not None and key is not None and found is None:
                kept.keep(engine, key, loaded, digests.result())

        yield Source(engine, loaded.lines, loaded.malformed, loaded.notes, digests, keep)
        keep()


@contextmanager
def _open_on_spark(
    parts: Sequence[SourcePart], columns: ColumnOptions, notation: Notation, options: SparkOptions
) -> Iterator[Source]:
    with open_spark(options) as engine, ThreadPoolExecutor(max_workers=1) as beside:
        loaded, digests = _check_and_digest(engine, beside, load_by_tasks(engine, parts, columns, notation), notation)
        yield Source(engine, loaded.lines, loaded.malformed, loaded.notes, digests, lambda: None)


@contextmanager
def _find(source: SourceOptions, bounds: Bounds, timezone: str | None) -> Iterator[Sequence[SourcePart]]:
    """Find what a source is made of; what is fetched for it stays for the block."""
    if source.database is not None:
        yield [DatabaseTable(source.database, bounds, timezone)]
    else:
        with find_parts(source.path) as parts:
            yield parts


def _check_and_digest(
    engine: Engine, beside: Executor, told: LoadSummary, notation: Notation
) -> tuple[Loaded, Future[Digests]]:
    """See that there are lines, and begin to add up what they are."""
    loaded = to_loaded(engine, told)
    _check_readable(engine, notation.options.place, loaded.malformed)
    has_choice = bool(notation.cleansing.keep_only or notation.cleansing.leave_out)
    return loaded, beside.submit(digest_lines, engine, TABLE, loaded.malformed, has_choice=has_choice)


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
