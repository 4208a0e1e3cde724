"""What the first section shows: the headline, the key figures, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.model.change import Change, KpiChange
from reportgen.model.kpis import WINDOW_KPIS, Kpi
from reportgen.model.report import Report
from reportgen.model.words import Action
from reportgen.render.views.parts import Medium, SegmentLabel, Spark, label_of, plus, spark_of
from reportgen.text.formats import Formats


@dataclass(frozen=True, slots=True)
class Delta:
    """How a key figure has changed since the previous report.

    Attributes
    ----------
    arrow : str
        ``▲``, ``▼``, or empty when it has not.
    size : str
        With its sign; of a share in points.
    since : str
        The month of the previous report.
    """

    arrow: str
    size: str
    since: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A key figure: its label, its value, its change where it is compared, its line over the months."""

    label: str
    value: str
    delta: Delta | None
    spark: Spark | None


@dataclass(frozen=True, slots=True)
class ToDo:
    """An action that comes first, with the segment that it is for."""

    segment: SegmentLabel
    action: Action


@dataclass(frozen=True, slots=True)
class HeadlineView:
    """The first section.

    Attributes
    ----------
    lead : str
        The first two sentences.
    sentences : tuple of str
        The others.
    doubtful : str
        That something in the data is doubtful, and where it is told; empty where nothing is.
    tiles : tuple of Tile
        The key figures of the window.
    key : tuple of SegmentLabel
        The colours of the chart; empty without one.
    to_do : tuple of ToDo
        Up to three actions, the most important first.
    """

    lead: str
    sentences: tuple[str, ...]
    doubtful: str
    tiles: tuple[Tile, ...]
    key: tuple[SegmentLabel, ...]
    to_do: tuple[ToDo, ...]


def view_headline(report: Report, formats: Formats, medium: Medium) -> HeadlineView:  # noqa: ARG001 - one for both
    """Make the view of the first section."""
    headline = report.words.headline
    return HeadlineView(
        lead=" ".join(headline[:2]),
        sentences=headline[2:],
        doubtful=say_doubtful(len(report.warnings or ())),
        tiles=tuple(_tile(kpi, report, formats) for kpi in WINDOW_KPIS),
        key=tuple(label_of(segment) for segment in report.segments) if len(report.segments) > 1 else (),
        to_do=list_to_do(report),
    )


def say_doubtful(warnings: int) -> str:
    """Say beside the figures that something in the data is doubtful; empty where nothing is."""
    if not warnings:
        return ""
    things = "One thing in the data is" if warnings == 1 else f"{warnings} things in the data are"
    return f"{things} doubtful and may change these figures: see “How this was made”."


def list_to_do(report: Report) -> tuple[ToDo, ...]:
    """List the actions that come first, each with its segment."""
    labels = {segment.number: label_of(segment) for segment in report.segments}
    return tuple(ToDo(labels[action.segment], action) for action in report.words.do_this_month)


def _tile(kpi: Kpi, report: Report, formats: Formats) -> Tile:
    change = report.change
    return Tile(
        label=kpi.label,
        value=getattr(formats, kpi.brief)(getattr(report, kpi.key)),
        delta=delta_of(kpi, change, formats),
        spark=spark_of([getattr(month, kpi.key) for month in change.trend]),
    )


def delta_of(kpi: Kpi, change: Change, formats: Formats) -> Delta | None:
    """Tell how a key figure has changed since the previous report; None where it is not compared."""
    found = {figure.key: figure for figure in change.kpis}.get(kpi.key)
    if found is None or found.change is None or change.previous is None:
        return None
    arrow = "▲" if found.change > 0 else "▼" if found.change < 0 else ""
    return Delta(arrow, size_of(kpi, found, formats), formats.month_alone(change.previous.month))


def size_of(kpi: Kpi, found: KpiChange, formats: Formats) -> str:
    """Write a change with its sign: a share's in points, any other's as a share; empty where there is none."""
    if kpi.is_share:
        return "" if found.difference is None else f"{plus(found.difference, formats.points)} points"
    return "" if found.change is None else plus(found.change, formats.share)
