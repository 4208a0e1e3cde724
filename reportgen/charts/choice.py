"""The silhouette, the elbow and the gap statistic, each marking the number that was taken."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from reportgen.charts.build import finish, named
from reportgen.charts.theme import PANEL
from reportgen.model.charts import Chart, NoChart
from reportgen.model.segments import Choice
from reportgen.model.trust import Votes
from reportgen.palette import GREY, INK, SEGMENT_COLOURS
from reportgen.text.formats import Formats

_HEIGHT = 220
_MARK = SEGMENT_COLOURS[1]


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
        {"k": k, "value": gap, "low": gap - votes.gap_error[k], "high": gap + votes.gap_error[k], "taken": k == taken}
        for k, gap in votes.gap.items()
    ]
    values = ", ".join(f"{k}: {formats.decimal(gap, 3)}" for k, gap in votes.gap.items())
    x = alt.X("k:O", title="Number of segments", axis=alt.Axis(labelAngle=0))
    scale = alt.Scale(zero=False, padding=12)
    base = alt.Chart(named()).encode(x=x)
    bars = base.mark_rule(stroke=GREY, strokeWidth=2, aria=False).encode(
        y=alt.Y("low:Q", title="Gap statistic", axis=alt.Axis(format=".2f", tickCount=5), scale=scale), y2="high:Q"
    )
    line = base.encode(y=alt.Y("value:Q", title="Gap statistic", scale=scale))
    path = line.mark_line(stroke=GREY, strokeWidth=1.5, aria=False)
    dots = line.mark_point(filled=True, size=40, fill=GREY, opacity=1, aria=False)
    ring = line.transform_filter("datum.taken").mark_point(filled=True, size=140, fill=_MARK, opacity=1, aria=False)
    label = line.transform_filter("datum.taken").mark_text(dy=-16, fontWeight=600, fill=INK, aria=False)
    named_label = label.encode(text=alt.value(f"{taken} taken"))
    return Chart(
        key="gap",
        title=title,
        subtitle="By number of segments, with its error; it stops where the next is no clearly higher",
        alt=f"{title}. {values}.",
        specs={"wide": finish(bars + path + dots + ring + named_label, PANEL, _HEIGHT, rows=records)},
    )


def _silhouette(choice: Choice, formats: Formats) -> Chart:
    taken = choice.n_clusters
    value = formats.decimal(choice.silhouette[taken], 2)
    best = choice.best_silhouette_at
    how = "is nearly as good" if choice.chosen_by == "smallest_near_best" else "was taken"
    title = f"The silhouette is highest at {best}" + ("" if best == taken else f"; {taken} {how} ({value})")
    values = ", ".join(f"{k}: {formats.decimal(v, 3)}" for k, v in choice.silhouette.items())
    return Chart(
        key="silhouette",
        title=title,
        subtitle="Silhouette coefficient by number of segments; higher is better",
        alt=f"{title}. {values}.",
        specs={"wide": _line(choice.silhouette, taken, "Silhouette coefficient", ".2f")},
    )


def _elbow(choice: Choice, formats: Formats) -> Chart:
    at = choice.elbow_at
    title = f"The inertia bends most at {at}" if at is not None else "The inertia has no clear elbow"
    values = ", ".join(f"{k}: {formats.count(v)}" for k, v in choice.inertia.items())
    return Chart(
        key="elbow",
        title=title,
        subtitle="Inertia by number of segments; the elbow is where more segments stop paying",
        alt=f"{title}. {values}.",
        specs={"wide": _line(choice.inertia, choice.n_clusters, "Inertia", ",.0f")},
    )


def _line(values: Mapping[int, float], taken: int, title: str, number: str) -> dict[str, object]:
    records = [{"k": k, "value": value, "taken": k == taken} for k, value in values.items()]
    x = alt.X("k:O", title="Number of segments", axis=alt.Axis(labelAngle=0))
    y = alt.Y(
        "value:Q", title=title, axis=alt.Axis(format=number, tickCount=5), scale=alt.Scale(zero=False, padding=12)
    )
    base = alt.Chart(named()).encode(x=x, y=y)
    line = base.mark_line(stroke=GREY, strokeWidth=1.5, aria=False)
    dots = base.mark_point(filled=True, size=40, fill=GREY, opacity=1, aria=False)
    chosen = base.transform_filter("datum.taken")
    ring = chosen.mark_point(filled=True, size=140, fill=_MARK, opacity=1, aria=False)
    label = chosen.mark_text(dy=-16, fontWeight=600, fill=INK, aria=False).encode(text=alt.value(f"{taken} taken"))
    return finish(line + dots + ring + label, PANEL, _HEIGHT, rows=records)
