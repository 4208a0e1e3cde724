"""The heat map must say in each cell how far a segment lies from all customers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reportgen.charts.centers import LABELS, center_heat_map
from reportgen.columns import METRICS
from tests.made import BRITISH, GERMAN, make_four

Layers = Callable[..., list[dict[str, Any]]]
CENTERS = ({"total_sales": 1.26, "order_count": -0.04}, {"total_sales": -1.26, "order_count": 0.06})
SEGMENTS = tuple(replace(one, center=center) for one, center in zip(make_four()[:2], CENTERS, strict=True))
CHART = center_heat_map(SEGMENTS, BRITISH)


def test_each_cell_is_a_center(rows: Layers) -> None:
    """Each segment has a cell for each metric with its value, signed, to one decimal."""
    assert [(one["segment"], one["metric"], one["value"], one["label"]) for one in rows(CHART)] == [
        ("1", "Total sales", 1.26, "+1.3"),
        ("1", "Orders", -0.04, "0.0"),
        ("2", "Total sales", -1.26, "−1.3"),
        ("2", "Orders", 0.06, "+0.1"),
    ]


@pytest.mark.parametrize("value", [0.0, 0.04, -0.04, 0.05, -0.05])
def test_what_is_shown_as_zero_has_no_sign(rows: Layers, value: float) -> None:
    """A centre that is rounded to zero has neither plus nor minus."""
    chart = center_heat_map((replace(SEGMENTS[0], center={"order_count": value}),), BRITISH)
    assert [one["label"] for one in rows(chart)] == ["0.0"]


def test_cells_are_coloured_by_bands(layers: Layers) -> None:
    """Cells are rectangles coloured by bands that lie as far below zero as above."""
    (cells,) = layers(CHART, "rect")
    scale = cells["encoding"]["color"]["scale"]
    assert scale["type"] == "threshold"
    assert scale["domain"] == [-one for one in reversed(scale["domain"])]
    assert len(scale["range"]) == len(scale["domain"]) + 1
    assert cells["encoding"]["color"]["field"] == "value"


def test_every_label_is_drawn_once(layers: Layers) -> None:
    """Dark labels on light cells and light on dark: between them the two layers leave no value out."""
    filters = [layer["transform"][0]["filter"] for layer in layers(CHART, "text")]
    assert sorted(filters) == ["abs(datum.value) < 1", "abs(datum.value) >= 1"]


def test_the_alternative_holds_the_numbers() -> None:
    """The text alternative names each segment with its centres."""
    assert "Frequent buyers, big baskets: total sales 1.3, orders 0.0" in CHART.alt
    assert "total sales 1,3" in center_heat_map(SEGMENTS, GERMAN).alt


@pytest.mark.parametrize("metric", METRICS)
def test_every_feature_has_a_label(metric: str) -> None:
    """Whatever customers are compared by has a heading of its own."""
    assert LABELS[metric]
    assert len(set(LABELS.values())) == len(LABELS)
