"""What the table of all segments shows."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.model.averages import Averages
from reportgen.model.report import Report
from reportgen.model.stages import StageCounts
from reportgen.model.trust import TRUST_NAMES
from reportgen.render.views.parts import Medium, SegmentLabel, label_of
from reportgen.text.formats import Formats

_MOST_ON_PAPER = 6
"""Segments above which paper has no room for a paragraph on each beside the table and the chart."""


@dataclass(frozen=True, slots=True)
class Means:
    """The last four cells of a row: means per customer, and the median of the days since the last order."""

    total_sales: str
    order_count: str
    order_value: str
    recency_days: str


@dataclass(frozen=True, slots=True)
class GlanceRow:
    """A segment, or all customers.

    Attributes
    ----------
    segment : SegmentLabel or None
        None for all customers.
    customers : str
        How many.
    since : str or None
        How many more than in the previous report; empty for all customers while the window fills; None where no row
        is compared.
    share_of_customers, share_of_sales : str
        Of all.
    means : Means
        Per customer.
    """

    segment: SegmentLabel | None
    customers: str
    since: str | None
    share_of_customers: str
    share_of_sales: str
    means: Means


@dataclass(frozen=True, slots=True)
class StageRow:
    """Where the customers of a segment, or all, stand by time: shares of them; and how far it can be trusted."""

    segment: SegmentLabel | None
    new: str
    active: str
    late: str
    lapsed: str
    trust: str


@dataclass(frozen=True, slots=True)
class GlanceView:
    """The table of all segments.

    Attributes
    ----------
    since : str or None
        Month of the previous report; None where customers are not compared, and there is no such column.
    rows : tuple of GlanceRow
        By number.
    total : GlanceRow
        All customers.
    has_trust : bool
        Whether it was tried how far segments can be trusted.
    first_day, as_of : str
        The window.
    stages : tuple of StageRow
        By number, all customers last; empty where that is not known.
    stage_days : tuple of (str, str, str)
        Days within which a customer is new, of silence that it takes to be late, and to have lapsed.
    concentration : str
        Who brings the sales; empty where that is not told.
    paragraphs : tuple of (str, str)
        Name, and who they are; empty on paper that has no room for them.
    """

    since: str | None
    rows: tuple[GlanceRow, ...]
    total: GlanceRow
    has_trust: bool
    first_day: str
    as_of: str
    stages: tuple[StageRow, ...]
    stage_days: tuple[str, str, str]
    concentration: str
    paragraphs: tuple[tuple[str, str], ...]


def view_glance(report: Report, formats: Formats, medium: Medium) -> GlanceView:
    """Make the view of the table of all segments."""
    change, rules, lapsed = report.change, report.method.rules, report.method.rules.lapsed_days
    more = {segment.number: formats.signed(segment.customers_change) for segment in change.segments}
    whole = next((kpi.difference for kpi in change.kpis if kpi.key == "customers"), None)
    rows = tuple(
        GlanceRow(
            segment=label_of(segment),
            customers=formats.count(segment.customers),
            since=more.get(segment.number),
            share_of_customers=formats.share(segment.share_of_customers),
            share_of_sales=formats.share(segment.share_of_sales),
            means=_means(segment, formats),
        )
        for segment in report.segments
    )
    total = GlanceRow(
        segment=None,
        customers=formats.count(report.customers),
        since=(formats.signed(whole) if whole is not None else "") if more else None,
        share_of_customers=formats.share(1),
        share_of_sales=formats.share(1),
        means=_means(report.averages, formats),
    )
    has_room = medium == "screen" or len(report.segments) <= _MOST_ON_PAPER
    return GlanceView(
        since=formats.month_alone(change.previous.month) if more and change.previous is not None else None,
        rows=rows,
        total=total,
        has_trust=any(segment.trust is not None for segment in report.segments),
        first_day=formats.day(report.period.first_day),
        as_of=formats.day(report.period.as_of),
        stages=_stages(report, formats),
        stage_days=(formats.count(rules.new_days or 0), formats.count(rules.overdue_days), formats.count(lapsed or 0)),
        concentration=report.words.ladder[1] if len(report.words.ladder) > 1 else "",
        paragraphs=_paragraphs(report) if has_room else (),
    )


def _means(averages: Averages, formats: Formats) -> Means:
    return Means(
        formats.money(averages.mean_total_sales),
        formats.decimal(averages.mean_order_count),
        formats.money(averages.mean_avg_order_value),
        formats.count(averages.median_recency_days),
    )


def _stages(report: Report, formats: Formats) -> tuple[StageRow, ...]:
    rows = [(label_of(segment), segment.stages, segment.trust) for segment in report.segments]
    return tuple(
        StageRow(label, *_shares(at, formats), trust="" if trust is None else TRUST_NAMES[trust])
        for label, at, trust in (*rows, (None, report.stages, None))
        if at is not None
    )


def _shares(at: StageCounts, formats: Formats) -> tuple[str, str, str, str]:
    total = max(at.total, 1)
    new, active, late, lapsed = (formats.share(count / total) for count in (at.new, at.active, at.late, at.lapsed))
    return new, active, late, lapsed


def _paragraphs(report: Report) -> tuple[tuple[str, str], ...]:
    pairs = zip(report.segments, report.words.segments, strict=True)
    return tuple((segment.name, " ".join(filter(None, (words.summary, words.role)))) for segment, words in pairs)
