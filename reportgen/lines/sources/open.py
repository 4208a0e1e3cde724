"""Opens a source: the client's headings and notations stop here, typed order lines with our names go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import narwhals as nw

from reportgen import columns as c
from reportgen.config.options import ColumnOptions, SourceOptions
from reportgen.errors import DataError, Problem
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import collect
from reportgen.lines.engine.duckdb import open_engine
from reportgen.lines.sources.digests import Digests, digest_lines
from reportgen.lines.sources.files import SourceFile, find_files
from reportgen.lines.sources.headings import match_headings, stated_headings
from reportgen.lines.sources.malformed import NO_LINES, MalformedLines
from reportgen.lines.sources.raw import RawTable
from reportgen.lines.sources.textfiles import load_text
from reportgen.lines.sources.typed import TABLE, Notation, add_typed
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
    """

    engine: Engine
    lines: OrderLines
    malformed: MalformedLines
    notes: tuple[str, ...]
    digests: Future[Digests]


@contextmanager
def open_source(
    source: SourceOptions,
    columns: ColumnOptions,
    currency_signs: Sequence[str],
    timezone: str | None = None,
    locale: str = "en_GB",
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

    Raises
    ------
    DataError
        When a file is missing, empty, damaged, or not as the config says.
    """
    files = find_files(source.path)
    notation = Notation(source, currency_signs, timezone, locale)
    with open_engine() as engine:
        malformed = NO_LINES
        notes: list[str] = []
        shapes = set()
        for file in files:
            raw, headings = _load(engine, file, source, columns)
            add_typed(engine, raw, headings, notation, str(file.path))
            engine.drop(raw.name)
            file.check_unchanged()
            malformed += raw.malformed
            notes += raw.notes
            shapes.add(frozenset(headings))
        found = frozenset.intersection(*shapes)
        _check_readable(engine, source.path, malformed)
        lines = OrderLines(
            frame=engine.lazy(TABLE),
            has_order_ids=c.ORDER_ID in found,
            has_products=bool(found & {c.PRODUCT_ID, c.PRODUCT_NAME}),
            has_units=c.QUANTITY in found,
        )
        with ThreadPoolExecutor(max_workers=1) as beside:
            digests = beside.submit(digest_lines, engine, TABLE, malformed)
            yield Source(engine, lines, malformed, tuple(notes), digests)


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


def _load(
    engine: Engine, file: SourceFile, source: SourceOptions, columns: ColumnOptions
) -> tuple[RawTable, dict[str, tuple[str, ...]]]:
    """Load the columns of a file that the config needs, and tell which heading is which of them."""
    headings: dict[str, tuple[str, ...]] = {}

    def pick(found: Sequence[str]) -> list[str]:
        headings.update(match_headings(found, columns, str(file.path)))
        return list(dict.fromkeys(heading for named in headings.values() for heading in named))

    wanted = {heading for named in stated_headings(columns).values() for heading in named}
    if file.kind in ("xlsx", "xls"):
        return load_workbook(engine, file, source.sheet, wanted, pick), headings
    if file.kind == "parquet":
        return load_parquet(engine, file.path, pick), headings
    return load_text(engine, file, source, wanted, pick), headings
