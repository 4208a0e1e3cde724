"""Months must be counted as pandas counts them."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.months import (
    add_months,
    count_months,
    first_day,
    last_day,
    list_months_between,
    month_of,
    parse_month,
    previous_month,
)

DAYS = st.dates(date(1700, 1, 1), date(2250, 12, 31))
MONTHS = DAYS.map(month_of)
COUNTS = st.integers(-1_000, 1_000)


def period(month: str) -> pd.Period:
    """Return the month as pandas has it."""
    return pd.Period(month, "M")


@given(DAYS)
def test_a_day_is_in_its_month(day: date) -> None:
    """The month of a day is that of pandas, and the day lies between the month's ends."""
    month = month_of(day)
    assert month == str(pd.Period(day, "M"))
    assert parse_month(month) == (day.year, day.month)
    assert first_day(month) <= day <= last_day(month)


@given(MONTHS, COUNTS)
def test_months_are_added_as_pandas_adds_them(month: str, count: int) -> None:
    """So many months later or earlier is the month that pandas finds, and counting leads back."""
    other = add_months(month, count)
    assert other == str(period(month) + count)
    assert count_months(month, other) == count
    assert previous_month(month) == str(period(month) - 1)


@given(MONTHS)
def test_the_ends_of_a_month_are_those_of_pandas(month: str) -> None:
    """First and last day are right in leap years too."""
    assert first_day(month) == period(month).start_time.date()
    assert last_day(month) == period(month).end_time.date()


@given(MONTHS, st.integers(-5, 60))
def test_months_are_listed_as_pandas_lists_them(month: str, count: int) -> None:
    """A range has both its ends, and nothing when it runs backward."""
    last = add_months(month, count)
    assert list_months_between(month, last) == [str(one) for one in pd.period_range(month, last, freq="M")]


@given(MONTHS, MONTHS)
def test_months_sort_as_their_texts(one: str, other: str) -> None:
    """Of two months the earlier one is the smaller text."""
    assert (one < other) == (count_months(one, other) > 0)


def test_months_by_hand() -> None:
    """Over the turn of a year, and through a February of each kind."""
    assert add_months("2025-11", 2) == "2026-01"
    assert previous_month("2026-01") == "2025-12"
    assert count_months("2025-11", "2026-01") == 2
    assert list_months_between("2025-12", "2026-02") == ["2025-12", "2026-01", "2026-02"]
    assert last_day("2024-02") == date(2024, 2, 29)
    assert last_day("2026-02") == date(2026, 2, 28)


@pytest.mark.parametrize(
    "month", ["", "last", "2026", "2026-1", "2026-13", "2026-00", "26-01", "2026-01-01", "2026-01\n"]
)
def test_other_texts_are_no_months(month: str) -> None:
    """A text that is not YYYY-MM is refused."""
    with pytest.raises(ValueError, match="is no month"):
        parse_month(month)


@pytest.mark.parametrize(("month", "count"), [("0001-01", -1), ("9999-12", 1)])
def test_the_calendar_has_ends(month: str, count: int) -> None:
    """No month lies before the year 1 or after the year 9999."""
    with pytest.raises(ValueError, match="no month lies"):
        add_months(month, count)
