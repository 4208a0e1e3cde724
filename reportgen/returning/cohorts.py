"""Follows each month's first buyers: who ordered again within 90 days, and who ordered in each month after."""

from __future__ import annotations

import numpy as np

from reportgen.model.months import COHORT_MONTHS, MOST_MONTHS, RETURN_DAYS, Cohort
from reportgen.months import add_months, first_day
from reportgen.returning.order_days import OrderDays


def find_cohorts(order_days: OrderDays, as_of: int) -> tuple[Cohort, ...]:
    """Follow each month's first buyers.

    Parameters
    ----------
    order_days : OrderDays
        Of all lines.
    as_of : int
        The last day observed, in days since 1970.

    Returns
    -------
    tuple of Cohort
        Oldest first, `MOST_MONTHS` at most; a month in which nobody ordered first is none. The first month of the lines
        is none either: who seems to buy first in it may have bought before the lines begin.
    """
    who, day, first = order_days.who, order_days.day, order_days.first
    came_back = np.zeros(order_days.customers, dtype=bool)
    came_back[who[(day > first) & (day - first <= RETURN_DAYS)]] = True
    month, begun = _count_months(day), _count_months(first[order_days.is_first])
    last = int(_count_months(np.array([as_of]))[0])
    once = (np.diff(who, prepend=-1) != 0) | (np.diff(month, prepend=-1) != 0)  # a customer counts once in a month
    after, owner = (month - begun[who])[once], who[once]
    listed = []
    for number in np.unique(begun)[1:][-MOST_MONTHS:]:
        name, mine = add_months("1970-01", int(number)), begun == number
        months = np.bincount(after[mine[owner]], minlength=COHORT_MONTHS + 1)
        ripe_from = int(
            (np.datetime64(first_day(add_months(name, 1)), "D") - np.datetime64("1970-01-01", "D")).astype(int)
        )
        listed.append(
            Cohort(
                month=name,
                customers=int(mine.sum()),
                came_back=int((mine & came_back).sum()),
                is_ripe=ripe_from - 1 + RETURN_DAYS <= as_of,
                ordered=tuple(months[1 : min(last - int(number), COHORT_MONTHS) + 1].tolist()),
            )
        )
    return tuple(listed)


def _count_months(day: np.ndarray) -> np.ndarray:
    """Count calendar months from January 1970."""
    months: np.ndarray = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months
