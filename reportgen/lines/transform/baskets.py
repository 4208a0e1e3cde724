"""Counts which products go together in a segment's baskets; only pairs that occur are ever looked at."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from reportgen import columns as c
from reportgen.config.options import ProductOptions
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import collect, materialise
from reportgen.lines.transform.products import ORDER_NUMBER, PRODUCT, PRODUCT_NUMBER, name_products
from reportgen.model.products import Pair, PairCounting

_BASKET = [c.SEGMENT, ORDER_NUMBER]
_PRODUCT = [c.SEGMENT, PRODUCT_NUMBER]


def count_pairs(engine: Engine, tagged: nw.LazyFrame[Any], options: ProductOptions) -> dict[int, PairCounting]:
    """Find the product pairs of each segment.

    Support, confidence and lift are those of association rules (Agrawal, Imielinski & Swami 1993; Brin et al. 1997).
    Pairs are ranked by their orders above chance, ``orders x (1 - 1 / lift)``, which favours neither the rare pair
    with a high lift nor two best sellers that meet by accident.

    Parameters
    ----------
    engine : Engine
        Where the lines are.
    tagged : LazyFrame
        From `tag_products`.
    options : ProductOptions
        Minimum count, cap on basket size, pairs to list.

    Returns
    -------
    dict
        Segment to its pairs and how they were counted.
    """
    items = materialise(engine, "items", tagged.select(*_BASKET, PRODUCT_NUMBER).unique())
    sizes = items.group_by(*_BASKET).agg(size=nw.len())
    is_counted = nw.col("size") <= options.max_basket_size
    baskets = collect(
        sizes.group_by(c.SEGMENT).agg(counted=is_counted.cast(nw.Int64).sum().cast(nw.Int64), all=nw.len())
    )
    items = items.join(sizes.filter(is_counted).select(*_BASKET), on=_BASKET, how="inner")
    holding = items.group_by(*_PRODUCT).agg(holding=nw.len()).filter(nw.col("holding") >= options.min_pair_orders)
    items = materialise(engine, "pairable_items", items.join(holding.select(*_PRODUCT), on=_PRODUCT, how="inner"))
    both = items.join(items, on=_BASKET, suffix="_b").filter(nw.col(PRODUCT_NUMBER) < nw.col(f"{PRODUCT_NUMBER}_b"))
    pairs = both.group_by(*_PRODUCT, f"{PRODUCT_NUMBER}_b").agg(orders=nw.len())
    found = collect(pairs.filter(nw.col("orders") >= options.min_pair_orders))
    codes = collect(tagged.select(*_PRODUCT, PRODUCT).unique()).set_index(_PRODUCT)[PRODUCT]
    rules = _measure(found, collect(holding), baskets, codes)
    listed = rules.groupby(c.SEGMENT).head(options.pairs)
    listed = listed.assign(audience=_count_audiences(tagged, listed))
    names = name_products(tagged, sorted({*listed["first"], *listed["second"]}))
    counted: list[Any] = list(baskets.itertuples())
    return {int(row.segment): _box(rules, listed, names, row) for row in counted}


def _measure(found: pd.DataFrame, holding: pd.DataFrame, baskets: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    """Add support, both confidences and lift; A is the product whose buyers more often take the other."""
    held = holding.set_index(_PRODUCT)["holding"]
    rules = found.rename(columns={PRODUCT_NUMBER: "first", f"{PRODUCT_NUMBER}_b": "second"})
    for side in ("first", "second"):
        products = pd.MultiIndex.from_frame(rules[[c.SEGMENT, side]])
        rules[f"{side}_orders"] = held.reindex(products).to_numpy()
        rules[side] = codes.reindex(products).to_numpy()
    swap = rules["second_orders"] < rules["first_orders"]
    for plain in ("", "_orders"):
        first, second = f"first{plain}", f"second{plain}"
        rules[first], rules[second] = rules[second].where(swap, rules[first]), rules[first].where(swap, rules[second])
    counted = rules[c.SEGMENT].map(baskets.set_index(c.SEGMENT)["counted"])
    rules["support"] = rules["orders"] / counted
    rules["confidence"] = rules["orders"] / rules["first_orders"]
    rules["confidence_back"] = rules["orders"] / rules["second_orders"]
    rules["lift"] = rules["confidence"] * counted / rules["second_orders"]
    rules["above_chance"] = rules["orders"] * (1 - 1 / rules["lift"])
    rules = rules[rules["lift"] > 1]
    keys = [c.SEGMENT, "above_chance", "first", "second"]
    return rules.sort_values(keys, ascending=[True, False, True, True], ignore_index=True)


def _count_audiences(tagged: nw.LazyFrame[Any], listed: pd.DataFrame) -> list[int]:
    products = sorted({*listed["first"], *listed["second"]})
    if not products:
        return []
    buyers = tagged.filter(nw.col(PRODUCT).is_in(products)).select(c.SEGMENT, PRODUCT, c.CUSTOMER_ID).unique()
    sets = collect(buyers).groupby([c.SEGMENT, PRODUCT])[c.CUSTOMER_ID].agg(set)
    return [
        len(sets[(segment, first)] - sets[(segment, second)])
        for segment, first, second in zip(listed[c.SEGMENT], listed["first"], listed["second"], strict=True)
    ]


def _box(rules: pd.DataFrame, listed: pd.DataFrame, names: dict[str, str], row: Any) -> PairCounting:
    mine = listed[listed[c.SEGMENT] == row.segment]
    pairs = tuple(
        Pair(
            first=names[pair["first"]],
            second=names[pair["second"]],
            orders=int(pair["orders"]),
            support=round(pair["support"], 6),
            confidence=round(pair["confidence"], 6),
            confidence_back=round(pair["confidence_back"], 6),
            lift=round(pair["lift"], 4),
            audience=int(pair["audience"]),
        )
        for pair in mine.to_dict("records")
    )
    found = int((rules[c.SEGMENT] == row.segment).sum())
    return PairCounting(pairs, found, int(row.counted), int(row.all) - int(row.counted))
