"""When the three stores trade: without seasons, weekdays and closing days the sample's trend would look invented."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reportgen.sample.chance import Chance

FIRST_DAY: Final = date(2025, 1, 1)
# The export was made in the middle of a month, as most are: the last month is unfinished.
LAST_DAY: Final = date(2026, 2, 11)

STORES: Final = ("Bath", "Leeds", "Norwich")
STORE_TOTALS: Final = (0.44, 0.78, 1.0)

_CLOSED_ON_SUNDAYS: Final = "Norwich"
# Easter Sunday, Christmas Day and Boxing Day; on New Year's Day the sale begins.
_CLOSED: Final = frozenset({date(2025, 4, 20), date(2025, 12, 25), date(2025, 12, 26)})

_MONTHS: Final = (0.86, 0.82, 0.90, 0.94, 1.00, 0.97, 0.93, 0.92, 1.00, 1.08, 1.40, 1.72)
_WEEKDAYS: Final = (0.80, 0.82, 0.90, 0.98, 1.20, 1.70, 0.75)
_YEARLY_GROWTH: Final = 0.12

_SUNDAY: Final = 6
# The hours that begin while the shop is open, with the running totals of how busy they are.
_HOURS: Final = (range(9, 18), tuple(accumulate((0.5, 0.9, 1.2, 1.5, 1.4, 1.1, 1.1, 1.0, 0.6))))
_SUNDAY_HOURS: Final = (range(11, 16), tuple(accumulate((0.8, 1.2, 1.2, 1.1, 0.9))))
# The till closes at half past five.
_LAST_HOUR: Final = 17


def draw_visit(chance: Chance, store: str, first: date, last: date) -> datetime:
    """Draw the minute of a visit: busy days and hours come up more often.

    Parameters
    ----------
    chance : Chance
        The source of chance.
    store : str
        The store visited: not every store opens on Sundays.
    first, last : date
        The days between which the visit falls, both included.

    Returns
    -------
    datetime
        A minute at which the store is open.
    """
    totals = _busy_totals(store)
    start, end = (first - FIRST_DAY).days, (last - FIRST_DAY).days
    low = totals[start - 1] if start > 0 else 0.0
    day = FIRST_DAY + timedelta(days=chance.pick(totals[: end + 1], low))
    hours, hour_totals = _SUNDAY_HOURS if day.weekday() == _SUNDAY else _HOURS
    hour = hours[chance.pick(hour_totals)]
    last_minute = 29 if hour == _LAST_HOUR else 59
    return datetime.combine(day, time(hour, chance.between(0, last_minute)))


def draw_store(chance: Chance) -> str:
    """Draw a store by its size.

    Parameters
    ----------
    chance : Chance
        The source of chance.

    Returns
    -------
    str
        One of `STORES`.
    """
    return STORES[chance.pick(STORE_TOTALS)]


@cache
def _busy_totals(store: str) -> tuple[float, ...]:
    days = (LAST_DAY - FIRST_DAY).days + 1
    return tuple(accumulate(_busyness(store, FIRST_DAY + timedelta(days=day)) for day in range(days)))


def _busyness(store: str, day: date) -> float:
    if day in _CLOSED or (store == _CLOSED_ON_SUNDAYS and day.weekday() == _SUNDAY):
        return 0.0
    growth = 1.0 + _YEARLY_GROWTH * (day - FIRST_DAY).days / 365
    return _MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()] * growth
