"""Sizes of trials are those of statsmodels, and what they promise is what a simulation finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import power_proportions_2indep

from reportgen.trials.sizes import (
    HOLD_SHARES,
    Arms,
    choose_hold,
    find_detectable,
    find_needed,
    find_power,
)


@pytest.mark.parametrize("base", [0.05, 0.2, 0.5, 0.8])
@pytest.mark.parametrize("lift", [0.02, 0.05, 0.1])
@pytest.mark.parametrize("arms", [Arms(150, 150), Arms(900, 100), Arms(8000, 2000)])
def test_power_is_that_of_statsmodels(base: float, lift: float, arms: Arms) -> None:
    """The power of a comparison of two shares agrees to 1 %; theirs counts both sides, ours that of the effect."""
    theirs = power_proportions_2indep(
        lift, base, arms.treat, ratio=arms.hold / arms.treat, alternative="larger", alpha=0.025, return_results=False
    )
    assert find_power(base, lift, arms) == pytest.approx(theirs, rel=0.01)


@given(st.floats(0.01, 0.9), st.integers(20, 20_000), st.sampled_from(HOLD_SHARES))
def test_what_is_detectable_needs_as_many_customers(base: float, customers: int, hold: float) -> None:
    """The lift that a size detects is found by it in four of five, and needs that size."""
    lift = find_detectable(base, Arms(customers * (1 - hold), customers * hold))
    if lift is None:
        assert find_power(base, 1 - base, Arms(customers * (1 - hold), customers * hold)) < 0.8
        return
    assert find_power(base, lift, Arms(customers * (1 - hold), customers * hold)) == pytest.approx(0.8, abs=0.001)
    assert find_needed(base, lift, hold) == pytest.approx(customers, rel=0.01, abs=2)


def test_what_no_size_finds_is_none() -> None:
    """No lift, one beyond everybody, and an arm without customers have none."""
    assert find_needed(0.2, 0.0, 0.5) is None
    assert find_needed(0.95, 0.1, 0.5) is None
    assert find_detectable(0.2, Arms(0, 10)) is None
    assert find_detectable(0.5, Arms(2, 2)) is None
    assert find_detectable(1.0, Arms(200, 200)) is None


def test_as_few_are_held_back_as_will_do() -> None:
    """10,000 customers need a tenth to see five points on 20 %, 700 of them need two fifths for ten."""
    assert choose_hold(10_000, 0.2, 0.05) == 0.1
    assert choose_hold(700, 0.2, 0.1) == 0.4
    assert choose_hold(100, 0.2, 0.05) == 0.5  # too few: as well as can be
    for customers, base, lift in ((10_000, 0.2, 0.05), (3_000, 0.1, 0.04)):
        hold = choose_hold(customers, base, lift)
        fewer = [one for one in HOLD_SHARES if one < hold]
        assert find_power(base, lift, Arms(customers * (1 - hold), customers * hold)) >= 0.8
        assert all(find_power(base, lift, Arms(customers * (1 - one), customers * one)) < 0.8 for one in fewer)


def test_a_planned_size_has_the_power_it_was_planned_for() -> None:
    """Of 4,000 trials of the planned size and effect, 75 to 85 % are found by the plain test of two shares."""
    rng = np.random.default_rng(2)
    base, lift, hold = 0.2, 0.06, 0.3
    customers = find_needed(base, lift, hold)
    assert customers is not None
    held = round(customers * hold)
    treated = customers - held
    one, other = rng.binomial(treated, base + lift, 4000) / treated, rng.binomial(held, base, 4000) / held
    all_ = (one * treated + other * held) / customers
    error = np.sqrt(all_ * (1 - all_) * (1 / treated + 1 / held))
    assert 0.75 <= ((one - other) / error > 1.96).mean() <= 0.85
