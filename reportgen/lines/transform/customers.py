"""Makes one row for each customer out of the kept order lines."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.lines.engine.compute import collect
from reportgen.model.customers import Customers
from reportgen.model.lines import KEPT, OrderLines, Period


def compute_customers(lines: OrderLines, period: Period) -> Customers:
    """Sum up each customer's orders in the window.

    Parameters
    ----------
    lines : OrderLines
        Kept lines only.
    period : Period
        Gives the as-of date that recency is counted back from.

    Returns
    -------
    Customers
        Sorted by `customer_id`, so that nothing after it depends on the order of lines.
    """
    money = lines.frame.group_by(c.CUSTOMER_ID).agg(nw.col(c.AMOUNT).sum().cast(nw.Int64).alias(c.AMOUNT))
    bought = (
        lines.frame.filter(is_purchase())
        .with_columns(nw.col(c.ORDERED_AT).cast(nw.Date).alias(c.ORDER_DAYS))
        .group_by(c.CUSTOMER_ID)
        .agg(
            nw.col(c.ORDER_ID).n_unique().cast(nw.Int64).alias(c.ORDER_COUNT),
            nw.col(c.ORDER_DAYS).n_unique().cast(nw.Int64),
            nw.col(c.ORDERED_AT).min().alias(c.FIRST_ORDERED_AT),
            nw.col(c.ORDERED_AT).max().alias(c.LAST_ORDERED_AT),
        )
    )
    frame = collect(bought.join(money, on=c.CUSTOMER_ID, how="inner")).sort_values(c.CUSTOMER_ID, ignore_index=True)
    frame[c.CUSTOMER_ID] = frame[c.CUSTOMER_ID].astype(str)
    as_of = pd.Timestamp(period.as_of)
    frame[c.TOTAL_SALES] = frame[c.AMOUNT] / c.MONEY_SCALE
    frame[c.AVG_ORDER_VALUE] = frame[c.TOTAL_SALES] / frame[c.ORDER_COUNT]
    frame[c.RECENCY_DAYS] = (as_of - frame[c.LAST_ORDERED_AT].dt.normalize()).dt.days.astype(np.int64)
    return Customers(frame, orders=int(frame[c.ORDER_COUNT].sum()))


def is_purchase() -> nw.Expr:
    """Return what tells a purchase from a return."""
    return (nw.col(c.QUANTITY) > 0) & (nw.col(c.AMOUNT) >= 0)


def count_customers(classified: OrderLines, period: Period) -> dict[str, int]:
    """Count the customers that `compute_customers` would find, for each store at once.

    Parameters
    ----------
    classified : OrderLines
        Of many stores, with their fates as far as they do not depend on the period.
    period : Period
        The month, and the window that ends with it.

    Returns
    -------
    dict
        Customers by store; a store without any is left out.
    """
    at = nw.col(c.ORDERED_AT)
    inside = (nw.col(c.FATE) == KEPT) & is_purchase() & (at < period.end)
    if period.start is not None:
        inside = inside & (at >= period.start)
    counted = classified.frame.filter(inside).group_by(c.STORE).agg(n=nw.col(c.CUSTOMER_ID).n_unique())
    frame = collect(counted)
    return {str(store): int(n) for store, n in zip(frame[c.STORE], frame["n"], strict=True)}
