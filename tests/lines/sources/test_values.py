"""The different values of a column stand for its lines, and their lists are gone when a file is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from reportgen.lines.engine.duckdb import DuckDBEngine, open_engine
from reportgen.lines.sources import timestamps
from reportgen.lines.sources.raw import RawTable
from reportgen.lines.sources.values import drop_values, values_of

NAMES = {
    "order_id": ("order",),
    "customer_id": "customer",
    "ordered_at": ("date",),
    "unit_price": "price",
    "product_id": None,
    "product_name": None,
}
TABLE = RawTable("raw_0", ('the "price"',))


def test_each_value_is_listed_once_with_its_lines() -> None:
    """Equal texts are one value, an empty cell is one too, and the lines are counted; asked twice it is the same list."""
    with open_engine() as engine:
        engine.run('CREATE TABLE raw_0 ("the ""price""" VARCHAR)')
        engine.run("INSERT INTO raw_0 VALUES ('1'), ('1'), ('2'), (NULL)")
        values, lines = values_of(engine, TABLE, 'the "price"')
        found = engine.run(f'SELECT "the ""price""", {lines} FROM {values} GROUP BY ALL ORDER BY ALL')
        assert found == [("1", 2), ("2", 1), (None, 1)]
        assert values_of(engine, TABLE, 'the "price"') == (values, lines)
        drop_values(engine, TABLE)
        assert _tables(engine) == ["raw_0"]


def test_cells_of_a_sheet_are_asked_one_by_one() -> None:
    """Where equal texts may be numbers or texts, the table itself is asked."""
    with open_engine() as engine:
        assert values_of(engine, RawTable("raw_0", ("a",), native={"a": "flag"}), "a") == ("raw_0", "count(*)")


def _tables(engine: DuckDBEngine) -> list[str]:
    return [name for (name,) in engine.run("SELECT table_name FROM duckdb_tables()")]


@pytest.mark.parametrize("heading", ["date text", "Date Read", "t", "read_at"])
def test_a_heading_may_be_called_as_a_column_of_ours(read_text: Callable[..., Any], heading: str) -> None:
    """Dates are read whatever the columns of the file are called."""
    content = f"order,customer,{heading},quantity,price,code,name\n1,ann,2026-01-31 10:00,1,2.50,T,Tea\n"
    names = {"order_id": ("order",), "customer_id": "customer", "unit_price": "price"}
    opened = read_text(content, {**names, "ordered_at": (heading,), "product_id": "code", "product_name": "name"})
    assert str(opened.one("ordered_at")).startswith("2026-01-31 10:00")


@pytest.mark.parametrize("most", [0, 1, 10])
def test_very_many_dates_are_read_line_by_line(
    read_text: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Whether dates are listed or not, each line has its own, and a text that is none has none."""
    monkeypatch.setattr(timestamps, "MOST_LISTED", most)
    lines = ["1,ann,2026-01-31 10:00", "2,bob,2026-01-30 11:30", "3,cyd,soon", "4,dan,2026-01-31 10:00"]
    opened = read_text("order,customer,date,quantity,price\n" + "".join(f"{line},1,2.50\n" for line in lines), NAMES)
    first, second, none, fourth = opened.column("ordered_at")
    assert [str(at)[:16] for at in (first, second, fourth)] == [
        "2026-01-31 10:00",
        "2026-01-30 11:30",
        "2026-01-31 10:00",
    ]
    assert pd.isna(none)
