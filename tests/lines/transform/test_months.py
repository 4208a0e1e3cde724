"""The calendar months and who came back, by hand and against a naive second computation."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.transform.cleansing import classify
from reportgen.lines.transform.months import MOST_MONTHS, see_all_lines, sum_up_months
from reportgen.model.lines import OrderLines, Period
from reportgen.model.months import MonthFigures
from tests.conftest import Finished

JANUARY = Period(
    "2026-01", date(2026, 1, 1), date(2026, 1, 31), datetime(2026, 1, 1), datetime(2026, 2, 1), is_partial=False
)


def line(order: str, at: datetime, amount: str, who: str | None = "ann", **more: Any) -> dict[str, Any]:
    """Make a line of somebody's."""
    return {c.CUSTOMER_ID: who, c.ORDER_ID: order, c.ORDERED_AT: at, c.AMOUNT: amount, **more}


BACK = {c.QUANTITY: "-1"}
LINES = [
    line("1", datetime(2025, 11, 5, 23, 59), "1000.00"),
    line("2", datetime(2025, 12, 1), "10.00"),
    line("2", datetime(2025, 12, 1), "0.01"),
    line("3", datetime(2025, 12, 31, 23, 59), "5.00", "bob"),
    line("4", datetime(2026, 1, 1), "7.00"),
    line("5", datetime(2026, 1, 2), "-2.50", **BACK),
    line("6", datetime(2026, 1, 3), "4.00", None),
    line("7", datetime(2026, 1, 3), "-1.00", None, **BACK),
    line("8", datetime(2026, 1, 3), "0.00", None),
    line("9", datetime(2026, 1, 3), "9.00", None, **{c.LEFT_OUT: True}),
    line("10", datetime(2026, 2, 1), "500.00"),
]


def see(lines: OrderLines, **options: Any) -> OrderLines:
    """See lines as they stood at the end of January."""
    cleansing = CleansingOptions(leave_out={"status": ("void",)}, **options)
    return see_all_lines(classify(lines, cleansing), cleansing, JANUARY)


def test_three_months_by_hand(make_lines: Any) -> None:
    """Months stop at midnight, whatever the window; who names nobody stands apart, and what is left out nowhere."""
    november = MonthFigures("2025-11", Decimal("1000.00"), 1, 1, None, Decimal("0.00"), 0)
    december = MonthFigures("2025-12", Decimal("15.01"), 2, 2, 1, Decimal("0.00"), 0)
    assert sum_up_months(see(make_lines(LINES), returns="drop"), "2026-01") == (
        november,
        december,
        MonthFigures("2026-01", Decimal("7.00"), 1, 1, 0, Decimal("4.00"), 1),
    )
    assert sum_up_months(see(make_lines(LINES), returns="net"), "2026-01") == (
        november,
        december,
        MonthFigures("2026-01", Decimal("4.50"), 1, 1, 0, Decimal("3.00"), 1),
    )


@pytest.mark.parametrize(("first", "months"), [(7, ["2025-12", "2026-01"]), (8, ["2026-01"])])
def test_a_month_that_is_not_seen_whole_is_not_listed(first: int, months: list[str], make_lines: Any) -> None:
    """Data that begin within a month make it no yardstick, unless they do so in its first days."""
    lines = [line("1", datetime(2025, 12, first), "1.00"), line("2", datetime(2026, 1, 9), "2.00", "bob")]
    found = sum_up_months(see(make_lines(lines)), "2026-01")
    assert [month.month for month in found] == months
    assert (found[-1].sales, found[-1].new_customers) == (Decimal("2.00"), 1)


def test_months_without_a_line_are_zero(make_lines: Any) -> None:
    """Nothing sold is zero, not unknown; three years are listed at most, and the report's own month always."""
    lines = see(make_lines([line("1", datetime(2019, 12, 3), "1.00")]))
    found = sum_up_months(lines, "2026-01")
    assert len(found) == MOST_MONTHS
    assert found[0] == MonthFigures("2023-01", Decimal("0.00"), 0, 0, 0, Decimal("0.00"), 0)
    late = see(make_lines([line("1", datetime(2026, 1, 20), "1.00")]))
    assert [(month.month, month.new_customers) for month in sum_up_months(late, "2026-01")] == [("2026-01", None)]


def test_orders_without_numbers_are_not_counted(make_lines: Any) -> None:
    """Where the source has no order numbers nobody knows how many orders name no customer."""
    lines = see(make_lines(LINES, has_order_ids=False))
    assert [month.orders_without_id for month in sum_up_months(lines, "2026-01")] == [None] * 3


def test_the_sample_s_months(sample: Path, sample_run: Finished) -> None:
    """Every month of the sample and each month's first buyers, summed line by line with the standard library alone."""
    sales: dict[str, Decimal] = defaultdict(Decimal)
    unnamed: dict[str, Decimal] = defaultdict(Decimal)
    orders: dict[str, set[str]] = defaultdict(set)
    days: dict[str, set[date]] = defaultdict(set)
    with (sample / "order_lines.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            name, amount = row["Date"][:7], Decimal(row["Quantity"]) * Decimal(row["Unit price"])
            if name > "2026-01" or row["Order no"].startswith("C") or amount < 0:
                continue
            if not row["Customer"]:
                unnamed[name] += amount
                continue
            sales[name] += amount
            orders[name].add(row["Order no"])
            days[row["Customer"]].add(date.fromisoformat(row["Date"][:10]))
    first = {who: min(seen) for who, seen in days.items()}
    months = {month["month"]: month for month in sample_run.facts["months"]}
    assert list(months) == sorted(sales)[-MOST_MONTHS:]
    for name, month in months.items():
        buyers = {who for who, seen in days.items() if any(f"{day:%Y-%m}" == name for day in seen)}
        new = sum(f"{first[who]:%Y-%m}" == name for who in buyers)
        assert month == {
            "month": name,
            "sales": str(sales[name]),
            "orders": len(orders[name]),
            "customers": len(buyers),
            "new_customers": None if name == min(sales) else new,
            "sales_without_id": f"{unnamed[name]:.2f}",
            "orders_without_id": month["orders_without_id"],
        }
    for cohort in sample_run.facts["returning"]["cohorts"]:
        begun = [who for who, day in first.items() if f"{day:%Y-%m}" == cohort["month"]]
        back = sum(any(first[who] < day <= first[who] + timedelta(days=90) for day in days[who]) for who in begun)
        assert (cohort["customers"], cohort["came_back"]) == (len(begun), back)
        later = sorted(name for name in sales if name > cohort["month"])[:12]
        ordered = [sum(any(f"{day:%Y-%m}" == name for day in days[who]) for who in begun) for name in later]
        assert cohort["ordered"] == ordered
    assert [cohort["month"] for cohort in sample_run.facts["returning"]["cohorts"] if cohort["is_ripe"]][
        -1
    ] == "2025-10"
