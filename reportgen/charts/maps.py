"""The map of the customers: three views of the same points, and one for each segment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt

from reportgen import columns as c
from reportgen.charts.build import Records, finish, named
from reportgen.charts.theme import PANEL
from reportgen.model.charts import Chart, MapPoints, Point
from reportgen.model.facts import Facts, SegmentFacts
from reportgen.model.tables import Column, Table
from reportgen.palette import FAINT, INK, PAPER
from reportgen.text.formats import Formats

VIEWS = (
    (c.ORDER_COUNT, c.TOTAL_SALES),
    (c.ORDER_COUNT, c.AVG_ORDER_VALUE),
    (c.AVG_ORDER_VALUE, c.TOTAL_SALES),
)
"""The three views: metric along, metric up."""
_TITLES = {c.ORDER_COUNT: "Orders", c.AVG_ORDER_VALUE: "Average order value", c.TOTAL_SALES: "Sales"}
_HEIGHT = 420
_SEGMENT_HEIGHT = 170


def map_views(report: Facts, points: MapPoints, formats: Formats) -> list[Chart]:
    """Draw the three views, each point a customer in the colour of its segment."""
    return [_map_view(view, report, points, formats) for view in VIEWS]


def _map_view(view: tuple[str, str], report: Facts, points: MapPoints, formats: Formats) -> Chart:
    (along, up), segments = view, report.segments
    records = _rows(points.points, c.SEGMENT, along, up)
    domain = [segment.number for segment in segments]
    colours = [formats.look.colour_of(segment.colour) for segment in segments]
    colour = alt.Color("segment:N", scale=alt.Scale(domain=domain, range=colours), legend=None)
    dots = (
        alt.Chart(named())
        .mark_point(filled=True, size=14, fillOpacity=0.5, strokeWidth=0, aria=False)
        .encode(x=_axis(alt.X, along, formats), y=_axis(alt.Y, up, formats), color=colour)
    )
    labels = _centre_labels(along, up)
    correlation = report.rank_correlations[f"{along}, {up}"]
    title = _say_relation(along, up, correlation)
    how = f"rank correlation {formats.decimal(correlation, 2)}"
    middles = "; ".join(
        f"{segment.name}: {_write(along, _median(segment, along), formats)}, "
        f"{_write(up, _median(segment, up), formats)}"
        for segment in segments
    )
    return Chart(
        key=f"map-{along.replace('_', '-')}-{up.replace('_', '-')}",
        title=title,
        subtitle=f"{_how_many(points, formats)}; {how}; logarithmic axes; a number marks the middle of its segment",
        alt=f"One point for each customer. In the middle of each segment: {middles}.",
        table=_middle_table(segments, along, up),
        by_segment=True,
        specs={
            "wide": finish(alt.layer(dots, labels), PANEL, _HEIGHT, rows=records, middles=_middles(segments, along, up))
        },
        is_dense=True,
    )


def segment_map(segment: SegmentFacts, points: MapPoints, formats: Formats) -> Chart:
    """Draw one segment in its colour over all others in grey, orders along and order value up."""
    along, up = VIEWS[1]
    base: dict[str, Any] = {"size": 12, "filled": True, "strokeWidth": 0, "aria": False}
    others = _rows((point for point in points.fewer if point[c.SEGMENT] != segment.number), along, up)
    own = _rows((point for point in points.fewer if point[c.SEGMENT] == segment.number), along, up)
    own_colour = formats.look.colour_of(segment.colour)
    x, y = _axis(alt.X, along, formats), _axis(alt.Y, up, formats)
    grey = alt.Chart(named("others")).mark_point(**base, fill=FAINT, fillOpacity=0.5).encode(x=x, y=y)
    dots = alt.Chart(named("own")).mark_point(**base, fill=own_colour, fillOpacity=0.7).encode(x=x, y=y)
    orders = segment.median_order_count
    count = formats.count(orders) if orders == int(orders) else formats.decimal(orders)
    medians = f"{count} order{'' if orders == 1 else 's'} of {formats.money(segment.median_avg_order_value)}"
    title = f"Where they stand among all customers: {medians} in the middle"
    return Chart(
        key=f"segment-map-{segment.number}",
        title=title,
        subtitle="This segment in colour, all others in grey; logarithmic axes",
        alt=f"Points in the colour of the {segment.phrase}, half above {medians}, over the grey points of all others.",
        table=_middle_table([segment], along, up),
        by_segment=True,
        specs={"wide": finish(alt.layer(grey, dots), PANEL, _SEGMENT_HEIGHT, others=others, own=own)},
        is_dense=True,
    )


def _middle_table(segments: Sequence[SegmentFacts], along: str, up: str) -> Table:
    headings = {
        c.ORDER_COUNT: Column("Orders, median", "decimal"),
        c.AVG_ORDER_VALUE: Column("Average order value, median", "money"),
        c.TOTAL_SALES: Column("Sales, median", "money"),
    }
    columns = (Column("Segment"), Column("Customers", "count"), headings[along], headings[up])
    return Table(columns, tuple((s.name, s.customers, _median(s, along), _median(s, up)) for s in segments))


def _rows(points: Iterable[Point], *names: str) -> Records:
    return [{name: point[name] for name in names} for point in points]


def _say_relation(along: str, up: str, correlation: float) -> str:
    """Say how two metrics go together, by Spearman's rank correlation (-1..1)."""
    first, second = _TITLES[up], _TITLES[along].lower()
    strength = "closely" if abs(correlation) >= 0.7 else "loosely"
    plural = first.endswith("s")
    if abs(correlation) < 0.2:
        return f"{first} hardly {'depend' if plural else 'depends'} on {second}"
    verb = "rise" if correlation > 0 else "fall"
    return f"{first} {verb}{'' if plural else 's'} {strength} with {second}"


def _middles(segments: Sequence[SegmentFacts], along: str, up: str) -> Records:
    return [
        {"label": str(segment.number), along: _median(segment, along), up: _median(segment, up)} for segment in segments
    ]


def _centre_labels(along: str, up: str) -> Any:
    base = alt.Chart(named("middles")).encode(x=alt.X(f"{along}:Q"), y=alt.Y(f"{up}:Q"))
    plate = base.mark_point(
        filled=True, size=300, fill=PAPER, stroke=INK, strokeWidth=1.2, fillOpacity=1, opacity=1, aria=False
    )
    return alt.layer(
        plate, base.mark_text(fontWeight=600, fontSize=12, fill=INK, aria=False).encode(text=alt.Text("label:N"))
    )


def _axis(channel: type[alt.X] | type[alt.Y], metric: str, formats: Formats) -> alt.X | alt.Y:
    money = metric != c.ORDER_COUNT
    title = f"{_TITLES[metric]} ({formats.currency_symbol})" if money else "Orders"
    axis = alt.Axis(format="$~s" if money else "~s", tickCount=4 if money else 5)
    if not money:
        axis = alt.Axis(format="~s", values=[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
    else:
        axis = alt.Axis(format="$~s", values=[10**power for power in range(-2, 10)])
    return channel(f"{metric}:Q", title=title, axis=axis, scale=alt.Scale(type="log", nice=False))


def _median(segment: SegmentFacts, metric: str) -> float:
    return max(float(getattr(segment, f"median_{metric}")), 0.01)


def _write(metric: str, value: float, formats: Formats) -> str:
    return f"{formats.decimal(value)} orders" if metric == c.ORDER_COUNT else formats.money(value)


def _how_many(points: MapPoints, formats: Formats) -> str:
    customers = f"{formats.count(points.customers)} customers"
    return f"{customers}, {formats.count(len(points.points))} drawn" if points.is_sample else customers
