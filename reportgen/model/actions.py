"""Plays as written in a playbook, which of them are to be done, and what that could bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Wording = Callable[[Mapping[str, str | None]], str]
"""A text of the playbook: takes the segment's numbers, already formatted, and returns the finished text."""

NUMBERS = (
    "name",
    "customers",
    "share_of_customers",
    "sales",
    "share_of_sales",
    "mean_total_sales",
    "mean_order_count",
    "mean_avg_order_value",
    "all_mean_order_count",
    "all_mean_avg_order_value",
    "basket_goal",
    "median_recency_days",
    "one_order_customers",
    "one_order_share",
    "new_customers",
    "not_new_customers",
    "lapsed_customers",
    "overdue_customers",
    "overdue_sales",
    "step_up_customers",
    "opportunity",
    "best_seller",
    "pair_first",
    "pair_second",
    "pair_orders",
    "pair_audience",
)
"""What a playbook's texts may mention; the product ones are empty when the source has no products."""


@dataclass(frozen=True, eq=False, slots=True)
class Play:
    """One entry of a playbook: what to do for a kind of segment."""

    id: str
    kinds: tuple[str, ...]
    recency: str | None
    texts: Mapping[str, Wording]


@dataclass(frozen=True, slots=True)
class Task:
    """A play that is to be done for a segment."""

    segment: int
    """The segment's number."""
    play: str
    """The play's id in the playbook."""


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What the customers who are late spent in the window."""

    amount: float
    """Money in the currency unit."""
    customers: int
    """How many they are."""


@dataclass(frozen=True, slots=True)
class Sizing:
    """Money with a range."""

    amount: float
    """Expected money in the currency unit."""
    low: float
    """2.5th percentile of the bootstrap."""
    high: float
    """97.5th percentile of the bootstrap."""
    customers: int
    """Customers that it comes from."""


@dataclass(frozen=True, slots=True)
class Opportunity(Sizing):
    """What a segment could bring if a share of its customers took the next step."""

    step: str
    """`one_more_order` or `bigger_baskets`."""
    value_of_step: float
    """Mean money that one customer's step is worth."""
    basket_goal: float | None = None
    """Order value that baskets are to grow to; null when the step is one more order."""
