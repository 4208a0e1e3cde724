"""How much of a database a run needs: from which day on, and to which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from reportgen.model.lines import LAST_YEAR
from reportgen.months import add_months, first_day, list_months, month_of, window_start

_SLACK = 2
"""Months by which the last complete month may lie before the present one."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lines to fetch where the database can tell.

    Attributes
    ----------
    first_day : datetime or None
        The beginning of the first day that a report needs; None for all.
    end : datetime
        The beginning of the day after the last one on which anybody can have ordered, or, where a past month is asked
        for, of the second month after it: lines after a month are what tells that it is complete.
    """

    first_day: datetime | None
    end: datetime


def find_bounds(period: str, months: int | None, last_day: date) -> Bounds:
    """Find what is to be fetched for the months that a config asks for.

    Parameters
    ----------
    period : str
        ``YYYY-MM``, ``YYYY-MM..YYYY-MM``, or ``last``.
    months : int or None
        How many a report needs, its own included; None for all.
    last_day : date
        Day after which nobody can have ordered.
    """
    end = datetime.combine(last_day + timedelta(days=1), time())
    if period == "last":
        return Bounds(window_start(add_months(month_of(last_day), -_SLACK), months), end)
    asked = list_months(period)
    after = datetime.combine(first_day(add_months(asked[-1], 2)), time())
    return Bounds(window_start(asked[0], months), min(after, end))


EVERYTHING = Bounds(None, datetime(LAST_YEAR + 1, 1, 1))
"""Bounds that leave nothing out."""
