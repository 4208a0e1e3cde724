"""Counts what first orders held, and what the customers did who bought it first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import pandas as pd

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.engine.compute import collect
from reportgen.lines.transform.customers import is_purchase
from reportgen.lines.transform.products import PRODUCT, keep_products, name_products
from reportgen.model.lines import KEPT, OrderLines
from reportgen.model.months import RETURN_DAYS

_DAY, _FIRST, _UNTIL = "day", "first", "until"
_SUMS = ("customers", "came_back", "next_sales")


@dataclass(frozen=True, eq=False, slots=True)
class FirstBaskets:
    """What first orders held.

    Attributes
    ----------
    products : pandas.DataFrame
        By product (its code, or its name without codes): `customers` whose first order held it, how many of them
        `came_back` within `RETURN_DAYS`, and `next_sales`: what all of them paid in that time after the first day, in
        ten-thousandths.
    everyone : pandas.Series
        The same three of all first buyers.
    """

    products: pd.DataFrame
    everyone: pd.Series


def count_first_products(lines: OrderLines, cleansing: CleansingOptions, known_from: date, as_of: date) -> FirstBaskets:
    """Count what first orders held.

    Parameters
    ----------
    lines : OrderLines
        All of them, with their fates.
    cleansing : CleansingOptions
        Says what is no product.
    known_from : date
        The first day from which a first order is known to be one.
    as_of : date
        The last day observed; first orders of less than `RETURN_DAYS` ago are left out.
    """
    followed = _follow(lines, known_from, as_of)
    is_later = (nw.col(_DAY) > nw.col(_FIRST)) & (nw.col(_DAY) <= nw.col(_UNTIL))
    is_back = nw.when(is_later & is_purchase()).then(1).otherwise(0)
    later = nw.when(is_later).then(nw.col(c.AMOUNT)).otherwise(0)
    after = followed.group_by(c.CUSTOMER_ID).agg(
        is_back.max().cast(nw.Int64).alias("came_back"), later.sum().cast(nw.Int64).alias("next_sales")
    )
    first = followed.filter((nw.col(_DAY) == nw.col(_FIRST)) & is_purchase())
    bought = keep_products(first, cleansing.not_products).select(c.CUSTOMER_ID, PRODUCT).unique()
    products = collect(bought.join(after, on=c.CUSTOMER_ID, how="inner").group_by(PRODUCT).agg(*_sums()))
    everyone = collect(after.select(*_sums()))
    return FirstBaskets(products.set_index(PRODUCT).sort_index(), everyone.fillna(0).astype("int64").iloc[0])


def name_first_products(lines: OrderLines, cleansing: CleansingOptions, products: list[str]) -> dict[str, str]:
    """Give each product its most frequent name."""
    kept = lines.frame.filter(nw.col(c.FATE) == KEPT)
    return name_products(keep_products(kept, cleansing.not_products), products)


def _sums() -> list[nw.Expr]:
    counted = nw.len().cast(nw.Int64).alias("customers")
    return [counted, *(nw.col(name).sum().cast(nw.Int64) for name in _SUMS[1:])]


def _follow(lines: OrderLines, known_from: date, as_of: date) -> nw.LazyFrame[Any]:
    """Return the kept lines of customers whose first order is known and long enough ago, with the days that count."""
    kept = lines.frame.filter(nw.col(c.FATE) == KEPT).with_columns(nw.col(c.ORDERED_AT).cast(nw.Date).alias(_DAY))
    firsts = kept.filter(is_purchase()).group_by(c.CUSTOMER_ID).agg(nw.col(_DAY).min().alias(_FIRST))
    ripe = firsts.filter(nw.col(_FIRST) >= known_from, nw.col(_FIRST) <= as_of - timedelta(days=RETURN_DAYS))
    until = nw.col(_FIRST).dt.offset_by(f"{RETURN_DAYS}d").alias(_UNTIL)
    return kept.join(ripe.with_columns(until), on=c.CUSTOMER_ID, how="inner")
