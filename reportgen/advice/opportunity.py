"""Sizes what a segment could bring and what it could lose, in money that was kept, never added together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.actions import LEAST_LOOKED_AT, AtRisk, Opportunity, Unaided
from reportgen.model.customers import money_of

_MOST_BY_NONE = 3
"""Of customers of whom none did something, how many of as many others may at most do it all the same (95 in 100)."""


@dataclass(frozen=True, slots=True)
class Step:
    """The next step of a segment's customers."""

    name: str
    """`one_more_order` or `bigger_baskets`."""
    goal: float | None
    """Order value that baskets are to grow to; None for one more order."""


def choose_step(kind: str, goal: float) -> Step | None:
    """Choose the next step of a kind of segment.

    Buyers who come seldom or now and then are to place one more order, frequent buyers with smaller baskets orders as
    large as a goal. Frequent buyers with big baskets have no step to take.

    Parameters
    ----------
    kind : str
        The segment's kind, such as ``rare_big``.
    goal : float
        Order value that small baskets are to grow to.
    """
    often, basket = kind.split("_")
    if often != "frequent":
        return Step("one_more_order", None)
    return None if basket == "big" else Step("bigger_baskets", goal)


def size_opportunity(
    members: pd.DataFrame, step: Step, *, step_up_share: float, days: int, unaided: Unaided | None
) -> Opportunity | None:
    """Size the next step of a segment.

    Opportunity = customers who step up x value of the step. One more order is worth the customer's own average, or as
    much less as the orders of such customers have fallen to by themselves before: who was chosen by large orders had
    some by chance, and the next is smaller (regression to the mean, Galton 1886). Bigger baskets are worth what each
    order of the last twelve months lacks of the goal. A segment from which nothing would come is not sized, nor a step
    that nobody ever took, where so many were looked at that the assumed share is past what chance hides: three in as
    many customers (the rule of three, Hanley & Lippman-Hand 1983).

    Parameters
    ----------
    members : DataFrame
        The segment's customers, with `order_count`, and `net_amount` in ten-thousandths.
    step : Step
        From `choose_step`.
    step_up_share : float
        Share of the customers assumed to take the step, beyond those who take it unaided (0..1).
    days : int
        Days of orders that the last twelve months have, 365 for all.
    unaided : Unaided or None
        What such customers did before.
    """
    orders = members[c.ORDER_COUNT]
    order_value = members[c.NET_AMOUNT] / c.MONEY_SCALE / orders
    if step.goal is None:
        worth = order_value.clip(lower=0) * _kept_value(unaided)
    else:
        worth = members[c.YEAR_ORDERS] * (step.goal - order_value).clip(lower=0)
    value_of_step = float(worth.mean())
    if unaided is not None and not unaided.took and _MOST_BY_NONE / unaided.customers < step_up_share:
        return None
    takers = round(len(members) * step_up_share)
    amount = round(takers * value_of_step, 2)
    if not amount:
        return None
    return Opportunity(
        amount=amount,
        customers=takers,
        step=step.name,
        value_of_step=round(value_of_step, 2),
        each_percent=round(len(members) * value_of_step / 100, 2),
        days=days,
        basket_goal=None if step.goal is None else round(step.goal, 2),
        unaided=unaided,
    )


def _kept_value(unaided: Unaided | None) -> float:
    """Return what the next order keeps of the average one (0..1); 1 where too few have been looked at."""
    if unaided is None or unaided.took < LEAST_LOOKED_AT or not unaided.value_before:
        return 1.0
    return min(1.0, max(0.0, (unaided.value_after or 0.0) / unaided.value_before))


def size_at_risk(members: pd.DataFrame, is_late: np.ndarray, days: int) -> AtRisk:
    """Add up what the customers who are late paid in a year: a sum that is known, without a range.

    Parameters
    ----------
    members : DataFrame
        The segment's customers, with `year_amount`.
    is_late : ndarray of bool of shape (n_members,)
        Who is late.
    days : int
        Days that the last twelve months have lines of, 365 for all.
    """
    amount = int(members.loc[is_late, c.YEAR_AMOUNT].sum())
    return AtRisk(float(money_of(amount)), int(is_late.sum()), days)
