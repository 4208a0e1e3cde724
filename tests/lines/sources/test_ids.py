"""Ids: what spreadsheets put around them is taken off, where nothing is lost by it."""

from __future__ import annotations

from typing import Any

import pytest

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.errors import DataError

HEAD = "order,customer,date,quantity,price,code,name"


def customer_of(read: Any, text: str, **options: Any) -> Any:
    """Read one line with a customer id."""
    return read(f"{HEAD}\n1,{text},2026-01-05,1,2.50,T,Tea\n", **options).one(c.CUSTOMER_ID)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ('"=""000215"""', "000215"),
        ("'000215", "000215"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        (" Ann.Lee@Example.COM ", "ann.lee@example.com"),
        ("Ann Lee", "Ann Lee"),
        ("42.0", "42"),
        ("42\u00a0", "42"),
        ("\ufeffK7", "K7"),
    ],
)
def test_an_id_is_read_without_its_wrapping(read: Any, written: str, read_as: str) -> None:
    """Formula quotes, apostrophes before digits, odd spaces, and the capital letters of e-mail addresses go."""
    assert customer_of(read, written) == read_as


def test_alike_ids_are_one_where_the_config_says_so(read: Any) -> None:
    """Capital letters and leading zeros make no difference then; a zero alone stays one."""
    merge = CleansingOptions(alike_customers="merge")
    assert [customer_of(read, text, cleansing=merge) for text in ("K7", "k7", "0042", "42", "0")] == [
        "k7",
        "k7",
        "42",
        "42",
        "0",
    ]


def test_words_beside_quantities_are_asked_for(read: Any) -> None:
    """`2 pcs` is two when the config says so, and stops the run when it does not."""
    text = f"{HEAD}\n1,a,2026-01-05,2 pcs,2.50,T,Tea\n2,a,2026-01-05,3,2.50,T,Tea\n"
    with pytest.raises(DataError, match=r"got quantities such as '2 pcs'. State .*units: \[pcs\]"):
        read(text)
    assert sorted(read(text, units=("pcs",)).column(c.QUANTITY)) == [2, 3]


def test_one_slip_among_many_quantities_does_not_stop(read: Any) -> None:
    """A single word beside a quantity among hundreds is a line that cannot be read, and is counted as that."""
    rows = [f"{n},a,2026-01-05,1,2.50,T,Tea" for n in range(300)]
    opened = read("\n".join([HEAD, *rows, "x,a,2026-01-05,1 bx,2.50,T,Tea"]))
    assert [row["unreadable_number"] for row in opened.rows if row[c.QUANTITY] is None] == [
        "quantity '1 bx', unit price '2.50'"
    ]
