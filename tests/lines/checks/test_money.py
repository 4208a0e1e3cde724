"""Money: in one currency, of sales that took place, and every line a sale or a return."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from reportgen import columns as c


def sales(count: int = 12, **more: Any) -> list[dict[str, Any]]:
    """Make orders of two lines of £10 and £20 by as many customers."""
    return [
        {c.CUSTOMER_ID: f"k{n}", c.ORDER_ID: f"{n}", c.AMOUNT: amount, c.PRODUCT_ID: f"P{amount}"} | more
        for n in range(count)
        for amount in (10, 20)
    ]


def test_several_currencies(find: Any) -> None:
    """Euros among pounds are told with what is left without them; left out by an option they are not."""
    rows = [*sales(**{c.CURRENCY: "£"}), {c.CURRENCY: "€", c.AMOUNT: 50}, {c.CURRENCY: "GBP", c.AMOUNT: 5}]
    found = find(rows)["several_currencies"]
    assert (found.lines, found.amount, found.as_read, found.otherwise) == (1, Decimal(50), 415, 365)
    assert found.examples == ("GBP", "£", "€")


def test_a_currency_that_is_not_the_report_s(find: Any) -> None:
    """Dollars alone contradict pounds, and not Canadian dollars, whose sign is the same."""
    rows = sales(**{c.CURRENCY: "$"})
    assert set(find(rows)) == {"other_currency"}
    assert find(rows, currency="CAD") == {}


def test_states_that_speak_against_a_sale(find: Any) -> None:
    """Lines of orders that were cancelled or failed are told by column and value, refunds apart."""
    state = [{c.STATE: "Status: cancelled", c.AMOUNT: 7}, {c.STATE: "Status: Failed", c.AMOUNT: 8}]
    found = find([*sales(), *state, {c.STATE: "Type: Credit note", c.AMOUNT: 40}])
    undone, credit = found["order_status"], found["credit_notes"]
    assert (undone.column, undone.examples, undone.lines, undone.amount) == ("Status", ("Failed", "cancelled"), 2, 15)
    assert (credit.column, credit.examples, credit.as_read - credit.otherwise) == ("Type", ("Credit note",), 40)


def test_a_line_that_is_the_sum_of_all_others(find: Any) -> None:
    """The total of a list, taken for a sale, doubles everything."""
    found = find([*sales(), {c.CUSTOMER_ID: "all", c.ORDER_ID: "all", c.AMOUNT: 360}])["total_line"]
    assert (found.as_read, found.otherwise, found.share) == (720, 360, 0.5)


def test_discounts_within_an_order(find: Any) -> None:
    """A negative line of a product that is never sold, in an order of sales, is a discount and no return."""
    voucher = {c.CUSTOMER_ID: "k1", c.ORDER_ID: "1", c.AMOUNT: -5, c.PRODUCT_ID: "VOUCHER"}
    returned = {c.CUSTOMER_ID: "k2", c.ORDER_ID: "2", c.AMOUNT: -10, c.QUANTITY: -1, c.PRODUCT_ID: "P10"}
    elsewhere = {c.CUSTOMER_ID: "k3", c.ORDER_ID: "R3", c.AMOUNT: -9, c.QUANTITY: -1, c.PRODUCT_ID: "OLD"}
    found = find([*sales(), voucher, returned, elsewhere])
    assert set(found) == {"discount_lines"}
    told = found["discount_lines"]
    assert (told.examples, told.amount, told.as_read, told.otherwise) == (("VOUCHER",), -5, 360, 355)
    assert find([*sales(), voucher], discounts=("VOU*",)) == {}


def test_refunds_that_name_no_product(find: Any) -> None:
    """A refund without product is left out where returns are, and told; set against purchases it is taken off."""
    refund = {c.CUSTOMER_ID: "k1", c.ORDER_ID: "1", c.AMOUNT: -12, c.PRODUCT_ID: None, c.PRODUCT_NAME: None}
    found = find([*sales(), refund])["refunds_without_product"]
    assert (found.lines, found.as_read, found.otherwise) == (1, 360, 348)
    assert find([*sales(), refund], returns="net") == {}


def test_cancelled_orders_that_are_sales(find: Any) -> None:
    """A prefix that drops positive lines drops sales; one that drops negative ones does its work."""
    prefix = {"cancelled_prefix": "C"}
    dropped = sales(2, **{c.ORDER_ID: "CA-1"})
    assert find([*sales(), *dropped], **prefix)["cancelled_but_positive"].amount == 60
    negative = [line | {c.AMOUNT: -line[c.AMOUNT], c.QUANTITY: -1} for line in dropped]
    assert find([*sales(), *negative], **prefix) == {}


def test_numbers_that_cannot_be_read(find: Any) -> None:
    """Lines without a number are missing in every figure, so they are told with what stood there."""
    broken = {c.AMOUNT: None, "unreadable_number": "quantity 'two'"}
    found = find([*sales(), broken])["unread_numbers"]
    assert (found.lines, found.examples) == (1, ("quantity 'two'",))


def test_discounts_in_a_column_that_is_not_read(find: Any) -> None:
    """A discount repeated on the lines of an order counts once."""
    off = {c.UNREAD: 30_000, c.UNREAD_IN: "Discount Amount"}
    rows = [line | (off if line[c.ORDER_ID] in ("1", "2") else {}) for line in sales()]
    found = find(rows)["unread_discounts"]
    assert (found.column, found.amount, found.as_read - found.otherwise) == ("Discount Amount", 6, 6)
