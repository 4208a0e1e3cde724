"""The days on which customers ordered, each once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.transform.visits import day_number, days_since_1970, find_visits, list_named_days, list_order_days
from reportgen.model.lines import Period
from tests.made import cleanse

JANUARY = Period("2026-01", date(2026, 1, 1), date(2026, 1, 31), None, datetime(2026, 2, 1), is_partial=False)

LINES = [
    ("bob", datetime(2026, 1, 3, 9), "1.00", "1"),
    ("ann", datetime(2026, 1, 2, 23, 59), "1.00", "1"),
    ("ann", datetime(2026, 1, 2, 1), "1.00", "1"),
    ("ann", datetime(2026, 1, 1), "-1.00", "-1"),
    ("ann", datetime(2026, 1, 5), "1.00", "1"),
    (None, datetime(2026, 1, 6), "1.00", "1"),
]


def lines_of(make_lines: Any, returns: str = "drop") -> Any:
    """Make the lines above, with their fates."""
    rows = [
        {c.CUSTOMER_ID: who, c.ORDERED_AT: at, c.AMOUNT: amount, c.QUANTITY: quantity, c.ORDER_ID: str(n)}
        for n, (who, at, amount, quantity) in enumerate(LINES)
    ]
    cleansing = CleansingOptions(returns=returns)  # type: ignore[arg-type]
    return cleanse(make_lines(rows), cleansing, JANUARY)


def test_each_day_counts_once(make_lines: Any) -> None:
    """Two orders of one day are one row, and a return is one with no orders; lines without a customer are none."""
    found = list_order_days(lines_of(make_lines, returns="net"))
    begin = days_since_1970(pd.Series([datetime(2026, 1, 1)]))[0]
    assert begin == 20_454  # 56 years with 14 leap days
    assert found["customer"].nunique() == 2
    rows = [(day - begin, orders, amount / c.MONEY_SCALE) for _, day, orders, amount in found.itertuples(index=False)]
    assert rows == [(0, 0, -1.0), (1, 2, 2.0), (4, 1, 1.0), (2, 1, 1.0)]


def test_what_is_dropped_is_no_order_day(make_lines: Any) -> None:
    """A return that is left out is no row at all."""
    assert len(list_order_days(lines_of(make_lines))) == 3


def test_first_and_last_visits(make_lines: Any) -> None:
    """The first and last day of each customer with an order, and how many there are."""
    found = find_visits(lines_of(make_lines)).sort_index()
    assert found.index.tolist() == ["ann", "bob"]
    assert found["first"].tolist() == [pd.Timestamp(2026, 1, 2), pd.Timestamp(2026, 1, 3)]
    assert found["last"].tolist() == [pd.Timestamp(2026, 1, 5), pd.Timestamp(2026, 1, 3)]
    assert found[c.ORDER_DAYS].tolist() == [2, 1]


def test_days_are_counted_from_1970() -> None:
    """56 years with 14 leap days lie before January 2026."""
    assert day_number(date(2026, 1, 1)) == 20_454


def test_days_by_name_are_those_of_the_span(make_lines: Any) -> None:
    """The same days as by number, with the customers' ids; both ends of the span are in it, others are not."""
    lines = lines_of(make_lines, returns="net")
    every = list_named_days(lines, date(2026, 1, 1), date(2026, 1, 31))
    numbered = list_order_days(lines)
    columns = ["day", c.ORDERS, c.AMOUNT]
    assert sorted(map(tuple, every[columns].to_numpy())) == sorted(map(tuple, numbered[columns].to_numpy()))
    some = list_named_days(lines, date(2026, 1, 2), date(2026, 1, 3))
    begin = day_number(date(2026, 1, 1))
    assert sorted(zip(some[c.CUSTOMER_ID], some["day"] - begin, strict=True)) == [("ann", 1), ("bob", 2)]
