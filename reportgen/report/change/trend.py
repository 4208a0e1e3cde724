"""The months of a store so far: what each said, and which move of this month their history does not explain."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from reportgen import columns as c
from reportgen.model.change import SegmentChange
from reportgen.model.customers import Customers
from reportgen.model.facts import Span
from reportgen.model.identity import SegmentIdentity
from reportgen.model.months import MonthFigures
from reportgen.model.trend import Anomaly, TrendMonth, TrendSegment, list_comparable
from reportgen.months import add_months
from reportgen.report.change.compare import Comparison, window_figures
from reportgen.segments.anomalies import Measure, find_unusual, is_ready, noise_of_share
from reportgen.segments.migration import LEFT, NEW

MAX_MONTHS = 36
Marks = Mapping[str, tuple[int, str]]
"""Order lines of each calendar month, and a digest of them."""
_MOVES = ("new", "returned", "behaviour", "silence", "aged_out")


def earlier_months(comparison: Comparison | None, currency: str) -> tuple[TrendMonth, ...]:
    """Return the months that were reported before, as known at the previous report; none of another currency."""
    if comparison is None or comparison.previous.facts.report.currency != currency:
        return ()
    *earlier, last = comparison.previous.facts.change.trend
    return (*earlier, replace(last, run=comparison.previous.run))


@dataclass(frozen=True, slots=True)
class Moves:
    """What moved since the month just before a report's; None where that was not reported.

    Attributes
    ----------
    new_share, left_share : float or None
        Customers who came for the first time, or left, as a share of those of the month before.
    net_growth, share_of_orders : mapping
        By colour of a segment, where it was in the month before.
    """

    new_share: float | None
    left_share: float | None
    net_growth: Mapping[int, float | None]
    share_of_orders: Mapping[int, float | None]


OF_MONTH = {"month_sales": "sales", "month_orders": "orders", "month_avg_order_value": "avg_order_value"}
"""Measures of the calendar month against the same month last year, and the figure that each is of."""
NO_MOVES = Moves(None, None, {}, {})


def measure_moves(comparison: Comparison, traces: pd.DataFrame, changes: Sequence[SegmentChange]) -> Moves:
    """Measure what moved since the month just before.

    Parameters
    ----------
    comparison : Comparison
        The way from its report.
    traces : pandas.DataFrame
        The way of every customer.
    changes : sequence of SegmentChange
        How each segment changed.
    """
    size = max(len(comparison.past.before), 1)
    orders = pd.Series(comparison.past.orders, dtype=float)
    rows = pd.Series(comparison.before, index=comparison.past.before.frame[c.CUSTOMER_ID])
    by_row = orders.groupby(rows.reindex(orders.index)).sum()
    total = float(orders.sum())
    growth: dict[int, float | None] = {}
    shares: dict[int, float | None] = {}
    for change in changes:
        row = None if change.number is None else comparison.counterparts.get(change.number)
        if row is not None:
            causes = {cause.key: cause.customers for cause in change.causes}
            before = change.customers_before + causes["corrected"]
            net = sum(causes.get(key, 0) for key in _MOVES)
            growth[change.colour] = round(net / before, 6) if before > 0 else None
            shares[change.colour] = round(float(by_row.get(row, 0.0)) / total, 6) if total else None
    return Moves(
        new_share=round(int((traces["origin"] == NEW).sum()) / size, 6),
        left_share=round(int((traces["target"] == LEFT).sum()) / size, 6),
        net_growth=growth,
        share_of_orders=shares,
    )


@dataclass(frozen=True, slots=True)
class SegmentSize:
    """A segment as its own month's trend tells of it: what it is known by, its customers, their sales."""

    identity: SegmentIdentity
    customers: int
    sales: float


@dataclass(frozen=True, eq=False, slots=True)
class MonthNow:
    """What a report says of its own month, for the trend.

    Attributes
    ----------
    span : Span
        The time that it is about.
    customers : Customers
        Of the window.
    month : MonthFigures
        The calendar month.
    segments : sequence of SegmentSize
        By number.
    marks : Marks
        Of the order lines.
    is_refit : bool
        Whether the borders of the segments moved.
    """

    span: Span
    customers: Customers
    month: MonthFigures
    segments: Sequence[SegmentSize]
    marks: Marks
    is_refit: bool


def tell_month(now: MonthNow, moves: Moves) -> TrendMonth:
    """Tell a report's own month."""
    lines, mark = now.marks.get(now.span.month, (0, ""))
    kpis = window_figures(now.customers)
    fills = now.span.is_filling and bool(now.span.window_months)
    return TrendMonth(
        month=now.span.month,
        run="",
        customers=int(kpis["customers"]),
        orders=int(kpis["orders"]),
        total_sales=kpis["total_sales"],
        avg_order_value=kpis["avg_order_value"],
        repeat_share=kpis["repeat_share"],
        month_sales=float(now.month.sales),
        month_orders=now.month.orders,
        is_partial=now.span.is_partial,
        window_months=now.span.window_months,
        is_refit=now.is_refit,
        n_clusters=len(now.segments),
        lines=lines,
        lines_mark=mark,
        new_share=moves.new_share,
        left_share=None if now.span.is_filling else moves.left_share,
        segments=tuple(
            TrendSegment(
                segment.identity,
                segment.customers,
                segment.sales,
                None if fills else moves.net_growth.get(segment.identity.colour),
                moves.share_of_orders.get(segment.identity.colour),
            )
            for segment in now.segments
        ),
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What of a month was held against the store's own history.

    Attributes
    ----------
    measures : tuple of str
        Those that had enough of it.
    anomalies : tuple of Anomaly
        The moves that it does not explain.
    """

    measures: tuple[str, ...]
    anomalies: tuple[Anomaly, ...]


def find_anomalies(trend: Sequence[TrendMonth], months: Sequence[MonthFigures], *, is_partial: bool) -> Judgement:
    """Find what of this month the store's own history does not explain.

    Parameters
    ----------
    trend : sequence of TrendMonth
        This month last.
    months : sequence of MonthFigures
        The calendar months of the lines, this one last: each is held against the same month of the year before, for a
        season is no anomaly.
    is_partial : bool
        Whether the month is not complete; then nothing is tested.
    """
    if is_partial:
        return Judgement((), ())
    measures: dict[tuple[str, int | None], Measure] = {
        (name, None): measure for name, measure in _measure_years(months).items()
    }
    earlier, now = list_comparable(trend), trend[-1]

    def add(name: str, owner: SegmentIdentity | None, read: Callable[[TrendMonth], float | None], size: int) -> None:
        known = tuple(value for value in map(read, earlier) if value is not None)
        value = read(now)
        if value is not None:
            noise = noise_of_share([abs(share) for share in known], size)
            measures[name, None if owner is None else owner.colour] = Measure(known, value, noise)

    if now.new_share is not None:
        add("new_share", None, lambda month: month.new_share, now.customers)
        add("left_share", None, lambda month: month.left_share, now.customers)
        for segment in now.segments:
            identity = segment.identity
            add("net_growth", identity, _reader("net_growth", identity), segment.customers)
            add("share_of_orders", identity, _reader("share_of_orders", identity), months[-1].orders)
    ready = dict.fromkeys(measure for (measure, _), values in measures.items() if is_ready(values))
    return Judgement(tuple(ready), tuple(_tell_anomalies(measures)))


def _tell_anomalies(measures: Mapping[tuple[str, int | None], Measure]) -> Iterator[Anomaly]:
    for (measure, colour), expected in find_unusual(measures).items():
        values = measures[measure, colour]
        told = [values.now, expected.low, expected.high]
        now, low, high = (round(math.expm1(value) if measure in OF_MONTH else value, 6) for value in told)
        yield Anomaly(measure, colour, now, low, high, len(values.earlier))


def _measure_years(months: Sequence[MonthFigures]) -> dict[str, Measure]:
    """Measure each month against the same month of the year before, as logarithms: half is as far from one as twice."""
    by_name = {month.month: month for month in months}
    pairs = [(month, by_name.get(add_months(month.month, -12))) for month in months]
    found = {}
    for measure, figure in OF_MONTH.items():
        values = [
            (month.month, math.log(float(now) / float(then)))
            for month, year_ago in pairs
            if year_ago is not None
            and (now := getattr(month, figure))
            and (then := getattr(year_ago, figure))
            and now > 0
            and then > 0
        ]
        if values and values[-1][0] == months[-1].month:
            *earlier, now_value = [value for _, value in values]
            orders = (months[-1].orders, by_name[add_months(months[-1].month, -12)].orders)
            noise = math.sqrt(sum(1 / max(count, 1) for count in orders))  # of a ratio of two Poisson counts
            found[measure] = Measure(tuple(earlier), now_value, 0.0 if figure == "avg_order_value" else noise)
    return found


def _reader(measure: str, identity: SegmentIdentity) -> Callable[[TrendMonth], float | None]:
    """Return what reads a segment's measure out of a month; None where the month does not have the segment."""

    def read(month: TrendMonth) -> float | None:
        of_segment = (getattr(segment, measure) for segment in month.segments if segment.identity.key == identity.key)
        return next(of_segment, None)

    return read
