"""Says how the actions can be tested: who is held back, and which rise would be found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reportgen.model.facts import Facts
from reportgen.model.trials import TRIAL_DAYS, TrialPlan
from reportgen.narrative.sentences import say_count, the
from reportgen.text.formats import Formats

Titles = Mapping[tuple[int, str], str]
"""What each action is called, by segment and play."""


def write_trials(facts: Facts, titles: Titles, formats: Formats) -> tuple[str, ...]:
    """Write how many of the actions can be tested, and how the first of them is; empty without any.

    Parameters
    ----------
    facts : Facts
        With the plans.
    titles : mapping
        What each action is called.
    formats : Formats
        How numbers are written.
    """
    return (*_say_sizes(facts, titles, formats), *_say_files(facts, formats))


def _say_sizes(facts: Facts, titles: Titles, formats: Formats) -> tuple[str, ...]:
    """Say how many can be tested, and how the first of them is, or what the nearest would take."""
    plans = [plan for plan in facts.plans if plan.lift]
    if not plans:
        return ()
    testable = sorted((plan for plan in plans if plan.state == "testable"), key=lambda plan: _place(plan, facts))
    if testable:
        return _say_how_many(plans, len(testable), formats), _say_first(testable[0], facts, titles, formats)
    near = [plan for plan in plans if plan.needed is not None and plan.detectable is not None]
    nearest = max(near, key=lambda plan: plan.customers / (plan.needed or 1), default=None)
    said = () if nearest is None else (_say_nearest(nearest, facts, titles, formats),)
    return _say_how_many(plans, 0, formats), *said


def _say_files(facts: Facts, formats: Formats) -> Iterator[str]:
    """Say where the customers of the actions stand, and who is left out of them."""
    if facts.audiences:
        yield "Who they are, why each of them, and who is held back is in the report’s folder ‘audiences’, by action."
    left_out = sum(plan.in_trial for plan in facts.plans)
    if left_out:
        verb = "is" if left_out == 1 else "are"
        yield (
            f"{say_count(left_out, 'customer', formats)} of these segments {verb} in an earlier trial that is not over"
            f" yet: no action writes to {'them' if left_out > 1 else 'this one'}."
        )


def _say_how_many(plans: Sequence[TrialPlan], testable: int, formats: Formats) -> str:
    """Say how many actions have customers enough for the rise that their trials are planned for."""
    rise = max((plan.lift or 0.0) / (plan.base_rate or 1.0) for plan in plans)
    found = f"to find, four times in five, that {formats.share(rise)} more of them order than would unaided"
    if len(plans) == 1:
        enough = "enough" if testable else "too few"
        return f"The customers whom the one action writes to are {enough} for a trial of {TRIAL_DAYS} days {found}."
    many = formats.count(testable) if testable else "none"
    verb = "has" if testable in (0, 1) else "have"
    return (
        f"Of the {formats.count(len(plans))} actions that write to customers, {many} {verb} enough of them for a trial"
        f" of {TRIAL_DAYS} days {found}."
    )


def _say_first(plan: TrialPlan, facts: Facts, titles: Titles, formats: Formats) -> str:
    """Say how the most important action that can be tested is."""
    return (
        f"For {_name(plan, facts, titles)}, hold back {formats.count(plan.hold)} of {formats.count(plan.customers)} by"
        f" lot: {_say_detectable(plan, formats)}."
    )


def _say_nearest(plan: TrialPlan, facts: Facts, titles: Titles, formats: Formats) -> str:
    """Say which action comes nearest to being testable, and what it would take."""
    needed = plan.needed or 0
    months = -(-needed // plan.customers)
    return (
        f"Nearest comes {_name(plan, facts, titles)}, with {formats.count(plan.customers)} of the"
        f" {formats.count(needed)} that it takes: read the trials of {formats.count(months)} months together, or those"
        f" of several stores; in one, {_say_detectable(plan, formats)}."
    )


def _name(plan: TrialPlan, facts: Facts, titles: Titles) -> str:
    phrase = next(segment.phrase for segment in facts.segments if segment.number == plan.segment)
    return f"“{titles[plan.segment, plan.play]}” among {the(phrase)}"


def _say_detectable(plan: TrialPlan, formats: Formats) -> str:
    base, found = plan.base_rate or 0.0, plan.detectable or 0.0
    return (
        f"{formats.share(base)} of such customers ordered within {TRIAL_DAYS} days unaided, and"
        f" {formats.share(base + found)} of those written to would be told from that four times in five"
    )


def _place(plan: TrialPlan, facts: Facts) -> tuple[int, int]:
    """Put what is to be done this month first, in its order."""
    tasks = [(task.segment, task.play) for task in facts.do_this_month]
    mine = plan.segment, plan.play
    return tasks.index(mine) if mine in tasks else len(tasks), facts.plans.index(plan)
