"""Says of one customer why an action is for them."""

from __future__ import annotations

from typing import NamedTuple

from reportgen.text.formats import Formats


class Customer(NamedTuple):
    """What is told of a customer.

    Attributes
    ----------
    stage : str
        Where they stand by time.
    orders : int
        In the window.
    silent : int
        Days since the last order.
    gap : float
        Usual days between order days; 0 where they ordered on one day.
    """

    stage: str
    orders: int
    silent: int
    gap: float


def say_why(customer: Customer, formats: Formats) -> str:
    """Say why an action is for a customer: what the report goes by, in their own numbers."""
    silent = _days(customer.silent, formats)
    if customer.stage == "late":
        return f"{silent} without an order, usually {_days(round(customer.gap), formats)}"
    if customer.orders == 1:
        new = "first order" if customer.stage == "new" else "one order in the window"
        return f"{new}, {silent} ago"
    last = f"the last {silent} ago" if customer.silent else "the last one on the last day"
    return f"{formats.count(customer.orders)} orders in the window, {last}"


def _days(days: int, formats: Formats) -> str:
    return "1 day" if days == 1 else f"{formats.count(days)} days"
