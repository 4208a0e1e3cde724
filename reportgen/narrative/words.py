"""Writes every sentence of a report from its facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reportgen.model.actions import Play
from reportgen.model.evidence import list_failing
from reportgen.model.facts import Facts, SegmentFacts
from reportgen.model.words import Action, ChangeWords, Language, Mark, SegmentWords, Words
from reportgen.narrative.alerts import is_worth_a_headline
from reportgen.narrative.change import NO_PREVIOUS, write_change
from reportgen.narrative.choice import write_choice
from reportgen.narrative.earned import AGAINST, write_earned
from reportgen.narrative.findings import find_in_segment, find_role
from reportgen.narrative.growth import write_growth, write_risk
from reportgen.narrative.headline import HeadlineBasis, basis_of, find_headline, find_risk
from reportgen.narrative.headline_sentences import say_finding
from reportgen.narrative.ladder import say_bands, write_ladder
from reportgen.narrative.playbook import write_action
from reportgen.narrative.returning import write_returning
from reportgen.narrative.sentences import say, say_summary, say_undivided, the
from reportgen.narrative.trials import write_trials
from reportgen.narrative.trust import DOUBTFUL, say_trust, say_verdict, write_trust
from reportgen.narrative.warnings import write_warnings
from reportgen.text.formats import Formats

_MARKS: Mapping[bool | None, Mark] = {True: "firm", False: "soft", None: None}


def write_words(facts: Facts, plays: Sequence[Play], language: Language = "en") -> Words:
    """Write every sentence of a report.

    Parameters
    ----------
    facts : Facts
        Complete.
    plays : sequence of Play
        The playbook: its texts are filled with the numbers of the segments that each play is for.
    language : {'en'}
        The language to write in. Numbers and dates follow the report's own locale.
    """
    formats, basis = Formats(facts.report.locale, facts.report.currency), basis_of(facts)
    by_id = {play.id: play for play in plays}
    segments = tuple(_write_segment(segment, facts, by_id, formats) for segment in facts.segments)
    change = write_change(facts, formats)
    to_do = _write_to_do(facts, segments)
    headline = write_headline(facts, basis, change, to_do, formats)
    return Words(
        language=language,
        headline=tuple(headline),
        headline_marks=tuple(headline.values()),
        do_this_month=to_do,
        segments=segments,
        returning=write_returning(facts, formats),
        growth=write_growth(facts, formats),
        trials=write_trials(facts, _titles(segments), formats),
        earned=write_earned(facts, list_failing(facts.followed), formats),
        risk=write_risk(facts, formats),
        change=change,
        ladder=write_ladder(facts, formats),
        choice=(
            *write_choice(facts.choice, facts.method.rules, formats, has_verdict=facts.verdict is not None),
            *(say_bands(facts.ladder) if facts.ladder is not None and len(facts.segments) > 1 else ()),
        ),
        verdict=write_trust(facts, formats),
        skipped=tuple(_say_skipped(section.reason, facts, formats) for section in facts.skipped),
        warnings=write_warnings(facts, formats),
    )


def _titles(segments: Sequence[SegmentWords]) -> dict[tuple[int, str], str]:
    return {(words.number, action.id): action.title for words in segments for action in words.actions}


def _write_segment(segment: SegmentFacts, facts: Facts, plays: Mapping[str, Play], formats: Formats) -> SegmentWords:
    role = find_role(segment, facts.segments)
    findings = find_in_segment(segment, facts.segments, facts.averages, facts.below_usual_share)
    said = [say(finding, formats) for finding in findings]
    spoken = None if role is None else say(role, formats)
    return SegmentWords(
        number=segment.number,
        summary=say_summary(segment, formats),
        role=spoken,
        trust=say_trust(segment, formats),
        narrative=tuple(said) if spoken is None else (spoken, *said),
        actions=tuple(_write_action(plays[play], segment, facts, formats) for play in segment.plays),
    )


def _write_action(play: Play, segment: SegmentFacts, facts: Facts, formats: Formats) -> Action:
    """Write an action; where the segment's members are doubtful, or trials speak against it, with what follows."""
    action = write_action(play, segment, facts.averages, formats)
    before = [DOUBTFUL] if segment.trust == "doubtful" else []
    if play.id in list_failing(facts.followed):
        before.append(AGAINST)
    return replace(action, avoid=" ".join([*before, action.avoid]).strip())


def _write_to_do(facts: Facts, segments: Sequence[SegmentWords]) -> tuple[Action, ...]:
    actions = {(words.number, action.id): action for words in segments for action in words.actions}
    return tuple(actions[task.segment, task.play] for task in facts.do_this_month)


def write_headline(
    facts: Facts, basis: HeadlineBasis, change: ChangeWords, to_do: Sequence[Action], formats: Formats
) -> dict[str, Mark]:
    """Write the headline: what changed or who there is, what should make a reader stop, and what to do first.

    Parameters
    ----------
    facts : Facts
        Of the report.
    basis : HeadlineBasis
        What its headline follows from.
    change : ChangeWords
        What is said of the change.
    to_do : sequence of Action
        What to do, the most important first.
    formats : Formats
        How numbers are written.

    Returns
    -------
    dict
        Whether it survives other choices, by sentence, in their order.
    """
    findings = find_headline(basis)
    restated = facts.change.restated
    corrected = change.restated.summary[:1] if change.restated is not None else ()
    if restated is None or not is_worth_a_headline(restated):
        corrected = ()
    stop = [*change.anomalies[:1], *corrected][:1]
    if stop:  # it takes the place of the risk
        findings = tuple(finding for finding in findings if finding not in find_risk(basis))
    marks = {mark.about: mark.firm for mark in facts.headline}
    said = {say_finding(finding, formats): _MARKS[marks.get(finding.about)] for finding in findings}
    sentences = stop
    if facts.verdict is not None and facts.verdict.kind == "constructed":
        sentences.append(say_verdict(facts.verdict))
    if to_do:
        first = to_do[0]
        whom = next(segment.phrase for segment in facts.segments if segment.number == first.segment)
        sentences.append(f"Do first, for {the(whom)}: {first.title[0].lower()}{first.title[1:]}.")
    return said | dict.fromkeys(sentences)


def _say_skipped(reason: str, facts: Facts, formats: Formats) -> str:
    if reason == "undivided":
        return say_undivided(facts.choice.limit, formats)
    return {
        "first": NO_PREVIOUS,
        "no_past": "Fewer than 20 customers have a first order that is known and was 30 days ago or more.",
        "no_products": "The source has no product columns.",
        "no_order_ids": "The source has no order numbers, so baskets are not known.",
    }[reason]
