"""When customers order again: from order to order, by the month and by the product of the first order."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ConfigDict

from reportgen.model.months import Cohort

WITHIN_DAYS = (30, 60, 90)
"""Days within which the share who order again is told."""
HORIZON_DAYS = 180
"""Days after which who has not ordered again is not counted among those who come back, when it is told how soon."""
MOST_STEPS = 5
"""Orders that are told apart, counted from the first."""


@dataclass(frozen=True, slots=True)
class ReturnShare:
    """The share of customers who order again within some days."""

    days: int
    """Within how many."""
    share: float
    """Of those who were followed (0..1): the product-limit estimate, so that who has not had the time yet does not
    count as lost."""
    low: float
    """Lower bound of its 95 % interval."""
    high: float
    """Upper bound."""


@dataclass(frozen=True, slots=True)
class ReturnTimes:
    """How soon some customers order again, on another day."""

    customers: int
    """Who were followed; where they were from several month ends on, each counts by itself."""
    came_back: int
    """Those of them who have ordered again so far."""
    within: tuple[ReturnShare, ...]
    """Within 30, 60 and 90 days, as far as 20 of them were followed for so long; empty below that."""
    horizon_days: int | None
    """Days that the quartiles look at: 180, or as far as 20 of them were followed; null with the quartiles."""
    quartiles: tuple[int, int, int] | None
    """Days by which a quarter, half and three quarters of those who come back within the horizon have done so; null
    where fewer than 20 were followed for 30 days, or fewer than 20 came back."""

    def find(self, days: int) -> ReturnShare | None:
        """Find the share within so many days; None where it is not known."""
        return next((share for share in self.within if share.days == days), None)


@dataclass(frozen=True, slots=True)
class OrderStep:
    """The customers who reached an order, and when the next one followed."""

    order: int
    """1: their first; orders of one day are one."""
    times: ReturnTimes
    """From that order on."""
    value: float
    """Mean that they paid on that day."""
    next_value: float | None
    """Mean that those who came back paid on the day of the next order; null when nobody did."""


@dataclass(frozen=True, slots=True)
class SegmentReturn:
    """When customers whom today's borders would have placed in a segment at earlier month ends ordered again."""

    month_ends: int
    """How many were looked at: six at most, each at least 90 days ago."""
    times: ReturnTimes
    """From those month ends on; the intervals know that one customer was followed from several."""


@dataclass(frozen=True, slots=True)
class FirstProduct:
    """A product in first orders, and what its buyers did next."""

    product_id: str | None
    """Its code; null without codes."""
    product_name: str
    """Its name."""
    customers: int
    """Whose first order held it, 90 days ago or more."""
    came_back: int
    """Those of them who ordered again within 90 days."""
    pulled: float
    """Share who come back (0..1), pulled toward that of all: the fewer buyers, the further (empirical Bayes)."""
    low: float
    """Lower bound of its 95 % interval."""
    high: float
    """Upper bound."""
    next_sales: float
    """Mean that its buyers paid within 90 days of the first order's day, those who did not come back included."""
    differs: str | None
    """`more` or `less` where its buyers come back more or less often than the others beyond chance; null else."""


@dataclass(frozen=True, slots=True)
class FirstProducts:
    """What first orders held."""

    customers: int
    """Customers with a known first order that was 90 days ago or more."""
    came_back: int
    """Those of them who ordered again within 90 days."""
    next_sales: float
    """Mean that they paid within 90 days of the first order's day."""
    tested: int
    """Products that 20 of them or more bought first."""
    products: tuple[FirstProduct, ...]
    """Those that differ beyond chance, and the most frequent ones; by how many bought them."""

    @property
    def share(self) -> float:
        """Share of all who came back (0..1)."""
        return self.came_back / self.customers if self.customers else 0.0


@dataclass(frozen=True, slots=True)
class Returning:
    """When customers order again."""

    known_from: str | None
    """The first month, `YYYY-MM`, of which first orders are known: that after the month in which the lines begin; null
    in facts of before version 10."""
    steps: tuple[OrderStep, ...]
    """From the first order to the second, and so on, of customers whose first order is known."""
    cohorts: tuple[Cohort, ...]
    """Each month's first buyers, oldest first; 37 at most."""
    first_products: FirstProducts | None
    """What first orders held; null without products, and where no first order is known that was 90 days ago."""


for _class in (ReturnShare, ReturnTimes, OrderStep, SegmentReturn, FirstProduct, FirstProducts, Returning):
    setattr(_class, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
