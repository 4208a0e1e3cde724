"""Chooses the month of the report: the last complete one, or the one that was asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import narwhals as nw

from reportgen import columns as c
from reportgen.errors import DataError, Problem
from reportgen.lines.engine.compute import collect
from reportgen.model.lines import OrderLines, Period
from reportgen.months import FIRST, add_months, count_months, first_day, last_day, list_months_between, month_of

_LOOK_BACK = timedelta(days=56)


def list_days(lines: OrderLines) -> list[date]:
    """List the days with at least one readable line, oldest first."""
    days = lines.frame.filter(~nw.col(c.ORDERED_AT).is_null()).select(nw.col(c.ORDERED_AT).cast(nw.Date)).unique()
    values: list[Any] = collect(days)[c.ORDERED_AT].tolist()
    return sorted(value.date() if isinstance(value, datetime) else value for value in values)


def choose_period(days: Collection[date], month: str, window: int | None) -> Period:
    """Choose the period and its window.

    A month is complete when the data reach its last day, not counting weekdays on which the shop has had no
    orders in the eight weeks before (a shop that is closed on Sundays has a complete month that ends on one).

    Parameters
    ----------
    days : collection of date
        Days with orders.
    month : str
        ``YYYY-MM``, or ``last`` for the last complete month.
    window : int or None
        Months that the window spans, the period's own included; None for all.

    Raises
    ------
    DataError
        When no day has orders, no month is complete, or the month asked for has no lines.
    """
    days = sorted(days)
    if not days:
        raise DataError(
            Problem("source", "ordered_at", "dates that can be read", "none", "Check 'columns: {ordered_at}'.")
        )
    chosen = _choose_month(days, month)
    start = None if window is None else _begin_window(chosen, window)
    end_day = first_day(add_months(chosen, 1))
    seen = [day for day in days if day < end_day and (start is None or day >= start.date())]
    is_partial = not is_complete(days, chosen)
    return Period(
        month=chosen,
        first_day=seen[0],
        as_of=seen[-1] if is_partial else last_day(chosen),
        start=start,
        end=datetime.combine(end_day, time()),
        is_partial=is_partial,
    )


def _begin_window(month: str, window: int) -> datetime:
    """Return when a window of so many months begins; one that is longer than the calendar begins with it."""
    before = min(window - 1, count_months(FIRST, month))
    return datetime.combine(first_day(add_months(month, -before)), time())


def _choose_month(days: Sequence[date], month: str) -> str:
    months = sorted({month_of(day) for day in days})
    if month == "last":
        complete = [known for known in months if is_complete(days, known)]
        if not complete:
            first, last = days[0], days[-1]
            hint = f"Ask for the unfinished month by name: '--period {month_of(last)}'."
            raise DataError(Problem("source", "period", "a complete month", f"days from {first} to {last}", hint))
        return complete[-1]
    if month not in months:
        hint = f"The data have: {', '.join(months)}."
        raise DataError(Problem("source", "period", f"lines in {month}", "none", hint))
    return month


def list_months(period: str) -> list[str]:
    """List the months that the option `period` names, oldest first; ``last`` stays as it is."""
    first, dots, last = period.partition("..")
    return list_months_between(first, last) if dots else [period]


def is_complete(days: Collection[date], month: str) -> bool:
    """Tell whether the data cover a month to its end."""
    end = first_day(add_months(month, 1))
    last = max(days)
    if last >= end:
        return True
    if last < first_day(month):
        return False
    open_weekdays = {day.weekday() for day in days if day > last - _LOOK_BACK}
    rest = [last + timedelta(days=n) for n in range(1, (end - last).days)]
    return all(day.weekday() not in open_weekdays for day in rest)
