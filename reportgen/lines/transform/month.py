"""Sums up the calendar month of the report and the one before it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import narwhals as nw

from reportgen import columns as c
from reportgen.lines.engine.compute import collect
from reportgen.lines.transform.customers import is_purchase
from reportgen.model.customers import money_of
from reportgen.model.facts import MonthFigures
from reportgen.model.lines import OrderLines, Period
from reportgen.months import first_day, previous_month

_LATE = timedelta(days=6)
"""A month whose first order comes later may have begun before the data do."""
_CURRENT = "is_current"


def compute_month(lines: OrderLines, period: Period) -> MonthFigures:
    """Sum up sales and orders of the report's month and of the month before it.

    Parameters
    ----------
    lines : OrderLines
        Kept lines only.
    period : Period
        The month; the month before is known only where the window and the data reach back to its beginning.
    """
    begin = datetime.combine(first_day(period.month), time())
    before = datetime.combine(first_day(previous_month(period.month)), time())
    at = nw.col(c.ORDERED_AT)
    seen = lines.frame.filter(at >= before).with_columns((at >= begin).alias(_CURRENT))
    sales = collect(seen.group_by(_CURRENT).agg(nw.col(c.AMOUNT).sum().cast(nw.Int64).alias(c.AMOUNT)))
    bought = seen.filter(is_purchase()).group_by(_CURRENT, c.CUSTOMER_ID)
    by_customer = bought.agg(nw.col(c.ORDER_ID).n_unique().cast(nw.Int64).alias(c.ORDER_COUNT))
    orders = collect(by_customer.group_by(_CURRENT).agg(nw.col(c.ORDER_COUNT).sum().cast(nw.Int64)))
    money = dict(zip(sales[_CURRENT], sales[c.AMOUNT], strict=True))
    count = dict(zip(orders[_CURRENT], orders[c.ORDER_COUNT], strict=True))
    is_known = (period.start is None or period.start <= before) and period.first_day <= before.date() + _LATE
    return MonthFigures(
        sales=money_of(int(money.get(True, 0))),
        orders=int(count.get(True, 0)),
        previous_sales=money_of(int(money.get(False, 0))) if is_known else None,
        previous_orders=int(count.get(False, 0)) if is_known else None,
    )
