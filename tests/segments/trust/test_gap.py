"""The gap statistic must find as many groups as there are, one where there are none, and be what a plain one is."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans

from reportgen.model.segments import Features, Fit
from reportgen.segments.clusters import fit_clusters
from reportgen.segments.trust.gap import measure_gap, pick_by_gap


def fits_of(matrix: np.ndarray, most: int = 6) -> dict[int, Fit]:
    """Fit k-means for 2 to `most` clusters."""
    return {k: fit_clusters(Features((), matrix), k, 0) for k in range(2, most + 1)}


def make_balls(groups: int, seed: int) -> np.ndarray:
    """Make so many round groups far apart."""
    random = np.random.default_rng(seed)
    centers = np.array([(0.0, 0.0), (9.0, 4.0), (2.0, 12.0), (14.0, 13.0)])[:groups]
    return centers[random.integers(0, groups, 400)] + random.normal(0, 0.5, (400, 2))


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("seed", range(3))
def test_as_many_groups_as_there_are(groups: int, seed: int) -> None:
    """One round cloud is one group; two far apart are two."""
    matrix = make_balls(groups, seed)
    assert measure_gap(matrix, fits_of(matrix), 0).n_clusters == groups


@pytest.mark.parametrize("seed", range(3))
def test_the_gap_is_widest_at_four_groups(seed: int) -> None:
    """Of four groups far apart no number has as wide a gap as four, though the rule may stop earlier."""
    matrix = make_balls(4, seed)
    gap = measure_gap(matrix, fits_of(matrix), 0).gap
    assert max(gap, key=lambda k: gap[k]) == 4


def test_it_is_that_of_a_plain_implementation() -> None:
    """Each gap is within three errors of one whose references are fitted from five starts each."""
    matrix = make_balls(3, 9)
    fits = fits_of(matrix)
    gap = measure_gap(matrix, fits, 0)
    axes = np.linalg.svd(matrix - matrix.mean(axis=0))[2]
    turned = (matrix - matrix.mean(axis=0)) @ axes.T
    for k in range(2, 7):
        logs = []
        for number in range(20):
            random = np.random.default_rng([99, number])
            reference = random.uniform(turned.min(axis=0), turned.max(axis=0), turned.shape) @ axes
            logs.append(np.log(KMeans(k, n_init=5, random_state=0).fit(reference).inertia_))
        plain = np.mean(logs) - np.log(fits[k].inertia)
        assert abs(gap.gap[k] - plain) < 3 * np.hypot(gap.error[k], np.std(logs)) / np.sqrt(20) + 0.01
        assert gap.error[k] == pytest.approx(np.std(logs) * np.sqrt(1.05), rel=0.8)


@pytest.mark.parametrize(
    ("gap", "error", "number"),
    [
        ({1: 0.5, 2: 0.4, 3: 0.9}, 0.01, 1),
        ({1: 0.1, 2: 0.4, 3: 0.405}, 0.01, 2),
        ({1: 0.1, 2: 0.4, 3: 0.42}, 0.01, None),
        ({1: 0.1, 4: 0.4, 5: 0.3}, 0.01, 4),
        ({1: 0.3}, 0.01, None),
    ],
)
def test_the_smallest_number_within_one_error_of_the_next(
    gap: dict[int, float], error: float, number: int | None
) -> None:
    """The pick is the smallest whose gap is at least that of the next less its error; a lone number is none."""
    assert pick_by_gap(gap, dict.fromkeys(gap, error)) == number


def test_customers_who_are_all_alike_have_no_gap() -> None:
    """Without any spread there is nothing to measure."""
    assert measure_gap(np.zeros((50, 2)), {}, 0).gap == {}
