"""Survival is held against lifelines, statsmodels and scipy, and against drawing customers anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from reportgen.statistics.survival import cluster_error, fit_survival


def _shop(seed: int, customers: int = 800) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    takes = np.where(rng.random(customers) < 0.6, rng.exponential(50, customers), np.inf)
    seen = rng.integers(0, 200, customers)
    return np.minimum(np.ceil(takes), seen).astype(int), np.ceil(takes) <= seen


LIFELINES = {
    30: (0.25514176724744053, 0.22539413149942322, 0.28803479990130165),
    60: (0.4423878068328706, 0.40581470305021616, 0.48075096661916317),
    90: (0.5349358370876867, 0.49586618939062366, 0.575034293520938),
}
"""Share within so many days and its 95 % interval of `_shop(1)` by KaplanMeierFitter of lifelines 0.30.3, which cannot be
installed beside pandas 3; the median was 77."""


def test_the_curve_and_its_intervals_are_those_of_lifelines():
    """Shares within 30, 60 and 90 days, their 95 % intervals, and the median agree to a thousandth."""
    ours = fit_survival(*_shop(1))
    for by, (share, low, high) in LIFELINES.items():
        assert ours.share_by(by) == pytest.approx(share, abs=1e-9)
        assert ours.interval_by(by) == pytest.approx((low, high), rel=1e-3)
    assert ours.day_of(0.5) == 77


def test_the_errors_are_those_of_statsmodels():
    """Greenwood's standard errors agree at every day on which it happened to anybody."""
    days, happened = _shop(5)
    theirs = SurvfuncRight(days, happened)
    ours = fit_survival(days, happened)
    assert ours.days.tolist() == theirs.surv_times.tolist()
    assert ours.error == pytest.approx(theirs.surv_prob_se, rel=1e-9)


@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=60))
def test_any_times_give_the_curve_of_scipy(followed):
    """Whatever was followed, with ties and with nothing that happened, the estimate is scipy's at every day."""
    days, happened = (np.array(column) for column in zip(*followed, strict=True))
    ours = fit_survival(days, happened)
    theirs = stats.ecdf(stats.CensoredData.right_censored(days, ~happened)).sf
    at = np.arange(62)
    assert ours.left_after(at) == pytest.approx(theirs.evaluate(at), abs=1e-12)
    assert (np.diff(ours.left_after(at)) <= 0).all()
    for by in (10, 60):
        low, high = ours.interval_by(by)
        assert 0 <= low <= ours.share_by(by) + 1e-12 <= high + 2e-12 <= 1 + 3e-12


def test_a_hand_made_curve():
    """Of four, one at day 2, one seen until day 3, one at day 5, one seen until day 9: 3/4 left, then 3/8."""
    curve = fit_survival(np.array([2, 3, 5, 9]), np.array([True, False, True, False]))
    assert curve.left_after(np.array([1, 2, 4, 5, 30])) == pytest.approx([1, 0.75, 0.75, 0.375, 0.375])
    assert curve.day_of(0.25) == 2
    assert curve.day_of(0.5) == 5
    assert np.isnan(curve.day_of(0.7))


def test_nobody_to_whom_it_happened():
    """Then all are left, on every day, without an interval."""
    curve = fit_survival(np.array([5, 6]), np.array([False, False]))
    assert curve.share_by(90) == 0
    assert curve.interval_by(90) == (0, 0)
    assert np.isnan(curve.day_of(0.5))


def test_with_everybody_followed_once_the_jackknife_is_close_to_greenwood():
    """The two errors of one curve differ by less than one in a thousand."""
    days, happened = _shop(2, 4000)
    curve = fit_survival(days, happened)
    for by in (30, 60, 90):
        greenwood = float(curve.error[np.searchsorted(curve.days, by, side="right") - 1])
        assert cluster_error(days, happened, np.arange(len(days)), by) == pytest.approx(greenwood, rel=0.001)


def test_customers_who_are_followed_five_times_alike_count_once():
    """Copies of the same times leave the error of one copy; Greenwood's would be smaller by the root of five."""
    days, happened = _shop(3)
    once = cluster_error(days, happened, np.arange(len(days)), 60)
    copied = cluster_error(np.tile(days, 5), np.tile(happened, 5), np.tile(np.arange(len(days)), 5), 60)
    assert copied == pytest.approx(once, rel=1e-9)


def test_the_error_of_customers_followed_several_times_is_that_of_drawing_them_anew():
    """Customers with a tempo of their own, each followed four times: the bootstrap of customers gives the same error."""
    rng = np.random.default_rng(4)
    customer = np.repeat(np.arange(300), 4)
    takes = np.ceil(rng.exponential(np.repeat(rng.choice([15, 150], 300), 4)))
    seen = rng.integers(30, 200, len(takes))
    days, happened = np.minimum(takes, seen).astype(int), takes <= seen
    rows = customer.reshape(300, 4).argsort(axis=None).reshape(300, 4)
    drawn = []
    for _ in range(600):
        picked = rows[rng.integers(0, 300, 300)].ravel()
        drawn.append(fit_survival(days[picked], happened[picked]).left_after(60))
    assert cluster_error(days, happened, customer, 60) == pytest.approx(np.std(drawn), rel=0.1)
