"""What the section on growth shows: what could be won and what is at risk, never added together."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.model.actions import Sizing
from reportgen.model.report import Report
from reportgen.render.views.parts import Medium, SegmentLabel, label_of
from reportgen.text.formats import Formats

_MOST = {"screen": 10, "print": 6}
"""Segments that there is room for, the largest first."""
_SENTENCES_ON_PAPER = 4


@dataclass(frozen=True, slots=True)
class SizedRow:
    """A segment with a sum of money: `step` is what one customer's step is worth."""

    segment: SegmentLabel
    customers: str
    step: str
    amount: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class AtRiskRow:
    """A segment with customers who are late."""

    segment: SegmentLabel
    customers: str
    amount: str


@dataclass(frozen=True, slots=True)
class GrowthView:
    """The section on growth.

    Attributes
    ----------
    sentences : tuple of str
        What the next steps could bring; empty when no segment has one.
    opportunities : tuple of SizedRow
        The largest first, as many as there is room for.
    at_risk : tuple of AtRiskRow
        The largest first, as many as there is room for.
    risk : tuple of str
        How many are late beside the month before, and what such customers did unaided.
    range_level : str
        Share of random draws within a range.
    late_days : str
        Days of silence that it takes to be late, at least.
    """

    sentences: tuple[str, ...]
    opportunities: tuple[SizedRow, ...]
    at_risk: tuple[AtRiskRow, ...]
    risk: tuple[str, ...]
    range_level: str
    late_days: str


def view_growth(report: Report, formats: Formats, medium: Medium) -> GrowthView:
    """Make the view of the section on growth; what paper has no room for stands on the screen."""
    most, sentences = _MOST[medium], report.words.growth
    if medium == "print" and len(sentences) > most:
        sentences = (*sentences[:_SENTENCES_ON_PAPER], sentences[-1])
    sized = [
        (segment, segment.opportunity, formats.money(segment.opportunity.value_of_step))
        for segment in report.by_opportunity
        if segment.opportunity is not None
    ]
    return GrowthView(
        sentences=sentences,
        opportunities=tuple(_row(label_of(segment), size, step, formats) for segment, size, step in sized[:most]),
        at_risk=tuple(
            AtRiskRow(
                label_of(segment), formats.count(segment.overdue.customers), formats.money(segment.overdue.amount)
            )
            for segment in report.by_risk[:most]
        ),
        risk=report.words.risk,
        range_level=formats.share(report.method.rules.range_level),
        late_days=formats.count(report.method.rules.overdue_days),
    )


def _row(segment: SegmentLabel, size: Sizing, step: str, formats: Formats) -> SizedRow:
    return SizedRow(
        segment=segment,
        customers=formats.count(size.customers),
        step=step,
        amount=formats.money(size.amount),
        low=formats.money(size.low),
        high=formats.money(size.high),
    )
