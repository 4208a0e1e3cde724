"""Netting: a return is set against what the same customer bought of the same product, and never more."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.sources.malformed import NO_LINES
from reportgen.lines.transform.cleansing import count_fates
from reportgen.model.lines import OrderLines, Period
from tests.made import cleanse

END = datetime(2026, 2, 1)
JANUARY = Period("2026-01", date(2025, 2, 1), date(2026, 1, 31), datetime(2025, 2, 1), END, is_partial=False)
NET = CleansingOptions(returns="net", cancelled_prefix="C")


def bought(quantity: float, amount: float, day: int = 1, **changes: Any) -> dict[str, Any]:
    """Make a purchase in January."""
    return {c.QUANTITY: quantity, c.AMOUNT: amount, c.ORDERED_AT: datetime(2026, 1, day)} | changes


def returned(quantity: float, amount: float, day: int = 20, **changes: Any) -> dict[str, Any]:
    """Make a return of units and money, both told as positive numbers."""
    return bought(-quantity, -amount, day, **changes)


def netted(lines: OrderLines, rows_of: Any) -> list[tuple[str, Decimal, Decimal]]:
    """Return fate, quantity and amount of every line that is a return, in order of time."""
    rows = sorted(rows_of(cleanse(lines, NET, JANUARY)), key=lambda row: (row[c.ORDERED_AT], row[c.ORDER_ID]))
    return [(row[c.FATE], row[c.QUANTITY], row[c.AMOUNT]) for row in rows if row[c.QUANTITY] < 0]


def test_a_return_that_fits_stays_whole(make_lines: Any, rows_of: Any) -> None:
    """A return of less than was bought stays as it is, as a line with negative quantity and amount."""
    lines = make_lines([bought(3, 30), returned(1, 10)])
    assert netted(lines, rows_of) == [("kept", Decimal(-1), Decimal(-10))]


def test_a_return_that_fits_in_part_stays_in_part(make_lines: Any, rows_of: Any) -> None:
    """Of a return of more than was bought, what was bought is taken back."""
    lines = make_lines([bought(2, 20), returned(5, 50)])
    assert netted(lines, rows_of) == [("kept", Decimal(-2), Decimal(-20))]


def test_returns_are_taken_in_order_of_time(make_lines: Any, rows_of: Any) -> None:
    """The first returns use up what was bought, the last finds nothing left and is dropped."""
    lines = make_lines([returned(1, 10, day=22), returned(2, 20, day=21), returned(3, 30, day=23), bought(4, 40)])
    assert netted(lines, rows_of) == [
        ("kept", Decimal(-2), Decimal(-20)),
        ("kept", Decimal(-1), Decimal(-10)),
        ("kept", Decimal(-1), Decimal(-10)),
    ]
    more = make_lines([bought(3, 30), returned(3, 30, day=21), returned(1, 10, day=22)])
    assert [fate for fate, *_ in netted(more, rows_of)] == ["kept", "return_without_sale"]


def test_no_more_money_goes_back_than_was_paid(make_lines: Any, rows_of: Any) -> None:
    """A return at a higher price than the purchase takes back what was paid."""
    lines = make_lines([bought(2, 10), returned(1, 8, day=20), returned(1, 8, day=21)])
    assert netted(lines, rows_of) == [("kept", Decimal(-1), Decimal(-8)), ("kept", Decimal(-1), Decimal(-2))]


def test_others_and_other_products_do_not_help(make_lines: Any, rows_of: Any) -> None:
    """What another customer bought, or another product, is nothing to set a return against."""
    other = [bought(9, 90, **{c.CUSTOMER_ID: "bob"}), bought(9, 90, **{c.PRODUCT_ID: "U"})]
    assert [fate for fate, *_ in netted(make_lines([*other, returned(1, 10)]), rows_of)] == ["return_without_sale"]


def test_purchases_outside_the_window_do_not_count(make_lines: Any, rows_of: Any) -> None:
    """A return whose purchase is before the window is a return without its sale."""
    old = bought(9, 90) | {c.ORDERED_AT: datetime(2025, 1, 31, 23, 59)}
    assert [fate for fate, *_ in netted(make_lines([old, returned(1, 10)]), rows_of)] == ["return_without_sale"]


def test_returns_outside_the_window_are_not_seen(make_lines: Any) -> None:
    """A return after the period is outside, like any other line, and uses nothing up."""
    lines = make_lines([bought(2, 20), returned(2, 20) | {c.ORDERED_AT: END}, returned(1, 10)])
    counts = count_fates(cleanse(lines, NET, JANUARY), NO_LINES)
    assert (counts.read, counts.kept, counts.dropped) == (2, 2, {})


def test_lines_of_cancelled_orders_are_returns(make_lines: Any, rows_of: Any) -> None:
    """With netting a cancelled order is set against its purchases, even if its numbers are positive."""
    cancelled = bought(1, 10, day=20, **{c.ORDER_ID: "C9"})
    assert netted(make_lines([bought(3, 30), cancelled]), rows_of) == [("kept", Decimal(-1), Decimal(-10))]


def test_without_codes_the_name_is_the_product(make_lines: Any, rows_of: Any) -> None:
    """Lines without a product code are matched by name, and lines with neither by customer."""
    named = {c.PRODUCT_ID: None, c.PRODUCT_NAME: "Pot"}
    nameless = {c.PRODUCT_ID: None, c.PRODUCT_NAME: None}
    lines = make_lines([bought(1, 10, **named), returned(1, 10, **named)])
    assert [fate for fate, *_ in netted(lines, rows_of)] == ["kept"]
    lines = make_lines([bought(1, 10, **nameless), returned(1, 10, **nameless)])
    assert [fate for fate, *_ in netted(lines, rows_of)] == ["kept"]


SMALL = st.integers(1, 6)
MOVES = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["ann", "bob"]), st.sampled_from(["T", "U"]), SMALL, SMALL),
    min_size=1,
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(MOVES)
def test_netting_is_that_of_a_naive_walk(
    make_lines: Any, rows_of: Any, moves: list[tuple[bool, str, str, int, int]]
) -> None:
    """Walking through the returns by time with a purse of units and money per customer and product gives the same."""
    lines, units, money = [], defaultdict(int), defaultdict(int)
    for n, (is_return, customer, product, quantity, amount) in enumerate(moves):
        make = returned if is_return else bought
        keys = {c.CUSTOMER_ID: customer, c.PRODUCT_ID: product, c.ORDERED_AT: datetime(2026, 1, 1, 0, n)}
        lines.append(make(quantity, amount, **keys))
        if not is_return:
            units[customer, product] += quantity
            money[customer, product] += amount
    expected = []
    for is_return, customer, product, quantity, amount in moves:
        if is_return:
            key = customer, product
            taken = min(quantity, units[key])
            given_back = min(amount, money[key]) if taken else amount
            fate = "kept" if taken else "return_without_sale"
            expected.append((fate, Decimal(-(taken or quantity)), Decimal(-given_back)))
            units[key] -= taken
            money[key] = max(money[key] - amount, 0)
    assert netted(make_lines(lines), rows_of) == expected
    kept = [row for row in rows_of(cleanse(make_lines(lines), NET, JANUARY)) if row[c.FATE] == "kept"]
    left: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for row in kept:
        left[row[c.CUSTOMER_ID], row[c.PRODUCT_ID]][0] += row[c.QUANTITY]
        left[row[c.CUSTOMER_ID], row[c.PRODUCT_ID]][1] += row[c.AMOUNT]
    assert all(units >= 0 and paid >= 0 for units, paid in left.values())
