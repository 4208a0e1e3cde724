"""The only source of chance in the sample: one seed, and every draw made by hand from uniform numbers.

NumPy promises the uniform stream of a bit generator, but may change how its other distributions are drawn from it.
Inverse distribution functions keep the sample's bytes the same from one NumPy to the next.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_NORMAL = NormalDist()


class Chance:
    """Draws that depend on nothing but the seed and on what was drawn before.

    Parameters
    ----------
    seed : int
        Where the stream of uniform numbers begins.
    """

    def __init__(self, seed: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(seed))

    def uniform(self) -> float:
        """Return a number from 0 up to, but never, 1."""
        return float(self._generator.random())

    def happens(self, probability: float) -> bool:
        """Return whether something of this probability comes about."""
        return self.uniform() < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included, each as likely as the other."""
        return low + int(self.uniform() * (high - low + 1))

    def pick(self, running_totals: Sequence[float], low: float = 0.0) -> int:
        """Return a place in a table, drawn by weight.

        Parameters
        ----------
        running_totals : sequence of float
            The running totals of the weights, rising to the total of all; a weight of nought is never picked.
        low : float, optional
            The running total to begin from, so that places that end at or below it are left out.

        Returns
        -------
        int
            The place picked, from 0.
        """
        total = running_totals[-1]
        place = bisect_right(running_totals, low + self.uniform() * (total - low))
        # Rounding may carry the draw to the very end of the table, where there is no place left.
        return min(place, len(running_totals) - 1)

    def log_normal(self, median: float, spread: float) -> float:
        """Return a log-normal number.

        Parameters
        ----------
        median : float
            Half of the draws lie below it.
        spread : float
            The standard deviation of the logarithm.

        Returns
        -------
        float
            The number drawn, above 0.
        """
        # inv_cdf is not defined at 0, which a uniform draw may give.
        return median * math.exp(spread * _NORMAL.inv_cdf(max(self.uniform(), 1e-12)))

    def geometric(self, mean: float) -> int:
        """Return a whole number from 0 upwards, falling off evenly, with about this mean."""
        return int(math.log(1.0 - self.uniform()) / math.log(mean / (mean + 1.0)))
