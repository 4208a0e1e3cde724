"""What the section on growth shows: what could be won and what is at risk, never added together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reportgen.model.actions import LEAST_LOOKED_AT, Opportunity
from reportgen.model.facts import SegmentFacts
from reportgen.model.months import RETURN_DAYS
from reportgen.model.report import Report
from reportgen.model.trials import TRIAL_DAYS, TrialPlan
from reportgen.render.views.parts import Medium, SegmentLabel, label_of
from reportgen.text.formats import Formats

_MOST = {"screen": 10, "print": 6}
"""Segments that there is room for, the largest first."""
_SENTENCES_ON_PAPER = 4
_STATES = ("testable", "too_small", "no_past", "nobody")
"""In the order in which plans are listed."""
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
class TrialRow:
    """How an action can be tested.

    Attributes
    ----------
    segment : SegmentLabel
        The segment.
    action : str
        What it is called.
    customers, hold : str
        Whom it is for, and how many of them are held back; empty where that is not known.
    unaided, found : str
        Share of such customers who order unaided, and the share of those written to that would be told from it; empty
        where it is not known.
    enough : str
        Whether they are enough for the rise that is planned for, or how many would be.
    """

    segment: SegmentLabel
    action: str
    customers: str
    unaided: str
    hold: str
    found: str
    enough: str


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
    trials : tuple of TrialRow
        How the actions that write to customers can be tested; empty where there is none.
    testing : tuple of str
        How many of them have customers enough, and how the first is tested.
    trial_days : str
        Days of a trial.
    """

    sentences: tuple[str, ...]
    opportunities: tuple[StepRow, ...]
    at_risk: tuple[AtRiskRow, ...]
    risk: tuple[str, ...]
    step_up_share: str
    return_days: str
    span: str
    late_days: str
    trials: tuple[TrialRow, ...]
    testing: tuple[str, ...]
    trial_days: str


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
        trials=tuple(_trial_rows(report, formats))[:most],
        testing=report.words.trials,
        trial_days=formats.count(TRIAL_DAYS),
    )


def _trial_rows(report: Report, formats: Formats) -> Iterator[TrialRow]:
    """Yield how each action can be tested, those with enough customers first."""
    titles = {(words.number, action.id): action.title for words in report.words.segments for action in words.actions}
    segments = {segment.number: segment for segment in report.segments}
    for plan in sorted(report.plans, key=lambda plan: _STATES.index(plan.state)):
        base, found = plan.base_rate, plan.detectable
        yield TrialRow(
            segment=label_of(segments[plan.segment]),
            action=titles[plan.segment, plan.play],
            customers=formats.count(plan.customers),
            unaided="" if base is None else formats.share(base),
            hold=formats.count(plan.hold) if plan.hold else "",
            found="" if base is None or found is None else formats.share(base + found),
            enough=_say_enough(plan, formats),
        )


def _say_enough(plan: TrialPlan, formats: Formats) -> str:
    if plan.base_rate in (0, 1):
        return "none order unaided" if plan.base_rate == 0 else "all order unaided"
    if plan.state == "too_small":
        return f"{formats.count(plan.needed)} needed" if plan.needed is not None else "no number would do"
    return {"testable": "yes", "no_past": "not known yet", "nobody": ""}[plan.state]


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
