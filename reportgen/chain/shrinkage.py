"""Pulls what few customers show toward the chain's mean: the fewer, the further (empirical Bayes)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import betaincinv, ndtr

LEAST_CUSTOMERS = 20
"""Customers of a store below whom it is not said to differ from the chain."""
_GRID, _HALVINGS = 400, 60
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

    def verdicts(self, counts: np.ndarray) -> list[str]:
        """Return for each store `above` or `below`, where its interval leaves out the centre, or `within noise`.

        A store with fewer than `LEAST_CUSTOMERS` is `too few customers`, whatever its interval.

        Parameters
        ----------
        counts : ndarray of shape (n_stores,)
            Customers of each store.
        """
        return [
            "too few customers"
            if count < LEAST_CUSTOMERS
            else "above"
            if low > self.centre + _TINY
            else "below"
            if high < self.centre - _TINY
            else "within noise"
            for low, high, count in zip(self.low, self.high, counts, strict=True)
        ]


def pull_means(means: np.ndarray, counts: np.ndarray, variance: float) -> Pulled:
    """Pull means of stores toward the mean of all the chain's customers.

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
        The normal-normal model around the customers' mean: `spread` is the standard deviation between stores with the
        greatest restricted likelihood (REML, Patterson & Thompson 1971). How uncertain that is stands in the intervals:
        estimates and bounds are those of the mixture over all standard deviations, each weighed by its restricted
        likelihood (a flat prior, Gelman 2006).
    """
    errors = variance / counts
    centre = float(np.average(means, weights=counts))
    if len(means) < 2 or variance <= _TINY:
        flat = np.zeros(len(means))
        return Pulled(means, means + flat, means + flat, centre, 0.0)
    reach = 3 * float(np.abs(means - centre).max())
    grid = np.linspace(0.0, max(reach, _TINY), _GRID)
    likelihood = partial(restricted_likelihood, means=means, errors=errors, centre=centre)
    log_likelihood = likelihood(grid)
    weights = np.exp(log_likelihood - log_likelihood.max())
    weights /= weights.sum()
    between = grid[:, None] ** 2
    reliability = between / (between + errors)
    estimates = centre + reliability * (means - centre)
    # the centre is a mean of stores that differ themselves, each with its own error (after Morris 1983)
    centre_variance = (between + errors) @ (counts / counts.sum()) ** 2
    deviations = np.sqrt(reliability * errors + (1 - reliability) ** 2 * centre_variance[:, None])
    low, high = (_quantile(share, weights, estimates, deviations) for share in (0.025, 0.975))
    return Pulled(weights @ estimates, low, high, centre, _peak(likelihood, grid))


def restricted_likelihood(between: np.ndarray, means: np.ndarray, errors: np.ndarray, centre: float) -> np.ndarray:
    """Return the restricted log-likelihood of standard deviations between stores, up to a constant.

    Parameters
    ----------
    between : ndarray of shape (n,)
        Standard deviations, 0 or more.
    means, errors : ndarray of shape (n_stores,)
        Means of the stores, and the variances of their errors.
    centre : float
        What stores lie around.

    Returns
    -------
    ndarray of shape (n,)
    """
    total = between[:, None] ** 2 + errors
    terms = np.log(total).sum(axis=1) + ((means - centre) ** 2 / total).sum(axis=1) + np.log((1 / total).sum(axis=1))
    found: np.ndarray = -terms / 2
    return found


def _peak(likelihood: Callable[[np.ndarray], np.ndarray], grid: np.ndarray) -> float:
    """Return where a likelihood is greatest, between the neighbours of the best place of a grid."""
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - heavy, and only chain reports need it

    best = int(likelihood(grid).argmax())
    if best == 0:
        return 0.0
    bounds = (grid[best - 1], grid[min(best + 1, len(grid) - 1)])
    found = minimize_scalar(
        lambda one: -likelihood(np.array([one]))[0], bounds=bounds, method="bounded", options={"xatol": 1e-10}
    )
    return float(found.x)


def _quantile(share: float, weights: np.ndarray, means: np.ndarray, deviations: np.ndarray) -> np.ndarray:
    """Return a quantile of each store's mixture of normal curves, by halving.

    Parameters
    ----------
    share : float
        0..1.
    weights : ndarray of shape (n,)
        Of the curves; their sum is 1.
    means, deviations : ndarray of shape (n, n_stores)
        Of the curves.

    Returns
    -------
    ndarray of shape (n_stores,)
    """
    safe = np.maximum(deviations, _TINY**2)
    low, high = (means - 12 * safe).min(axis=0), (means + 12 * safe).max(axis=0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_below = weights @ ndtr((middle - means) / safe) < share
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray((low + high) / 2)


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
