"""What of earlier reports is no longer so, in codes and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pydantic import ConfigDict

from reportgen.model.headline import HeadlineFinding
from reportgen.model.identity import SegmentIdentity


@dataclass(frozen=True, slots=True)
class RestatedMonth:
    """A month that was reported before and whose order lines are others today."""

    month: str
    """`YYYY-MM`."""
    lines_before: int
    """Its order lines when it was last reported."""
    lines_now: int
    """Its order lines today."""
    sales_before: Decimal
    """Its sales as last reported."""
    sales_now: Decimal
    """Its sales as the lines are today."""
    orders_before: int
    """Its orders as last reported."""
    orders_now: int
    """Its orders as the lines are today."""


@dataclass(frozen=True, slots=True)
class RestatedFigure:
    """A printed figure of the previous report that is another as the lines are today."""

    key: str
    """A key figure's name; of a segment `customers` or `sales`."""
    segment: SegmentIdentity | None
    """The segment that it is a figure of, as it was known then; null for the whole store."""
    printed: float
    """As printed."""
    now: float
    """As the lines are today, by the previous report's own model."""


@dataclass(frozen=True, slots=True)
class RestatedFinding:
    """Something that the previous report's headline said and that its lines no longer give."""

    printed: HeadlineFinding
    """As it was said."""
    now: HeadlineFinding | None
    """The same as the lines are today; null when it would not be said."""


@dataclass(frozen=True, slots=True)
class Restatement:
    """What of earlier reports is no longer so, because their order lines have changed since."""

    months: tuple[RestatedMonth, ...]
    """The months whose lines have changed, oldest first."""
    figures: tuple[RestatedFigure, ...]
    """Figures of the previous report that are others today."""
    headline: tuple[RestatedFinding, ...]
    """What its headline said and would say otherwise today."""


for _class in (RestatedMonth, RestatedFigure, RestatedFinding, Restatement):
    setattr(_class, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
