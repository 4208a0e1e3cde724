"""Money that is told of whole orders: shared out among their lines, to the penny."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.errors import DataError

BARE = {c.ORDER_ID: "order", c.CUSTOMER_ID: "customer", c.ORDERED_AT: "date", c.PRODUCT_ID: "code"}
PRICED = BARE | {c.QUANTITY: "quantity", c.UNIT_PRICE: "price"}


def amounts(opened: Any) -> list[Decimal]:
    """Return the amounts in the order of order and product."""
    return [row[c.AMOUNT] for row in sorted(opened.rows, key=lambda row: (row[c.ORDER_ID], row[c.PRODUCT_ID]))]


def written(digits: int, places: int) -> st.SearchStrategy[Decimal]:
    """Draw numbers of so many digits before the point and after it, either sign."""
    return st.decimals(-(10**digits), 10**digits, places=places)


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_amounts_are_exact_whatever_their_size(read_text: Any, data: st.DataObject) -> None:
    """Quantity times price is rounded half away from zero to a ten-thousandth, for tiny and for huge numbers alike."""
    sizes = st.sampled_from([(1, 0), (3, 2), (4, 4), (5, 3), (6, 1), (7, 2)])
    lines = data.draw(
        st.lists(st.tuples(sizes.flatmap(lambda size: written(*size)), sizes.flatmap(lambda size: written(*size))))
    )
    rows = [f"1,a,2026-01-05,{n:04},{quantity:f},{price:f}" for n, (quantity, price) in enumerate(lines)]
    opened = read_text(
        "\n".join(["order,customer,date,code,quantity,price", *rows, "1,a,2026-01-05,X,1.5,2.5\n"]), PRICED
    )
    step = Decimal("0.0001")
    expected = [(quantity * price).quantize(step, ROUND_HALF_UP) for quantity, price in lines]
    assert amounts(opened) == [*(None if abs(each) >= 10**11 else each for each in expected), Decimal("3.75")]
    units = [row[c.QUANTITY] for row in sorted(opened.rows, key=lambda row: row[c.PRODUCT_ID])]
    assert units == [*(quantity for quantity, _ in lines), Decimal("1.5")]


@pytest.mark.parametrize("repeated", [True, False])
def test_a_total_of_the_order_is_shared_out(read: Any, repeated: bool) -> None:
    """£10 of three lines are three parts that add up to £10, whether it stands on each line or on the first."""
    rest = "10.00" if repeated else ""
    text = f"order,customer,date,code,total\n1,a,2026-01-05,A,10.00\n1,a,2026-01-05,B,{rest}\n1,a,2026-01-05,C,{rest}\n"
    opened = read(text + "2,b,2026-01-06,A,7.50\n", BARE | {"order_total": "total"})
    assert amounts(opened) == [Decimal("3.3333"), Decimal("3.3333"), Decimal("3.3334"), Decimal("7.5")]
    assert not opened.has_units


def test_a_total_that_differs_within_an_order_stops(read: Any) -> None:
    """Two totals of one order are amounts of lines."""
    text = "order,customer,date,code,total\n1,a,2026-01-05,A,10.00\n1,a,2026-01-05,B,12.00\n"
    with pytest.raises(
        DataError, match=r"expected one value for each order, got 10.00 and 12.00 on lines of order '1'"
    ):
        read(text, BARE | {"order_total": "total"})


def test_what_is_told_of_orders_needs_their_numbers(read: Any) -> None:
    """Without order numbers nobody knows what a total is of."""
    text = "customer,date,code,total\na,2026-01-05,A,10.00\n"
    stated = {name: heading for name, heading in BARE.items() if name != c.ORDER_ID} | {"order_total": "total"}
    with pytest.raises(DataError, match="expected a column of order numbers beside it"):
        read(text, stated | {c.ORDER_ID: None})


def test_discounts_of_lines_are_taken_off(read: Any) -> None:
    """A discount is taken off whatever its sign; an empty cell takes off nothing."""
    text = "order,customer,date,code,quantity,price,off\n1,a,2026-01-05,A,2,10.00,1.50\n1,a,2026-01-05,B,1,5.00,-2\n"
    opened = read(text + "1,a,2026-01-05,C,1,5.00,\n", PRICED | {"discount": "off"})
    assert amounts(opened) == [Decimal("18.5"), Decimal(3), Decimal(5)]


def test_discounts_and_refunds_of_orders_are_shared_out_by_money(read: Any) -> None:
    """£3 off an order of £20 and £10 are £2 and £1; what was paid back is taken off as well, and never more than all."""
    text = (
        "order,customer,date,code,quantity,price,off,back\n"
        "1,a,2026-01-05,A,2,10.00,3.00,\n1,a,2026-01-05,B,1,10.00,,\n"
        "2,b,2026-01-06,A,1,10.00,0,15.00\n2,b,2026-01-06,B,-1,4.00,,\n"
    )
    opened = read(text, PRICED | {"order_discount": "off", "order_refund": "back"})
    assert amounts(opened) == [Decimal(18), Decimal(9), Decimal(0), Decimal(-4)]


@given(
    st.lists(st.integers(0, 50_000), min_size=1, max_size=6),
    st.integers(0, 60_000),
)
@settings(max_examples=25, deadline=None)
def test_parts_add_up_to_the_whole(read_text: Any, pence: list[int], off: int) -> None:
    """Whatever the lines and the discount are, the order's money is that of its lines less the discount, exactly."""
    rows = [f"1,a,2026-01-05,P{n},1,{value / 100:.2f},{off / 100:.2f}" for n, value in enumerate(pence)]
    opened = read_text(
        "\n".join(["order,customer,date,code,quantity,price,off", *rows]), PRICED | {"order_discount": "off"}
    )
    assert sum(amounts(opened)) == max(Decimal(sum(pence) - off) / 100, Decimal(0))
    assert all(0 <= part <= Decimal(value) / 100 for part, value in zip(amounts(opened), pence, strict=True))


def test_what_is_taken_off_and_cannot_be_read_is_no_zero(read: Any) -> None:
    """A discount, refund or total of words leaves the amount unknown: the line is counted as one that cannot be read."""
    head = "order,customer,date,code,quantity,price,off\n"
    for name in ("discount", "order_discount", "order_refund"):
        opened = read(f"{head}1,a,2026-01-05,A,1,10.00,2.00\n2,a,2026-01-05,B,1,10.00,ten\n", PRICED | {name: "off"})
        assert amounts(opened) == [Decimal(8), None]
        assert "ten" in next(row["unreadable_number"] for row in opened.rows if row[c.AMOUNT] is None)
    total = read(
        "order,customer,date,code,total\n1,a,2026-01-05,A,5\n2,a,2026-01-05,B,five\n", BARE | {"order_total": "total"}
    )
    assert amounts(total) == [Decimal(5), None]


def test_an_order_can_be_more_than_its_number(read: Any) -> None:
    """Till and receipt together, or the number and its day, tell orders apart."""
    text = "till,receipt,customer,date,code,quantity,price\nA,1,a,2026-01-05,T,1,1\nB,1,a,2026-01-05,T,1,1\nA,1,a,2026-01-06,T,1,1\n"
    headings = PRICED | {c.ORDER_ID: ["till", "receipt"]}
    assert sorted(read(text, headings).column(c.ORDER_ID)) == ["A 1", "A 1", "B 1"]
    by_day = read(text, headings, cleansing=CleansingOptions(order_per=("day",)))
    assert sorted(by_day.column(c.ORDER_ID)) == ["A 1 2026-01-05", "A 1 2026-01-06", "B 1 2026-01-05"]
