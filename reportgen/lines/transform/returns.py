"""Sets returns against purchases of the same product by the same customer, never more than was bought."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from reportgen import columns as c
from reportgen.model.lines import KEPT, RETURN, RETURN_WITHOUT_SALE

_PRODUCT = "returned_product"
_KEY = (c.CUSTOMER_ID, _PRODUCT)
_ORDER = (c.ORDERED_AT, c.ORDER_ID, c.QUANTITY, c.AMOUNT)


def net_returns(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Net the lines whose fate is still `RETURN`.

    For each customer and product the returns are taken in order of time until the units, and the money, bought in
    the window are used up. A return that fits stays as a line with negative quantity and amount; one that fits in
    part stays with that part; one that finds nothing left is dropped as `RETURN_WITHOUT_SALE`. A refund that names no
    product is taken from all that the customer bought and did not return.

    Parameters
    ----------
    frame : LazyFrame
        Lines with their fate.

    Returns
    -------
    LazyFrame
        The same lines; kept returns have the fate `KEPT` and amounts of zero or less.
    """
    quantity, amount, fate = nw.col(c.QUANTITY), nw.col(c.AMOUNT), nw.col(c.FATE)
    product = nw.coalesce(nw.col(c.PRODUCT_ID), nw.col(c.PRODUCT_NAME), nw.lit(""))
    frame = frame.with_columns(product.alias(_PRODUCT))
    sums = {"bought": quantity.sum().cast(nw.Int64), "paid": amount.sum().cast(nw.Int64)}
    asked = frame.filter(fate == RETURN).select(*_KEY)  # of most products nobody returns any
    named = frame.filter((fate == KEPT) & (nw.col(_PRODUCT) != "")).select(*_KEY, c.QUANTITY, c.AMOUNT)
    sold = nw.concat([named, _left_of_all(frame).select(*_KEY, c.QUANTITY, c.AMOUNT)])
    bought = sold.join(asked, on=list(_KEY), how="semi").group_by(*_KEY).agg(**sums)
    returned = frame.filter(fate == RETURN).join(bought, on=list(_KEY), how="left")
    returned = returned.with_columns(
        nw.when(quantity < 0).then(-quantity).otherwise(quantity).alias(c.QUANTITY),
        nw.when(amount < 0).then(-amount).otherwise(amount).alias(c.AMOUNT),
    )
    before = {
        "units_before": quantity.cum_sum().over(*_KEY, order_by=list(_ORDER)).cast(nw.Int64) - quantity,
        "money_before": amount.cum_sum().over(*_KEY, order_by=list(_ORDER)).cast(nw.Int64) - amount,
    }
    returned = returned.with_columns(**before)
    returned = returned.with_columns(
        units_left=nw.max_horizontal(nw.col("bought") - nw.col("units_before"), nw.lit(0)),
        money_left=nw.max_horizontal(nw.col("paid") - nw.col("money_before"), nw.lit(0)),
    )
    fits = (nw.col("units_left") > 0) & ~nw.col("bought").is_null()
    returned = returned.with_columns(
        nw.when(fits).then(-nw.min_horizontal(quantity, nw.col("units_left"))).otherwise(-quantity).alias(c.QUANTITY),
        nw.when(fits).then(-nw.min_horizontal(amount, nw.col("money_left"))).otherwise(-amount).alias(c.AMOUNT),
        nw.when(fits).then(nw.lit(KEPT)).otherwise(nw.lit(RETURN_WITHOUT_SALE)).alias(c.FATE),
    )
    names = frame.collect_schema().names()
    return nw.concat([frame.filter(fate != RETURN), returned.select(*names)]).drop(_PRODUCT)


def _left_of_all(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return what each customer bought of anything, and what they returned of it as negative, under no product."""
    quantity, amount, is_return = nw.col(c.QUANTITY), nw.col(c.AMOUNT), nw.col(c.FATE) == RETURN
    seen = frame.filter((nw.col(c.FATE) == KEPT) | (is_return & (nw.col(_PRODUCT) != "")))
    return seen.select(
        c.CUSTOMER_ID,
        nw.when(is_return).then(-quantity.abs()).otherwise(quantity).alias(c.QUANTITY),
        nw.when(is_return).then(-amount.abs()).otherwise(amount).alias(c.AMOUNT),
        nw.lit("").alias(_PRODUCT),
    )
