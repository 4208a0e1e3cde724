"""The months of a store so far: what each said, and which move of this month their history does not explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from reportgen import columns as c
from reportgen.model.change import SegmentChange
from reportgen.model.report import Report
from reportgen.model.trend import TrendMonth, TrendSegment, Unusual
from reportgen.report.change.compare import Comparison
from reportgen.segments.anomalies import Measure, find_unusual, noise_of_share
from reportgen.segments.migration import LEFT, NEW

MAX_MONTHS = 36
Marks = Mapping[str, tuple[int, str]]
"""Order lines of each calendar month, and a digest of them."""
_MOVES = ("new", "returned", "behaviour", "aged_out")


def earlier_months(comparison: Comparison | None, currency: str) -> tuple[TrendMonth, ...]:
    """Return the months that were reported before, as known at the previous report; none of another currency."""
    if comparison is None or comparison.previous.facts.report.currency != currency:
        return ()
    *earlier, last = comparison.previous.facts.change.trend
    return (*earlier, replace(last, run=comparison.previous.run))


def tell_month(report: Report, marks: Marks, *, is_refit: bool) -> TrendMonth:
    """Tell this report's month, without what follows from the month before it."""
    lines, mark = marks.get(report.period.month, (0, ""))
    return TrendMonth(
        month=report.period.month,
        run="",
        customers=report.customers,
        orders=report.orders,
        total_sales=float(report.total_sales),
        avg_order_value=report.avg_order_value,
        repeat_share=report.repeat_share,
        month_sales=float(report.month.sales),
        month_orders=report.month.orders,
        is_partial=report.period.is_partial,
        window_months=report.period.window_months,
        is_refit=is_refit,
        n_clusters=report.n_clusters,
        lines=lines,
        lines_mark=mark,
        new_share=None,
        left_share=None,
        segments=tuple(
            TrendSegment(one.colour, one.known_since, one.name, one.customers, one.sales, None, None)
            for one in report.segments
        ),
    )


def add_moves(
    month: TrendMonth, comparison: Comparison, traces: pd.DataFrame, changes: Sequence[SegmentChange]
) -> TrendMonth:
    """Add to a month what moved since the month just before it."""
    size = max(len(comparison.past.before), 1)
    by_colour = {one.colour: one for one in changes if one.number is not None}
    orders = pd.Series(comparison.past.orders, dtype=float)
    rows = pd.Series(comparison.before, index=comparison.past.before.frame[c.CUSTOMER_ID])
    by_row = orders.groupby(rows.reindex(orders.index)).sum()
    total = float(orders.sum())
    origins = {change.colour: comparison.counterparts.get(change.number or 0) for change in by_colour.values()}

    def follow(segment: TrendSegment) -> TrendSegment:
        row, change = origins[segment.colour], by_colour[segment.colour]
        if row is None:
            return segment
        causes = {one.key: one.customers for one in change.causes}
        before = change.customers_before + causes["corrected"]
        return replace(
            segment,
            net_growth=round(sum(causes[key] for key in _MOVES) / before, 6) if before > 0 else None,
            share_of_orders=round(float(by_row.get(row, 0.0)) / total, 6) if total else None,
        )

    return replace(
        month,
        new_share=round(int((traces["origin"] == NEW).sum()) / size, 6),
        left_share=round(int((traces["target"] == LEFT).sum()) / size, 6),
        segments=tuple(follow(one) for one in month.segments),
    )


def find_unusual_moves(trend: Sequence[TrendMonth], orders: int) -> tuple[Unusual, ...]:
    """Find what of this month the store's own history does not explain.

    Parameters
    ----------
    trend : sequence of TrendMonth
        This month last.
    orders : int
        Orders of this month.

    Returns
    -------
    tuple of Unusual
        Without their sentences.
    """
    earlier, now = _list_comparable(trend), trend[-1]
    measures: dict[str, Measure] = {}
    owners: dict[str, tuple[str, int | None]] = {}

    def add(name: str, owner: int | None, values: Sequence[float | None], value: float | None, size: int) -> None:
        known = tuple(one for one in values if one is not None)
        if value is not None:
            key = name if owner is None else f"{name} {owner}"
            owners[key] = (name, owner)
            measures[key] = Measure(known, value, noise_of_share([abs(one) for one in known], size))

    for name in ("new_share", "left_share"):
        add(name, None, [getattr(one, name) for one in earlier], getattr(now, name), now.customers)
    for segment in now.segments:
        own = [one for month in earlier for one in month.segments if _is_same(one, segment)]
        add("net_growth", segment.colour, [one.net_growth for one in own], segment.net_growth, segment.customers)
        add("share_of_orders", segment.colour, [one.share_of_orders for one in own], segment.share_of_orders, orders)
    return tuple(
        Unusual(
            measure=owners[key][0],
            colour=owners[key][1],
            value=measures[key].now,
            low=round(expected.low, 6),
            high=round(expected.high, 6),
            months=len(measures[key].earlier),
            sentence="",
        )
        for key, expected in find_unusual(measures).items()
    )


def count_comparable(trend: Sequence[TrendMonth]) -> int:
    """Count the earlier months whose moves this month's can be held against: compared ones with the same window."""
    return sum(one.new_share is not None for one in _list_comparable(trend))


def _list_comparable(trend: Sequence[TrendMonth]) -> list[TrendMonth]:
    """List the earlier months that have had the window of this one ever since, the one after a change left out."""
    *earlier, now = trend
    comparable: list[TrendMonth] = []
    for one in reversed(earlier):
        if one.window_months != now.window_months:
            break
        comparable.insert(0, one)
    return comparable


def _is_same(one: TrendSegment, other: TrendSegment) -> bool:
    return (one.colour, one.since) == (other.colour, other.since)
