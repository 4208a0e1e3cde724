"""Made-up customers must have the habits of the shop, go together like them, and have no groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gaussian_kde, spearmanr

from reportgen import columns as c
from reportgen.segments.trust.nulls import MadeUp, find_width
from tests.segments.trust.shops import make_four_groups, make_skewed


def test_total_sales_are_orders_times_order_value() -> None:
    """Made-up customers add up, order whole numbers of times, and at least once."""
    made = MadeUp(make_skewed(1), 0).make(0, 500)
    assert made[c.TOTAL_SALES].to_numpy() == pytest.approx((made[c.ORDER_COUNT] * made[c.AVG_ORDER_VALUE]).to_numpy())
    assert (made[c.ORDER_COUNT] >= 1).all()
    assert (made[c.ORDER_COUNT] % 1 == 0).all()
    assert (made[c.RECENCY_DAYS] >= 0).all()


def test_habits_are_spread_as_in_the_shop() -> None:
    """Logarithms of orders and order value have the mean and the spread of the shop's."""
    frame = make_skewed(1, 4_000)
    made = MadeUp(frame, 0).make(0, 4_000)
    for name in (c.ORDER_COUNT, c.AVG_ORDER_VALUE):
        theirs, ours = (np.log(each[name]) for each in (frame, made))
        assert ours.mean() == pytest.approx(theirs.mean(), abs=0.1)
        assert ours.std() == pytest.approx(theirs.std(), rel=0.15)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_habits_go_together_as_in_the_shop(sign: float) -> None:
    """The rank correlation of orders and order value is that of the shop, whichever way it goes."""
    random = np.random.default_rng(3)
    frame = make_skewed(3, 4_000)
    pull = np.log(frame[c.ORDER_COUNT].to_numpy()) * sign
    frame[c.AVG_ORDER_VALUE] = np.exp(4 + pull + random.normal(0, 0.5, 4_000))
    made = MadeUp(frame, 0).make(0, 4_000)
    ours, theirs = (spearmanr(each[c.ORDER_COUNT], each[c.AVG_ORDER_VALUE])[0] for each in (made, frame))
    assert ours == pytest.approx(theirs, abs=0.08)


def test_groups_of_the_shop_are_gone() -> None:
    """Of a shop with two peaks in each habit the made-up one has a single peak in each."""
    frame = make_four_groups(1)
    made = MadeUp(frame, 0).make(0, 4_000)
    for name in (c.ORDER_COUNT, c.AVG_ORDER_VALUE):
        assert count_peaks(np.log(frame[name].to_numpy())) == 2
        assert count_peaks(np.log(made[name].to_numpy())) == 1


def count_peaks(values: np.ndarray) -> int:
    """Count the peaks of scipy's kernel density estimate, with a width that blurs whole numbers."""
    density = gaussian_kde(values, 0.3)(np.linspace(values.min(), values.max(), 200))
    return int(((density[1:-1] > density[:-2]) & (density[1:-1] > density[2:])).sum())


def test_the_width_is_the_narrowest_that_leaves_one_peak() -> None:
    """Of two equal points a kernel half their distance wide leaves one peak (a mixture of two normals), no narrower."""
    assert find_width(np.array([0.0] * 50 + [2.0] * 50)) == pytest.approx(1.0, rel=0.05)


def test_habits_without_spread_stay() -> None:
    """Where everybody ordered once at one price, so do made-up customers."""
    frame = make_skewed(1, 100).assign(**{c.ORDER_COUNT: 1.0, c.AVG_ORDER_VALUE: 9.0, c.RECENCY_DAYS: 5.0})
    made = MadeUp(frame, 0).make(0, 50)
    assert made[c.ORDER_COUNT].unique().tolist() == [1.0]
    assert made[c.AVG_ORDER_VALUE].to_numpy() == pytest.approx(np.full(50, 9.0))
    assert made[c.RECENCY_DAYS].unique().tolist() == [5.0]


def test_the_same_number_is_the_same_shop() -> None:
    """Made-up customers follow from the seed and their number alone."""
    made = MadeUp(make_skewed(1), 0)
    pd.testing.assert_frame_equal(made.make(2, 100), MadeUp(make_skewed(1), 0).make(2, 100))
    assert not made.make(2, 100).equals(made.make(3, 100))
