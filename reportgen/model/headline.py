"""What a headline says, in codes and numbers: each finding becomes one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from reportgen.model.identity import Identified, SegmentIdentity
from reportgen.model.months import MonthFigures


@dataclass(frozen=True, slots=True)
class MonthSales:
    """What the month brought, beside the one before it."""

    now: MonthFigures
    """The month."""
    previous: MonthFigures | None
    """The calendar month before; null where the lines do not hold it whole, or the month is not complete."""
    unfinished_on: date | None
    """Last day observed of a month that is not complete; null of one that is."""
    about: Literal["month"] = "month"
    """Which finding this is."""


@dataclass(frozen=True, slots=True)
class SameMonthLastYear:
    """What the month brought, beside the same month last year."""

    now: MonthFigures
    """The month."""
    year_ago: MonthFigures
    """The same month last year."""
    about: Literal["year_ago"] = "year_ago"
    """Which finding this is."""


@dataclass(frozen=True, slots=True)
class SegmentShare(Identified):
    """The most valuable segment, and what it is of the whole."""

    identity: SegmentIdentity
    """What it is known by."""
    customers: int
    """Its customers."""
    share_of_customers: float
    """Share of all customers (0..1)."""
    share_of_sales: float
    """Share of all sales (0..1)."""


@dataclass(frozen=True, slots=True)
class CustomerBase:
    """Who ordered in the month, how many customers the window has, who came and left, what the best segment brings."""

    month: MonthFigures
    """The month of the report."""
    lines_from: str | None
    """First month of the lines where that is less than two years back, so that who seems new may be none; else null."""
    window_months: int | None
    """Months in the window; null for all."""
    first_day: date
    """First day with lines in the window."""
    customers: int
    """Customers in the window."""
    previous_month: str | None
    """Month of the previous report; null where customers are not compared."""
    difference: int | None
    """How many more there are; null where customers are not compared."""
    arrivals: dict[str, int]
    """Customers who are `new`, `returned` or `left`."""
    best: SegmentShare | None
    """The most valuable segment; null when there is one only."""
    about: Literal["base"] = "base"
    """Which finding this is."""


@dataclass(frozen=True, slots=True)
class SegmentMove(Identified):
    """A segment that grew or shrank, and what did most of it."""

    identity: SegmentIdentity
    """What it is known by."""
    difference: int
    """Customers gained, or lost below zero."""
    customers: int
    """Customers now."""
    cause: str | None
    """What did most of it; null when no single cause did."""


@dataclass(frozen=True, slots=True)
class GrowthAndLoss:
    """The segments that grew most and shrank most."""

    grown: SegmentMove | None
    """The one that grew most; null when none grew."""
    shrunk: SegmentMove | None
    """The one that shrank most; null when none shrank."""
    about: Literal["segments"] = "segments"
    """Which finding this is."""


@dataclass(frozen=True, slots=True)
class SegmentAmount(Identified):
    """A segment and money."""

    identity: SegmentIdentity
    """What it is known by."""
    amount: float
    """Money in the currency unit."""


@dataclass(frozen=True, slots=True)
class LargestSteps:
    """The segments whose next step could bring most."""

    segments: tuple[SegmentAmount, ...]
    """Two at most, the larger first."""
    step_up_share: float
    """Share of their customers assumed to take it (0..1)."""
    days: int | None
    """Days of orders that it is told of, 365 for a year; null in facts of before version 7."""
    about: Literal["growth"] = "growth"
    """Which finding this is."""


@dataclass(frozen=True, slots=True)
class LargestRisk(Identified):
    """The segment with the most sales at risk."""

    identity: SegmentIdentity
    """What it is known by."""
    customers: int
    """Customers who are overdue."""
    amount: float
    """What they spent in the last twelve months."""
    days: int | None
    """Days that those have lines of, 365 for all; null in facts of before version 7: the whole window."""
    about: Literal["risk"] = "risk"
    """Which finding this is."""


HeadlineFinding = Annotated[
    MonthSales | SameMonthLastYear | CustomerBase | GrowthAndLoss | LargestSteps | LargestRisk,
    Field(discriminator="about"),
]
"""What follows from the order lines alone; a headline may also name an anomaly, a restated month and what to do."""

for _class in (
    MonthSales,
    SameMonthLastYear,
    SegmentShare,
    CustomerBase,
    SegmentMove,
    GrowthAndLoss,
    SegmentAmount,
    LargestSteps,
    LargestRisk,
):
    setattr(_class, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
