"""What is said of a month must survive only where a few buyers, or returns, do not make it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from reportgen import columns as c
from reportgen.config.options import Options
from reportgen.model.facts import Facts
from reportgen.model.headline import MonthSales, SameMonthLastYear
from reportgen.report.robust.months import try_months
from tests.made import make_customers, make_facts, make_month
from tests.made_comparison import make_history

DECEMBER, JANUARY = 20_423, 20_454
"""The first days of both, in days since 1970."""


def lines(*rows: tuple[int, int, int, int]) -> pd.DataFrame:
    """Make days: customer, day, orders, pounds."""
    frame = pd.DataFrame(rows, columns=["customer", "day", c.ORDERS, c.AMOUNT])
    return frame.assign(**{c.AMOUNT: frame[c.AMOUNT] * c.MONEY_SCALE})


def tried(days: pd.DataFrame, *findings: Any, returns: str = "drop") -> dict[tuple[str, str], bool]:
    """Try findings on days of a window that begins in December."""
    usual: Facts = make_facts()
    facts = replace(usual, period=replace(usual.period, first_day=date(2025, 12, 1)))
    history = make_history(make_customers([1.0]), order_days=days)
    options = Options.model_validate({"source": {"path": "x"}, "cleansing": {"returns": returns}})
    found = try_months(findings, facts, history, options)
    return {(finding.about, variation): holds for variation, finding, holds in found}


def month(now: str, before: str) -> MonthSales:
    """Find what January brought, beside December."""
    return MonthSales(make_month(sales=now), make_month("2025-12", before), None)


GROWN = lines((0, DECEMBER, 1, 100), (0, JANUARY, 1, 400), (1, DECEMBER, 1, 100), (1, JANUARY, 1, 100))


def test_a_rise_that_one_buyer_made_is_soft() -> None:
    """£500 after £200 is 150 % more; without the largest of two it is £100 after £100."""
    assert tried(GROWN, month("500.00", "200.00")) == {("month", "without_top"): False, ("month", "returns"): True}


def test_a_rise_of_all_is_firm() -> None:
    """Both doubled, so either alone did."""
    days = lines((0, DECEMBER, 1, 100), (0, JANUARY, 1, 200), (1, DECEMBER, 1, 50), (1, JANUARY, 1, 100))
    assert all(tried(days, month("300.00", "150.00")).values())


def test_a_rise_that_was_sent_back_is_soft() -> None:
    """What came back in January takes the rise away; where returns are set off already, what was bought makes it."""
    days = lines((0, DECEMBER, 1, 50), (1, DECEMBER, 1, 50), (0, JANUARY, 1, 75), (1, JANUARY, 1, 75))
    both = pd.concat([days, lines((1, JANUARY + 1, 0, -60))])
    assert tried(both, month("150.00", "100.00"))["month", "returns"] is False
    assert tried(both, month("90.00", "100.00"), returns="net")["month", "returns"] is False


@pytest.mark.parametrize(("now", "expected"), [(98, True), (94, False)])
def test_no_change_may_be_a_small_one(now: int, expected: bool) -> None:
    """As much as before is said as well where it is 2 % less, not where it is 6 % less."""
    days = lines((0, DECEMBER, 1, 200), (1, DECEMBER, 1, 100), (0, JANUARY, 1, 300 - now), (1, JANUARY, 1, now))
    assert tried(days, month("300.00", "300.00"))["month", "without_top"] is expected


def test_a_month_without_another_is_not_tried() -> None:
    """Nothing to compare with, nothing to survive."""
    assert tried(GROWN, MonthSales(make_month(), None, None), month("1.00", "0.00")) == {}


def test_the_same_month_last_year_is_tried_as_well() -> None:
    """A year ago is a month like any other."""
    days = lines((0, JANUARY - 365, 1, 100), (1, JANUARY - 365, 1, 100), (0, JANUARY, 1, 50), (1, JANUARY, 1, 50))
    finding = SameMonthLastYear(make_month(sales="100.00"), make_month("2025-01", "200.00"))
    assert tried(days, finding) == {("year_ago", "without_top"): True, ("year_ago", "returns"): True}
