"""Every kind of segment must get something to do, in words that are whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.advice.actions import MAX_PLAYS, choose_to_do, match_plays
from reportgen.config.playbook import load_playbook
from reportgen.model.actions import NUMBERS, Play
from reportgen.model.facts import SegmentFacts
from reportgen.model.segments import KINDS, RECENCY
from reportgen.narrative.playbook import fill_play
from reportgen.resources import shipped_folder
from tests.made import make_four, make_opportunity, make_segment

PLAYBOOK = load_playbook(shipped_folder("configs") / "playbook.yaml")
PRODUCTS = ("best_seller", "pair_first", "pair_second", "pair_orders", "pair_audience")
STATES = list(product(KINDS, (None, *RECENCY), ("web", "till", "wholesale")))


def play(name: str, *kinds: str, recency: str | None = None, shops: tuple[str, ...] = ()) -> Play:
    """Make a play whose texts name it and the customers."""
    texts = ("title", "what", "channel", "offer", "measure", "avoid")
    return Play(name, kinds, recency, shops, {text: lambda numbers: f"{name} {numbers['customers']}" for text in texts})


@pytest.mark.parametrize(("kind", "recency", "shop"), STATES)
def test_every_kind_has_something_to_do(kind: str, recency: str | None, shop: str) -> None:
    """The shipped playbook has one to three plays for every kind and recency."""
    assert 1 <= len(match_plays(PLAYBOOK, kind, recency, shop)) <= MAX_PLAYS


@pytest.mark.parametrize(
    "known", [NUMBERS, [one for one in NUMBERS if one not in PRODUCTS]], ids=["all", "no products"]
)
@pytest.mark.parametrize(("kind", "recency", "shop"), STATES)
def test_texts_are_whole(kind: str, recency: str | None, shop: str, known: tuple[str, ...]) -> None:
    """With products and without, no text is empty, holds an unfilled place, a `None` or two spaces in a row."""
    numbers = {one: f"<{one}>" if one in known else None for one in NUMBERS}
    for action in (fill_play(one, 1, numbers) for one in match_plays(PLAYBOOK, kind, recency, shop)):
        for text in (action.title, action.what, action.channel, action.offer, action.measure, action.avoid):
            assert text.strip()
            assert not any(sign in text for sign in ("{{", "{%", "  ", " .", " ,"))
            assert not re.search("[^.] None", text)


def test_the_tutorial_s_advice_is_given() -> None:
    """Each of the four groups gets the advice that the tutorial gives it."""
    for kind, words in {
        "frequent_big": "Other items you might like",
        "rare_big": "within 30 days",
        "frequent_small": "Pop-up",
        "rare_small": "Automated",
    }.items():
        actions = [fill_play(one, 1, dict.fromkeys(NUMBERS, "1")) for one in match_plays(PLAYBOOK, kind, None, "web")]
        assert any(words in text for one in actions for text in (one.what, one.offer, one.channel)), kind


def test_the_playbook_s_order_counts() -> None:
    """Plays that fit are taken in the playbook's order, three at most."""
    plays = [play(name, "rare_big") for name in "abcd"]
    assert [one.id for one in match_plays([play("x", "rare_mid"), *plays], "rare_big", None, "web")] == ["a", "b", "c"]


def test_a_play_for_the_recency_comes_first() -> None:
    """A play for lapsed customers leads for a lapsed segment, and is no play for another."""
    plays = [play("a", "rare_big"), play("b", "rare_big"), play("c", "rare_big", recency="lapsed")]
    assert [one.id for one in match_plays(plays, "rare_big", "lapsed", "web")] == ["c", "a", "b"]
    assert [one.id for one in match_plays(plays, "rare_big", None, "web")] == ["a", "b"]
    assert [one.id for one in match_plays(plays, "rare_big", "recent", "web")] == ["a", "b"]


def test_a_play_for_another_shop_is_none() -> None:
    """A play that is limited to kinds of shop is left out of others."""
    plays = [play("a", "rare_big", shops=("till", "wholesale")), play("b", "rare_big")]
    assert [one.id for one in match_plays(plays, "rare_big", None, "web")] == ["b"]
    assert [one.id for one in match_plays(plays, "rare_big", None, "till")] == ["a", "b"]


def test_no_shop_is_advised_by_what_it_does_not_have() -> None:
    """At a till there is no cart nor product page, and a wholesaler's customers have no checkout."""
    for shop, foreign in (("till", "cart|[Pp]roduct page|account page"), ("wholesale", "cart|[Cc]heckout|till|parcel")):
        for one in PLAYBOOK:
            if not one.shops or shop in one.shops:
                action = fill_play(one, 1, dict.fromkeys(NUMBERS, "1"))
                texts = (action.title, action.what, action.channel, action.offer, action.measure, action.avoid)
                assert not [text for text in texts if re.search(rf"\b({foreign})\b", text)], (shop, one.id)


@given(st.sampled_from(STATES), st.integers(1, 10))
def test_actions_know_their_segment(state: tuple[str, str | None, str], segment: int) -> None:
    """An action carries its segment's number and its play's id."""
    for one in match_plays(PLAYBOOK, *state):
        action = fill_play(one, segment, dict.fromkeys(NUMBERS, "1"))
        assert (action.id, action.segment) == (one.id, segment)


def test_numbers_stand_in_the_texts() -> None:
    """A text is filled with the segment's own numbers."""
    action = fill_play(play("a", "rare_big"), 3, {"customers": "1,067"})
    assert action.what == "a 1,067"


def to_do(segments: Sequence[SegmentFacts]) -> list[tuple[int, str]]:
    """List what is to be done first, by segment and play."""
    return [(one.segment, one.play) for one in choose_to_do(segments)]


def test_the_best_are_protected_first() -> None:
    """To do: the best segment's play, then those of the largest opportunities; three at most, one a segment."""
    four = make_four()
    assert [segment for segment, _ in to_do(four)] == [1, 2, 3]
    grown = replace(four[3], opportunity=make_opportunity(amount=99_999.0))
    assert [segment for segment, _ in to_do((*four[:3], grown))] == [1, 4, 2]


def test_a_segment_without_plays_is_passed_over() -> None:
    """When the best segment has nothing to do, the others' plays fill the three places."""
    four = [replace(one, opportunity=None) for one in make_four()]
    assert [segment for segment, _ in to_do((replace(four[0], plays=()), *four[1:]))] == [2, 3, 4]


def test_one_group_gets_all_its_plays() -> None:
    """The only segment's plays are what is to do, three at most."""
    assert to_do((make_segment(plays=tuple("abcd")),)) == [(1, "a"), (1, "b"), (1, "c")]


def test_what_the_shops_own_trials_speak_against_comes_last() -> None:
    """A failing play goes behind all others, and out where three others fit; it is nothing to do first."""
    plays = [play(name, "rare_big") for name in "abcd"]
    assert [one.id for one in match_plays(plays, "rare_big", None, "web", {"a"})] == ["b", "c", "d"]
    assert [one.id for one in match_plays(plays[:2], "rare_big", None, "web", {"a"})] == ["b", "a"]
    segments = [replace(one, plays=("a", "b") if one.number == 1 else ("a",)) for one in make_four()]
    assert [(task.segment, task.play) for task in choose_to_do(segments, {"a"})] == [(1, "b")]
    assert choose_to_do(segments[1:2], {"a"}) == ()
