"""Finds what a report comes down to, in codes and numbers; `headline_sentences` says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.model.change import Migration
from reportgen.model.facts import Facts, SegmentFacts, Span, rank_by_opportunity, rank_by_risk
from reportgen.model.headline import (
    CustomerBase,
    GrowthAndLoss,
    HeadlineFinding,
    LargestRisk,
    LargestSteps,
    MonthSales,
    SameMonthLastYear,
    SegmentAmount,
    SegmentMove,
    SegmentShare,
)
from reportgen.model.identity import SegmentIdentity
from reportgen.model.months import MonthFigures, months_before
from reportgen.months import count_months

_LONG = 24
"""Months of lines after which who was not seen in them is called new without more words."""


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
    months : tuple of MonthFigures
        The calendar months, the report's own last.
    customers : int
        In the window.
    more_customers : int or None
        How many more than in the previous report; None where that is not compared.
    segments : tuple of SegmentFacts
        By number.
    step_up_share : float
        Share of customers assumed to take the next step (0..1).
    previous_month : str or None
        Month of the previous report, where customers are followed from it.
    growth : tuple of SegmentGrowth
        The segments against the previous report.
    arrivals : mapping
        Customers who are `new`, `returned` or `left`.
    """

    period: Span
    months: tuple[MonthFigures, ...]
    customers: int
    more_customers: int | None
    segments: tuple[SegmentFacts, ...]
    step_up_share: float
    previous_month: str | None
    growth: tuple[SegmentGrowth, ...]
    arrivals: Mapping[str, int]

    @property
    def is_compared(self) -> bool:
        """Whether customers are followed from the previous report."""
        return self.previous_month is not None


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
    more = next(kpi.difference for kpi in change.kpis if kpi.key == "customers")
    is_compared = change.withheld is None and change.previous is not None
    return HeadlineBasis(
        period=facts.period,
        months=facts.months,
        customers=facts.customers,
        more_customers=None if more is None else round(more),
        segments=facts.segments,
        step_up_share=facts.method.step_up_share,
        previous_month=change.previous.month if is_compared and change.previous is not None else None,
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
    """Find what a report comes down to, the most important first: the month, who ordered, what moved, what could come.

    Parameters
    ----------
    basis : HeadlineBasis
        Of this report, or of an earlier one as its lines are today.
    """
    month: tuple[HeadlineFinding, ...] = (find_month(basis), *find_last_year(basis), find_base(basis))
    if not basis.is_compared:
        return (*month, *_find_steps(basis), *find_risk(basis))
    growth = [find_growth_and_loss(basis.growth)] if len(basis.segments) > 1 else []
    growth = [found for found in growth if found.grown is not None or found.shrunk is not None]
    return (*month, *growth, *find_risk(basis))


def find_month(basis: HeadlineBasis) -> MonthSales:
    """Find what the month itself brought, beside the one before."""
    is_partial = basis.period.is_partial
    return MonthSales(
        now=basis.months[-1],
        previous=None if is_partial else months_before(basis.months, 1),
        unfinished_on=basis.period.as_of if is_partial else None,
    )


def find_last_year(basis: HeadlineBasis) -> list[SameMonthLastYear]:
    """Find what the month brought beside the same month last year; nothing where either is not known whole."""
    year_ago = None if basis.period.is_partial else months_before(basis.months, 12)
    return [] if year_ago is None or year_ago.sales <= 0 else [SameMonthLastYear(basis.months[-1], year_ago)]


def find_base(basis: HeadlineBasis) -> CustomerBase:
    """Find who ordered in the month, how many customers the window has, who came and left, what the best bring."""
    first = basis.months[0].month
    return CustomerBase(
        month=basis.months[-1],
        lines_from=first if count_months(first, basis.period.month) < _LONG else None,
        window_months=basis.period.window_months,
        first_day=basis.period.first_day,
        customers=basis.customers,
        previous_month=basis.previous_month,
        difference=basis.more_customers,
        arrivals=dict(basis.arrivals),
        best=_find_best(basis),
    )


def _find_best(basis: HeadlineBasis) -> SegmentShare | None:
    if len(basis.segments) < 2:
        return None
    best = basis.segments[0]
    return SegmentShare(best.identity, best.customers, best.share_of_customers, best.share_of_sales)


def find_growth_and_loss(growth: Sequence[SegmentGrowth]) -> GrowthAndLoss:
    """Find which segment grew most and which shrank most, and what did it.

    A change that chance alone could make is none: it has to be more than two standard deviations of a Poisson count
    (its variance is its mean) of the segment's size. Nor is one that comes mostly from borders that moved.
    """
    moves = [_find_move(segment) for segment in growth if (segment.now - segment.before) ** 2 > 4 * segment.before]
    moves = [move for move in moves if move.cause != "boundaries"]
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
    if not sized:
        return []
    days = next(segment.opportunity.days for segment in basis.segments if segment.opportunity is not None)
    return [LargestSteps(tuple(sized), basis.step_up_share, days)]


def find_risk(basis: HeadlineBasis) -> list[LargestRisk]:
    """Find the segment with the most sales at risk; none when nobody is overdue."""
    return [
        LargestRisk(segment.identity, segment.overdue.customers, segment.overdue.amount, segment.overdue.days)
        for segment in rank_by_risk(basis.segments)[:1]
    ]
