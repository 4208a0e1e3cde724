"""Fits k-means and numbers the segments by what they are worth."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from reportgen.model.segments import Features, Fit, Segmentation
from reportgen.segments.one_thread import in_one_thread
from reportgen.segments.silhouettes import pick_in_proportion

N_INIT = 10
STARTS_ON_ALL_UP_TO = 200_000
"""Customers up to which every start runs on all of them; above it the starts run on a sample."""
SAMPLE = 100_000
_EDGES = (0.001, 0.01, *(tenth / 10 for tenth in range(1, 10)), 0.99, 0.999)
"""Quantiles between which customers count as alike when a sample is drawn: tenths, and the few at either end."""


def fit_clusters(features: Features, n_clusters: int, random_state: int) -> Fit:
    """Fit k-means from `N_INIT` starts, and keep the best.

    Parameters
    ----------
    features : Features
        Of all customers; above 200,000 the starts run on a sample, as `fit_by_sample` does.
    n_clusters : int
        From 1 to the number of distinct points.
    random_state : int
        Seed.
    """
    if len(features.matrix) > STARTS_ON_ALL_UP_TO:
        return fit_by_sample(features, n_clusters, random_state, SAMPLE)
    return _fit(features, n_clusters=n_clusters, n_init=N_INIT, random_state=random_state)


def fit_by_sample(features: Features, n_clusters: int, random_state: int, size: int) -> Fit:
    """Fit k-means from `N_INIT` starts on a stratified sample, and go on from the best with all customers.

    The strata are the cells of the features' tenths, with the last hundredth and thousandth at either end apart, so
    that the few who are far from all others are in the sample. A sampled customer counts for as many as there are in
    its cell for each one picked. What is returned has converged on all customers, as any other fit: the sample only
    says where to begin.

    Parameters
    ----------
    features : Features
        Of all customers.
    n_clusters : int
        From 1 to the number of distinct points.
    random_state : int
        Seed of the sample and of the starts.
    size : int
        About how many customers to pick, at least one of each cell.

    Notes
    -----
    Measured in docs/scale.md against starts on all of a million customers.
    """
    cells = _list_cells(features.matrix)
    picked = pick_in_proportion(cells, size, random_state)
    each = np.bincount(cells) / np.maximum(np.bincount(cells[picked], minlength=cells.max() + 1), 1)
    with fit_many():
        start = fit_weighted(features.matrix[picked], each[cells[picked]], n_clusters, N_INIT, random_state)
    return refit_clusters(features, start.centers)


def _list_cells(matrix: np.ndarray) -> np.ndarray:
    """Return for each customer the number, from 0, of the stratum in which it lies."""
    cells = np.zeros(len(matrix), dtype=np.int64)
    for values in matrix.T:
        cells = cells * (len(_EDGES) + 1) + np.searchsorted(np.quantile(values, _EDGES), values)
    numbered: np.ndarray = np.unique(cells, return_inverse=True)[1]
    return numbered


def refit_clusters(features: Features, centers: np.ndarray) -> Fit:
    """Fit k-means from given centres.

    Parameters
    ----------
    features : Features
        Of all customers.
    centers : ndarray of shape (k, n_features)
        To begin with, on the same scale.
    """
    return _fit(features, n_clusters=len(centers), n_init=1, init=centers)


@in_one_thread()
def _fit(features: Features, **settings: Any) -> Fit:
    return _run_kmeans(features.matrix, None, **settings)


@contextmanager
def fit_many() -> Iterator[None]:
    """Limit threads once for many small fits, and do not warn of fewer different customers than segments."""
    with in_one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def fit_weighted(
    matrix: np.ndarray, weights: np.ndarray | None, n_clusters: int, n_init: int, random_state: int
) -> Fit:
    """Fit k-means to customers who count as often as they were drawn; within `fit_many`.

    Parameters
    ----------
    matrix : ndarray of shape (n_customers, n_features)
        Where they are.
    weights : ndarray of shape (n_customers,), optional
        How often each counts, 0 for those who only get a label; without it once each.
    n_clusters, n_init, random_state : int
        As in scikit-learn.
    """
    return _run_kmeans(matrix, weights, n_clusters=n_clusters, n_init=n_init, random_state=random_state)


def fit_from(matrix: np.ndarray, centers: np.ndarray) -> Fit:
    """Fit k-means from given centres; within `fit_many`."""
    return _run_kmeans(matrix, None, n_clusters=len(centers), n_init=1, init=centers)


def _run_kmeans(matrix: np.ndarray, weights: np.ndarray | None, **settings: Any) -> Fit:
    from sklearn.cluster import KMeans  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    model = KMeans(**settings).fit(matrix, sample_weight=weights)
    return Fit(model.labels_, model.cluster_centers_, float(model.inertia_))


def assign_customers(features: Features, centers: np.ndarray) -> np.ndarray:
    """Return the row of the nearest centre for each customer; of two as near the first.

    Parameters
    ----------
    features : Features
        Matrix of shape (n_customers, n_features).
    centers : ndarray of shape (k, n_features)
        On the same scale.

    Returns
    -------
    ndarray of int of shape (n_customers,)
    """
    nearest: np.ndarray = measure_distances(features, centers).argmin(axis=1)
    return nearest


def measure_distances(features: Features, centers: np.ndarray) -> np.ndarray:
    """Return squared distances, shape (n_customers, k)."""
    return np.stack([((features.matrix - center) ** 2).sum(axis=1) for center in centers], axis=1)


def number_segments(features: Features, labels: np.ndarray, total_sales: np.ndarray) -> Segmentation:
    """Renumber k-means labels 1..k by mean total sales, high to low (ties: the larger segment first).

    Parameters
    ----------
    features : Features
        What the labels were fitted on.
    labels : ndarray of shape (n_customers,)
        Any integers.
    total_sales : ndarray of shape (n_customers,)
        Money of each customer.
    """
    found, inverse, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    means = np.bincount(inverse, weights=total_sales) / sizes
    order = np.lexsort((np.arange(len(found)), -sizes, -means))
    number = np.empty(len(found), dtype=np.int64)
    number[order] = np.arange(1, len(found) + 1)
    numbered = number[inverse]
    centers = np.array([features.matrix[numbered == n].mean(axis=0) for n in range(1, len(found) + 1)])
    return Segmentation(numbered, centers, found[order])
