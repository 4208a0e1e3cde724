"""What customers usually buy, and who has bought what, by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.transform.cleansing import keep_only
from reportgen.lines.transform.habits import find_usual_products, list_buyers
from reportgen.lines.transform.products import shown_name
from reportgen.model.lines import OrderLines, Period
from tests.made import cleanse

PERIOD = Period("2026-06", date(2026, 1, 1), date(2026, 6, 30), None, datetime(2026, 7, 1), is_partial=False)
LINES = [
    ("ann", "1", "CUP", "Cup", "1"),
    ("ann", "1", "CUP", "Cup", "1"),  # one order holds it once
    ("ann", "2", "POT", "Pot", "9"),
    ("ann", "3", "POT", "Pot, old", "9"),
    ("bob", "4", "CUP", "Cup", "1"),
    ("bob", "4", "POST", "Postage", "3"),
    ("bob", "5", "POST", "Postage", "3"),
    ("cyd", "6", "CUP", "Cup", "2"),
    ("cyd", "6", "POT", "Pot", "9"),
    ("cyd", "7", "CUP", "Cup", "2"),
    ("cyd", "7", "POT", "Pot", "9"),  # as often, for more
    ("dan", "8", "JUG", "Cup", "4"),  # another product that is called alike
]
NO_POST = ("POST",)


def _lines(make_lines: Any, written: str = "Pot") -> OrderLines:
    rows = [
        {
            c.CUSTOMER_ID: who,
            c.ORDER_ID: order,
            c.PRODUCT_ID: code,
            c.PRODUCT_NAME: written if name == "Pot" else name,
            c.AMOUNT: amount,
            c.QUANTITY: "1",
            c.ORDERED_AT: datetime(2026, 2, int(order)),
        }
        for who, order, code, name, amount in LINES
    ]
    return keep_only(cleanse(make_lines(rows), CleansingOptions(), PERIOD))


def test_what_most_orders_hold_is_usual(make_lines: Any) -> None:
    """Ann's pot is in two orders, her cup in one; Cyd buys both as often, the pot for more; postage is no product."""
    assert find_usual_products(_lines(make_lines), NO_POST).to_dict() == {"ann": "Pot", "cyd": "Pot"}


def test_who_has_bought_what(make_lines: Any) -> None:
    """Products are found by what the report calls them, whatever a single line does; a name that nothing has is empty."""
    found = list_buyers(_lines(make_lines), NO_POST, ["Cup", "Pot", "Tray", "Pot, old"])
    assert found == {"Cup": {"ann", "bob", "cyd", "dan"}, "Pot": {"ann", "cyd"}, "Tray": set(), "Pot, old": set()}


@pytest.mark.parametrize("written", ["  Tea   pot", "Tea\x0bpot", "W" * 500])
def test_a_name_that_is_printed_otherwise_is_found(make_lines: Any, written: str) -> None:
    """A name with many spaces or a control sign in the lines, or an endless one, is found by what is printed of it."""
    printed = shown_name(written)
    assert printed != written
    assert list_buyers(_lines(make_lines, written), NO_POST, [printed]) == {printed: {"ann", "cyd"}}
