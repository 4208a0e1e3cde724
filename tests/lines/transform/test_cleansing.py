"""Every line has one fate, the first that applies, and the fates add up to the lines read."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.errors import DataError
from reportgen.lines.sources.malformed import NO_LINES
from reportgen.lines.transform.cleansing import check_counts, count_fates, keep_only
from reportgen.model.lines import DROP_REASONS, LineCounts, Period
from tests.made import cleanse, count_lines

START, END = datetime(2025, 2, 1), datetime(2026, 2, 1)
JANUARY = Period("2026-01", date(2025, 2, 1), date(2026, 1, 31), START, END, is_partial=False)
BEFORE = START - timedelta(seconds=1)
INSIDE = datetime(2026, 1, 15, 10)

EVERYTHING_WRONG: dict[str, Any] = {
    "unreadable_date": "soon",
    "unreadable_number": "many",
    c.CUSTOMER_ID: None,
    c.ORDER_ID: "C1",
    c.QUANTITY: -1,
    c.AMOUNT: 0,
}
STRICT = CleansingOptions(
    cancelled_prefix="C", zero_price="drop", duplicates="drop", leave_out_customers=("till", "staff")
)


def fates_of(lines: Any, options: CleansingOptions, rows_of: Any, period: Period = JANUARY) -> list[str]:
    """Return the fate of each line, in the order of `store`, which the tests use as a line number."""
    rows = rows_of(cleanse(lines, options, period))
    return [row[c.FATE] for row in sorted(rows, key=lambda row: int(row[c.STORE]))]


@pytest.mark.parametrize(
    ("line", "fate"),
    [
        ({}, "kept"),
        (EVERYTHING_WRONG, "unreadable_date"),
        (EVERYTHING_WRONG | {"unreadable_date": None}, "unreadable_number"),
        (EVERYTHING_WRONG | {"unreadable_date": None, "unreadable_number": None}, "no_customer"),
        ({c.CUSTOMER_ID: "till", c.ORDER_ID: "C1", c.QUANTITY: -1}, "customer_left_out"),
        ({c.ORDER_ID: "C1", c.QUANTITY: -1, c.AMOUNT: -5}, "cancelled_order"),
        ({c.ORDER_ID: "c1"}, "kept"),
        ({c.ORDER_ID: None}, "kept"),
        ({c.QUANTITY: -1, c.AMOUNT: -5}, "return"),
        ({c.QUANTITY: 1, c.AMOUNT: -5}, "return"),
        ({c.QUANTITY: -1, c.AMOUNT: 0, c.ORDERED_AT: BEFORE}, "return"),
        ({c.QUANTITY: 0, c.AMOUNT: 0}, "zero_quantity"),
        ({c.AMOUNT: 0, c.ORDERED_AT: BEFORE}, "zero_price"),
        ({c.ORDERED_AT: END - timedelta(seconds=1)}, "kept"),
        ({c.ORDERED_AT: START}, "kept"),
        ({c.ORDERED_AT: BEFORE}, "before_window"),
    ],
)
def test_the_first_reason_counts(make_lines: Any, rows_of: Any, line: dict[str, Any], fate: str) -> None:
    """A line that could be dropped for several reasons is dropped for the first of them only."""
    assert fates_of(make_lines([{c.STORE: "0", **line}]), STRICT, rows_of) == [fate]


@pytest.mark.parametrize("line", [{}, {c.QUANTITY: -1}, {c.CUSTOMER_ID: None}, {"unreadable_number": "x"}])
def test_lines_after_the_period_are_not_seen(make_lines: Any, rows_of: Any, line: dict[str, Any]) -> None:
    """Whatever comes after the period has no fate at all: it cannot change a report."""
    later = [{c.STORE: "1", **line, c.ORDERED_AT: END}, {c.STORE: "2", **line, c.ORDERED_AT: END + timedelta(days=9)}]
    assert fates_of(make_lines([{c.STORE: "0"}, *later]), STRICT, rows_of) == ["kept"]


def test_options_that_are_off_drop_nothing(make_lines: Any, rows_of: Any) -> None:
    """With free lines and duplicates kept, no prefix and nobody left out, such lines stay in."""
    options = CleansingOptions(cancelled_prefix=None)
    free = {c.STORE: "1", c.AMOUNT: 0, c.ORDER_ID: "C1", c.CUSTOMER_ID: "till"}
    assert fates_of(make_lines([free, free]), options, rows_of) == ["kept", "kept"]


def test_no_window_means_no_line_is_too_old(make_lines: Any, rows_of: Any) -> None:
    """A window of all keeps the oldest line."""
    period = Period("2026-01", date(1999, 1, 1), date(2026, 1, 31), None, END, is_partial=False)
    lines = make_lines([{c.STORE: "1", c.ORDERED_AT: datetime(1999, 1, 1)}])
    assert fates_of(lines, CleansingOptions(), rows_of, period) == ["kept"]


def test_one_of_each_set_of_duplicates_stays(make_lines: Any, rows_of: Any) -> None:
    """Of lines alike in every column one stays; a line that differs in any column is no duplicate."""
    line = {c.STORE: "1", c.PRODUCT_NAME: None}
    others = [{c.ORDER_ID: "2"}, {c.QUANTITY: 2}, {c.AMOUNT: 10.01}, {c.ORDERED_AT: START}, {c.PRODUCT_NAME: "Tea"}]
    lines = make_lines([line, line, line, *(line | other for other in others)])
    counts = count_fates(cleanse(lines, CleansingOptions(duplicates="drop"), JANUARY), NO_LINES)
    assert (counts.kept, counts.dropped) == (6, {"duplicate": 2})


def test_counts_tell_share_and_examples(make_lines: Any) -> None:
    """Lines after the period are no part of any count; unreadable values are shown, three of a kind."""
    unreadable = [{"unreadable_number": f"quantity '{word}'"} for word in ("x", "few", "some", "many", "few")]
    late = {c.ORDERED_AT: END}
    lines = make_lines([{}, {}, *unreadable, late, late])
    counts = count_fates(cleanse(lines, CleansingOptions(), JANUARY), count_lines(["z,z", "b", "a,a", "c"]))
    assert counts.read == 11
    assert counts.kept == 2
    assert list(counts.dropped.items()) == [("malformed_line", 4), ("unreadable_number", 5)]
    assert counts.dropped_share == round(9 / 11, 6)
    assert counts.examples == {
        "unreadable_number": ("quantity 'few'", "quantity 'many'", "quantity 'some'"),
    }


def test_keep_keeps_what_is_kept(make_lines: Any, rows_of: Any) -> None:
    """Only lines whose fate is to be kept go on."""
    lines = cleanse(make_lines([{c.STORE: "1"}, {c.QUANTITY: 0}, {c.CUSTOMER_ID: None}]), CleansingOptions(), JANUARY)
    assert [row[c.STORE] for row in rows_of(keep_only(lines))] == ["1"]


def test_too_much_dropped_stops_with_the_reasons() -> None:
    """More than the allowed share stops the run and names each reason, its count, examples and the setting."""
    counts = LineCounts(10, 4, {"no_customer": 5, "unreadable_date": 1}, 0.6, {"unreadable_date": ("31/02/2026",)})
    with pytest.raises(DataError) as caught:
        check_counts(counts, 0.5, "lines.csv")
    for words in ("60%", "5 lines: no customer id", "1 lines: the date", "31/02/2026", "max_dropped_share", "50%"):
        assert words in str(caught.value)


def test_just_enough_kept_goes_on() -> None:
    """The allowed share itself is allowed."""
    counts = LineCounts(10, 4, {"no_customer": 6}, 0.6)
    check_counts(counts, 0.6, "lines.csv")
    with pytest.raises(DataError):
        check_counts(counts, 0.599, "lines.csv")


def test_nothing_kept_stops_whatever_is_allowed() -> None:
    """A report on no line at all is never made."""
    with pytest.raises(DataError, match=r"none of 1,200: 1,200 lines: ordered before the window"):
        check_counts(LineCounts(1200, 0, {"before_window": 1200}, 0.0), 1.0, "lines.csv")


MOMENTS = [START - timedelta(seconds=1), START, INSIDE, END - timedelta(seconds=1), END]
ANY_LINE = st.fixed_dictionaries(
    {
        c.ORDER_ID: st.sampled_from(["1", "2", "C3", None]),
        c.CUSTOMER_ID: st.sampled_from(["ann", "bob", "till", None]),
        c.PRODUCT_ID: st.sampled_from(["T", "U"]),
        c.QUANTITY: st.sampled_from([-1, 0, 1, 2]),
        c.AMOUNT: st.sampled_from([-5, 0, 5]),
        c.ORDERED_AT: st.sampled_from(MOMENTS),
        "unreadable_number": st.sampled_from([None, None, None, "quantity 'x'"]),
        "unreadable_date": st.sampled_from([None, None, None, "soon"]),
    }
)


def as_opened(line: dict[str, Any]) -> dict[str, Any]:
    """Leave empty what could not be read, as opening a source does."""
    empty: dict[str, Any] = {c.ORDERED_AT: None} if line["unreadable_date"] else {}
    return line | empty | ({c.QUANTITY: None, c.AMOUNT: None} if line["unreadable_number"] else {})


def naive_fate(line: dict[str, Any], options: CleansingOptions, earlier: list[dict[str, Any]]) -> str:
    """Follow the documented order of reasons with plain comparisons."""
    if line["unreadable_date"] or line["unreadable_number"]:
        return "unreadable_date" if line["unreadable_date"] else "unreadable_number"
    applies = {
        "no_customer": line[c.CUSTOMER_ID] is None,
        "customer_left_out": line[c.CUSTOMER_ID] in options.leave_out_customers,
        "cancelled_order": options.cancelled_prefix == str(line[c.ORDER_ID])[0],
        "return": line[c.QUANTITY] < 0 or line[c.AMOUNT] < 0,
        "zero_quantity": line[c.QUANTITY] == 0,
        "zero_price": options.zero_price == "drop" and line[c.AMOUNT] == 0,
        "duplicate": options.duplicates == "drop" and line in earlier,
        "before_window": line[c.ORDERED_AT] < START,
    }
    return next((reason for reason in DROP_REASONS if applies.get(reason)), "kept")


@settings(max_examples=40, deadline=None)
@given(
    lines=st.lists(ANY_LINE, min_size=1, max_size=30),
    malformed=st.integers(0, 3),
    options=st.builds(
        CleansingOptions,
        cancelled_prefix=st.sampled_from([None, "C"]),
        zero_price=st.sampled_from(["keep", "drop"]),
        duplicates=st.sampled_from(["keep", "drop"]),
        leave_out_customers=st.sampled_from([(), ("till",)]),
    ),
)
def test_fates_are_those_of_a_naive_reading(
    make_lines: Any, lines: list[dict[str, Any]], malformed: int, options: CleansingOptions
) -> None:
    """Lines are counted by the first reason that applies, and kept and dropped lines add up to those read."""
    opened = [as_opened(line) for line in lines]
    counts = count_fates(cleanse(make_lines(opened), options, JANUARY), count_lines(["x"] * malformed))
    seen = [line[c.ORDERED_AT] is None or line[c.ORDERED_AT] < END for line in opened]
    expected = Counter(naive_fate(line, options, opened[:n]) for n, line in enumerate(opened) if seen[n])
    expected["malformed_line"] = malformed
    assert Counter({"kept": counts.kept} | counts.dropped) == expected
    assert counts.read == sum(seen) + malformed == counts.kept + sum(counts.dropped.values())
    assert [*counts.dropped] == [reason for reason in DROP_REASONS if reason in counts.dropped]
