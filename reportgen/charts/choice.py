"""The silhouette and the elbow, both drawn, each marking the number that was taken."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from reportgen.charts.build import finish, named
from reportgen.charts.theme import PANEL
from reportgen.model.charts import Chart
from reportgen.model.segments import Choice
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
