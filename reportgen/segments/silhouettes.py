"""Silhouette coefficients for several numbers of segments from one pass over the distances."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reportgen.model.segments import Features
from reportgen.segments.one_thread import in_one_thread

EXACT_UP_TO = 10_000
"""Customers up to which the coefficient is exact; the distances are quadratic, so above it a sample must do."""


CHUNK_MB = 16


def measure_silhouettes(features: Features, labels: Mapping[int, np.ndarray], random_state: int) -> dict[int, float]:
    """Compute the mean silhouette coefficient of each clustering, as `measure_each` does for its customers."""
    return {k: float(np.nanmean(values)) for k, values in measure_each(features, labels, random_state).items()}


def measure_each(features: Features, labels: Mapping[int, np.ndarray], random_state: int) -> dict[int, np.ndarray]:
    """Compute the silhouette coefficient of each customer in each clustering (Rousseeuw 1987).

    For a customer, ``a`` is the mean distance to the others of its cluster, ``b`` the smallest mean distance to another
    cluster, and the coefficient ``(b - a) / max(a, b)``; 0 for a customer alone in its cluster. The distances, which
    are what costs, are the same for every clustering: computed once.

    Parameters
    ----------
    features : Features
        Of all customers.
    labels : mapping
        Number of clusters to the 0-based labels of all customers.
    random_state : int
        Seed of the sample that is drawn above 10,000 customers, stratified by the finest clustering.

    Returns
    -------
    dict
        By number of clusters ndarray of shape (n_customers,): -1..1, nan for customers who are not in the sample. A
        clustering for which it is not defined is left out.
    """
    from sklearn.metrics import pairwise_distances_chunked  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    picked = pick_in_proportion(labels[max(labels)], EXACT_UP_TO, random_state)
    matrix = features.matrix[picked]
    found = {k: np.unique(clustering[picked], return_inverse=True)[1] for k, clustering in labels.items()}
    found = {k: clustering for k, clustering in found.items() if 1 < clustering.max() + 1 < len(clustering)}
    members = {k: np.eye(clustering.max() + 1)[clustering] for k, clustering in found.items()}
    sums: dict[int, list[np.ndarray]] = {k: [] for k in found}
    with in_one_thread():
        for chunk in pairwise_distances_chunked(matrix, working_memory=CHUNK_MB):
            for k, indicator in members.items():
                sums[k].append(chunk @ indicator)
    values = {k: np.full(len(features.matrix), np.nan) for k in found}
    for k, clustering in found.items():
        values[k][picked] = _silhouettes_of(np.vstack(sums[k]), clustering)
    return values


def pick_in_proportion(labels: np.ndarray, size: int, random_state: int) -> np.ndarray:
    """Pick customers in proportion to their clusters, at least one of each, so that no cluster is lost.

    Parameters
    ----------
    labels : ndarray of int of shape (n_customers,)
        Cluster of each customer.
    size : int
        About how many to pick; all when there are no more.
    random_state : int
        Seed.

    Returns
    -------
    ndarray of int
        Their places, rising.
    """
    if len(labels) <= size:
        return np.arange(len(labels))
    random = np.random.default_rng(random_state)
    share = size / len(labels)
    groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    picked = [random.choice(group, max(1, round(len(group) * share)), replace=False) for group in groups]
    return np.sort(np.concatenate(picked))


def _silhouettes_of(sums: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Turn each customer's summed distances to every cluster into their coefficients."""
    sizes = np.bincount(labels)
    rows = np.arange(len(labels))
    own = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    others = sums / sizes
    others[rows, labels] = np.inf
    nearest = others.min(axis=1)
    larger = np.maximum(own, nearest)
    values = np.divide(nearest - own, larger, out=np.zeros_like(own), where=larger > 0)
    alone: np.ndarray = np.where(sizes[labels] > 1, values, 0.0)
    return alone
