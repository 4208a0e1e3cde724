"""What the section on change shows: key figures, causes, where customers went, what was restated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.model.change import Change, KpiChange, SegmentChange
from reportgen.model.kpis import KPIS
from reportgen.model.report import Report
from reportgen.model.restatement import RestatedFigure
from reportgen.model.words import RestatementWords, WithdrawnSentence
from reportgen.render.views.migration import MigrationTable, PlaceLabel, table_migration
from reportgen.render.views.parts import Medium, SegmentLabel, label_of, plus
from reportgen.render.views.tiles import size_of, size_of_year
from reportgen.text.formats import Formats

CAUSES = {
    "new": "New",
    "returned": "Returned",
    "behaviour": "What they bought",
    "silence": "Orders or none",
    "aged_out": "Left the window",
    "boundaries": "Borders",
    "corrected": "Data corrected",
}
"""Headings of the causes' columns, in their order."""
_WIDE_CAUSES = 3
"""Causes above which their table takes the whole width."""
_FIGURES_ON_PAPER = 10
_OF_SEGMENT = {"customers": ("customers", "count"), "sales": ("sales", "money")}


@dataclass(frozen=True, slots=True)
class KpiRow:
    """A key figure against earlier reports; a cell that is not compared is empty."""

    label: str
    now: str
    previous: str
    change: str
    year_ago: str
    year_change: str


@dataclass(frozen=True, slots=True)
class KpiTable:
    """The key figures of the window; the last two columns stand only where a year ago is known."""

    has_year: bool
    rows: tuple[KpiRow, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """A cell of two lines: customers, and below them their sales."""

    customers: str
    sales: str


@dataclass(frozen=True, slots=True)
class CauseRow:
    """How a segment went from before to now.

    Attributes
    ----------
    place : PlaceLabel
        The segment.
    remark : str
        ``gone``, ``new`` or empty.
    before, now : Amounts
        In the previous report and in this one.
    causes : tuple of Amounts
        By column.
    """

    place: PlaceLabel
    remark: str
    before: Amounts
    causes: tuple[Amounts, ...]
    now: Amounts


@dataclass(frozen=True, slots=True)
class CauseTable:
    """Why segments grew or shrank; only causes that did something have a column."""

    headings: tuple[str, ...]
    is_wide: bool
    rows: tuple[CauseRow, ...]


@dataclass(frozen=True, slots=True)
class RestatedRow:
    """A printed figure that is another today."""

    what: str
    printed: str
    now: str


@dataclass(frozen=True, slots=True)
class RestatedView:
    """What was printed before and is no longer so."""

    summary: tuple[str, ...]
    sentences: tuple[WithdrawnSentence, ...]
    figures: tuple[RestatedRow, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """The section on change; a table that there is nothing for is None.

    Attributes
    ----------
    since : str
        Month of the previous report.
    summary, anomalies, notes, moves : tuple of str
        Sentences.
    model : str
        Why the division was fitted or kept.
    is_refit : bool
        Whether the borders of the segments moved.
    segments_before, segments_now : str or None
        Numbers of segments, where they differ.
    key : tuple of SegmentLabel
        The colours of the chart of the months; empty without one.
    anomalies_note : str
        How unusual moves are found.
    """

    since: str
    summary: tuple[str, ...]
    anomalies: tuple[str, ...]
    notes: tuple[str, ...]
    kpis: KpiTable | None
    causes: CauseTable | None
    model: str
    is_refit: bool
    migration: MigrationTable | None
    segments_before: str | None
    segments_now: str | None
    moves: tuple[str, ...]
    restated: RestatedView | None
    key: tuple[SegmentLabel, ...]
    anomalies_note: str


def view_change(report: Report, formats: Formats, medium: Medium) -> ChangeView:
    """Make the view of the section on change; paper has room for less."""
    change, words = report.change, report.words.change
    before, now = change.model.segments_before, report.n_clusters
    is_other = before is not None and before != now
    migration = change.migration
    return ChangeView(
        since="" if change.previous is None else formats.month(change.previous.month),
        summary=words.summary,
        anomalies=words.anomalies,
        notes=words.notes,
        kpis=_kpis(change, formats),
        causes=_causes(change.segments, formats) if change.segments else None,
        model=words.model,
        is_refit=change.model.is_refit,
        migration=None if migration is None else table_migration(migration, formats, medium),
        segments_before=formats.count(before) if before is not None and is_other else None,
        segments_now=formats.count(now) if is_other else None,
        moves=words.moves,
        restated=_restated(change, words.restated, formats, in_print=medium == "print"),
        key=tuple(label_of(segment) for segment in report.segments) if len(change.trend) > 1 else (),
        anomalies_note=words.anomalies_note,
    )


def _kpis(change: Change, formats: Formats) -> KpiTable | None:
    of_window = [kpi for kpi in change.kpis if KPIS[kpi.key].span == "window"]
    if all(kpi.previous is None and kpi.year_ago is None for kpi in of_window):
        return None
    has_year = any(kpi.year_ago is not None for kpi in of_window)
    return KpiTable(has_year, tuple(_kpi(kpi, formats) for kpi in of_window))


def _kpi(change: KpiChange, formats: Formats) -> KpiRow:
    kpi = KPIS[change.key]
    write = getattr(formats, kpi.how)
    return KpiRow(
        label=kpi.label,
        now=write(change.now),
        previous="" if change.previous is None else write(change.previous),
        change=size_of(change, formats),
        year_ago="" if change.year_ago is None else write(change.year_ago),
        year_change=size_of_year(change, formats),
    )


def _causes(segments: Sequence[SegmentChange], formats: Formats) -> CauseTable:
    used = {cause.key for segment in segments for cause in segment.causes if cause.customers or cause.sales}
    keys = [key for key in CAUSES if key in used]
    rows = []
    for segment in segments:
        by_key = {cause.key: cause for cause in segment.causes}
        rows.append(
            CauseRow(
                place=PlaceLabel(segment.name, segment.colour),
                remark="gone" if segment.number is None else "new" if segment.is_new else "",
                before=Amounts(formats.count(segment.customers_before), formats.money(segment.sales_before)),
                causes=tuple(
                    Amounts(formats.signed(by_key[key].customers), plus(by_key[key].sales, formats.money))
                    for key in keys
                ),
                now=Amounts(formats.count(segment.customers_now), formats.money(segment.sales_now)),
            )
        )
    return CauseTable(tuple(CAUSES[key] for key in keys), len(keys) > _WIDE_CAUSES, tuple(rows))


def _restated(
    change: Change, words: RestatementWords | None, formats: Formats, *, in_print: bool
) -> RestatedView | None:
    if change.restated is None or words is None:
        return None
    figures = change.restated.figures[: _FIGURES_ON_PAPER if in_print else None]
    return RestatedView(words.summary, words.headline, tuple(_restated_row(figure, formats) for figure in figures))


def _restated_row(figure: RestatedFigure, formats: Formats) -> RestatedRow:
    if figure.segment is None:
        label, how = KPIS[figure.key].label, str(KPIS[figure.key].how)
    else:
        what, how = _OF_SEGMENT[figure.key]
        label = f"{figure.segment.name}: {what}"
    write = getattr(formats, how)
    return RestatedRow(label, write(figure.printed), write(figure.now))
