"""Profiles must be plain means, medians, sums and percentiles, as NumPy and SciPy count them."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reportgen import columns as c
from reportgen.model.customers import Customers
from reportgen.model.segments import Segmentation
from reportgen.segments.profiles import correlate_metrics, profile_segments
from tests.made import make_customers

shops = st.lists(
    st.tuples(st.integers(-50, 900), st.integers(1, 9), st.integers(0, 365), st.integers(1, 3)),
    min_size=1,
    max_size=40,
)


def opened(rows: list[tuple[int, int, int, int]]) -> tuple[Customers, np.ndarray]:
    """Make customers and labels 1..k of rows of sales, orders, days, segment."""
    sales, orders, days, labels = zip(*rows, strict=True)
    return make_customers(sales, orders, days), np.unique(labels, return_inverse=True)[1] + 1


@given(shops)
def test_profiles_are_means_and_medians(rows: list[tuple[int, int, int, int]]) -> None:
    """Each segment's row and the base hold NumPy's means and medians, and SciPy's mean ranks over n."""
    customers, labels = opened(rows)
    profiles = profile_segments(customers, Segmentation(labels, np.empty((0, 0)), np.empty(0)))
    everyone = [(n, labels == n, profiles.frame.loc[n]) for n in range(1, labels.max() + 1)]
    for _, mine, row in [*everyone, (0, np.full(len(labels), True), profiles.base)]:
        for metric in c.METRICS:
            values = customers.frame[metric].to_numpy(dtype=float)
            assert row[f"mean_{metric}"] == pytest.approx(np.mean(values[mine]))
            assert row[f"median_{metric}"] == pytest.approx(np.median(values[mine]))
            ranks = stats.rankdata(values) / len(values)
            assert row[f"percentile_{metric}"] == pytest.approx(np.mean(ranks[mine]))


@given(shops)
def test_segments_add_up_to_the_base(rows: list[tuple[int, int, int, int]]) -> None:
    """Customers, money, orders and one-order customers of the segments are those of all customers, exactly."""
    customers, labels = opened(rows)
    profiles = profile_segments(customers, Segmentation(labels, np.empty((0, 0)), np.empty(0)))
    whole = {
        "customers": len(rows),
        c.AMOUNT: sum(row[0] for row in rows) * c.MONEY_SCALE,
        "orders": sum(row[1] for row in rows),
        "one_order_customers": sum(row[1] == 1 for row in rows),
    }
    for name, expected in whole.items():
        assert profiles.base[name] == profiles.frame[name].sum() == expected


@given(shops)
def test_correlations_are_spearman_s(rows: list[tuple[int, int, int, int]]) -> None:
    """The rank correlations are SciPy's, and 0 where a metric is the same for all."""
    frame = opened(rows)[0].frame
    for key, value in correlate_metrics(opened(rows)[0]).items():
        first, second = key.split(", ")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", stats.ConstantInputWarning)
            expected = stats.spearmanr(frame[first], frame[second]).statistic if len(frame) > 1 else np.nan
        assert value == pytest.approx(0 if np.isnan(expected) else expected, abs=6e-5)
