"""The months of a store so far, and what of the latest they do not explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.model.identity import Identified, SegmentIdentity


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A move that the store's own history does not explain."""

    measure: str
    """`net_growth`, `share_of_orders`, `new_share`, `left_share`; or `month_sales`, `month_orders` or
    `month_avg_order_value`: the change since the same month last year."""
    colour: int | None
    """Of the segment; null for the whole store."""
    value: float
    """What came."""
    low: float
    """The least that was to be expected."""
    high: float
    """The most."""
    months: int
    """Earlier months that tell what to expect."""


@dataclass(frozen=True, slots=True)
class TrendSegment(Identified):
    """A segment in one month of the trend."""

    identity: SegmentIdentity
    """What it was known by in that month."""
    customers: int
    """Customers."""
    sales: float
    """Sales."""
    net_growth: float | None
    """Customers gained since the month before, without moved borders and corrections, as a share of those it had; null
    where there was no month just before, or the window was filling."""
    share_of_orders: float | None
    """Share of the month's orders that came from customers who were in it the month before; null as above."""


@dataclass(frozen=True, slots=True)
class TrendMonth:
    """A reported month, as known at this report."""

    month: str
    """`YYYY-MM`."""
    run: str
    """Path of its run within the archive; empty for this report's own."""
    customers: int
    """Customers in its window."""
    orders: int
    """Orders in its window."""
    total_sales: float
    """Sales in its window."""
    avg_order_value: float
    """Sales / orders."""
    repeat_share: float
    """Share of customers with two orders or more."""
    month_sales: float
    """Sales of the calendar month."""
    month_orders: int
    """Orders of the calendar month."""
    is_partial: bool
    """Whether it was not complete when it was reported."""
    window_months: int | None
    """Months in its window; null for all."""
    is_refit: bool
    """Whether the borders of the segments moved in it."""
    n_clusters: int
    """Number of segments."""
    lines: int
    """Order lines of the calendar month."""
    lines_mark: str
    """Digest of those lines."""
    new_share: float | None
    """Customers who came for the first time, as a share of those of the month before; null without one."""
    left_share: float | None
    """Customers who left, likewise; null as well while the window is filling, when nobody can leave."""
    segments: tuple[TrendSegment, ...]
    """Its segments."""


def list_comparable(trend: Sequence[TrendMonth]) -> list[TrendMonth]:
    """List the earlier months that have had the window of the last ever since, the one after a change left out.

    Parameters
    ----------
    trend : sequence of TrendMonth
        Oldest first, this report's own month last.
    """
    *earlier, now = trend
    comparable: list[TrendMonth] = []
    for month in reversed(earlier):
        if month.window_months != now.window_months:
            break
        comparable.insert(0, month)
    return comparable
