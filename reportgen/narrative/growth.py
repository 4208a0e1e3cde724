"""Says where sales could come from, each segment with its range."""

from __future__ import annotations

from reportgen.model.facts import Facts
from reportgen.model.months import RETURN_DAYS
from reportgen.narrative.sentences import say_amount, say_step
from reportgen.text.formats import Formats

_LEAST = 20
"""Customers below whom a share is not told: one of them would move it by more than five points."""


def write_growth(facts: Facts, formats: Formats) -> tuple[str, ...]:
    """Write what the next step of each segment could bring, the largest first, and what that assumes."""
    sentences = []
    step_up_share = facts.method.step_up_share
    for segment in facts.by_opportunity:
        sized = segment.opportunity
        if sized is not None:
            some = f"the {formats.count(segment.customers)} {segment.phrase}"
            whom = some if len(facts.segments) > 1 else segment.phrase
            bring = say_amount(sized, formats)
            sentences.append(f"{say_step(sized, step_up_share, whom, formats)}, that would bring {bring}.")
    if len(sentences) > 1:
        sentences.append(
            f"The {formats.share(step_up_share)} is an assumption, the same for all."
            " Which group answers best is for a test to decide."
        )
    return tuple(sentences)


def write_risk(facts: Facts, formats: Formats) -> tuple[str, ...]:
    """Write how many customers are late beside the month before, and what such customers did unaided."""
    if facts.stages is None or not facts.stages.late:
        return ()
    be = "customer is" if facts.stages.late == 1 else "customers are"
    before = "" if facts.late_before is None else f"; a month before it was {formats.count(facts.late_before)}"
    sentences = [f"{formats.count(facts.stages.late)} {be} overdue{before}."]
    rate = facts.base_rate
    if rate is not None and rate.late >= _LEAST and rate.on_time >= _LEAST:
        late, on_time = formats.share(rate.late_share), formats.share(rate.on_time_share)
        within = f"ordered again within {formats.count(RETURN_DAYS)} days"
        sentences.append(
            f"In this shop’s own past {late} of customers who were overdue {within}, and {on_time} of those who were"
            " not. What a letter brings is only what goes beyond that."
        )
    return tuple(sentences)
