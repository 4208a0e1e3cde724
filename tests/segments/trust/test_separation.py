"""A gap is fewer customers between two middles than at them: none in a cloud, whatever cuts it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reportgen import columns as c
from reportgen.segments.trust.separation import find_valleys, place_habits
from tests.segments.trust.shops import make_shop


def halves(places: np.ndarray) -> np.ndarray:
    """Cut customers in two at the median of the first habit."""
    labels: np.ndarray = (places[:, 0] > np.median(places[:, 0])).astype(int)
    return labels


@pytest.mark.parametrize("apart", [0.0, 1.0, 1.9])
def test_a_density_with_one_peak_has_no_gap(apart: float) -> None:
    """Two normal groups up to two standard deviations apart have one peak together, and no valley to speak of."""
    random = np.random.default_rng(5)
    places = random.normal(0, 1, (4_000, 2))
    places[:2_000, 0] += apart
    assert find_valleys(places, halves(places))[0].depth > 0.85


def test_the_depth_is_that_of_the_density() -> None:
    """Of two normal groups six standard deviations apart the density between is that of the formula, a 45th."""
    random = np.random.default_rng(5)
    places = random.normal(0, 1, (20_000, 1))
    places[:10_000, 0] += 6
    valley = find_valleys(places, halves(places))[0]
    assert valley.between == (0, 1)
    assert valley.depth == pytest.approx(2 * np.exp(-(3**2) / 2), rel=0.35)


def test_only_neighbours_are_compared() -> None:
    """Of three groups in a row the outer two are no neighbours: the middle one lies halfway."""
    random = np.random.default_rng(5)
    labels = np.repeat([0, 1, 2], 300)
    places = np.stack([labels * 6.0 + random.normal(0, 1, 900), random.normal(0, 1, 900)], axis=1)
    assert {valley.between for valley in find_valleys(places, labels)} == {(0, 1), (1, 2)}


def test_the_shallowest_valley_comes_first() -> None:
    """Where two of three groups run into each other, theirs is the first."""
    random = np.random.default_rng(5)
    labels = np.repeat([0, 1, 2], 300)
    places = np.stack([np.array([0.0, 8.0, 9.5])[labels] + random.normal(0, 1, 900)], axis=1)
    assert find_valleys(places, labels)[0].between == (1, 2)


def test_orders_are_whole_numbers_without_gaps_between_them() -> None:
    """One, two and three orders are neighbours, not groups: cut between one and more there is no gap."""
    random = np.random.default_rng(5)
    orders = random.geometric(0.4, 4_000).astype(float)
    frame = make_shop(orders, np.exp(random.normal(4, 0.5, 4_000)))
    places = place_habits(frame, (c.TOTAL_SALES, c.ORDER_COUNT, c.AVG_ORDER_VALUE), 0)
    assert find_valleys(places, (orders > 1).astype(int))[0].depth > 0.6


@pytest.mark.parametrize(
    ("features", "habits"),
    [
        (("total_sales", "order_count", "avg_order_value"), 2),
        (("total_sales", "order_count"), 2),
        (("total_sales",), 1),
        (("total_sales", "order_count", "avg_order_value", "recency_days"), 3),
    ],
)
def test_total_sales_are_left_out_beside_what_makes_them(features: tuple[str, ...], habits: int) -> None:
    """Orders and order value say all that total sales say; without one of them total sales stay."""
    assert place_habits(make_shop(np.arange(1, 50), np.arange(1, 50)), features, 0).shape == (49, habits)


def test_nothing_paid_is_a_place_too() -> None:
    """Customers whose returns took all that they paid stand a hundredth of the median apart, not endlessly far."""
    frame = pd.DataFrame({c.ORDER_COUNT: [1.0, 2.0, 3.0], c.AVG_ORDER_VALUE: [0.0, 100.0, -5.0]})
    places = place_habits(frame, (c.ORDER_COUNT, c.AVG_ORDER_VALUE), 0)
    assert np.exp(places[:, 1]) == pytest.approx([1.0, 100.0, 1.0])
