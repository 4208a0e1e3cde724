"""Sizes must be what one can work out by hand, and stand within their range."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.advice.opportunity import size_at_risk, size_opportunity
from reportgen.model.actions import AtRisk, Opportunity
from reportgen.model.segments import KINDS
from tests.made import make_customers

KINDS_WITH_A_STEP = [kind for kind in KINDS if kind != "frequent_big"]
members = st.lists(st.tuples(st.integers(-50, 5_000), st.integers(1, 20)), min_size=1, max_size=60)


def size(rows: list[tuple[int, int]], kind: str, share: float = 0.05, seed: int = 0) -> Opportunity | None:
    """Size the segment whose customers have these sales and orders, against a goal of 100."""
    sales, orders = zip(*rows, strict=True)
    frame = make_customers(sales, orders).frame
    return size_opportunity(frame, kind, goal=100.0, step_up_share=share, random_state=seed)


def test_one_more_order_by_hand() -> None:
    """Of 40 customers with orders of £20 two step up, and each brings £20: £40, with no doubt."""
    sized = size([(60, 3)] * 40, "rare_big")
    assert sized is not None
    assert (sized.customers, sized.value_of_step, sized.amount) == (2, 20, 40)
    assert (sized.low, sized.high) == (40, 40)
    assert (sized.step, sized.basket_goal) == ("one_more_order", None)


def test_bigger_baskets_by_hand() -> None:
    """Orders grow to the goal of £100; those above it stay as they are: (5 x 60 + 0) / 2 a step."""
    sized = size([(200, 5), (3_000, 10)] * 20, "frequent_small")
    assert sized is not None
    assert (sized.customers, sized.value_of_step, sized.amount) == (2, 150, 300)
    assert (sized.low, sized.high) == (0, 600)
    assert (sized.step, sized.basket_goal) == ("bigger_baskets", 100)


def test_who_does_all_already_has_no_step() -> None:
    """Frequent buyers with big baskets have no step to take."""
    assert size([(60, 3)] * 40, "frequent_big") is None


@given(members, st.sampled_from(KINDS_WITH_A_STEP), st.floats(0, 1))
def test_the_amount_stands_in_its_range(rows: list[tuple[int, int]], kind: str, share: float) -> None:
    """The amount is customers times value, not negative, and between low and high, whoever the customers are."""
    sized = size(rows, kind, share)
    takers, values = round(len(rows) * share), [max(sales, 0) for sales, _ in rows]
    if sized is None:
        assert takers == 0 or not any(values) or kind.startswith("frequent")
    else:
        assert sized.customers == takers
        assert sized.amount == pytest.approx(sized.customers * sized.value_of_step, abs=0.006 * (len(rows) + 1))
        assert 0 <= sized.low <= sized.amount <= sized.high


@given(members, st.randoms())
def test_the_sales_at_risk_are_those_of_the_late(rows: list[tuple[int, int]], random: object) -> None:
    """The amount is the sum of the late customers' sales: a sum that is known has no range."""
    late = np.array([random.random() < 0.3 for _ in rows])  # type: ignore[attr-defined]
    sized = size_at_risk(make_customers([row[0] for row in rows]).frame, late)
    assert sized == AtRisk(float(sum(row[0] for row, is_late in zip(rows, late, strict=True) if is_late)), late.sum())


def test_one_giant_among_many_stands_in_the_range() -> None:
    """Where all the money is one customer's, whom most draws miss, the range still reaches the expected sum."""
    sized = size([(10_000, 1), *[(0, 1)] * 59], "rare_small", share=0.02)
    assert sized is not None
    assert (sized.customers, sized.amount, sized.low) == (1, 166.67, 0)
    assert sized.high >= sized.amount


def test_the_range_is_near_the_normal_one() -> None:
    """For many customers the range is that of the normal law: the mean and 1.96 standard errors each way."""
    sales = np.random.default_rng(4).uniform(10, 50, 4_000)
    sized = size([(round(one), 1) for one in sales], "rare_small", share=0.5)
    assert sized is not None
    error = 1.96 * np.round(sales).std() * np.sqrt(2_000)
    assert sized.high - sized.amount == pytest.approx(error, rel=0.1)
    assert sized.amount - sized.low == pytest.approx(error, rel=0.1)


def test_the_range_follows_the_currency() -> None:
    """The same shop in a currency worth a hundredth has sums a hundred times as large."""
    rows = [(n, 1 + n % 3) for n in range(1, 80)]
    small, large = size(rows, "rare_mid"), size([(100 * sales, n) for sales, n in rows], "rare_mid")
    assert small is not None
    assert large is not None
    for name in ("amount", "low", "high"):
        assert getattr(large, name) == pytest.approx(100 * getattr(small, name), abs=1)


def test_the_same_seed_gives_the_same_range() -> None:
    """The range depends on the seed and on nothing else."""
    rows = [(n * n, 1) for n in range(1, 80)]
    assert size(rows, "rare_mid", seed=3) == size(rows, "rare_mid", seed=3)
    assert size(rows, "rare_mid", seed=3) != size(rows, "rare_mid", seed=4)


@pytest.mark.parametrize("kind", KINDS_WITH_A_STEP)
def test_a_segment_too_small_for_a_step_has_none(kind: str) -> None:
    """Where the assumed share is not even one customer there is nothing to win, so nothing is said to be."""
    assert size([(60, 3)] * 5, kind) is None


def test_returns_make_no_step_smaller() -> None:
    """Customers whose orders are worth less than nothing bring nothing: of £20 and of -£20 a step is worth £10."""
    sized = size([(60, 3), (-60, 3)] * 20, "rare_small")
    assert sized is not None
    assert (sized.customers, sized.value_of_step, sized.amount) == (2, 10, 20)


@pytest.mark.parametrize(("sales", "step", "amount"), [(100, 33.33, 66.67), (200, 66.67, 133.33)])
def test_money_is_rounded_to_pennies(sales: int, step: float, amount: float) -> None:
    """A step of a third of £100 or £200 is told in whole pennies, as are two of them and their range."""
    sized = size([(sales, 3)] * 40, "rare_mid")
    assert sized is not None
    assert (sized.value_of_step, sized.amount, sized.low, sized.high) == (step, amount, amount, amount)


def test_the_goal_is_rounded_to_pennies() -> None:
    """A goal of £88.888 is told as £88.89."""
    frame = make_customers([60] * 40, [3] * 40).frame
    sized = size_opportunity(frame, "frequent_small", goal=88.888, step_up_share=0.05, random_state=0)
    assert sized is not None
    assert sized.basket_goal == 88.89


def test_what_is_at_risk_is_rounded_to_pennies() -> None:
    """Sales of £10.3333 and £5 are £15.33 at risk."""
    assert size_at_risk(make_customers([10.3333, 5.0]).frame, np.array([True, True])) == AtRisk(15.33, 2)
