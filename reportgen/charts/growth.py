"""What each segment could bring, and what it could lose: two charts, never one sum."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from reportgen.charts.build import TIP, finish, named, segment_scale
from reportgen.charts.theme import NARROW, WIDE
from reportgen.model.actions import AtRisk, Opportunity
from reportgen.model.charts import Chart
from reportgen.model.facts import SegmentFacts
from reportgen.model.tables import Column, Table
from reportgen.palette import INK
from reportgen.text.formats import Formats

_Sized = Sequence[tuple[SegmentFacts, Opportunity | AtRisk]]


def opportunity_chart(segments: Sequence[SegmentFacts], step_up_share: float, formats: Formats) -> Chart:
    """Draw what the next step of a share of each segment could bring."""
    sized = [(segment, segment.opportunity) for segment in segments if segment.opportunity is not None]
    title = f"Most could be won from the {sized[0][0].phrase}"
    subtitle = f"Sales if {formats.share(step_up_share)} of the segment takes the next step"
    return _chart("opportunity", title, subtitle, sized, formats)


def risk_chart(segments: Sequence[SegmentFacts], formats: Formats) -> Chart:
    """Draw the sales of the customers who are overdue."""
    sized: _Sized = [(segment, segment.overdue) for segment in segments if segment.overdue.customers]
    title = f"Most is at risk among the {sized[0][0].phrase}"
    return _chart("at-risk", title, "Sales, less returns, of customers who are overdue", sized, formats)


def _chart(key: str, title: str, subtitle: str, sized: _Sized, formats: Formats) -> Chart:
    parts = "; ".join(f"{segment.name}: {formats.money(size.amount)}" for segment, size in sized)
    specs = {"wide": _bars(sized, formats, WIDE), "narrow": _bars(sized, formats, NARROW)}
    columns = (Column("Segment"), Column("Customers", "count"), Column("Sales", "money"))
    rows = tuple((segment.name, size.customers, size.amount) for segment, size in sized)
    alt = f"A bar for each segment. {parts}."
    return Chart(key, title, subtitle, alt, Table(columns, rows), specs, by_segment=True)


def _bars(sized: _Sized, formats: Formats, width: int) -> dict[str, object]:
    records: list[dict[str, Any]] = [
        {
            "name": str(segment.number) if width == NARROW else segment.name,
            "segment": str(segment.number),
            "amount": size.amount,
            "tip": f"{segment.name}: {formats.money(size.amount)}, {formats.count(size.customers)} customers",
        }
        for segment, size in sized
    ]
    scale = segment_scale([segment for segment, _ in sized], formats)
    axis = alt.Axis(labelColor=INK, labelLimit=260)
    y = alt.Y("name:N", sort=[record["name"] for record in records], title=None, axis=axis)
    zero = formats.money(0)
    money = alt.Axis(format="$~s", tickCount=5, labelExpr=f"datum.value == 0 ? {json.dumps(zero)} : datum.label")
    x = alt.X("amount:Q", title=f"Sales ({formats.currency_symbol})", axis=money, scale=alt.Scale(zero=True))
    base = alt.Chart(named()).encode(y=y)
    colour = alt.Color("segment:N", scale=scale, legend=None)
    bars = base.mark_bar(height=14).encode(x=x, color=colour, description=TIP)
    return finish(bars, width, 56 + 22 * len(sized), rows=records)
