"""Sums up calendar months."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals as nw
import pandas as pd

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.engine.compute import collect
from reportgen.lines.transform.cleansing import apply_window
from reportgen.lines.transform.customers import is_purchase
from reportgen.model.customers import money_of
from reportgen.model.lines import KEPT, OrderLines, Period
from reportgen.model.months import MOST_MONTHS, MonthFigures
from reportgen.months import add_months, is_begun_by, month_of

_MONTH, _FIRST = "month", "first_at"


def see_all_lines(classified: OrderLines, cleansing: CleansingOptions, period: Period) -> OrderLines:
    """See all lines as they stood at the end of a period, those before its window as well.

    Parameters
    ----------
    classified : OrderLines
        With their fates as far as they do not depend on the period.
    cleansing : CleansingOptions
        What is left out.
    period : Period
        What comes after it is not seen.
    """
    return apply_window(classified, cleansing, replace(period, start=None))


def sum_up_months(lines: OrderLines, month: str) -> tuple[MonthFigures, ...]:
    """Sum up the calendar months up to a report's own.

    Parameters
    ----------
    lines : OrderLines
        From `see_all_lines`, with their fates.
    month : str
        The report's own, which is always listed, as the last.

    Returns
    -------
    tuple of MonthFigures
        Oldest first, `MOST_MONTHS` at most; months between without a line are zero. The first month of the lines is
        listed only where they hold it whole.
    """
    kept = nw.col(c.FATE) == KEPT
    counted = lines.frame.filter(kept | nw.col(c.WITHOUT_ID)).with_columns(
        nw.col(c.ORDERED_AT).dt.truncate("1mo").alias(_MONTH)
    )
    named = counted.filter(~nw.col(c.WITHOUT_ID))
    sales = _by_month(named.group_by(_MONTH).agg(nw.col(c.AMOUNT).sum().cast(nw.Int64).alias("sales")))
    bought = named.filter(is_purchase()).group_by(_MONTH, c.CUSTOMER_ID)
    by_customer = bought.agg(
        nw.col(c.ORDER_ID).n_unique().cast(nw.Int64).alias("orders"), nw.col(c.ORDERED_AT).min().alias(_FIRST)
    )
    first = nw.col(_FIRST).min().over(c.CUSTOMER_ID)
    by_customer = by_customer.with_columns(is_new=(nw.col(_FIRST) == first).cast(nw.Int64), one=nw.lit(1))
    orders = by_customer.group_by(_MONTH).agg(
        nw.col("orders").sum().cast(nw.Int64),
        nw.col("one").sum().cast(nw.Int64).alias("customers"),
        nw.col("is_new").sum().cast(nw.Int64).alias("new_customers"),
    )
    others = counted.filter(nw.col(c.WITHOUT_ID)).group_by(_MONTH)
    unnamed = others.agg(
        nw.col(c.AMOUNT).sum().cast(nw.Int64).alias("sales_without_id"),
    )
    paid = counted.filter(nw.col(c.WITHOUT_ID) & (nw.col(c.AMOUNT) > 0)).group_by(_MONTH)  # other "orders" are notes
    unnamed_orders = paid.agg(nw.col(c.ORDER_ID).n_unique().cast(nw.Int64).alias("orders_without_id"))
    table = pd.concat([sales, *map(_by_month, (orders, unnamed, unnamed_orders))], axis=1).fillna(0).astype("int64")
    return tuple(_list_months(table, _first_whole(lines), month, has_orders=lines.has_order_ids))


def _by_month(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Bring sums by month into pandas, with the month as ``YYYY-MM``."""
    found = collect(frame)
    found.index = pd.Index([f"{at.year:04d}-{at.month:02d}" for at in found[_MONTH]])
    return found.drop(columns=_MONTH)


def _first_whole(lines: OrderLines) -> tuple[str, str]:
    """Return the first month of the lines, and the first that they hold whole; empty where there are none."""
    begin = collect(lines.frame.select(nw.col(c.ORDERED_AT).min()))[c.ORDERED_AT].iloc[0]
    if pd.isna(begin):
        return "", ""
    begin = begin.date()
    month = month_of(begin)
    return month, month if is_begun_by(month, begin) else add_months(month, 1)


def _list_months(table: pd.DataFrame, begin: tuple[str, str], month: str, *, has_orders: bool) -> list[MonthFigures]:
    first_month, first_whole = begin
    listed = [add_months(month, -back) for back in reversed(range(MOST_MONTHS))]
    rows: Any = table.to_dict("index")
    months = []
    for name in listed:
        if (name < first_whole or not first_month) and name != month:
            continue
        row = rows.get(name, dict.fromkeys(table.columns, 0))
        months.append(
            MonthFigures(
                month=name,
                sales=money_of(row["sales"]),
                orders=row["orders"],
                customers=row["customers"],
                new_customers=None if name == first_month else row["new_customers"],
                sales_without_id=money_of(row["sales_without_id"]),
                orders_without_id=row["orders_without_id"] if has_orders else None,
            )
        )
    return months
