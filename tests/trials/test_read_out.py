"""A trial is read out: arms that are not alike are told, and what chance allows is no effect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reportgen.model.trials import Effect
from reportgen.trials.compare import Observed
from reportgen.trials.read_out import pool, read_out, shrink
from tests.trials.test_compare import make_trial


def test_an_effect_is_told() -> None:
    """A lift of 20 points among 3,000 customers worked; the same the other way harmed; none is none."""
    worked = read_out(make_trial(1, 3000), 0.5)
    assert worked is not None
    assert worked.verdict == "no_effect_seen"
    trial = make_trial(2, 3000)
    rng = np.random.default_rng(3)
    more = np.where(trial.is_held, trial.ordered, trial.ordered | (rng.random(3000) < 0.3))
    found = read_out(_with_orders(trial, more), 0.5)
    assert found is not None
    assert found.verdict == "worked"
    assert found.share.low > 0
    shares = [more[arm].sum() / 1500 for arm in (~trial.is_held, trial.is_held)]
    assert found.share.value == pytest.approx(shares[0] - shares[1])
    less = np.where(trial.is_held, trial.ordered, trial.ordered & (rng.random(3000) < 0.6))
    harmed = read_out(_with_orders(trial, less), 0.5)
    assert harmed is not None
    assert harmed.verdict == "harmed"


def _with_orders(trial: Observed, ordered: np.ndarray) -> Observed:
    return Observed(trial.is_held, trial.stratum, ordered, np.where(ordered, 50.0, 0.0), trial.earlier)


def test_arms_of_other_sizes_than_planned_are_not_compared() -> None:
    """Half was held back where a third was to be; 1 % off in 600 is within chance."""
    trial = make_trial(4)
    assert read_out(trial, 1 / 3).verdict == "not_comparable"  # type: ignore[union-attr]
    assert read_out(trial, 0.49).verdict != "not_comparable"  # type: ignore[union-attr]


def test_arms_that_were_not_alike_before_are_not_compared() -> None:
    """Where those who were treated had spent half as much again before, no difference after is due to the action."""
    trial = make_trial(5)
    earlier = np.where(trial.is_held, trial.earlier, trial.earlier * 1.5)
    found = read_out(Observed(trial.is_held, trial.stratum, trial.ordered, trial.sales, earlier), 0.5)
    assert found is not None
    assert found.earlier_chance < 0.001
    assert found.verdict == "not_comparable"


def test_an_arm_of_one_is_not_read_out() -> None:
    """Without two customers in each arm nothing can be said."""
    trial = make_trial(6)
    alone = np.zeros(600, dtype=bool)
    alone[0] = True
    assert read_out(Observed(alone, trial.stratum, trial.ordered, trial.sales, trial.earlier), 0.5) is None


def test_shrinking_by_hand() -> None:
    """With an error as large as the prior's deviation half of the difference is left, and the error is cut by the root."""
    reach = 1.959963984540054 * 0.05
    found = shrink(Effect(0.08, 0.08 - reach, 0.08 + reach), reach)
    assert found.value == pytest.approx(0.04)
    assert found.high - found.value == pytest.approx(reach / np.sqrt(2))
    sure = shrink(Effect(0.08, 0.0799, 0.0801), reach)
    assert sure.value == pytest.approx(0.08, rel=1e-3)


def test_the_shrunk_estimate_is_nearer_to_the_truth() -> None:
    """Of 300 trials of actions that do little, the pulled differences miss the true ones by less than the raw ones."""
    rng = np.random.default_rng(7)
    raw, pulled = [], []
    for seed in range(300):
        true = rng.normal(0, 0.02)
        held = np.arange(400) < 200
        ordered = rng.random(400) < np.where(held, 0.3, 0.3 + true)
        trial = Observed(held, np.zeros(400, dtype=int), ordered, ordered * 1.0, np.ones(400))
        found = read_out(trial, 0.5)
        assert found is not None, seed
        raw.append((found.share.value - true) ** 2)
        pulled.append((shrink(found.share, 0.04).value - true) ** 2)
    assert np.mean(pulled) < 0.4 * np.mean(raw)


def test_a_difference_knows_its_error() -> None:
    """An interval of 1.96 errors to each side has that error."""
    assert replace(Effect(0.0, -0.196, 0.196)).error == pytest.approx(0.1, abs=1e-4)


def test_pooling_by_hand() -> None:
    """The surer difference weighs more; two alike are as sure as twice the customers; one alone stays as it is."""
    sure, unsure = Effect(0.1, 0.1 - 0.0196, 0.1 + 0.0196), Effect(0.0, -0.0392, 0.0392)  # errors 0.01 and 0.02
    both = pool([sure, unsure])
    assert both.value == pytest.approx(0.08, abs=1e-5)
    assert both.error == pytest.approx(1 / np.sqrt(1e4 + 2.5e3), rel=1e-4)
    assert pool([sure, sure]).error == pytest.approx(sure.error / np.sqrt(2))
    alone = pool([unsure])
    assert (alone.value, alone.low, alone.high) == pytest.approx((unsure.value, unsure.low, unsure.high))
