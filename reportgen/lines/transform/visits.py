"""Lists the days on which customers ordered, over all lines."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.lines.engine.compute import collect
from reportgen.lines.transform.customers import is_purchase
from reportgen.model.lines import KEPT, OrderLines

_DAY = "day"


def list_visits(lines: OrderLines) -> pd.DataFrame:
    """List each customer's days with an order, each day once.

    Parameters
    ----------
    lines : OrderLines
        From `see_all_lines`, with their fates.

    Returns
    -------
    pandas.DataFrame
        `customer` (int, any number for each customer) and `day` (int, days since 1970), sorted by both.
    """
    # numbers in the place of ids: a shop has many more visits than customers
    numbered = (
        _list_days(lines)
        .with_columns(one=nw.lit(1))
        .with_columns(nw.col(c.CUSTOMER_ID).rank("dense").over("one").cast(nw.Int64).alias("customer"))
    )
    found = collect(numbered.select("customer", _DAY))
    found[_DAY] = days_since_1970(pd.to_datetime(found[_DAY]))
    return found.sort_values(["customer", _DAY], ignore_index=True)


def days_since_1970(days: pd.Series) -> np.ndarray:
    """Count days from the first of January 1970."""
    counted: np.ndarray = days.to_numpy().astype("datetime64[D]").astype(np.int64)
    return counted


def find_first_orders(lines: OrderLines) -> pd.DataFrame:
    """Find each customer's first order of all lines, and the next on another day.

    Parameters
    ----------
    lines : OrderLines
        From `see_all_lines`, with their fates.

    Returns
    -------
    pandas.DataFrame
        `first` and `second` (timestamps of days, the second null where there was none), by `customer_id`.
    """
    ranked = _list_days(lines).with_columns(nw.col(_DAY).min().over(c.CUSTOMER_ID).alias("first"))
    later = nw.when(nw.col(_DAY) > nw.col("first")).then(nw.col(_DAY))
    pairs = ranked.with_columns(later.alias("later")).group_by(c.CUSTOMER_ID)
    found = collect(pairs.agg(nw.col("first").min(), nw.col("later").min().alias("second")))
    found.index = pd.Index(found[c.CUSTOMER_ID].astype(str))
    return pd.DataFrame({name: pd.to_datetime(found[name]) for name in ("first", "second")})


def _list_days(lines: OrderLines) -> nw.LazyFrame[Any]:
    """List the days on which each customer bought something, each once."""
    bought = lines.frame.filter((nw.col(c.FATE) == KEPT) & is_purchase())
    return bought.select(c.CUSTOMER_ID, nw.col(c.ORDERED_AT).cast(nw.Date).alias(_DAY)).unique()
