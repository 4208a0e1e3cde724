"""Segments are known again by the customers they share, whatever they are numbered."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.segments.matching import match_segments


def test_most_customers_keep_their_segment() -> None:
    """Of two ways to match, the one that more customers agree with is taken, though a single pair shares more."""
    shared = np.array([[50, 40], [45, 0]])
    assert match_segments(shared, np.ones((2, 2))) == {0: 1, 1: 0}


def test_distance_breaks_ties() -> None:
    """Where both ways keep equally many customers, the nearer centres belong together."""
    assert match_segments(np.full((2, 2), 10), np.array([[3.0, 1.0], [1.0, 3.0]])) == {0: 1, 1: 0}


def test_without_shared_customers_centres_decide() -> None:
    """Where nobody is in both reports, the nearest centres are matched."""
    assert match_segments(np.zeros((2, 2), dtype=int), np.array([[0.1, 5.0], [5.0, 0.1]])) == {0: 0, 1: 1}


def test_a_new_segment_has_no_counterpart() -> None:
    """Of three segments of today and two of before one is new."""
    assert match_segments(np.array([[90, 0], [8, 30], [2, 70]]), np.ones((3, 2))) == {0: 0, 2: 1}


def test_hardly_any_customers_make_no_counterpart() -> None:
    """A pair that shares less than a quarter of the smaller one's customers is not one and the same."""
    assert match_segments(np.array([[90, 0], [60, 5]]), np.ones((2, 2))) == {0: 0, 1: 1}
    assert match_segments(np.array([[90, 40], [60, 5]]), np.ones((2, 2))) == {0: 1, 1: 0}
    assert match_segments(np.array([[100, 0], [99, 1], [0, 50]]), np.ones((3, 2))) == {0: 0, 2: 1}


@given(st.integers(2, 4), st.data())
def test_no_way_keeps_more(k: int, data: st.DataObject) -> None:
    """No one-to-one matching keeps more customers than the one found (all of them tried)."""
    cells = st.integers(1, 60)
    shared = np.array(data.draw(st.lists(st.lists(cells, min_size=k, max_size=k), min_size=k, max_size=k)))
    found = match_segments(shared, np.ones((k, k)))
    kept = sum(int(shared[row, column]) for row, column in found.items())
    best = max(sum(int(shared[n, way[n]]) for n in range(k)) for way in permutations(range(k)))
    smallest = 0.25 * min(shared.sum(axis=0).min(), shared.sum(axis=1).min())
    if len(found) == k:
        assert kept == best
    else:
        assert kept <= best and smallest > 0


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_segments_means_nothing(order: tuple[int, ...]) -> None:
    """Permuted columns give the same pairs."""
    shared, distances = np.array([[9, 1, 0], [2, 8, 3], [0, 0, 7]]), np.arange(9.0).reshape(3, 3)
    found = match_segments(shared[:, order], distances[:, order])
    assert {row: order[column] for row, column in found.items()} == {0: 0, 1: 1, 2: 2}


def test_no_distance_outweighs_a_customer() -> None:
    """One customer more decides, however far from one another the centres are."""
    assert match_segments(np.array([[10, 9], [10, 10]]), np.array([[9e6, 0.0], [0.0, 9e6]])) == {0: 0, 1: 1}
    assert match_segments(np.array([[10, 9], [9, 10]]), np.zeros((2, 2))) == {0: 0, 1: 1}


@pytest.mark.parametrize(
    ("shared", "expected"),
    [
        ([[50, 10], [40, 1]], {0: 0}),  # 1 of 11
        ([[50, 9], [40, 3]], {0: 0, 1: 1}),  # 3 of 12
        ([[9, 0], [0, 1]], {0: 0, 1: 1}),  # 1 of 1
        ([[5, 0], [0, 0]], {0: 0}),  # 0 of 0
    ],
)
def test_a_quarter_of_the_smaller_one_is_enough(shared: list[list[int]], expected: dict[int, int]) -> None:
    """A pair is one and the same from a quarter of the smaller one's customers on, and never without a customer."""
    assert match_segments(np.array(shared), np.ones((2, 2))) == expected
