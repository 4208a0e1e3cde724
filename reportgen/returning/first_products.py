"""Judges what the buyers of a first product did next: small groups are pulled to the mean, chance does not pass."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.actions import LEAST_LOOKED_AT
from reportgen.model.returning import FirstProduct, FirstProducts
from reportgen.statistics.shrinkage import pull_toward

_FALSE_SHARE = 0.05
"""Share of the products said to differ that may differ by chance alone (Benjamini & Hochberg 1995)."""
_MOST_LISTED, _MOST_DIFFERING = 8, 6


def judge_first_products(products: pd.DataFrame, everyone: pd.Series) -> pd.DataFrame:
    """Judge whether the buyers of each first product come back more or less often than the others.

    Parameters
    ----------
    products : pandas.DataFrame
        By product: `customers`, `came_back`, `next_sales` (ten-thousandths), of customers who could be followed.
    everyone : pandas.Series
        The same of all of them.

    Returns
    -------
    pandas.DataFrame
        Those that `LEAST_LOOKED_AT` customers or more bought first, with `pulled`, `low`, `high` (0..1; empirical
        Bayes, the beta-binomial model) and `differs`: ``more``, ``less`` or None, by the exact hypergeometric test on
        both sides (Fisher 1935; twice the smaller tail), with no more than 5 % false among those told.
    """
    from scipy import stats  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    tested = products[products["customers"] >= LEAST_LOOKED_AT]
    if tested.empty:
        return tested.assign(pulled=0.0, low=0.0, high=0.0, differs=None)
    counts, back = tested["customers"].to_numpy(), tested["came_back"].to_numpy()
    pulled = pull_toward(back, counts, int(everyone["came_back"]) / int(everyone["customers"]))
    chance = stats.hypergeom(int(everyone["customers"]), int(everyone["came_back"]), counts)
    tails = np.minimum(chance.cdf(back), chance.sf(back - 1))
    is_told = stats.false_discovery_control(np.minimum(1.0, 2 * tails)) <= _FALSE_SHARE
    is_more = back * int(everyone["customers"]) > counts * int(everyone["came_back"])
    differs = pd.Series(["more" if more else "less" for more in is_more], tested.index, dtype=object)
    differs[~is_told] = None
    return tested.assign(pulled=pulled.estimate, low=pulled.low, high=pulled.high, differs=differs)


def choose_listed(judged: pd.DataFrame) -> pd.DataFrame:
    """Choose the products to list: those that differ, and the most frequent; by how many bought them first.

    Parameters
    ----------
    judged : pandas.DataFrame
        From `judge_first_products`.
    """
    ordered = judged.rename_axis("product").reset_index().sort_values(["customers", "product"], ascending=[False, True])
    differing = ordered[ordered["differs"].notna()].head(_MOST_DIFFERING)
    others = ordered[~ordered["product"].isin(differing["product"])].head(_MOST_LISTED - len(differing))
    return pd.concat([differing, others]).sort_values(["customers", "product"], ascending=[False, True])


def bind_first_products(
    listed: pd.DataFrame, tested: int, everyone: pd.Series, names: Mapping[str, str]
) -> FirstProducts:
    """Bind what first orders held to the facts.

    Parameters
    ----------
    listed : pandas.DataFrame
        From `choose_listed`.
    tested : int
        How many products were judged.
    everyone : pandas.Series
        Of all who could be followed.
    names : mapping
        Of the products listed.
    """
    customers = int(everyone["customers"])
    return FirstProducts(
        customers=customers,
        came_back=int(everyone["came_back"]),
        next_sales=_mean(everyone["next_sales"], customers),
        tested=tested,
        products=tuple(
            FirstProduct(
                product_id=row["product"] if row["product"] != names[row["product"]] else None,
                product_name=names[row["product"]],
                customers=int(row["customers"]),
                came_back=int(row["came_back"]),
                pulled=round(float(row["pulled"]), 6),
                low=round(float(row["low"]), 6),
                high=round(float(row["high"]), 6),
                next_sales=_mean(row["next_sales"], int(row["customers"])),
                differs=row["differs"],
            )
            for row in listed.to_dict("records")
        ),
    )


def _mean(amount: int, customers: int) -> float:
    return round(int(amount) / c.MONEY_SCALE / customers, 2) if customers else 0.0
