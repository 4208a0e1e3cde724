"""Finds what a report comes down to, in codes and numbers; `headline_sentences` says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reportgen.model.change import KpiChange, Migration
from reportgen.model.facts import Facts, MonthFigures, SegmentFacts, Span, rank_by_opportunity, rank_by_risk
from reportgen.model.headline import (
    CustomerBase,
    GrowthAndLoss,
    HeadlineFinding,
    LargestRisk,
    LargestSteps,
    MonthSales,
    SegmentAmount,
    SegmentMove,
    SegmentShare,
    Totals,
)
from reportgen.model.identity import SegmentIdentity


@dataclass(frozen=True, slots=True)
class SegmentGrowth:
    """How many customers a segment had and has, and what did it.

    Attributes
    ----------
    identity : SegmentIdentity
        What it is known by.
    before, now : int
        Its customers.
    causes : mapping
        Customers gained or lost, by cause.
    """

    identity: SegmentIdentity
    before: int
    now: int
    causes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class HeadlineBasis:
    """What a headline follows from.

    Attributes
    ----------
    period : Span
        The time.
    month : MonthFigures
        The month itself.
    customers, orders, total_sales
        Of the window.
    segments : tuple of SegmentFacts
        By number.
    step_up_share : float
        Share of customers assumed to take the next step (0..1).
    is_compared : bool
        Whether figures are compared with the previous report.
    previous_month : str or None
        Month of the previous report.
    kpis : mapping
        The key figures against earlier reports, by key.
    growth : tuple of SegmentGrowth
        The segments against the previous report.
    arrivals : mapping
        Customers who are `new`, `returned` or `left`.
    """

    period: Span
    month: MonthFigures
    customers: int
    orders: int
    total_sales: Decimal
    segments: tuple[SegmentFacts, ...]
    step_up_share: float
    is_compared: bool
    previous_month: str | None
    kpis: Mapping[str, KpiChange]
    growth: tuple[SegmentGrowth, ...]
    arrivals: Mapping[str, int]


def basis_of(facts: Facts) -> HeadlineBasis:
    """Take out of a report's facts what its headline follows from."""
    change = facts.change
    growth = [
        SegmentGrowth(
            segment.identity,
            segment.customers_before,
            segment.customers_now,
            {cause.key: cause.customers for cause in segment.causes},
        )
        for segment in change.segments
    ]
    return HeadlineBasis(
        period=facts.period,
        month=facts.month,
        customers=facts.customers,
        orders=facts.orders,
        total_sales=facts.total_sales,
        segments=facts.segments,
        step_up_share=facts.method.step_up_share,
        is_compared=change.withheld is None,
        previous_month=None if change.previous is None else change.previous.month,
        kpis={kpi.key: kpi for kpi in change.kpis},
        growth=tuple(growth),
        arrivals=count_arrivals(change.migration),
    )


def count_arrivals(migration: Migration | None) -> dict[str, int]:
    """Count who is new, returned or left; empty where customers are not followed."""
    if migration is None:
        return {}
    places = (*migration.origins, *migration.targets)
    return {place.kind: place.customers for place in places if place.kind != "segment" and place.customers}


def find_headline(basis: HeadlineBasis) -> tuple[HeadlineFinding, ...]:
    """Find what a report comes down to, the most important first: what changed or, without comparison, who there is.

    Parameters
    ----------
    basis : HeadlineBasis
        Of this report, or of an earlier one as its lines are today.
    """
    risk = find_risk(basis)
    if basis.is_compared:
        growth = [find_growth_and_loss(basis.growth)] if len(basis.segments) > 1 else []
        return (find_month(basis), find_base(basis), *growth, *risk)
    opening = Totals(
        customers=basis.customers,
        orders=basis.orders,
        sales=basis.total_sales,
        first_day=basis.period.first_day,
        as_of=basis.period.as_of,
        unfinished_month=basis.period.month if basis.period.is_partial else None,
    )
    return (opening, *_find_best(basis), *_find_steps(basis), *risk)


def find_month(basis: HeadlineBasis) -> MonthSales:
    """Find what the month itself brought, against the previous one and the same month last year."""
    sales = basis.kpis["month_sales"]
    is_compared = sales.previous is not None and basis.previous_month is not None
    return MonthSales(
        month=basis.period.month,
        sales=basis.month.sales,
        orders=basis.month.orders,
        previous_month=basis.previous_month if is_compared else None,
        previous=sales.previous if is_compared else None,
        change=sales.change if is_compared else None,
        year_ago=sales.year_ago,
        year_change=sales.year_change,
    )


def find_base(basis: HeadlineBasis) -> CustomerBase:
    """Find how many customers there are, who came and who left, and what the best segment brings."""
    difference = basis.kpis["customers"].difference
    is_compared = difference is not None and basis.previous_month is not None
    return CustomerBase(
        month=basis.period.month,
        customers=basis.customers,
        previous_month=basis.previous_month if is_compared else None,
        difference=round(difference) if difference is not None and is_compared else None,
        arrivals=dict(basis.arrivals) if is_compared else {},
        best=next(iter(_find_best(basis)), None),
    )


def _find_best(basis: HeadlineBasis) -> list[SegmentShare]:
    if len(basis.segments) < 2:
        return []
    best = basis.segments[0]
    return [SegmentShare(best.identity, best.customers, best.share_of_customers, best.share_of_sales)]


def find_growth_and_loss(growth: Sequence[SegmentGrowth]) -> GrowthAndLoss:
    """Find which segment grew most and which shrank most, and what did it."""
    moves = [_find_move(segment) for segment in growth if segment.now != segment.before]
    grown = max((move for move in moves if move.difference > 0), key=lambda move: move.difference, default=None)
    shrunk = min((move for move in moves if move.difference < 0), key=lambda move: move.difference, default=None)
    return GrowthAndLoss(grown, shrunk)


def _find_move(segment: SegmentGrowth) -> SegmentMove:
    net = segment.now - segment.before
    cause, customers = max(segment.causes.items(), key=lambda cause: cause[1] * (1 if net > 0 else -1))
    return SegmentMove(segment.identity, net, segment.now, cause if customers * net > 0 else None)


def _find_steps(basis: HeadlineBasis) -> list[LargestSteps]:
    sized = [
        SegmentAmount(segment.identity, segment.opportunity.amount)
        for segment in rank_by_opportunity(basis.segments)[:2]
        if segment.opportunity is not None
    ]
    return [LargestSteps(tuple(sized), basis.step_up_share)] if sized else []


def find_risk(basis: HeadlineBasis) -> list[LargestRisk]:
    """Find the segment with the most sales at risk; none when nobody is overdue."""
    return [
        LargestRisk(segment.identity, segment.overdue.customers, segment.overdue.amount)
        for segment in rank_by_risk(basis.segments)[:1]
    ]
