"""What is shown of a segment's products: best sellers, and pairs that go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.model.facts import SegmentFacts
from reportgen.model.products import BestSeller, Pair
from reportgen.model.report import Report
from reportgen.render.views.parts import Medium
from reportgen.text.formats import Formats

_NAME_ON_PAPER = 36
"""Characters of a product's name that paper has room for."""
_ON_PAPER = {"best_sellers": (5, 4), "pairs": (2, 2), "actions": (2, 2)}
"""Rows that fit a segment's page, alone and beside a sentence on its change."""
_KINDS = {"variants": "variants of one product", "seasonal": "of one season"}


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
    """Two products that go together.

    Attributes
    ----------
    first, second : str
        Their names, A and B.
    kind : str
        What they have in common; empty for different products.
    orders, expected : str
        Orders that hold both, and how many would by chance.
    confidence, confidence_back : str
        Share of the orders with A that hold B, and of those with B that hold A.
    price : str
        Usual price of B; empty where it is not known.
    audience : str
        Customers who bought A and not yet B.
    """

    first: str
    second: str
    kind: str
    orders: str
    expected: str
    confidence: str
    confidence_back: str
    price: str
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
    pairs_found, pairs_alike : str
        How many pairs there are in all, and how many of them are variants of one product or of one season.
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
    pairs_alike: str
    min_pair_orders: str
    pair_orders: str


@dataclass(frozen=True, slots=True)
class Printer:
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


def view_products(segment: SegmentFacts, printer: Printer) -> ProductsView:
    """Make the view of what a segment buys."""
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
        pairs_alike="" if segment.pairs_alike is None else formats.count(segment.pairs_alike),
        min_pair_orders=formats.count(method.min_pair_orders),
        pair_orders=formats.count(segment.pair_orders_counted),
    )


def _best_seller(best_seller: BestSeller, printer: Printer, *, is_by_lines: bool) -> BestSellerRow:
    formats = printer.formats
    return BestSellerRow(
        name=printer.clip(best_seller.product_name),
        count=formats.count(best_seller.lines if is_by_lines else best_seller.orders),
        units=None if best_seller.units is None else formats.count(best_seller.units),
        sales=formats.money(best_seller.sales),
        index="" if best_seller.index is None else formats.count(best_seller.index),
    )


def _pair(pair: Pair, printer: Printer) -> PairRow:
    formats = printer.formats
    return PairRow(
        first=printer.clip(pair.first),
        second=printer.clip(pair.second),
        orders=formats.count(pair.orders),
        kind=_KINDS.get(pair.kind or "", ""),
        expected="" if pair.expected is None else formats.count(pair.expected),
        confidence=formats.share(pair.confidence),
        confidence_back=formats.share(pair.confidence_back),
        price="" if pair.second_price is None else formats.money(pair.second_price),
        audience=formats.count(pair.audience),
    )
