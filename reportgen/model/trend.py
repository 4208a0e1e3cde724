"""The months of a store so far, and what of them a reader should stop at: unusual moves and restated figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Unusual:
    """A move that the store's own history does not explain."""

    measure: str
    """`net_growth`, `share_of_orders`, `new_share` or `left_share`."""
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
    sentence: str
    """The same in words."""


@dataclass(frozen=True, slots=True)
class RestatedMonth:
    """A month that was reported before and whose order lines are others today."""

    month: str
    """`YYYY-MM`."""
    lines_before: int
    """Its order lines when it was last reported."""
    lines_now: int
    """Its order lines today."""
    sales_before: Decimal
    """Its sales as last reported."""
    sales_now: Decimal
    """Its sales as the lines are today."""
    orders_before: int
    """Its orders as last reported."""
    orders_now: int
    """Its orders as the lines are today."""


@dataclass(frozen=True, slots=True)
class RestatedFigure:
    """A printed figure of the previous report that is another as the lines are today."""

    what: str
    """Its name, with the segment's where it is one of a segment."""
    how: str
    """How it is written: `count`, `money` or `share`."""
    printed: float
    """As printed."""
    now: float
    """As the lines are today, by the previous report's own model."""


@dataclass(frozen=True, slots=True)
class RestatedSentence:
    """A sentence of the previous report's headline that no longer holds."""

    printed: str
    """As printed."""
    now: str
    """What it would say today; empty when it would not be said."""


@dataclass(frozen=True, slots=True)
class Restatement:
    """What of earlier reports is no longer so, because their order lines have changed since."""

    months: tuple[RestatedMonth, ...]
    """The months whose lines have changed, oldest first."""
    figures: tuple[RestatedFigure, ...]
    """Figures of the previous report that are others today."""
    sentences: tuple[RestatedSentence, ...]
    """Sentences of its headline that no longer hold."""
    summary: tuple[str, ...]
    """The same in words."""


@dataclass(frozen=True, slots=True)
class TrendSegment:
    """A segment in one month of the trend."""

    colour: int
    """Its place in the palette, which it keeps from month to month."""
    since: str
    """Month in which it was first reported; with the colour it tells one segment from another."""
    name: str
    """Its name in that month."""
    customers: int
    """Customers."""
    sales: float
    """Sales."""
    net_growth: float | None
    """Customers gained since the month before, without moved borders and corrections, as a share of those it had; null
    where there was no month just before."""
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
    """Customers who left, likewise."""
    segments: tuple[TrendSegment, ...]
    """Its segments."""
