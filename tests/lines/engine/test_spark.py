"""Spark as an engine gives what the embedded one gives, to the type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd
import pytest

from reportgen.config.engine import SparkOptions
from reportgen.errors import ConfigError, DataError
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import collect
from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.engine.spark import SparkEngine
from reportgen.lines.engine.spark_session import open_spark
from tests.spark import SMALL, skip_without_spark

HERE = SparkOptions(master="local[2]", settings=SMALL)
ROWS = pd.DataFrame(
    {
        "id": pd.array([3, 1, None, 2, 2], dtype="Int64"),
        "text": pd.array(["é €", "", None, "a\nb", "😀"], dtype="string"),
        "at": pd.Series(
            [
                datetime(2026, 1, 1, 8, 30),
                None,
                datetime(1999, 12, 31, 23, 59, 59, 123456),
                datetime(2026, 2, 1),
                datetime(2026, 2, 28),
            ],
            dtype="datetime64[us]",
        ),
        "flag": pd.array([True, False, None, True, False], dtype="boolean"),
        "share": [0.1, -0.0, float("nan"), 1e300, 5e-324],
    }
)


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkEngine]:
    """Open a session on this machine's cores."""
    skip_without_spark()
    with open_spark(HERE) as engine:
        yield engine


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort rows by all that they hold, for no engine promises an order."""
    order = frame.astype(str).sort_values(list(frame.columns)).index
    return frame.loc[order].reset_index(drop=True)


def expressions(engine: Engine) -> dict[str, nw.LazyFrame[Any]]:
    """Return some of what is computed of order lines, of rows in a table."""
    rows = engine.place_table("rows", ROWS)
    by_id = rows.group_by("id").agg(
        n=nw.len(), sums=nw.col("id").sum().cast(nw.Int64), texts=nw.col("text").n_unique(), last=nw.col("at").max()
    )
    ranked = rows.filter(~nw.col("id").is_null()).with_columns(
        rank=nw.col("at").rank("ordinal", descending=True).over("id").cast(nw.Int64),
        month=nw.col("at").dt.truncate("1mo"),
        day=nw.col("at").cast(nw.Date),
        whole=(nw.col("id") // 2),
        rest=(nw.col("id") % 2),
        label=nw.concat_str(nw.col("id").cast(nw.String), nw.col("text"), separator=" "),
    )
    return {
        "rows": rows,
        "groups": by_id,
        "expressions": ranked,
        "matches": rows.select(starts=nw.col("text").str.starts_with("a"), has=nw.col("text").str.contains("^.é?")),
        "joined": rows.join(by_id, on="id", how="left"),
        "sizes": rows.select(pd_len=nw.len(), least=nw.col("at").min(), mean=nw.col("id").mean()),
    }


def test_results_have_the_same_values_and_types(engine: DuckDBEngine, spark: SparkEngine) -> None:
    """What comes back is equal, null for null, and of the type that the embedded engine gives."""
    expected = {name: ordered(collect(frame)) for name, frame in expressions(engine).items()}
    for name, frame in expressions(spark).items():
        pd.testing.assert_frame_equal(ordered(collect(frame)), expected[name], obj=name)


def test_digests_are_the_same(engine: DuckDBEngine, spark: SparkEngine) -> None:
    """Rows are counted and their digests added up alike, group by group, whatever signs they hold."""
    found = []
    for one in (engine, spark):
        rows = one.place_table(
            "texts", pd.DataFrame({"a": ["x", "é€😀", "", "x:1"] * 3, "b": ["1", "", "\n", "y"] * 3})
        )
        rows = rows.with_columns(store=nw.when(nw.col("a") == "x").then(nw.lit("York")).otherwise(None))
        found.append(sorted(one.sum_digests(rows.select("store", "a", "b"), ["store"]), key=str))
    assert found[0] == found[1]
    assert [count for _, count, _ in found[0]] == [3, 9] or [count for _, count, _ in found[0]] == [9, 3]


def test_parts_are_read_by_the_embedded_engine(engine: DuckDBEngine, spark: SparkEngine, tmp_path: Path) -> None:
    """Rows that Spark writes apart are what the embedded engine goes on with."""
    rows = spark.place_table("rows", ROWS).filter(~nw.col("id").is_null())
    spark.write_parts(rows.with_columns(part=nw.col("id")), "part", tmp_path / "parts")
    assert sorted(path.name for path in (tmp_path / "parts").iterdir() if path.is_dir()) == [
        "part=1",
        "part=2",
        "part=3",
    ]
    for path in (tmp_path / "parts" / "part=2").glob("*.parquet"):
        engine.append_parquet("from_spark", path, {"text": "said"})
    try:
        found = collect(engine.lazy("from_spark"))
    finally:
        engine.drop("from_spark")
    assert sorted(found["at"]) == [datetime(2026, 2, 1), datetime(2026, 2, 28)]
    assert set(found["text"]) == {"said"}


def test_tables_come_and_go(spark: SparkEngine) -> None:
    """A table that is computed once is there under its name until it is dropped."""
    before = spark.list_tables()
    with spark.temporary_tables():
        made = spark.materialise(
            "made", spark.place_table("numbers", pd.DataFrame({"n": [1, 2, 3]})).filter(nw.col("n") > 1)
        )
        assert spark.count("made") == len(collect(made)) == 2
        assert spark.list_tables() - before == {"made", "numbers"}
    assert spark.list_tables() == before


def test_tasks_answer_in_order(spark: SparkEngine) -> None:
    """Each payload has its answer, whichever executor ended first."""
    assert spark.run_tasks(bytes.upper, [f"a{n}".encode() for n in range(7)]) == [f"A{n}".encode() for n in range(7)]


def test_a_fault_of_spark_is_one_clear_message(spark: SparkEngine) -> None:
    """What Spark cannot compute is told in a line, without its stack."""
    spark.place_table("texts", pd.DataFrame({"a": ["x"]}))
    with pytest.raises(DataError) as raised:
        spark.materialise("numbers", spark.lazy("texts").select(nw.col("a").cast(nw.Int64)))
    assert str(raised.value).startswith("Spark at local[2]: engine.spark: expected lines that Spark computes, got")
    assert "\n" not in str(raised.value)


def test_executors_elsewhere_need_a_place_for_files() -> None:
    """A cluster without a folder or URL that all of it can reach is a mistake of the config."""
    with (
        pytest.raises(ConfigError, match=r"engine.spark.scratch: expected a folder or URL"),
        open_spark(SparkOptions(master="spark://no.invalid:7077")),
    ):
        pass


def test_what_fails_on_an_executor_is_one_clear_message(spark: SparkEngine) -> None:
    """A task that cannot be done while rows come back is a fault of the data or the place, not of the program."""
    frame = spark.session.sql("SELECT raise_error('no space left') AS text, 1 AS id")
    with pytest.raises(DataError, match=r"Spark: engine.spark: expected .* no space left"):
        collect(nw.from_native(frame))
