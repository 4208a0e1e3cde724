"""Checks whether a line is a sale at its price: currencies, states of orders, discounts, refunds, totals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import narwhals as nw
import pandas as pd

from reportgen import columns as c
from reportgen.lines.checks.seen import COUNT, Seen, sum_up
from reportgen.lines.engine.compute import collect
from reportgen.lines.sources.watched import kind_of
from reportgen.lines.transform.currencies import is_same
from reportgen.model.customers import money_of
from reportgen.model.lines import CANCELLED, KEPT, NO_DATE, NO_NUMBER, RETURN, RETURN_WITHOUT_SALE
from reportgen.model.warnings import SourceWarning, WarningCode

_POSITIVE_SHARE = 0.1
"""Share of the lines left out as cancelled above which those that are not negative are no slip."""
_UNREAD_SHARE = 0.001
"""Share of the lines above which numbers that cannot be read are no slip."""


def check_money(seen: Seen) -> Iterator[SourceWarning]:
    """Find what is doubtful of the money of lines."""
    yield from _currencies(seen)
    yield from _states(seen)
    yield from _total_line(seen)
    yield from _negative_lines(seen)
    yield from _cancelled(seen)
    yield from _unread(seen)
    yield from _unread_discounts(seen)


def _group(seen: Seen, column: str) -> pd.DataFrame:
    """Count the sales by a column that says something of few of them, and add up their money."""
    told = seen.kept.filter(~nw.col(column).is_null() & (nw.col(c.AMOUNT) > 0)).group_by(column)
    grouped = told.agg(nw.len().cast(nw.Int64).alias(COUNT), nw.col(c.AMOUNT).sum().cast(nw.Int64).alias(c.AMOUNT))
    return collect(grouped).sort_values(column, ignore_index=True)


def _currencies(seen: Seen) -> Iterator[SourceWarning]:
    found = _group(seen, c.CURRENCY)
    other = found[[not is_same(str(text), seen.currency) for text in found[c.CURRENCY]]]
    if not len(other):
        return
    money = int(other[c.AMOUNT].sum())
    is_all = len(other) == len(found) == 1
    yield seen.warn(
        "other_currency" if is_all else "several_currencies",
        "sales",
        lines=int(other[COUNT].sum()),
        amount=money,
        concerned=money_of(money),
        otherwise=None if is_all else seen.sales - money_of(money),
        examples=[str(text) for text in found[c.CURRENCY]],
    )


def _states(seen: Seen) -> Iterator[SourceWarning]:
    found = _group(seen, c.STATE)
    found["heading"] = [state.partition(": ")[0] for state in found[c.STATE]]
    found["kind"] = [kind_of(state) for state in found[c.STATE]]
    for (heading, kind), group in found.groupby(["heading", "kind"]):
        money = int(group[c.AMOUNT].sum())
        is_refund = kind == "refund"
        code: WarningCode = "credit_notes" if is_refund else "order_status"
        off = money_of(money)
        yield seen.warn(
            code,
            "sales",
            lines=int(group[COUNT].sum()),
            amount=money,
            concerned=off,
            otherwise=seen.sales - off,
            examples=[state.partition(": ")[2] for state in group[c.STATE]],
            column=str(heading),
        )


def _total_line(seen: Seen) -> Iterator[SourceWarning]:
    """Tell of one line that is the sum of all others."""
    row = collect(
        seen.kept.select(
            n=nw.len(), most=nw.col(c.AMOUNT).max().cast(nw.Int64), money=nw.col(c.AMOUNT).sum().cast(nw.Int64)
        )
    ).iloc[0]
    if int(row["n"]) > 3 and int(row["most"]) > 0 and 2 * int(row["most"]) == int(row["money"]):
        off = money_of(int(row["most"]))
        yield seen.warn("total_line", "sales", lines=1, amount=int(row["most"]), otherwise=seen.sales - off)


def _negative_lines(seen: Seen) -> Iterator[SourceWarning]:
    """Tell of negative lines left out as returns that name no product, or one that is never sold, within a sale."""
    if not (seen.counts.dropped.get(RETURN) or seen.counts.dropped.get(RETURN_WITHOUT_SALE)):
        return
    amount = nw.col(c.AMOUNT)
    product = nw.coalesce(nw.col(c.PRODUCT_ID), nw.col(c.PRODUCT_NAME))
    lines = seen.cleansed.frame.with_columns(product.alias("product"))
    left_out = lines.filter(nw.col(c.FATE).is_in([RETURN, RETURN_WITHOUT_SALE]) & (amount < 0))
    if not seen.cleansed.has_products:
        return
    yield from _told(seen, left_out.filter(nw.col("product").is_null()), "refunds_without_product")
    if not seen.cleansed.has_order_ids:
        return
    sold = lines.filter((nw.col(c.FATE) == KEPT) & (amount > 0)).select("product").unique()
    unsold = left_out.filter(~nw.col("product").is_null()).join(sold, on="product", how="anti")
    within = unsold.join(seen.orders.select(c.ORDER_ID), on=c.ORDER_ID, how="semi")
    yield from _told(seen, within, "discount_lines", example="product")


def _told(
    seen: Seen, lines: nw.LazyFrame[Any], code: WarningCode, example: str | None = None
) -> Iterator[SourceWarning]:
    count, money = sum_up(lines)
    if count:
        names = [] if example is None else list(collect(lines.select(example).unique().sort(example).head(3))[example])
        yield seen.warn(
            code, "sales", lines=count, amount=money, otherwise=seen.sales + money_of(money), examples=names
        )


def _cancelled(seen: Seen) -> Iterator[SourceWarning]:
    """Tell of orders left out as cancelled whose lines are sales."""
    dropped = seen.counts.dropped.get(CANCELLED, 0)
    if not dropped:
        return
    positive = (nw.col(c.FATE) == CANCELLED) & (nw.col(c.QUANTITY) > 0) & (nw.col(c.AMOUNT) > 0)
    count, money = sum_up(seen.cleansed.frame.filter(positive))
    if count > _POSITIVE_SHARE * dropped:
        yield seen.warn(
            "cancelled_but_positive", "sales", lines=count, amount=money, otherwise=seen.sales + money_of(money)
        )


def _unread(seen: Seen) -> Iterator[SourceWarning]:
    unread: tuple[tuple[str, WarningCode], ...] = ((NO_NUMBER, "unread_numbers"), (NO_DATE, "unread_dates"))
    for fate, code in unread:
        dropped = seen.counts.dropped.get(fate, 0)
        examples = [text for text in seen.counts.examples.get(fate, ()) if text]
        if dropped > _UNREAD_SHARE * seen.counts.kept and (examples or fate == NO_NUMBER):
            yield seen.warn(code, "lines", lines=dropped, amount=0, concerned=dropped, examples=examples)


def _unread_discounts(seen: Seen) -> Iterator[SourceWarning]:
    """Tell of money in a column of discounts or refunds that the config does not name; of an order it counts once."""
    told = seen.kept.filter(~nw.col(c.UNREAD).is_null())
    by = (c.UNREAD_IN, c.ORDER_ID) if seen.cleansed.has_order_ids else (c.UNREAD_IN, c.ORDER_ID, c.PRODUCT_ID)
    once = told.group_by(*by).agg(nw.col(c.UNREAD).max().alias(c.UNREAD), nw.len().cast(nw.Int64).alias(COUNT))
    summed = once.group_by(c.UNREAD_IN).agg(
        nw.col(c.UNREAD).sum().cast(nw.Int64).alias(c.UNREAD), nw.col(COUNT).sum().cast(nw.Int64).alias(COUNT)
    )
    for row in collect(summed).sort_values(c.UNREAD_IN).to_dict("records"):
        off = money_of(int(row[c.UNREAD]))
        yield seen.warn(
            "unread_discounts",
            "sales",
            lines=int(row[COUNT]),
            amount=int(row[c.UNREAD]),
            concerned=off,
            otherwise=seen.sales - off,
            column=str(row[c.UNREAD_IN]),
        )
