"""Names must say how often and how much each time, and no two segments of a report may share one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.model.identity import KnownAs
from reportgen.model.segments import KINDS, RECENCY, Profiles
from reportgen.segments.names import UNDIVIDED, kind_of, name_segments, recency_of

percentile = st.floats(0, 1) | st.sampled_from([0.0, 0.3, 0.42, 0.5, 0.58, 0.7, 1.0])
rows = st.lists(st.tuples(percentile, percentile, percentile), min_size=2, max_size=10)
wordings = st.sampled_from(
    ["VIP", "VIP, higher spend", "Rare buyers, small baskets", "big baskets", "Rare buyers, small baskets, lower spend"]
)


def profiles_of(*percentiles: tuple[float, float, float]) -> Profiles:
    """Make profiles of mean percentiles of order count, order value and recency."""
    metrics = ("order_count", "avg_order_value", "recency_days")
    frame = pd.DataFrame(percentiles, columns=metrics, index=range(1, len(percentiles) + 1)).astype(object)
    wide = pd.concat([frame.add_prefix(f"{kind}_") for kind in ("percentile", "mean", "median")], axis=1)
    return Profiles(wide, pd.Series(0.5, wide.columns))


def names_of(*percentiles: tuple[float, float, float], own: Any = None) -> list[str]:
    """Name such segments."""
    named = name_segments(profiles_of(*percentiles), own or {})
    return [named[number].name for number in sorted(named)]


@given(rows, st.dictionaries(st.sampled_from(KINDS), wordings | st.text(min_size=1, max_size=9)))
def test_names_are_unique(percentiles: list[tuple[float, float, float]], own: dict[str, str]) -> None:
    """For 2 to 10 segments, whatever they are like and however the config names kinds, no two names are equal."""
    named = name_segments(profiles_of(*percentiles), own)
    assert list(named) == list(range(1, len(percentiles) + 1))
    assert len({one.name for one in named.values()}) == len(percentiles)
    assert all(one.kind in KINDS and one.recency in (None, *RECENCY) for one in named.values())


@given(rows)
def test_phrases_fit_into_a_sentence(percentiles: list[tuple[float, float, float]]) -> None:
    """A phrase begins with a small letter and joins how often and how much by "with"."""
    for one in name_segments(profiles_of(*percentiles), {}).values():
        phrase = KnownAs.give(one, 1, "2026-01").phrase
        assert phrase[0].islower()
        assert "buyers with " in phrase


@pytest.mark.parametrize(
    ("often", "basket", "kind"),
    [
        (0.9, 0.9, "frequent_big"),
        (0.58, 0.42, "frequent_small"),
        (0.5, 0.5, "occasional_mid"),
        (0.42, 0.58, "rare_big"),
        (0.421, 0.579, "occasional_mid"),
        (0.1, 0.1, "rare_small"),
    ],
)
def test_kinds_have_bounds(often: float, basket: float, kind: str) -> None:
    """Up to the 42nd percentile is low, from the 58th on high, between them middling."""
    profiles = profiles_of((often, basket, 0.5))
    assert kind_of(profiles.frame.loc[1], profiles.base) == kind


def test_a_name_agrees_with_the_mean_beside_it() -> None:
    """Ranks alone make no basket big whose mean is less than all customers', nor a silence long that is not."""
    profiles = profiles_of((0.9, 0.9, 0.9))
    row = profiles.frame.loc[1].copy()
    row["mean_avg_order_value"], row["median_recency_days"] = 0.49, 0.5
    assert kind_of(row, profiles.base) == "frequent_mid"
    assert recency_of(row, profiles.base) is None
    row["mean_order_count"], row["median_recency_days"] = 0.5, 0.51
    assert kind_of(row, profiles.base) == "occasional_mid"
    assert recency_of(row, profiles.base) == "lapsed"


def test_the_four_groups_have_their_names() -> None:
    """The groups that the product grew from are named by how often and how much."""
    assert names_of((0.8, 0.8, 0.4), (0.8, 0.2, 0.4), (0.2, 0.8, 0.6), (0.2, 0.2, 0.6)) == [
        "Frequent buyers, big baskets",
        "Frequent buyers, small baskets",
        "Rare buyers, big baskets",
        "Rare buyers, small baskets",
    ]


def test_recency_qualifies() -> None:
    """Who has been silent for long is lapsed, who came just now is recent; between them nothing is said."""
    assert names_of((0.8, 0.8, 0.7), (0.8, 0.2, 0.3), (0.2, 0.2, 0.69)) == [
        "Lapsed frequent buyers, big baskets",
        "Recent frequent buyers, small baskets",
        "Rare buyers, small baskets",
    ]


def test_namesakes_are_told_apart_by_order_value() -> None:
    """Of two segments of one kind the one with clearly larger baskets has very big ones, or the other very small ones."""
    assert names_of((0.8, 0.95, 0.5), (0.8, 0.7, 0.5)) == [
        "Frequent buyers, very big baskets",
        "Frequent buyers, big baskets",
    ]
    assert names_of((0.2, 0.3, 0.5), (0.2, 0.1, 0.5)) == [
        "Rare buyers, small baskets",
        "Rare buyers, very small baskets",
    ]


def test_namesakes_are_told_apart_by_how_often() -> None:
    """With equal baskets the one that orders clearly more often is very frequent."""
    assert names_of((0.9, 0.8, 0.5), (0.7, 0.8, 0.5))[0] == "Very frequent buyers, big baskets"
    assert names_of((0.9, 0.8, 0.8), (0.7, 0.8, 0.8))[0] == "Lapsed very frequent buyers, big baskets"


def test_namesakes_are_told_apart_by_recency() -> None:
    """With equal baskets and orders the one that has been silent clearly longer is told by that."""
    assert names_of((0.5, 0.5, 0.65), (0.5, 0.5, 0.4)) == [
        "Occasional buyers, mid-size baskets, longer ago",
        "Occasional buyers, mid-size baskets",
    ]


def test_what_nothing_else_tells_apart_is_told_by_spend() -> None:
    """Segments alike in all that names tell are told apart by mean total sales, which they are numbered by."""
    name = "Occasional buyers, mid-size baskets"
    assert names_of(*[(0.5, 0.5, 0.5)] * 2) == [f"{name}, higher spend", f"{name}, lower spend"]
    assert names_of(*[(0.5, 0.5, 0.5)] * 3) == [
        f"{name}, highest spend",
        f"{name}, second-highest spend",
        f"{name}, lowest spend",
    ]


def test_own_names_replace_ours() -> None:
    """A config's name for a kind is taken to the letter, and is quoted within a sentence."""
    own = {"frequent_big": 'A & "B" </style>'}
    named = name_segments(profiles_of((0.8, 0.8, 0.1), (0.2, 0.2, 0.5)), own)
    assert named[1].name == own["frequent_big"]
    assert KnownAs.give(named[1], 1, "2026-01").phrase == f"“{own['frequent_big']}”"
    assert named[2].name == "Rare buyers, small baskets"


def test_one_segment_is_everybody() -> None:
    """A single segment is all customers."""
    assert name_segments(profiles_of((0.5, 0.5, 0.5)), {"occasional_mid": "Mine"}) == {1: UNDIVIDED}
    assert KnownAs.give(UNDIVIDED, 1, "2026-01").phrase == "all customers"
