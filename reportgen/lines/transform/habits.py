"""Finds what each customer usually buys, and who has bought certain products."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
import pandas as pd

from reportgen import columns as c
from reportgen.lines.engine.compute import collect
from reportgen.lines.transform.products import PRODUCT, keep_products, name_products, shown_name
from reportgen.model.lines import OrderLines

LEAST_ORDERS = 2
"""Orders that hold a product before it is usual for a customer."""


def find_usual_products(kept: OrderLines, not_products: Sequence[str]) -> pd.Series:
    """Find the product that most of each customer's orders hold.

    Parameters
    ----------
    kept : OrderLines
        Those that count.
    not_products : sequence of str
        Codes (or names) of what is no product.

    Returns
    -------
    pandas.Series
        Its name, by customer id; customers with no product in two orders or more are left out. Of equals the one with
        the higher sales, then the first by code.
    """
    bought = keep_products(kept.frame, not_products)
    counts = bought.group_by(c.CUSTOMER_ID, PRODUCT).agg(
        nw.col(c.ORDER_ID).n_unique().cast(nw.Int64).alias(c.ORDERS), nw.col(c.AMOUNT).sum().cast(nw.Int64)
    )
    often = counts.filter(nw.col(c.ORDERS) >= LEAST_ORDERS)
    most = often.with_columns(most=nw.col(c.ORDERS).max().over(c.CUSTOMER_ID))
    found = collect(most.filter(nw.col(c.ORDERS) == nw.col("most")).select(c.CUSTOMER_ID, PRODUCT, c.AMOUNT))
    found = found.sort_values([c.AMOUNT, PRODUCT], ascending=[False, True]).drop_duplicates(c.CUSTOMER_ID)
    names = name_products(bought, sorted(set(found[PRODUCT])))
    return found.set_index(c.CUSTOMER_ID)[PRODUCT].map(names)


def list_buyers(kept: OrderLines, not_products: Sequence[str], names: Sequence[str]) -> dict[str, set[str]]:
    """List who has bought each of some products.

    Parameters
    ----------
    kept : OrderLines
        Those that count.
    not_products : sequence of str
        As `find_usual_products` takes them.
    names : sequence of str
        What the products are called in the report, their most frequent names.

    Returns
    -------
    dict
        Customer ids by name.
    """
    bought = keep_products(kept.frame, not_products)
    label = nw.coalesce(nw.col(c.PRODUCT_NAME), nw.col(PRODUCT))
    written = collect(bought.select(written=label).unique())["written"].dropna()
    raw = [one for one in written if shown_name(one) in names]  # a name may be written otherwise than it is printed
    alike = collect(bought.filter(label.is_in(sorted(raw))).select(PRODUCT).unique())
    called = {code: name for code, name in name_products(bought, sorted(alike[PRODUCT])).items() if name in names}
    rows = collect(bought.filter(nw.col(PRODUCT).is_in(sorted(called))).select(c.CUSTOMER_ID, PRODUCT).unique())
    found: dict[str, set[str]] = {name: set() for name in names}
    for customer, code in zip(rows[c.CUSTOMER_ID], rows[PRODUCT], strict=True):
        found[called[code]].add(customer)
    return found
