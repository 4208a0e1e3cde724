"""Finds what the segments buy, and at which prices; what the source does not allow is told, not guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from reportgen.config.options import Options
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import materialise, place_table
from reportgen.lines.transform.baskets import count_pairs
from reportgen.lines.transform.products import (
    Prices,
    find_best_sellers,
    measure_prices,
    sum_by_order,
    tag_products,
)
from reportgen.model.facts import SkippedSection
from reportgen.model.lines import OrderLines
from reportgen.model.products import BestSeller, PairCounting


@dataclass(frozen=True, eq=False, slots=True)
class ProductFindings:
    """What segments buy, and at which prices; a part that could not be made says why."""

    best_sellers: Mapping[int, tuple[BestSeller, ...]] = field(default_factory=dict)
    pairs: Mapping[int, PairCounting] = field(default_factory=dict)
    prices: Prices | None = None
    skipped: tuple[SkippedSection, ...] = ()

    @property
    def below_of_all(self) -> float | None:
        """Share of all sales paid below the usual price; None where prices are not known."""
        return None if self.prices is None else self.prices.below_of_all

    def below_of(self, number: int) -> float | None:
        """Return the share of a segment's sales paid below the usual price; None where prices are not known."""
        return None if self.prices is None or number not in self.prices.below else float(self.prices.below[number])


def find_products(engine: Engine, kept: OrderLines, owners: pd.DataFrame, options: Options) -> ProductFindings:
    """Find the best sellers, the prices and the pairs of every segment.

    Parameters
    ----------
    engine : Engine
        Where the lines are.
    kept : OrderLines
        Those that count.
    owners : pandas.DataFrame
        Columns `customer_id` and `segment` (1..k).
    options : Options
        The config.
    """
    if not kept.has_products:
        return ProductFindings(skipped=(SkippedSection("products", "no_products"),))
    with engine.temporary_tables():  # these tables are as large as the lines, and done with before anything is printed
        return _find(engine, kept, owners, options)


def _find(engine: Engine, kept: OrderLines, owners: pd.DataFrame, options: Options) -> ProductFindings:
    tagged = tag_products(kept, place_table(engine, "owners", owners), options.cleansing.not_products)
    tagged = materialise(engine, "tagged", tagged)
    by_order = materialise(engine, "products_by_order", sum_by_order(tagged))
    best_sellers = find_best_sellers(tagged, by_order, options.products, has_units=kept.has_units)
    prices = measure_prices(engine, tagged) if kept.has_units else None
    if not kept.has_order_ids:
        return ProductFindings(best_sellers, prices=prices, skipped=(SkippedSection("pairs", "no_order_ids"),))
    pairs = count_pairs(engine, tagged, by_order, options.products, None if prices is None else prices.usual)
    return ProductFindings(best_sellers, pairs, prices)
