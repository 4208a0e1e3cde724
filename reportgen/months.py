"""Calendar months, written ``YYYY-MM``: counted, moved, listed. Such texts sort as the months do."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_LATE = timedelta(days=6)
"""A month whose first order comes later may have begun before the data do."""
FIRST = "0001-01"
"""The first month that a date can be in."""
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def parse_month(month: str) -> tuple[int, int]:
    """Read the year and the number of a month, 1 to 12.

    Raises
    ------
    ValueError
        When it is not written ``YYYY-MM``.
    """
    found = _MONTH.fullmatch(month)
    if found is None:
        raise ValueError(f"'{month[:20]}' is no month such as '2026-05'")
    return int(found[1]), int(found[2])


def month_of(day: date) -> str:
    """Return the month that a day is in."""
    return f"{day.year:04d}-{day.month:02d}"


def add_months(month: str, count: int) -> str:
    """Return the month so many months later; earlier, if the number is negative.

    Raises
    ------
    ValueError
        When it is not written ``YYYY-MM``, or the other one is not of the years 1 to 9999.
    """
    year, number = parse_month(month)
    year, number = divmod(year * 12 + number - 1 + count, 12)
    if not 1 <= year <= 9999:
        raise ValueError(f"no month lies {count} months after {month}")
    return f"{year:04d}-{number + 1:02d}"


def previous_month(month: str) -> str:
    """Return the month before."""
    return add_months(month, -1)


def count_months(first: str, last: str) -> int:
    """Count the months from one to another: 0 for the same, negative when the second is earlier."""
    (year, number), (last_year, last_number) = parse_month(first), parse_month(last)
    return (last_year - year) * 12 + last_number - number


def window_start(month: str, months: int | None) -> datetime | None:
    """Return when a window of so many months begins that ends with a month; None for a window without an end.

    One that is longer than the calendar begins with it.
    """
    if months is None:
        return None
    before = min(months - 1, count_months(FIRST, month))
    return datetime.combine(first_day(add_months(month, -before)), time())


def list_months(period: str) -> list[str]:
    """List the months that the option `period` names, oldest first; ``last`` stays as it is."""
    first, dots, last = period.partition("..")
    return list_months_between(first, last) if dots else [period]


def list_months_between(first: str, last: str) -> list[str]:
    """List the months from one to another, both included; none when the second is earlier."""
    return [add_months(first, n) for n in range(count_months(first, last) + 1)]


def first_day(month: str) -> date:
    """Return the first day of a month."""
    return date(*parse_month(month), 1)


def is_begun_by(month: str, day: date) -> bool:
    """Tell whether lines that begin on a day can hold a month whole: a shop may not sell on each of its first days."""
    return day <= first_day(month) + _LATE


def last_day(month: str) -> date:
    """Return the last day of a month."""
    return first_day(add_months(month, 1)) - timedelta(days=1)
