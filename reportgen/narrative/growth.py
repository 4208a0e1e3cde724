"""Says where sales could come from, each segment with its range."""

from __future__ import annotations

from reportgen.model.facts import Facts
from reportgen.narrative.sentences import say_amount, say_step
from reportgen.text.formats import Formats


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
