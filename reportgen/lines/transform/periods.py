"""Chooses the month of the report: the last complete one, or the one that was asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import narwhals as nw

from reportgen import columns as c
from reportgen.errors import DataError, Problem
from reportgen.lines.engine.compute import collect
from reportgen.model.lines import OrderLines, Period
from reportgen.months import add_months, first_day, last_day, month_of, window_start

_LOOK_BACK = timedelta(days=56)
_DAY = "day"
_FAR_DAYS, _FAR_GAPS = 45, 3
"""Days without lines after which a few lines are alone; and how many times the longest gap before that has to be."""
_STRAY_LINES, _STRAY_SHARE = 5, 0.001
"""Lines that may be strays: so many, or such a share of all."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days with at least one readable line.

    Attributes
    ----------
    seen : tuple of date
        Those that tell how far the data reach, oldest first.
    stray : mapping
        Lines by day of those that do not: later than the day of the run, or alone far after the rest.
    """

    seen: tuple[date, ...]
    stray: Mapping[date, int] = field(default_factory=dict)

    @property
    def all(self) -> tuple[date, ...]:
        """Every day with lines."""
        return (*self.seen, *self.stray)


def find_days(lines: OrderLines, last_day: date | None = None) -> Days:
    """Find the days with lines, and tell those apart that are pre-orders or typing errors.

    The end of the data is judged by days up to `last_day`; and a few lines that come long after all others, with a gap
    before them that the data have nowhere else, are no sign that the months between are complete.

    Parameters
    ----------
    lines : OrderLines
        Of the source.
    last_day : date, optional
        Day after which nobody can have ordered.
    """
    day = nw.col(c.ORDERED_AT).cast(nw.Date).alias(_DAY)
    dated = lines.frame.filter(~nw.col(c.ORDERED_AT).is_null()).select(day)
    counted = collect(dated.group_by(_DAY).agg(n=nw.len()))
    found = {_plain_day(value): int(n) for value, n in zip(counted[_DAY], counted["n"], strict=True)}
    seen = sorted(value for value in found if last_day is None or value <= last_day) or sorted(found)
    seen = seen[: _end_of_rest(seen, found)]
    return Days(tuple(seen), {value: n for value, n in sorted(found.items()) if not seen or value > seen[-1]})


def count_unread_dates(lines: OrderLines) -> int:
    """Count the lines whose date is there and cannot be read."""
    unread = lines.frame.filter(~nw.col("unreadable_date").is_null() & (nw.col("unreadable_date") != ""))
    return int(collect(unread.select(n=nw.len()))["n"].iloc[0])


def _end_of_rest(days: Sequence[date], lines: Mapping[date, int]) -> int:
    """Return how many days there are before the few that come long after the rest; all, where there are none."""
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    total = sum(lines[day] for day in days)
    for at in range(len(gaps) - 1, -1, -1):
        tail = sum(lines[day] for day in days[at + 1 :])
        if tail > max(_STRAY_LINES, _STRAY_SHARE * total) or 2 * tail > total:
            break
        if gaps[at] > _FAR_DAYS and gaps[at] > _FAR_GAPS * max(gaps[:at], default=0):
            return at + 1
    return len(days)


def list_days(lines: OrderLines) -> list[date]:
    """List the days with at least one readable line, oldest first."""
    days = lines.frame.filter(~nw.col(c.ORDERED_AT).is_null()).select(nw.col(c.ORDERED_AT).cast(nw.Date)).unique()
    return sorted(map(_plain_day, collect(days)[c.ORDERED_AT].tolist()))


def _plain_day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def choose_period(days: Days, month: str, window: int | None, complete_to: date | None = None) -> Period:
    """Choose the period and its window.

    A month is complete when the data reach its last day, not counting weekdays on which the shop has had no
    orders in the eight weeks before (a shop that is closed on Sundays has a complete month that ends on one).

    Parameters
    ----------
    days : Days
        Days with orders.
    month : str
        ``YYYY-MM``, or ``last`` for the last complete month.
    window : int or None
        Months that the window spans, the period's own included; None for all.
    complete_to : date, optional
        Day up to which the data are complete, whatever the last order says.

    Raises
    ------
    DataError
        When no day has orders, no month is complete, or the month asked for has no lines.
    """
    if not days.seen:
        raise DataError(
            Problem("source", "ordered_at", "dates that can be read", "none", "Check 'columns: {ordered_at}'.")
        )
    chosen = _choose_month(days, month, complete_to)
    start = window_start(chosen, window)
    end_day = first_day(add_months(chosen, 1))
    seen = [day for day in sorted(days.all) if day < end_day and (start is None or day >= start.date())]
    is_partial = not is_complete(days.seen, chosen, complete_to)
    return Period(
        month=chosen,
        first_day=seen[0],
        as_of=seen[-1] if is_partial else last_day(chosen),
        start=start,
        end=datetime.combine(end_day, time()),
        is_partial=is_partial,
    )


def _choose_month(days: Days, month: str, complete_to: date | None) -> str:
    seen = days.seen
    first, last = seen[0], seen[-1]
    if month == "last":
        months = sorted({month_of(day) for day in seen})
        complete = [known for known in months if is_complete(seen, known, complete_to)]
        if not complete:
            hint = f"Ask for the unfinished month by name: '--period {month_of(last)}'."
            raise DataError(Problem("source", "period", "a complete month", f"days from {first} to {last}", hint))
        return complete[-1]
    if month not in {month_of(day) for day in days.all}:
        hint = f"The data go from {month_of(first)} to {month_of(last)}."
        raise DataError(Problem("source", "period", f"lines in {month}", "none", hint))
    return month


def is_complete(days: Collection[date], month: str, complete_to: date | None = None) -> bool:
    """Tell whether the data cover a month to its end."""
    end = first_day(add_months(month, 1))
    if complete_to is not None and complete_to >= last_day(month):
        return True
    last = max(days)
    if last >= end:
        return True
    if last < first_day(month):
        return False
    open_weekdays = {day.weekday() for day in days if day > last - _LOOK_BACK}
    rest = [last + timedelta(days=n) for n in range(1, (end - last).days)]
    return all(day.weekday() not in open_weekdays for day in rest)
