"""A reader must learn how customers are divided and why, and who brings the sales."""

from __future__ import annotations

from typing import Any

import pytest

from reportgen.model.ladder import Concentration, Refused
from reportgen.model.segments import ChoiceLimit
from reportgen.narrative.ladder import BANDS, say_bands, say_concentration, say_rung, write_ladder
from reportgen.narrative.trust import write_trust
from tests.made import BRITISH, make_choice, make_facts, make_ladder, make_segment, make_verdict, make_votes


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "400 customers are enough to group them by likeness (from 200)."),
        (
            {"customers": 170, "is_held": True},
            "170 customers are grouped by likeness as in the previous report, though 200 are wanted for it.",
        ),
        (
            {"customers": 60, "is_insisted": True},
            "60 customers are few to group by likeness (from 200); the config insists on a number of segments.",
        ),
        (
            {"rung": "rhythm", "customers": 180, "by_worth": True},
            "180 customers are too few to group by likeness (from 200), so they are divided by what they spend and by"
            " their own rhythm.",
        ),
        (
            {"rung": "rhythm", "customers": 220, "is_held": True, "by_worth": True},
            "As in the previous report the 220 customers are divided by what they spend and by their own rhythm.",
        ),
        (
            {"rung": "rhythm", "customers": 180},
            "180 customers are too few to group by likeness (from 200), so they are divided by their own rhythm.",
        ),
        (
            {"rung": "bands", "customers": 90, "returning": 70},
            "90 customers are too few to group by likeness (from 200), so they are divided by the days since their last"
            " order; 70 ordered on two days or more, too few to go by their rhythm (from 100).",
        ),
        (
            {"rung": "bands", "customers": 190, "returning": 110, "is_held": True},
            "As in the previous report the 190 customers are divided by the days since their last order.",
        ),
    ],
)
def test_each_rung_says_why(changes: dict[str, Any], expected: str) -> None:
    """Each rung is told with the numbers that it follows from."""
    assert say_rung(make_ladder(**changes), BRITISH) == expected


def test_who_brings_the_sales_is_told() -> None:
    """The first half, 80 % and 95 %, each with how many bring it and what they are of all."""
    assert say_concentration(make_ladder(), BRITISH) == (
        "Of the sales, counted from who spends most, the first half comes from 40 customers (10%), the first 80% from"
        " 120 (30%), the first 95% from 240 (60%)."
    )
    assert say_concentration(make_ladder(customers=2), BRITISH) is None
    assert say_concentration(make_ladder(concentration=()), BRITISH) is None
    alone = say_concentration(make_ladder(concentration=(Concentration(0.5, 1, 0.1),)), BRITISH)
    assert alone is not None and "from 1 customer (10%)" in alone


def test_bounds_are_told_where_there_are_some() -> None:
    """Bands say where they end; clusters have no bounds to tell."""
    assert say_bands(make_ladder(rung="bands")) == ("The bands end with 40, 90 and 180 days since the last order.",)
    top, silent = say_bands(make_ladder(rung="rhythm", by_worth=True))
    assert top.startswith("Top customers are those who bring the first half of the sales")
    assert "more than twice their usual time between orders and more than 30 days" in silent
    assert "fewer than 3 days is so after more than 180 days" in silent
    assert say_bands(make_ladder()) == ()
    assert say_bands(make_ladder(rung="rhythm")) == (silent,)


def test_who_is_not_divided_is_told_so() -> None:
    """The reason takes the place of the rung; facts of before version 9 say nothing."""
    choice = make_choice(n_clusters=1, chosen_by="undivided", limit=ChoiceLimit("too_few_customers", 1, 30))
    facts = make_facts((make_segment(1),), choice=choice, ladder=make_ladder(rung="too_small"))
    assert write_ladder(facts, BRITISH)[0] == (
        "The customers were not divided: only 1 customer, fewer than the 30 needed."
    )
    assert write_ladder(make_facts(ladder=None), BRITISH) == ()


@pytest.mark.parametrize("reason", ["one_band", "no_groups"])
def test_each_reason_has_words(reason: str) -> None:
    """One band, or segments that dissolve: both are said."""
    choice = make_choice(n_clusters=1, chosen_by="undivided", limit=ChoiceLimit(reason, 4, 4))
    said = write_ladder(make_facts((make_segment(1),), choice=choice), BRITISH)[0]
    assert said.endswith(
        "4 are too few to group by likeness (from 4), and all of them are in one band."
        if reason == "one_band"
        else "the 4 segments that were tried do not come back when they are made again."
    )


def test_bands_are_not_called_groups() -> None:
    """What is stated was not found in the data, and nothing was left out of the report by the config."""
    assert write_trust(make_facts(verdict=None, ladder=make_ladder(rung="bands")), BRITISH) == (BANDS,)


def test_what_was_given_up_is_told() -> None:
    """One group is left; what was tried, how badly it came back, what chance does, and what the witnesses say."""
    ladder = make_ladder(rung="refused", refused=Refused(5, 0.55))
    verdict = make_verdict(kind="constructed", reasons=("dissolves", "no_gaps", "like_made_up"))
    first, tried, made_up, votes = write_trust(
        make_facts((make_segment(1),), ladder=ladder, verdict=verdict, votes=make_votes()), BRITISH
    )
    assert (
        first == "Segments of these customers come out otherwise when they are made again: they are left as one group."
    )
    assert tried == (
        "5 segments were tried: customers were drawn anew 100 times and divided again, and the segment that comes back"
        " worst overlaps with its like by 55% on average."
    )
    assert made_up.startswith("19 shops made up without groups")
    assert votes.startswith("Asked how many segments there are")
