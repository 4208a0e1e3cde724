"""Tells an unusual move from a store's ordinary ones, with few false alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

MIN_MONTHS = 6
"""Earlier values that a measure needs before anything is said of it."""
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
    sample, ``mean ± t(n - 1) · s · sqrt(1 + 1/n)`` (Hahn & Meeker 1991, ch. 4). All measures of a report share one
    error of 2 % (Bonferroni): of fifty reports of a store in which nothing happens one at most should flag anything.

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

    ready = {name: measure for name, measure in measures.items() if len(measure.earlier) >= MIN_MONTHS}
    found = {}
    for name, measure in ready.items():
        n = len(measure.earlier)
        centre, spread = float(np.mean(measure.earlier)), max(float(np.std(measure.earlier, ddof=1)), measure.noise)
        quantile = float(stdtrit(n - 1, 1 - FALSE_ALARMS / (2 * len(ready))))
        reach = quantile * spread * float(np.sqrt(1 + 1 / n))
        if abs(measure.now - centre) > reach:
            found[name] = Expected(centre - reach, centre + reach)
    return found


def noise_of_share(earlier: Sequence[float], size: int) -> float:
    """Return the standard deviation of a share of `size` independent things, at its usual value."""
    usual = float(np.clip(np.mean(earlier), 0, 1)) if earlier else 0.0
    return float(np.sqrt(max(usual * (1 - usual), 1 / max(size, 1)) / max(size, 1)))
