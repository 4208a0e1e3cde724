"""What the section on growth shows: what could be won and what is at risk, never added together."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.model.actions import LEAST_LOOKED_AT, Opportunity
from reportgen.model.facts import SegmentFacts
from reportgen.model.months import RETURN_DAYS
from reportgen.model.report import Report
from reportgen.render.views.parts import Medium, SegmentLabel, label_of
from reportgen.text.formats import Formats

_MOST = {"screen": 10, "print": 6}
"""Segments that there is room for, the largest first."""
_SENTENCES_ON_PAPER = 4
_YEAR = 365


@dataclass(frozen=True, slots=True)
class StepRow:
    """What a segment's next step could bring.

    Attributes
    ----------
    segment : SegmentLabel
        The segment.
    customers, step, amount : str
        Who takes it, what it is worth for one, and for all of these.
    each_percent : str
        What each 1 % of the segment's customers is worth; empty in facts of before version 7.
    unaided : str
        Share of such customers who took it unaided; empty where that is not known.
    """

    segment: SegmentLabel
    customers: str
    step: str
    each_percent: str
    amount: str
    unaided: str


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
    opportunities : tuple of StepRow
        The largest first, as many as there is room for.
    at_risk : tuple of AtRiskRow
        The largest first, as many as there is room for.
    risk : tuple of str
        How many are late beside the month before, and what such customers did unaided.
    step_up_share : str
        Share of customers assumed to take the step.
    return_days : str
        Days in which such customers were seen to take it.
    span : str
        The time that the sums at risk are of.
    late_days : str
        Days of silence that it takes to be late, at least.
    """

    sentences: tuple[str, ...]
    opportunities: tuple[StepRow, ...]
    at_risk: tuple[AtRiskRow, ...]
    risk: tuple[str, ...]
    step_up_share: str
    return_days: str
    span: str
    late_days: str


def view_growth(report: Report, formats: Formats, medium: Medium) -> GrowthView:
    """Make the view of the section on growth; what paper has no room for stands on the screen."""
    most, sentences = _MOST[medium], report.words.growth
    if medium == "print" and len(sentences) > most:
        sentences = (*sentences[:_SENTENCES_ON_PAPER], sentences[-1])
    return GrowthView(
        sentences=sentences,
        opportunities=tuple(
            _step_row(segment, segment.opportunity, formats)
            for segment in report.by_opportunity[:most]
            if segment.opportunity is not None
        ),
        at_risk=tuple(
            AtRiskRow(
                label_of(segment), formats.count(segment.overdue.customers), formats.money(segment.overdue.amount)
            )
            for segment in report.by_risk[:most]
        ),
        risk=report.words.risk,
        step_up_share=formats.share(report.method.step_up_share),
        return_days=formats.count(RETURN_DAYS),
        span=_span(report, formats),
        late_days=formats.count(report.method.rules.overdue_days),
    )


def _step_row(segment: SegmentFacts, sized: Opportunity, formats: Formats) -> StepRow:
    unaided = sized.unaided
    is_known = unaided is not None and unaided.customers >= LEAST_LOOKED_AT
    return StepRow(
        segment=label_of(segment),
        customers=formats.count(sized.customers),
        step=formats.money(sized.value_of_step),
        each_percent="" if sized.each_percent is None else formats.money(sized.each_percent),
        amount=formats.money(sized.amount),
        unaided=formats.share(unaided.share) if unaided is not None and is_known else "",
    )


def _span(report: Report, formats: Formats) -> str:
    days = report.segments[0].overdue.days
    if days is None:
        return "in the window"
    return "in twelve months" if days >= _YEAR else f"in {formats.count(days)} days"
