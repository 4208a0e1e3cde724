"""Values of other columns: what they keep, leave out, take off, and say of a line's order and currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.errors import DataError
from reportgen.lines.sources.watched import REFUND, UNDONE, kind_of, watched_headings

HEAD = "order,customer,date,quantity,price,code,name"


def lines(extra: str, *rows: tuple[str, str, str]) -> str:
    """Write lines of £10: order, customer, and what stands in the further columns."""
    told = [f"{order},{customer},2026-01-05,1,10.00,T,Tea,{rest}" for order, customer, rest in rows]
    return "\n".join([f"{HEAD},{extra}", *told]) + "\n"


STATUS = lines(
    "Status", ("1", "a", "paid"), ("1", "a", ""), ("2", "b", "Voided"), ("2", "b", ""), ("3", "c", "refunded")
)


def kept(opened: Any) -> list[str]:
    """Return the orders of the lines that are not left out."""
    return [row[c.ORDER_ID] for row in opened.rows if not row[c.LEFT_OUT]]


def test_lines_are_kept_by_the_values_of_a_column(read: Any) -> None:
    """What is not listed is left out; an empty cell takes the value of its order's other line."""
    opened = read(STATUS, cleansing=CleansingOptions(keep_only={"Status": ("PAID", "partially_refunded")}))
    assert kept(opened) == ["1", "1"]


def test_lines_are_left_out_by_the_values_of_a_column(read: Any) -> None:
    """Any case, `*` for any sign, and with it alone any value at all."""
    assert kept(read(STATUS, cleansing=CleansingOptions(leave_out={"Status": ("void*",)}))) == ["1", "1", "3"]
    cancelled = lines("Cancelled at", ("1", "a", ""), ("2", "b", "2026-01-06 10:00"), ("2", "b", ""))
    assert kept(read(cancelled, cleansing=CleansingOptions(leave_out={"Cancelled at": ("*",)}))) == ["1"]


def test_what_decides_about_lines_is_part_of_the_input(read: Any) -> None:
    """Another status is another input where it decides, and the same where nobody asks for it."""
    other = STATUS.replace("Voided", "paid")
    options = CleansingOptions(keep_only={"Status": ("paid",)})
    assert read(STATUS).fingerprint == read(other).fingerprint
    assert read(STATUS, cleansing=options).fingerprint != read(other, cleansing=options).fingerprint


def test_a_column_can_turn_the_sign(read: Any) -> None:
    """Credit notes with positive amounts become negative, those that are negative stay so."""
    text = (
        lines("Type", ("1", "a", "Invoice"), ("2", "a", "Credit note")) + "3,a,2026-01-05,-1,10.00,T,Tea,credit note\n"
    )
    opened = read(text, cleansing=CleansingOptions(negative={"Type": ("credit note",)}))
    assert [(row[c.QUANTITY], row[c.AMOUNT]) for row in opened.rows] == [(1, 10), (-1, -10), (-1, -10)]


def test_a_heading_that_is_not_there_stops(read: Any) -> None:
    """A typing error in a heading would keep everything."""
    with pytest.raises(
        DataError, match=r"cleansing.keep_only: expected a column headed 'Statsu'.*Did you mean 'Status'"
    ):
        read(STATUS, cleansing=CleansingOptions(keep_only={"Statsu": ("paid",)}))


def test_a_state_that_speaks_against_a_line_is_met(read: Any) -> None:
    """Without any option the states are noted, for all lines of the order; those that say nothing are not."""
    states = [row[c.STATE] for row in read(STATUS).rows]
    assert states == [None, None, "Status: Voided", "Status: Voided", "Status: refunded"]
    assert [row[c.STATE] for row in read(lines("Cancelled at", ("1", "a", ""), ("2", "b", "2026-01-06"))).rows] == [
        None,
        "Cancelled at: *",
    ]


def test_words_are_states_in_columns_of_states_alone(read: Any) -> None:
    """A purchase by credit card is no credit note, a voided order one in any column, and `no` under cancelled none."""
    assert read(lines("Payment", ("1", "a", "Credit"))).one(c.STATE) is None
    assert read(lines("Type", ("1", "a", "Credit"))).one(c.STATE) == "Type: Credit"
    assert read(lines("Anything", ("1", "a", "cancelled"))).one(c.STATE) == "Anything: cancelled"
    assert read(lines("Cancelled", ("1", "a", "no"))).one(c.STATE) is None
    assert read(lines("Cancelled", ("1", "a", "yes"))).one(c.STATE) == "Cancelled: yes"


def test_no_word_says_two_things() -> None:
    """Each word is of one kind, and is told as it."""
    assert not set(UNDONE) & set(REFUND)
    assert {kind_of(f"Status: {word}") for word in UNDONE} == {"undone"}
    assert {kind_of(f"Type: {word.upper()}") for word in REFUND} == {"refund"}


def test_of_many_columns_those_that_may_speak_are_read() -> None:
    """A file of 75 columns is not read whole for a look at three of them."""
    many = [f"Column {n}" for n in range(70)]
    found = watched_headings(["order", *many, "Financial Status", "Currency", "Discount Amount"], ["order"])
    assert found == ["Financial Status", "Currency", "Discount Amount"]
    assert watched_headings(["order", "Country", "Note"], ["order"]) == ["Country", "Note"]


def test_the_currency_is_read_from_its_column_or_the_signs(read: Any) -> None:
    """A column of codes tells it, for the whole order; without one the signs beside the prices do."""
    coded = read(lines("Currency", ("1", "a", "eur"), ("1", "a", ""), ("2", "b", "GBP")))
    assert coded.column(c.CURRENCY) == ["EUR", "EUR", "GBP"]
    signed = read(
        f"{HEAD}\n1,a,2026-01-05,1,€10.00,T,Tea\n2,a,2026-01-05,1,12.50 GBP,T,Tea\n3,a,2026-01-05,1,9,T,Tea\n"
    )
    assert signed.column(c.CURRENCY) == ["€", "GBP", None]
    assert signed.column(c.AMOUNT) == [Decimal(10), Decimal("12.5"), Decimal(9)]


def test_discounts_that_are_not_read_are_met(read: Any) -> None:
    """A column of discounts that the config does not name is noted where it holds any; one of percentages is not."""
    opened = read(lines("Discount Amount", ("1", "a", "0"), ("2", "b", "-2.50")))
    assert [(row[c.UNREAD], row[c.UNREAD_IN]) for row in opened.rows] == [
        (None, "Discount Amount"),
        (25_000, "Discount Amount"),
    ]
    assert read(lines("Discount (%)", ("1", "a", "10"))).one(c.UNREAD_IN) is None
