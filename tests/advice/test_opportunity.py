"""Sizes must be what one can work out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.advice.opportunity import Step, choose_step, size_at_risk, size_opportunity
from reportgen.model.actions import AtRisk, Opportunity, Unaided
from reportgen.model.segments import KINDS
from tests.made import make_customers

ONE_MORE, BIGGER = Step("one_more_order", None), Step("bigger_baskets", 100.0)
rows_of_members = st.lists(st.tuples(st.integers(-50, 5_000), st.integers(1, 20)), min_size=1, max_size=60)


def make_members(rows: list[tuple[int, int]], **changes: object) -> pd.DataFrame:
    """Make customers with these sales and orders, nothing of which was returned; the window is a year."""
    sales, orders = zip(*rows, strict=True)
    frame = make_customers(sales, orders).frame
    net = {c.NET_AMOUNT: frame[c.AMOUNT], c.YEAR_AMOUNT: frame[c.AMOUNT], c.YEAR_ORDERS: frame[c.ORDER_COUNT]}
    return frame.assign(**net).assign(**changes)


def size(
    members: pd.DataFrame, step: Step, share: float = 0.05, days: int = 365, unaided: Unaided | None = None
) -> Opportunity | None:
    """Size the step of a segment."""
    return size_opportunity(members, step, step_up_share=share, days=days, unaided=unaided)


def test_one_more_order_by_hand() -> None:
    """Of 40 customers with orders of £20 two step up, and each brings £20; each 1 % are four tenths of one: £8."""
    sized = size(make_members([(60, 3)] * 40), ONE_MORE)
    assert sized == Opportunity(40.0, 2, "one_more_order", 20.0, 8.0, 365, None, None)


def test_bigger_baskets_by_hand() -> None:
    """Orders grow to the goal of £100; those above it stay as they are: (5 x 60 + 0) / 2 a step."""
    sized = size(make_members([(200, 5), (3_000, 10)] * 20), BIGGER, days=200)
    assert sized == Opportunity(300.0, 2, "bigger_baskets", 150.0, 60.0, 200, 100.0, None)


def test_bigger_baskets_are_those_of_a_year() -> None:
    """Of ten orders in the window two are of the last year: a step is worth 2 x £60."""
    sized = size(make_members([(400, 10)] * 40, **{c.YEAR_ORDERS: 2}), BIGGER)
    assert sized is not None
    assert sized.value_of_step == 120


def test_what_was_returned_is_worth_nothing() -> None:
    """Orders of £100, half of which were sent back, are worth £50 each."""
    sized = size(make_members([(200, 2)] * 40, **{c.NET_AMOUNT: 100 * c.MONEY_SCALE}), ONE_MORE)
    assert sized is not None
    assert sized.value_of_step == 50


@pytest.mark.parametrize(
    ("unaided", "expected"),
    [
        (Unaided(3, 90, 30, 80.0, 60.0), 15.0),  # the next order kept three quarters
        (Unaided(3, 90, 19, 80.0, 60.0), 20.0),  # of too few
        (Unaided(3, 90, 30, 80.0, 120.0), 20.0),  # a rise is not counted on
        (Unaided(3, 90, 30, 0.0, 60.0), 20.0),
        (Unaided(3, 60, 0, None, None), 20.0),  # nobody took it, of too few to rule out one in twenty
    ],
)
def test_the_next_order_is_reckoned_at_what_was_kept(unaided: Unaided, expected: float) -> None:
    """One more order is worth as much less than the average as the next orders of such customers were."""
    sized = size(make_members([(60, 3)] * 40), ONE_MORE, unaided=unaided)
    assert sized is not None
    assert (sized.value_of_step, sized.unaided) == (expected, unaided)


def test_a_step_that_nobody_ever_took_is_not_sized() -> None:
    """Of 61 customers none ordered again: that one in twenty would is past what chance hides (three in 61)."""
    members = make_members([(60, 3)] * 40)
    assert size(members, ONE_MORE, unaided=Unaided(3, 61, 0, None, None)) is None


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_step(kind: str) -> None:
    """Who comes often is to buy more each time, unless the baskets are big already; all others to come once more."""
    expected = {"frequent_big": None, "frequent_mid": Step("bigger_baskets", 88.0)}.get(kind, ONE_MORE)
    assert choose_step(kind, 88.0) == (Step("bigger_baskets", 88.0) if kind == "frequent_small" else expected)


@given(rows_of_members, st.sampled_from([ONE_MORE, BIGGER]), st.floats(0, 1))
def test_the_amount_is_customers_times_value(rows: list[tuple[int, int]], step: Step, share: float) -> None:
    """The amount is customers times value and not negative, and a hundredth of all is worth its share of it."""
    sized = size(make_members(rows), step, share)
    takers, values = round(len(rows) * share), [max(sales, 0) for sales, _ in rows]
    if sized is None:
        assert takers == 0 or not any(values) or step is BIGGER
    else:
        assert sized.customers == takers
        assert sized.amount == pytest.approx(sized.customers * sized.value_of_step, abs=0.006 * (len(rows) + 1))
        assert sized.each_percent == pytest.approx(len(rows) * sized.value_of_step / 100, abs=0.01)
        assert sized.amount > 0


@given(rows_of_members, st.randoms())
def test_the_sales_at_risk_are_those_of_the_late(rows: list[tuple[int, int]], random: object) -> None:
    """The amount is the sum of what the late customers paid in the last year."""
    late = np.array([random.random() < 0.3 for _ in rows])  # type: ignore[attr-defined]
    paid = sum(sales for (sales, _), is_late in zip(rows, late, strict=True) if is_late)
    members = make_members(rows, **{c.AMOUNT: -1, c.NET_AMOUNT: -1})
    assert size_at_risk(members, late, 365) == AtRisk(float(paid), late.sum(), 365)


@pytest.mark.parametrize("step", [ONE_MORE, BIGGER])
def test_a_segment_too_small_for_a_step_has_none(step: Step) -> None:
    """Where the assumed share is not even one customer there is nothing to win, so nothing is said to be."""
    assert size(make_members([(60, 3)] * 5), step) is None


def test_returns_make_no_step_smaller() -> None:
    """Customers whose orders are worth less than nothing bring nothing: of £20 and of -£20 a step is worth £10."""
    sized = size(make_members([(60, 3), (-60, 3)] * 20), ONE_MORE)
    assert sized is not None
    assert (sized.customers, sized.value_of_step, sized.amount) == (2, 10, 20)


@pytest.mark.parametrize(("sales", "step", "amount"), [(100, 33.33, 66.67), (200, 66.67, 133.33)])
def test_money_is_rounded_to_pennies(sales: int, step: float, amount: float) -> None:
    """A step of a third of £100 or £200 is told in whole pennies, as are two of them."""
    sized = size(make_members([(sales, 3)] * 40), ONE_MORE)
    assert sized is not None
    assert (sized.value_of_step, sized.amount) == (step, amount)


def test_the_goal_is_rounded_to_pennies() -> None:
    """A goal of £88.888 is told as £88.89."""
    sized = size(make_members([(60, 3)] * 40), Step("bigger_baskets", 88.888))
    assert sized is not None
    assert sized.basket_goal == 88.89
