"""Orders: one number for one customer and day, in one file, with amounts of lines and not of orders."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from reportgen import columns as c


def order(
    number: str, customer: str = "ann", day: int = 5, amounts: tuple[int, ...] = (10, 20), **more: Any
) -> list[Any]:
    """Make the lines of an order: one for each amount, each of a product of its own."""
    return [
        {
            c.ORDER_ID: number,
            c.CUSTOMER_ID: customer,
            c.ORDERED_AT: datetime(2026, 1, day, 9),
            c.AMOUNT: amount,
            c.PRODUCT_ID: f"P{place}",
        }
        | more
        for place, amount in enumerate(amounts)
    ]


TIDY = [line for n in range(1, 9) for line in order(str(n), f"c{n}", n, (n, 2 * n, 30))]


def test_tidy_lines_are_not_doubtful(find: Any) -> None:
    """Orders with one customer, day and file each, and amounts that differ, are in order."""
    assert find(TIDY) == {}


def test_a_number_that_begins_again_each_day(find: Any) -> None:
    """Three receipts a day for four days are twelve orders, and three when the number alone counts."""
    rows = [line for day in (1, 8, 15, 22) for n in "123" for line in order(n, f"c{day}{n}", day)]
    found = find(rows)["orders_over_several_days"]
    assert (found.measure, found.as_read, found.otherwise, found.lines) == ("orders", 12, None, 24)
    by_one = [line for day in (1, 8, 15, 22) for n in "123" for line in order(n, "ann", day)]
    found = find(by_one)["orders_over_several_days"]
    assert (found.as_read, found.otherwise, found.examples) == (3, 12, ("1", "2"))
    assert find(by_one, accept=["orders_over_several_days"]) == {}


def test_a_number_that_customers_share_on_one_day(find: Any) -> None:
    """The same number for two customers on a day is told with its lines and their money."""
    found = find([*TIDY, *order("A", "zoe"), *order("A", "yves")])["orders_of_several_customers"]
    assert (found.lines, found.amount, found.share) == (4, Decimal(60), 1 / 10)


def test_an_order_that_went_on_past_midnight_is_one(find: Any) -> None:
    """Lines of one order within 24 hours are no sign of numbers that begin again."""
    late = order("A", "zoe", 5, **{c.ORDERED_AT: datetime(2026, 1, 5, 23, 58)})
    assert find([*TIDY, *late, *order("A", "zoe", 6, **{c.ORDERED_AT: datetime(2026, 1, 6, 0, 3)})]) == {}


def test_orders_that_stand_in_two_files(find: Any) -> None:
    """What a second file repeats is told with its money; an option leaves it out and keeps what one file repeats."""
    again = [line | {c.FILE: 2} for line in [*order("1", "c1", 1, (1, 2, 30)), *order("2", "c2", 2, (2, 4, 30))]]
    twice = order("T", "t", 9, (7, 7), **{c.PRODUCT_ID: "P", c.PRODUCT_NAME: "Pen"})
    found = find([*TIDY, *again, *twice])["same_orders_in_two_files"]
    total = sum(line[c.AMOUNT] for line in [*TIDY, *again, *twice])
    assert (found.lines, found.amount, found.as_read, found.otherwise) == (6, Decimal(69), total, total - 69)
    assert find([*TIDY, *again, *twice], duplicates="files") == {}


def test_an_order_with_other_lines_in_another_file_is_not_the_same(find: Any) -> None:
    """A file that goes on with an order has other lines of it, which are no copies."""
    assert find([*TIDY, *order("1", "c1", 1, (99,), **{c.FILE: 2})]) == {}


def test_a_total_on_every_line(find: Any) -> None:
    """Orders of several products whose lines all have one amount, of many sizes, hold the order's total on each."""
    rows = [line for n in range(1, 9) for line in order(str(n), f"c{n}", n, (10 * n, 10 * n, 10 * n))]
    found = find(rows)["order_total_on_lines"]
    assert (found.as_read, found.otherwise, found.lines) == (1080, 360, 24)


def test_a_shop_with_one_price_has_no_totals_on_lines(find: Any) -> None:
    """Everything at five pounds is no order's total."""
    assert find([line for n in range(1, 30) for line in order(str(n), f"c{n}", 5, (5, 5, 5))]) == {}


def test_numbers_in_scientific_notation(find: Any) -> None:
    """Order numbers that a spreadsheet has cut short are told, and nothing else of orders is guessed from them."""
    rows = [line | {c.ORDER_ID: "4.50E+11"} for line in TIDY]
    found = find(rows)
    assert set(found) == {"shortened_ids"}
    assert (found["shortened_ids"].examples, found["shortened_ids"].lines) == (("4.50E+11",), 24)


def test_order_cells_that_are_empty(find: Any) -> None:
    """Lines with product and money but no order, date and customer may belong to the line above; a total does not."""
    empty = {c.ORDER_ID: None, c.CUSTOMER_ID: None, c.ORDERED_AT: None, "unreadable_date": ""}
    lines = [order("x", amounts=(15,))[0] | empty, {c.AMOUNT: 500, c.PRODUCT_ID: None, c.PRODUCT_NAME: None} | empty]
    found = find([*TIDY, *lines])["empty_order_cells"]
    assert (found.lines, found.amount, found.otherwise) == (1, Decimal(15), found.as_read + 15)


def test_sources_without_order_numbers_are_not_asked_for_them(find: Any) -> None:
    """Where an order is a customer's day, no number can be shared."""
    rows = [line for day in (1, 8) for line in order("1", f"c{day}", day)]
    assert find(rows, flags={"has_order_ids": False}) == {}
