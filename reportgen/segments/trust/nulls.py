"""Makes up customers without groups whose habits are spread, and go together, like those of a shop."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.segments.trust.separation import log_of

_CELLS = 256
_HALVINGS = 12
_FLAT = 1e-9
_WIDEST = 2.0
"""The widest kernel tried, in standard deviations."""


class MadeUp:
    """Customers of a shop made up again, without groups.

    Each habit (orders, order value, recency) is spread as in the shop, but with a single peak: by a smoothed bootstrap
    with the narrowest kernel that leaves one (Silverman 1981). Habits go together as closely as there, by a Gaussian
    copula with their rank correlations; total sales are orders times order value.

    Parameters
    ----------
    frame : pandas.DataFrame
        The shop's customers.
    random_state : int
        Seed.
    """

    def __init__(self, frame: pd.DataFrame, random_state: int) -> None:
        self._random_state = random_state
        self._logs = {
            c.ORDER_COUNT: np.log(frame[c.ORDER_COUNT].to_numpy(dtype=float)),
            c.AVG_ORDER_VALUE: log_of(frame[c.AVG_ORDER_VALUE].to_numpy(dtype=float)),
            c.RECENCY_DAYS: np.log1p(frame[c.RECENCY_DAYS].to_numpy(dtype=float)),
        }
        self._widths = {name: find_width(values) for name, values in self._logs.items()}
        correlation = pd.DataFrame(self._logs).corr(method="spearman").fillna(0.0).to_numpy()
        self._root = _root_of(2 * np.sin(np.pi / 6 * correlation))

    def make(self, number: int, size: int) -> pd.DataFrame:
        """Make up customers; the same number, the same customers.

        Parameters
        ----------
        number : int
            Which.
        size : int
            How many.

        Returns
        -------
        pandas.DataFrame
            `total_sales`, `order_count`, `avg_order_value` and `recency_days`.
        """
        random = np.random.default_rng([self._random_state, number])
        normal = random.standard_normal((size, len(self._logs))) @ self._root
        places = normal.argsort(axis=0).argsort(axis=0)
        drawn = {
            name: np.sort(_smooth(random.choice(values, size), values, self._widths[name], random))[places[:, column]]
            for column, (name, values) in enumerate(self._logs.items())
        }
        orders = np.maximum(1.0, np.round(np.exp(drawn[c.ORDER_COUNT])))
        value = np.exp(drawn[c.AVG_ORDER_VALUE])
        return pd.DataFrame(
            {
                c.TOTAL_SALES: orders * value,
                c.ORDER_COUNT: orders,
                c.AVG_ORDER_VALUE: value,
                c.RECENCY_DAYS: np.maximum(0.0, np.round(np.expm1(drawn[c.RECENCY_DAYS]))),
            }
        )


def find_width(values: np.ndarray) -> float:
    """Find the narrowest Gaussian kernel that leaves an estimated density one peak (Silverman 1981).

    Parameters
    ----------
    values : ndarray of shape (n,)
        Any.

    Returns
    -------
    float
        In the unit of the values; 0 when all are the same.
    """
    spread = float(values.std())
    if not spread > _FLAT * (1 + float(abs(values).max())):
        return 0.0
    reach = _WIDEST * spread
    edges = np.linspace(values.min() - reach, values.max() + reach, _CELLS + 1)
    counts = np.histogram(values, edges)[0].astype(float)
    cell = edges[1] - edges[0]
    narrow, wide = 0.0, reach
    for _ in range(_HALVINGS):
        middle = (narrow + wide) / 2
        narrow, wide = (narrow, middle) if _count_peaks(counts, middle / cell) <= 1 else (middle, wide)
    return wide


def _count_peaks(counts: np.ndarray, width: float) -> int:
    """Count the peaks of a histogram under a Gaussian kernel, whose width is in cells."""
    apart = np.subtract.outer(np.arange(len(counts)), np.arange(len(counts)))
    density = np.exp(-(apart**2) / (2 * max(width, 1e-6) ** 2)) @ counts
    slopes = np.sign(np.diff(density).round(9 - int(np.ceil(np.log10(max(density.max(), 1e-9))))))
    slopes = slopes[slopes != 0]
    return int(((slopes[:-1] > 0) & (slopes[1:] < 0)).sum())


def _smooth(drawn: np.ndarray, values: np.ndarray, width: float, random: np.random.Generator) -> np.ndarray:
    """Spread drawn values by a kernel, and shrink them to the variance that they had."""
    mean, variance = values.mean(), values.var()
    if not width > 0:
        return drawn
    spread = drawn - mean + width * random.standard_normal(len(drawn))
    smoothed: np.ndarray = mean + spread / np.sqrt(1 + width**2 / variance)
    return smoothed


def _root_of(correlation: np.ndarray) -> np.ndarray:
    """Return a matrix that gives independent normal columns these correlations, the nearest that are possible."""
    np.fill_diagonal(correlation, 1.0)
    values, vectors = np.linalg.eigh(correlation)
    root: np.ndarray = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    return root
