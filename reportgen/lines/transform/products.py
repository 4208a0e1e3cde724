"""Finds the best sellers of each segment and how far they set it apart from all customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pandas as pd

from reportgen import columns as c
from reportgen.config.options import ProductOptions
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import collect, materialise
from reportgen.lines.transform.cleansing import is_one_of
from reportgen.model.customers import money_of
from reportgen.model.lines import OrderLines
from reportgen.model.products import LESS_THAN_USUAL, BestSeller
from reportgen.text.bidi import isolate, tidy_name

PRODUCT = "product"
MONTH_NUMBER = "month_number"
LEAST_ORDERS = 20
"""Orders of a segment below which chance alone could set a product apart."""
LEAST_PRICED = 10
"""Lines of a product below which it has no usual price."""
_PER_PRODUCT = [c.SEGMENT, PRODUCT]


def tag_products(lines: OrderLines, segments: nw.LazyFrame[Any], not_products: Sequence[str]) -> nw.LazyFrame[Any]:
    """Join the kept lines with their customers' segments, and leave out what is no product.

    Parameters
    ----------
    lines : OrderLines
        Kept lines.
    segments : LazyFrame
        Columns `customer_id` and `segment` (1..k), on the same engine.
    not_products : sequence of str
        Codes (or names) of postage and fees, with `*` and `?` as wildcards.

    Returns
    -------
    LazyFrame
        Purchases only (returns are no order of a product), with `product`: the code, or the name without codes.
        `month_number` counts calendar months.
    """
    frame = keep_products(lines.frame, not_products)
    tagged = frame.join(segments, on=c.CUSTOMER_ID, how="inner")
    return tagged.select(
        c.SEGMENT,
        c.CUSTOMER_ID,
        c.ORDER_ID,
        PRODUCT,
        c.PRODUCT_NAME,
        c.QUANTITY,
        c.AMOUNT,
        (nw.col(c.ORDERED_AT).dt.year() * 12 + nw.col(c.ORDERED_AT).dt.month()).cast(nw.Int32).alias(MONTH_NUMBER),
    )


def keep_products(frame: nw.LazyFrame[Any], not_products: Sequence[str]) -> nw.LazyFrame[Any]:
    """Keep purchases of products, with `product`: the code, or the name without codes.

    Parameters
    ----------
    frame : LazyFrame
        Lines.
    not_products : sequence of str
        As `tag_products` takes them.
    """
    product = nw.coalesce(nw.col(c.PRODUCT_ID), nw.col(c.PRODUCT_NAME))
    frame = frame.with_columns(product.alias(PRODUCT)).filter(
        ~nw.col(PRODUCT).is_null(), nw.col(c.QUANTITY) > 0, nw.col(c.AMOUNT) >= 0
    )
    return frame.filter(~is_one_of(PRODUCT, not_products)) if not_products else frame


def sum_by_order(tagged: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Sum up what each order holds of each product.

    Returns
    -------
    LazyFrame
        One row for each `segment`, `order_id` and `product`: `lines`, `units` (millionths), `sales`
        (ten-thousandths) and the first `month_number`.
    """
    sums = {c.UNITS: nw.col(c.QUANTITY), c.SALES: nw.col(c.AMOUNT)}
    return tagged.group_by(c.SEGMENT, c.ORDER_ID, PRODUCT).agg(
        nw.len().cast(nw.Int64).alias(c.LINES),
        *(value.sum().cast(nw.Int64).alias(name) for name, value in sums.items()),
        nw.col(MONTH_NUMBER).min(),
    )


def find_best_sellers(
    tagged: nw.LazyFrame[Any], by_order: nw.LazyFrame[Any], options: ProductOptions, *, has_units: bool
) -> dict[int, tuple[BestSeller, ...]]:
    """Rank the products of each segment.

    Parameters
    ----------
    tagged : LazyFrame
        From `tag_products`.
    by_order : LazyFrame
        From `sum_by_order`.
    options : ProductOptions
        What to rank by, and how many to list.
    has_units : bool
        Whether quantities are known.

    Returns
    -------
    dict
        Segment to its best sellers; ties go to the higher sales, then to the code (or the name without codes).
    """
    counts = _count_products(by_order)
    lines_of_segment = counts.groupby(c.SEGMENT)[c.LINES].sum()
    lines_of_product = counts.groupby(PRODUCT)[c.LINES].sum()
    share_of_lines = lines_of_segment / lines_of_segment.sum()
    top = (
        counts.sort_values([c.SEGMENT, options.rank_by, c.SALES, PRODUCT], ascending=[True, False, False, True])
        .groupby(c.SEGMENT)
        .head(options.best_sellers)
    )
    names = name_products(tagged, sorted(set(top[PRODUCT])))
    found: dict[int, list[BestSeller]] = {}
    for row in top.to_dict("records"):
        segment, product = int(row[c.SEGMENT]), row[PRODUCT]
        index = 100 * row[c.LINES] / lines_of_product[product] / share_of_lines[row[c.SEGMENT]]
        best = BestSeller(
            product_id=product if shown_name(product) != names[product] else None,
            product_name=names[product],
            lines=int(row[c.LINES]),
            orders=int(row[c.ORDERS]),
            units=row[c.UNITS] / c.QUANTITY_SCALE if has_units else None,
            sales=float(money_of(int(row[c.SALES]))),
            index=round(index) if row[c.ORDERS] >= LEAST_ORDERS else None,
        )
        found.setdefault(segment, []).append(best)
    return {segment: tuple(best) for segment, best in found.items()}


def _count_products(by_order: nw.LazyFrame[Any]) -> pd.DataFrame:
    sums = (nw.col(name).sum().cast(nw.Int64) for name in (c.LINES, c.UNITS, c.SALES))
    return collect(by_order.group_by(*_PER_PRODUCT).agg(nw.len().cast(nw.Int64).alias(c.ORDERS), *sums))


@dataclass(frozen=True, eq=False, slots=True)
class Prices:
    """What products usually cost, and how much was paid below it.

    Attributes
    ----------
    usual : pandas.Series
        By product: the median of what was paid for a unit, in currency units; of products on ten lines or more.
    below : pandas.Series
        By segment: share of its sales of these products paid at less than 95 % of the usual price (0..1).
    below_of_all : float or None
        The same of all sales; None where no product has a usual price.
    """

    usual: pd.Series
    below: pd.Series
    below_of_all: float | None


def measure_prices(engine: Engine, tagged: nw.LazyFrame[Any]) -> Prices:
    """Measure what products usually cost, and what share of each segment's sales was paid below that.

    Parameters
    ----------
    engine : Engine
        Where the lines are.
    tagged : LazyFrame
        From `tag_products`; what was free has no price.
    """
    price = nw.col(c.AMOUNT) / c.MONEY_SCALE * c.QUANTITY_SCALE / nw.col(c.QUANTITY)
    priced = tagged.filter(nw.col(c.AMOUNT) > 0).select(c.SEGMENT, PRODUCT, c.AMOUNT, price=price)
    medians = priced.group_by(PRODUCT).agg(usual=nw.col("price").median(), n=nw.len())
    usual = materialise(engine, "usual_prices", medians.filter(nw.col("n") >= LEAST_PRICED).select(PRODUCT, "usual"))
    is_below = nw.col("price") < LESS_THAN_USUAL * nw.col("usual")
    paid = priced.join(usual, on=PRODUCT, how="inner").with_columns(
        below=nw.when(is_below).then(nw.col(c.AMOUNT)).otherwise(nw.lit(0))
    )
    sums = collect(
        paid.group_by(c.SEGMENT).agg(
            nw.col("below").sum().cast(nw.Int64), nw.col(c.AMOUNT).sum().cast(nw.Int64).alias("all")
        )
    ).set_index(c.SEGMENT)
    total = int(sums["all"].sum())
    return Prices(
        usual=collect(usual).set_index(PRODUCT)["usual"],
        below=(sums["below"] / sums["all"]).round(6),
        below_of_all=round(int(sums["below"].sum()) / total, 6) if total else None,
    )


def name_products(tagged: nw.LazyFrame[Any], products: Sequence[str]) -> dict[str, str]:
    """Give each product its most frequent name (the first in the alphabet among equals), or else its code."""
    if not products:
        return {}
    named = tagged.filter(nw.col(PRODUCT).is_in(list(products)), ~nw.col(c.PRODUCT_NAME).is_null())
    counts: pd.DataFrame = collect(named.group_by(PRODUCT, c.PRODUCT_NAME).agg(n=nw.len()))
    counts = counts.sort_values(["n", c.PRODUCT_NAME], ascending=[False, True]).drop_duplicates(PRODUCT)
    names = dict(zip(counts[PRODUCT], counts[c.PRODUCT_NAME], strict=True))
    return {product: shown_name(names.get(product, product)) for product in products}


def shown_name(name: object) -> str:
    """Return a product's name as reports print it."""
    return isolate(tidy_name(str(name)))
