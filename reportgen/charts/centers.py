"""The heat map of the segments' normalised metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from reportgen.charts.build import TIP, finish, named
from reportgen.charts.theme import PANEL
from reportgen.model.charts import Chart
from reportgen.model.facts import SegmentFacts
from reportgen.model.tables import Column, Table
from reportgen.palette import DARK_LABEL, INK, LIGHT_LABEL, PAPER
from reportgen.text.formats import Formats

LABELS = {
    "total_sales": "Total sales",
    "order_count": "Orders",
    "avg_order_value": "Order value",
    "recency_days": "Days since last",
}
_BOUNDS = [-1, -0.5, -0.15, 0.15, 0.5, 1]
_COLOURS = ["#2166AC", "#67A9CF", "#D1E5F0", "#F7F7F7", "#FDDBC7", "#EF8A62", "#B2182B"]


def center_heat_map(segments: Sequence[SegmentFacts], formats: Formats) -> Chart:
    """Draw how far each segment's mean lies from all customers', metric by metric, with the number in each cell."""
    records = [
        {
            "segment": f"{segment.number}",
            "metric": LABELS[metric],
            "value": value,
            "label": _signed(value, formats),
            "tip": f"{segment.name}, {LABELS[metric].lower()}: {_signed(value, formats)}",
        }
        for segment in segments
        for metric, value in segment.center.items()
    ]
    metrics = [LABELS[metric] for metric in segments[0].center]
    numbers = [str(segment.number) for segment in segments]
    base = alt.Chart(named()).encode(
        x=alt.X("metric:N", sort=metrics, title=None, axis=alt.Axis(orient="top", labelAngle=0, labelColor=INK)),
        y=alt.Y("segment:N", sort=numbers, title="Segment", axis=alt.Axis(labelColor=INK)),
    )
    scale = alt.Scale(type="threshold", domain=_BOUNDS, range=_COLOURS)
    cells = base.mark_rect(stroke=PAPER, strokeWidth=2).encode(
        description=TIP, color=alt.Color("value:Q", scale=scale, legend=None)
    )
    dark, light = "abs(datum.value) < 1", "abs(datum.value) >= 1"
    text: dict[str, Any] = {"fontWeight": 600, "fontSize": 12, "aria": False}
    numbers = base.transform_filter(dark).mark_text(**text, fill=DARK_LABEL).encode(text=alt.Text("label:N"))
    numbers_light = base.transform_filter(light).mark_text(**text, fill=LIGHT_LABEL).encode(text=alt.Text("label:N"))
    rows = "; ".join(f"{segment.name}: {_say_center(segment, formats)}" for segment in segments)
    return Chart(
        key="center-heat-map",
        title=_say_apart(segments, formats),
        subtitle="Mean of the normalised metrics, in standard deviations from all customers",
        alt=f"A grid of segments and metrics, coloured by how far from all customers. {rows}.",
        table=Table(
            (Column("Segment"), *(Column(metric, "decimal_2") for metric in metrics)),
            tuple((segment.name, *segment.center.values()) for segment in segments),
        ),
        specs={
            "wide": finish(
                alt.layer(cells, numbers, numbers_light), PANEL, 420 if len(segments) > 4 else 340, rows=records
            )
        },
    )


def _say_apart(segments: Sequence[SegmentFacts], formats: Formats) -> str:
    """Say by which metric the segments differ most."""
    if len(segments) < 2:
        return "The segment is like all customers"
    metrics = segments[0].center

    def reach(metric: str) -> tuple[float, float]:
        values = [segment.center[metric] for segment in segments]
        return min(values), max(values)

    most = max(metrics, key=lambda metric: reach(metric)[1] - reach(metric)[0])
    low, high = (_signed(value, formats) for value in reach(most))
    return f"{LABELS[most]} sets the segments apart most: {low} to {high}"


def _signed(value: float, formats: Formats) -> str:
    """Write a number with its sign; what is rounded to zero has none."""
    text = formats.decimal(value)
    return f"+{text}" if value > 0 and text != formats.decimal(0) else text


def _say_center(segment: SegmentFacts, formats: Formats) -> str:
    return ", ".join(f"{LABELS[metric].lower()} {formats.decimal(value)}" for metric, value in segment.center.items())
