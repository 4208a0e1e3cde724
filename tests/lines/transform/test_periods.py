"""The month that a report is about: complete unless it was asked for, and never one without lines."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.errors import DataError
from reportgen.lines.transform.periods import Days, choose_period, find_days, list_days
from reportgen.model.lines import Period


def days_between(first: date, last: date, closed: tuple[int, ...] = ()) -> list[date]:
    """List the days that a shop is open on, both ends included."""
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in span if day.weekday() not in closed]


def choose(days: list[date], *how: Any) -> Period:
    """Choose a period of days that all tell how far the data reach."""
    return choose_period(Days(tuple(days)), *how)


def test_the_last_complete_month_is_chosen() -> None:
    """A month that the data end in the middle of is passed over for the one before."""
    period = choose(days_between(date(2025, 11, 3), date(2026, 2, 17)), "last", 12)
    assert (period.month, period.is_partial) == ("2026-01", False)
    assert (period.first_day, period.as_of) == (date(2025, 11, 3), date(2026, 1, 31))
    assert (period.start, period.end) == (datetime(2025, 2, 1), datetime(2026, 2, 1))


def test_a_month_that_ends_on_a_closed_sunday_is_complete() -> None:
    """A shop closed on Sundays has a complete May 2026 (it ends on a Sunday) when its data end on the Saturday."""
    saturday = date(2026, 5, 30)
    assert choose(days_between(date(2026, 1, 1), saturday, closed=(6,)), "last", 12).month == "2026-05"
    assert choose(days_between(date(2026, 1, 1), saturday), "last", 12).month == "2026-04"


def test_the_as_of_day_of_a_complete_month_is_its_last() -> None:
    """Recency counts from the end of the month even when the shop was closed on it."""
    period = choose(days_between(date(2026, 1, 1), date(2026, 5, 30), closed=(6,)), "last", None)
    assert period.as_of == date(2026, 5, 31)


def test_weekdays_closed_long_ago_count_as_closed() -> None:
    """Only the eight weeks before the end tell which weekdays the shop opens on."""
    once_on_sundays = days_between(date(2025, 1, 1), date(2025, 12, 31))
    since_then = days_between(date(2026, 1, 1), date(2026, 5, 30), closed=(6,))
    assert choose(once_on_sundays + since_then, "last", 12).month == "2026-05"


def test_a_partial_month_can_be_asked_for() -> None:
    """An unfinished month asked for by name is marked partial and observed to its last day with lines."""
    period = choose(days_between(date(2025, 11, 3), date(2026, 2, 17)), "2026-02", 2)
    assert (period.is_partial, period.as_of) == (True, date(2026, 2, 17))
    assert (period.start, period.end) == (datetime(2026, 1, 1), datetime(2026, 3, 1))
    assert period.first_day == date(2026, 1, 1)


def test_an_earlier_month_does_not_see_later_days() -> None:
    """A month asked for by name ends with itself, whatever came after."""
    period = choose(days_between(date(2025, 11, 3), date(2026, 2, 17)), "2025-12", 1)
    assert (period.is_partial, period.first_day, period.as_of) == (False, date(2025, 12, 1), date(2025, 12, 31))
    assert (period.start, period.end) == (datetime(2025, 12, 1), datetime(2026, 1, 1))


def test_a_window_of_all_has_no_beginning() -> None:
    """Without a window nothing is too old."""
    period = choose(days_between(date(2019, 3, 5), date(2026, 1, 31)), "last", None)
    assert (period.start, period.first_day) == (None, date(2019, 3, 5))


def test_a_window_longer_than_the_calendar_is_no_mistake() -> None:
    """A window that reaches before the year 1 begins with it."""
    period = choose([date(2026, 1, 31)], "2026-01", 9999 * 12)
    assert period.start is not None
    assert period.start.year == 1


def test_no_complete_month_stops_with_the_one_to_ask_for() -> None:
    """Data that end before their first month does stop the run, with their span and the month to ask for."""
    with pytest.raises(DataError) as caught:
        choose(days_between(date(2026, 2, 3), date(2026, 2, 17)), "last", 12)
    assert "2026-02-03 to 2026-02-17" in str(caught.value)
    assert "--period 2026-02" in str(caught.value)


def test_a_month_without_lines_stops_with_the_span_there_is() -> None:
    """A month that the data do not have stops the run, and their span is told."""
    days = [date(2025, 11, 3), date(2026, 1, 31)]
    with pytest.raises(DataError, match=r"lines in 2025-12, got none. The data go from 2025-11 to 2026-01\."):
        choose(days, "2025-12", 12)


def test_no_days_at_all_stop() -> None:
    """Lines without one readable date stop the run."""
    with pytest.raises(DataError, match="dates that can be read"):
        choose([], "last", 12)


def test_days_are_listed_once_and_in_order(make_lines: Any) -> None:
    """Each day with a readable line is listed once, whatever its hour; unreadable dates are no day."""
    at = [datetime(2026, 1, 2, 23, 59, 59), datetime(2026, 1, 2), None, datetime(2025, 12, 31, 12)]
    lines = make_lines([{c.ORDERED_AT: one, "unreadable_date": None if one else "soon"} for one in at])
    assert list_days(lines) == [date(2025, 12, 31), date(2026, 1, 2)]


def on_days(make_lines: Any, days: list[date]) -> Any:
    """Make a line at ten o'clock on each day."""
    return make_lines([{c.ORDERED_AT: datetime.combine(day, datetime.min.time().replace(hour=10))} for day in days])


TODAY = date(2026, 3, 5)


def test_one_preorder_does_not_end_the_data(make_lines: Any) -> None:
    """A line alone long after the rest is a stray: December, which the others end in, is not complete."""
    until_december = days_between(date(2025, 9, 1), date(2025, 12, 9))
    found = find_days(on_days(make_lines, [*until_december, date(2026, 2, 20)]), TODAY)
    assert found == Days(tuple(until_december), {date(2026, 2, 20): 1})
    assert choose_period(found, "last", 12).month == "2025-11"
    assert choose_period(found, "2026-02", 12).is_partial


def test_a_day_after_the_run_does_not_end_the_data(make_lines: Any) -> None:
    """Lines dated in the future tell nothing, however near and many they are."""
    days = days_between(date(2026, 1, 1), date(2026, 3, 20))
    found = find_days(on_days(make_lines, days), TODAY)
    assert (found.seen[-1], min(found.stray), sum(found.stray.values())) == (TODAY, date(2026, 3, 6), 15)


def test_a_shop_that_sells_seldom_has_no_strays(make_lines: Any) -> None:
    """A gap like those before it is the shop's own way, and so is a season after a long break."""
    seldom = [date(2024, month, 1) for month in (1, 4, 7, 10)] + [date(2025, 2, 1)]
    assert find_days(on_days(make_lines, seldom), TODAY) == Days(tuple(seldom))
    season = days_between(date(2024, 6, 1), date(2024, 8, 31)) + days_between(date(2025, 6, 1), date(2025, 8, 31))
    assert find_days(on_days(make_lines, season), TODAY) == Days(tuple(season))


def test_the_user_can_say_that_a_month_is_complete() -> None:
    """A shop whose last order fell on the 20th has a complete month when its data are said to reach its end."""
    days = days_between(date(2025, 11, 3), date(2026, 1, 20))
    assert choose(days, "last", 12).month == "2025-12"
    period = choose(days, "last", 12, date(2026, 1, 31))
    assert (period.month, period.is_partial, period.as_of) == ("2026-01", False, date(2026, 1, 31))
    assert choose(days, "last", 12, date(2026, 1, 30)).month == "2025-12"


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(80, 400),
    st.sets(st.integers(0, 6), max_size=6),
)
def test_no_open_day_is_missing_from_the_month_chosen(first: date, length: int, closed: set[int]) -> None:
    """The month chosen is the last with no day after the data's end that the shop would be open on."""
    days = days_between(first, first + timedelta(days=length), tuple(closed))
    candidates = []
    for year, month in {(day.year, day.month) for day in days}:
        whole = days_between(date(year, month, 1), date(year, month, monthrange(year, month)[1]), tuple(closed))
        if not [day for day in whole if day > days[-1]]:
            candidates.append(f"{year}-{month:02}")
    period = choose(days, "last", None)
    assert period.month == max(candidates)
    assert not period.is_partial
    assert period.end == datetime.combine(period.as_of + timedelta(days=1), datetime.min.time())
