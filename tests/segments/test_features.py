"""Features must be what the statistics books say, for every shop, however odd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reportgen import columns as c
from reportgen.config.options import SegmentOptions
from tests.made import compute_features, make_customers

NORMALISE = ("rank", "log", "zscore")
sales = st.lists(st.integers(-500, 5_000), min_size=2, max_size=40)


def matrix_of(values: Any, **options: Any) -> np.ndarray:
    """Compute the feature `total_sales` alone and return its column."""
    chosen = SegmentOptions(features=(c.TOTAL_SALES,), **options)
    return compute_features(make_customers(values), chosen).matrix[:, 0]


def naive_zscore(values: Any) -> np.ndarray:
    """Standardise by SciPy; without spread everything is 0."""
    values = np.asarray(values, dtype=float)
    return np.zeros(len(values)) if np.ptp(values) == 0 else stats.zscore(values, ddof=1)


@given(sales)
def test_average_ranks_are_scipy_s(values: list[int]) -> None:
    """With `ties: average` a feature is the standardised mean rank."""
    expected = naive_zscore(stats.rankdata(values, method="average"))
    np.testing.assert_allclose(matrix_of(values), expected, atol=1e-12)


@given(sales)
def test_first_ranks_are_scipy_s(values: list[int]) -> None:
    """With `ties: first` equal customers are ranked in the order of their ids."""
    expected = naive_zscore(stats.rankdata(values, method="ordinal"))
    np.testing.assert_allclose(matrix_of(values, ties="first"), expected, atol=1e-12)


@given(sales)
def test_log_is_standardised_log1p(values: list[int]) -> None:
    """With `normalise: log` a feature is the standardised logarithm of 1 + x, negative values counting as 0."""
    expected = naive_zscore(np.log1p(np.maximum(values, 0)))
    np.testing.assert_allclose(matrix_of(values, normalise="log"), expected, atol=1e-9)


@given(sales)
def test_zscore_is_scipy_s(values: list[int]) -> None:
    """With `normalise: zscore` a feature is the plain standard score with ddof=1."""
    np.testing.assert_allclose(matrix_of(values, normalise="zscore"), naive_zscore(values), atol=1e-9)


@given(sales, st.sampled_from(NORMALISE))
def test_every_feature_is_standardised(values: list[int], normalise: str) -> None:
    """Mean 0 and standard deviation 1, or nothing but zeros."""
    column = matrix_of(values, normalise=normalise)
    assert column.mean() == pytest.approx(0, abs=1e-9)
    assert column.std(ddof=1) == pytest.approx(1) or not column.any()


@given(sales)
def test_ranks_do_not_see_the_scale(values: list[int]) -> None:
    """Any strictly growing change of the values, a cube or another currency, leaves ranked features as they are."""
    np.testing.assert_array_equal(matrix_of(values), matrix_of([one**3 / 100 + 7 for one in values]))


@pytest.mark.parametrize("normalise", NORMALISE)
@pytest.mark.parametrize("value", [0, 0.1, 1e9, -3])
def test_a_constant_feature_is_zero(normalise: str, value: float) -> None:
    """A feature that is the same for all says nothing: zeros, no division by zero."""
    assert not matrix_of([value] * 7, normalise=normalise).any()


def test_float_dust_is_no_spread() -> None:
    """Values that differ by rounding only are the same."""
    assert not matrix_of([0.1 + 0.2, 0.3, 0.3], normalise="zscore").any()


@pytest.mark.parametrize("normalise", NORMALISE)
def test_one_customer_is_zero(normalise: str) -> None:
    """A single customer has no spread and gets zeros, without a warning."""
    assert matrix_of([12.5], normalise=normalise).tolist() == [0]


def test_a_huge_outlier_ranks_as_any_first() -> None:
    """A customer a million times as large as the rest ranks no higher than one a penny ahead."""
    np.testing.assert_array_equal(matrix_of([1, 2, 3, 4e9]), matrix_of([1, 2, 3, 3.01]))


def test_columns_are_those_asked_for() -> None:
    """The matrix holds the config's features in the config's order, and keeps their names."""
    customers = make_customers([10, 20, 60], [1, 4, 2], [9, 5, 7])
    features = compute_features(customers, SegmentOptions(features=(c.RECENCY_DAYS, c.ORDER_COUNT)))
    assert features.names == (c.RECENCY_DAYS, c.ORDER_COUNT)
    np.testing.assert_allclose(features.matrix, [[1, -1], [-1, 1], [0, 0]])


def test_the_customers_stay_as_they_are() -> None:
    """Nothing is written into the customers."""
    customers = make_customers([-5, 2, 3])
    before = customers.frame.copy()
    compute_features(customers, SegmentOptions(normalise="log"))
    assert customers.frame.equals(before)


def test_distinct_counts_different_points() -> None:
    """Equal customers are one point."""
    assert compute_features(make_customers([5, 5, 7, 7, 7], [1, 1, 1, 2, 2]), SegmentOptions()).distinct == 3
