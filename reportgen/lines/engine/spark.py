"""Spark as an engine: the same expressions on a cluster, or on this machine's cores."""

from __future__ import annotations

import re
import shutil
import uuid
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa

from reportgen.config.engine import SparkOptions
from reportgen.errors import DataError, Problem, ReportgenError
from reportgen.filesystems import is_url, open_filesystem
from reportgen.lines.engine.base import Engine
from reportgen.tracing import span

_MODULUS = 2**128
Task = Callable[[bytes], bytes]


@contextmanager
def _told(options: SparkOptions | None = None) -> Iterator[None]:
    """Tell of whatever Spark reports as one clear error."""
    from pyspark.errors import PySparkException  # noqa: PLC0415 - an extra

    try:
        with unwarned():
            yield
    except ReportgenError:
        raise
    except (PySparkException, pa.ArrowException, OSError) as error:
        said = " ".join(str(error).split("\n\nJVM stacktrace")[0].split())[:300]
        hint = "See Spark's own log; REPORTGEN_DEBUG=1 prints where it came from."
        raise DataError(Problem(place_of(options), "engine.spark", "lines that Spark computes", said, hint)) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("py4j", "grpc"):
            raise
        causes = re.findall(r"Caused by: ([^\n]+)", str(error))
        said = " ".join((causes[-1] if causes else str(error)).split())[:300]
        hint = (
            "Is it still running, with memory and space left? The driver's memory is 1 GB unless said otherwise:"
            " 'engine: {spark: {settings: {spark.driver.memory: 8g}}}'."
        )
        raise DataError(Problem(place_of(options), "engine.spark", "a Spark that answers", said, hint)) from None


@contextmanager
def unwarned() -> Iterator[None]:
    """Hide that PySpark knows no pandas of version 3: rows come and go as Arrow tables."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


def place_of(options: SparkOptions | None) -> str:
    """Return what messages call a Spark."""
    return "Spark" if options is None else f"Spark at {options.remote or options.master}"


@dataclass(frozen=True, eq=False, slots=True)
class SparkEngine(Engine):
    """An open session, its tables, and the place where files pass between this process and the executors.

    Beside what every engine promises it runs a task for each of many parts, which is how sources are typed: where they
    are, by the same code as on the embedded engine.
    """

    repeats_cheaply: ClassVar[bool] = False

    session: Any
    options: SparkOptions
    folder: Path
    scratch: str
    tables: dict[str, Any] = field(default_factory=dict)

    def close(self) -> None:  # noqa: D102 - what a method does is told by `Engine`, here and below
        self.tables.clear()
        if is_url(self.scratch):
            with suppress(Exception):  # what cannot be removed now is a person's to remove
                filesystem, root = open_filesystem(self.scratch, "engine.spark.scratch")
                filesystem.rm(root, recursive=True)
        elif self.options.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def beside(self) -> SparkEngine:  # noqa: D102 - a session may be used by several threads
        return self

    def lazy(self, table: str) -> nw.LazyFrame[Any]:  # noqa: D102
        frame: nw.LazyFrame[Any] = nw.from_native(self.tables[table])
        return frame

    def count(self, table: str) -> int:  # noqa: D102
        with _told(self.options):
            return int(self.tables[table].count())

    def drop(self, table: str) -> None:  # noqa: D102
        self.tables.pop(table, None)  # Spark frees what nothing leads to any more

    def list_tables(self) -> set[str]:  # noqa: D102
        return set(self.tables)

    @staticmethod
    def collect(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
        """Compute a lazy frame into pandas, with the types that the embedded engine would give."""
        with _told(), span("collect", "spark"):
            return to_pandas(frame.to_native().toArrow())

    def materialise(self, name: str, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:  # noqa: D102
        native = frame.to_native()
        with _told(self.options), span(f"materialise {name}", "spark"):
            if self.options.scratch is None:
                # Plans begin anew there: with `persist` each one would be compared with all that is kept.
                native = native.localCheckpoint(eager=True)
            else:  # where an executor may be lost, and with it what it kept
                place = f"{self.scratch}/{uuid.uuid4().hex}"
                native.write.parquet(place)
                native = self.session.read.parquet(place)
        self.tables[name] = native
        return self.lazy(name)

    def place_table(self, name: str, frame: pd.DataFrame) -> nw.LazyFrame[Any]:  # noqa: D102
        with _told(self.options), duckdb.connect() as typing:
            typing.register("arriving", frame)
            arrow = typing.sql("SELECT * FROM arriving").to_arrow_table()
            self.tables[name] = self.session.createDataFrame(arrow)
        return self.lazy(name)

    def write_parts(self, frame: nw.LazyFrame[Any], by: str, folder: Path) -> None:  # noqa: D102
        with _told(self.options), self._passed_on(folder) as place:
            frame.to_native().write.mode("append").partitionBy(by).parquet(place)

    def sum_digests(  # noqa: D102
        self, frame: nw.LazyFrame[Any], by: Sequence[str]
    ) -> Iterator[tuple[Any, ...]]:
        from pyspark.sql import functions as F  # noqa: PLC0415, N812 - an extra, and known by this letter

        texts = [F.col(name) for name in frame.collect_schema().names() if name not in by]
        content = F.concat_ws(":", *(part for text in texts for part in (F.octet_length(text).cast("string"), text)))
        hashed = F.md5(F.encode(content, "UTF-8"))
        halves = [_number_of(hashed, start).alias(name) for start, name in ((1, "high"), (17, "low"))]
        sums = [F.count(F.lit(1)).alias("rows"), F.sum("high").alias("high"), F.sum("low").alias("low")]
        groups = [F.col(name) for name in by]
        with _told(self.options), span("digests", "spark"):
            found = frame.to_native().select(*groups, *halves).groupBy(*groups).agg(*sums).toArrow().to_pylist()
        for row in found:
            total = (int(row["high"]) * 2**64 + int(row["low"])) % _MODULUS
            yield (*(row[name] for name in by), int(row["rows"]), total)

    def read_parquet(self, table: str, places: Sequence[str]) -> None:
        """Make a table of Parquet files that executors can read."""
        with _told(self.options):
            self.tables[table] = self.session.read.parquet(*places)

    def run_tasks(self, task: Task, payloads: Sequence[bytes]) -> list[bytes]:
        """Run a task for each of some payloads on the executors, and return what each gave, in the same order."""

        def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                for number, payload in zip(batch["number"].to_pylist(), batch["payload"].to_pylist(), strict=True):
                    given = {"number": [number], "payload": [task(payload)]}
                    yield pa.RecordBatch.from_pydict(given, schema=batch.schema)

        rows = pa.table({"number": list(range(len(payloads))), "payload": list(payloads)})
        with _told(self.options), span("tasks", "spark"):
            frame = self.session.createDataFrame(rows).repartitionByRange(len(payloads), "number")
            given = frame.mapInArrow(run, "number long, payload binary").toArrow()
        return [row["payload"] for row in sorted(given.to_pylist(), key=lambda row: row["number"])]

    @contextmanager
    def _passed_on(self, folder: Path) -> Iterator[str]:
        """Give a place that executors can write to; what they write there is in a folder of this machine in the end."""
        if self.options.is_here:
            yield folder.as_uri()
            return
        place = f"{self.scratch}/{uuid.uuid4().hex}"
        yield place
        if is_url(place):
            filesystem, root = open_filesystem(place, "engine.spark.scratch")
            filesystem.get(root, str(folder), recursive=True)
            filesystem.rm(root, recursive=True)
        else:
            shutil.copytree(place, folder, dirs_exist_ok=True)
            shutil.rmtree(place)


def _number_of(hashed: Any, start: int) -> Any:
    """Return 64 bits of a digest in hex digits as a number, the lowest byte first."""
    from pyspark.sql import functions as F  # noqa: PLC0415, N812

    digits = [F.substring(hashed, start + at, 2) for at in range(14, -2, -2)]
    return F.conv(F.concat(*digits), 16, 10).cast("decimal(20,0)")


def _without_zones(arrow: pa.Table) -> pa.Table:
    """Take the zone off instants: Spark has made some of those without one, and its session's zone is UTC."""
    kinds = [
        field.with_type(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field for field in arrow.schema
    ]
    return arrow.cast(pa.schema(kinds))


def to_pandas(arrow: pa.Table) -> pd.DataFrame:
    """Bring a small table into pandas, with the types that the embedded engine gives."""
    with duckdb.connect() as typing:
        typing.register("arriving", _without_zones(arrow))
        frame: pd.DataFrame = typing.sql("SELECT * FROM arriving").df()
    return frame
