"""What is shown of each segment."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.model.averages import Averages
from reportgen.model.facts import SegmentFacts
from reportgen.model.report import Report
from reportgen.model.words import Action, SegmentWords
from reportgen.render.views.parts import Medium, SegmentLabel, Spark, in_columns, label_of, spark_of
from reportgen.render.views.products import Printer, ProductsView, view_products
from reportgen.text.formats import Formats

_MARK = 1.2
_WIDTH = 100.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar for the segment and a mark for all customers, on a scale of 100 that holds both; None where both are 0.

    Attributes
    ----------
    own : str
        Length of the bar.
    everyone : str
        Place of the mark.
    """

    own: str
    everyone: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure of the segment beside all customers'."""

    label: str
    own: str
    everyone: str
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A segment.

    Attributes
    ----------
    label : SegmentLabel
        Its number, name and colour.
    summary : str
        Who they are.
    trust : str or None
        How far it can be trusted; None where that was not tried, and on paper where there is no doubt.
    change : str or None
        How it has changed since the previous report; None where that is not compared.
    spark : Spark or None
        Its customers over the months.
    narrative : tuple of tuples of str
        What they are like, in two columns.
    figures : tuple of FigureRow
        Means per customer.
    map_key : str
        Key of its chart.
    actions : tuple of Action
        What to do.
    products : ProductsView or None
        What they buy; None where that is not known.
    """

    label: SegmentLabel
    summary: str
    trust: str | None
    change: str | None
    spark: Spark | None
    narrative: tuple[tuple[str, ...], ...]
    figures: tuple[FigureRow, ...]
    map_key: str
    actions: tuple[Action, ...]
    products: ProductsView | None


@dataclass(frozen=True, slots=True)
class SegmentsView:
    """All segments, one after the other.

    Attributes
    ----------
    since : str
        Month of the previous report; empty where nothing is compared.
    segments : tuple of SegmentView
        By number.
    left_out : tuple of (str, str)
        What of the products is not known, and why.
    """

    since: str
    segments: tuple[SegmentView, ...]
    left_out: tuple[tuple[str, str], ...]


def view_segments(report: Report, formats: Formats, medium: Medium) -> SegmentsView:
    """Make the view of all segments; paper has room for less of each."""
    previous, change = report.change.previous, report.change
    sentences = dict(zip((segment.number for segment in change.segments), report.words.change.segments, strict=True))
    skipped = zip(report.skipped, report.words.skipped, strict=True)
    return SegmentsView(
        since="" if previous is None else formats.month(previous.month),
        segments=tuple(
            _view(segment, words, sentences.get(segment.number), Printer(report, formats, medium))
            for segment, words in zip(report.segments, report.words.segments, strict=True)
        ),
        left_out=tuple((section.key, reason) for section, reason in skipped if section.key in ("products", "pairs")),
    )


def _view(segment: SegmentFacts, words: SegmentWords, change: str | None, printer: Printer) -> SegmentView:
    colour = printer.formats.look.colour_of(segment.colour)
    months = [
        (trend_segment.customers, month.is_refit)
        for month in printer.report.change.trend
        for trend_segment in month.segments
        if trend_segment.identity.key == segment.identity.key
    ]
    return SegmentView(
        label=label_of(segment),
        summary=words.summary,
        trust=words.trust if printer.medium == "screen" or segment.trust in ("doubtful", "do_not_act") else None,
        change=change,
        spark=spark_of(
            [customers for customers, _ in months], printer.formats.count, colour, [is_refit for _, is_refit in months]
        ),
        narrative=in_columns(words.narrative),
        figures=_figures(segment, printer.report.averages, printer.formats),
        map_key=f"segment-map-{segment.number}",
        actions=words.actions[: printer.cut("actions", words.actions)],
        products=view_products(segment, printer) if segment.best_sellers else None,
    )


def _figures(segment: SegmentFacts, everyone: Averages, formats: Formats) -> tuple[FigureRow, ...]:
    rows = (
        ("Total sales", "mean_total_sales", formats.money),
        ("Orders", "mean_order_count", formats.decimal),
        ("Order value", "mean_avg_order_value", formats.money),
        ("Days since last order", "mean_recency_days", formats.count),
        ("Ordered only once", "one_order_share", formats.share),
    )
    figures = []
    for label, name, write in rows:
        own, all_ = getattr(segment, name), getattr(everyone, name)
        figures.append(FigureRow(label, write(own), write(all_), _bar(own, all_)))
    return tuple(figures)


def _bar(own: float, everyone: float) -> Bar | None:
    top = max(own, everyone)
    if top <= 0:
        return None
    place = (_WIDTH - _MARK) * everyone / top
    return Bar(f"{_WIDTH * max(own, 0) / top:.1f}", f"{max(place, 0):.1f}")
