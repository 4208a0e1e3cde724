"""Each segment's overlap must stand as a dot at its mean, with the line of its worst draws, in its own colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from reportgen.charts.trust import silhouette_profile, stability_dots
from reportgen.model.charts import Chart, NoChart
from reportgen.model.trust import Stability
from reportgen.palette import LOOK
from tests.made import BRITISH, make_four

Layers = Callable[..., list[dict[str, Any]]]
JACCARDS = (0.96, 0.91, 0.97, 0.55)
SEGMENTS = tuple(
    replace(one, stability=Stability(jaccard, jaccard - 0.2))
    for one, jaccard in zip(make_four(), JACCARDS, strict=True)
)


def drawn() -> Chart:
    """Draw the four segments."""
    chart = stability_dots(SEGMENTS, BRITISH)
    assert isinstance(chart, Chart)
    return chart


def test_a_dot_is_a_mean_and_a_line_ends_at_the_worst(layers: Layers, rows: Layers) -> None:
    """Dots stand at the means, lines run from the low to the mean, on a scale that holds them."""
    chart = drawn()
    assert [(one["mean"], round(one["low"], 2)) for one in rows(chart)] == [
        (jaccard, round(jaccard - 0.2, 2)) for jaccard in JACCARDS
    ]
    (dots,), (lines,) = layers(chart, "point"), layers(chart, "rule")
    assert dots["encoding"]["x"]["field"] == lines["encoding"]["x2"]["field"] == "mean"
    assert lines["encoding"]["x"]["field"] == "low"
    assert dots["encoding"]["x"]["scale"]["domain"] == [0.3, 1]


def test_the_bands_are_marked(layers: Layers) -> None:
    """The axis is marked where segments become doubtful, fair and firm."""
    (dots,) = layers(drawn(), "point")
    assert dots["encoding"]["x"]["axis"]["values"] == [0.3, 0.6, 0.75, 0.85, 1]


def test_each_segment_has_its_colour(layers: Layers) -> None:
    """The scale gives each name the colour that the segment has everywhere."""
    (dots,) = layers(drawn(), "point")
    scale = dots["encoding"]["color"]["scale"]
    assert scale["domain"] == [one.name for one in SEGMENTS]
    assert scale["range"] == [LOOK.colour_of(one.colour) for one in SEGMENTS]


def test_the_title_gives_the_least_and_the_most() -> None:
    """What to see is said in words, each segment's numbers in the text for who cannot see it."""
    chart = drawn()
    assert chart.title == "Divided again: overlaps of 55% to 97%"
    assert "Rare buyers, small baskets: 55%, in one draw of twenty below 35%" in chart.alt
    alike = stability_dots(tuple(replace(one, stability=Stability(0.9, 0.8)) for one in SEGMENTS), BRITISH)
    assert alike.title == "Divided again: all overlap with their like by 90%"  # type: ignore[union-attr]


def test_what_was_not_tried_is_not_drawn() -> None:
    """Without stability there is a reason in the place of the chart."""
    assert isinstance(stability_dots(tuple(replace(one, stability=None) for one in SEGMENTS), BRITISH), NoChart)


def test_a_profile_has_each_segment_in_its_place(layers: Layers, rows: Layers) -> None:
    """Each segment's silhouettes fall over its own part of all customers, one segment after the other."""
    chart = silhouette_profile(make_four(), BRITISH)
    assert isinstance(chart, Chart)
    for n, segment in enumerate(make_four()):
        mine = [(one["place"], one["value"]) for one in rows(chart) if one["name"] == segment.name]
        assert len(mine) == 21
        assert (mine[0][0], mine[-1][0]) == (round(0.25 * n, 4), round(0.25 * (n + 1), 4))
        assert [value for _, value in mine] == sorted((value for _, value in mine), reverse=True)
    (area,) = layers(chart, "area")
    assert (area["encoding"]["x"]["field"], area["encoding"]["y"]["field"]) == ("value", "place")


def test_a_profile_says_how_many_fit_badly() -> None:
    """One in twenty of each segment is nearer to another; the means stand in the text."""
    chart = silhouette_profile(make_four(), BRITISH)
    assert isinstance(chart, Chart)
    assert chart.title == "5% of customers are nearer to another segment"
    assert "Frequent buyers, big baskets: mean 0.50, 5% below 0" in chart.alt


def test_what_was_not_tried_has_no_profile() -> None:
    """Facts of before version 9 have no silhouettes by customer."""
    assert isinstance(silhouette_profile([replace(one, silhouettes=None) for one in make_four()], BRITISH), NoChart)
