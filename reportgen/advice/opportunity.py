"""Sizes what a segment could bring and what it could lose, each with a range, never added together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.actions import AtRisk, Opportunity
from reportgen.model.customers import money_of

DRAWS = 2_000
RANGE = (2.5, 97.5)


def size_opportunity(
    members: pd.DataFrame, kind: str, *, goal: float, step_up_share: float, random_state: int
) -> Opportunity | None:
    """Size the next step of a segment.

    Opportunity = customers who step up x value of the step. Buyers who come seldom or now and then step up by one more
    order of their own average value; frequent buyers with smaller baskets by orders as large as `goal`. Frequent buyers
    with big baskets have no step to take, and a segment from which nothing would come is not sized. The range is that
    of 2,000 random draws of the customers who step up.

    Parameters
    ----------
    members : DataFrame
        The segment's customers, with `order_count` and `avg_order_value`.
    kind : str
        The segment's kind.
    goal : float
        Order value that small baskets are to grow to.
    step_up_share : float
        Share of the customers assumed to take the step (0..1).
    random_state : int
        Seed.
    """
    often, basket = kind.split("_")
    if often == "frequent":
        if basket == "big":
            return None
        step = "bigger_baskets"
        worth = members[c.ORDER_COUNT] * (goal - members[c.AVG_ORDER_VALUE]).clip(lower=0)
    else:
        step, worth = "one_more_order", members[c.AVG_ORDER_VALUE].clip(lower=0)
    values = worth.to_numpy(dtype=float)
    takers = round(len(values) * step_up_share)
    value_of_step = float(values.mean())
    amount = round(takers * value_of_step, 2)
    if not amount:
        return None
    low, high = _range_of_sums(values, takers, amount, random_state)
    return Opportunity(
        amount=amount,
        low=low,
        high=high,
        customers=takers,
        step=step,
        value_of_step=round(value_of_step, 2),
        basket_goal=round(goal, 2) if step == "bigger_baskets" else None,
    )


def size_at_risk(members: pd.DataFrame, is_late: np.ndarray) -> AtRisk:
    """Add up the sales, in the window, of the customers who are late: a sum that is known, without a range.

    Parameters
    ----------
    members : DataFrame
        The segment's customers, with `amount`.
    is_late : ndarray of bool of shape (n_members,)
        Who is late.
    """
    amount = int(members.loc[is_late, c.AMOUNT].sum())
    return AtRisk(float(money_of(amount)), int(is_late.sum()))


def _range_of_sums(values: np.ndarray, size: int, amount: float, random_state: int) -> tuple[float, float]:
    """Return the range of sums of draws; stretched to the amount where one customer outweighs all others."""
    random = np.random.default_rng(random_state)
    draws = max(200, min(DRAWS, 20_000_000 // size))
    sums = np.array([values[random.integers(0, len(values), size)].sum() for _ in range(draws)])
    low, high = np.percentile(sums, RANGE)
    return min(round(float(low), 2), amount), max(round(float(high), 2), amount)
