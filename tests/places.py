"""A shop's order lines in every place that they can be read from."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.databases import PostgreSQL

_KINDS = {
    "Order no": "VARCHAR",
    "Date": "TIMESTAMP",
    "Store": "VARCHAR",
    "Customer": "VARCHAR",
    "SKU": "VARCHAR",
    "Product": "VARCHAR",
    "Quantity": "INTEGER",
    "Unit price": "DECIMAL(12,2)",
}


@dataclass(frozen=True)
class Places:
    """The sample's lines, and a folder to lay them into; each method returns what reads them from there."""

    lines: Path
    folder: Path

    @property
    def typed(self) -> str:
        """SQL of the lines with their types."""
        return f"SELECT * FROM read_csv('{self.lines}', types={_KINDS})"

    def to_files(self, kind: str) -> str:
        """Lay them into one file, into a folder for each month and store, or into a table of Delta Lake."""
        lake = self.folder / "lake"
        if kind == "delta":
            return self._to_delta(lake)
        if kind == "parquet":
            self._copy(self.folder / "lines.parquet", "FORMAT parquet")
            return str(self.folder / "lines.parquet")
        if kind == "glob":
            self._copy(lake, 'FORMAT parquet, PARTITION_BY ("Store")')
            return str(lake / "*" / "*.parquet")
        self._copy(lake, f'FORMAT {kind.removeprefix("partitioned ")}, PARTITION_BY (month, "Store")')
        (lake / "_SUCCESS").touch()
        return str(lake)

    def to_s3(self, bucket: str) -> str:
        """Lay them into a folder of a bucket for each month and store."""
        import s3fs

        url = f"{bucket}/{uuid.uuid4().hex}/lake"
        s3fs.S3FileSystem(use_listings_cache=False).put(self.to_files("partitioned parquet"), url, recursive=True)
        return url

    def to_file_system(self, kind: str) -> str:
        """Lay them into a file of SQLite or DuckDB; return its address."""
        path = self.folder / f"shop.{kind}"
        if kind == "duckdb":
            with closing(duckdb.connect(path)) as connection:
                connection.execute(f"CREATE TABLE lines AS {self.typed}")
            return f"duckdb:///{path}"
        pytest.importorskip("adbc_driver_sqlite", reason="needs the extra sqlite")
        loose = {"Quantity": "INTEGER", "Unit price": "REAL"}
        columns = ", ".join(f'"{name}" {loose.get(name, "TEXT")}' for name in _KINDS)
        with closing(sqlite3.connect(path)) as connection, closing(duckdb.connect()) as reader:
            connection.execute(f"CREATE TABLE lines ({columns})")
            rows = reader.execute("SELECT * FROM read_csv(?, all_varchar=true)", [str(self.lines)])
            names = [column[0] for column in rows.description]
            into = ", ".join(f'"{name}"' for name in names)
            connection.executemany(f"INSERT INTO lines ({into}) VALUES ({', '.join('?' * 8)})", rows.fetchall())
            connection.commit()
        return f"sqlite:///{path}"

    def to_postgresql(self, server: PostgreSQL) -> str:
        """Lay them into a table `lines`; return the database's address."""
        names = self.lines.read_text(encoding="utf-8").splitlines()[0].split(",")
        kinds = {"VARCHAR": "text", "DECIMAL(12,2)": "numeric(12,2)"}
        columns = ", ".join(f'"{name}" {kinds.get(_KINDS[name], _KINDS[name])}' for name in names)
        server.load("lines", self.lines, columns)
        return server.address()

    def _copy(self, to: Path, how: str) -> None:
        with closing(duckdb.connect()) as connection:
            by_month = f"SELECT *, strftime(\"Date\", '%Y-%m') AS month FROM ({self.typed})"
            connection.execute(f"COPY ({by_month}) TO '{to}' ({how})")

    def _to_delta(self, lake: Path) -> str:
        deltalake = pytest.importorskip("deltalake", reason="needs the extra delta")
        with closing(duckdb.connect()) as connection:
            arrow = connection.sql(self.typed).to_arrow_table()
        deltalake.write_deltalake(str(lake), arrow.slice(0, 100))
        deltalake.DeltaTable(str(lake)).delete()  # earlier versions are not read
        deltalake.write_deltalake(str(lake), arrow, mode="append")
        return str(lake)
