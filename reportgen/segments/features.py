"""Makes customers comparable: ranks, logarithms, plain values or bands, by a scale that can be kept."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.config.options import SegmentOptions
from reportgen.model.customers import Customers
from reportgen.model.segments import Features, FeatureScale, Scaler
from reportgen.model.stages import LAPSED_DAYS, LATE_DAYS, LATE_GAPS, LATE_ORDER_DAYS

MAX_KNOTS = 5_000
"""Distinct values up to which a scale keeps every one; beyond it keeps this many and ranks between them in line."""


def fit_scaler(customers: Customers, options: SegmentOptions) -> Scaler:
    """Fit the scale that makes customers comparable.

    ``rank`` replaces each value by its rank (``ties: average`` gives equal values their mean rank, ``first`` ranks
    them by customer id); ``log`` takes ``log(1 + x)``, negative values counting as 0; ``zscore`` takes values as they
    are. Each column is then ``(x - mean) / std`` with ``ddof=1``; a column without spread becomes 0.

    Parameters
    ----------
    customers : Customers
        Sorted by customer id.
    options : SegmentOptions
        `features`, `normalise` and `ties`.

    Returns
    -------
    Scaler
        Applied to the same customers it gives the ranks themselves, as long as there are at most 5,000 distinct values
        of a feature; beyond that ranks that are off by one place in five thousand at most.
    """
    scales = tuple(_fit_scale(customers.frame[name], options) for name in options.features)
    return Scaler(tuple(options.features), options.normalise, options.ties, scales)


def scale_customers(customers: Customers, scaler: Scaler) -> Features:
    """Place customers on a scale, their own or that of an earlier month.

    A value that the scale has never seen gets a rank between those of its neighbours, and below the least or above the
    greatest the rank of that one. With ``ties: first`` customers of equal value are spread over the ranks that the
    value had, by customer id.

    Parameters
    ----------
    customers : Customers
        Sorted by customer id.
    scaler : Scaler
        From `fit_scaler`.

    Returns
    -------
    Features
        Matrix of shape (n_customers, n_features).
    """
    matrix = np.zeros((len(customers), len(scaler.features)))
    for column, (name, scale) in enumerate(zip(scaler.features, scaler.scales, strict=True)):
        if scale.std > 0:
            placed = _place(_values_of(customers.frame, name), scale, scaler)
            matrix[:, column] = (placed - scale.mean) / scale.std
    return Features(scaler.features, matrix)


def _values_of(frame: pd.DataFrame, name: str) -> pd.Series:
    return measure_silence(frame) if name == c.SILENCE else frame[name]


def measure_silence(frame: pd.DataFrame) -> pd.Series:
    """Measure how long each customer has been silent, in what is long for them.

    Long is, for a customer who is late above it (`reportgen.segments.stages.find_late`), twice the usual gap but at
    least 30 days; for one who has no usual gap 180 days.

    Parameters
    ----------
    frame : pandas.DataFrame
        With `order_days`, `first_ordered_at`, `last_ordered_at` and `recency_days`.
    """
    span = (frame[c.LAST_ORDERED_AT].dt.normalize() - frame[c.FIRST_ORDERED_AT].dt.normalize()).dt.days
    gap = span / np.maximum(frame[c.ORDER_DAYS] - 1, 1)
    usual = np.maximum(LATE_GAPS * gap, LATE_DAYS)
    silence: pd.Series = frame[c.RECENCY_DAYS] / usual.where(frame[c.ORDER_DAYS] >= LATE_ORDER_DAYS, float(LAPSED_DAYS))
    return silence


def _fit_scale(values: pd.Series, options: SegmentOptions) -> FeatureScale:
    knots = low = high = np.zeros(0)
    if options.normalise == "rank":
        knots, counts = np.unique(values.to_numpy(dtype=float), return_counts=True)
        high = np.cumsum(counts).astype(float)
        low = high - counts + 1
        if len(knots) > MAX_KNOTS:
            picked = np.unique(np.linspace(0, len(knots) - 1, MAX_KNOTS).round().astype(int))
            knots, low, high = knots[picked], low[picked], high[picked]
    scale = FeatureScale(knots, low, high, 0.0, 1.0)
    placed = _place(values, scale, Scaler((), options.normalise, options.ties, ()))
    mean, std = _mean_and_spread(placed)
    return FeatureScale(knots, low, high, mean, std)


def _mean_and_spread(placed: np.ndarray) -> tuple[float, float]:
    """Return mean and standard deviation (``ddof=1``); a column without spread has 0."""
    values = pd.Series(placed)
    std = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    is_flat = not std > 1e-12 * (1 + float(values.abs().max()))
    return float(values.mean()), 0.0 if is_flat else std


def _place(values: pd.Series, scale: FeatureScale, scaler: Scaler) -> np.ndarray:
    numbers = values.to_numpy(dtype=float)
    if scaler.normalise == "bands":
        return np.searchsorted(scale.knots, numbers).astype(float)
    if scaler.normalise == "log":
        placed: np.ndarray = np.log1p(np.clip(numbers, 0, None))
    elif scaler.normalise == "zscore":
        placed = numbers
    elif scaler.ties == "average":
        placed = np.interp(numbers, scale.knots, (scale.low + scale.high) / 2)
    else:
        low, high = (np.interp(numbers, scale.knots, ranks) for ranks in (scale.low, scale.high))
        groups = values.groupby(numbers)
        position, size = groups.cumcount().to_numpy(), groups.transform("size").to_numpy()
        # alone of its value: in the middle of the ranks that the value had
        placed = np.where(size > 1, low + position * (high - low) / np.maximum(size - 1, 1), (low + high) / 2)
    return placed
