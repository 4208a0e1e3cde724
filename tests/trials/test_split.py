"""Who is held back: the same on every machine, alike in each stratum, and otherwise in another trial."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.trials.split import halve_by, split_customers

CUSTOMERS = [f"c{n}" for n in range(12)]
IDS = st.lists(st.text(max_size=6), min_size=1, max_size=60, unique=True)


def test_a_split_stays_what_it_is() -> None:
    """The split of a certain trial is written down: another machine, Python or version must make the same."""
    held = split_customers("shop/2026-01/1/write", CUSTOMERS, np.array([0, 1] * 6), 3)
    assert [one for one, is_held in zip(CUSTOMERS, held, strict=True) if is_held] == KNOWN


KNOWN = ["c0", "c1", "c6"]


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_hash_seed_of_python_has_no_part_in_it(seed: str) -> None:
    """A process with another hash seed holds back the same."""
    code = (
        "import numpy as np; from reportgen.trials.split import split_customers;"
        f"print(split_customers('t', {CUSTOMERS!r}, np.zeros(12, dtype=int), 6).astype(int).tolist())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    found = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    mine = split_customers("t", CUSTOMERS, np.zeros(12, dtype=int), 6).astype(int).tolist()
    assert found.stdout.strip() == str(mine)


@given(IDS, st.floats(0, 1), st.randoms(use_true_random=False))
def test_the_order_of_customers_has_no_part_in_it(ids: list[str], share: float, random) -> None:
    """The same customers in another order are held back or not as before, and each stratum holds its share to one."""
    strata, hold = {one: len(one) % 3 for one in ids}, round(share * len(ids))
    held = dict(zip(ids, split_customers("t", ids, np.array([strata[one] for one in ids]), hold), strict=True))
    mixed = random.sample(ids, len(ids))
    again = dict(zip(mixed, split_customers("t", mixed, np.array([strata[one] for one in mixed]), hold), strict=True))
    assert held == again
    for number in range(3):
        mine = [is_held for one, is_held in held.items() if strata[one] == number]
        assert abs(sum(mine) - hold / len(ids) * len(mine)) < 1 + 1e-9
    assert sum(held.values()) == hold


def test_another_trial_splits_otherwise() -> None:
    """Two trials of the same customers have about as many held back in common as chance would have it."""
    ids = [str(n) for n in range(4000)]
    one, other = (split_customers(trial, ids, np.zeros(4000, dtype=int), 2000) for trial in ("a", "b"))
    assert (one & other).mean() == pytest.approx(0.25, abs=0.03)


def test_trial_and_customer_are_kept_apart() -> None:
    """`ab` and `c` are not digested as `a` and `bc`."""
    ids = [f"c{n}" for n in range(200)]
    one = split_customers("ab", ids, np.zeros(200, dtype=int), 100)
    other = split_customers("a", [f"b{one}" for one in ids], np.zeros(200, dtype=int), 100)
    assert (one != other).any()


def test_arms_are_balanced_in_two_hundred_trials() -> None:
    """What customers spent before differs between the arms by no more than chance allows, in each of 200 trials."""
    rng = np.random.default_rng(1)
    spent = rng.lognormal(4, 1.2, 600)
    ids = [f"c{n}" for n in range(600)]
    strata = halve_by(spent)
    distances = []
    for trial in range(200):
        held = split_customers(f"trial {trial}", ids, strata, 180)
        arms = np.log(spent[held]), np.log(spent[~held])
        error = np.sqrt(sum(arm.var(ddof=1) / len(arm) for arm in arms))
        distances.append((arms[0].mean() - arms[1].mean()) / error)
        assert held[strata == 0].sum() == pytest.approx(0.3 * (strata == 0).sum(), abs=1)
    assert np.abs(distances).max() < 3
    assert np.std(distances) < 1  # strata make them more alike than a plain draw would
    assert abs(np.mean(distances)) < 0.15


def test_halves() -> None:
    """Above the median is the upper half; with equal sums all are in the lower one."""
    assert halve_by(np.array([1.0, 5.0, 3.0, 2.0])).tolist() == [0, 1, 1, 0]
    assert halve_by(np.array([2.0, 2.0])).tolist() == [0, 0]
    assert halve_by(np.zeros(0)).tolist() == []
    assert split_customers("t", [], np.zeros(0, dtype=int), 0).tolist() == []
