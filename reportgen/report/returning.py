"""Sees when customers come back: from order to order, by month and product of the first order, and each next."""

from __future__ import annotations

from datetime import date

import pandas as pd

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.transform.first_products import count_first_products, name_first_products
from reportgen.lines.transform.visits import day_number, days_since_1970
from reportgen.model.customers import Customers
from reportgen.model.lines import OrderLines, Period
from reportgen.model.months import RETURN_DAYS
from reportgen.model.returning import FirstProducts, Returning
from reportgen.months import add_months, first_day, month_of
from reportgen.returning.cohorts import find_cohorts
from reportgen.returning.expected import Expected, expect_orders
from reportgen.returning.first_products import bind_first_products, choose_listed, judge_first_products
from reportgen.returning.order_days import OrderDays
from reportgen.returning.times import follow_orders


def see_returning(lines: OrderLines, cleansing: CleansingOptions, order_days: OrderDays, period: Period) -> Returning:
    """See when customers come back.

    Parameters
    ----------
    lines : OrderLines
        All of them up to the period's end, with their fates.
    cleansing : CleansingOptions
        Says what is no product.
    order_days : OrderDays
        Of these lines.
    period : Period
        The month.
    """
    as_of = day_number(period.as_of)
    begin = int(order_days.day.min()) if len(order_days.day) else as_of
    known_from = add_months(month_of(pd.Timestamp(begin, unit="D").date()), 1)
    first = first_day(known_from)
    return Returning(
        known_from=known_from,
        steps=follow_orders(order_days, day_number(first), as_of),
        cohorts=find_cohorts(order_days, as_of),
        first_products=_see_first_products(lines, cleansing, first, period.as_of),
    )


def _see_first_products(
    lines: OrderLines, cleansing: CleansingOptions, known_from: date, as_of: date
) -> FirstProducts | None:
    if not lines.has_products or (as_of - known_from).days < RETURN_DAYS:
        return None
    baskets = count_first_products(lines, cleansing, known_from, as_of)
    if not baskets.everyone["customers"]:
        return None
    judged = judge_first_products(baskets.products, baskets.everyone)
    listed = choose_listed(judged)
    names = name_first_products(lines, cleansing, listed["product"].tolist())
    return bind_first_products(listed, len(judged), baskets.everyone, names)


def expect_customers(customers: Customers, visits: pd.DataFrame, order_days: OrderDays, as_of: date) -> Expected:
    """Expect the next order of each customer of a window.

    Parameters
    ----------
    customers : Customers
        Of the window.
    visits : pandas.DataFrame
        From `reportgen.lines.transform.visits.find_visits`, of all lines.
    order_days : OrderDays
        Of all lines.
    as_of : date
        The last day observed.
    """
    mine = visits.loc[customers.frame[c.CUSTOMER_ID]]
    first, last = (days_since_1970(mine[name]) for name in ("first", "last"))
    return expect_orders(order_days, mine[c.ORDER_DAYS].to_numpy(), first, last, day_number(as_of))
