"""The databases that order lines are read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa

from reportgen.errors import DataError, Problem
from reportgen.lines.engine.sql import quote_name, quote_text
from reportgen.lines.sources.databases.columns import Column, describe_field
from reportgen.lines.sources.databases.parallel import take_from_all
from reportgen.lines.sources.databases.systems import Relation, Session, System

_ROWS = 100_000
"""Rows fetched at a time where a driver gives no stream of its own."""
_PARTS = 4
"""Connections at a time where a table may be read by ranges."""
_PATIENCE = {
    "connect_timeout": "15",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "application_name": "reportgen",
}
"""Options of libpq by which a server that is not there, or no longer, is noticed; an address may say other ones."""


class PostgreSQL(System):
    """PostgreSQL, and what speaks like it."""

    name = "PostgreSQL"
    schemes = ("postgresql", "postgres")
    module = "adbc_driver_postgresql"
    extra = "postgresql"
    reads_ranges = True
    _WITHOUT_COPY = {"adbc.postgresql.use_copy": "false"}  # noqa: RUF012 - never changed

    def connect(self, driver: Any, session: Session) -> Any:  # noqa: D102 - what a method does is told by `System`
        uri = re.sub("^[A-Za-z0-9+]+:", "postgresql:", session.address.reveal())
        missing = "&".join(f"{name}={value}" for name, value in _PATIENCE.items() if f"{name}=" not in uri)
        behind_login = uri.rpartition("@")[2]
        joint = "?" if "?" not in behind_login else "" if uri.endswith(("?", "&")) else "&"
        return driver.connect(f"{uri}{joint}{missing}")

    def begin(self, connection: Any, session: Session) -> None:  # noqa: D102
        milliseconds = session.timeout * 1_000
        # A lock is given up first, for then it is told what was waited for.
        for sql in (
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            f"SET LOCAL statement_timeout = {milliseconds + 1_000}",
            f"SET LOCAL lock_timeout = {milliseconds}",
            f"SET LOCAL TimeZone = {quote_text(session.timezone)}",
        ):
            self.run(connection, sql).close()

    def mark(self, number: int) -> str:  # noqa: D102
        return f"${number}"

    def describe(self, connection: Any, relation: Relation) -> list[Column]:  # noqa: D102
        if not relation.values:
            return super().describe(connection, relation)
        self._declare(connection, "described", relation.select("*", more=" LIMIT 0"), relation)
        with closing(self._fetch(connection, "described")) as cursor:
            return [describe_field(field) for field in cursor.fetch_record_batch().schema]

    def spell(self, column: Column) -> list[str]:  # noqa: D102
        name = quote_name(column.name)
        return [f"CAST({name} AS text) AS {name}" if column.kind == "cast" else name]

    def stream(
        self, connection: Any, columns: Sequence[Column], relation: Relation, session: Session
    ) -> Iterator[pa.RecordBatch]:
        """Give the rows over one connection, or, by ranges of a column, over several that share its snapshot."""
        what = ", ".join(spelled for column in columns for spelled in self.spell(column))
        if not relation.partition_by:
            yield from self._read(connection, what, relation)
            return
        with closing(self.run(connection, "SELECT pg_export_snapshot()")) as cursor:
            ((snapshot,),) = cursor.fetchall()
        parts = self._split(connection, relation, session)
        yield from take_from_all([partial(self._read_part, what, part, session, snapshot) for part in parts])

    def _read(self, connection: Any, what: str, relation: Relation) -> Iterator[pa.RecordBatch]:
        """Read rows by COPY, which knows no parameters, or by a cursor on the server, which does."""
        if not relation.values:
            with closing(self.run(connection, relation.select(what))) as cursor:
                yield from cursor.fetch_record_batch()
            return
        self._declare(connection, "order_lines", relation.select(what), relation)
        while True:
            with closing(self._fetch(connection, "order_lines")) as cursor:
                batches = list(cursor.fetch_record_batch())
            yield from batches
            if sum(batch.num_rows for batch in batches) < _ROWS:
                return

    def _read_part(self, what: str, part: Relation, session: Session, snapshot: str) -> Iterator[pa.RecordBatch]:
        with self.open(session) as connection:
            self.run(connection, f"SET TRANSACTION SNAPSHOT {quote_text(snapshot)}").close()
            yield from self._read(connection, what, part)

    def _split(self, connection: Any, relation: Relation, session: Session) -> list[Relation]:
        """Split a relation into ranges of its column, the first with the rows that have none."""
        name = quote_name(relation.partition_by)
        with closing(connection.cursor(adbc_stmt_kwargs=self._WITHOUT_COPY)) as cursor:
            cursor.execute(relation.select(f"min({name}), max({name})"), relation.values or None)
            ((least, most),) = cursor.fetchall()
        if not isinstance(least, int | None):
            came = f"such as {str(least)[:40]}"
            expected = f"whole numbers in the column '{relation.partition_by}'"
            raise DataError(Problem(session.address.place, "source.database.partition_by", expected, came))
        least, most = least or 0, most or 0
        width = (most - least) // _PARTS + 1
        ranges = [f"({name} >= {start} AND {name} < {start + width})" for start in range(least, most + 1, width)]
        ranges[0] = f"({ranges[0]} OR {name} IS NULL)"
        also = f" AND ({relation.condition})" if relation.condition else ""
        return [replace(relation, condition=f"{one}{also}") for one in ranges]

    def list_tables(self, connection: Any) -> list[str]:  # noqa: D102
        return self.list_of_schemas(connection, "public")

    def _declare(self, connection: Any, name: str, sql: str, relation: Relation) -> None:
        with closing(connection.cursor(adbc_stmt_kwargs=self._WITHOUT_COPY)) as cursor:
            cursor.execute(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}", relation.values)

    def _fetch(self, connection: Any, name: str) -> Any:
        cursor = connection.cursor(adbc_stmt_kwargs=self._WITHOUT_COPY)
        cursor.execute(f"FETCH FORWARD {_ROWS} FROM {name}")
        return cursor


class FileSystem(System):
    """A database that is one file on this machine."""

    def path_of(self, session: Session) -> Path:
        """Return the file: behind three slashes relative to the present folder, behind four from the root.

        Raises
        ------
        DataError
            When it is not there.
        """
        named = unquote(re.sub("^[^:]*:(///)?", "", session.address.reveal()).partition("?")[0])
        path = Path(named)
        if path.is_file():
            return path
        came = f"no such file: {path.absolute()}"
        hint = (
            f"Three slashes are for a path from the present folder, four for one from the root: {self.schemes[0]}:////"
        )
        raise DataError(Problem(session.address.place, "source.database", f"the file of {self.name}", came, hint))


class SQLite(FileSystem):
    """SQLite, whose values have types of their own, whatever their column says."""

    name = "SQLite"
    schemes = ("sqlite",)
    module = "adbc_driver_sqlite"
    extra = "sqlite"

    def connect(self, driver: Any, session: Session) -> Any:  # noqa: D102
        return driver.connect(f"{self.path_of(session).absolute().as_uri()}?mode=ro")

    def begin(self, connection: Any, session: Session) -> None:  # noqa: D102
        for pragma in ("query_only = ON", f"busy_timeout = {session.timeout * 1_000}"):
            self.run(connection, f"PRAGMA {pragma}").close()

    def bind(self, value: datetime) -> Any:  # noqa: D102
        return value.strftime("%Y-%m-%d")

    def describe(self, connection: Any, relation: Relation) -> list[Column]:  # noqa: D102
        columns = super().describe(connection, relation)
        return [Column(column.name, "any", "any") for column in columns]

    def since(self, name: str, mark: str) -> str:
        """Compare texts alone that begin with an ISO day: all that can be compared as it is written."""
        is_day = f"{name} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"
        return f"{name} >= {mark} OR typeof({name}) <> 'text' OR NOT {is_day}"

    def spell(self, column: Column) -> list[str]:  # noqa: D102
        name = quote_name(column.name)
        whole = f"typeof({name}) = 'real' AND {name} = CAST({name} AS INTEGER) AND abs({name}) < 1e15"
        text = (
            f"CASE WHEN {whole} THEN CAST(CAST({name} AS INTEGER) AS TEXT) WHEN typeof({name}) = 'blob'"
            f" THEN 'blob ' || hex({name}) ELSE CAST({name} AS TEXT) END"
        )
        is_number = f"typeof({name}) IN ('integer', 'real')"
        return [f"coalesce({text}, '') AS {name}", f"{is_number} AS {quote_name(flag_of(column.name))}"]

    def list_tables(self, connection: Any) -> list[str]:  # noqa: D102
        sql = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
        with closing(self.run(connection, sql)) as cursor:
            return [name for (name,) in cursor.fetchall()]


def flag_of(name: str) -> str:
    """Return the name of the column that tells of each value of another whether it is a number."""
    return f"number in {name}"


class DuckDB(FileSystem):
    """A file of DuckDB, the same that works as the embedded engine."""

    name = "DuckDB"
    schemes = ("duckdb",)
    module = "adbc_driver_duckdb"
    extra = "duckdb"

    def connect(self, driver: Any, session: Session) -> Any:  # noqa: D102, ARG002 - it cannot open for reading alone
        from adbc_driver_duckdb import driver_path  # noqa: PLC0415 - an extra
        from adbc_driver_manager import dbapi  # noqa: PLC0415 - an extra

        named = {
            "path": str(self.path_of(session)),
            "access_mode": "READ_ONLY",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        return dbapi.connect(driver=driver_path(), entrypoint="duckdb_adbc_init", db_kwargs=named)

    def begin(self, connection: Any, session: Session) -> None:  # noqa: D102
        self.run(connection, f"SET TimeZone = {quote_text(session.timezone)}").close()

    def list_tables(self, connection: Any) -> list[str]:  # noqa: D102
        return self.list_of_schemas(connection, "main")


class Snowflake(System):
    """Snowflake; never tried against one."""

    name = "Snowflake"
    schemes = ("snowflake",)
    module = "adbc_driver_snowflake"
    extra = "snowflake"

    def connect(self, driver: Any, session: Session) -> Any:  # noqa: D102
        return driver.connect(session.address.reveal().partition("://")[2])

    def begin(self, connection: Any, session: Session) -> None:  # noqa: D102
        for setting in (
            f"STATEMENT_TIMEOUT_IN_SECONDS = {session.timeout}",
            f"TIMEZONE = {quote_text(session.timezone)}",
        ):
            self.run(connection, f"ALTER SESSION SET {setting}").close()


class BigQuery(System):
    """BigQuery; never tried against one: ``bigquery://project/dataset``, the login as its own tools find it."""

    name = "BigQuery"
    schemes = ("bigquery",)
    module = "adbc_driver_bigquery"
    extra = "bigquery"

    def connect(self, driver: Any, session: Session) -> Any:  # noqa: D102
        project, _, dataset = session.address.reveal().partition("://")[2].partition("?")[0].partition("/")
        named = {"adbc.bigquery.sql.project_id": project, "adbc.bigquery.sql.dataset_id": dataset}
        return driver.connect(db_kwargs={option: value for option, value in named.items() if value})

    def quote(self, name: str) -> str:  # noqa: D102
        return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


class FlightSQL(System):
    """Whatever speaks Flight SQL, such as Dremio; never tried against one."""

    name = "Flight SQL"
    schemes = ("grpc", "grpc+tls", "grpc+tcp")
    module = "adbc_driver_flightsql"
    extra = "flightsql"

    def connect(self, driver: Any, session: Session) -> Any:  # noqa: D102
        scheme, _, rest = session.address.reveal().partition("://")
        login, at, host = rest.rpartition("@")
        user, _, password = login.partition(":")
        named = {"username": unquote(user), "password": unquote(password)} if at else {}
        return driver.connect(f"{scheme}://{host}", db_kwargs=named)


SYSTEMS: tuple[System, ...] = (PostgreSQL(), SQLite(), DuckDB(), Snowflake(), BigQuery(), FlightSQL())
"""All of them."""
