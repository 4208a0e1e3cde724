"""Finds what is worth saying: each finding is a typed value with the numbers that its sentence needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.model.facts import Averages, SegmentFacts
from reportgen.model.products import BestSeller

CLEARLY_LOW, CLEARLY_HIGH = 0.42, 0.58
"""Only a mean percentile outside these bounds sets a segment apart enough to be said."""
TELLING_INDEX = 130
"""A best seller with this index or more is said to set a segment apart."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What one customer of a segment is worth beside the average customer."""

    segment: SegmentFacts
    everyone: Averages


@dataclass(frozen=True, slots=True)
class HowOften:
    """Orders per customer, where they differ clearly from all customers'."""

    segment: SegmentFacts
    everyone: Averages
    is_high: bool


@dataclass(frozen=True, slots=True)
class HowMuch:
    """Value of an order, where it differs clearly from all customers'."""

    segment: SegmentFacts
    everyone: Averages
    is_high: bool


@dataclass(frozen=True, slots=True)
class HowRecent:
    """Days since the last order, where they differ clearly from all customers'."""

    segment: SegmentFacts
    everyone: Averages
    is_high: bool


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
class Potential:
    """What the next step of a share of the segment could bring."""

    segment: SegmentFacts
    step_up_share: float


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What overdue customers spent."""

    segment: SegmentFacts


@dataclass(frozen=True, slots=True)
class OtherKind:
    """That a segment keeps the name it had, though this month's figures would give it another."""

    segment: SegmentFacts


Finding = OtherKind | Potential | AtRisk | Worth | HowOften | HowMuch | HowRecent | Taste | Role


def find_in_segment(
    segment: SegmentFacts, segments: Sequence[SegmentFacts], everyone: Averages, step_up_share: float
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
    step_up_share : float
        Share of customers assumed to take the next step.
    """
    findings: list[Finding] = [Worth(segment, everyone)]
    if len(segments) > 1:
        for finding, metric in ((HowOften, "order_count"), (HowMuch, "avg_order_value"), (HowRecent, "recency_days")):
            percentile = segment.percentiles[metric]
            if not CLEARLY_LOW < percentile < CLEARLY_HIGH:
                findings.append(finding(segment, everyone, percentile >= CLEARLY_HIGH))
    if segment.best_sellers:
        best = segment.best_sellers[0]
        telling = [
            product for product in segment.best_sellers if product.index is not None and product.index >= TELLING_INDEX
        ]
        clearest = max(telling, key=lambda product: (product.index or 0, product.orders), default=None)
        findings.append(Taste(best, clearest))
    if segment.overdue.customers:
        findings.append(AtRisk(segment))
    if segment.opportunity is not None and segment.opportunity.amount > 0:
        findings.append(Potential(segment, step_up_share))
    if len(segments) > 1 and segment.kind != segment.named_for:
        findings.append(OtherKind(segment))
    return findings


def find_role(segment: SegmentFacts, segments: Sequence[SegmentFacts]) -> Role | None:
    """Find what a segment means for the shop; None when it is the only one."""
    return Role(segment, segments[0], segments[-1]) if len(segments) > 1 else None
