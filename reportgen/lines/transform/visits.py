"""Lists the days on which customers ordered, over all lines, and what they paid on them."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.lines.engine.compute import collect
from reportgen.lines.transform.customers import is_purchase
from reportgen.model.lines import KEPT, OrderLines

_DAY = "day"


def list_order_days(lines: OrderLines) -> pd.DataFrame:
    """List each customer's days with an order, and those with a return.

    Parameters
    ----------
    lines : OrderLines
        All of them, with their fates; returns set against purchases.

    Returns
    -------
    pandas.DataFrame
        `customer` (int, any number for each customer), `day` (int, days since 1970), `orders` and `amount` (int,
        ten-thousandths), sorted by customer and day. What is bought on a day is one row; what is returned on it one
        with no orders.
    """
    days = _sum_up_days(lines)
    # numbers in the place of ids: a shop has many more order days than customers
    numbered = days.with_columns(one=nw.lit(1)).with_columns(
        nw.col(c.CUSTOMER_ID).rank("dense").over("one").cast(nw.Int64).alias("customer")
    )
    found = _count_orders(collect(numbered.select("customer", _DAY, "is_bought", c.ORDERS, c.AMOUNT)))
    return found.sort_values(["customer", _DAY, c.ORDERS], ascending=[True, True, False], ignore_index=True)


def list_named_days(lines: OrderLines, first: date, last: date) -> pd.DataFrame:
    """List the days of a span on which each customer ordered or returned something, by the customers' ids.

    Parameters
    ----------
    lines : OrderLines
        As `list_order_days` takes them.
    first, last : date
        The span, both ends in it.

    Returns
    -------
    pandas.DataFrame
        `customer_id`, and `day`, `orders` and `amount` as from `list_order_days`, in any order.
    """
    within = _sum_up_days(lines).filter(nw.col(_DAY) >= first, nw.col(_DAY) <= last)
    return _count_orders(collect(within.select(c.CUSTOMER_ID, _DAY, "is_bought", c.ORDERS, c.AMOUNT)))


def _sum_up_days(lines: OrderLines) -> nw.LazyFrame[Any]:
    at = nw.col(c.ORDERED_AT).cast(nw.Date).alias(_DAY)
    kept = lines.frame.filter(nw.col(c.FATE) == KEPT).with_columns(at, is_bought=is_purchase())
    return kept.group_by(c.CUSTOMER_ID, _DAY, "is_bought").agg(
        nw.col(c.ORDER_ID).n_unique().cast(nw.Int64).alias(c.ORDERS), nw.col(c.AMOUNT).sum().cast(nw.Int64)
    )


def _count_orders(found: pd.DataFrame) -> pd.DataFrame:
    """Count days from 1970, and no orders on days with returns alone."""
    found[_DAY] = days_since_1970(pd.to_datetime(found[_DAY]))
    found.loc[~found.pop("is_bought").astype(bool), c.ORDERS] = 0
    return found


def days_since_1970(days: pd.Series) -> np.ndarray:
    """Count days from the first of January 1970."""
    counted: np.ndarray = days.to_numpy().astype("datetime64[D]").astype(np.int64)
    return counted


def day_number(day: date) -> int:
    """Count the days from the first of January 1970 to a day."""
    return int(np.datetime64(day, "D").astype(np.int64))


def find_visits(lines: OrderLines) -> pd.DataFrame:
    """Find the days on which each customer ordered first and last, and how many there are.

    Parameters
    ----------
    lines : OrderLines
        From `see_all_lines`, with their fates.

    Returns
    -------
    pandas.DataFrame
        `first`, `last` (timestamps of days) and `order_days` (int), by `customer_id`.
    """
    day = nw.col(_DAY)
    found = collect(
        _list_days(lines)
        .group_by(c.CUSTOMER_ID)
        .agg(day.min().alias("first"), day.max().alias("last"), nw.len().cast(nw.Int64).alias(c.ORDER_DAYS))
    )
    found.index = pd.Index(found[c.CUSTOMER_ID].astype(str))
    return pd.DataFrame(
        {name: pd.to_datetime(found[name]) for name in ("first", "last")} | {c.ORDER_DAYS: found[c.ORDER_DAYS]}
    )


def _list_days(lines: OrderLines) -> nw.LazyFrame[Any]:
    """List the days on which each customer bought something, each once."""
    bought = lines.frame.filter((nw.col(c.FATE) == KEPT) & is_purchase())
    days = bought.select(c.CUSTOMER_ID, nw.col(c.ORDERED_AT).cast(nw.Date).alias(_DAY))
    return days.group_by(c.CUSTOMER_ID, _DAY).agg(n=nw.len()).select(c.CUSTOMER_ID, _DAY)
