"""Divides the same customers under choices that could as well have been made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.config.options import SegmentOptions
from reportgen.config.values import MAX_CLUSTERS, MIN_CLUSTERS
from reportgen.model.customers import Customers
from reportgen.model.robustness import Variation
from reportgen.model.segments import SegmentModel
from reportgen.segments.clusters import fit_many, fit_weighted
from reportgen.segments.features import fit_scaler, scale_customers

TOP = 0.01
"""Share of customers, those who spend most, that are left out."""
SEEDS = 2
"""Other seeds that are tried."""
_STARTS = 2


@dataclass(frozen=True, eq=False, slots=True)
class Redivided:
    """Customers divided in another way.

    Attributes
    ----------
    variation : str
        What was chosen otherwise.
    is_in : ndarray of bool of shape (n_customers,)
        Who is divided.
    frame : pandas.DataFrame
        Those customers.
    labels : ndarray of int of shape (n_divided,)
        0-based, none empty.
    model : SegmentModel
        What placed them; row n of its centres is segment n.
    """

    variation: Variation
    is_in: np.ndarray
    frame: pd.DataFrame
    labels: np.ndarray
    model: SegmentModel


def find_top(amounts: np.ndarray) -> np.ndarray:
    """Mark the `TOP` share of customers who spend most, one at least; of equals the first.

    Parameters
    ----------
    amounts : ndarray of shape (n_customers,)
        Money of each.
    """
    is_top = np.zeros(len(amounts), dtype=bool)
    is_top[np.argsort(-amounts, kind="stable")[: max(1, round(TOP * len(amounts)))]] = True
    return is_top


def redivide(
    frame: pd.DataFrame,
    options: SegmentOptions,
    n_clusters: int,
    other_amounts: np.ndarray | None,
    *,
    other_numbers: bool = True,
) -> Iterator[Redivided]:
    """Divide customers again under each choice that could as well have been made.

    Parameters
    ----------
    frame : pandas.DataFrame
        The customers, sorted by id.
    options : SegmentOptions
        The choices made.
    n_clusters : int
        The number of segments made.
    other_amounts : ndarray of int of shape (n_customers,), optional
        Money of each, had returns been treated the other way; None where that is not known.
    other_numbers : bool
        Whether one segment more or fewer is as good a choice; not of groups that exist.
    """
    everyone = np.ones(len(frame), dtype=bool)
    kept = ~find_top(frame[c.AMOUNT].to_numpy())
    with fit_many():
        yield _divide("without_top", frame, kept, options, n_clusters)
        other = "log" if options.normalise == "rank" else "rank"
        scaled = options.model_copy(update={"normalise": other})
        yield _divide("normalise", frame, everyone, scaled, n_clusters)
        if other_numbers and n_clusters > MIN_CLUSTERS:
            yield _divide("fewer", frame, everyone, options, n_clusters - 1)
        if other_numbers and n_clusters < MAX_CLUSTERS:
            yield _divide("more", frame, everyone, options, n_clusters + 1)
        for step in range(1, SEEDS + 1):
            seeded = options.model_copy(update={"random_state": (options.random_state + step) % 2**32})
            yield _divide("seeds", frame, everyone, seeded, n_clusters)
        if other_amounts is not None:
            changed = frame.assign(**{c.AMOUNT: other_amounts, c.TOTAL_SALES: other_amounts / c.MONEY_SCALE})
            changed[c.AVG_ORDER_VALUE] = changed[c.TOTAL_SALES] / changed[c.ORDER_COUNT]
            yield _divide("returns", changed, everyone, options, n_clusters)


def _divide(
    variation: Variation,
    frame: pd.DataFrame,
    is_in: np.ndarray,
    options: SegmentOptions,
    n_clusters: int,
) -> Redivided:
    mine = frame if is_in.all() else frame[is_in].reset_index(drop=True)
    customers = Customers(mine, len(mine))
    scaler = fit_scaler(customers, options)
    fit = fit_weighted(scale_customers(customers, scaler).matrix, None, n_clusters, _STARTS, options.random_state)
    found, labels = np.unique(fit.labels, return_inverse=True)
    return Redivided(variation, is_in, mine, labels, SegmentModel("", scaler, fit.centers[found]))
