"""The gap statistic: whether customers are closer to their centres than customers without any groups would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.model.segments import Fit
from reportgen.segments.clusters import fit_from, fit_many, fit_weighted

REFERENCES = 10
"""Reference samples."""
_STARTS = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """The gap statistic by number of segments.

    Attributes
    ----------
    gap : dict
        Mean logarithm of the references' inertia less that of the customers'.
    error : dict
        Standard deviation of the references' times ``sqrt(1 + 1 / REFERENCES)``.
    n_clusters : int or None
        The smallest number whose gap is at least that of the next less its error; None: none of them.
    """

    gap: dict[int, float]
    error: dict[int, float]
    n_clusters: int | None


def measure_gap(matrix: np.ndarray, fits: Mapping[int, Fit], random_state: int) -> Gap:
    """Measure the gap statistic (Tibshirani, Walther & Hastie 2001).

    References are uniform over the box that the customers fill when they are turned along their principal axes.

    Parameters
    ----------
    matrix : ndarray of shape (n_customers, n_features)
        Normalised customers.
    fits : mapping
        What k-means found in them, by number; 1 is added.
    random_state : int
        Seed.

    Notes
    -----
    The references are samples of one distribution, so the best centres of the first are where the others' fits begin.
    """
    centred = matrix - matrix.mean(axis=0)
    own = {1: float((centred**2).sum()), **{k: fits[k].inertia for k in sorted(fits) if k > 1}}
    numbers = [k for k, inertia in own.items() if inertia > 0]
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    turned = centred @ axes.T
    logs = np.array(_refer(turned.min(axis=0), turned.max(axis=0), len(matrix), numbers, random_state))
    gap = dict(zip(numbers, (logs.mean(axis=0) - np.log([own[k] for k in numbers])).tolist(), strict=True))
    error = dict(zip(numbers, (logs.std(axis=0) * np.sqrt(1 + 1 / REFERENCES)).tolist(), strict=True))
    return Gap(gap, error, pick_by_gap(gap, error))


def pick_by_gap(gap: Mapping[int, float], error: Mapping[int, float]) -> int | None:
    """Pick the smallest number whose gap is at least that of the next less its error; None where there is none."""
    return next((k for k in sorted(gap) if k + 1 in gap and gap[k] >= gap[k + 1] - error[k + 1]), None)


def _refer(
    low: np.ndarray, high: np.ndarray, size: int, numbers: Sequence[int], random_state: int
) -> list[list[float]]:
    """Return the logarithm of the inertia of each reference, by number."""
    centers: dict[int, np.ndarray] = {}
    found = []
    with fit_many():
        for number in range(REFERENCES):
            random = np.random.default_rng([random_state, number])
            matrix = random.uniform(low, high, (size, len(low)))
            logs = []
            for k in numbers:
                if k not in centers:
                    fit = fit_weighted(matrix, None, k, _STARTS, random_state)
                    centers[k] = fit.centers
                else:
                    fit = fit_from(matrix, centers[k])
                logs.append(float(np.log(fit.inertia)))
            found.append(logs)
    return found
