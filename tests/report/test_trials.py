"""Trials are planned by what such customers did unaided at earlier month ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from reportgen import columns as c
from reportgen.advice.audience import STAGE
from reportgen.model.trials import TrialPlan
from reportgen.report.trials import assign_arms, plan_trials
from reportgen.trials.sizes import Arms, find_power
from tests.made import make_play


def _customers(stages: dict[str, int], until_next: float | None = None) -> pd.DataFrame:
    rows = [(stage, 2, until_next) for stage, many in stages.items() for _ in range(many)]
    frame = pd.DataFrame(rows, columns=[STAGE, c.ORDER_COUNT, "until_next"]).astype({"until_next": float})
    return frame.assign(in_trial=False)


OVERDUE = replace(make_play("write-to-the-late"), audience="overdue")
ALL = replace(make_play("write-to-all"), audience="all")
AT_THE_CART = make_play("at-the-cart")
EARLIER = pd.concat(
    [
        _customers({"late": 30}, 10.0),
        _customers({"late": 70}, np.nan),
        _customers({"active": 100}, 28.0),
        _customers({"active": 200}, 29.0),
        _customers({"new": 100}, np.nan),
    ],
    ignore_index=True,
)


def _plans(*arguments) -> list[TrialPlan]:
    return [planned.plan for planned in plan_trials(*arguments)]


def test_plans_by_hand() -> None:
    """30 % of the overdue came within 28 days, and of the others the 100 of 400 who came by day 28; each has its plan."""
    late, rest = _plans(3, [OVERDUE, AT_THE_CART, ALL], _customers({"late": 90, "active": 2_000}), EARLIER, 0.3)
    assert (late.segment, late.play, late.audience, late.customers, late.base_customers) == (
        3,
        OVERDUE.id,
        "overdue",
        90,
        100,
    )
    assert (late.base_rate, late.state) == (0.3, "too_small")
    assert late.lift == pytest.approx(0.09)
    assert (late.treat, late.hold) == (45, 45)
    assert (rest.play, rest.customers, rest.base_customers, rest.base_rate) == (ALL.id, 2_000, 400, 0.25)
    assert rest.state == "testable"
    assert rest.treat + rest.hold == 2_000
    assert find_power(0.25, 0.075, Arms(rest.treat, rest.hold)) >= 0.8
    assert find_power(0.25, rest.detectable or 0, Arms(rest.treat, rest.hold)) == pytest.approx(0.8, abs=0.001)
    assert rest.needed is not None
    assert rest.needed <= 2_000 < 90 * (late.needed or 0)


def test_what_is_not_known_is_not_planned() -> None:
    """With nineteen such customers nothing is known; with none left there is nobody to write to."""
    few = _customers({"late": 19}, 10.0)
    late, rest = _plans(1, [OVERDUE, ALL], _customers({"late": 10}), few, 0.3)
    assert (late.state, late.base_rate, late.lift, late.hold, late.treat, late.needed) == (
        "no_past",
        None,
        None,
        0,
        10,
        None,
    )
    assert (rest.state, rest.customers, rest.hold) == ("nobody", 0, 0)
    nobody = few.iloc[:0]
    assert _plans(1, [ALL], _customers({"late": 10}), nobody, 0.3)[0].state == "no_past"


def test_where_none_or_all_order_no_rise_can_be_found() -> None:
    """Nobody ever ordered unaided, or everybody did: no number of customers would do."""
    for until_next in (np.nan, 5.0):
        plan = _plans(1, [ALL], _customers({"active": 500}), _customers({"active": 50}, until_next), 0.3)[0]
        assert (plan.state, plan.needed, plan.lift) == ("too_small", None, 0.0)


def test_what_twelve_trials_would_not_find_holds_nobody_back() -> None:
    """With a twelfth of what is needed some are held back, with one customer fewer nobody is."""
    needed = _plans(1, [OVERDUE], _customers({"late": 90}), EARLIER, 0.3)[0].needed
    assert needed is not None
    for customers, is_held in ((-(-needed // 12), True), (needed // 12 - 1, False)):
        plan = _plans(1, [OVERDUE], _customers({"late": customers}), EARLIER, 0.3)[0]
        assert (plan.state, plan.needed) == ("too_small", needed)
        assert (plan.hold > 0, plan.detectable is not None) == (is_held, is_held)
        assert plan.treat + plan.hold == customers


def test_without_a_list_of_customers_there_is_no_plan() -> None:
    """A play for the cart has none."""
    assert _plans(1, [AT_THE_CART], _customers({"active": 500}), EARLIER, 0.3) == []


def test_each_customer_has_their_action_and_arm() -> None:
    """As many are held back as planned, from both halves of what was spent; who is in no plan has neither."""
    members = _customers({"late": 90, "active": 410})
    members.index = members.index[::-1] + 10  # rows of a larger frame
    planned = plan_trials(3, [OVERDUE, AT_THE_CART, ALL], members, EARLIER, 0.3)
    customers = pd.DataFrame({c.CUSTOMER_ID: [f"c{n}" for n in range(520)], c.YEAR_AMOUNT: np.arange(520) % 97})
    actions, arms = assign_arms(planned, customers, "shop//2026-01")
    listed = customers.assign(action=actions, arm=arms)
    for each in planned:
        mine = listed[listed["action"] == each.plan.play]
        assert (len(mine), (mine["arm"] == "hold").sum()) == (each.plan.customers, each.plan.hold)
        assert set(mine["arm"]) == {"treat", "hold"}
        upper = mine[c.YEAR_AMOUNT] > mine[c.YEAR_AMOUNT].median()
        share = each.plan.hold / each.plan.customers
        assert (mine[upper]["arm"] == "hold").sum() == pytest.approx(share * upper.sum(), abs=1)
    assert listed[listed["action"] == ""].index.tolist() == [*range(10), *range(510, 520)]
    assert set(listed[listed["action"] == ""]["arm"]) == {""}


def test_arms_are_others_in_another_month() -> None:
    """The same customers are drawn anew each month, and the same in the same one."""
    members = _customers({"active": 400})
    planned = plan_trials(1, [ALL], members, EARLIER, 0.3)
    customers = pd.DataFrame({c.CUSTOMER_ID: [f"c{n}" for n in range(400)], c.YEAR_AMOUNT: 1})
    one, again, other = (
        assign_arms(planned, customers, month)[1] for month in ("s//2026-01", "s//2026-01", "s//2026-02")
    )
    assert one == again != other


def test_without_a_past_all_are_written_to() -> None:
    """Where nothing is known of what such customers do nobody is held back."""
    planned = plan_trials(1, [ALL], _customers({"active": 5}), EARLIER.iloc[:0], 0.3)
    customers = pd.DataFrame({c.CUSTOMER_ID: list("abcde"), c.YEAR_AMOUNT: 1})
    assert assign_arms(planned, customers, "s//2026-01") == ([ALL.id] * 5, ["treat"] * 5)
