"""What each kind of database must be told, so that one snapshot is read, nothing written, and nobody waits for ever."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import pyarrow as pa

from reportgen.errors import ConfigError, Problem, did_you_mean
from reportgen.lines.engine.sql import quote_name
from reportgen.lines.sources.databases.address import Address
from reportgen.lines.sources.databases.columns import Column, describe_field


@dataclass(frozen=True, slots=True)
class Relation:
    """Where the rows come from.

    Attributes
    ----------
    of : str
        What stands behind FROM: a quoted table, or a query in brackets with a name.
    condition : str
        What stands behind WHERE; empty for all rows.
    values : tuple of datetime
        Bound parameters, in the order of their marks.
    partition_by : str
        Column by whose ranges it may be read over several connections; empty for one.
    """

    of: str
    condition: str = ""
    values: tuple[datetime, ...] = ()
    partition_by: str = ""

    def select(self, what: str, *, more: str = "") -> str:
        """Return SQL that selects something of it."""
        where = f" WHERE {self.condition}" if self.condition else ""
        return f"SELECT {what} FROM {self.of}{where}{more}"


@dataclass(frozen=True, slots=True)
class Session:
    """How a database is talked to.

    Attributes
    ----------
    address : Address
        Where it is.
    timeout : int
        Seconds that a statement may take.
    timezone : str
        Whose calendar counts where the database itself turns an instant into a day.
    """

    address: Address
    timeout: int
    timezone: str


class System(ABC):
    """A kind of database, by its ADBC driver.

    Attributes
    ----------
    name : str
        What people call it.
    schemes : tuple of str
        What its addresses begin with.
    module : str
        The driver.
    extra : str
        What brings the driver: ``pip install 'reportgen[extra]'``.
    reads_ranges : bool
        Whether ranges of a column can be read over several connections from one snapshot.
    """

    name: ClassVar[str]
    schemes: ClassVar[tuple[str, ...]]
    module: ClassVar[str]
    extra: ClassVar[str]
    reads_ranges: ClassVar[bool] = False

    @contextmanager
    def open(self, session: Session) -> Iterator[Any]:
        """Open a connection for the block, in which nothing can be written where the system allows to say so.

        Raises
        ------
        ConfigError
            When the driver is not installed.
        """
        try:
            driver = importlib.import_module(f"{self.module}.dbapi")
        except ImportError:
            hint = f"Install it: pip install 'reportgen[{self.extra}]'."
            raise ConfigError(
                Problem(session.address.place, "source.database", f"the driver for {self.name}", "none", hint)
            ) from None
        with closing(self.connect(driver, session)) as connection:
            self.begin(connection, session)
            yield connection

    @abstractmethod
    def connect(self, driver: Any, session: Session) -> Any:
        """Connect with the driver's `dbapi` module."""

    def begin(self, connection: Any, session: Session) -> None:  # noqa: B027 - nothing to say is in order
        """Say what the transaction is: read only, of one snapshot, within its time."""

    def mark(self, number: int) -> str:  # noqa: ARG002 - some count them
        """Return what stands for a bound parameter, counted from 1."""
        return "?"

    def bind(self, value: datetime) -> Any:
        """Return a parameter's value as the driver wants it."""
        return value

    def quote(self, name: str) -> str:
        """Quote a name."""
        return quote_name(name)

    def describe(self, connection: Any, relation: Relation) -> list[Column]:
        """List the columns of a relation and what they hold."""
        with closing(self.run(connection, relation.select("*", more=" LIMIT 0"), relation.values)) as cursor:
            return [describe_field(field) for field in cursor.fetch_record_batch().schema]

    def since(self, name: str, mark: str) -> str:
        """Return SQL of whether a date is not before a parameter, or is none."""
        return f"{name} >= {mark} OR {name} IS NULL"

    def spell(self, column: Column) -> list[str]:
        """Return what to select for a column: itself, and beside it perhaps whether it is a number."""
        return [self.quote(column.name)]

    def stream(
        self,
        connection: Any,
        columns: Sequence[Column],
        relation: Relation,
        session: Session,  # noqa: ARG002 - for further connections, where a system has them
    ) -> Iterator[pa.RecordBatch]:
        """Give the rows, batch after batch; what was given can be freed before the next one comes."""
        what = ", ".join(spelled for column in columns for spelled in self.spell(column))
        with closing(self.run(connection, relation.select(what), relation.values)) as cursor:
            yield from cursor.fetch_record_batch()

    def list_tables(self, connection: Any) -> list[str]:  # noqa: ARG002 - not every system has a list
        """List the tables that can be read, as a config would name them."""
        return []

    def list_of_schemas(self, connection: Any, own: str) -> list[str]:
        """List what a standard catalogue has, the tables of one schema without its name."""
        sql = (
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        with closing(self.run(connection, sql)) as cursor:
            return [table if schema == own else f"{schema}.{table}" for schema, table in cursor.fetchall()]

    def run(self, connection: Any, sql: str, values: Sequence[datetime] = ()) -> Any:
        """Run one statement; return its cursor."""
        cursor = connection.cursor()
        cursor.execute(sql, tuple(self.bind(value) for value in values) or None)
        return cursor


def find_system(address: Address, systems: Sequence[System]) -> System:
    """Find the system that an address is of.

    Raises
    ------
    ConfigError
        When there is none.
    """
    known = {scheme: system for system in systems for scheme in system.schemes}
    if address.scheme in known:
        return known[address.scheme]
    expected = f"an address that begins with {', '.join(f'{scheme}:' for scheme in known)}"
    came = f"one that begins with '{address.scheme}:'" if address.scheme else "one that begins with no such word"
    raise ConfigError(
        Problem(address.place, "source.database", expected, address.scrub(came), did_you_mean(address.scheme, known))
    )
