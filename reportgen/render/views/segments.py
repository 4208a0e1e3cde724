"""What is shown of each segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.model.facts import Averages, SegmentFacts
from reportgen.model.products import BestSeller, Pair
from reportgen.model.report import Report
from reportgen.model.words import Action, SegmentWords
from reportgen.palette import colour_of
from reportgen.render.views.parts import Medium, SegmentLabel, Spark, in_columns, label_of, spark_of
from reportgen.text.formats import Formats

_NAME_ON_PAPER = 44
"""Characters of a product's name that paper has room for."""
_ON_PAPER = {"best_sellers": (7, 5), "pairs": (3, 2), "actions": (2, 2)}
"""Rows that fit a segment's page, alone and beside a sentence on its change."""
_MARK = 2.5
_WIDTH = 200.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar for the segment and a mark for all customers, on a scale of 200 that holds both; None where both are 0.

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
class BestSellerRow:
    """A product: `count` is of lines or orders; `units` is None where the source has none."""

    name: str
    count: str
    units: str | None
    sales: str
    index: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two products that go together."""

    first: str
    second: str
    orders: str
    support: str
    confidence: str
    confidence_back: str
    lift: str
    audience: str


@dataclass(frozen=True, slots=True)
class ProductsView:
    """What a segment buys.

    Attributes
    ----------
    is_by_lines : bool
        Whether best sellers are ranked by order lines; else by orders.
    has_units : bool
        Whether there is a column of units.
    best_sellers, pairs : tuple
        As many as there is room for.
    pairs_found : str
        How many pairs there are in all.
    min_pair_orders : str
        Orders that a pair needs.
    pair_orders : str
        Orders that pairs were counted in.
    """

    is_by_lines: bool
    has_units: bool
    best_sellers: tuple[BestSellerRow, ...]
    pairs: tuple[PairRow, ...]
    pairs_found: str
    min_pair_orders: str
    pair_orders: str


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A segment.

    Attributes
    ----------
    label : SegmentLabel
        Its number, name and colour.
    summary : str
        Who they are.
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
            _view(segment, words, sentences.get(segment.number), _Printer(report, formats, medium))
            for segment, words in zip(report.segments, report.words.segments, strict=True)
        ),
        left_out=tuple((section.key, reason) for section, reason in skipped if section.key in ("products", "pairs")),
    )


@dataclass(frozen=True, slots=True)
class _Printer:
    """How much of a segment is shown, and how."""

    report: Report
    formats: Formats
    medium: Medium

    def cut(self, what: str, rows: Sequence[object]) -> int:
        """Return how many rows there is room for."""
        if self.medium == "screen":
            return len(rows)
        alone, beside_change = _ON_PAPER[what]
        return beside_change if self.report.change.segments else alone

    def clip(self, name: str) -> str:
        """Shorten a product's name for paper; the screen shows it whole."""
        has_room = self.medium == "screen" or len(name) <= _NAME_ON_PAPER
        return name if has_room else f"{name[: _NAME_ON_PAPER - 1]}…"


def _view(segment: SegmentFacts, words: SegmentWords, change: str | None, printer: _Printer) -> SegmentView:
    colour = colour_of(segment.colour)
    months = [
        (trend_segment.customers, month.is_refit)
        for month in printer.report.change.trend
        for trend_segment in month.segments
        if trend_segment.identity.key == segment.identity.key
    ]
    return SegmentView(
        label=label_of(segment),
        summary=words.summary,
        change=change,
        spark=spark_of([customers for customers, _ in months], colour, [is_refit for _, is_refit in months]),
        narrative=in_columns(words.narrative),
        figures=_figures(segment, printer.report.averages, printer.formats),
        map_key=f"segment-map-{segment.number}",
        actions=words.actions[: printer.cut("actions", words.actions)],
        products=_products(segment, printer) if segment.best_sellers else None,
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


def _products(segment: SegmentFacts, printer: _Printer) -> ProductsView:
    method, formats = printer.report.method, printer.formats
    is_by_lines = method.rank_by == "lines"
    sellers = segment.best_sellers[: printer.cut("best_sellers", segment.best_sellers)]
    pairs = segment.pairs[: printer.cut("pairs", segment.pairs)]
    return ProductsView(
        is_by_lines=is_by_lines,
        has_units=segment.best_sellers[0].units is not None,
        best_sellers=tuple(_best_seller(best_seller, printer, is_by_lines=is_by_lines) for best_seller in sellers),
        pairs=tuple(_pair(pair, printer) for pair in pairs),
        pairs_found=formats.count(segment.pairs_found),
        min_pair_orders=formats.count(method.min_pair_orders),
        pair_orders=formats.count(segment.pair_orders_counted),
    )


def _best_seller(best_seller: BestSeller, printer: _Printer, *, is_by_lines: bool) -> BestSellerRow:
    formats = printer.formats
    return BestSellerRow(
        name=printer.clip(best_seller.product_name),
        count=formats.count(best_seller.lines if is_by_lines else best_seller.orders),
        units=None if best_seller.units is None else formats.count(best_seller.units),
        sales=formats.money(best_seller.sales),
        index="" if best_seller.index is None else formats.count(best_seller.index),
    )


def _pair(pair: Pair, printer: _Printer) -> PairRow:
    formats = printer.formats
    return PairRow(
        first=printer.clip(pair.first),
        second=printer.clip(pair.second),
        orders=formats.count(pair.orders),
        support=formats.share(pair.support),
        confidence=formats.share(pair.confidence),
        confidence_back=formats.share(pair.confidence_back),
        lift=formats.decimal(pair.lift),
        audience=formats.count(pair.audience),
    )
