"""Where customers went: one band for each move, as thick as the customers who made it; and the months so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from reportgen.charts.build import TIP, Records, finish, named
from reportgen.charts.labels import spread
from reportgen.charts.theme import NARROW, WIDE
from reportgen.model.change import Migration, Place
from reportgen.model.charts import Chart
from reportgen.model.facts import SegmentFacts
from reportgen.model.tables import Column, Table
from reportgen.model.trend import TrendMonth
from reportgen.palette import GREY, INK, PAPER
from reportgen.text.formats import Formats

_STEPS = 24
_GAP = 0.06
"""Space between two bands' ends, as a share of the column."""
_LABEL_SHARE = 0.065
"""Height of a label, as a share of the highest line."""
_MOST_NAMED, _NAME_ROOM = 6, 190
"""Lines that are named where they end, and pixels for the names; more of them are numbered."""


def migration_chart(migration: Migration, formats: Formats) -> Chart:
    """Draw the customers who changed segment, came or left; those who stayed are not drawn."""
    moves = [move for move in migration.moves if not move.is_stay]
    largest = max(moves, key=lambda move: (move.customers, -move.origin, -move.target))
    origin, target = migration.origins[largest.origin], migration.targets[largest.target]
    title = f"The largest move: {formats.count(largest.customers)} {_say_way(origin, target)}"
    told = "; ".join(
        f"{migration.origins[move.origin].name} to {migration.targets[move.target].name}: "
        f"{formats.count(move.customers)}"
        for move in moves
    )
    stayed = formats.count(migration.stayed)
    return Chart(
        key="movement",
        title=title,
        subtitle=f"Customers by where they were (left) and are (right); the {stayed} who stayed are not drawn",
        alt=f"Bands from where customers were to where they are, as thick as they are many. {told}.",
        table=Table(
            (Column("From"), Column("To"), Column("Customers", "count")),
            tuple(
                (migration.origins[move.origin].name, migration.targets[move.target].name, move.customers)
                for move in moves
            ),
        ),
        by_segment=True,
        specs={"wide": _bands(migration, formats, WIDE), "narrow": _bands(migration, formats, NARROW)},
    )


def _say_way(origin: Place, target: Place) -> str:
    if origin.kind == "new":
        return f"new {target.phrase}"
    if origin.kind == "returned":
        return f"customers who returned as {target.phrase}"
    if target.kind == "left":
        return f"{origin.phrase} who left"
    return f"from {origin.phrase} to {target.phrase}"


def _bands(migration: Migration, formats: Formats, width: int) -> dict[str, object]:
    moves = [move for move in migration.moves if not move.is_stay]
    total = sum(move.customers for move in moves) or 1
    starts = _stack(migration.origins, [(move.origin, move.customers) for move in moves], total)
    ends = _stack(migration.targets, [(move.target, move.customers) for move in moves], total)
    rows: Records = []
    for n, move in enumerate(moves):
        origin, target = migration.origins[move.origin], migration.targets[move.target]
        way = {"colour": str(origin.colour or 0)}
        way["tip"] = f"{origin.name} to {target.name}: {formats.count(move.customers)}"
        for step in range(_STEPS + 1):
            at = step / _STEPS
            bend = at * at * (3 - 2 * at)  # smoothstep: level at both ends
            low = starts[n] + (ends[n] - starts[n]) * bend
            rows.append({"move": n, "x": at, "low": low, "high": low + move.customers / total, **way})
    paint, colours = formats.look.colour_of, sorted({str(row["colour"]) for row in rows})
    scale = alt.Scale(domain=colours, range=[paint(int(number)) if number != "0" else GREY for number in colours])
    y = alt.Y("low:Q", axis=None, scale=alt.Scale(domain=[0, 1 + _GAP * 8], reverse=True, nice=False))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    bands = (
        alt.Chart(named())
        .mark_area(fillOpacity=0.55, strokeWidth=0, interpolate="linear")
        .encode(
            description=TIP,
            x=x,
            y=y,
            y2=alt.Y2("high:Q"),
            detail=alt.Detail("move:N"),
            fill=alt.Fill("colour:N", scale=scale, legend=None),
        )
    )
    narrow = width == NARROW
    sides: dict[str, dict[str, Any]] = {
        "origins": {"align": "right", "dx": -8},
        "targets": {"align": "left", "dx": 8},
    }
    texts = [
        alt.Chart(named(side))
        .mark_text(**how, aria=False, fill=INK)
        .encode(x=x, y=alt.Y("at:Q"), text=alt.Text("label:N"))
        for side, how in sides.items()
    ]
    labels = {
        "origins": _labels(migration.origins, starts, [(m.origin, m.customers) for m in moves], (0.0, total, narrow)),
        "targets": _labels(migration.targets, ends, [(m.target, m.customers) for m in moves], (1.0, total, narrow)),
    }
    for side in labels.values():
        for row in side:
            row["label"] = f"{row['name']} {formats.count(row['customers'])}"
    return finish(alt.layer(bands, *texts), width, 340, rows=rows, **labels)


def _stack(places: Sequence[Place], ends: Sequence[tuple[int, int]], total: int) -> list[float]:
    """Return where the end of each move begins, below those before it, with a gap between places."""
    used = [place for place in range(len(places)) if any(at == place for at, _ in ends)]
    gap = _GAP * 8 / max(len(used) - 1, 1)
    top: dict[int, float] = {}
    offset = 0.0
    for place in used:
        top[place] = offset
        offset += sum(customers for at, customers in ends if at == place) / total + gap
    starts = []
    for at, customers in ends:
        starts.append(top[at])
        top[at] += customers / total
    return starts


def _labels(
    places: Sequence[Place], starts: Sequence[float], ends: Sequence[tuple[int, int]], how: tuple[float, int, bool]
) -> Records:
    x, total, narrow = how
    labels: Records = []
    for n, place in enumerate(places):
        own = [(start, customers) for start, (at, customers) in zip(starts, ends, strict=True) if at == n]
        if own:
            low, high = min(start for start, _ in own), max(start + customers / total for start, customers in own)
            name = _short(place) if narrow else place.name
            labels.append(
                {"x": x, "at": (low + high) / 2, "name": name, "customers": sum(customers for _, customers in own)}
            )
    return labels


def _short(place: Place) -> str:
    """Shorten a name for a phone: the first word of each half."""
    halves = [half.split() for half in place.name.split(", ")]
    return " ".join(half[0].lower() if n else half[0] for n, half in enumerate(halves))


def trend_chart(trend: Sequence[TrendMonth], segments: Sequence[SegmentFacts], formats: Formats) -> Chart:
    """Draw the customers of each segment over the reported months; hollow points: the borders moved."""
    names = {segment.identity.key: segment.name for segment in segments}
    rows: Records = []
    for month in trend:
        rows += [
            {
                "month": month.month,
                "customers": segment.customers,
                "segment": segment.identity.key,
                "is_refit": month.is_refit,
                "tip": f"{names[segment.identity.key]}, {formats.month_short(month.month)}:"
                f" {formats.count(segment.customers)}",
            }
            for segment in month.segments
            if segment.identity.key in names
        ]
    last = {segment.identity.key: segment.customers for segment in trend[-1].segments}
    title = _say_trend(trend, segments, formats)
    told = "; ".join(f"{name}: {formats.count(last[key])}" for key, name in names.items())
    specs = {"wide": _lines(rows, segments, formats, WIDE), "narrow": _lines(rows, segments, formats, NARROW)}
    subtitle = "Customers in the window at each month's report; hollow points: the borders moved"
    alt = f"A line for each segment over {len(trend)} months. Now {told}."
    return Chart("trend", title, subtitle, alt, _trend_table(trend, names), specs, by_segment=True)


def _say_trend(trend: Sequence[TrendMonth], segments: Sequence[SegmentFacts], formats: Formats) -> str:
    """Say which segment grew or shrank most, of those that were there from the first month on."""
    before, now = ({one.identity.key: one.customers for one in month.segments} for month in (trend[0], trend[-1]))
    since = formats.month(trend[0].month)
    moved = [(now[one.identity.key] - before[one.identity.key], one) for one in segments if one.identity.key in before]
    if not moved:
        return f"Customers by segment since {since}"
    change, most = max(moved, key=lambda pair: (abs(pair[0]), -pair[1].number))
    if change == 0:
        return f"No segment has more or fewer customers than in {since}"
    verb = "grew" if change > 0 else "shrank"
    return f"{most.name}: {verb} most since {since}, by {formats.count(abs(change))} customers"


def _trend_table(trend: Sequence[TrendMonth], names: Mapping[str, str]) -> Table:
    """List the months with the customers of today's segments; None where a segment was not there."""
    rows = []
    for month in trend:
        customers = {segment.identity.key: segment.customers for segment in month.segments}
        rows.append((month.month, *(customers.get(key) for key in names)))
    return Table((Column("Month"), *(Column(name, "count") for name in names.values())), tuple(rows))


def _lines(rows: Records, segments: Sequence[SegmentFacts], formats: Formats, width: int) -> dict[str, object]:
    keys = [segment.identity.key for segment in segments]
    scale = alt.Scale(domain=keys, range=[formats.look.colour_of(segment.colour) for segment in segments])
    months = sorted({str(row["month"]) for row in rows})
    every = max(1, -(-len(months) // (4 if width == NARROW else 10)))
    shown = months[::-1][::every]
    axis = alt.Axis(values=shown, labelAngle=0, labelColor=INK)
    are_named = width == WIDE and len(segments) <= _MOST_NAMED
    room = _NAME_ROOM if are_named else 0
    base = alt.Chart(named()).encode(
        x=alt.X("month:O", title=None, axis=axis, sort=months, scale=alt.Scale(range=[0, alt.expr(f"width - {room}")])),
        y=alt.Y("customers:Q", title="Customers", axis=alt.Axis(tickCount=5, format=",d"), scale=alt.Scale(zero=True)),
    )
    colour: Any = alt.Color("segment:N", scale=scale, legend=None)
    line = base.mark_line(strokeWidth=2, aria=False).encode(color=colour)
    point: dict[str, Any] = {"size": 44, "strokeWidth": 2, "filled": True, "opacity": 1}
    tipped = base.encode(description=TIP)
    full = tipped.transform_filter("!datum.is_refit").mark_point(**point).encode(fill=colour, stroke=colour)
    hollow = tipped.transform_filter("datum.is_refit").mark_point(**point, fill=PAPER).encode(stroke=colour)
    ends = _label_ends(rows, segments, months[-1], are_named=are_named)
    labels = alt.Chart(named("ends")).mark_text(align="left", dx=9, fill=INK, aria=False)
    labels = labels.encode(x=alt.X("month:O", sort=months), y=alt.Y("at:Q"), text=alt.Text("label:N"))
    return finish(alt.layer(line, full, hollow, labels), width, 260, rows=rows, ends=ends)


def _label_ends(rows: Records, segments: Sequence[SegmentFacts], month: str, *, are_named: bool) -> Records:
    """Name each line where it ends, with names that would cover one another moved apart."""
    last = {row["segment"]: row["customers"] for row in rows if row["month"] == month}
    gap = max((row["customers"] for row in rows), default=0) * _LABEL_SHARE
    ending = sorted((one for one in segments if one.identity.key in last), key=lambda one: last[one.identity.key])
    places = spread([last[one.identity.key] for one in ending], gap)
    return [
        {"month": month, "at": at, "label": f"{one.number}\u2002{one.name}" if are_named else str(one.number)}
        for one, at in zip(ending, places, strict=True)
    ]
