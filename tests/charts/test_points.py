"""The customers that are drawn must stand for all, whatever their number."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.charts.points import MAX_POINTS, MAX_SEGMENT_POINTS, pick_points, sample_by_segment
from tests.made import make_customers

LEAST = 40


def frame_of(sizes: list[int]) -> pd.DataFrame:
    """Make rows of segments of these sizes."""
    return pd.DataFrame({c.SEGMENT: np.repeat(np.arange(1, len(sizes) + 1), sizes)})


def test_few_customers_are_all_drawn() -> None:
    """Up to 1,500 customers each is a point, and nothing but what is drawn is kept of them."""
    points = pick_points(make_customers(range(1, MAX_POINTS + 1)), np.ones(MAX_POINTS, dtype=int), 0)
    assert (len(points.points), points.customers, points.is_sample) == (MAX_POINTS, MAX_POINTS, False)
    assert all(set(point) == {*c.FEATURES, c.SEGMENT} for point in points.points)


@given(st.lists(st.integers(1, 3_000), min_size=1, max_size=10))
def test_a_sample_is_in_proportion(sizes: list[int]) -> None:
    """Of many customers some 1,500 are drawn in proportion, at least 40 of a segment or all of a smaller one."""
    picked = sample_by_segment(frame_of(sizes), MAX_POINTS, 0)[c.SEGMENT].value_counts()
    total = sum(sizes)
    assert picked.sum() <= max(MAX_POINTS, 0) + (LEAST + 1) * len(sizes)
    for segment, size in enumerate(sizes, 1):
        share = size if total <= MAX_POINTS else size * MAX_POINTS / total
        assert picked[segment] <= size
        assert abs(picked[segment] - max(share, min(size, LEAST))) <= 1


def test_who_bought_nothing_is_not_drawn() -> None:
    """Customers without a penny of sales, or of order value, have no place on a logarithmic axis."""
    points = pick_points(make_customers([0, -5, 0.004, 0.01, 7], [1, 1, 1, 9, 1]), np.ones(5, dtype=int), 0)
    assert [point[c.TOTAL_SALES] for point in points.points] == [7]
    assert points.customers == 1


def test_money_is_drawn_to_the_penny() -> None:
    """Thirds of a penny do not bloat the file."""
    points = pick_points(make_customers([10.0], [3]), np.ones(1, dtype=int), 0)
    assert [point[c.AVG_ORDER_VALUE] for point in points.points] == [3.33]


def test_the_same_seed_draws_the_same_customers() -> None:
    """A sample depends on the seed alone."""
    customers, labels = make_customers(range(1, 5_001)), np.arange(5_000) % 3 + 1
    first, second, other = (pick_points(customers, labels, seed).points for seed in (1, 1, 2))
    assert first == second
    assert first != other


def test_small_maps_have_fewer_points() -> None:
    """A segment's own map has some 600 points and still tells how many customers there are."""
    points = pick_points(make_customers(range(1, 5_001)), np.arange(5_000) % 3 + 1, 0)
    assert (points.customers, points.is_sample) == (5_000, True)
    assert len(points.points) == MAX_POINTS
    assert len(points.fewer) == MAX_SEGMENT_POINTS
    drawn = [tuple(point.values()) for point in points.points]
    assert all(tuple(point.values()) in drawn for point in points.fewer)
