"""What is said of trust must follow from the figures beside it, and be understood by who knows no statistics."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reportgen.model.facts import Facts
from reportgen.model.trust import Reason, Stability, Trust
from reportgen.narrative.trust import DOUBTFUL, NOT_TRIED, say_trust, write_trust
from reportgen.narrative.words import write_words
from tests.made import BRITISH, make_facts, make_four, make_play, make_segment, make_verdict, make_votes

BORDER = (
    "12 customers (3%) stand on a border: fewer than three in four draws keep them in their segment, so where they went"
    " since the last report is no sign of what they did."
)


def facts_of(**changes: Any) -> Facts:
    """Make facts of four segments with a verdict."""
    return make_facts(verdict=make_verdict(**changes))


def told(*reasons: Reason, **changes: Any) -> tuple[str, ...]:
    """Write what is told of a verdict with these reasons."""
    return write_trust(facts_of(reasons=reasons, **changes), BRITISH)


def test_a_cut_that_comes_back_is_told_as_one() -> None:
    """Outcome, reasons in their order, then the witnesses; each with its yardstick."""
    segments = tuple(
        replace(segment, stability=Stability(jaccard, 0.5, 3))
        for segment, jaccard in zip(make_four(), (0.96, 0.91, 0.97, 0.92), strict=True)
    )
    assert write_trust(make_facts(segments), BRITISH) == (
        "These segments are a useful cut that comes back, not groups that exist: customers shade into one another.",
        "Customers were drawn anew 100 times and divided again: every segment comes back; the frequent buyers with small"
        " baskets overlap least, by 91% on average. A cut through an even cloud would come back as well.",
        "From the middle of the frequent buyers with big baskets to that of the frequent buyers with small baskets"
        " customers do not thin out.",
        "19 shops made up without groups, whose customers’ habits are spread like these, have silhouettes of 0.41 to"
        " 0.44 when they are divided in the same way; this one has 0.43, no more than they do.",
        BORDER,
        "Asked how many segments there are, the elbow of the inertia, the gap statistic, Calinski and Harabasz’s index"
        " and customers drawn anew say 4; Davies and Bouldin’s index says 6; the silhouette says 8.",
    )


def test_groups_that_exist_are_told_as_such() -> None:
    """Natural groups: gaps, unlike made-up shops, and they come back; nothing is said against stability."""
    sentences = told(
        *("gaps", "unlike_made_up", "comes_back"), kind="natural", valley=0.04, silhouette=0.51, made_up_valley=0.9
    )
    assert sentences[0] == "These segments are groups that exist: there are gaps between them, and they come back."
    assert sentences[1] == (
        "Between the middles of any two neighbours there are at most 4% as many customers as at the emptier of the two."
    )
    assert sentences[2].endswith("this one has 0.51, more than any of them.")
    assert sentences[3].endswith("overlap least, by 90% on average.")


def test_a_shallow_valley_is_told_by_its_depth() -> None:
    """Customers that thin out somewhat are told with how many are left."""
    sentences = told("comes_back", "no_gaps", "like_made_up", valley=0.72)
    assert (
        "Between the middles of the frequent buyers with big baskets and the frequent buyers with small baskets there"
        " are still 72% as many customers as at the emptier of the two."
    ) in sentences


def test_gaps_without_the_rest_are_not_called_groups() -> None:
    """With gaps, but like made-up shops or moving, whether they are groups is left open."""
    assert told("moves", "gaps", "unlike_made_up", valley=0.4)[0] == (
        "These segments come back when they are made again; that they are groups of their own is not shown."
    )


def test_a_gap_that_made_up_shops_have_too_proves_nothing() -> None:
    """A valley that is deep, and no deeper than chance digs, is told with that; whether there are groups is left open."""
    sentences = told("comes_back", "no_gaps", "like_made_up", valley=0.3, made_up_valley=0.2)
    assert sentences[0].endswith("that they are groups of their own is not shown.")
    assert any(
        sentence.endswith("at the emptier of the two; shops made up without groups have as clear a gap.")
        for sentence in sentences
    )


def test_a_cut_that_dissolves_is_told_first_and_in_the_headline() -> None:
    """Constructed segments say so, name the one that dissolves most, and the headline warns of them."""
    segments = (make_segment(1), replace(make_segment(2), stability=Stability(0.55, 0.3), trust="do_not_act"))
    verdict = make_verdict(kind="constructed", reasons=("dissolves", "no_gaps", "like_made_up"))
    facts = make_facts(segments, verdict=verdict)
    words = write_words(facts, [])
    assert words.verdict[0] == ("These segments are a cut of our own making: made again, they may come out otherwise.")
    assert words.verdict[0] in words.headline
    assert words.verdict[1] == (
        "Customers were drawn anew 100 times and divided again: not every segment comes back; the buyers 2 overlap with"
        " their like by only 55% on average."
    )


def test_what_was_not_tried_is_said_so() -> None:
    """Without a verdict the report says that it was left out; of a single group there is nothing to say."""
    assert write_trust(make_facts(verdict=None, votes=None), BRITISH) == (NOT_TRIED,)
    assert write_trust(make_facts((make_segment(),)), BRITISH) == ()


def test_a_sample_is_told() -> None:
    """Where a sample was tried, the last sentence gives its size."""
    assert told("comes_back", "no_gaps", "like_made_up", sample=10_000)[-1] == (
        "All this was tried on 10,000 of the customers, drawn by chance."
    )


def test_witnesses_for_no_number_are_told_last() -> None:
    """A witness that is for none of the numbers says so."""
    numbers = {"silhouette": 4, "elbow": None, "gap": None, "calinski_harabasz": 4, "davies_bouldin": 4, "stability": 4}
    facts = make_facts(votes=make_votes(numbers=numbers))
    assert write_trust(facts, BRITISH)[-1] == (
        "Asked how many segments there are, the silhouette, Calinski and Harabasz’s index, Davies and Bouldin’s index and"
        " customers drawn anew say 4; the elbow of the inertia and the gap statistic say none of the numbers tried."
    )


@pytest.mark.parametrize(
    ("trust", "jaccard", "sentence"),
    [
        ("firm", 0.96, "Firm: divided again, it comes back with an overlap of 96%."),
        ("fair", 0.8, "Fair: divided again, it comes back with an overlap of 80%; its borders move."),
        (
            "doubtful",
            0.7,
            "Doubtful: divided again, it overlaps with its like by 70% only. Take what is said of it as a hint, and do"
            " nothing that cannot be undone.",
        ),
        (
            "do_not_act",
            0.5,
            "Do not act on this segment: divided again, it overlaps with its like by 50% only. Nothing is reckoned or"
            " advised for it.",
        ),
    ],
)
def test_each_segment_says_how_far_it_can_be_trusted(trust: Trust, jaccard: float, sentence: str) -> None:
    """The word of the band, and the overlap."""
    assert say_trust(make_segment(trust=trust, stability=Stability(jaccard, 0.4)), BRITISH) == sentence
    assert say_trust(make_segment(trust=None, stability=None), BRITISH) is None


def test_actions_of_a_doubtful_segment_say_so() -> None:
    """What to do for a doubtful segment begins its warnings with the doubt; for a firm one it does not."""
    segments = (
        make_segment(1, plays=("write-to-them",)),
        make_segment(2, plays=("write-to-them",), trust="doubtful", stability=Stability(0.7, 0.4)),
    )
    firm, doubtful = (words.actions[0] for words in write_words(make_facts(segments), [make_play()]).segments)
    assert (firm.avoid, doubtful.avoid) == ("Calls", f"{DOUBTFUL} Calls")
