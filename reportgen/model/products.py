"""What segments buy: best sellers, and pairs that go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PairKind = Literal["different", "variants", "seasonal"]
"""What two products that go together are to each other."""
LESS_THAN_USUAL = 0.95
"""Share of a product's usual price below which a price is a lower one."""


@dataclass(frozen=True, slots=True)
class BestSeller:
    """A product that a segment buys much of."""

    product_id: str | None
    """The product's code, if the source has one."""
    product_name: str
    """The product's most frequent name."""
    lines: int
    """Order lines of the segment with this product."""
    orders: int
    """Orders of the segment that hold it."""
    units: float | None
    """Units that the segment bought; null when the source has no quantities."""
    sales: float
    """Sales to the segment."""
    index: int | None
    """The product's share of the segment's order lines / its share of all order lines x 100: 100 is average. Null with
    fewer than 20 of the segment's orders."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two products that a segment's orders hold together more often than chance would have it."""

    first: str
    """Name of the product that points to the other (A)."""
    second: str
    """Name of the other product (B)."""
    orders: int
    """Orders of the segment that hold both."""
    support: float
    """Share of the segment's counted orders that hold both (0..1)."""
    confidence: float
    """Share of the orders with A that also hold B (0..1)."""
    confidence_back: float
    """Share of the orders with B that also hold A (0..1)."""
    lift: float
    """Confidence / share of all the segment's counted orders that hold B."""
    audience: int
    """Customers of the segment who bought A and not yet B: whom to show B to."""
    expected: float | None
    """Orders that would hold both by chance: were each month's order lines dealt out anew among its baskets, whose
    sizes stay. Null in facts of before version 7, when chance knew no basket sizes."""
    kind: PairKind | None
    """Whether A and B are different products, variants of one (their names differ by a word or two), or both of one
    short season; null in facts of before version 7."""
    second_price: float | None
    """Usual price of B, the median of what was paid for a unit; null where prices are not known."""


@dataclass(frozen=True, slots=True)
class PairCounting:
    """How pairs were counted in a segment."""

    pairs: tuple[Pair, ...]
    """The pairs listed, by orders above chance."""
    found: int
    """Pairs that reach the minimum count and occur together more often than by chance, one in twenty by mistake at
    most."""
    alike: int
    """Those of them that are variants of one product, or both of one season: listed after all others."""
    orders_counted: int
    """Orders that the counts are made from."""
    orders_left_out: int
    """Orders left out because they hold too many different products."""
