"""Sees the whole history of the lines: calendar months, who came back, where customers stand by time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.transform.cleansing import see_net
from reportgen.lines.transform.months import see_all_lines, sum_up_months
from reportgen.lines.transform.net import sum_up_net
from reportgen.lines.transform.visits import day_number, days_since_1970, find_visits, list_order_days
from reportgen.model.customers import Customers
from reportgen.model.lines import OrderLines, Period
from reportgen.model.months import MonthFigures
from reportgen.model.returning import Returning
from reportgen.model.stages import BaseRate
from reportgen.months import FIRST, add_months, count_months, first_day, last_day
from reportgen.report.returning import expect_customers, see_returning
from reportgen.returning.expected import Expected
from reportgen.returning.order_days import walk_order_days
from reportgen.segments.stages import Rhythm, Visits, find_late, find_stages, look_back

_EARLIER = 12
"""Month ends before the report's that could be looked back on."""


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """What the lines say beyond the window.

    Attributes
    ----------
    months : tuple of MonthFigures
        The calendar months, the report's own last.
    returning : Returning
        When customers come back.
    expected : Expected
        When each customer of the window is expected to order next.
    stages : ndarray of str of shape (n_customers,)
        Where each customer of the window stands.
    base_rate : BaseRate or None
        What those who were late did unaided; None where that cannot be known yet.
    late_before : int or None
        Customers who were late at the end of the month before; None where the lines begin later.
    order_days : pandas.DataFrame
        From `list_order_days`.
    month_ends : list of (int, int)
        First and last day of the window of each earlier month, oldest first, in days since 1970.
    as_of : int
        The last day observed, in days since 1970.
    net : pandas.DataFrame
        From `sum_up_net`, a row for each customer of the window.
    year_days : int
        Days that the window's last twelve months have lines of, 365 for all.
    """

    months: tuple[MonthFigures, ...]
    returning: Returning
    expected: Expected
    stages: np.ndarray
    base_rate: BaseRate | None
    late_before: int | None
    order_days: pd.DataFrame
    month_ends: list[tuple[int, int]]
    as_of: int
    net: pd.DataFrame
    year_days: int


def see_history(
    classified: OrderLines, cleansing: CleansingOptions, period: Period, customers: Customers, window: int | None
) -> History:
    """See the whole history of a report's lines.

    Parameters
    ----------
    classified : OrderLines
        With their fates as far as they do not depend on the month.
    cleansing : CleansingOptions
        What is left out.
    period : Period
        The month.
    customers : Customers
        Of its window.
    window : int or None
        Months of it; None for all.
    """
    lines = see_all_lines(classified, cleansing, period)
    by_customer = find_visits(lines)
    everything = replace(period, start=None)
    set_off = lines if cleansing.returns == "net" else see_net(classified, cleansing, everything)
    order_days = list_order_days(set_off)
    walked = walk_order_days(order_days)
    visits = Visits(walked.who, walked.day)
    net, year_days = sum_up_net(classified, cleansing, period, customers, lines=set_off, order_days=order_days)
    as_of = day_number(period.as_of)
    ends = list(_list_windows(period.month, window, int(visits.day.min()) if len(visits.day) else as_of))
    return History(
        months=sum_up_months(lines, period.month),
        returning=see_returning(lines, cleansing, walked, period),
        expected=expect_customers(customers, by_customer, walked, period.as_of),
        stages=_stages_of(customers, by_customer, period.as_of),
        base_rate=look_back(visits, ends, as_of),
        late_before=_count_late(visits, *ends[-1]) if ends else None,
        order_days=order_days,
        month_ends=ends,
        as_of=as_of,
        net=net,
        year_days=year_days,
    )


def _stages_of(customers: Customers, visits: pd.DataFrame, as_of: date) -> np.ndarray:
    """Tell where each customer of a window stands.

    Parameters
    ----------
    customers : Customers
        Of the window.
    visits : pandas.DataFrame
        From `find_visits`.
    as_of : date
        The last day observed.
    """
    frame = customers.frame
    rhythm = Rhythm(
        frame[c.ORDER_DAYS].to_numpy(),
        days_since_1970(frame[c.FIRST_ORDERED_AT]),
        days_since_1970(frame[c.LAST_ORDERED_AT]),
    )
    first_ever = visits["first"].reindex(frame[c.CUSTOMER_ID])
    return find_stages(rhythm, days_since_1970(first_ever), day_number(as_of))


def _list_windows(month: str, window: int | None, begin: int) -> Iterator[tuple[int, int]]:
    """List the first and last days of the windows that ended with each of the months before, oldest first."""
    for back in range(min(_EARLIER, count_months(FIRST, month)), 0, -1):
        earlier = add_months(month, -back)
        last = day_number(last_day(earlier))
        first = begin if window is None else max(begin, day_number(first_day(add_months(earlier, 1 - window))))
        if last > begin:
            yield first, last


def _count_late(visits: Visits, first: int, last: int) -> int:
    return int(find_late(visits.between(first, last).measure()[1], last).sum())
