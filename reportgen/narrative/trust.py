"""Says how far the segments can be trusted: whether they are groups that exist, and why, and what each witness says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reportgen.model.facts import Facts, SegmentFacts
from reportgen.model.ladder import Refused
from reportgen.model.trust import GAP, Reason, Verdict, Votes, Witness
from reportgen.narrative.ladder import BANDS
from reportgen.narrative.sentences import say_count, say_list, the
from reportgen.text.formats import Formats

_WITNESSES: Mapping[Witness, str] = {
    "silhouette": "the silhouette",
    "elbow": "the elbow of the inertia",
    "gap": "the gap statistic",
    "calinski_harabasz": "Calinski and Harabasz’s index",
    "davies_bouldin": "Davies and Bouldin’s index",
    "stability": "customers drawn anew",
}
_DENSE = 0.95
"""Customers between two middles, as a share of those at the emptier one, from which they do not thin out at all."""
DOUBTFUL = "Who belongs to this segment is doubtful: try it on a part of them first."
NOT_TRIED = "How far these segments can be trusted was not tried: the config leaves it out."


def write_trust(facts: Facts, formats: Formats) -> tuple[str, ...]:
    """Write how far the segments can be trusted, the outcome first.

    Parameters
    ----------
    facts : Facts
        Of the report.
    formats : Formats
        How numbers are written.

    Returns
    -------
    tuple of str
        Empty for customers who are not divided.
    """
    verdict, ladder = facts.verdict, facts.ladder
    if verdict is None:
        is_banded = ladder is not None and ladder.rung in ("rhythm", "bands")
        return ((BANDS if is_banded else NOT_TRIED),) if len(facts.segments) > 1 else ()
    if ladder is not None and ladder.refused is not None:
        return _write_refused(ladder.refused, verdict, facts.votes, formats)
    said = [
        say_verdict(verdict),
        *(_say_reason(reason, verdict, facts.segments, formats) for reason in verdict.reasons),
    ]
    said += _say_border(facts.segments, formats)
    if facts.votes is not None and facts.votes.numbers:
        said.append(_say_votes(facts.votes, formats))
    if verdict.sample is not None:
        said.append(f"All this was tried on {formats.count(verdict.sample)} of the customers, drawn by chance.")
    return tuple(said)


def _say_border(segments: Sequence[SegmentFacts], formats: Formats) -> list[str]:
    """Say how many customers could as well be in another segment; nothing where that was not counted."""
    counts = [segment.stability.on_border for segment in segments if segment.stability is not None]
    known = [count for count in counts if count is not None]
    if not known:
        return []
    everyone, border = sum(segment.customers for segment in segments), sum(known)
    if not border:
        return ["No customer stands on a border: each is kept in their segment by three in four draws or more."]
    stand = "stands on a border" if border == 1 else "stand on a border"
    return [
        f"{say_count(border, 'customer', formats)} ({formats.share(border / everyone)}) {stand}: fewer than three in"
        " four draws keep them in their segment, so where they went since the last report is no sign of what they did."
    ]


def _write_refused(refused: Refused, verdict: Verdict, votes: Votes | None, formats: Formats) -> tuple[str, ...]:
    """Write why a division was tried and given up."""
    number, draws = formats.count(refused.n_clusters), formats.count(verdict.draws)
    said = [
        "Segments of these customers come out otherwise when they are made again: they are left as one group.",
        f"{number} segments were tried: customers were drawn anew {draws} times and divided again, and the segment that"
        f" comes back worst overlaps with its like by {formats.share(refused.overlap)} on average.",
        *(_say_made_up(verdict, formats) for reason in verdict.reasons if reason.endswith("_made_up")),
    ]
    return tuple(said) if votes is None or not votes.numbers else (*said, _say_votes(votes, formats))


def say_verdict(verdict: Verdict) -> str:
    """Say the outcome (Dolnicar & Leisch 2010) in one sentence."""
    if verdict.kind == "natural":
        return "These segments are groups that exist: there are gaps between them, and they come back."
    if verdict.kind == "constructed":
        return "These segments are a cut of our own making: made again, they may come out otherwise."
    if "no_gaps" in verdict.reasons and verdict.valley > GAP:
        return (
            "These segments are a useful cut that comes back, not groups that exist: customers shade into one another."
        )
    return "These segments come back when they are made again; that they are groups of their own is not shown."


def say_trust(segment: SegmentFacts, formats: Formats) -> str | None:
    """Say how far one segment can be trusted; None where that was not tried."""
    if segment.stability is None or segment.trust is None:
        return None
    overlap = formats.share(segment.stability.jaccard)
    return {
        "firm": f"Firm: divided again, it comes back with an overlap of {overlap}.",
        "fair": f"Fair: divided again, it comes back with an overlap of {overlap}; its borders move.",
        "doubtful": f"Doubtful: divided again, it overlaps with its like by {overlap} only. Take what is said of it as"
        " a hint, and do nothing that cannot be undone.",
        "do_not_act": f"Do not act on this segment: divided again, it overlaps with its like by {overlap} only."
        " Nothing is reckoned or advised for it.",
    }[segment.trust]


def _say_reason(reason: Reason, verdict: Verdict, segments: Sequence[SegmentFacts], formats: Formats) -> str:
    if reason in ("gaps", "no_gaps"):
        return _say_gaps(verdict, segments, formats)
    if reason in ("unlike_made_up", "like_made_up"):
        return _say_made_up(verdict, formats)
    return _say_stability(reason, verdict, segments, formats)


def _say_made_up(verdict: Verdict, formats: Formats) -> str:
    values = (*verdict.made_up_silhouettes, verdict.silhouette)
    low, high, own = (formats.decimal(value, 2) for value in values)
    against = "more than any of them" if "unlike_made_up" in verdict.reasons else "no more than they do"
    return (
        f"{formats.count(verdict.made_up)} shops made up without groups, whose customers’ habits are spread like"
        f" these, have silhouettes of {low} to {high} when they are divided in the same way; this one has"
        f" {own}, {against}."
    )


def _say_gaps(verdict: Verdict, segments: Sequence[SegmentFacts], formats: Formats) -> str:
    first, second = (the(segments[number - 1].phrase) for number in verdict.between)
    share = formats.share(verdict.valley)
    if "gaps" in verdict.reasons:
        return (
            f"Between the middles of any two neighbours there are at most {share} as many customers as at the emptier"
            " of the two."
        )
    if verdict.valley >= _DENSE:
        return f"From the middle of {first} to that of {second} customers do not thin out."
    found = f"Between the middles of {first} and {second} there are still {share} as many customers as at the emptier"
    as_clear = verdict.valley <= GAP  # and yet no gap: so has a shop that has no groups
    return f"{found} of the two{'; shops made up without groups have as clear a gap' if as_clear else ''}."


def _say_stability(reason: Reason, verdict: Verdict, segments: Sequence[SegmentFacts], formats: Formats) -> str:
    tried = [(segment.stability.jaccard, segment) for segment in segments if segment.stability is not None]
    jaccard, least = min(tried, key=lambda pair: (pair[0], pair[1].number))
    overlap = f"{formats.share(jaccard)} on average"
    lead = f"Customers were drawn anew {formats.count(verdict.draws)} times and divided again: "
    if reason == "dissolves":
        return f"{lead}not every segment comes back; {the(least.phrase)} overlap with their like by only {overlap}."
    told = f"{lead}every segment comes back; {the(least.phrase)} overlap least, by {overlap}."
    return told if verdict.kind == "natural" else f"{told} A cut through an even cloud would come back as well."


def _say_votes(votes: Votes, formats: Formats) -> str:
    """Say which number of segments each witness is for, those that agree together."""
    by_number: dict[int | None, list[str]] = {}
    for witness, name in _WITNESSES.items():
        if witness in votes.numbers:
            by_number.setdefault(votes.numbers[witness], []).append(name)
    silent = by_number.pop(None, [])
    clauses = [
        f"{say_list(witnesses)} {_say(witnesses)} {formats.count(number or 0)}"
        for number, witnesses in sorted(by_number.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
    if silent:
        clauses.append(f"{say_list(silent)} {_say(silent)} none of the numbers tried")
    return f"Asked how many segments there are, {'; '.join(clauses)}."


def _say(witnesses: Sequence[str]) -> str:
    return "says" if len(witnesses) == 1 else "say"
