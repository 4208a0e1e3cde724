"""Measures how soon customers order again: after each of their orders, and from earlier month ends on, by segment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.actions import LEAST_LOOKED_AT
from reportgen.model.returning import (
    HORIZON_DAYS,
    MOST_STEPS,
    WITHIN_DAYS,
    OrderStep,
    ReturnShare,
    ReturnTimes,
    SegmentReturn,
)
from reportgen.returning.order_days import OrderDays
from reportgen.statistics.shrinkage import wilson
from reportgen.statistics.survival import Survival, cluster_error, fit_survival


def measure_times(until_next: np.ndarray, followed: np.ndarray, customer: np.ndarray | None = None) -> ReturnTimes:
    """Measure how soon customers order again.

    Parameters
    ----------
    until_next : ndarray of float of shape (n_followed,)
        Days until the next order on another day; nan where there was none.
    followed : ndarray of int of shape (n_followed,)
        Days until the last that was seen.
    customer : ndarray of shape (n_followed,), optional
        Who they are, where some were followed more than once.
    """
    came_back = ~np.isnan(until_next)
    days = np.where(came_back, until_next, followed).astype(np.int64)
    survival, reach = fit_survival(days, came_back), int(find_reach(followed))
    within = []
    for by in WITHIN_DAYS:
        if by <= reach:
            share = float(survival.share_by(by))
            if 0 < share < 1:
                error = None if customer is None else cluster_error(days, came_back, customer, by)
                low, high = survival.interval_by(by, error)
            else:  # that scale has no interval here; those who were followed for so long have one
                many = len(np.unique(np.flatnonzero(followed >= by) if customer is None else customer[followed >= by]))
                low, high = wilson(round(share) * many, many)
            within.append(ReturnShare(by, *(round(part, 6) for part in (share, low, high))))
    quartiles = _find_quartiles(survival, min(HORIZON_DAYS, reach)) if within else None
    if came_back.sum() < LEAST_LOOKED_AT:
        quartiles = None
    return ReturnTimes(
        customers=len(days),
        came_back=int(came_back.sum()),
        within=tuple(within),
        horizon_days=None if quartiles is None else min(HORIZON_DAYS, reach),
        quartiles=quartiles,
    )


def find_reach(followed: np.ndarray) -> float:
    """Find the longest time that `LEAST_LOOKED_AT` customers were followed for; 0 where fewer were at all."""
    if len(followed) < LEAST_LOOKED_AT:
        return 0
    return float(np.partition(followed, len(followed) - LEAST_LOOKED_AT)[-LEAST_LOOKED_AT])


def _find_quartiles(survival: Survival, horizon: int) -> tuple[int, int, int] | None:
    """Find the days by which quarters of those who come back within the horizon have done so."""
    in_all = float(survival.share_by(horizon))
    if in_all <= 0:
        return None
    first, second, third = survival.day_of(np.array([0.25, 0.5, 0.75]) * in_all)
    return int(first), int(second), int(third)


def follow_orders(order_days: OrderDays, known_from: int, as_of: int) -> tuple[OrderStep, ...]:
    """Follow customers from each of their first orders to the next.

    Parameters
    ----------
    order_days : OrderDays
        Of all lines.
    known_from : int
        The first day from which a first order is known to be one, in days since 1970; other customers are left out.
    as_of : int
        The last day observed.

    Returns
    -------
    tuple of OrderStep
        `MOST_STEPS` at most, as far as anybody got.
    """
    paid, until_next = order_days.paid, order_days.until_next
    next_paid = np.append(paid[1:], 0.0)[: len(paid)]
    steps = []
    for number in range(MOST_STEPS):
        rows = (order_days.position == number) & (order_days.first >= known_from)
        if not rows.any():
            break
        went_on = rows & ~np.isnan(until_next)
        steps.append(
            OrderStep(
                order=number + 1,
                times=measure_times(until_next[rows], as_of - order_days.day[rows]),
                value=round(float(paid[rows].mean()), 2),
                next_value=round(float(next_paid[went_on].mean()), 2) if went_on.any() else None,
            )
        )
    return tuple(steps)


def follow_segments(followed: pd.DataFrame) -> dict[int, SegmentReturn]:
    """Tell how soon customers ordered again whom today's borders would have placed in each segment.

    Parameters
    ----------
    followed : pandas.DataFrame
        A row for each customer and month end, from `reportgen.segments.step_up.follow_earlier`: `customer_id`,
        `segment`, `month_end`, `until_next` (days, nan) and `followed` (days).

    Returns
    -------
    dict
        By segment; one that nobody stood in is left out.
    """
    ends = int(followed["month_end"].nunique())
    return {
        number: SegmentReturn(
            ends,
            measure_times(*(rows[name].to_numpy() for name in ("until_next", "followed", c.CUSTOMER_ID))),
        )
        for number in followed[c.SEGMENT].unique().tolist()
        for rows in [followed[followed[c.SEGMENT] == number]]
    }
