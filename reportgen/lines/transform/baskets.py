"""Counts which products go together in a segment's baskets; only pairs that occur are ever looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.config.options import ProductOptions
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import collect, materialise
from reportgen.lines.transform.chance import (
    SEASON_MONTHS,
    are_variants,
    expect_pairs,
    find_beyond_chance,
    find_seasons,
    have_one_stem,
    meet_by_chance,
)
from reportgen.lines.transform.products import MONTH_NUMBER, PRODUCT, name_products
from reportgen.model.products import Pair, PairCounting, PairKind

ORDER_NUMBER = "order_number"
PRODUCT_NUMBER = "product_number"
_BASKET = [c.SEGMENT, ORDER_NUMBER]
_PRODUCT = [c.SEGMENT, PRODUCT_NUMBER]
_FIGURES = ("orders", "expected", "support", "confidence", "confidence_back", "lift", "in_one_season")
_NO_RULES = pd.DataFrame({name: [] for name in (c.SEGMENT, "first", "second", *_FIGURES)})
_KINDS: tuple[PairKind, ...] = ("different", "variants", "seasonal")


def count_pairs(
    engine: Engine,
    tagged: nw.LazyFrame[Any],
    by_order: nw.LazyFrame[Any],
    options: ProductOptions,
    usual_prices: pd.Series | None = None,
) -> dict[int, PairCounting]:
    """Find the product pairs of each segment.

    Support, confidence and lift are those of association rules (Agrawal, Imielinski & Swami 1993; Brin et al. 1997).
    Found are the pairs that meet more often than chance would have it in baskets of these sizes and months; ranked are
    they by their orders above that, which favours neither the rare pair with a high lift nor two best sellers that meet
    by accident. Variants of one product, and pairs of one season, come after all others.

    Parameters
    ----------
    engine : Engine
        Where the lines are.
    tagged : LazyFrame
        From `tag_products`.
    by_order : LazyFrame
        From `sum_by_order`, with an id for each order.
    options : ProductOptions
        Minimum count, cap on basket size, pairs to list.
    usual_prices : pandas.Series, optional
        Usual price by product.

    Returns
    -------
    dict
        Segment to its pairs and how they were counted.
    """
    numbered, codes = _number(engine, by_order)
    items, months = _list_items(numbered, options.max_basket_size)
    found, held = _count_together(engine, items, options.min_pair_orders)
    held = held.reindex(columns=range(months[MONTH_NUMBER].min(), months[MONTH_NUMBER].max() + 1), fill_value=0)
    rules = pd.concat([_NO_RULES, *(_measure(mine, held, months, codes) for _, mine in found.groupby(c.SEGMENT))])
    names = name_products(tagged, sorted({*rules["first"], *rules["second"]}))
    rules = _rank(_tell_kinds(rules, names))
    listed = rules.groupby(c.SEGMENT).head(options.pairs)
    listed = listed.assign(audience=_count_audiences(tagged, listed))
    prices: dict[Any, float] = {} if usual_prices is None else usual_prices.to_dict()
    counts: Any = months.groupby(c.SEGMENT)
    return {
        int(segment): _box(
            listed[listed[c.SEGMENT] == segment], rules[rules[c.SEGMENT] == segment], mine, names=names, prices=prices
        )
        for segment, mine in counts
    }


def _number(engine: Engine, by_order: nw.LazyFrame[Any]) -> tuple[nw.LazyFrame[Any], pd.Series]:
    """Give each segment's orders and products numbers, which join faster than texts; return the products' codes too."""
    orders = _number_texts(engine, by_order, c.ORDER_ID, ORDER_NUMBER)
    products = _number_texts(engine, by_order, PRODUCT, PRODUCT_NUMBER)
    numbered = by_order.join(orders, on=[c.SEGMENT, c.ORDER_ID], how="left")
    numbered = numbered.join(products, on=[c.SEGMENT, PRODUCT], how="left")
    items = materialise(engine, "items", numbered.select(*_BASKET, PRODUCT_NUMBER, MONTH_NUMBER))
    return items, collect(products).set_index(_PRODUCT)[PRODUCT]


def _number_texts(engine: Engine, by_order: nw.LazyFrame[Any], name: str, number: str) -> nw.LazyFrame[Any]:
    rank = nw.col(name).rank("dense").over(c.SEGMENT).cast(nw.Int32).alias(number)
    texts = by_order.group_by(c.SEGMENT, name).agg(n=nw.len()).select(c.SEGMENT, name)
    return materialise(engine, f"{number}s", texts.with_columns(rank))


def _list_items(lines: nw.LazyFrame[Any], max_size: int) -> tuple[nw.LazyFrame[Any], pd.DataFrame]:
    """List the products of each basket that counts; by segment and month the sums that chance is reckoned from."""
    sizes = lines.group_by(*_BASKET).agg(nw.col(MONTH_NUMBER).min(), size=nw.len().cast(nw.Int64))
    size, is_counted = nw.col("size"), nw.col("size") <= max_size
    sums = {
        "counted": is_counted.cast(nw.Int64),
        "lines": nw.when(is_counted).then(size).otherwise(nw.lit(0)),
        "pairs": nw.when(is_counted).then(size * (size - 1)).otherwise(nw.lit(0)),
    }
    months = sizes.group_by(c.SEGMENT, MONTH_NUMBER).agg(
        nw.len().alias("all"), *(value.sum().cast(nw.Int64).alias(name) for name, value in sums.items())
    )
    counted = sizes.filter(is_counted).select(*_BASKET, MONTH_NUMBER)
    return lines.drop(MONTH_NUMBER).join(counted, on=_BASKET, how="inner"), collect(months)


def _count_together(engine: Engine, items: nw.LazyFrame[Any], least: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count the orders that hold two products, and by month those that hold each of them."""
    holding = items.group_by(*_PRODUCT).agg(holding=nw.len()).filter(nw.col("holding") >= least)
    items = materialise(engine, "pairable_items", items.join(holding.select(*_PRODUCT), on=_PRODUCT, how="inner"))
    both = items.join(items, on=_BASKET, suffix="_b").filter(nw.col(PRODUCT_NUMBER) < nw.col(f"{PRODUCT_NUMBER}_b"))
    pairs = both.group_by(*_PRODUCT, f"{PRODUCT_NUMBER}_b").agg(orders=nw.len())
    by_month = collect(items.group_by(*_PRODUCT, MONTH_NUMBER).agg(n=nw.len()))
    held = by_month.pivot_table(index=_PRODUCT, columns=MONTH_NUMBER, values="n", fill_value=0, aggfunc="sum")
    return collect(pairs.filter(nw.col("orders") >= least)), held


def _measure(found: pd.DataFrame, held: pd.DataFrame, months: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    """Add to one segment's pairs what chance would give, and keep those beyond it; A's buyers more often take B."""
    segment = found[c.SEGMENT].iloc[0]
    mine = months[months[c.SEGMENT] == segment].set_index(MONTH_NUMBER).reindex(held.columns, fill_value=0)
    by_month = held.loc[segment]
    places = [by_month.index.get_indexer(found[name]) for name in (PRODUCT_NUMBER, f"{PRODUCT_NUMBER}_b")]
    table = by_month.to_numpy(dtype=float)
    orders = table.sum(axis=1)
    together = meet_by_chance(mine["lines"].to_numpy(dtype=float), mine["pairs"].to_numpy(dtype=float))
    expected = expect_pairs(table[places[0]], table[places[1]], together)
    both = found["orders"].to_numpy(dtype=float)
    beyond = find_beyond_chance(both, expected, len(table) * (len(table) - 1) // 2)
    seasons, code = find_seasons(table), codes.loc[segment].reindex(by_month.index).to_numpy()
    swap = orders[places[1]] < orders[places[0]]
    first, second = (np.where(swap, b, a) for a, b in (places, reversed(places)))
    counted = int(mine["counted"].sum())
    rules = pd.DataFrame(
        {
            c.SEGMENT: segment,
            "first": code[first],
            "second": code[second],
            "orders": found["orders"].to_numpy(),
            "expected": expected,
            "support": both / counted,
            "confidence": both / orders[first],
            "confidence_back": both / orders[second],
            "lift": both * counted / (orders[first] * orders[second]),
            "in_one_season": (seasons[first] >= 0)
            & (abs(seasons[first] - seasons[second]) < SEASON_MONTHS)
            & (seasons[second] >= 0),
        }
    )
    return rules[beyond]


def _tell_kinds(rules: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Tell variants of one product, and pairs of one season, from pairs of different products."""
    pairs = zip(rules["first"], rules["second"], strict=True)
    variants = [have_one_stem(a, b) or are_variants(names[a], names[b]) for a, b in pairs]
    kinds = np.select([np.array(variants, dtype=bool), rules["in_one_season"].to_numpy(dtype=bool)], [1, 2], 0)
    return rules.assign(kind=kinds)


def _rank(rules: pd.DataFrame) -> pd.DataFrame:
    """Rank different products first, then by orders above chance."""
    ranked = rules.assign(is_alike=rules["kind"] > 0, above_chance=rules["orders"] - rules["expected"])
    keys = [c.SEGMENT, "is_alike", "above_chance", "first", "second"]
    return ranked.sort_values(keys, ascending=[True, True, False, True, True], ignore_index=True)


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


def _box(
    listed: pd.DataFrame,
    found: pd.DataFrame,
    months: pd.DataFrame,
    *,
    names: Mapping[str, str],
    prices: Mapping[str, float],
) -> PairCounting:
    """Box one segment's pairs: those listed, of those found, with its orders by month."""
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
            expected=round(pair["expected"], 2),
            kind=_KINDS[pair["kind"]],
            second_price=round(prices[pair["second"]], 2) if pair["second"] in prices else None,
        )
        for pair in listed.to_dict("records")
    )
    counted = int(months["counted"].sum())
    return PairCounting(
        pairs=pairs,
        found=len(found),
        alike=int((found["kind"] > 0).sum()),
        orders_counted=counted,
        orders_left_out=int(months["all"].sum()) - counted,
    )
