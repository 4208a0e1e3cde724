"""Estimates how long something takes where not all have had the time for it yet (Kaplan & Meier 1958)."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

LEVEL = 0.95
"""Of every interval."""
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class Survival:
    """The share of some customers to whom something has not happened yet, by days.

    Attributes
    ----------
    days : ndarray of shape (n,)
        Times at which it happened to anybody, ascending: days, or any other unit.
    left : ndarray of float of shape (n,)
        Share to whom it has not happened by the end of each (0..1), the product-limit estimate.
    error : ndarray of float of shape (n,)
        Standard error of that.
    """

    days: np.ndarray
    left: np.ndarray
    error: np.ndarray

    def share_by(self, days: np.ndarray | float) -> np.ndarray:
        """Return the share to whom it has happened within so many days (0..1); asked beyond what was seen, the last."""
        return np.asarray(1 - self._at(self.left, days, 1.0))

    def left_after(self, days: np.ndarray | float) -> np.ndarray:
        """Return the share to whom it has not happened within so many days (0..1)."""
        return self._at(self.left, days, 1.0)

    def interval_by(self, days: int, error: float | None = None) -> tuple[float, float]:
        """Return the 95 % interval of `share_by`, on the scale log(-log) (Kalbfleisch & Prentice 1980).

        A share of 0 or 1 has no interval on that scale; it is returned twice.

        Parameters
        ----------
        days : int
            Within how many.
        error : float, optional
            Standard error to take in the place of Greenwood's, such as that of `cluster_error`.
        """
        left = float(self._at(self.left, days, 1.0))
        error = float(self._at(self.error, days, 0.0)) if error is None else error
        if not 0 < left < 1 or error <= 0:
            return 1 - left, 1 - left
        width = NormalDist().inv_cdf((1 + LEVEL) / 2) * error / (left * np.log(left))
        low, high = sorted((left ** np.exp(width), left ** np.exp(-width)))
        return 1 - float(high), 1 - float(low)

    def day_of(self, share: np.ndarray | float) -> np.ndarray:
        """Return the first day by which it has happened to a share of all (0..1); nan where it never has."""
        days = np.append(self.days, np.nan)
        return np.asarray(days[np.searchsorted(1 - self.left, np.asarray(share) - _ROUNDING)])

    def _at(self, values: np.ndarray, days: np.ndarray | float, before: float) -> np.ndarray:
        """Read a step function that has a value before its first step."""
        return np.concatenate(([before], values))[np.searchsorted(self.days, days, side="right")]


def fit_survival(days: np.ndarray, happened: np.ndarray) -> Survival:
    """Estimate how long something takes.

    Parameters
    ----------
    days : ndarray of int of shape (n_followed,)
        Days until it happened, or until the last that was seen; who is seen no longer counts until the end of that day.
    happened : ndarray of bool of shape (n_followed,)
        Whether it happened.

    Returns
    -------
    Survival
        With Greenwood's standard errors (1926).
    """
    seen, events, at_risk = _count(days, happened)
    left = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = left * np.sqrt(np.cumsum(events / (at_risk * (at_risk - events))))
    return Survival(seen, left, np.nan_to_num(error))


def cluster_error(days: np.ndarray, happened: np.ndarray, customer: np.ndarray, by: int) -> float:
    """Return the standard error of the share that is left where some were followed more than once.

    Their times are not independent. This is the infinitesimal jackknife, summed by customer (Therneau & Grambsch 2000,
    section 2.2.3): with d(u) events among Y(u) at risk, a time T that was followed moves log S(t) by the sum of
    d(u) / (Y(u) (Y(u) - d(u))) over u <= min(T, t), and by -1 / (Y(T) - d(T)) once it has happened at T <= t.

    Parameters
    ----------
    days, happened : ndarray of shape (n_followed,)
        As `fit_survival` takes them.
    customer : ndarray of shape (n_followed,)
        Who was followed.
    by : int
        The day t.
    """
    seen, events, at_risk = _count(days, happened)
    steps = int(np.searchsorted(seen, by, side="right"))
    if not steps:
        return 0.0
    _, who = np.unique(customer, return_inverse=True)
    last = np.searchsorted(seen, days, side="right")  # steps until it happened, or until it was seen no longer
    still = at_risk[:steps] - events[:steps]
    if not still.all():  # nobody is left, which no other customers would change
        return 0.0
    drift = np.concatenate(([0.0], np.cumsum(events[:steps] / (at_risk[:steps] * still))))
    own = np.concatenate(([0.0], 1 / still))
    reached = np.minimum(last, steps)
    influence = drift[reached] - np.where(happened & (last <= steps), own[reached], 0.0)
    left = float(np.prod(1 - events[:steps] / at_risk[:steps]))
    return left * float(np.sqrt((np.bincount(who, weights=influence) ** 2).sum()))


def _count(days: np.ndarray, happened: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the days on which it happened, to how many, and how many it could have happened to."""
    seen, events = np.unique(days[happened], return_counts=True)
    return seen, events, len(days) - np.searchsorted(np.sort(days), seen, side="left")
