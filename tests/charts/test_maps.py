"""The maps must show every customer drawn, in the segment's colour, on axes that people can read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reportgen import columns as c
from reportgen.charts.maps import VIEWS, map_views, segment_map
from reportgen.charts.points import pick_points
from reportgen.model.charts import MapPoints
from reportgen.model.customers import Customers
from reportgen.palette import SEGMENT_COLOURS
from tests.made import BRITISH, GERMAN, make_customers, make_four, make_points, make_report

Layers = Callable[..., list[dict[str, Any]]]
REPORT, POINTS = make_report(), make_points()
CHARTS = map_views(REPORT, POINTS, BRITISH)


def dots(layers: Layers, chart: Any) -> dict[str, Any]:
    """Return the layer of the customers: the first of points."""
    return layers(chart, "point")[0]


def test_there_are_three_views() -> None:
    """Orders by sales, orders by order value, order value by sales, each with a key of its own."""
    assert VIEWS == (
        ("order_count", "total_sales"),
        ("order_count", "avg_order_value"),
        ("avg_order_value", "total_sales"),
    )
    assert [chart.key for chart in CHARTS] == [
        "map-order-count-total-sales",
        "map-order-count-avg-order-value",
        "map-avg-order-value-total-sales",
    ]
    assert all(chart.is_dense for chart in CHARTS)


@pytest.mark.parametrize("number", range(3))
def test_each_customer_is_a_point(layers: Layers, rows: Layers, number: int) -> None:
    """The view's data are the points' own values, and its axes are logarithmic in the view's two metrics."""
    along, up = VIEWS[number]
    view = dots(layers, CHARTS[number])
    assert rows(CHARTS[number]) == [{name: point[name] for name in (c.SEGMENT, along, up)} for point in POINTS.points]
    assert (view["encoding"]["x"]["field"], view["encoding"]["y"]["field"]) == (along, up)
    for axis in ("x", "y"):
        assert view["encoding"][axis]["type"] == "quantitative"
        assert view["encoding"][axis]["scale"]["type"] == "log"


def test_a_segment_has_its_colour(layers: Layers) -> None:
    """Segment 1 is the palette's first colour, 2 its second, and so on, in each view."""
    for chart in CHARTS:
        scale = dots(layers, chart)["encoding"]["color"]["scale"]
        assert scale["domain"] == [1, 2, 3, 4]
        assert scale["range"] == list(SEGMENT_COLOURS[:4])


def test_points_are_light_and_silent(layers: Layers) -> None:
    """Dense points blend by fillOpacity (opacity would cost a group each) and have no text alternative each."""
    every = [*CHARTS, segment_map(REPORT.segments[1], POINTS, BRITISH)]
    for chart in every:
        for layer in layers(chart, "point"):
            assert layer["mark"]["aria"] is False
        dense = [one for one in layers(chart, "point") if one["mark"]["size"] < 100]
        assert dense
        for layer in dense:
            assert layer["mark"]["fillOpacity"] < 1
            assert "opacity" not in layer["mark"]


def test_the_middle_of_each_segment_is_numbered(layers: Layers, rows: Layers) -> None:
    """A number stands at each segment's two medians."""
    chart = CHARTS[0]
    assert rows(chart, "middles") == [{"label": str(n), "order_count": 3.0, "total_sales": 300.0} for n in (1, 2, 3, 4)]
    (text,) = layers(chart, "text")
    assert text["encoding"]["text"]["field"] == "label"


@pytest.mark.parametrize(
    ("correlation", "title"),
    [
        (0.7, "Sales rise closely with orders"),
        (0.69, "Sales rise loosely with orders"),
        (0.1, "Sales hardly depend on orders"),
        (-0.5, "Sales fall loosely with orders"),
        (-0.9, "Sales fall closely with orders"),
    ],
)
def test_the_title_is_the_finding(correlation: float, title: str) -> None:
    """The title says how the two metrics go together, the subtitle by how much."""
    report = replace(REPORT, rank_correlations=dict.fromkeys(REPORT.rank_correlations, correlation))
    chart = map_views(report, POINTS, BRITISH)[0]
    assert chart.title == title
    assert f"rank correlation {BRITISH.decimal(correlation, 2)}" in chart.subtitle


def test_the_alternative_holds_the_numbers() -> None:
    """The text alternative names each segment with its medians."""
    for one in REPORT.segments:
        assert f"{one.name}: 3.0 orders, £300" in CHARTS[0].alt
        assert f"{one.name}: £90.00, £300" in CHARTS[2].alt


def test_a_sample_is_said_to_be_one() -> None:
    """The subtitle says how many customers there are, and how many are drawn if not all."""
    sampled = MapPoints(POINTS.points, POINTS.fewer, 12_345)
    assert map_views(REPORT, sampled, BRITISH)[0].subtitle.startswith("12,345 customers, 400 drawn")
    assert CHARTS[0].subtitle.startswith("400 customers; ")


def test_axes_carry_their_unit(layers: Layers) -> None:
    """Money axes name the currency."""
    assert dots(layers, CHARTS[0])["encoding"]["y"]["title"] == "Sales (£)"
    german = map_views(REPORT, POINTS, GERMAN)[0]
    assert dots(layers, german)["encoding"]["y"]["title"] == "Sales (€)"


def test_shuffled_customers_give_the_same_map() -> None:
    """Customers are sorted by id before they are drawn, so their order in the source shows nowhere."""
    customers, labels = make_customers(range(1, 3_001), [1 + n % 9 for n in range(3_000)]), np.arange(3_000) % 4 + 1
    order = np.random.default_rng(0).permutation(3_000)
    shuffled = customers.frame.iloc[order].assign(label=labels[order]).sort_values(c.CUSTOMER_ID, ignore_index=True)
    again = Customers(shuffled.drop(columns="label"), customers.orders)
    first = map_views(REPORT, pick_points(customers, labels, 0), BRITISH)
    second = map_views(REPORT, pick_points(again, shuffled["label"].to_numpy(), 0), BRITISH)
    assert [one.specs for one in first] == [one.specs for one in second]


def test_a_segment_s_own_map(layers: Layers, rows: Layers) -> None:
    """The segment is in its colour above all others in grey, and each customer is in one of the two."""
    chart = segment_map(REPORT.segments[2], POINTS, BRITISH)
    grey, own = layers(chart, "point")
    assert own["mark"]["fill"] == SEGMENT_COLOURS[2]
    assert grey["mark"]["fill"] not in SEGMENT_COLOURS
    assert rows(chart, "own") == [{"order_count": n, "avg_order_value": 3.0} for n in range(1, 101)]
    assert len(rows(chart, "others")) == 300
    assert {row["avg_order_value"] for row in rows(chart, "others")} == {1.0, 2.0, 4.0}


@pytest.mark.parametrize(
    ("orders", "words"), [(1.0, "1 order of £90.00"), (2.0, "2 orders of £90.00"), (2.5, "2.5 orders of £90.00")]
)
def test_a_segment_s_map_tells_its_middle(orders: float, words: str) -> None:
    """Title and text alternative hold the two medians."""
    chart = segment_map(replace(make_four()[0], median_order_count=orders), POINTS, BRITISH)
    assert chart.title == f"Where they stand among all customers: {words} in the middle"
    assert words in chart.alt
