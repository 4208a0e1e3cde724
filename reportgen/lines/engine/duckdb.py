"""The embedded engine: one DuckDB connection that streams, spills to a folder of its own, and cleans up after."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd

from reportgen.errors import ConfigError, DataError, Problem, UnexpectedError
from reportgen.tempdirs import open_tempdir

_MEMORY = 1 << 30
_PART_OF_MACHINE = 2
_CGROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def memory_limit() -> str:
    """Return what DuckDB may hold in memory before it spills to disk: 1 GB, or half of what a small machine has.

    The environment's REPORTGEN_MEMORY overrides it.
    """
    stated = os.environ.get("REPORTGEN_MEMORY")
    return stated or f"{min(_MEMORY, _machine_memory() // _PART_OF_MACHINE) >> 20}MiB"


def _machine_memory() -> int:
    """Return the bytes of memory that this machine, or the container we are in, has."""
    known = []
    for path in _CGROUPS:
        with suppress(OSError, ValueError):
            known.append(int(Path(path).read_text(encoding="ascii")))
    with suppress(OSError, ValueError, AttributeError):
        known.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return min((size for size in known if size > 0), default=2 * _MEMORY)


@contextmanager
def _told() -> Iterator[None]:
    """Tell of memory or a disk that is too small as one clear error."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        hint = (
            "Give it more with the environment's REPORTGEN_MEMORY=4GB, or see that the temporary folder has space left."
        )
        came = "some that need more memory or space for temporary files"
        expected = f"order lines that can be worked on in {memory_limit()}"
        raise DataError(Problem("source", "memory", expected, came, hint)) from None
    except duckdb.IOException as error:
        if "No space left" not in str(error):
            raise
        hint = "Free some space there, or name another folder in the environment's TMPDIR."
        came = "No space left on device"
        problem = Problem(tempfile.gettempdir(), "temporary folder", "one with space left", came, hint)
        raise UnexpectedError(problem) from None


@dataclass(frozen=True, eq=False, slots=True)
class Engine:
    """An open engine: the connection and the folder for what does not fit."""

    connection: duckdb.DuckDBPyConnection
    folder: Path

    def run(self, sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows; raises `DataError` when it needs more memory than there is."""
        with _told():
            return self.connection.execute(sql, values).fetchall()

    def new_file(self, suffix: str) -> Path:
        """Return a path for a new file in the engine's folder."""
        descriptor, name = tempfile.mkstemp(suffix=suffix, dir=self.folder)
        os.close(descriptor)
        return Path(name)

    def lazy(self, table: str) -> nw.LazyFrame[Any]:
        """Return a table as a lazy frame."""
        return nw.from_native(self.connection.table(table))


@contextmanager
def open_engine() -> Iterator[Engine]:
    """Open an engine whose files vanish when the block ends, however it ends."""
    with open_tempdir() as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": str(folder / "spill"),
            "memory_limit": memory_limit(),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        try:
            connection = duckdb.connect(":memory:", config=settings)
        except duckdb.Error:
            came = f"'{memory_limit()}'"
            raise ConfigError(Problem("environment", "REPORTGEN_MEMORY", "a size such as 4GB", came)) from None
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
    with _told():
        return frame.collect("pandas").to_native()  # type: ignore[no-any-return]


def materialise(engine: Engine, name: str, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Compute a lazy frame once and go on from the result, which stays in the engine."""
    engine.run(f"DROP TABLE IF EXISTS {quote_name(name)}")
    relation: duckdb.DuckDBPyRelation = frame.to_native()
    with _told():
        relation.create(name)
    return engine.lazy(name)


def place_table(engine: Engine, name: str, frame: pd.DataFrame) -> nw.LazyFrame[Any]:
    """Put a small pandas frame into the engine as a table, to be joined with lines there."""
    engine.connection.register("arriving", frame)
    engine.run(f"CREATE OR REPLACE TEMP TABLE {quote_name(name)} AS SELECT * FROM arriving")
    engine.connection.unregister("arriving")
    return engine.lazy(name)
