"""How well each segment comes back when customers are divided again, and how well they fit into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from reportgen.charts.build import TIP, Records, finish, named
from reportgen.charts.theme import PANEL
from reportgen.model.charts import Chart, NoChart
from reportgen.model.facts import SegmentFacts
from reportgen.model.tables import Column, Table
from reportgen.model.trust import DISSOLVED, HIGHLY_STABLE, VALID, Silhouettes
from reportgen.palette import INK, RULE
from reportgen.text.formats import Formats

KEY, PROFILE = "stability", "silhouettes"
_SHARES = alt.Axis(format=".0%", tickCount=5)
_ROW = 22
_NAMES = 190
_FLOOR = 0.5
"""Overlap that the scale begins at, or lower where a line does."""


def stability_dots(segments: Sequence[SegmentFacts], formats: Formats) -> Chart | NoChart:
    """Draw each segment's mean overlap with its like, and a line from the overlap that one draw in twenty stays below.

    Parameters
    ----------
    segments : sequence of SegmentFacts
        By number.
    formats : Formats
        How numbers are written.
    """
    tried = [(segment, segment.stability) for segment in segments if segment.stability is not None]
    if not tried:
        return NoChart(KEY, "how far segments can be trusted was not tried")
    records = [
        {
            "name": segment.name,
            "mean": stability.jaccard,
            "low": stability.low,
            "tip": f"{segment.name}: {formats.share(stability.jaccard)}",
        }
        for segment, stability in tried
    ]
    least, most = (formats.share(pick(stability.jaccard for _, stability in tried)) for pick in (min, max))
    ends = f"all overlap with their like by {least}" if least == most else f"overlaps of {least} to {most}"
    values = "; ".join(
        f"{segment.name}: {formats.share(stability.jaccard)}, in one draw of twenty below"
        f" {formats.share(stability.low)}"
        for segment, stability in tried
    )
    title = f"Divided again: {ends}"
    return Chart(
        key=KEY,
        title=title,
        subtitle="Dot: mean; line: from what one draw in twenty stays below",
        alt=f"A dot for each segment, with a line to the left of it. {values}.",
        table=Table(
            (Column("Segment"), Column("Mean overlap", "share"), Column("One draw in twenty below", "share")),
            tuple((segment.name, stability.jaccard, stability.low) for segment, stability in tried),
        ),
        by_segment=True,
        specs={"wide": _dots(records, {segment.name: formats.look.colour_of(segment.colour) for segment, _ in tried})},
    )


def _dots(records: Records, colours: Mapping[str, str]) -> dict[str, object]:
    floor = min(_FLOOR, int(min(record["low"] for record in records) * 10) / 10)
    axis = alt.Axis(format=".0%", values=[floor, DISSOLVED, VALID, HIGHLY_STABLE, 1], gridColor=RULE)
    base = alt.Chart(named()).encode(
        y=alt.Y("name:N", sort=list(colours), title=None, axis=alt.Axis(labelColor=INK, labelLimit=_NAMES)),
        color=alt.Color("name:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=None),
    )
    place: dict[str, Any] = {"title": None, "axis": axis, "scale": alt.Scale(domain=[floor, 1], zero=False)}
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(description=TIP, x=alt.X("mean:Q", **place))
    lines = base.mark_rule(strokeWidth=2, opacity=0.6, aria=False).encode(
        x=alt.X("low:Q", **place), x2=alt.X2("mean:Q")
    )
    return finish(alt.layer(lines, dots), PANEL, 32 + _ROW * len(records), rows=records)


def silhouette_profile(segments: Sequence[SegmentFacts], formats: Formats) -> Chart | NoChart:
    """Draw the silhouettes of each segment's customers, the best fitting first, one segment below the other.

    Parameters
    ----------
    segments : sequence of SegmentFacts
        By number.
    formats : Formats
        How numbers are written.
    """
    tried = [(segment, segment.silhouettes) for segment in segments if segment.silhouettes is not None]
    if not tried:
        return NoChart(PROFILE, "how far segments can be trusted was not tried")
    records = [
        {
            "name": segment.name,
            "place": place,
            "value": value,
            "tip": f"{segment.name}: mean {formats.decimal(silhouettes.mean, 2)}",
        }
        for segment, silhouettes in tried
        for place, value in _lay_out(segment, silhouettes, segments)
    ]
    below = sum(segment.customers * silhouettes.below_zero for segment, silhouettes in tried)
    share = formats.share(below / sum(segment.customers for segment, _ in tried))
    title = f"{share} of customers are nearer to another segment"
    values = "; ".join(
        f"{segment.name}: mean {formats.decimal(silhouettes.mean, 2)}, {formats.share(silhouettes.below_zero)} below 0"
        for segment, silhouettes in tried
    )
    return Chart(
        key=PROFILE,
        title=title,
        subtitle="Each customer’s silhouette, by segment, the best fitting first; below 0 another is nearer",
        alt=f"An area for each segment, its customers from the best fitting to the worst. {values}.",
        table=Table(
            (Column("Segment"), Column("Mean silhouette", "decimal_2"), Column("Customers below 0", "share")),
            tuple((segment.name, silhouettes.mean, silhouettes.below_zero) for segment, silhouettes in tried),
        ),
        by_segment=True,
        specs={"wide": _areas(records, {segment.name: formats.look.colour_of(segment.colour) for segment, _ in tried})},
    )


def _areas(records: Records, colours: Mapping[str, str]) -> dict[str, object]:
    base = alt.Chart(named()).encode(
        color=alt.Color("name:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=None),
        y=alt.Y("place:Q", title="Share of customers", scale=alt.Scale(reverse=True, domain=[0, 1]), axis=_SHARES),
    )
    areas = base.mark_area(orient="horizontal", opacity=0.85).encode(
        description=TIP,
        x=alt.X("value:Q", title="Silhouette coefficient", axis=alt.Axis(format=".1f", gridColor=RULE), stack=None),
    )
    return finish(areas, PANEL, 200, rows=records)


def _lay_out(
    segment: SegmentFacts, silhouettes: Silhouettes, segments: Sequence[SegmentFacts]
) -> list[tuple[float, float]]:
    """Place the twentieths of a segment's silhouettes, falling, in its part of all customers."""
    above = sum(each.share_of_customers for each in segments if each.number < segment.number)
    steps = len(silhouettes.quantiles) - 1
    falling = reversed(silhouettes.quantiles)
    return [(round(above + segment.share_of_customers * n / steps, 4), value) for n, value in enumerate(falling)]
