"""First baskets, by hand: who began with what, and what they did in the 90 days after."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.transform.first_products import count_first_products, name_first_products
from reportgen.model.lines import OrderLines, Period
from tests.made import cleanse

PERIOD = Period("2026-06", date(2026, 1, 1), date(2026, 6, 30), None, datetime(2026, 7, 1), is_partial=False)
LINES = [
    ("old", "2026-01-05", "CUP", "1"),  # of the first month
    ("ann", "2026-02-01", "CUP", "10"),
    ("ann", "2026-02-01", "POT", "5"),
    ("ann", "2026-02-01", "CUP", "10"),  # twice in one order: she counts once
    ("ann", "2026-02-01", "POST", "2"),
    ("ann", "2026-05-02", "JUG", "30"),  # the 90th day
    ("ann", "2026-05-03", "JUG", "99"),  # the 91st
    ("bob", "2026-03-10", "CUP", "8"),
    ("bob", "2026-03-20", "CUP", "-3"),  # a return is no coming back, but money
    ("cyd", "2026-04-01", "POT", "7"),  # 90 days before the end
    ("dan", "2026-04-02", "POT", "7"),  # 89
]


def _lines(make_lines: Any) -> OrderLines:
    rows = [
        {
            c.CUSTOMER_ID: who,
            c.ORDERED_AT: datetime.fromisoformat(day),
            c.PRODUCT_ID: code,
            c.PRODUCT_NAME: f"{code.title()} {day[5:7] if code == 'CUP' else ''}".strip(),
            c.AMOUNT: amount,
            c.QUANTITY: "-1" if amount.startswith("-") else "1",
            c.ORDER_ID: f"{who}{day}",
        }
        for who, day, code, amount in LINES
    ]
    return cleanse(make_lines(rows), CLEANSING, PERIOD)


CLEANSING = CleansingOptions(returns="net", not_products=("POST",))


def test_first_baskets_by_hand(make_lines: Any) -> None:
    """Ann, Bob and Cyd are followed; Ann came back on the 90th day for £30, Bob sent £3 back."""
    found = count_first_products(_lines(make_lines), CLEANSING, date(2026, 2, 1), date(2026, 6, 30))
    assert found.products.to_dict("index") == {
        "CUP": {"customers": 2, "came_back": 1, "next_sales": 270_000},
        "POT": {"customers": 2, "came_back": 1, "next_sales": 300_000},
    }
    assert found.everyone.to_dict() == {"customers": 3, "came_back": 1, "next_sales": 270_000}


def test_nobody_to_follow(make_lines: Any) -> None:
    """With no first order long enough ago there are none, and no fault."""
    found = count_first_products(_lines(make_lines), CLEANSING, date(2026, 4, 2), date(2026, 6, 30))
    assert found.products.empty
    assert found.everyone.to_dict() == {"customers": 0, "came_back": 0, "next_sales": 0}


def test_a_product_has_its_most_frequent_name(make_lines: Any) -> None:
    """The cup is called after February in two lines of four that are no return."""
    assert name_first_products(_lines(make_lines), CLEANSING, ["CUP", "POT"]) == {"CUP": "Cup 02", "POT": "Pot"}
    assert name_first_products(_lines(make_lines), CLEANSING, []) == {}
