"""Values with a notation of their own must be read as written, and everything else refused with the right words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.config.values import (
    ClusterRange,
    check_currency,
    check_locale,
    check_period,
    check_report_id,
    parse_cluster_range,
    parse_headings,
    parse_window,
    write_cluster_range,
    write_window,
)

ORDERED_PAIRS = st.tuples(st.integers(2, 10), st.integers(2, 10)).map(lambda pair: (min(pair), max(pair)))


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [(4, 4, 4), ("4", 4, 4), ("4..8", 4, 8), (" 2 .. 10 ", 2, 10), ("3..3", 3, 3), (10, 10, 10)],
)
def test_cluster_ranges_are_read(value: object, first: int, last: int) -> None:
    """A number stands for itself, and two dots join a range."""
    assert parse_cluster_range(value) == (first, last)


@pytest.mark.parametrize("value", [1, 11, "8..4", "1..4", "4..11", "4...8", "4-8", "", "four", True, 4.0, None, [4, 8]])
def test_other_cluster_ranges_are_refused(value: object) -> None:
    """What is no number from 2 to 10 and no such range is a ValueError that says what would be right."""
    with pytest.raises(ValueError, match=re.escape("a number from 2 to 10 or a range such as 4..8")):
        parse_cluster_range(value)


@given(ORDERED_PAIRS)
def test_cluster_ranges_are_written_as_they_are_read(pair: tuple[int, int]) -> None:
    """Writing and reading again gives the same range."""
    numbers = ClusterRange(*pair)
    assert parse_cluster_range(write_cluster_range(numbers)) == numbers
    assert numbers.is_fixed is (pair[0] == pair[1])


@pytest.mark.parametrize(
    ("value", "months"), [("all", None), ("12 months", 12), ("1 month", 1), ("  6  months ", 6), ("9999 months", 9999)]
)
def test_windows_are_read(value: str, months: int | None) -> None:
    """`all` has no end, and months are counted."""
    assert parse_window(value) == months


@pytest.mark.parametrize("value", ["12", 12, "0 months", "-1 months", "1.5 months", "All", "12months", "1 year", None])
def test_other_windows_are_refused(value: object) -> None:
    """A bare number, no months at all, or another unit is a ValueError."""
    with pytest.raises(ValueError, match="'all' or a number of months such as '12 months'"):
        parse_window(value)


@given(st.none() | st.integers(1, 9999))
def test_windows_are_written_as_they_are_read(months: int | None) -> None:
    """Writing and reading again gives the same window."""
    assert parse_window(write_window(months)) == months


def test_one_month_is_written_in_the_singular() -> None:
    """One month is no plural."""
    assert (write_window(1), write_window(2), write_window(None)) == ("1 month", "2 months", "all")


@pytest.mark.parametrize(
    ("value", "headings"),
    [("Date", ("Date",)), (["Date"], ("Date",)), (["Date", "Time"], ("Date", "Time")), (("a", "b"), ("a", "b"))],
)
def test_headings_are_read(value: object, headings: tuple[str, ...]) -> None:
    """One heading or a list of one or two becomes a tuple."""
    assert parse_headings(value) == headings


@pytest.mark.parametrize("value", [[], ["a", "b", "c"], 5, None, [5], {"a": "b"}])
def test_other_headings_are_refused(value: object) -> None:
    """No heading, three headings, or what is no text is a ValueError."""
    with pytest.raises(ValueError, match="a heading, or a list of two headings"):
        parse_headings(value)


@given(st.dates())
def test_every_month_of_three_centuries_is_a_period(day: object) -> None:
    """A month written as a calendar writes it is accepted from 1900 to 2199, and no other year."""
    month = str(day)[:7]
    if month[:2] in ("19", "20", "21"):
        assert check_period(month) == month
    else:
        with pytest.raises(ValueError, match="'last', a month"):
            check_period(month)


def test_a_reversed_span_of_months_is_called_so() -> None:
    """Months the wrong way round are told as such, with the right way to write them."""
    with pytest.raises(ValueError, match=r"the earlier month first: '2025-11..2025-12'"):
        check_period("2025-12..2025-11")


@pytest.mark.parametrize(
    "value",
    [
        "2025-13",
        "2025-00",
        "2025-1",
        "2025",
        "Last",
        "2025-12-01",
        "2025-12\n",
        "٢٠٢٥-12",
        "",
        "2025-01..",
        "..2025-01",
        "2025-01..last",
    ],
)
def test_other_periods_are_refused(value: str) -> None:
    """A month that no calendar has is a ValueError."""
    with pytest.raises(ValueError, match="'last', a month such as '2026-05', or months"):
        check_period(value)


@pytest.mark.parametrize("value", ["a", "shop-1", "My.Shop_2", "0", "x" * 64])
def test_report_ids_are_folder_names(value: str) -> None:
    """Letters, digits, hyphens, underscores and dots make an id."""
    assert check_report_id(value) == value


@pytest.mark.parametrize(
    "value", ["", ".", "..", ".hidden", "-x", "a/b", "a\\b", "a b", "a.", "x" * 65, "é", "a\n", "../a", "a:b", "C\x00"]
)
def test_unsafe_report_ids_are_refused(value: str) -> None:
    """What could leave the output folder, hide in it or fail on some system is a ValueError."""
    with pytest.raises(ValueError, match="letters, digits"):
        check_report_id(value)


@pytest.mark.parametrize("value", ["en_GB", "de_DE", "de", "zh_Hans_CN", "sr_Latn"])
def test_known_locales_are_accepted(value: str) -> None:
    """CLDR's locales are accepted, with or without a script."""
    assert check_locale(value) == value


@pytest.mark.parametrize("value", ["", "xx_YY", "en-GB", "English", "en_GB.UTF-8", "C", "POSIX"])
def test_unknown_locales_are_refused(value: str) -> None:
    """What CLDR does not know is a ValueError."""
    with pytest.raises(ValueError, match="a locale such as 'en_GB' or 'de_DE'"):
        check_locale(value)


@pytest.mark.parametrize("value", ["GBP", "EUR", "USD", "JPY", "KWD"])
def test_known_currencies_are_accepted(value: str) -> None:
    """ISO 4217's codes are accepted."""
    assert check_currency(value) == value


@pytest.mark.parametrize("value", ["gbp", "Gbp", "£", "XQQ", "", "POUND", "GB"])
def test_unknown_currencies_are_refused(value: str) -> None:
    """Signs, small letters and codes of no currency are a ValueError."""
    with pytest.raises(ValueError, match="an ISO 4217 currency code"):
        check_currency(value)
