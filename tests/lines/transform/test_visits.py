"""The days on which customers ordered, each once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.transform.cleansing import classify
from reportgen.lines.transform.visits import days_since_1970, find_first_orders, list_visits

LINES = [
    ("bob", datetime(2026, 1, 3, 9), "1.00", "1"),
    ("ann", datetime(2026, 1, 2, 23, 59), "1.00", "1"),
    ("ann", datetime(2026, 1, 2, 1), "1.00", "1"),
    ("ann", datetime(2026, 1, 1), "-1.00", "-1"),
    ("ann", datetime(2026, 1, 5), "1.00", "1"),
    (None, datetime(2026, 1, 6), "1.00", "1"),
]


def lines_of(make_lines: Any) -> Any:
    """Make the lines above, with their fates."""
    rows = [
        {c.CUSTOMER_ID: who, c.ORDERED_AT: at, c.AMOUNT: amount, c.QUANTITY: quantity, c.ORDER_ID: str(n)}
        for n, (who, at, amount, quantity) in enumerate(LINES)
    ]
    return classify(make_lines(rows), CleansingOptions(returns="drop"))


def test_each_day_counts_once(make_lines: Any) -> None:
    """Two orders of one day are one visit; returns and lines without a customer are none; sorted by customer and day."""
    found = list_visits(lines_of(make_lines))
    begin = days_since_1970(pd.Series([datetime(2026, 1, 1)]))[0]
    assert begin == 20_454  # 56 years with 14 leap days
    assert found["customer"].nunique() == 2
    assert (found["day"] - begin).tolist() == [1, 4, 2]
    assert found.equals(found.sort_values(["customer", "day"]))


def test_first_orders(make_lines: Any) -> None:
    """The first day of each customer and the next one, null where there is none."""
    found = find_first_orders(lines_of(make_lines)).sort_index()
    assert found.index.tolist() == ["ann", "bob"]
    assert found["first"].tolist() == [pd.Timestamp(2026, 1, 2), pd.Timestamp(2026, 1, 3)]
    assert found["second"].iloc[0] == pd.Timestamp(2026, 1, 5)
    assert pd.isna(found["second"].iloc[1])
