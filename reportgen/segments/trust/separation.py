"""Whether there is a gap between neighbouring segments: fewer customers between their middles than at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from reportgen import columns as c

_STEPS = 65
_BEYOND = 0.3
"""How far beyond the middles the line is followed, in parts of their distance: a peak may lie outside."""


@dataclass(frozen=True, slots=True)
class Valley:
    """The emptiest place between two neighbouring segments.

    Attributes
    ----------
    between : tuple of int
        The two, 0-based, the first the smaller.
    depth : float
        Density there over that at the lower of the two peaks (0..1); 1: no valley.
    """

    between: tuple[int, int]
    depth: float


def place_habits(frame: pd.DataFrame, features: Sequence[str], random_state: int) -> np.ndarray:
    """Place customers by the logarithms of what they are compared by, orders spread evenly between whole numbers.

    Ranks would not do: they take every gap out of a feature. Total sales are orders times order value, so beside those
    two they say nothing new.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row for each customer.
    features : sequence of str
        What they are compared by.
    random_state : int
        Seed of the spread.

    Returns
    -------
    ndarray of shape (n_customers, n_habits)
    """
    random = np.random.default_rng(random_state)
    names = [name for name in features if name != c.TOTAL_SALES] if c.TOTAL_SALES in features else list(features)
    if {c.ORDER_COUNT, c.AVG_ORDER_VALUE} - set(names):
        names = list(features)
    return np.stack([_log(frame[name].to_numpy(dtype=float), name, random) for name in names], axis=1)


def _log(values: np.ndarray, name: str, random: np.random.Generator) -> np.ndarray:
    if name == c.ORDER_COUNT:
        values = values + random.uniform(-0.5, 0.5, len(values))
    elif name == c.RECENCY_DAYS:
        values = values + random.uniform(0.5, 1.5, len(values))
    return log_of(values)


def log_of(values: np.ndarray) -> np.ndarray:
    """Return logarithms, of what is below a hundredth of the median that of this: next to nothing is no group."""
    positive = values[values > 0]
    least = np.median(positive) / 100 if len(positive) else 1.0
    logs: np.ndarray = np.log(np.maximum(values, least))
    return logs


def find_valleys(habits: np.ndarray, labels: np.ndarray) -> list[Valley]:
    """Find the valley between each two neighbouring segments.

    Along the line through both middles the density of all customers is estimated with a Gaussian kernel (Silverman
    1986), whose width follows the spread within segments. Density without groups falls from one peak, so that there
    is no valley on any line; neighbours are two segments nearer than any other to the point halfway.

    Parameters
    ----------
    habits : ndarray of shape (n_customers, n_habits)
        From `place_habits`.
    labels : ndarray of int of shape (n_customers,)
        0-based segments, none empty.

    Returns
    -------
    list of Valley
        The shallowest first.
    """
    segments = range(labels.max() + 1)
    spread = np.sqrt(np.mean([habits[labels == each].var(axis=0) for each in segments], axis=0))
    places = habits / np.where(spread > 0, spread, 1.0)
    middles = np.array([np.median(places[labels == each], axis=0) for each in segments])
    width = (len(habits) / len(middles)) ** (-1 / (places.shape[1] + 4))
    valleys = [
        Valley((a, b), _measure_depth(places, middles[a], middles[b], width))
        for a, b in combinations(segments, 2)
        if _are_neighbours(middles, a, b)
    ]
    return sorted(valleys, key=lambda valley: (-valley.depth, valley.between))


def _are_neighbours(middles: np.ndarray, a: int, b: int) -> bool:
    distances = ((middles - (middles[a] + middles[b]) / 2) ** 2).sum(axis=1)
    distances[[a, b]] = -1.0
    own = ((middles[a] - middles[b]) ** 2).sum() / 4
    return bool((distances < own).sum() == 2)


def _measure_depth(places: np.ndarray, first: np.ndarray, second: np.ndarray, width: float) -> float:
    steps = np.linspace(-_BEYOND, 1 + _BEYOND, _STEPS)
    line = first + steps[:, None] * (second - first)
    distances = (line**2).sum(axis=1)[:, None] - 2 * line @ places.T + (places**2).sum(axis=1)
    density = np.exp(distances / (-2 * width**2)).sum(axis=1)
    near = steps < 0.5
    peak = int(np.where(near, density, -1).argmax())
    other = int(np.where(near, -1, density).argmax())
    lower = min(density[peak], density[other])
    return float(density[peak : other + 1].min() / lower) if lower > 0 else 0.0
