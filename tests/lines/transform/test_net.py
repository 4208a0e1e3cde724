"""Net money: what customers kept, in the window and in its last twelve months, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal

import pytest

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.transform.cleansing import apply_window, classify, keep_only, see_net
from reportgen.lines.transform.customers import compute_customers
from reportgen.lines.transform.net import sum_up_net
from reportgen.lines.transform.visits import list_order_days
from reportgen.model.lines import Period

JANUARY = Period("2026-01", date(2024, 1, 1), date(2026, 1, 31), None, datetime(2026, 2, 1), is_partial=False)
LINES = [
    ("ann", "1", datetime(2024, 6, 1), "100.00", "1", "Cup"),
    ("ann", "2", datetime(2025, 2, 1), "40.00", "2", "Pot"),
    ("ann", "C3", datetime(2025, 3, 1), "-20.00", "-1", "Pot"),
    ("ann", "C4", datetime(2025, 4, 1), "-70.00", "-1", "Urn"),  # never bought here
    ("bob", "5", datetime(2025, 1, 31, 23, 59), "30.00", "1", "Cup"),
    ("bob", "6", datetime(2026, 1, 5), "7.00", "1", "Cup"),
    ("bob", "C7", datetime(2026, 2, 1), "-7.00", "-1", "Cup"),  # after the month
]


def net(
    make_lines: Any, returns: Literal["drop", "net"], lines: Any = LINES, period: Period = JANUARY
) -> tuple[list[list[int]], int]:
    """Return net money of the window, net money of the year, and orders of the year, for ann and bob; and the days."""
    rows = [
        {
            c.CUSTOMER_ID: who,
            c.ORDER_ID: order,
            c.ORDERED_AT: at,
            c.AMOUNT: amount,
            c.QUANTITY: units,
            c.PRODUCT_ID: code,
        }
        for who, order, at, amount, units, code in lines
    ]
    cleansing = CleansingOptions(returns=returns, cancelled_prefix="C")
    classified = classify(make_lines(rows), cleansing)
    customers = compute_customers(keep_only(apply_window(classified, cleansing, period)), period)
    set_off = see_net(classified, cleansing, replace(period, start=None))
    sums, days = sum_up_net(
        classified, cleansing, period, customers, lines=set_off, order_days=list_order_days(set_off)
    )
    assert list(sums.columns) == [c.NET_AMOUNT, c.YEAR_AMOUNT, c.YEAR_ORDERS]
    return sums.to_numpy().tolist(), days


@pytest.mark.parametrize("start", [None, datetime(2024, 1, 1)])
@pytest.mark.parametrize("returns", ["drop", "net"])
def test_money_that_was_kept(make_lines: Any, returns: Literal["drop", "net"], start: datetime | None) -> None:
    """Returns are set against what was bought, whatever the config does with them; the year begins on 1 February."""
    pence = c.MONEY_SCALE
    assert net(make_lines, returns, period=replace(JANUARY, start=start)) == (
        [[120 * pence, 20 * pence, 1], [37 * pence, 7 * pence, 1]],
        365,
    )


@pytest.mark.parametrize("returns", ["drop", "net"])
def test_lines_that_begin_later_are_told(make_lines: Any, returns: Literal["drop", "net"]) -> None:
    """Of lines from 1 November to 31 January the last twelve months hold 92 days, and all of the window."""
    pence = c.MONEY_SCALE
    lines = [
        ("ann", "1", datetime(2025, 11, 1), "40.00", "2", "Pot"),
        ("ann", "C2", datetime(2025, 12, 1), "-20.00", "-1", "Pot"),
    ]
    assert net(make_lines, returns, lines) == ([[20 * pence, 20 * pence, 1]], 92)
