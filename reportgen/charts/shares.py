"""Share of customers beside share of sales: the picture of page one, and the one of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import altair as alt

from reportgen.charts.build import TIP, finish, named, segment_scale
from reportgen.charts.theme import MAIL, NARROW, WIDE
from reportgen.model.charts import Chart
from reportgen.model.facts import SegmentFacts
from reportgen.model.tables import Column, Table
from reportgen.palette import DARK_LABEL, INK, LIGHT_LABEL, PAPER
from reportgen.text.formats import Formats

_ROWS = ("Customers", "Sales")
_MAIL_FONT = 17
_READABLE = 0.06
"""A part of the strip below this share has no room for its label."""


def share_strip(segments: Sequence[SegmentFacts], formats: Formats) -> Chart:
    """Draw two bars of the same length, customers over sales, divided by segment."""
    best = segments[0]
    if len(segments) == 1:
        title = "All customers as one group"
    else:
        shares = (
            f"{formats.share(best.share_of_customers)} of customers bring {formats.share(best.share_of_sales)} of sales"
        )
        title = shares
    parts = _say_shares(segments, formats)
    return Chart(
        key="share-strip",
        title=title,
        subtitle="Share of customers above, share of sales below, by segment",
        alt=f"Two bars of the same length, divided by segment. {parts}.",
        table=_share_table(segments),
        by_segment=True,
        specs={"wide": _strip(segments, formats, WIDE), "narrow": _strip(segments, formats, NARROW)},
    )


def _say_shares(segments: Sequence[SegmentFacts], formats: Formats) -> str:
    shares = [
        (segment.name, formats.share(segment.share_of_customers), formats.share(segment.share_of_sales))
        for segment in segments
    ]
    return "; ".join(f"{name}: {customers} of customers, {sales} of sales" for name, customers, sales in shares)


def _share_table(segments: Sequence[SegmentFacts]) -> Table:
    columns = (Column("Segment"), Column("Share of customers", "share"), Column("Share of sales", "share"))
    return Table(columns, tuple((one.name, one.share_of_customers, one.share_of_sales) for one in segments))


def mail_strip(segments: Sequence[SegmentFacts], formats: Formats) -> Chart:
    """Draw the strip for an e-mail, with labels large enough for a phone."""
    strip = share_strip(segments, formats)
    spec = _strip(segments, formats, MAIL, font_size=_MAIL_FONT)
    subtitle = f"{strip.subtitle} (colours as in the table)"
    return replace(strip, key="mail", subtitle=subtitle, specs={"wide": spec})


def _strip(
    segments: Sequence[SegmentFacts],
    formats: Formats,
    width: int,
    *,
    font_size: int = 12,
) -> dict[str, object]:
    records = []
    for row, share in zip(_ROWS, ("share_of_customers", "share_of_sales"), strict=True):
        start = 0.0
        for segment in segments:
            value = getattr(segment, share)
            shown = max(value, 0.0)
            label = formats.share(value) if shown * width >= _READABLE * WIDE * font_size / 12 else ""
            middle = start + shown / 2
            tip = f"{segment.name}: {formats.share(value)} of {row.lower()}"
            record = {"row": row, "segment": str(segment.number), "from": start, "to": start + shown, "tip": tip}
            records.append({**record, "middle": middle, "label": label, "ink": formats.look.label_on(segment.colour)})
            start += shown
    colours = segment_scale(segments, formats)
    base = alt.Chart(named()).encode(
        y=alt.Y("row:N", sort=list(_ROWS), title=None, axis=alt.Axis(labelColor=INK, labelFontSize=font_size))
    )
    bars = base.mark_bar(stroke=PAPER, strokeWidth=2).encode(
        description=TIP,
        x=alt.X("from:Q", axis=None, scale=alt.Scale(domain=[0, 1])),
        x2=alt.X2("to:Q"),
        color=alt.Color("segment:N", scale=colours, legend=None),
    )
    text = base.encode(x=alt.X("middle:Q"), text=alt.Text("label:N"))
    labels = [
        text.transform_filter(f"datum.ink == '{ink}'").mark_text(
            fontWeight=600, fontSize=font_size, fill=ink, aria=False
        )
        for ink in (DARK_LABEL, LIGHT_LABEL)
    ]
    return finish(alt.layer(bars, *labels), width, 96, rows=records)


def share_gaps(segments: Sequence[SegmentFacts], formats: Formats) -> Chart:
    """Draw for each segment a dot for its share of customers and one for its share of sales, joined by a line."""
    above = [segment for segment in segments if segment.share_of_sales > segment.share_of_customers]
    names = " and ".join(segment.phrase for segment in above[:2]) or "no segment"
    title = f"Only the {names} bring more of sales than their share of customers" if above else "Sales follow customers"
    if len(above) > 2:
        title = f"{len(above)} of {len(segments)} segments bring more of sales than their share of customers"
    parts = _say_shares(segments, formats)
    return Chart(
        key="share-gaps",
        title=title,
        subtitle="Hollow dot: share of customers; full dot: share of sales",
        alt=f"Two dots for each segment, joined by a line. {parts}.",
        table=_share_table(segments),
        by_segment=True,
        specs={"wide": _gaps(segments, formats, WIDE), "narrow": _gaps(segments, formats, NARROW)},
    )


def _gaps(segments: Sequence[SegmentFacts], formats: Formats, width: int) -> dict[str, object]:
    narrow = width == NARROW
    records = [
        {
            "name": f"{segment.number}" if narrow else segment.name,
            "segment": str(segment.number),
            "customers": segment.share_of_customers,
            "sales": segment.share_of_sales,
            "tip": _say_shares([segment], formats),
        }
        for segment in segments
    ]
    order = [str(record["name"]) for record in records]
    colours = segment_scale(segments, formats)
    colour = alt.Color("segment:N", scale=colours, legend=None)
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelColor=INK, labelLimit=260))
    x = alt.X("customers:Q", title="Share of all", axis=alt.Axis(format="~%", tickCount=5), scale=alt.Scale(zero=True))
    base = alt.Chart(named()).encode(y=y)
    line = base.mark_rule(strokeWidth=3, strokeOpacity=0.45, aria=False).encode(x=x, x2=alt.X2("sales:Q"), color=colour)
    tipped = base.encode(description=TIP)
    hollow = tipped.mark_point(size=90, filled=True, fill=PAPER, strokeWidth=2).encode(x=x, stroke=colour)
    full = tipped.mark_point(size=110, filled=True, opacity=1).encode(x=alt.X("sales:Q"), color=colour)
    return finish(alt.layer(line, hollow, full), width, 60 + 36 * len(segments), rows=records)
