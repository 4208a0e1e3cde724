"""The month and the month before it, by hand and against a naive second computation."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reportgen import columns as c
from reportgen.lines.transform.month import compute_month
from reportgen.model.facts import MonthFigures
from reportgen.model.lines import Period
from tests.conftest import Finished

JANUARY = Period("2026-01", date(2025, 12, 1), date(2026, 1, 31), None, datetime(2026, 2, 1), is_partial=False)


def line(order: str, at: datetime, amount: str, **more: Any) -> dict[str, Any]:
    """Make a line of Ann's."""
    return {c.CUSTOMER_ID: "ann", c.ORDER_ID: order, c.ORDERED_AT: at, c.AMOUNT: amount, **more}


LINES = [
    line("1", datetime(2025, 11, 30, 23, 59), "1000.00"),
    line("2", datetime(2025, 12, 1), "10.00"),
    line("2", datetime(2025, 12, 1), "0.01"),
    line("3", datetime(2025, 12, 31, 23, 59), "5.00"),
    line("4", datetime(2026, 1, 1), "7.00"),
    line("4", datetime(2026, 1, 1), "-2.50", **{c.QUANTITY: "-1"}),
]


def test_two_months_by_hand(make_lines: Any) -> None:
    """Sales and orders of January and December stop at midnight; a return lowers sales and is no order."""
    found = compute_month(make_lines(LINES), JANUARY)
    assert found == MonthFigures(Decimal("4.50"), 1, Decimal("15.01"), 2)


@pytest.mark.parametrize(
    ("changes", "is_known"),
    [
        ({"first_day": date(2025, 12, 7)}, True),
        ({"first_day": date(2025, 12, 8)}, False),
        ({"start": datetime(2025, 12, 1)}, True),
        ({"start": datetime(2026, 1, 1), "first_day": date(2026, 1, 1)}, False),
    ],
)
def test_a_month_that_is_not_seen_whole_is_unknown(changes: dict[str, Any], is_known: bool, make_lines: Any) -> None:
    """A window or data that begin within the month before make it no yardstick."""
    found = compute_month(make_lines(LINES), replace(JANUARY, **changes))
    assert (found.previous_sales is not None, found.previous_orders is not None) == (is_known, is_known)
    assert found.sales == Decimal("4.50")


def test_months_without_a_line(make_lines: Any) -> None:
    """Nothing sold is zero, not unknown."""
    assert compute_month(make_lines(LINES[:1]), JANUARY) == MonthFigures(Decimal("0.00"), 0, Decimal("0.00"), 0)


def test_the_sample_s_months(sample: Path, sample_run: Finished) -> None:
    """The sample's January and December, summed line by line with the standard library alone."""
    names = ("2026-01", "2025-12")
    sales, orders = dict.fromkeys(names, Decimal(0)), {name: set() for name in names}
    with (sample / "order_lines.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            name = row["Date"][:7]
            if name in sales and row["Customer"] and not row["Order no"].startswith("C"):
                sales[name] += Decimal(row["Quantity"]) * Decimal(row["Unit price"])
                orders[name].add(row["Order no"])
    assert sample_run.facts["month"] == {
        "sales": str(sales["2026-01"]),
        "orders": len(orders["2026-01"]),
        "previous_sales": str(sales["2025-12"]),
        "previous_orders": len(orders["2025-12"]),
    }
