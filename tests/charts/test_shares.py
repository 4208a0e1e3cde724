"""Shares must be drawn to scale, in the segments' colours, readable on every colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.charts.shares import share_gaps, share_strip
from reportgen.model.facts import SegmentFacts
from reportgen.palette import SEGMENT_COLOURS
from tests.made import BRITISH, make_four, make_segment

Layers = Callable[..., list[dict[str, Any]]]
FOUR = make_four()


def shared(weights: list[int]) -> tuple[SegmentFacts, ...]:
    """Make segments whose shares of customers are in proportion to weights, and of sales to their squares."""
    squares = [one**2 for one in weights]
    return tuple(
        make_segment(n, share_of_customers=one / sum(weights), share_of_sales=one**2 / sum(squares))
        for n, one in enumerate(weights, 1)
    )


@settings(max_examples=25)
@given(st.lists(st.integers(1, 500), min_size=2, max_size=10))
def test_the_strip_is_whole(weights: list[int]) -> None:
    """Each bar begins at 0, has no gap, ends at 1, and gives every segment its share."""
    segments = shared(weights)
    for spec in share_strip(segments, BRITISH).specs.values():
        for row, share in (("Customers", "share_of_customers"), ("Sales", "share_of_sales")):
            parts = [one for one in spec["datasets"]["rows"] if one["row"] == row]
            assert parts[0]["from"] == 0
            assert parts[-1]["to"] == pytest.approx(1)
            for segment, part in zip(segments, parts, strict=True):
                assert part["segment"] == str(segment.number)
                assert part["to"] - part["from"] == pytest.approx(getattr(segment, share))
            assert all(one["to"] == other["from"] for one, other in zip(parts, parts[1:], strict=False))


def test_the_strip_s_bars_are_bars(layers: Layers) -> None:
    """The strip is made of bars from 0 to 1 in the segments' colours, customers above sales."""
    (bars,) = layers(share_strip(FOUR, BRITISH), "bar")
    assert bars["encoding"]["x"]["scale"]["domain"] == [0, 1]
    assert bars["encoding"]["color"]["scale"] == {"domain": ["1", "2", "3", "4"], "range": list(SEGMENT_COLOURS[:4])}
    assert bars["encoding"]["y"]["sort"] == ["Customers", "Sales"]
    assert bars["encoding"]["description"]["field"] == "tip"


def test_small_parts_have_no_label(rows: Layers) -> None:
    """A part too small for its label has none; the narrow strip has room for fewer."""
    segments = shared([28, 9, 3])
    strip = share_strip(segments, BRITISH)
    wide, narrow = ([one["label"] for one in rows(strip, width=width)][:3] for width in ("wide", "narrow"))
    assert wide == ["70%", "22%", "7.5%"]
    assert narrow == ["70%", "22%", ""]


def test_the_title_is_the_best_segment_s_share() -> None:
    """The strip's title says what share of customers brings what share of sales."""
    assert share_strip(FOUR, BRITISH).title == "25% of customers bring 70% of sales"
    assert share_strip(FOUR[:1], BRITISH).title == "All customers as one group"


@pytest.mark.parametrize("chart", [share_strip(FOUR, BRITISH), share_gaps(FOUR, BRITISH)], ids=["strip", "gaps"])
def test_the_alternative_holds_the_shares(chart: Any) -> None:
    """The text alternative names each segment with both shares."""
    for one in FOUR:
        assert f"{one.name}: 25% of customers, {BRITISH.share(one.share_of_sales)} of sales" in chart.alt


def test_negative_sales_are_drawn_as_nothing(rows: Layers) -> None:
    """A segment that brought back more than it bought takes no room in the bar of sales."""
    segments = (make_segment(1, share_of_sales=1.1), make_segment(2, share_of_sales=-0.1))
    assert [(one["from"], one["to"]) for one in rows(share_strip(segments, BRITISH))[2:]] == [(0, 1.1), (1.1, 1.1)]


def test_gaps_join_two_dots(layers: Layers, rows: Layers) -> None:
    """A hollow dot at the share of customers, a full one at the share of sales, and a line between them."""
    chart = share_gaps(FOUR, BRITISH)
    assert [(one["customers"], one["sales"]) for one in rows(chart)] == [
        (0.25, 0.7),
        (0.25, 0.16),
        (0.25, 0.1),
        (0.25, 0.04),
    ]
    (line,) = layers(chart, "rule")
    hollow, full = layers(chart, "point")
    assert (line["encoding"]["x"]["field"], line["encoding"]["x2"]["field"]) == ("customers", "sales")
    assert (hollow["encoding"]["x"]["field"], full["encoding"]["x"]["field"]) == ("customers", "sales")
    assert "stroke" in hollow["encoding"]
    assert full["encoding"]["color"]["scale"]["range"] == list(SEGMENT_COLOURS[:4])
    assert line["mark"]["aria"] is False
    assert all(one["encoding"]["description"]["field"] == "tip" for one in (hollow, full))
    assert full["encoding"]["y"]["sort"] == [one.name for one in FOUR]


def test_a_phone_gets_numbers_for_names(rows: Layers) -> None:
    """On a narrow screen the segments' numbers stand for their names."""
    assert [one["name"] for one in rows(share_gaps(FOUR, BRITISH), width="narrow")] == ["1", "2", "3", "4"]


def test_the_gaps_title_is_the_finding() -> None:
    """The title names who brings more of sales than of customers, or says how many do."""
    only = "Only the frequent buyers with big baskets bring more of sales than their share of customers"
    assert share_gaps(FOUR, BRITISH).title == only
    even = tuple(replace(one, share_of_sales=0.25) for one in FOUR)
    assert share_gaps(even, BRITISH).title == "Sales follow customers"
    three = (*(replace(one, share_of_sales=0.3) for one in FOUR[:3]), FOUR[3])
    assert share_gaps(three, BRITISH).title.startswith("3 of 4 segments bring more")
