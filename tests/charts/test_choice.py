"""Silhouette, elbow and gap must be drawn, and mark the number that was taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reportgen.charts.choice import choice_charts, gap_chart
from reportgen.model.charts import Chart, NoChart
from tests.made import BRITISH, make_choice, make_votes

Layers = Callable[..., list[dict[str, Any]]]


def test_both_curves_are_drawn(layers: Layers, rows: Layers) -> None:
    """The silhouette over the range and the inertia over all numbers are lines through the values."""
    choice = make_choice()
    charts = choice_charts(choice, BRITISH)
    assert [chart.key for chart in charts] == ["silhouette", "elbow"]
    for chart, curve in zip(charts, (choice.silhouette, choice.inertia), strict=True):
        assert {one["k"]: one["value"] for one in rows(chart)} == curve
        (line,) = layers(chart, "line")
        assert (line["encoding"]["x"]["field"], line["encoding"]["y"]["field"]) == ("k", "value")
        assert line["mark"]["aria"] is False


def test_the_number_taken_is_marked(layers: Layers, rows: Layers) -> None:
    """Exactly one point of each curve is marked, the one taken, with words."""
    for chart in choice_charts(make_choice(), BRITISH):
        assert [one["k"] for one in rows(chart) if one["taken"]] == [4]
        (label,) = layers(chart, "text")
        assert label["encoding"]["text"]["value"] == "4 taken"
        assert label["transform"] == [{"filter": "datum.taken"}]


def test_titles_say_what_each_says() -> None:
    """The silhouette's title names its best and how the one taken compares, the elbow's where it bends."""
    silhouette, elbow = choice_charts(make_choice(), BRITISH)
    assert silhouette.title == "The silhouette is highest at 8; 4 is nearly as good (0.43)"
    assert elbow.title == "The inertia bends most at 4"
    silhouette, elbow = choice_charts(make_choice(best_silhouette_at=4, elbow_at=None), BRITISH)
    assert silhouette.title == "The silhouette is highest at 4"
    assert elbow.title == "The inertia has no clear elbow"


def test_a_number_far_from_the_best_is_not_called_nearly_as_good() -> None:
    """When the elbow decides against the silhouette, the title gives the value and praises nothing."""
    choice = make_choice(silhouette={4: 0.1, 5: 0.6}, best_silhouette_at=5, chosen_by="elbow")
    assert choice_charts(choice, BRITISH)[0].title == "The silhouette is highest at 5; 4 was taken (0.10)"


def test_alternatives_hold_the_values() -> None:
    """The text alternatives name every number with its value."""
    silhouette, elbow = choice_charts(make_choice(), BRITISH)
    assert "4: 0.430, 5: 0.400, 6: 0.410, 7: 0.420, 8: 0.440" in silhouette.alt
    assert "2: 900, 3: 600, 4: 300" in elbow.alt


def test_nothing_to_choose_is_not_drawn() -> None:
    """A fixed number, or undivided customers, leave no curve to draw."""
    assert choice_charts(make_choice(silhouette={4: 0.4}, inertia={4: 9.0}), BRITISH) == []
    assert choice_charts(make_choice(silhouette={}, inertia={}), BRITISH) == []


def gap(**changes: Any) -> Chart:
    """Draw the gap statistic, four segments taken."""
    chart = gap_chart(make_votes(**changes), 4, BRITISH)
    assert isinstance(chart, Chart)
    return chart


def test_the_gap_has_error_bars(layers: Layers, rows: Layers) -> None:
    """Each number from one on has its gap with one error below and above, and the number taken is marked."""
    chart = gap()
    assert {one["k"]: one["value"] for one in rows(chart)} == make_votes().gap
    assert all(round(one["high"] - one["low"], 6) == 0.02 for one in rows(chart))
    (bars,) = layers(chart, "rule")
    assert (bars["encoding"]["y"]["field"], bars["encoding"]["y2"]["field"]) == ("low", "high")
    assert [one["k"] for one in rows(chart) if one["taken"]] == [4]


def test_the_gap_says_where_it_stops() -> None:
    """At the number that it is for, or at none; its values stand in the text for who cannot see them."""
    assert gap().title == "The gap statistic stops at 4"
    assert gap(numbers={"gap": None}).title == "The gap statistic stops at none of the numbers tried"
    assert "1: 0.300, 2: 0.400" in gap().alt


def test_without_a_choice_there_is_no_gap() -> None:
    """Nobody was asked, or there was one number alone."""
    assert isinstance(gap_chart(None, 4, BRITISH), NoChart)
    assert isinstance(gap_chart(make_votes(gap={1: 0.1, 2: 0.2}), 2, BRITISH), NoChart)
