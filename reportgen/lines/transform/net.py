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
from reportgen.model.customers import Customers
from reportgen.model.lines import OrderLines, Period
from reportgen.months import FIRST, add_months, count_months, first_day

_MONTHS_BEFORE = 11
_WHOLE_YEAR_DAYS = 350
"""Days of lines that pass for a year: the last month may not be complete."""


def sum_up_net(
    classified: OrderLines, cleansing: CleansingOptions, period: Period, customers: Customers
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
        lines = keep_only(see_net(classified, cleansing, period))
        sums = _sum_up(lines, since).reindex(frame[c.CUSTOMER_ID]).fillna(0).astype(np.int64).reset_index(drop=True)
        whole = sums if first < since else sums.assign(**{c.YEAR_ORDERS: frame[c.ORDER_COUNT]})
    return whole, 365 if days >= _WHOLE_YEAR_DAYS else days


def _sum_up(lines: OrderLines, since: date) -> pd.DataFrame:
    in_year = nw.col(c.ORDERED_AT) >= nw.lit(datetime(since.year, since.month, since.day))
    amount = nw.col(c.AMOUNT)
    money = lines.frame.with_columns(nw.when(in_year).then(amount).otherwise(nw.lit(0)).alias(c.YEAR_AMOUNT))
    sums = money.group_by(c.CUSTOMER_ID).agg(
        amount.sum().cast(nw.Int64).alias(c.NET_AMOUNT), nw.col(c.YEAR_AMOUNT).sum().cast(nw.Int64)
    )
    orders = lines.frame.filter(is_purchase() & in_year).group_by(c.CUSTOMER_ID)
    counted = orders.agg(nw.col(c.ORDER_ID).n_unique().cast(nw.Int64).alias(c.YEAR_ORDERS))
    found = collect(sums.join(counted, on=c.CUSTOMER_ID, how="left"))
    return found.set_index(found.pop(c.CUSTOMER_ID).astype(str))


def _year_of(month: str) -> date:
    """Return the first day of the twelve months that end with one."""
    return first_day(add_months(month, -min(_MONTHS_BEFORE, count_months(FIRST, month))))
