"""Loads order lines from a database as the same table of texts that a file gives."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from reportgen.config.databases import DatabaseOptions
from reportgen.errors import ConfigError, DataError, Problem, did_you_mean
from reportgen.lines.engine.base import LoadingEngine
from reportgen.lines.engine.sql import quote_name
from reportgen.lines.sources.databases.address import read_address
from reportgen.lines.sources.databases.bounds import Bounds
from reportgen.lines.sources.databases.columns import Column, pick_typed, to_plain
from reportgen.lines.sources.databases.known import SYSTEMS, flag_of
from reportgen.lines.sources.databases.systems import Relation, Session, System, find_system
from reportgen.lines.sources.databases.trouble import tell_trouble
from reportgen.lines.sources.raw import Pick, RawTable, tidy_headings
from reportgen.model.lines import FIRST_YEAR

_PARAMETER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_COMMENT_OR_TEXT = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", re.DOTALL)
_EARLIEST, _MARGIN = datetime(FIRST_YEAR, 1, 1), timedelta(days=2)
_FIRST_DAY, _END = "first_day", "end"
_MAX_QUERY = 1_000_000


def is_bounded(options: DatabaseOptions) -> bool:
    """Tell whether only the lines are fetched that a report needs.

    Raises
    ------
    ConfigError
        When the query cannot be read.
    """
    if options.query is None:
        return options.dated_by is not None
    return _FIRST_DAY in _PARAMETER.findall(_read_query(options.query))


def load_database(engine: LoadingEngine, table: DatabaseTable, pick: Pick) -> RawTable:
    """Load the columns of a table or query that are wanted, every value as text.

    Parameters
    ----------
    engine : Engine
        Where the table is made.
    table : DatabaseTable
        What is read.
    pick : callable
        Says which of the columns are loaded.

    Raises
    ------
    ConfigError
        When the address, the query or the driver is not there.
    DataError
        When the database cannot be reached or read, or a column holds what no order line has.
    """
    options = table.options
    with _open(options, table.bounds, table.timezone, os.environ) as (connection, relation, session, system):
        address = session.address
        with tell_trouble(options, address, lambda: _list_tables(system, session)):
            columns = system.describe(connection, relation)
            _check_named(options, columns)
            described = dict(zip(tidy_headings(column.name for column in columns), columns, strict=True))
            picked = _pick_by_name(described, pick, address.place)
            rows = _Rows(system.stream(connection, list(picked.values()), relation, session))
            name = rows.load(engine, {column.name: heading for heading, column in picked.items()})
    numbers = {heading: "true" for heading, column in picked.items() if column.kind == "number"}
    flagged = {
        heading: f"{quote_name(flag_of(heading))} = '1'" for heading, column in picked.items() if column.kind == "any"
    }
    return RawTable(name, tuple(described), native={**numbers, **flagged})


@dataclass(frozen=True, slots=True)
class DatabaseTable:
    """A table or query of a database, where a source would have a file.

    Attributes
    ----------
    options : DatabaseOptions
        Which one.
    bounds : Bounds
        The lines that are needed.
    timezone : str or None
        Whose calendar counts.
    """

    options: DatabaseOptions
    bounds: Bounds
    timezone: str | None

    @property
    def place(self) -> str:
        """What messages call it."""
        return self.options.place

    def check_unchanged(self) -> None:
        """Nothing is to be checked: it was read in one snapshot."""


def describe_table(
    options: DatabaseOptions, bounds: Bounds, timezone: str | None, environ: Mapping[str, str]
) -> list[Column]:
    """List the columns of a table or query, and read none of its rows; raises what `load_database` raises."""
    with (
        _open(options, bounds, timezone, environ) as (connection, relation, session, system),
        tell_trouble(options, session.address, lambda: _list_tables(system, session)),
    ):
        columns = system.describe(connection, relation)
        _check_named(options, columns)
        return columns


@contextmanager
def _open(
    options: DatabaseOptions, bounds: Bounds, timezone: str | None, environ: Mapping[str, str]
) -> Iterator[tuple[Any, Relation, Session, System]]:
    """Connect, and say where the rows come from."""
    address = read_address(options, environ)
    system = find_system(address, SYSTEMS)
    if options.partition_by is not None and not system.reads_ranges:
        expected = "a database that can be read over several connections at a time"
        hint = "Leave 'partition_by' out."
        raise ConfigError(Problem(address.place, "source.database.partition_by", expected, system.name, hint))
    relation = _relate(options, system, bounds)
    session = Session(address, options.timeout, timezone or "UTC")
    with ExitStack() as stack:
        with tell_trouble(options, address):
            connection = stack.enter_context(system.open(session))
        yield connection, relation, session, system


@dataclass(slots=True)
class _Rows:
    """Rows on their way into the engine, which would hide the error of a driver in one of its own."""

    batches: Iterator[pa.RecordBatch]
    error: BaseException | None = None

    def load(self, engine: LoadingEngine, names: dict[str, str]) -> str:
        """Load them; columns are renamed, and flags follow the columns that they are of."""
        named = {**names, **{flag_of(name): flag_of(heading) for name, heading in names.items()}}
        first = next(self.batches, None)
        if first is None:
            schema = pa.schema([(name, pa.string()) for name in named])
            return engine.load_batches(pa.RecordBatchReader.from_batches(schema, iter(())), named)
        plain = to_plain(first)
        reader = pa.RecordBatchReader.from_batches(plain.schema, self._give(plain))
        try:
            return engine.load_batches(reader, {name: named[name] for name in plain.schema.names})
        except Exception:
            if self.error is not None:
                raise self.error from None
            raise

    def _give(self, first: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        yield first
        try:
            for batch in self.batches:
                yield to_plain(batch)
        except BaseException as error:
            self.error = error
            raise


def _relate(options: DatabaseOptions, system: System, bounds: Bounds) -> Relation:
    """Say where the rows come from.

    A day is asked for two days early, for the database may keep instants of another zone than the one whose calendar
    counts; what is too early is left out when the lines are typed.
    """
    first_day = None if bounds.first_day is None else max(bounds.first_day, _EARLIEST) - _MARGIN
    values = {
        _FIRST_DAY: first_day or _EARLIEST,
        _END: bounds.end,
    }
    if options.query is not None:
        bound: list[datetime] = []

        def mark(found: re.Match[str]) -> str:
            bound.append(_value_of(found[1], values, str(options.query)))
            return system.mark(len(bound))

        text = _PARAMETER.sub(mark, _read_query(options.query)).strip().rstrip("; \n\t\r")
        return Relation(f"(\n{text}\n) AS order_lines", values=tuple(bound), partition_by=options.partition_by or "")
    table = ".".join(system.quote(part) for part in str(options.table).split("."))
    if options.dated_by is None or first_day is None:
        return Relation(table, partition_by=options.partition_by or "")
    condition = system.since(system.quote(options.dated_by), system.mark(1))
    return Relation(table, condition, (first_day,), options.partition_by or "")


def _value_of(name: str, values: dict[str, datetime], place: str) -> datetime:
    if name in values:
        return values[name]
    expected = " or ".join(f"{{{{ {known} }}}}" for known in values)
    raise ConfigError(Problem(place, "query", expected, f"'{{{{ {name} }}}}'", did_you_mean(name, values)))


def _read_query(path: str) -> str:
    """Read a query and leave out its comments, in which a placeholder means nothing."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        came = str(error.strerror).lower() if isinstance(error, OSError) else "a file that is not text in UTF-8"
        raise ConfigError(Problem(path, "source.database.query", "a file with a query", came)) from None
    query = _COMMENT_OR_TEXT.sub(partial(_leave_out_comment, path), text)
    if query.strip() and len(text) <= _MAX_QUERY:
        return query
    came = f"{len(text):,} signs" if query.strip() else "comments alone" if text.strip() else "an empty file"
    raise ConfigError(Problem(path, "source.database.query", "a file with a query", came))


def _leave_out_comment(path: str, found: re.Match[str]) -> str:
    """Return a space for a comment, and a text or a name in quotation marks as it is."""
    if found[0].startswith(("--", "/*")):
        return " "
    if placeholder := _PARAMETER.search(found[0]):
        hint = f"Write {placeholder[0]} without quotation marks around it."
        raise ConfigError(Problem(path, "query", "parameters that stand where a value can", found[0][:100], hint))
    return found[0]


def _check_named(options: DatabaseOptions, columns: Sequence[Column]) -> None:
    """Stop when a column by which lines are fetched is not there: not every database would."""
    known = [column.name for column in columns]
    for option, name in (("dated_by", options.dated_by), ("partition_by", options.partition_by)):
        if name is not None and name not in known:
            hint = did_you_mean(name, known) or f"There are: {', '.join(known[:20])}."
            raise DataError(Problem(options.place, f"source.database.{option}", f"the column '{name}'", "none", hint))


def _pick_by_name(described: Mapping[str, Column], pick: Pick, place: str) -> dict[str, Column]:
    """Pick the columns that are loaded; one whose name another has too cannot be asked for."""
    counts = Counter(column.name for column in described.values())
    try:
        picked = pick_typed(described, pick, place)
    except DataError as error:
        try:
            by_name = pick_typed({column.name: column for column in described.values()}, pick, place)
        except DataError:
            raise error from None
        _check_unique(by_name, counts, place)
        raise
    _check_unique(picked, counts, place)
    return picked


def _check_unique(picked: Mapping[str, Column], counts: Counter[str], place: str) -> None:
    twice = dict.fromkeys(f"'{column.name}'" for column in picked.values() if counts[column.name] > 1)
    if twice:
        expected, hint = "columns that each have a name of their own", "Rename one in the query: … AS another_name."
        raise DataError(Problem(place, "query", expected, f"two or more named {', '.join(twice)}", hint))


def _list_tables(system: System, session: Session) -> list[str]:
    """List the tables over a connection of its own: the other one's transaction has failed."""
    with system.open(session) as connection:
        return system.list_tables(connection)
