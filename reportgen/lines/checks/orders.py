"""Checks whether an order is one order: one customer, one day, one file, a total that is told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import narwhals as nw

from reportgen import columns as c
from reportgen.lines.checks.seen import COUNT, SHORTENED, Seen, sum_up
from reportgen.lines.engine.compute import collect
from reportgen.lines.transform.customers import is_purchase
from reportgen.model.customers import money_of
from reportgen.model.lines import NO_DATE
from reportgen.model.warnings import SourceWarning, WarningCode

_SHARED_SHARE = 0.002
"""Share of the orders that may have several customers or days before it is no slip."""
_A_DAY = timedelta(days=1)
_REPEATED_SHARE, _LEAST_REPEATED = 0.9, 5
"""Share of the orders of several lines whose lines all have one amount, above which it is the order's; and how many
such orders there have to be, with as many different amounts."""


def check_orders(seen: Seen) -> Iterator[SourceWarning]:
    """Find what is doubtful of orders that have numbers."""
    if not seen.cleansed.has_order_ids:
        return
    several = nw.col(COUNT) > 1
    one_amount = several & (nw.col("low") == nw.col("high")) & (nw.col("low") > 0)
    counted = collect(
        seen.orders.select(
            n=nw.len(),
            customers=(nw.col("first_customer") != nw.col("last_customer")).cast(nw.Int64).sum(),
            days=(nw.col("last_at") - nw.col("first_at") > _A_DAY).cast(nw.Int64).sum(),
            files=(nw.col("first_file") != nw.col("last_file")).cast(nw.Int64).sum(),
            several=(several & (nw.col("first_product") != nw.col("last_product"))).cast(nw.Int64).sum(),
            repeated=(one_amount & (nw.col("first_product") != nw.col("last_product"))).cast(nw.Int64).sum(),
            shortened=nw.col(c.ORDER_ID).str.contains(SHORTENED).cast(nw.Int64).sum(),
        )
    ).iloc[0]
    found = {name: int(counted[name] or 0) for name in counted.index}
    if found["shortened"]:
        yield _shortened(seen)
        return  # what such numbers have in common says nothing
    least = max(1, _SHARED_SHARE * found["n"])
    if found["days"] >= least:
        yield _beside(seen, "days")
    if found["customers"] >= least and found["days"] < least:
        yield _beside(seen, "customers")
    if found["files"]:
        yield from _in_two_files(seen)
    if found["repeated"] >= max(_LEAST_REPEATED, _REPEATED_SHARE * found["several"]):
        yield from _total_on_lines(seen)


def _shortened(seen: Seen) -> SourceWarning:
    lines = seen.kept.filter(nw.col(c.ORDER_ID).str.contains(SHORTENED))
    count, amount = sum_up(lines)
    examples = collect(lines.select(c.ORDER_ID).unique().sort(c.ORDER_ID).head(2))[c.ORDER_ID]
    orders = max(1, collect(lines.select(nw.col(c.ORDER_ID).n_unique().alias(COUNT)))[COUNT].iloc[0])
    return seen.warn(
        "shortened_ids", "orders", lines=count, amount=amount, concerned=int(orders), examples=list(examples)
    )


def _beside(seen: Seen, which: str) -> SourceWarning:
    """Tell of order numbers that several customers or days share, and how many orders there are with them parted."""
    shared = nw.col("last_at") - nw.col("first_at") > _A_DAY
    if which == "customers":
        shared = nw.col("first_customer") != nw.col("last_customer")
    numbers = seen.orders.filter(shared).select(c.ORDER_ID)
    lines = seen.kept.join(numbers, on=c.ORDER_ID, how="inner")
    count, amount = sum_up(lines)
    bought = seen.kept.filter(is_purchase())
    by = [c.ORDER_ID, c.CUSTOMER_ID]
    if which == "days":
        bought, by = bought.with_columns(day=nw.col(c.ORDERED_AT).dt.truncate("1d")), [*by, "day"]
    parted = len(collect(bought.select(*by).unique()))
    code: WarningCode = "orders_over_several_days" if which == "days" else "orders_of_several_customers"
    shown = collect(numbers.sort(c.ORDER_ID).head(2))[c.ORDER_ID]
    return seen.warn(
        code,
        "orders",
        lines=count,
        amount=amount,
        concerned=max(abs(parted - seen.customers.orders), len(collect(numbers))),
        otherwise=parted if parted != seen.customers.orders else None,
        examples=list(shown),
    )


def _in_two_files(seen: Seen) -> Iterator[SourceWarning]:
    """Tell of orders whose lines stand in two files alike."""
    numbers = seen.orders.filter(nw.col("first_file") != nw.col("last_file")).select(c.ORDER_ID)
    lines = seen.kept.join(numbers, on=c.ORDER_ID, how="inner")
    by_file = collect(
        lines.group_by(c.ORDER_ID, c.FILE).agg(
            nw.len().cast(nw.Int64).alias(COUNT), nw.col(c.AMOUNT).sum().cast(nw.Int64).alias(c.AMOUNT)
        )
    ).sort_values([c.ORDER_ID, c.FILE])
    again = by_file[by_file.duplicated([c.ORDER_ID, COUNT, c.AMOUNT])]
    if len(again):
        money = int(again[c.AMOUNT].sum())
        yield seen.warn(
            "same_orders_in_two_files",
            "sales",
            lines=int(again[COUNT].sum()),
            amount=money,
            concerned=money_of(money),
            otherwise=seen.sales - money_of(money),
            examples=[str(again[c.ORDER_ID].iloc[0])],
        )


def _total_on_lines(seen: Seen) -> Iterator[SourceWarning]:
    """Tell of amounts that look like those of whole orders: on all lines of an order the same, and of many sizes."""
    several = seen.orders.filter((nw.col(COUNT) > 1) & (nw.col("low") == nw.col("high")))
    row = collect(
        several.select(
            lines=nw.col(COUNT).sum().cast(nw.Int64),
            money=nw.col(c.AMOUNT).sum().cast(nw.Int64),
            once=nw.col("high").sum().cast(nw.Int64),
            sizes=nw.col("high").n_unique(),
        )
    ).iloc[0]
    if int(row["sizes"]) < _LEAST_REPEATED:
        return
    excess = money_of(int(row["money"]) - int(row["once"]))
    yield seen.warn(
        "order_total_on_lines",
        "sales",
        lines=int(row["lines"]),
        amount=int(row["money"]),
        concerned=excess,
        otherwise=seen.sales - excess,
    )


def check_empty_cells(seen: Seen) -> Iterator[SourceWarning]:
    """Find lines that name no order, customer or date, but a product and money: the line above may name them."""
    if NO_DATE not in seen.counts.dropped:
        return
    empty = seen.cleansed.frame.filter(
        (nw.col("unreadable_date") == "")
        & nw.col(c.CUSTOMER_ID).is_null()
        & ~nw.coalesce(nw.col(c.PRODUCT_ID), nw.col(c.PRODUCT_NAME)).is_null()
        & ~nw.col(c.AMOUNT).is_null()
    )
    count, amount = sum_up(empty)
    if count:
        yield seen.warn(
            "empty_order_cells",
            "sales",
            lines=count,
            amount=amount,
            concerned=money_of(amount),
            otherwise=seen.sales + money_of(amount),
        )
