"""Finds what is worth saying: each finding is a typed value with the numbers that its sentence needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reportgen.model.averages import Averages
from reportgen.model.facts import SegmentFacts
from reportgen.model.products import BestSeller

LESS, MORE = 0.85, 1.18
"""Only a figure outside these shares of all customers' differs enough from it to be said."""
TELLING_INDEX, TELLING_ORDERS = 130, 20
"""A best seller with this index or more, in so many of the segment's orders, is said to set it apart."""
CLEARLY_BELOW = 0.05
"""Shares of the money paid below the usual price that lie so far apart differ enough to be said."""
WORTH_SAYING = 0.03
"""Share of a segment's sales that must have been cancelled or returned for it to be said."""
Statistic = Literal["mean", "median"]
METRICS = ("order_count", "avg_order_value", "recency_days")
"""What a segment is held against all customers by, in the order in which it is said."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What one customer of a segment is worth beside the average customer."""

    segment: SegmentFacts
    everyone: Averages


@dataclass(frozen=True, slots=True)
class Differs:
    """A figure that differs clearly from all customers': by its mean or, where few customers bend that, by its median.

    Attributes
    ----------
    metric : str
        `order_count`, `avg_order_value` or `recency_days`.
    statistic : {'mean', 'median'}
        Which of both is told.
    own, everyone : float
        Of the segment and of all customers.
    """

    segment: SegmentFacts
    metric: str
    statistic: Statistic
    own: float
    everyone: float

    @property
    def is_high(self) -> bool:
        """Whether it is more than all customers'."""
        return self.own > self.everyone


@dataclass(frozen=True, slots=True)
class Taste:
    """The best seller, and the product that sets the segment apart if there is one."""

    best: BestSeller
    telling: BestSeller | None


@dataclass(frozen=True, slots=True)
class Role:
    """What the segment means for the shop, beside the most and the least valuable segment."""

    segment: SegmentFacts
    best: SegmentFacts
    last: SegmentFacts


@dataclass(frozen=True, slots=True)
class NextStep:
    """What such customers did unaided, and what each further hundredth of the segment would be worth."""

    segment: SegmentFacts


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What overdue customers spent."""

    segment: SegmentFacts


@dataclass(frozen=True, slots=True)
class TakenBackLater:
    """How much of the segment's sales was cancelled or returned and still counts."""

    segment: SegmentFacts


@dataclass(frozen=True, slots=True)
class PaidBelow:
    """How much of the segment's money is paid below the usual price, beside all customers'."""

    own: float
    everyone: float


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a segment was called in the previous report."""

    segment: SegmentFacts


Finding = Renamed | NextStep | AtRisk | TakenBackLater | PaidBelow | Worth | Differs | Taste | Role


def find_difference(segment: SegmentFacts, everyone: Averages, metric: str) -> Differs | None:
    """Find whether a figure of a segment differs clearly from all customers'; None where it does not.

    The ranks of its customers say on which side it lies; of mean and median the first that lies clearly on that side
    is told, so that no sentence contradicts the two numbers in it.

    Parameters
    ----------
    segment : SegmentFacts
        The segment.
    everyone : Averages
        All customers.
    metric : str
        `order_count`, `avg_order_value` or `recency_days`.
    """
    is_high = segment.percentiles[metric] > 0.5
    statistics: tuple[Statistic, ...] = ("median",) if metric == "recency_days" else ("mean", "median")
    for statistic in statistics:
        own, all_ = (float(getattr(of, f"{statistic}_{metric}")) for of in (segment, everyone))
        if all_ > 0 and (own >= MORE * all_ if is_high else own <= LESS * all_):
            return Differs(segment, metric, statistic, own, all_)
    return None


def find_in_segment(
    segment: SegmentFacts, segments: Sequence[SegmentFacts], everyone: Averages, below_usual_share: float | None = None
) -> list[Finding]:
    """List what is worth saying of one segment, in the order in which it is said.

    Parameters
    ----------
    segment : SegmentFacts
        The segment.
    segments : sequence of SegmentFacts
        All segments, the most valuable first.
    everyone : Averages
        The yardstick: all customers.
    below_usual_share : float, optional
        Share of all customers' money that is paid below the usual price (0..1); None where that is not known.
    """
    findings: list[Finding] = [Worth(segment, everyone)]
    if len(segments) > 1:
        found = (find_difference(segment, everyone, metric) for metric in METRICS)
        findings += [difference for difference in found if difference is not None]
    if segment.best_sellers:
        best = segment.best_sellers[0]
        telling = [
            product
            for product in segment.best_sellers
            if product.index is not None and product.index >= TELLING_INDEX and product.orders >= TELLING_ORDERS
        ]
        clearest = max(telling, key=lambda product: (product.index or 0, product.orders), default=None)
        findings.append(Taste(best, clearest))
    own, all_ = segment.below_usual_share, below_usual_share
    if len(segments) > 1 and own is not None and all_ is not None and abs(own - all_) >= CLEARLY_BELOW:
        findings.append(PaidBelow(own, all_))
    if segment.taken_back is not None and segment.taken_back.amount >= WORTH_SAYING * segment.sales > 0:
        findings.append(TakenBackLater(segment))
    if segment.overdue.customers:
        findings.append(AtRisk(segment))
    if segment.opportunity is not None and segment.opportunity.amount > 0:
        findings.append(NextStep(segment))
    if segment.formerly is not None:
        findings.append(Renamed(segment))
    return findings


def find_role(segment: SegmentFacts, segments: Sequence[SegmentFacts]) -> Role | None:
    """Find what a segment means for the shop; None when it is the only one."""
    return Role(segment, segments[0], segments[-1]) if len(segments) > 1 else None
