"""Warnings: what in the source is doubtful, with its evidence, in codes and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict

WarningCode = Literal[
    "order_total_on_lines",
    "several_currencies",
    "other_currency",
    "shortened_ids",
    "orders_of_several_customers",
    "orders_over_several_days",
    "same_orders_in_two_files",
    "total_line",
    "collective_customer",
    "dominant_customer",
    "alike_customers",
    "order_status",
    "credit_notes",
    "discount_lines",
    "refunds_without_product",
    "cancelled_but_positive",
    "empty_order_cells",
    "unread_numbers",
    "unread_dates",
    "unread_discounts",
]
"""What can be doubtful; `docs/warnings.md` says of each what is seen and what answers it."""

Measure = Literal["sales", "orders", "customers", "lines"]
"""The figure that a warning concerns."""


@dataclass(frozen=True, slots=True)
class SourceWarning:
    """Something in the source that is doubtful: the report was made from one reading, and another is possible."""

    code: WarningCode
    """What is doubtful."""
    lines: int
    """Order lines of the window concerned."""
    amount: Decimal
    """Their money."""
    measure: Measure
    """The figure that it concerns."""
    as_read: Decimal
    """That figure of the window as it is in this report."""
    otherwise: Decimal | None
    """The same by the other reading; null where it cannot be known from the source."""
    share: float
    """Share of the figure that is concerned (0..1)."""
    examples: tuple[str, ...] = ()
    """What was met, such as values of a status; never the id of a person."""
    column: str | None = None
    """Heading of the column that shows it; null where no single one does."""


setattr(SourceWarning, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
