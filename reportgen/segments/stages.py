"""Tells where customers stand by time, and looks back at what those who were late did unaided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.model.months import RETURN_DAYS
from reportgen.model.stages import (
    LAPSED_DAYS,
    LATE_DAYS,
    LATE_GAPS,
    LATE_ORDER_DAYS,
    NEW_DAYS,
    BaseRate,
    StageCounts,
)

_MOST_MONTHS = 6


@dataclass(frozen=True, eq=False, slots=True)
class Rhythm:
    """On how many days customers ordered, and on which first and last; days are counted from any one day.

    Attributes
    ----------
    order_days, first, last : ndarray of int of shape (n_customers,)
        Days with an order, the first and the last of them.
    """

    order_days: np.ndarray
    first: np.ndarray
    last: np.ndarray


def find_late(rhythm: Rhythm, at: int) -> np.ndarray:
    """Mark customers who are later than they used to be.

    Late: with orders on `LATE_ORDER_DAYS` days or more, silent for more than `LATE_GAPS` times the usual gap between
    such days, ``(last - first) / (days - 1)``, and for more than `LATE_DAYS` days. Several orders of one day are one
    visit; who ordered on fewer days has no usual gap.

    Parameters
    ----------
    rhythm : Rhythm
        Of the customers.
    at : int
        The day that it is judged on.

    Returns
    -------
    ndarray of bool of shape (n_customers,)
    """
    gap = (rhythm.last - rhythm.first) / np.maximum(rhythm.order_days - 1, 1)
    is_late: np.ndarray = at - rhythm.last > np.maximum(LATE_GAPS * gap, LATE_DAYS)
    return is_late & (rhythm.order_days >= LATE_ORDER_DAYS)


def find_stages(rhythm: Rhythm, first_ever: np.ndarray, at: int) -> np.ndarray:
    """Tell where each customer stands.

    Parameters
    ----------
    rhythm : Rhythm
        Of the customers in the window.
    first_ever : ndarray of int of shape (n_customers,)
        Day of their first order of all lines.
    at : int
        The last day observed.

    Returns
    -------
    ndarray of str of shape (n_customers,)
        ``new``, ``late``, ``lapsed`` or ``active``: the first that applies.
    """
    is_new = at - first_ever < NEW_DAYS
    is_lapsed = at - rhythm.last > LAPSED_DAYS
    stages: np.ndarray = np.select([is_new, find_late(rhythm, at), is_lapsed], ["new", "late", "lapsed"], "active")
    return stages


def count_stages(stages: np.ndarray) -> StageCounts:
    """Count the customers of each stage."""
    return StageCounts(**{name: int((stages == name).sum()) for name in StageCounts.__dataclass_fields__})


def add_stages(counts: Sequence[StageCounts]) -> StageCounts:
    """Add up the customers of each stage."""
    names = StageCounts.__dataclass_fields__
    return StageCounts(**{name: sum(getattr(count, name) for count in counts) for name in names})


@dataclass(frozen=True, eq=False, slots=True)
class Visits:
    """The days on which customers ordered, each once: sorted by customer, then by day.

    Attributes
    ----------
    customer : ndarray of int of shape (n_visits,)
        Any number for each customer.
    day : ndarray of int of shape (n_visits,)
        Counted from any one day.
    """

    customer: np.ndarray
    day: np.ndarray

    def between(self, first: int, last: int) -> Visits:
        """Take the visits from one day to another, both included."""
        inside = (self.day >= first) & (self.day <= last)
        return Visits(self.customer[inside], self.day[inside])

    def measure(self) -> tuple[np.ndarray, Rhythm]:
        """Return the customers, and the rhythm of each."""
        customers, starts, counts = np.unique(self.customer, return_index=True, return_counts=True)
        return customers, Rhythm(counts, self.day[starts], self.day[starts + counts - 1])


def look_back(visits: Visits, month_ends: Sequence[tuple[int, int]], as_of: int) -> BaseRate | None:
    """Look back at who was late at the ends of earlier months, and who ordered again within `RETURN_DAYS`.

    Parameters
    ----------
    visits : Visits
        Of all lines.
    month_ends : sequence of (int, int)
        First and last day of the window of each earlier month, oldest first; the latest six that are long enough ago
        are looked at.
    as_of : int
        The last day observed.

    Returns
    -------
    BaseRate or None
        None where no month end is long enough ago, or nobody had a usual gap at any.
    """
    usable = usable_ends(month_ends, as_of)
    late = late_back = on_time = on_time_back = 0
    for first, last in usable:
        customers, rhythm = visits.between(first, last).measure()
        came_back = np.isin(customers, visits.between(last + 1, last + RETURN_DAYS).customer)
        has_rhythm, is_late = rhythm.order_days >= LATE_ORDER_DAYS, find_late(rhythm, last)
        late += int(is_late.sum())
        late_back += int((is_late & came_back).sum())
        on_time += int((has_rhythm & ~is_late).sum())
        on_time_back += int((has_rhythm & ~is_late & came_back).sum())
    return BaseRate(len(usable), late, late_back, on_time, on_time_back) if late + on_time else None


def usable_ends(month_ends: Sequence[tuple[int, int]], as_of: int) -> list[tuple[int, int]]:
    """Pick the latest six month ends that are `RETURN_DAYS` ago, so that what followed each is known."""
    return [(first, last) for first, last in month_ends if last + RETURN_DAYS <= as_of][-_MOST_MONTHS:]
