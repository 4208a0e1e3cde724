"""Tests of sources that are typed by tasks on a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reportgen.config.databases import DatabaseOptions
from reportgen.config.engine import EngineOptions, SparkOptions
from reportgen.config.lines import ColumnOptions, SourceOptions
from reportgen.errors import DataError
from reportgen.lines.engine.compute import collect
from reportgen.lines.sources import tasks
from reportgen.lines.sources.open import OpenOptions, open_source
from tests.places import Places
from tests.spark import SMALL, skip_without_spark

COLUMNS = ColumnOptions(
    order_id=("Order no",),
    customer_id="Customer",
    ordered_at=("Date",),
    quantity="Quantity",
    unit_price="Unit price",
    product_id="SKU",
    product_name="Product",
    store="Store",
)
LINES = """Order no,Date,Store,Customer,SKU,Product,Quantity,Unit price
1,2026-01-05 10:00,York,a,T,Tea,2,1.25
1,2026-01-05 10:00,York,a,K,Kettle,1,10.00
2,2026-02-01 00:00,Bath,b,T,"Tea, green",3,0.33
3,2026-02-02 09:00,Bath,,T,Tea,1,0.33
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Write a few lines."""
    skip_without_spark()
    (tmp_path / "lines.csv").write_text(LINES, encoding="utf-8")
    return Places(tmp_path / "lines.csv", tmp_path)


def read(source: SourceOptions, spark: SparkOptions | None) -> tuple[list[Any], str, Any]:
    """Read a source; return its lines, what they add up to, and what is told of them."""
    with open_source(source, COLUMNS, ("£",), opening=OpenOptions(engine=EngineOptions(spark=spark))) as opened:
        lines = opened.lines
        rows = sorted(collect(lines.frame).astype(str).values.tolist())
        told = (opened.malformed, lines.has_order_ids, lines.has_products, lines.has_units)
        return rows, opened.digests.result().fingerprint("9999-12"), told


@pytest.fixture(params=["one file", "lake", "database"])
def source(request: pytest.FixtureRequest, places: Places, monkeypatch: pytest.MonkeyPatch) -> Iterator[SourceOptions]:
    """Lay the lines into a place."""
    if request.param == "database":
        monkeypatch.setenv("SHOP_DB", places.to_file_system("sqlite"))
        yield SourceOptions(database=DatabaseOptions(uri_env="SHOP_DB", table="lines"))
    elif request.param == "lake":
        monkeypatch.setattr(tasks, "_SPLIT_BYTES", 1)
        yield SourceOptions(path=places.to_files("partitioned parquet"))
    else:
        yield SourceOptions(path=str(places.lines))


def test_tasks_type_what_one_machine_types(source: SourceOptions, tmp_path: Path) -> None:
    """Lines are the same, their order aside, and nothing is left of the place that executors share."""
    scratch = tmp_path / "shared"
    here, there = (
        read(source, None),
        read(source, SparkOptions(master="local[2]", settings=SMALL, scratch=str(scratch))),
    )
    assert there == here
    assert list(scratch.iterdir()) == []


def test_the_first_fault_of_a_task_is_told(places: Places) -> None:
    """What a task finds wrong with a file is the error that this machine would raise."""
    places.lines.write_text(LINES.replace("Customer", "Who"), encoding="utf-8")
    raised = []
    for spark in (None, SparkOptions(master="local[2]", settings=SMALL)):
        with pytest.raises(DataError) as error:
            read(SourceOptions(path=str(places.lines)), spark)
        raised.append(str(error.value))
    assert raised[0] == raised[1]
