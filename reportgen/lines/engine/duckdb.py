"""The embedded engine: one DuckDB connection that streams, spills to a folder of its own, and cleans up after."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa

from reportgen.errors import ConfigError, DataError, Problem, UnexpectedError
from reportgen.lines.engine.base import MAX_LINE_BYTES, Engine, LoadingEngine, TextLayout, UnreadableFileError
from reportgen.lines.engine.memory import memory_limit
from reportgen.lines.engine.parquet import as_text, kind_of, parquet_rows
from reportgen.lines.engine.sql import quote_name, quote_path, quote_text
from reportgen.tempdirs import open_tempdir
from reportgen.tracing import span

_NUMBERS = re.compile(r"FLOAT|DOUBLE|DECIMAL|U?(?:TINY|SMALL|BIG|HUGE)?INT")
_MODULUS = 2**128
_LOW = 2**64 - 1


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


@contextmanager
def _readable() -> Iterator[None]:
    """Tell of a file that is damaged."""
    try:
        yield
    except duckdb.Error as error:
        raise UnreadableFileError(str(error).splitlines()[0]) from None


@dataclass(frozen=True, eq=False, slots=True)
class DuckDBEngine(LoadingEngine):
    """An open engine: the connection and the folder for what does not fit.

    Beside what every engine promises it runs SQL, for `reportgen.lines.sources` to type the texts of a source.
    """

    connection: duckdb.DuckDBPyConnection
    folder: Path

    def run(self, sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows; raises `DataError` when it needs more memory than there is."""
        with _told(), span(sql.split(" ", 1)[0], "sql", lambda: {"sql": sql}):
            return self.connection.execute(sql, values).fetchall()

    def is_valid(self, sql: str) -> bool:
        """Tell whether a statement can be run."""
        try:
            self.run(sql)
        except duckdb.Error:
            return False
        return True

    def has_table(self, table: str) -> bool:
        """Tell whether there is a table of a name."""
        return bool(self.run(f"SELECT 1 FROM duckdb_tables() WHERE table_name = {quote_text(table)}"))

    def close(self) -> None:  # noqa: D102 - what a method does is told by `Engine`, here and below
        self.connection.close()

    def beside(self) -> DuckDBEngine:  # noqa: D102
        return DuckDBEngine(self.connection.cursor(), self.folder)

    def new_file(self, suffix: str) -> Path:  # noqa: D102
        descriptor, name = tempfile.mkstemp(suffix=suffix, dir=self.folder)
        os.close(descriptor)
        return Path(name)

    def lazy(self, table: str) -> nw.LazyFrame[Any]:  # noqa: D102
        return nw.from_native(self.connection.table(table))

    def count(self, table: str) -> int:  # noqa: D102
        count: int = self.run(f"SELECT count(*) FROM {quote_name(table)}")[0][0]
        return count

    def drop(self, table: str) -> None:  # noqa: D102
        self.run(f"DROP TABLE IF EXISTS {quote_name(table)}")

    def list_tables(self) -> set[str]:  # noqa: D102
        return {name for (name,) in self.run("SELECT table_name FROM duckdb_tables()")}

    @staticmethod
    def collect(frame: nw.LazyFrame[Any]) -> pd.DataFrame:  # noqa: D102
        with _told(), span("collect", "sql", lambda: {"sql": frame.to_native().sql_query()}):
            return Engine.collect(frame)

    def materialise(self, name: str, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:  # noqa: D102
        self.drop(name)
        relation: duckdb.DuckDBPyRelation = frame.to_native()
        with _told(), span(f"materialise {name}", "sql", lambda: {"sql": relation.sql_query()}):
            relation.create(name)
        return self.lazy(name)

    def place_table(self, name: str, frame: pd.DataFrame) -> nw.LazyFrame[Any]:  # noqa: D102
        self.connection.register("arriving", frame)
        self.run(f"CREATE OR REPLACE TEMP TABLE {quote_name(name)} AS SELECT * FROM arriving")
        self.connection.unregister("arriving")
        return self.lazy(name)

    def load_text(self, path: Path, layout: TextLayout, columns: Sequence[str]) -> str | None:  # noqa: D102
        name = self._next_table()
        described = ", ".join(f"{quote_text(heading)}: 'VARCHAR'" for heading in layout.headings)
        picked = ", ".join(quote_name(column) for column in columns)
        line_end = f", new_line={quote_text(layout.line_end)}" if layout.line_end else ""
        try:
            self.run(
                f"CREATE TABLE {name} AS SELECT {picked} FROM read_csv({quote_path(path)}, auto_detect=false,"
                f" columns={{{described}}}, header={str(layout.has_head).lower()}, skip={layout.blank_lines},"
                f" escape='\"', quote='\"', delim={quote_text(layout.separator)}, compression='none', encoding='utf-8',"
                f" max_line_size={MAX_LINE_BYTES}, hive_partitioning=false{line_end})"
            )
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            self.drop(name)
            return None
        return name

    def list_columns(self, paths: Sequence[Path]) -> dict[str, bool]:  # noqa: D102
        with _readable():
            return {name: _NUMBERS.match(kind) is not None for name, kind in self._describe(paths)}

    def list_kinds(self, paths: Sequence[Path]) -> list[dict[str, str]]:  # noqa: D102
        listed = ", ".join(map(quote_path, paths))
        kinds: dict[str, dict[str, str]] = {str(path): {} for path in paths}
        with _readable():
            told = self.run(
                f"SELECT file_name, name, type, converted_type, logical_type FROM parquet_schema([{listed}])"
            )
        for file, name, kind, converted, logical in told:
            if kind is not None:
                kinds[file][name] = kind_of(kind, converted or "", logical or "")
        return list(kinds.values())

    def load_parquet(  # noqa: D102
        self, paths: Sequence[Path], columns: Mapping[str, str], told: Mapping[str, Sequence[str | None]]
    ) -> str:
        name = self._next_table()
        with _readable():
            described = self._describe(paths)
            texts = [(as_text(column, kind), column) for column, kind in described if column in columns]
            picked = [f"{text} AS {quote_name(columns[column])}" for text, column in texts]
            mark = "told"  # begins names that no column of the files has
            while any(column.casefold().startswith(mark) for column, _ in described):
                mark += "_"
            rows = parquet_rows(paths, beside=f"hive_partitioning=false, filename={quote_text(f'{mark}file')}")
            if told:
                names = {f"{mark}{n}": column for n, column in enumerate(told)}
                picked += [f"{name} AS {quote_name(column)}" for name, column in names.items()]
                by_number = {name: list(told[column]) for name, column in names.items()}
                frame = pd.DataFrame({f"{mark}path": [str(path) for path in paths], **by_number}, dtype="str")
                self.place_table("told", frame)
                rows += f" JOIN told ON {mark}file = {mark}path"
            self.run(f"CREATE TABLE {name} AS SELECT {', '.join(picked)} FROM {rows}")
        return name

    def add_texts(self, table: str, columns: Mapping[str, str | None]) -> None:  # noqa: D102
        for column, text in columns.items():
            value = "NULL" if text is None else quote_text(text)
            self.run(f"ALTER TABLE {quote_name(table)} ADD COLUMN {quote_name(column)} VARCHAR DEFAULT {value}")

    def load_batches(self, reader: pa.RecordBatchReader, columns: Mapping[str, str]) -> str:  # noqa: D102
        table = self._next_table()
        # The engine's names know no capital letters, so that two columns could be one: here they are numbers.
        headings = {f"c{n}": columns[name] for n, name in enumerate(reader.schema.names) if name in columns}
        numbered = pa.schema([field.with_name(f"c{n}") for n, field in enumerate(reader.schema)])
        batches = (batch.rename_columns(numbered.names) for batch in reader)
        self.connection.register("arriving", pa.RecordBatchReader.from_batches(numbered, batches))
        try:
            kinds = [(row[0], row[1]) for row in self.run("DESCRIBE SELECT * FROM arriving")]
            picked = ", ".join(
                f"{as_text(column, kind)} AS {quote_name(headings[column])}"
                for column, kind in kinds
                if column in headings
            )
            self.run(f"CREATE TABLE {table} AS SELECT {picked} FROM arriving")
        finally:
            self.connection.unregister("arriving")
        return table

    def append_parquet(self, table: str, path: Path, constants: Mapping[str, str]) -> None:  # noqa: D102
        replaced = ", ".join(f"{quote_text(text)} AS {quote_name(column)}" for column, text in constants.items())
        picked = f"* REPLACE ({replaced})" if replaced else "*"
        rows = f"SELECT {picked} FROM read_parquet({quote_path(path)}, hive_partitioning=false)"
        name = quote_name(table)
        self.run(f"INSERT INTO {name} {rows}" if self.has_table(table) else f"CREATE TABLE {name} AS {rows}")

    def write_parquet(self, table: str, path: Path) -> None:
        """Write a table as one Parquet file; raises `UnreadableFileError` when that is not possible."""
        with _readable():
            self.run(f"COPY {quote_name(table)} TO {quote_text(str(path))} (FORMAT parquet)")

    def read_parquet(self, table: str, path: Path) -> None:
        """Make a table of what `write_parquet` wrote; raises `UnreadableFileError` when it is damaged."""
        with _readable():
            rows = parquet_rows([path], beside="hive_partitioning=false")
            self.run(f"CREATE TABLE {quote_name(table)} AS SELECT * FROM {rows}")

    def write_parts(self, frame: nw.LazyFrame[Any], by: str, folder: Path) -> None:  # noqa: D102
        rows = frame.to_native().sql_query()
        self.run(
            f"COPY ({rows}) TO {quote_text(str(folder))} (FORMAT parquet, PARTITION_BY ({quote_name(by)}),"
            " OVERWRITE_OR_IGNORE)"
        )

    def sum_digests(  # noqa: D102
        self, frame: nw.LazyFrame[Any], by: Sequence[str]
    ) -> Iterator[tuple[Any, ...]]:
        groups = ", ".join(quote_name(name) for name in by)
        texts = [quote_name(name) for name in frame.collect_schema().names() if name not in by]
        content = ", ".join(f"strlen({text}), {text}" for text in texts)
        hashed = f"md5_number(concat_ws(':', {content})) AS hashed"  # one for both halves
        rows = self.run(
            f"SELECT {groups}, count(*), sum((hashed >> 64)::HUGEINT), sum((hashed & {_LOW}::UHUGEINT)::HUGEINT) FROM"
            f" (SELECT {groups}, {hashed} FROM ({frame.to_native().sql_query()})) GROUP BY {groups}"
        )
        for *group, count, low, high in rows:
            yield (*group, count, (high * 2**64 + low) % _MODULUS)

    def _next_table(self) -> str:
        """Return a table name that is not taken yet."""
        return f"raw_{self.run('SELECT count(*) FROM duckdb_tables()')[0][0]}"

    def _describe(self, paths: Sequence[Path]) -> list[tuple[str, str]]:
        """Return the columns of Parquet files and their types."""
        rows = self.run(f"DESCRIBE SELECT * FROM {parquet_rows(paths, beside='hive_partitioning=false')}")
        return [(row[0], row[1]) for row in rows]


@contextmanager
def open_engine() -> Iterator[DuckDBEngine]:
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
        engine = DuckDBEngine(connection, folder)
        try:
            yield engine
        finally:
            engine.close()
