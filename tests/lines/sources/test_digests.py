"""The fingerprint of an input must follow from its lines: not from their order, from later months or other stores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import materialise, place_table
from reportgen.lines.sources.digests import Digests, digest_lines
from tests.made import count_lines

Digest = Callable[..., Digests]
ALL = "9999-12"
JANUARY, FEBRUARY, MARCH = (datetime(2026, month, 15, 10) for month in (1, 2, 3))
UNREADABLE = {c.ORDERED_AT: None, "unreadable_date": "soon"}
LINES: list[dict[str, Any]] = [
    {c.STORE: "Paris", c.ORDERED_AT: JANUARY},
    {c.STORE: "Paris", c.ORDERED_AT: JANUARY},
    {c.STORE: "Paris", c.ORDERED_AT: FEBRUARY, c.AMOUNT: 5},
    {c.STORE: "Lyon", c.ORDERED_AT: JANUARY, c.QUANTITY: 3},
    {c.STORE: "Lyon", c.ORDERED_AT: MARCH},
    {c.STORE: "Lyon", **UNREADABLE},
    {c.STORE: None, c.ORDERED_AT: FEBRUARY},
]
LINE = st.fixed_dictionaries(
    {
        c.STORE: st.sampled_from(["Paris", "Lyon", None]),
        c.CUSTOMER_ID: st.sampled_from(["ann", "bob", None]),
        c.PRODUCT_NAME: st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=5),
        c.AMOUNT: st.integers(-3, 3),
        c.ORDERED_AT: st.sampled_from([JANUARY, FEBRUARY, MARCH, None]),
    }
)


@pytest.fixture(scope="session")
def digest(engine: Engine, make_frame: Callable[..., pd.DataFrame]) -> Digest:
    """Return a function that digests order lines made of dicts, and the malformed lines beside them."""

    def compute(rows: list[dict[str, Any]], malformed: tuple[str, ...] = ()) -> Digests:
        materialise(engine, "digested", place_table(engine, "arrived", make_frame(rows)))
        return digest_lines(engine, "digested", count_lines(malformed))

    return compute


def test_lines_are_counted_by_store_and_month(digest: Digest) -> None:
    """Every line is counted once, under its store and its month, none where it has none."""
    digests = digest(LINES, ("a;b", "c"))
    counts = {store: {month: n for month, (n, _) in months.items()} for store, months in digests.by_store.items()}
    assert counts == {
        "Paris": {"2026-01": 2, "2026-02": 1},
        "Lyon": {"2026-01": 1, "2026-03": 1, None: 1},
        None: {"2026-02": 1},
    }
    assert [digests.lines_of(store) for store in ("Paris", "Lyon", None, "Nice")] == [3, 3, 1, 0]
    assert (digests.lines_until("9999-12"), digests.malformed_lines) == (9, 2)


@pytest.mark.parametrize(
    ("month", "until", "later"),
    [("2025-12", 1, 6), ("2026-01", 4, 3), ("2026-02", 6, 1), ("2026-03", 7, 0), (ALL, 7, 0)],
)
def test_lines_until_and_after_a_month_add_up(digest: Digest, month: str, until: int, later: int) -> None:
    """Lines without a date are always seen, later ones are not, malformed ones only in the whole source."""
    digests = digest(LINES, ("x",))
    assert digests.lines_until(month) == until + 1
    assert digests.later_lines(month) == later
    assert digests.lines_until(month, ["Paris", "Lyon", None]) == until
    assert digests.lines_until(month) + digests.later_lines(month) == digests.lines_until("9999-12")


def test_a_store_s_lines_are_its_own(digest: Digest) -> None:
    """Counts of some stores are those of their lines; a store that is not there has none."""
    digests = digest(LINES, ("x",))
    assert digests.lines_until("2026-01", ["Lyon"]) == 2
    assert digests.later_lines("2026-01", ["Lyon"]) == 1
    assert digests.lines_until("2026-01", ["Paris", "Lyon"]) == 4
    assert digests.lines_until(ALL, [None]) == 1
    assert digests.lines_until(ALL, ["Nice"]) == digests.later_lines("2025-01", ["Nice"]) == 0


def test_an_empty_source_has_a_fingerprint(digest: Digest) -> None:
    """No line at all is an input too, other than one with a malformed line."""
    empty = digest([])
    assert (empty.lines_until("9999-12"), empty.by_store) == (0, {})
    assert len(empty.fingerprint(ALL)) == 32
    assert empty.fingerprint(ALL) != digest([], ("x",)).fingerprint(ALL)


def test_a_fingerprint_is_32_hex_digits(digest: Digest) -> None:
    """Of all lines and of a store's, always of one shape."""
    digests = digest(LINES)
    for one in (digests.fingerprint("2026-01"), digests.fingerprint("2026-01", ["Paris"])):
        assert len(one) == 32
        assert int(one, 16) >= 0


@pytest.mark.parametrize(
    "change",
    [
        {c.ORDER_ID: "2"},
        {c.CUSTOMER_ID: "bob"},
        {c.CUSTOMER_ID: None},
        {c.PRODUCT_ID: "U"},
        {c.PRODUCT_NAME: "tea"},
        {c.STORE: "paris"},
        {c.STORE: None},
        {c.ORDERED_AT: JANUARY.replace(second=1)},
        {c.QUANTITY: 2},
        {c.QUANTITY: 1.001},
        {c.AMOUNT: 10.0001},
        {c.AMOUNT: -10},
        UNREADABLE,
        {"unreadable_number": "price 'x'"},
        {c.CUSTOMER_ID: "annT", c.PRODUCT_ID: ""},
        {c.CUSTOMER_ID: "T", c.PRODUCT_ID: "ann"},
    ],
)
def test_any_value_of_any_line_counts(digest: Digest, change: dict[str, Any]) -> None:
    """One value of one line that is other makes another fingerprint of the whole."""
    one, other = digest(LINES), digest([LINES[0] | change, *LINES[1:]])
    assert one.fingerprint(ALL) != other.fingerprint(ALL)


def test_no_sign_moves_a_value_to_the_next_column(digest: Digest) -> None:
    """Lines that differ only in where one value ends and the next begins are other lines, whatever they hold."""
    separated = [
        digest([{c.PRODUCT_ID: code, c.PRODUCT_NAME: name}]).fingerprint(ALL)
        for sign in ("\x1f", "\t", ",")
        for code, name in ((f"T{sign}U", None), ("T", f"U{sign}"), (None, f"T{sign}U"))
    ]
    assert len(set(separated)) == len(separated)


@settings(max_examples=25)
@given(st.lists(LINE, max_size=15), st.lists(st.text(max_size=4), max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(
    digest: Digest, rows: list[dict[str, Any]], malformed: list[str], chance: Any
) -> None:
    """Lines in another order, the malformed too, are the same input, for every month and store."""
    one = digest(rows, tuple(malformed))
    chance.shuffle(rows)
    chance.shuffle(malformed)
    assert digest(rows, tuple(malformed)) == one


@settings(max_examples=25)
@given(st.lists(LINE, min_size=1, max_size=15), st.integers(0, 100))
@example([LINES[0] | {c.PRODUCT_NAME: "Tea", c.CUSTOMER_ID: "ann", c.AMOUNT: 1}] * 2, 0)
def test_how_often_a_line_is_there_matters(digest: Digest, rows: list[dict[str, Any]], pick: int) -> None:
    """A line more, or a line less, is another input, though an equal one is there already."""
    whole = digest(rows).fingerprint(ALL)
    row = rows[pick % len(rows)]
    assert digest([*rows, row]).fingerprint(ALL) != whole
    assert digest([*rows, row, row]).fingerprint(ALL) != whole
    assert digest(rows[1:]).fingerprint(ALL) != whole


@settings(max_examples=25)
@given(st.lists(LINE, max_size=10), st.lists(LINE, max_size=10))
def test_later_months_change_nothing(digest: Digest, rows: list[dict[str, Any]], later: list[dict[str, Any]]) -> None:
    """Lines of a later month change neither the fingerprint of an earlier one nor its count of lines."""
    before = digest(rows)
    added = [row | {c.ORDERED_AT: datetime(2026, 4, 1)} for row in later]
    after = digest([*rows, *added])
    for stores in (None, ["Paris"], ["Paris", "Lyon", None]):
        assert after.fingerprint("2026-03", stores) == before.fingerprint("2026-03", stores)
        assert after.lines_until("2026-03", stores) == before.lines_until("2026-03", stores)
    assert after.later_lines("2026-03") == len(later)
    assert (after.fingerprint("2026-04") == before.fingerprint("2026-04")) is (not later)


@settings(max_examples=25)
@given(st.lists(LINE, max_size=10), st.lists(LINE, max_size=10), st.lists(st.text(min_size=1, max_size=4), max_size=2))
def test_other_stores_change_nothing(
    digest: Digest, rows: list[dict[str, Any]], others: list[dict[str, Any]], malformed: list[str]
) -> None:
    """Lines of another store, and malformed ones, change no store's own fingerprint, but the whole source's."""
    before = digest(rows)
    after = digest([*rows, *(row | {c.STORE: "Nice"} for row in others)], tuple(malformed))
    for stores in (["Paris"], [None], ["Paris", "Lyon"]):
        assert after.fingerprint(ALL, stores) == before.fingerprint(ALL, stores)
    assert (after.fingerprint(ALL) == before.fingerprint(ALL)) is (not others and not malformed)


def test_lines_without_a_date_are_in_every_month(digest: Digest) -> None:
    """A line whose date cannot be read counts in each month's fingerprint, for it may belong there."""
    one, other = digest(LINES[:2]), digest([*LINES[:2], {c.STORE: "Paris", **UNREADABLE}])
    for month in ("2026-01", "2025-01"):
        assert one.fingerprint(month) != other.fingerprint(month)


def test_a_store_s_fingerprint_is_that_of_its_lines_alone(digest: Digest) -> None:
    """Split off or read alone, a store's lines have one fingerprint, in whichever order stores are asked for."""
    whole, alone = digest(LINES), digest([row for row in LINES if row[c.STORE] == "Paris"])
    assert whole.fingerprint("2026-01", ["Paris"]) == alone.fingerprint("2026-01", ["Paris"])
    assert whole.fingerprint(ALL, ["Paris", "Lyon"]) == whole.fingerprint(ALL, ["Lyon", "Paris"])
    assert whole.fingerprint(ALL, ["Paris"]) != whole.fingerprint(ALL, ["Lyon"])


def test_many_lines_do_not_overflow(digest: Digest) -> None:
    """Sums of 128-bit digests are taken modulo 2**128, so that 20,000 alike lines are one more than 19,999."""
    many = digest(LINES[:1] * 20_000)
    (count, total), (_, one) = many.by_store["Paris"]["2026-01"], digest(LINES[:1]).by_store["Paris"]["2026-01"]
    assert (count, total) == (20_000, 20_000 * one % 2**128)
