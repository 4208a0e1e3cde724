"""Sums up what customers paid less what they cancelled or returned, whether or not the config takes that off."""

from __future__ import annotations

from datetime import date, datetime

import narwhals as nw
import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.engine.compute import collect
from reportgen.lines.transform.cleansing import keep_only, see_net
from reportgen.lines.transform.customers import is_purchase
from reportgen.lines.transform.visits import days_since_1970
from reportgen.model.customers import Customers
from reportgen.model.lines import OrderLines, Period
from reportgen.months import FIRST, add_months, count_months, first_day

_MONTHS_BEFORE = 11
_WHOLE_YEAR_DAYS = 350
"""Days of lines that pass for a year: the last month may not be complete."""


def sum_up_net(
    classified: OrderLines,
    cleansing: CleansingOptions,
    period: Period,
    customers: Customers,
    *,
    lines: OrderLines,
    order_days: pd.DataFrame,
) -> tuple[pd.DataFrame, int]:
    """Sum up what each customer of a window paid, less what they cancelled or returned in it.

    Parameters
    ----------
    classified : OrderLines
        With their fates as far as they do not depend on the month.
    cleansing : CleansingOptions
        What is left out.
    period : Period
        The month, with its window.
    customers : Customers
        Of that window.
    lines : OrderLines
        All of them up to the month's end, with their fates; returns set against purchases.
    order_days : pandas.DataFrame
        From `list_order_days`, of these.

    Returns
    -------
    tuple of (pandas.DataFrame, int)
        One row for each customer, in their order: `net_amount` of the window, `year_amount` and `year_orders` of its
        last twelve months (int; money in ten-thousandths); and the days that those months have lines of, 365 for all.
    """
    frame = customers.frame
    since = _year_of(period.month)
    first = frame[c.FIRST_ORDERED_AT].min().date()
    days = (period.as_of - max(first, since)).days + 1
    whole = frame[[c.AMOUNT, c.AMOUNT, c.ORDER_COUNT]].set_axis([c.NET_AMOUNT, c.YEAR_AMOUNT, c.YEAR_ORDERS], axis=1)
    if first < since or cleansing.returns != "net":
        if period.start is None:  # the order days are of the same lines, and returns need not be set off twice
            inside, sums = lines, _sum_up_days(order_days, days_since_1970(pd.Series([pd.Timestamp(since)]))[0])
        else:
            inside = see_net(classified, cleansing, period)
            sums = _by_customer(_sum_up(inside, since), frame)
        orders = _by_customer(_count_orders(inside, since), frame) if first < since else frame[[c.ORDER_COUNT]]
        whole = sums.assign(**{c.YEAR_ORDERS: orders.iloc[:, 0]})
    return whole, 365 if days >= _WHOLE_YEAR_DAYS else days


def _sum_up_days(order_days: pd.DataFrame, since: int) -> pd.DataFrame:
    """Sum up order days by customer; their numbers are in the order of the ids, as customers are."""
    amounts = order_days.assign(**{c.YEAR_AMOUNT: order_days[c.AMOUNT].where(order_days["day"] >= since, 0)})
    sums = amounts.groupby("customer")[[c.AMOUNT, c.YEAR_AMOUNT]].sum()
    return sums.rename(columns={c.AMOUNT: c.NET_AMOUNT}).reset_index(drop=True)


def _by_customer(found: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    by_id = found.set_index(found.pop(c.CUSTOMER_ID).astype(str))
    return by_id.reindex(customers[c.CUSTOMER_ID]).fillna(0).astype(np.int64).reset_index(drop=True)


def _sum_up(lines: OrderLines, since: date) -> pd.DataFrame:
    amount = nw.col(c.AMOUNT)
    in_year = nw.when(_is_in(since)).then(amount).otherwise(nw.lit(0)).alias(c.YEAR_AMOUNT)
    sums = keep_only(lines).frame.with_columns(in_year).group_by(c.CUSTOMER_ID)
    return collect(
        sums.agg(amount.sum().cast(nw.Int64).alias(c.NET_AMOUNT), nw.col(c.YEAR_AMOUNT).sum().cast(nw.Int64))
    )


def _count_orders(lines: OrderLines, since: date) -> pd.DataFrame:
    orders = keep_only(lines).frame.filter(is_purchase() & _is_in(since)).group_by(c.CUSTOMER_ID)
    return collect(orders.agg(nw.col(c.ORDER_ID).n_unique().cast(nw.Int64).alias(c.YEAR_ORDERS)))


def _is_in(since: date) -> nw.Expr:
    return nw.col(c.ORDERED_AT) >= nw.lit(datetime(since.year, since.month, since.day))


def _year_of(month: str) -> date:
    """Return the first day of the twelve months that end with one."""
    return first_day(add_months(month, -min(_MONTHS_BEFORE, count_months(FIRST, month))))
