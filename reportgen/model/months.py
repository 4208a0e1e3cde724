"""What a calendar month brought, and how many of its first buyers came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import ConfigDict

from reportgen.months import add_months

RETURN_DAYS = 90
"""Days within which an order on another day counts as coming back: after the first one, or after being late."""


MOST_MONTHS = 37
"""Months that are listed: three years, and the month that the first of them is held against."""
COHORT_MONTHS = 12
"""Months after that of the first order that a cohort is followed through."""


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """One calendar month as its lines are today; returns count in the month in which they were booked."""

    month: str
    """`YYYY-MM`."""
    sales: Decimal
    """Sales to customers with an id, exact."""
    orders: int
    """Their orders."""
    customers: int | None
    """Customers who ordered; null in facts of before version 6."""
    new_customers: int | None
    """Those of them whose first order of all lines this was; null in the lines' first month, where all are."""
    sales_without_id: Decimal | None
    """Sales in lines that name no customer; null in facts of before version 6."""
    orders_without_id: int | None
    """Orders in them that brought money; null where the source has no order numbers."""

    @property
    def avg_order_value(self) -> float | None:
        """Sales / orders of customers with an id; null without an order."""
        return round(float(self.sales) / self.orders, 2) if self.orders else None

    @property
    def all_sales(self) -> Decimal:
        """Sales with those that name no customer."""
        return self.sales + (self.sales_without_id or Decimal(0))


@dataclass(frozen=True, slots=True)
class Cohort:
    """The customers whose first order of all lines was in one month."""

    month: str
    """`YYYY-MM`."""
    customers: int
    """How many."""
    came_back: int
    """Those of them who ordered again on another day within 90 days of their first order, as far as is known."""
    is_ripe: bool
    """Whether all of them have had 90 days for it."""
    ordered: tuple[int, ...] | None
    """How many of them ordered in each calendar month after it, up to the report's; 12 at most. Null in facts of before
    version 10."""

    @property
    def share(self) -> float:
        """Share of them who came back (0..1)."""
        return round(self.came_back / self.customers, 6) if self.customers else 0.0


def find_month(months: Sequence[MonthFigures], month: str) -> MonthFigures | None:
    """Find a month among several; None where it is not there."""
    return next((figures for figures in months if figures.month == month), None)


def months_before(months: Sequence[MonthFigures], count: int) -> MonthFigures | None:
    """Find the month so many months before the last one; None where it is not there."""
    return find_month(months, add_months(months[-1].month, -count))


def find_cohort(cohorts: Sequence[Cohort], month: str) -> Cohort | None:
    """Find the first buyers of a month; None where they are not there."""
    return next((cohort for cohort in cohorts if cohort.month == month), None)


def last_ripe(cohorts: Sequence[Cohort]) -> Cohort | None:
    """Find the latest cohort of which all have had the time to come back; None where there is none."""
    return next((cohort for cohort in reversed(cohorts) if cohort.is_ripe), None)


for _class in (MonthFigures, Cohort):
    setattr(_class, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
