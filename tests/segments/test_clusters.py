"""Clusters must be k-means, and their numbers must follow what segments are worth."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from reportgen.segments.clusters import (
    STARTS_ON_ALL_UP_TO,
    assign_customers,
    fit_by_sample,
    fit_clusters,
    number_segments,
)
from tests.made import make_blobs, make_features

CORNERS = [[0, 0, 0], [9, 0, 0], [0, 9, 0], [0, 0, 9]]
labelled = st.lists(st.tuples(st.integers(-3, 9), st.integers(-100, 1_000)), min_size=1, max_size=60)


def naive_inertia(matrix: np.ndarray, labels: np.ndarray) -> float:
    """Add up squared distances to the means, by definition."""
    return float(sum(((matrix[labels == k] - matrix[labels == k].mean(axis=0)) ** 2).sum() for k in set(labels)))


@given(labelled)
def test_numbers_follow_mean_sales(rows: list[tuple[int, int]]) -> None:
    """Whatever the labels, segments are 1..k, hold the same customers, and fall in mean total sales."""
    labels, sales = (np.array(column) for column in zip(*rows, strict=True))
    numbered = number_segments(make_features(sales[:, None]), labels, sales.astype(float)).labels
    k = len(set(labels.tolist()))
    assert set(numbered.tolist()) == set(range(1, k + 1))
    assert len(set(zip(labels.tolist(), numbered.tolist(), strict=True))) == k
    means = [sales[numbered == n].mean() for n in range(1, k + 1)]
    assert all(first >= second for first, second in pairwise(means))


@given(labelled, st.randoms())
def test_names_of_labels_do_not_matter(rows: list[tuple[int, int]], random: object) -> None:
    """The same groups under other labels get the same numbers, as long as their means and sizes differ."""
    labels, sales = (np.array(column) for column in zip(*rows, strict=True))
    found = sorted(set(labels.tolist()))
    worth = {(sales[labels == one].mean(), (labels == one).sum()) for one in found}
    other = found[:]
    random.shuffle(other)  # type: ignore[attr-defined]
    swapped = np.array([other[found.index(one)] for one in labels.tolist()])
    features, money = make_features(sales[:, None]), sales.astype(float)
    if len(worth) == len(found):
        expected = number_segments(features, labels, money).labels
        np.testing.assert_array_equal(number_segments(features, swapped, money).labels, expected)


def test_equal_means_go_by_size() -> None:
    """Of two segments worth the same the larger comes first."""
    labels = np.array([0, 1, 1, 2, 2, 2])
    segmentation = number_segments(make_features(np.zeros((6, 1))), labels, np.full(6, 5.0))
    assert segmentation.labels.tolist() == [3, 2, 2, 1, 1, 1]


def test_centers_are_means() -> None:
    """A centre is the mean of the features of the segment's customers, in the order of the numbers."""
    features = make_features([[0, 1], [2, 3], [10, 20]])
    segmentation = number_segments(features, np.array([7, 7, 3]), np.array([1.0, 2.0, 50.0]))
    np.testing.assert_allclose(segmentation.centers, [[10, 20], [1, 2]])


def test_plain_groups_are_found() -> None:
    """Four groups far apart are found as they were made."""
    features = make_blobs([10, 20, 30, 40], CORNERS)
    labels = fit_clusters(features, 4, random_state=0).labels
    assert adjusted_rand_score(np.repeat([0, 1, 2, 3], [10, 20, 30, 40]), labels) == 1


@pytest.mark.parametrize("k", range(1, 11))
def test_inertia_is_the_sum_of_squares(k: int) -> None:
    """The inertia is the sum of squared distances to the means of the clusters, for each number of them."""
    matrix = np.random.default_rng(1).normal(size=(200, 3))
    fit = fit_clusters(make_features(matrix), k, random_state=0)
    labels, inertia = fit.labels, fit.inertia
    assert len(set(labels.tolist())) == k
    assert inertia == pytest.approx(naive_inertia(matrix, labels))


def test_as_many_clusters_as_points() -> None:
    """With as many clusters as different points nothing is left over, and nothing is warned of."""
    fit = fit_clusters(make_features([[0.0], [0.0], [1.0], [5.0]]), 3, random_state=0)
    labels, inertia = fit.labels, fit.inertia
    assert labels[0] == labels[1]
    assert len(set(labels.tolist())) == 3
    assert inertia == 0


def test_the_same_seed_gives_the_same_clusters() -> None:
    """Two fits with one seed agree in every label and in the inertia."""
    features = make_features(np.random.default_rng(2).normal(size=(300, 3)))
    first, second = (fit_clusters(features, 6, random_state=9) for _ in range(2))
    np.testing.assert_array_equal(first.labels, second.labels)
    assert first.inertia == second.inertia


def make_crowd(n_customers: int) -> np.ndarray:
    """Make customers in lumps of very different sizes, the smallest one in a thousand."""
    random = np.random.default_rng(3)
    sizes = (np.array([0.6, 0.3, 0.09, 0.009, 0.001]) * n_customers).astype(int)
    middles = np.array([[0, 0, 0], [2, 0, 0], [0, 3, 1], [6, 6, 6], [-9, 9, 0]])
    return np.concatenate([random.normal(at, 0.7, (n, 3)) for at, n in zip(middles, sizes, strict=True)])


@pytest.mark.parametrize("k", [2, 3, 5, 7])
def test_a_fit_begun_on_a_sample_is_one_of_all(k: int) -> None:
    """Begun on a tenth of the customers, it ends as near to them as starts on all do, and each is with its nearest."""
    features = make_features(make_crowd(6_000))
    fit, whole = fit_by_sample(features, k, 0, 600), fit_clusters(features, k, 0)
    assert fit.inertia <= 1.01 * whole.inertia
    assert fit.inertia == pytest.approx(naive_inertia(features.matrix, fit.labels), rel=1e-3)
    np.testing.assert_array_equal(fit.labels, assign_customers(features, fit.centers))


def test_a_sample_keeps_what_is_rare() -> None:
    """Six customers of six thousand who are far from all others are a segment of their own, as with starts on all."""
    random = np.random.default_rng(4)
    middles = np.repeat([[0, 0], [9, 0], [0, 30]], [4_000, 1_994, 6], axis=0)
    features = make_features(middles + random.normal(size=(6_000, 2)))
    sampled = fit_by_sample(features, 3, 0, 60)
    assert adjusted_rand_score(sampled.labels, fit_clusters(features, 3, 0).labels) == 1
    assert np.bincount(sampled.labels).min() == 6


@pytest.mark.filterwarnings("error")
def test_a_sample_without_enough_different_customers_divides_all_the_same() -> None:
    """Where the sample misses those who differ by little, nothing is warned of, and all customers are placed."""
    features = make_features(np.concatenate([np.zeros((5_000, 2)), [[1e-3, 0]], np.ones((5_000, 2))]))
    fit = fit_by_sample(features, 3, 0, 20)
    assert fit.centers.shape == (3, 2)
    assert len(fit.labels) == 10_001
    assert fit.labels[0] != fit.labels[-1]


def test_many_customers_are_begun_on_a_sample() -> None:
    """Above the stated number of customers the fit is that of a sample, and the same each time."""
    matrix = np.random.default_rng(1).normal(size=(STARTS_ON_ALL_UP_TO + 1, 2))
    first, second = (fit_clusters(make_features(matrix), 3, 0) for _ in range(2))
    np.testing.assert_array_equal(first.labels, second.labels)
    by_sample = fit_by_sample(make_features(matrix), 3, 0, 100_000)
    np.testing.assert_array_equal(first.labels, by_sample.labels)
