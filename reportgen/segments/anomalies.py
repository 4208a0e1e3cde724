"""Tells an unusual move from a store's ordinary ones, with few false alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

MIN_MONTHS = 6
"""Earlier values that a measure needs before anything is said of it."""
_MOST_CORRELATED, _LEAST_LEFT, _LEAST_FREEDOM = 0.8, 0.3, 1.5
"""Bounds beyond which so few months tell nothing of their correlation."""
Key = TypeVar("Key")
FALSE_ALARMS = 0.02
"""Reports of a store in which nothing happens that may flag a move, all measures of the report together."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that a report could flag.

    Attributes
    ----------
    earlier : tuple of float
        The store's own values, oldest first.
    now : float
        This month's.
    noise : float
        Standard deviation that chance alone gives it, were the store the same: never less is expected.
    """

    earlier: tuple[float, ...]
    now: float
    noise: float


@dataclass(frozen=True, slots=True)
class Expected:
    """Between which values a measure was to be expected, which it was not."""

    low: float
    high: float


def find_unusual(measures: Mapping[Key, Measure]) -> dict[Key, Expected]:
    """Find the measures that lie outside what the store's own history lets expect.

    A measure is flagged when it lies outside the two-sided prediction interval for one further value of a normal
    sample, ``mean ± t(m - 1) · s · sqrt(1 + 1/m)`` (Hahn & Meeker 1991, ch. 4). Months that resemble the one before
    them tell less than as many independent ones: m is the number of independent values that n correlated ones are
    worth, ``n · (1 - r) / (1 + r)`` (Bayley & Hammersley 1946, for a first-order autoregression), r the correlation of
    neighbours without its bias toward zero (Kendall 1954), and s is free of the bias that they bring to it. All
    measures of a report share one error of 2 % (Bonferroni): of fifty reports of a store in which nothing happens one
    at most should flag anything.

    Parameters
    ----------
    measures : mapping
        By name; one with fewer than six earlier values is passed over.

    Returns
    -------
    dict
        The flagged ones.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    ready = {name: measure for name, measure in measures.items() if is_ready(measure)}
    found = {}
    for name, measure in ready.items():
        values = np.asarray(measure.earlier)
        worth = _count_independent(values)
        centre = float(values.mean())
        spread = max(float(values.std()) / float(np.sqrt(max(1 - 1 / worth, _LEAST_LEFT))), measure.noise)
        quantile = float(stdtrit(max(worth - 1, _LEAST_FREEDOM), 1 - FALSE_ALARMS / (2 * len(ready))))
        reach = quantile * spread * float(np.sqrt(1 + 1 / worth))
        if abs(measure.now - centre) > reach:
            found[name] = Expected(centre - reach, centre + reach)
    return found


def is_ready(measure: Measure) -> bool:
    """Whether a measure has enough earlier values to be judged by."""
    return len(measure.earlier) >= MIN_MONTHS


def _count_independent(values: np.ndarray) -> float:
    """Return how many independent values a series of a store's months is worth."""
    away = values - values.mean()
    squares = float((away**2).sum())
    r = float((away[1:] * away[:-1]).sum()) / squares if squares else 0.0
    r = min(max(r + (1 + 4 * max(r, 0.0)) / len(values), 0.0), _MOST_CORRELATED)
    return max(len(values) * (1 - r) / (1 + r), 2.0)


def noise_of_share(earlier: Sequence[float], size: int) -> float:
    """Return the standard deviation of a share of `size` independent things, at its usual value."""
    usual = float(np.clip(np.mean(earlier), 0, 1)) if earlier else 0.0
    return float(np.sqrt(max(usual * (1 - usual), 1 / max(size, 1)) / max(size, 1)))
