"""The silhouette, the elbow and the gap statistic, each marking the number that was taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import altair as alt

from reportgen.charts.build import TIP, Records, finish, named
from reportgen.charts.theme import PANEL
from reportgen.model.charts import Chart, NoChart
from reportgen.model.segments import Choice
from reportgen.model.tables import Column, Table
from reportgen.model.trust import Votes
from reportgen.palette import GREY, INK
from reportgen.text.formats import Formats

_HEIGHT = 200
_NUMBER = Column("Number of segments", "count")
_MARK = "#0072B2"


def choice_charts(choice: Choice, formats: Formats) -> list[Chart]:
    """Draw silhouette and inertia by number of segments; nothing when there was nothing to choose from."""
    charts = []
    if len(choice.silhouette) > 1:
        charts.append(_silhouette(choice, formats))
    if len(choice.inertia) > 1:
        charts.append(_elbow(choice, formats))
    return charts


def gap_chart(votes: Votes | None, taken: int, formats: Formats) -> Chart | NoChart:
    """Draw the gap statistic by number of segments, each with its error.

    Parameters
    ----------
    votes : Votes or None
        What each witness says of the number; None where they were not asked.
    taken : int
        The number taken.
    formats : Formats
        How numbers are written.
    """
    if votes is None or len(votes.gap) < 3:
        return NoChart("gap", "the gap statistic was not asked, or has no choice")
    number = votes.numbers.get("gap")
    title = "The gap statistic stops at none of the numbers tried"
    if number is not None:
        title = f"The gap statistic stops at {number}"
    records = [
        {
            "k": k,
            "value": gap,
            "low": gap - votes.gap_error[k],
            "high": gap + votes.gap_error[k],
            "taken": k == taken,
            "tip": _tip(k, formats.decimal(gap, 2)),
        }
        for k, gap in votes.gap.items()
    ]
    values = ", ".join(f"{k}: {formats.decimal(gap, 3)}" for k, gap in votes.gap.items())
    return Chart(
        key="gap",
        title=title,
        subtitle="By number of segments, with its error; stops where the next is no clearly higher. Axis not from zero",
        alt=f"A line over the number of segments, each point with its error. {values}.",
        table=Table(
            (_NUMBER, Column("Gap statistic", "decimal_2"), Column("Error", "decimal_2")),
            tuple((k, gap, votes.gap_error[k]) for k, gap in votes.gap.items()),
        ),
        specs={"wide": _gaps(records, taken)},
    )


def _gaps(records: Records, taken: int) -> dict[str, object]:
    x = alt.X("k:O", title="Number of segments", axis=alt.Axis(labelAngle=0))
    scale = alt.Scale(zero=False, padding=12)
    base = alt.Chart(named()).encode(x=x)
    bars = base.mark_rule(stroke=GREY, strokeWidth=2, aria=False).encode(
        y=alt.Y("low:Q", title="Gap statistic", axis=alt.Axis(format=".2f", tickCount=5), scale=scale),
        y2=alt.Y2("high:Q"),
    )
    line = base.encode(y=alt.Y("value:Q", title="Gap statistic", scale=scale))
    path = line.mark_line(stroke=GREY, strokeWidth=1.5, aria=False)
    dots = line.mark_point(filled=True, size=40, fill=GREY, opacity=1).encode(description=TIP)
    ring = line.transform_filter("datum.taken").mark_point(filled=True, size=140, fill=_MARK, opacity=1)
    ring = ring.encode(description=TIP)
    label = line.transform_filter("datum.taken").mark_text(dy=-16, fontWeight=600, fill=INK, aria=False)
    named_label = label.encode(text=alt.value(f"{taken} taken"))
    return finish(alt.layer(bars, path, dots, ring, named_label), PANEL, _HEIGHT, rows=records)


def _silhouette(choice: Choice, formats: Formats) -> Chart:
    taken = choice.n_clusters
    write = partial(formats.decimal, places=2)
    value = write(choice.silhouette[taken])
    best = choice.best_silhouette_at
    how = "is nearly as good" if choice.chosen_by == "smallest_near_best" else "was taken"
    title = f"The silhouette is highest at {best}" + ("" if best == taken else f"; {taken} {how} ({value})")
    values = ", ".join(f"{k}: {formats.decimal(v, 3)}" for k, v in choice.silhouette.items())
    return Chart(
        key="silhouette",
        title=title,
        subtitle="Silhouette coefficient by number of segments; higher is better",
        alt=f"A line over the number of segments, {taken} marked. {values}.",
        table=Table((_NUMBER, Column("Silhouette coefficient", "decimal_2")), tuple(choice.silhouette.items())),
        specs={"wide": _line(choice.silhouette, taken, "Silhouette coefficient", ".2f", write)},
    )


def _elbow(choice: Choice, formats: Formats) -> Chart:
    at = choice.elbow_at
    title = f"The inertia bends most at {at}" if at is not None else "The inertia has no clear elbow"
    values = ", ".join(f"{k}: {formats.count(v)}" for k, v in choice.inertia.items())
    return Chart(
        key="elbow",
        title=title,
        subtitle="Inertia by number of segments; the elbow is where more segments stop paying",
        alt=f"A falling line over the number of segments, {choice.n_clusters} marked. {values}.",
        table=Table((_NUMBER, Column("Inertia", "count")), tuple(choice.inertia.items())),
        specs={"wide": _line(choice.inertia, choice.n_clusters, "Inertia", ",.0f", formats.count)},
    )


def _tip(k: int, value: str) -> str:
    return f"{k} segments: {value}"


def _line(
    values: Mapping[int, float], taken: int, title: str, number: str, write: Callable[[float], str]
) -> dict[str, object]:
    records = [
        {"k": k, "value": value, "taken": k == taken, "tip": _tip(k, write(value))} for k, value in values.items()
    ]
    x = alt.X("k:O", title="Number of segments", axis=alt.Axis(labelAngle=0))
    y = alt.Y("value:Q", title=title, axis=alt.Axis(format=number, tickCount=5), scale=alt.Scale(zero=True))
    base = alt.Chart(named()).encode(x=x, y=y)
    line = base.mark_line(stroke=GREY, strokeWidth=1.5, aria=False)
    dots = base.mark_point(filled=True, size=40, fill=GREY, opacity=1).encode(description=TIP)
    chosen = base.transform_filter("datum.taken")
    ring = chosen.mark_point(filled=True, size=140, fill=_MARK, opacity=1).encode(description=TIP)
    label = chosen.mark_text(dy=-16, fontWeight=600, fill=INK, aria=False).encode(text=alt.value(f"{taken} taken"))
    return finish(alt.layer(line, dots, ring, label), PANEL, _HEIGHT, rows=records)
