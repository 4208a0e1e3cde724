"""The arms of a trial are compared as statsmodels and tea-tasting do, and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import tea_tasting as tt
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from reportgen.trials.compare import Cells, Observed, adjust, compare_sales, compare_shares, merge_strata, winsorise


@given(st.integers(2, 400), st.integers(2, 400), st.floats(0, 1), st.floats(0, 1))
def test_the_interval_of_shares_is_newcombes(n: int, m: int, p: float, q: float) -> None:
    """Statsmodels' Newcombe interval comes out, whatever the counts."""
    one, other = round(n * p), round(m * q)
    found = compare_shares((one, n), (other, m))
    low, high = confint_proportions_2indep(one, n, other, m, method="newcomb", compare="diff")
    assert found.value == pytest.approx(one / n - other / m)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


def test_newcombes_own_example() -> None:
    """56 of 70 against 48 of 80 gives 0.0524 to 0.3339 (Newcombe 1998, table II, example a, method 10)."""
    found = compare_shares((56, 70), (48, 80))
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)


def make_trial(seed: int, customers: int = 600, lift: float = 0.0) -> Observed:
    """Make a trial whose customers spend as they did before, half of them held back."""
    rng = np.random.default_rng(seed)
    earlier = rng.lognormal(4, 0.5, customers)
    ordered = rng.random(customers) < 0.4 + lift
    held = rng.permutation(customers) < customers // 2
    sales = np.where(ordered, earlier * rng.lognormal(0, 0.2, customers), 0.0)
    return Observed(held, np.zeros(customers, dtype=int), ordered, sales, earlier)


def test_sales_are_compared_as_tea_tasting_does() -> None:
    """In one stratum the difference and its interval are those of CUPED with Welch's interval, to 1 % of its width."""
    trial = make_trial(1)
    frame = pd.DataFrame(
        {"variant": (~trial.is_held).astype(int), "sales": winsorise(trial.sales), "earlier": winsorise(trial.earlier)}
    )
    theirs = tt.Experiment(sales=tt.Mean("sales", "earlier")).analyze(frame)["sales"]
    ours = compare_sales(trial)
    low, high = theirs.effect_size_ci_lower, theirs.effect_size_ci_upper
    width = high - low
    assert ours.value == pytest.approx(theirs.effect_size, abs=0.01 * width)
    assert (ours.low, ours.high) == pytest.approx((low, high), abs=0.01 * width)


def test_without_a_past_it_is_welchs_interval() -> None:
    """With nothing spent before, scipy's Welch interval of what was spent comes out."""
    trial = make_trial(2)
    trial = Observed(trial.is_held, trial.stratum, trial.ordered, trial.sales, np.zeros(len(trial.sales)))
    cut = winsorise(trial.sales)
    theirs = stats.ttest_ind(cut[~trial.is_held], cut[trial.is_held], equal_var=False).confidence_interval()
    found = compare_sales(trial)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), rel=1e-9)


def test_earlier_spending_narrows_the_interval() -> None:
    """Where all order and spend as before, most of the spread is taken off; where the past tells nothing, nothing is lost."""
    trial = make_trial(3)
    regular = Observed(trial.is_held, trial.stratum, trial.ordered, trial.earlier * 1.1, trial.earlier)
    blind = Observed(trial.is_held, trial.stratum, trial.ordered, trial.earlier * 1.1, np.zeros(600))
    narrow, wide = (found.high - found.low for found in map(compare_sales, (regular, blind)))
    assert narrow < 0.05 * wide
    rng = np.random.default_rng(4)
    noise = Observed(trial.is_held, trial.stratum, trial.ordered, trial.sales, rng.lognormal(4, 0.5, 600))
    plain = Observed(trial.is_held, trial.stratum, trial.ordered, trial.sales, np.zeros(600))
    useless, none = map(compare_sales, (noise, plain))
    assert useless.error <= none.error * 1.0001


def test_strata_are_weighed_by_their_customers() -> None:
    """By hand: a difference of 2 among six customers, and of 5 among nine, is 3.8 among all."""
    stratum = np.array([0] * 6 + [1] * 9)
    held = np.array([True] * 3 + [False] * 3 + [True] * 3 + [False] * 6)
    sales = np.array([10, 10, 10, 12, 12, 12, 20, 20, 20, 25, 25, 25, 25, 25, 25], dtype=float)
    trial = Observed(held, stratum, sales > 0, sales, np.zeros(15))
    assert compare_sales(trial).value == pytest.approx((6 * 2 + 9 * 5) / 15)


def test_a_stratum_of_one_is_none_of_its_own() -> None:
    """With a single customer of an arm in a stratum no variance is known there: all are compared at once."""
    held = np.array([True, False, False, True, True, False, False])
    assert merge_strata(np.array([0, 0, 0, 1, 1, 1, 1]), held).tolist() == [0] * 7
    assert (
        merge_strata(np.array([5, 5, 5, 5, 9, 9, 9, 9]), np.array([True, True, False, False] * 2)).tolist()
        == [0] * 4 + [1] * 4
    )


def test_a_single_large_order_does_not_decide() -> None:
    """Of a hundred who spent anything the four largest count as much as the fifth, of forty the two largest."""
    spent = np.append(np.arange(1.0, 100.0), 100_000.0)
    assert winsorise(spent)[-6:].tolist() == [95.0, 96.0, 96.0, 96.0, 96.0, 96.0]
    assert winsorise(np.append(spent, np.zeros(900))).max() == 96.0
    assert winsorise(spent[-40:]).max() == 98.0
    assert winsorise(np.arange(1.0, 20.0)).max() == 19.0  # a twentieth of nineteen is nobody
    assert winsorise(np.arange(1.0, 5_001.0)).max() == 4_996.0
    assert winsorise(np.zeros(5)).tolist() == [0.0] * 5


def test_what_is_taken_off_leaves_the_mean() -> None:
    """The adjustment moves no mean of all, and nothing where the past is the same for all."""
    rng = np.random.default_rng(6)
    sales, earlier = rng.lognormal(3, 1, 200), rng.lognormal(3, 1, 200)
    cells = Cells.of(np.zeros(200, dtype=int), np.arange(200) < 80)
    assert adjust(sales, earlier, cells).mean() == pytest.approx(sales.mean())
    assert adjust(sales, np.ones(200), cells) == pytest.approx(sales)


def test_nobody_who_bought_anything() -> None:
    """Then the difference is none, and there is no interval to speak of."""
    trial = make_trial(7)
    found = compare_sales(Observed(trial.is_held, trial.stratum, trial.ordered, np.zeros(600), trial.earlier))
    assert (found.value, found.low, found.high) == (0, 0, 0)
