"""The same figures for a segment or for all customers."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ConfigDict


@dataclass(frozen=True, slots=True)
class Averages:
    """The same figures for a segment or for all customers."""

    mean_total_sales: float
    """Mean sales per customer in the window."""
    mean_order_count: float
    """Mean orders per customer in the window."""
    mean_avg_order_value: float
    """Mean of the customers' average order values."""
    mean_recency_days: float
    """Mean days since the last order."""
    median_total_sales: float
    """Half of the customers spent more."""
    median_order_count: float
    """Half of the customers ordered more often."""
    median_avg_order_value: float
    """Half of the customers have a higher average order value."""
    median_recency_days: float
    """Half of the customers ordered longer ago."""
    one_order_customers: int
    """Customers with exactly one order in the window."""
    one_order_share: float
    """Their share (0..1)."""


setattr(Averages, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
