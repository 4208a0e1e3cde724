"""Pulls what few customers show toward the mean of all: the fewer, the further (empirical Bayes)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

_GRID, _HALVINGS = 400, 60
_MAX_WEIGHT = 1e9
"""Prior customers when groups do not differ at all: then every group is the mean."""
TINY = 1e-9
"""Less than this is an error of rounding, no difference."""


@dataclass(frozen=True, eq=False, slots=True)
class Pulled:
    """Estimates of groups after they were pulled toward the mean of all.

    Attributes
    ----------
    estimate, low, high : numpy.ndarray of shape (n_groups,)
        With bounds of the 95 % interval.
    centre : float
        What they were pulled toward.
    spread : float
        How much groups differ beyond chance: for means the standard deviation between groups; for shares the
        correlation of two customers of the same group (0..1).
    """

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    centre: float
    spread: float


def pull_means(means: np.ndarray, counts: np.ndarray, variance: float) -> Pulled:
    """Pull means of groups toward the mean of all customers.

    Parameters
    ----------
    means : ndarray of shape (n_groups,)
        Mean of each group's customers, on a scale where they are roughly normal.
    counts : ndarray of shape (n_groups,)
        Customers of each group, 1 or more.
    variance : float
        Variance between customers of the same group, the same for all groups, so that a group with one customer
        has a standard error too.

    Returns
    -------
    Pulled
        The normal-normal model around the customers' mean: `spread` is the standard deviation between groups with the
        greatest restricted likelihood (REML, Patterson & Thompson 1971). How uncertain that is stands in the intervals:
        estimates and bounds are those of the mixture over all standard deviations, each weighed by its restricted
        likelihood (a flat prior, Gelman 2006).
    """
    errors = variance / counts
    centre = float(np.average(means, weights=counts))
    if len(means) < 2 or variance <= TINY:
        flat = np.zeros(len(means))
        return Pulled(means, means + flat, means + flat, centre, 0.0)
    reach = 3 * float(np.abs(means - centre).max())
    grid = np.linspace(0.0, max(reach, TINY), _GRID)
    likelihood = partial(restricted_likelihood, means=means, errors=errors, centre=centre)
    log_likelihood = likelihood(grid)
    weights = np.exp(log_likelihood - log_likelihood.max())
    weights /= weights.sum()
    between = grid[:, None] ** 2
    reliability = between / (between + errors)
    estimates = centre + reliability * (means - centre)
    # the centre is a mean of groups that differ themselves, each with its own error (after Morris 1983)
    centre_variance = (between + errors) @ (counts / counts.sum()) ** 2
    deviations = np.sqrt(reliability * errors + (1 - reliability) ** 2 * centre_variance[:, None])
    low, high = (_quantile(share, weights, estimates, deviations) for share in (0.025, 0.975))
    return Pulled(weights @ estimates, low, high, centre, _peak(likelihood, grid))


def restricted_likelihood(between: np.ndarray, means: np.ndarray, errors: np.ndarray, centre: float) -> np.ndarray:
    """Return the restricted log-likelihood of standard deviations between groups, up to a constant.

    Parameters
    ----------
    between : ndarray of shape (n,)
        Standard deviations, 0 or more.
    means, errors : ndarray of shape (n_groups,)
        Means of the groups, and the variances of their errors.
    centre : float
        What groups lie around.

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
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - heavy, and a report of one group needs none

    best = int(likelihood(grid).argmax())
    if best == 0:
        return 0.0
    bounds = (grid[best - 1], grid[min(best + 1, len(grid) - 1)])
    found = minimize_scalar(
        lambda one: -likelihood(np.array([one]))[0], bounds=bounds, method="bounded", options={"xatol": 1e-10}
    )
    return float(found.x)


def _quantile(share: float, weights: np.ndarray, means: np.ndarray, deviations: np.ndarray) -> np.ndarray:
    """Return a quantile of each group's mixture of normal curves, by halving.

    Parameters
    ----------
    share : float
        0..1.
    weights : ndarray of shape (n,)
        Of the curves; their sum is 1.
    means, deviations : ndarray of shape (n, n_groups)
        Of the curves.

    Returns
    -------
    ndarray of shape (n_groups,)
    """
    from scipy.special import ndtr  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    safe = np.maximum(deviations, TINY**2)
    low, high = (means - 12 * safe).min(axis=0), (means + 12 * safe).max(axis=0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_below = weights @ ndtr((middle - means) / safe) < share
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray((low + high) / 2)


def pull_shares(parts: np.ndarray, counts: np.ndarray) -> list[Pulled]:
    """Pull the shares of segments in groups toward those of all.

    Parameters
    ----------
    parts : ndarray of shape (n_groups, n_segments)
        Customers by group and segment.
    counts : ndarray of shape (n_groups,)
        Customers of each group.

    Returns
    -------
    list of Pulled
        One for each segment. The Dirichlet-multinomial model: the shares of all weigh as much as (1 - r) / r
        customers, r being the correlation within groups by the moments of Kleinman 1973, one for all segments; the
        interval is the middle 95 % of the posterior beta distribution.
    """
    whole = parts.sum(axis=0) / counts.sum()
    correlation = within_correlation(parts, counts)
    return [_pull(parts[:, segment], counts, float(share), correlation) for segment, share in enumerate(whole)]


def pull_toward(parts: np.ndarray, counts: np.ndarray, centre: float) -> Pulled:
    """Pull the shares of groups that may overlap toward a share that is given, such as that of everybody.

    Parameters
    ----------
    parts, counts : ndarray of shape (n_groups,)
        Of whom something is so, and of how many.
    centre : float
        The share to pull toward (0..1).

    Returns
    -------
    Pulled
        The beta-binomial model around the centre: it weighs as much as (1 - r) / r customers, r being the correlation
        within groups by moments, from E[sum n_i (p_i - m)^2] = m (1 - m) [s + r (N - s)] for s groups.
    """
    unit, groups = centre * (1 - centre), len(counts)
    room = float(counts.sum()) - groups
    spread = float((counts * (parts / counts - centre) ** 2).sum())
    correlation = min(1.0, max(0.0, (spread / unit - groups) / room)) if unit > 0 and room > 0 else 0.0
    return _pull(parts, counts, centre, correlation)


def _pull(parts: np.ndarray, counts: np.ndarray, centre: float, correlation: float) -> Pulled:
    """Return mean and middle 95 % of the posterior beta distributions."""
    from scipy.special import betaincinv  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    weight = min(_MAX_WEIGHT, (1 - correlation) / correlation) if correlation > 0 else _MAX_WEIGHT
    a, b = parts + weight * centre, counts - parts + weight * (1 - centre)
    inside = (a > 0) & (b > 0)
    safe_a, safe_b = np.where(inside, a, 1.0), np.where(inside, b, 1.0)
    certain = np.where(a > 0, 1.0, 0.0)
    low = np.where(inside, betaincinv(safe_a, safe_b, 0.025), certain)
    high = np.where(inside, betaincinv(safe_a, safe_b, 0.975), certain)
    return Pulled(a / (a + b), low, high, centre, correlation)


def within_correlation(parts: np.ndarray, counts: np.ndarray) -> float:
    """Estimate how much more alike two customers of one group are than any two (0..1; Kleinman 1973).

    With n_i customers in group i, N in all, p the groups' shares and m those of all,
    E[sum n_i (p_i - m)^2] = m (1 - m) [(s - 1) + r (N - sum n_i^2 / N - (s - 1))] for s groups; summed over the
    segments and solved for r.
    """
    groups, total = len(counts), float(counts.sum())
    whole = parts.sum(axis=0) / total
    shares = parts / counts[:, None]
    spread = float((counts[:, None] * (shares - whole) ** 2).sum())
    unit = float((whole * (1 - whole)).sum())
    room = total - float((counts.astype(float) ** 2).sum()) / total - (groups - 1)
    if unit <= 0 or room <= 0:
        return 0.0
    return float(min(1.0, max(0.0, (spread / unit - (groups - 1)) / room)))


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    from scipy.stats import binomtest  # noqa: PLC0415 - heavy, and a report of one group needs none

    interval = binomtest(part, whole).proportion_ci(confidence_level=0.95, method="wilson")
    return float(interval.low), float(interval.high)
