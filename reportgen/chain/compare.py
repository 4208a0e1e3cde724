"""Compares the stores of a chain on one common model of their customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.chain import StoreFacts, StoreLink, StoreShare
from reportgen.statistics.shrinkage import TINY, Pulled, pull_means, pull_shares, wilson
from reportgen.text.bidi import isolate

LEAST_CUSTOMERS = 20
"""Customers of a store below whom it is not said to differ from the chain."""
_LEAST = 0.01
"""Sales of a customer whose returns ate them up, for the logarithm."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Stores compared.

    Attributes
    ----------
    stores : tuple of StoreFacts
        By sales, high to low.
    typical_sales : float
        Of all the chain's customers, in currency units: what the stores' were pulled toward.
    spread : float
        Factor by which typical sales of stores usually differ from it, chance left out (1: not at all).
    share_correlation : float
        How much more alike two customers of one store are than two of the chain (0..1).
    """

    stores: tuple[StoreFacts, ...]
    typical_sales: float
    spread: float
    share_correlation: float


def compare_stores(customers: pd.DataFrame, labels: np.ndarray, links: Mapping[str, StoreLink]) -> Comparison:
    """Compare stores by the typical sales per customer and the mix of segments.

    Parameters
    ----------
    customers : pandas.DataFrame
        One row for each customer of each store, with `store`, `total_sales`, `order_count` and `amount`.
    labels, links
        Segment of each on the common model, 1..n; the stores' own reports, by store.

    Returns
    -------
    Comparison
        Typical sales are geometric means: a few customers would make the plain mean of a small store.
    """
    segments = int(labels.max())
    stores = sorted(customers[c.STORE].unique())
    frame = customers.assign(log=np.log(customers[c.TOTAL_SALES].clip(lower=_LEAST)), segment=labels)
    grouped = frame.groupby(c.STORE)
    counts = grouped.size().reindex(stores).to_numpy()
    means = grouped["log"].mean().reindex(stores).to_numpy()
    mix = _count_mix(frame, stores, segments)
    typical = pull_means(means, counts, _variance_within(frame, len(stores)))
    shares = pull_shares(mix, counts)
    verdicts, pulled_mix = judge(typical, counts), [(pulled, judge(pulled, counts)) for pulled in shares]
    sums = grouped[[c.AMOUNT, c.ORDER_COUNT]].sum().reindex(stores)
    sales, orders = sums[c.AMOUNT].astype(int).tolist(), sums[c.ORDER_COUNT].astype(int).tolist()
    all_sales = sum(sales)
    facts = [
        StoreFacts(
            store=isolate(store),
            customers=int(counts[n]),
            share_of_customers=round(int(counts[n]) / len(frame), 6),
            orders=orders[n],
            sales=round(sales[n] / c.MONEY_SCALE, 2),
            share_of_sales=round(sales[n] / all_sales, 6) if all_sales else 0.0,
            typical_sales=_money(means[n]),
            pulled_sales=_money(typical.estimate[n]),
            pulled_low=_money(typical.low[n]),
            pulled_high=_money(typical.high[n]),
            verdict=verdicts[n],
            rank=None,
            shares=tuple(_share(k, int(mix[n, k]), int(counts[n]), pulled_mix[k], n) for k in range(segments)),
            link=links.get(store),
        )
        for n, store in enumerate(stores)
    ]
    ranked = _rank(sorted(facts, key=lambda store: (-store.sales, store.store)))
    spread = round(float(np.exp(typical.spread)), 4)
    return Comparison(ranked, _money(typical.centre), spread, round(shares[0].spread, 6))


def judge(pulled: Pulled, counts: np.ndarray) -> list[str]:
    """Return for each store `above` or `below`, where its interval leaves out the centre, or `within noise`.

    A store with fewer than `LEAST_CUSTOMERS` is `too few customers`, whatever its interval.

    Parameters
    ----------
    pulled : Pulled
        The stores' estimates.
    counts : ndarray of shape (n_stores,)
        Customers of each store.
    """
    return [
        "too few customers"
        if count < LEAST_CUSTOMERS
        else "above"
        if low > pulled.centre + TINY
        else "below"
        if high < pulled.centre - TINY
        else "within noise"
        for low, high, count in zip(pulled.low, pulled.high, counts, strict=True)
    ]


def _count_mix(frame: pd.DataFrame, stores: list[str], segments: int) -> np.ndarray:
    """Count customers by store and segment."""
    parts = pd.crosstab(frame[c.STORE], frame["segment"]).reindex(index=stores, columns=range(1, segments + 1))
    return parts.fillna(0).to_numpy().astype(int)


def _variance_within(frame: pd.DataFrame, stores: int) -> float:
    """Pool the variance of the logarithms within stores; its degrees of freedom are customers less stores."""
    rest = len(frame) - stores
    inside = frame["log"] - frame.groupby(c.STORE)["log"].transform("mean")
    return float((inside**2).sum() / rest) if rest > 0 else float(frame["log"].var(ddof=0))


def _money(log: float) -> float:
    return round(float(np.exp(log)), 2)


def _share(segment: int, part: int, whole: int, judged: tuple[Pulled, list[str]], n: int) -> StoreShare:
    low, high = wilson(part, whole)
    pulled, verdicts = judged
    return StoreShare(
        segment=segment + 1,
        customers=part,
        share=round(part / whole, 6),
        low=round(low, 6),
        high=round(high, 6),
        pulled=round(float(pulled.estimate[n]), 6),
        pulled_low=round(float(pulled.low[n]), 6),
        pulled_high=round(float(pulled.high[n]), 6),
        verdict=verdicts[n],
    )


def _rank(stores: list[StoreFacts]) -> tuple[StoreFacts, ...]:
    order = sorted(stores, key=lambda store: -store.pulled_sales)
    ranks = {store.store: n for n, store in enumerate(order, start=1)}
    return tuple(
        replace(store, rank=ranks[store.store]) if store.verdict in ("above", "below") else store for store in stores
    )
