"""Customers: one person under one id, in one spelling."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from reportgen import columns as c


def buys(customer: str, times: int = 1, amount: int = 10) -> list[dict[str, Any]]:
    """Make so many orders of one line."""
    return [{c.CUSTOMER_ID: customer, c.ORDER_ID: f"{customer} {n}", c.AMOUNT: amount} for n in range(times)]


MANY = [line for n in range(30) for line in buys(f"K{n + 100}", 2)]


@pytest.mark.parametrize(
    "name", ["Guest", "walk-in", "-", "Laufkundschaft", "CASH", "00000", "Client de passage", "'Walk-in"]
)
def test_a_collective_customer_is_named(find: Any, name: str) -> None:
    """Ids under which tills book everybody are told by name, with what they would leave."""
    found = find([*MANY, *buys(name, 3, 20)])["collective_customer"]
    assert (found.examples, found.lines, found.amount) == ((name,), 3, Decimal(60))
    assert (found.as_read, found.otherwise) == (Decimal(660), Decimal(600))
    assert find([*MANY, *buys(name, 3, 20)], leave_out_customers=(name,)) == {}


def test_one_id_with_most_lines_is_told_without_its_name(find: Any) -> None:
    """A customer with far more lines than any other may be many people; a person's id is never printed."""
    found = find([*MANY, *buys("ann@example.com", 50)])["dominant_customer"]
    assert (found.examples, found.lines) == ((), 50)


def test_a_large_customer_among_large_ones_is_none(find: Any) -> None:
    """Two customers of much the same size are customers; so is the largest of a handful."""
    assert find([*MANY, *buys("A", 50), *buys("B", 40)]) == {}
    assert find([*buys("A", 50), *buys("B"), *buys("C")]) == {}


def test_ids_that_differ_in_capital_letters_or_zeros(find: Any) -> None:
    """Spellings of one id are counted as the customers they would be together."""
    found = find([*MANY, *buys("k100"), *buys("k101"), *buys("0042"), *buys("42")])["alike_customers"]
    assert (found.as_read, found.otherwise, found.examples) == (34, 31, ("zeros", "letters"))
    assert find([*MANY, *buys("k100")])["alike_customers"].examples == ("letters",)
    assert find([*MANY, *buys("k100")], alike_customers="merge") == {}


def test_customer_ids_in_scientific_notation(find: Any) -> None:
    """Ids that a spreadsheet has cut short stand for several customers."""
    found = find([*MANY, *buys("1.23E+12", 4)])["shortened_ids"]
    assert (found.measure, found.lines, found.examples) == ("customers", 4, ("1.23E+12",))


def test_tidy_customers_are_not_doubtful(find: Any) -> None:
    """Ids that only share a beginning are different people."""
    assert find([*MANY, *buys("100"), *buys("1000"), *buys("K1000")]) == {}
