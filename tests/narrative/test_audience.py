"""Why an action is for a customer is told in the customer's own numbers."""

from __future__ import annotations

import pytest

from reportgen.narrative.audience import Customer, say_why
from tests.made import BRITISH


@pytest.mark.parametrize(
    ("customer", "said"),
    [
        (Customer("late", 12, 147, 39.6), "147 days without an order, usually 40 days"),
        (Customer("new", 1, 3, 0.0), "first order, 3 days ago"),
        (Customer("active", 1, 63, 0.0), "one order in the window, 63 days ago"),
        (Customer("lapsed", 4, 1_200, 30.0), "4 orders in the window, the last 1,200 days ago"),
        (Customer("active", 4, 1, 30.0), "4 orders in the window, the last 1 day ago"),
        (Customer("active", 4, 0, 30.0), "4 orders in the window, the last one on the last day"),
    ],
)
def test_why(customer: Customer, said: str) -> None:
    """Who is late is held against their usual time, who ordered once is not called regular."""
    assert say_why(customer, BRITISH) == said
