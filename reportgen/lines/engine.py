"""The embedded engine: one DuckDB connection that streams, spills to a folder of its own, and cleans up after."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd

from reportgen.tempdirs import open_tempdir

MEMORY_LIMIT = os.environ.get("REPORTGEN_MEMORY", "1GB")
"""What DuckDB may hold in memory before it spills; the environment's REPORTGEN_MEMORY overrides it."""


@dataclass(frozen=True, eq=False, slots=True)
class Engine:
    """An open engine: the connection and the folder for what does not fit."""

    connection: duckdb.DuckDBPyConnection
    folder: Path

    def run(self, sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        return self.connection.execute(sql, values).fetchall()

    def lazy(self, table: str) -> nw.LazyFrame[Any]:
        """Return a table as a lazy frame."""
        return nw.from_native(self.connection.table(table))


@contextmanager
def open_engine() -> Iterator[Engine]:
    """Open an engine whose files vanish when the block ends, however it ends."""
    with open_tempdir() as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": str(folder / "spill"),
            "memory_limit": MEMORY_LIMIT,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        connection = duckdb.connect(":memory:", config=settings)
        connection.execute("SET TimeZone = 'UTC'")  # in which Parquet's instants become text, wherever we are
        try:
            yield Engine(connection, folder)
        finally:
            connection.close()


def quote_name(name: str) -> str:
    """Quote a column name for SQL, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Quote a text for SQL, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"


def quote_path(path: Path) -> str:
    """Quote a path for SQL so that DuckDB does not take signs in it for a glob."""
    return quote_text(re.sub(r"([*?\[])", r"[\1]", str(path)))


def collect(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Bring a lazy result into pandas: only for what is as small as the number of customers or products."""
    return frame.collect("pandas").to_native()  # type: ignore[no-any-return]


def materialise(engine: Engine, name: str, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Compute a lazy frame once and go on from the result, which stays in the engine."""
    engine.run(f"DROP TABLE IF EXISTS {quote_name(name)}")
    relation: duckdb.DuckDBPyRelation = frame.to_native()
    relation.create(name)
    return engine.lazy(name)


def place_table(engine: Engine, name: str, frame: pd.DataFrame) -> nw.LazyFrame[Any]:
    """Put a small pandas frame into the engine as a table, to be joined with lines there."""
    engine.connection.register("arriving", frame)
    engine.run(f"CREATE OR REPLACE TEMP TABLE {quote_name(name)} AS SELECT * FROM arriving")
    engine.connection.unregister("arriving")
    return engine.lazy(name)
