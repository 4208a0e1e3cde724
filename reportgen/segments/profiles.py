"""Describes each segment in numbers, beside the same numbers of all customers."""

from __future__ import annotations

import pandas as pd

from reportgen import columns as c
from reportgen.model.actions import TakenBack
from reportgen.model.customers import Customers, money_of
from reportgen.model.segments import Profiles, Segmentation


def profile_segments(customers: Customers, segmentation: Segmentation) -> Profiles:
    """Compute sizes, sums, means, medians and mean percentiles of each segment and of all customers.

    Parameters
    ----------
    customers : Customers
        All customers.
    segmentation : Segmentation
        Their segments.

    Returns
    -------
    Profiles
        One row per segment, and the base. A percentile is the mean rank / n, ties averaged (0..1, base about 0.5).
    """
    frame = customers.frame
    metrics = list(c.METRICS)
    percentiles = frame[metrics].rank(pct=True).add_prefix("percentile_")
    wide = pd.concat([frame, percentiles], axis=1).assign(one_order=frame[c.ORDER_COUNT] == 1)
    groups = wide.groupby(segmentation.labels)
    return Profiles(
        frame=pd.DataFrame({number: _summary(group, metrics) for number, group in groups}).T,
        base=_summary(wide, metrics),
    )


def _summary(group: pd.DataFrame, metrics: list[str]) -> pd.Series:
    means = group[metrics].mean().add_prefix("mean_")
    medians = group[metrics].median().add_prefix("median_")
    percentiles = group[[f"percentile_{metric}" for metric in metrics]].mean()
    counts = pd.Series(
        {
            "customers": len(group),
            "amount": int(group[c.AMOUNT].sum()),
            "orders": int(group[c.ORDER_COUNT].sum()),
            "one_order_customers": int(group["one_order"].sum()),
        },
        dtype=object,
    )
    summary: pd.Series = pd.concat([counts, means, medians, percentiles]).astype(object)
    return summary


def measure_taken_back(members: pd.DataFrame, returns: str) -> TakenBack | None:
    """Measure what of some customers' sales was cancelled or returned and still counts.

    Parameters
    ----------
    members : pandas.DataFrame
        With `amount` and `net_amount` (int, ten-thousandths) and `order_count`.
    returns : {'drop', 'net'}
        What the config does with returns.

    Returns
    -------
    TakenBack or None
        None where returns are set against purchases: then nothing counts that was taken back.
    """
    if returns == "net":
        return None
    taken = members[c.AMOUNT] - members[c.NET_AMOUNT]
    order_values = members[c.NET_AMOUNT] / c.MONEY_SCALE / members[c.ORDER_COUNT]
    return TakenBack(float(money_of(int(taken.sum()))), int((taken != 0).sum()), round(float(order_values.mean()), 2))


def correlate_metrics(customers: Customers) -> dict[str, float]:
    """Compute Spearman's rank correlation (-1..1; 0 where a metric is constant) of each two of the three metrics."""
    ranks = customers.frame[list(c.FEATURES)].rank()
    pairs = ((c.ORDER_COUNT, c.TOTAL_SALES), (c.ORDER_COUNT, c.AVG_ORDER_VALUE), (c.AVG_ORDER_VALUE, c.TOTAL_SALES))
    found = {}
    for first, second in pairs:
        constant = ranks[first].nunique() < 2 or ranks[second].nunique() < 2
        found[f"{first}, {second}"] = 0.0 if constant else round(float(ranks[first].corr(ranks[second])), 4)
    return found
