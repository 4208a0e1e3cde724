"""Says where sales could come from, and what customers who are late did unaided."""

from __future__ import annotations

from reportgen.model.actions import LEAST_LOOKED_AT
from reportgen.model.facts import Facts
from reportgen.model.months import RETURN_DAYS
from reportgen.narrative.steps import has_fallen, say_fall, say_step, say_step_days
from reportgen.text.formats import Formats


def write_growth(facts: Facts, formats: Formats) -> tuple[str, ...]:
    """Write what the next step of each segment could bring, the largest first, and what that assumes."""
    sentences, falls = [], []
    step_up_share = facts.method.step_up_share
    for segment in facts.by_opportunity:
        sized = segment.opportunity
        if sized is None:
            continue
        some = f"the {formats.count(segment.customers)} {segment.phrase}"
        whom = some if len(facts.segments) > 1 else segment.phrase
        bring = f"about {formats.money_in_words(sized.amount)}{say_step_days(sized, formats)}"
        sentences.append(f"{say_step(sized, step_up_share, whom, formats)}, that would bring {bring}.")
        if sized.unaided is not None and has_fallen(sized.unaided):
            kept = (sized.unaided.value_after or 0.0) / (sized.unaided.value_before or 1.0)
            falls.append((kept, say_fall(segment.phrase, sized.unaided, formats)))
    if not sentences:
        return ()
    sentences += [sentence for _, sentence in sorted(falls)[:1]]
    assumed = f"The {formats.share(step_up_share)} is an assumption"
    same = (
        ", the same for all: which group answers best is for a test to decide" if len(facts.by_opportunity) > 1 else ""
    )
    return (*sentences, f"{assumed}, on top of those who do so unaided{same}.")


def write_risk(facts: Facts, formats: Formats) -> tuple[str, ...]:
    """Write how many customers are late beside the month before, and what such customers did unaided."""
    if facts.stages is None or not facts.stages.late:
        return ()
    be = "customer is" if facts.stages.late == 1 else "customers are"
    before = "" if facts.late_before is None else f"; a month before it was {formats.count(facts.late_before)}"
    sentences = [f"{formats.count(facts.stages.late)} {be} overdue{before}."]
    rate = facts.base_rate
    if rate is not None and rate.late >= LEAST_LOOKED_AT and rate.on_time >= LEAST_LOOKED_AT:
        late, on_time = formats.share(rate.late_share), formats.share(rate.on_time_share)
        within = f"ordered again within {formats.count(RETURN_DAYS)} days"
        sentences.append(
            f"In this shop’s own past {late} of customers who were overdue {within}, and {on_time} of those who were"
            " not. What a letter brings is only what goes beyond that."
        )
    return tuple(sentences)
