"""Plays as written in a playbook, which of them are to be done, and what that could bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reportgen.model.trials import Audience

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

LEAST_LOOKED_AT = 20
"""Customers below whom a share of those looked back on is not told: one of them would move it by over five points."""


@dataclass(frozen=True, eq=False, slots=True)
class Play:
    """One entry of a playbook: what to do for a kind of segment."""

    id: str
    kinds: tuple[str, ...]
    recency: str | None
    shops: tuple[str, ...]
    """Kinds of shop that it is for; empty: all."""
    texts: Mapping[str, Wording]
    audience: Audience | None = None
    """Which customers of the segment it is for; None: for no list of them, but a place such as the cart."""


@dataclass(frozen=True, slots=True)
class Task:
    """A play that is to be done for a segment."""

    segment: int
    """The segment's number."""
    play: str
    """The play's id in the playbook."""


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What the customers who are late paid in the last twelve months of the window, returns taken off."""

    amount: float
    """Money in the currency unit."""
    customers: int
    """How many they are."""
    days: int | None
    """Days that those months have lines of, 365 for all; null in facts of before version 7: the whole window."""


@dataclass(frozen=True, slots=True)
class Unaided:
    """What customers like those of a segment did unaided in the shop's own past."""

    months: int
    """Month ends that were looked back on: six at most, each at least 90 days ago."""
    customers: int
    """Customers whom today's borders would have placed in the segment at one of them, each month end counted by itself.
    For bigger baskets: those of them with smaller ones than the goal who ordered within the next 90 days."""
    took: int
    """Those of them who took the step: ordered within the next 90 days; for bigger baskets: in orders that reached the
    goal on average."""
    value_before: float | None
    """Mean order value, before it, of those who took the step of one more order; null when nobody did, and for bigger
    baskets."""
    value_after: float | None
    """Mean order value of the same customers in the 90 days; null as well."""

    @property
    def share(self) -> float:
        """Share who took the step (0..1)."""
        return self.took / self.customers if self.customers else 0.0


@dataclass(frozen=True, slots=True)
class Opportunity:
    """What a segment could bring if a share of its customers took the next step, beyond those who do so unaided."""

    amount: float
    """Money in the currency unit."""
    customers: int
    """Customers who would take the step."""
    step: str
    """`one_more_order` or `bigger_baskets`."""
    value_of_step: float
    """Mean money that one customer's step is worth."""
    each_percent: float | None
    """What each 1 % of the segment's customers is worth; null in facts of before version 7."""
    days: int | None
    """Days of orders that bigger baskets are counted in, 365 for a year; null in facts of before version 7."""
    basket_goal: float | None = None
    """Order value that baskets are to grow to; null when the step is one more order."""
    unaided: Unaided | None = None
    """What such customers did unaided; null where it cannot be known yet."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Sales that count in a report although they were cancelled or returned in the window."""

    amount: float
    """Money in the currency unit, 0 or more."""
    customers: int
    """Customers who cancelled or returned something."""
    avg_order_value: float
    """Mean of the customers' average order values without it."""
