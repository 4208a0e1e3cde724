"""Looks back at the customers of an earlier month, and at what has changed since, in the lines of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import narwhals as nw

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.engine.compute import collect
from reportgen.lines.transform.cleansing import apply_window, keep_only
from reportgen.lines.transform.customers import compute_customers, is_purchase
from reportgen.lines.transform.months import see_all_lines, sum_up_months
from reportgen.lines.transform.periods import Days, choose_period
from reportgen.model.customers import Customers
from reportgen.model.lines import KEPT, OrderLines, Period
from reportgen.model.months import MonthFigures
from reportgen.months import add_months, first_day


@dataclass(frozen=True, eq=False, slots=True)
class Past:
    """The customers of the previous report and what they have done since, as the lines are today.

    Attributes
    ----------
    before : Customers
        In the previous report's window.
    widened : Customers
        In the same window with the orders since then.
    seen_earlier : frozenset of str
        Customers who ordered before that window.
    orders : mapping
        Orders since the previous report, by customer.
    """

    before: Customers
    widened: Customers
    seen_earlier: frozenset[str]
    orders: Mapping[str, int]


def look_back(classified: OrderLines, cleansing: CleansingOptions, now: Period, previous: Period) -> Past:
    """See the customers as the previous report would see them today, and then with the orders since.

    Parameters
    ----------
    classified : OrderLines
        With their fates as far as they do not depend on the month.
    cleansing : CleansingOptions
        What is left out.
    now, previous : Period
        The months of this report and of the previous one, with their windows.
    """
    before = compute_customers(keep_only(apply_window(classified, cleansing, previous)), previous)
    both = replace(now, start=previous.start)
    lines = keep_only(apply_window(classified, cleansing, both))
    return Past(
        before=before,
        widened=compute_customers(lines, both),
        seen_earlier=_list_earlier(classified, previous),
        orders=_count_orders(lines, previous),
    )


def past_period(month: str, window: int | None) -> Period:
    """Return a past month that is known to be complete, with its window."""
    return choose_period(Days((first_day(month), first_day(add_months(month, 1)))), month, window)


def recount_months(classified: OrderLines, cleansing: CleansingOptions, period: Period) -> tuple[MonthFigures, ...]:
    """Sum up the months up to a past one as the lines are today."""
    return sum_up_months(see_all_lines(classified, cleansing, period), period.month)


def _list_earlier(classified: OrderLines, previous: Period) -> frozenset[str]:
    if previous.start is None:
        return frozenset()
    earlier = (nw.col(c.FATE) == KEPT) & is_purchase() & (nw.col(c.ORDERED_AT) < previous.start)
    found = collect(classified.frame.filter(earlier).select(c.CUSTOMER_ID).unique())
    return frozenset(found[c.CUSTOMER_ID])


def _count_orders(lines: OrderLines, previous: Period) -> dict[str, int]:
    since = lines.frame.filter(is_purchase() & (nw.col(c.ORDERED_AT) >= previous.end))
    counted = collect(since.group_by(c.CUSTOMER_ID).agg(n=nw.col(c.ORDER_ID).n_unique().cast(nw.Int64)))
    return {str(customer): int(n) for customer, n in zip(counted[c.CUSTOMER_ID], counted["n"], strict=True)}
