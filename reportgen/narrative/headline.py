"""Writes what the whole report comes down to: the headline, where to grow, and how the segments were chosen."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.formats import Formats
from reportgen.model.actions import Action
from reportgen.model.report import Report, SegmentFacts
from reportgen.model.segments import Choice
from reportgen.narrative.change import say_base, say_growth_and_loss, say_month
from reportgen.narrative.sentences import say_count, say_range, say_step

_BANDS = ((0.7, "strong"), (0.5, "reasonable"), (0.25, "weak"))
"""Kaufman & Rousseeuw 1990, for the silhouette coefficient."""
MAX_DO = 3


def write_headline(report: Report, formats: Formats) -> tuple[str, ...]:
    """Write the headline: what changed and what to do; of a report that is not compared, who there is.

    Parameters
    ----------
    report : Report
        With segments, their sizing, `do_this_month` and `change` in place.
    formats : Formats
        How numbers are written.
    """
    return tuple(compose_headline(report, formats).values())


def compose_headline(report: Report, formats: Formats) -> dict[str, str]:
    """Compose the headline's sentences, each by what it is about, the most important first."""
    sentences = _compose_change(report, formats) if report.change.withheld is None else _compose_base(report, formats)
    if report.do_this_month:
        first = report.do_this_month[0]
        whom = report.segments[first.segment - 1].phrase
        the = "" if len(report.segments) == 1 else "the "
        sentences["do"] = f"Do first, for {the}{whom}: {first.title[0].lower()}{first.title[1:]}."
    return sentences


def _compose_change(report: Report, formats: Formats) -> dict[str, str]:
    """Compose what changed: the month, the base, the segments, and what should make a reader stop."""
    change = report.change
    sentences = {
        "month": say_month(report, formats),
        "base": say_base(report, formats),
    }
    if len(report.segments) > 1:
        sentences["segments"] = say_growth_and_loss(change, formats)
    if change.unusual:
        sentences["unusual"] = change.unusual[0].sentence
    elif change.restated is not None:
        sentences["restated"] = change.restated.summary[0]
    elif report.by_risk:
        sentences["risk"] = _say_risk(report.by_risk[0], formats)
    return sentences


def _compose_base(report: Report, formats: Formats) -> dict[str, str]:
    """Compose who there is: the base, the best segment, where growth is, what is at risk."""
    span = report.period
    days = f"between {formats.day(span.first_day)} and {formats.day(span.as_of)}"
    sales = formats.money_in_words(report.total_sales)
    counts = f"{say_count(report.customers, 'customer', formats)} placed {say_count(report.orders, 'order', formats)}"
    sentences = {"base": f"{counts} worth {sales} {days}."}
    if span.is_partial:
        sentences["base"] += f" {formats.month(span.month)} is not complete."
    if len(report.segments) > 1:
        best = report.segments[0]
        shares = f"{formats.share(best.share_of_customers)} of customers, {formats.share(best.share_of_sales)}"
        sentences["best"] = (
            f"The most valuable are the {formats.count(best.customers)} {best.phrase}: {shares} of sales."
        )
    if report.by_opportunity:
        sentences["growth"] = _say_growth(report.by_opportunity[:2], report.method.step_up_share, formats)
    if report.by_risk:
        sentences["risk"] = _say_risk(report.by_risk[0], formats)
    return sentences


def _say_risk(riskiest: SegmentFacts, formats: Formats) -> str:
    customers = say_count(riskiest.overdue.customers, "customer", formats)
    money = formats.money_in_words(riskiest.overdue.amount)
    return f"Most at risk: {customers} among the {riskiest.phrase}, who spent {money} and are overdue."


def _say_growth(segments: Sequence[SegmentFacts], share: float, formats: Formats) -> str:
    parts = [f"{one.phrase} (about {_money(one, formats)})" for one in segments]
    return f"Growth is in the {' and the '.join(parts)}, if {formats.share(share)} of them take the next step."


def _money(segment: SegmentFacts, formats: Formats) -> str:
    assert segment.opportunity is not None  # noqa: S101 - only sized segments come here
    return formats.money_in_words(segment.opportunity.amount)


def choose_to_do(segments: Sequence[SegmentFacts], by_opportunity: Sequence[SegmentFacts]) -> tuple[Action, ...]:
    """Choose up to three actions: protect the best segment, then the largest opportunities, then what is left."""
    order = [segments[0], *by_opportunity, *segments]
    chosen: list[Action] = []
    for segment in dict.fromkeys(segment.number for segment in order):
        chosen += segments[segment - 1].actions[:1]
    if len(segments) == 1:
        chosen = list(segments[0].actions)
    return tuple(chosen[:MAX_DO])


def write_growth(report: Report, formats: Formats) -> tuple[str, ...]:
    """Write where sales could come from and where they could be lost, each with its range."""
    sentences = []
    share = formats.share(report.method.step_up_share)
    for segment in report.by_opportunity:
        sized = segment.opportunity
        assert sized is not None  # noqa: S101 - by_opportunity holds sized segments
        whom = f"the {formats.count(segment.customers)} {segment.phrase}"
        step = say_step(sized, report.method.step_up_share, whom, formats)
        sentences.append(f"{step}, that would bring about {_money(segment, formats)} ({say_range(sized, formats)}).")
    if len(sentences) > 1:
        sentences.append(
            f"The {share} is an assumption, the same for all. Which group answers best is for a test to decide."
        )
    return tuple(sentences)


def write_method_notes(choice: Choice, formats: Formats) -> tuple[str, ...]:
    """Write how the number of segments was chosen, and what the silhouette and the elbow say."""
    if choice.chosen_by == "undivided":
        return (f"The customers were not divided: {choice.reason}.",)
    taken = choice.n_clusters
    notes = [_say_choice(choice, formats)]
    if taken in choice.silhouette:
        value = choice.silhouette[taken]
        band = next((word for bound, word in _BANDS if value > bound), "no")
        blur = (
            ": the groups shade into one another, so read a border as a useful cut, not a wall" if value <= 0.5 else ""
        )
        scale = f"is {band} structure on Kaufman and Rousseeuw's scale"
        notes.append(f"A silhouette of {formats.decimal(value, 2)} {scale}{blur}.")
    if choice.elbow_at is not None and len(choice.silhouette) > 1:
        agrees = "agrees: it is" if choice.elbow_at == taken else "disagrees: it is"
        notes.append(f"The elbow of the inertia {agrees} at {choice.elbow_at}.")
    elif len(choice.inertia) > 2:
        notes.append("The inertia has no clear elbow.")
    if choice.silhouette_sample is not None:
        notes.append(f"The silhouette is computed on a sample of {formats.count(choice.silhouette_sample)} customers.")
    if choice.reason is not None:
        notes.append(f"The range was cut short: {choice.reason}.")
    return tuple(notes)


def _say_choice(choice: Choice, formats: Formats) -> str:
    taken, best = choice.n_clusters, choice.best_silhouette_at
    if choice.chosen_by == "kept":
        return f"The {taken} segments are those of an earlier month; what changed says why they were kept."
    if choice.chosen_by == "fixed":
        return f"The config asks for {taken} segments." if choice.reason is None else f"There are {taken} segments."
    numbers = f"Of {min(choice.silhouette)} to {max(choice.silhouette)} segments"
    if choice.chosen_by == "elbow" and choice.elbow_at == taken:
        return f"{numbers}, {taken} was taken because the elbow of the inertia is there."
    if best == taken or best is None:
        return f"{numbers}, {taken} has the highest silhouette ({formats.decimal(choice.silhouette[taken], 3)})."
    own, top = formats.decimal(choice.silhouette[taken], 3), formats.decimal(choice.silhouette[best], 3)
    return f"{numbers}, {taken} is the smallest whose silhouette ({own}) is within 0.02 of the best ({top} at {best})."
