"""Pulls what few customers show toward the chain's mean: the fewer, the further (empirical Bayes)."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.special import betaincinv

Z95 = NormalDist().inv_cdf(0.975)
_MAX_WEIGHT = 1e9
"""Prior customers when stores do not differ at all: then every store is the chain."""
_TINY = 1e-9
"""Less than this is an error of rounding, no difference."""


@dataclass(frozen=True, eq=False, slots=True)
class Pulled:
    """Estimates of stores after they were pulled toward the chain.

    Attributes
    ----------
    estimate, low, high : numpy.ndarray of shape (n_stores,)
        With bounds of the 95 % interval.
    centre : float
        What they were pulled toward.
    spread : float
        How much stores differ beyond chance: for means the standard deviation between stores; for shares the
        correlation of two customers of the same store (0..1).
    """

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    centre: float
    spread: float

    def verdicts(self) -> list[str]:
        """Return `above`, `below` or `within noise` for each store: whether its interval leaves out the centre."""
        return [
            "above" if low > self.centre + _TINY else "below" if high < self.centre - _TINY else "within noise"
            for low, high in zip(self.low, self.high, strict=True)
        ]


def pull_means(means: np.ndarray, counts: np.ndarray, variance: float) -> Pulled:
    """Pull means of stores toward the mean of the chain.

    Parameters
    ----------
    means : ndarray of shape (n_stores,)
        Mean of each store's customers, on a scale where they are roughly normal.
    counts : ndarray of shape (n_stores,)
        Customers of each store, 1 or more.
    variance : float
        Variance between customers of the same store, the same for all stores, so that a store with one customer
        has a standard error too.

    Returns
    -------
    Pulled
        The normal-normal model: the variance between stores by DerSimonian & Laird 1986, the weighted mean as
        centre, each store's mean pulled by its reliability (Efron & Morris 1975), the interval widened for the
        centre's own error (after Morris 1983).
    """
    errors = variance / counts
    if len(means) < 2 or variance <= _TINY:
        flat = np.zeros(len(means))
        return Pulled(means, means + flat, means + flat, float(means.mean()), 0.0)
    weights = 1 / errors
    fixed = float(np.average(means, weights=weights))
    q = float((weights * (means - fixed) ** 2).sum())
    excess = q - (len(means) - 1)
    between = max(0.0, excess / float(weights.sum() - (weights**2).sum() / weights.sum()))
    total = between + errors
    centre = float(np.average(means, weights=1 / total))
    centre_variance = 1 / float((1 / total).sum())
    reliability = between / total
    estimate = centre + reliability * (means - centre)
    deviation = np.sqrt(reliability * errors + (1 - reliability) ** 2 * centre_variance)
    return Pulled(estimate, estimate - Z95 * deviation, estimate + Z95 * deviation, centre, between**0.5)


def pull_shares(parts: np.ndarray, counts: np.ndarray) -> list[Pulled]:
    """Pull the shares of segments in stores toward those of the chain.

    Parameters
    ----------
    parts : ndarray of shape (n_stores, n_segments)
        Customers by store and segment.
    counts : ndarray of shape (n_stores,)
        Customers of each store.

    Returns
    -------
    list of Pulled
        One for each segment. The Dirichlet-multinomial model: the chain's shares weigh as much as (1 - r) / r
        customers, r being the correlation within stores by the moments of Kleinman 1973, one for all segments; the
        interval is the middle 95 % of the posterior beta distribution.
    """
    total = counts.sum()
    chain = parts.sum(axis=0) / total
    correlation = within_correlation(parts, counts)
    weight = min(_MAX_WEIGHT, (1 - correlation) / correlation) if correlation > 0 else _MAX_WEIGHT
    found = []
    for segment, share in enumerate(chain):
        a = parts[:, segment] + weight * share
        b = counts - parts[:, segment] + weight * (1 - share)
        inside = (a > 0) & (b > 0)
        safe_a, safe_b = np.where(inside, a, 1.0), np.where(inside, b, 1.0)
        certain = np.where(a > 0, 1.0, 0.0)
        low = np.where(inside, betaincinv(safe_a, safe_b, 0.025), certain)
        high = np.where(inside, betaincinv(safe_a, safe_b, 0.975), certain)
        found.append(Pulled(a / (a + b), low, high, float(share), correlation))
    return found


def within_correlation(parts: np.ndarray, counts: np.ndarray) -> float:
    """Estimate how much more alike two customers of one store are than two of the chain (0..1; Kleinman 1973).

    With n_i customers in store i, N in all, p the stores' shares and m the chain's,
    E[sum n_i (p_i - m)^2] = m (1 - m) [(s - 1) + r (N - sum n_i^2 / N - (s - 1))] for s stores; summed over the
    segments and solved for r.
    """
    stores, total = len(counts), float(counts.sum())
    chain = parts.sum(axis=0) / total
    shares = parts / counts[:, None]
    spread = float((counts[:, None] * (shares - chain) ** 2).sum())
    unit = float((chain * (1 - chain)).sum())
    room = total - float((counts.astype(float) ** 2).sum()) / total - (stores - 1)
    if unit <= 0 or room <= 0:
        return 0.0
    return float(min(1.0, max(0.0, (spread / unit - (stores - 1)) / room)))


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    from scipy.stats import binomtest  # noqa: PLC0415 - heavy, and only chain reports need it

    interval = binomtest(part, whole).proportion_ci(confidence_level=0.95, method="wilson")
    return float(interval.low), float(interval.high)
