"""What the numbers of cancelled orders begin with: letters whose lines are negative, and no other lines are."""

from __future__ import annotations

from typing import Any

import pytest

from reportgen import columns as c
from reportgen.lines.transform.cancelled import find_cancelled_prefix


def orders(prefix: str, count: int, amount: int) -> list[dict[str, Any]]:
    """Make lines of orders whose numbers begin with some letters."""
    return [{c.ORDER_ID: f"{prefix}{n}", c.AMOUNT: amount} for n in range(100, 100 + count)]


@pytest.mark.parametrize(
    ("rows", "prefix"),
    [
        ([*orders("", 50, 10), *orders("C", 12, -10)], "C"),
        ([*orders("", 50, 10), *orders("ST", 12, -10), {c.ORDER_ID: None, c.AMOUNT: 3}], "ST"),
        ([*orders("US-", 50, 10), *orders("CA-", 30, 10)], None),
        ([*orders("", 50, 10), *orders("C", 9, -10), *orders("C9", 3, 10)], None),
        ([*orders("", 50, 10), *orders("C", 5, -10)], None),
        ([*orders("", 5, 10), *orders("C", 12, -10)], None),
        ([*orders("", 50, 10), *orders("C", 12, -10), *orders("R", 12, -10)], None),
    ],
)
def test_letters_of_negative_orders_alone_mark_them(make_lines: Any, rows: list[Any], prefix: str | None) -> None:
    """Nearly all lines of one beginning are negative, they are enough, and they are the fewer."""
    assert find_cancelled_prefix(make_lines(rows)) == prefix


def test_without_order_numbers_nothing_is_marked(make_lines: Any) -> None:
    """Numbers made of customer and day begin with customers' letters."""
    rows = [*orders("", 50, 10), *orders("C", 12, -10)]
    assert find_cancelled_prefix(make_lines(rows, has_order_ids=False)) is None
