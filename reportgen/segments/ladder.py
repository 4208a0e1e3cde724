"""Chooses how customers can be divided by how many there are, and tells who brings the sales."""

from __future__ import annotations

import math

import numpy as np

from reportgen import columns as c
from reportgen.config.options import SegmentOptions
from reportgen.model.customers import Customers
from reportgen.model.ladder import SHARES, Concentration, Ladder, Rung
from reportgen.model.segments import SegmentModel
from reportgen.segments.bands import BANDS
from reportgen.segments.choice import SLACK


def choose_rung(customers: Customers, options: SegmentOptions, earlier: SegmentModel | None = None) -> Ladder:
    """Choose how customers can be divided.

    By likeness from `clusters_from` customers, or where the config insists on a number; below that by worth and their
    own rhythm where at least `rhythm_from` of them returned, else by days since the last order; below `min_customers`
    not at all. The way of the previous report stays until a bound is passed by a fifth.

    Parameters
    ----------
    customers : Customers
        All of them.
    options : SegmentOptions
        The bounds.
    earlier : SegmentModel, optional
        That of the previous report.
    """
    count, returning = len(customers), int((customers.frame[c.ORDER_DAYS] > 1).sum())
    plain, before = _take_rung(count, returning, options), None if earlier is None else rung_of(earlier)
    stays = plain != "too_small" and not options.n_clusters.is_fixed and _may_stay(count, returning, options, before)
    rung = before if stays and before is not None else plain
    return Ladder(
        rung=rung,
        customers=count,
        returning=returning,
        clusters_from=options.clusters_from,
        rhythm_from=options.rhythm_from,
        min_customers=options.min_customers,
        is_insisted=options.n_clusters.is_fixed,
        is_held=rung != plain,
        concentration=measure_concentration(customers.frame[c.AMOUNT].to_numpy()),
    )


def _take_rung(count: int, returning: int, options: SegmentOptions) -> Rung:
    if count < options.min_customers:
        return "too_small"
    if options.n_clusters.is_fixed or count >= options.clusters_from:
        return "clusters"
    return "rhythm" if returning >= options.rhythm_from else "bands"


def _may_stay(count: int, returning: int, options: SegmentOptions, before: Rung | None) -> bool:
    """Tell whether customers are within a fifth of what the division of the previous report is for."""
    if before == "clusters":
        return count >= (1 - SLACK) * options.clusters_from
    is_small = count < (1 + SLACK) * options.clusters_from
    if before == "rhythm":
        return is_small and returning >= (1 - SLACK) * options.rhythm_from
    return before == "bands" and is_small and returning < (1 + SLACK) * options.rhythm_from


def rung_of(model: SegmentModel) -> Rung | None:
    """Tell which rung an earlier model is of; None for one that divided nobody."""
    if model.scaler.normalise == BANDS:
        return "bands" if model.scaler.features == (c.RECENCY_DAYS,) else "rhythm"
    return "clusters" if len(model.centers) > 1 else None


def measure_concentration(amounts: np.ndarray) -> tuple[Concentration, ...]:
    """Count who brings the first `SHARES` of the sales, those who spend most first.

    Parameters
    ----------
    amounts : ndarray of int of shape (n_customers,)
        Money of each customer.

    Returns
    -------
    tuple of Concentration
        Empty where there are no sales.
    """
    falling = np.sort(amounts)[::-1]
    total = int(falling.sum())
    if total <= 0:
        return ()
    reached = np.cumsum(falling)
    found = []
    for share in SHARES:
        customers = int((reached < math.ceil(total * share)).argmin()) + 1
        found.append(Concentration(share, customers, round(customers / len(amounts), 6)))
    return tuple(found)
