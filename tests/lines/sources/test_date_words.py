"""Dates in the words of their shop are read: its months, its zone, its spreadsheet's days."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reportgen import columns as c
from reportgen.config.lines import ColumnOptions, SourceOptions
from reportgen.errors import DataError
from reportgen.lines.sources.date_words import month_words, zone_words
from reportgen.lines.sources.open import open_source

MONTHS = {
    "de_DE": "Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "de_AT": "Jänner Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr_FR": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "es_ES": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it_IT": "gen feb mar apr mag giu lug ago set ott nov dic",
    "nl_NL": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "pl_PL": "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "en_GB": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}


def dates(tmp_path: Path, values: list[str], *, heading: str = "date", **how: Any) -> list[datetime]:
    """Read dates in the order of their lines."""
    path = tmp_path / "lines.csv"
    lines = [f"{n:03};ann;{value};1;1.00" for n, value in enumerate(values)]
    path.write_text("\n".join([f"order;customer;{heading};quantity;price", *lines]), encoding="utf-8")
    stated = ColumnOptions(
        order_id="order", customer_id="customer", ordered_at=(heading,), quantity="quantity", unit_price="price",
        product_id=None, product_name=None,
    )  # fmt: skip
    zone, locale = how.pop("timezone", None), how.pop("locale", "en_GB")
    options = SourceOptions(path=str(path), timezone=how.pop("of_source", None), **how)
    with open_source(options, stated, (), zone, locale) as source:
        relation = source.lines.frame.to_native().order(c.ORDER_ID)
        return [row[0] for row in relation.select(c.ORDERED_AT).fetchall()]


@pytest.mark.parametrize("locale", MONTHS)
@pytest.mark.parametrize("form", ["{day}-{month}-2025", "{day} {month} 2025", "{day}-{month}-25 10:30"])
def test_months_are_read_in_the_shop_s_language(tmp_path: Path, locale: str, form: str) -> None:
    """Each month's name or abbreviation, as the language or its spreadsheets write it, is that month."""
    values = [form.format(day=f"{n:02}", month=word) for n, word in enumerate(MONTHS[locale].split(), 1)]
    found = dates(tmp_path, values, locale=locale)
    assert [(one.month, one.day) for one in found] == [(n, n) for n in range(1, 13)]


def test_english_months_are_read_everywhere(tmp_path: Path) -> None:
    """A German shop's export with English months is read as it stands, one with dots too."""
    assert [one.month for one in dates(tmp_path, ["03-Oct-2025", "04-Dec-2025"], locale="de_DE")] == [10, 12]
    assert [one.month for one in dates(tmp_path, ["03 Jan. 2025", "04 Sep. 2025"])] == [1, 9]


def test_no_word_means_two_months() -> None:
    """A beginning that two months share is the name of none, such as `ju` or `mar` where it is not one's abbreviation."""
    for locale in MONTHS:
        words = month_words(locale)
        assert all(1 <= month <= 12 for month in words.values())
        assert not {"ju", "ma"} & set(words)
    assert "juin" in month_words("fr_FR") and "jui" not in month_words("fr_FR")


def test_the_zone_s_own_abbreviations_are_read(tmp_path: Path) -> None:
    """CET and CEST are one and two hours ahead where the calendar of Berlin counts."""
    values = ["2025-01-31 23:30:00 CET", "2025-07-31 23:30:00 CEST", "2025-03-30 03:00:00 CEST"]
    assert dates(tmp_path, values, timezone="Europe/Berlin") == [
        datetime(2025, 1, 31, 23, 30),
        datetime(2025, 7, 31, 23, 30),
        datetime(2025, 3, 30, 3, 0),
    ]
    assert zone_words("Europe/Berlin") == {"CET": "+01:00", "CEST": "+02:00"}
    assert zone_words("America/New_York") == {"EST": "-05:00", "EDT": "-04:00"}
    assert zone_words("Asia/Dubai") == {} == zone_words(None)  # "+04" is no word


def test_other_zones_abbreviations_are_not_guessed(tmp_path: Path) -> None:
    """An abbreviation that is not the stated zone's own could mean any of several, so it is no date."""
    with pytest.raises(DataError, match="expected dates"):
        dates(tmp_path, ["2025-01-31 23:30:00 IST"], timezone="Europe/Berlin")


def test_dates_without_a_zone_can_be_said_to_have_one(tmp_path: Path) -> None:
    """Times that a system writes in UTC belong to the day and month that the shop's own calendar has then."""
    values = ["2025-12-01 02:30:00", "2025-07-01 03:00:00"]
    found = dates(tmp_path, values, heading="date (UTC)", timezone="America/New_York", of_source="UTC")
    assert found == [datetime(2025, 11, 30, 21, 30), datetime(2025, 6, 30, 23, 0)]


@pytest.mark.parametrize("heading", ["Created (UTC)", "UTC time", "date GMT"])
def test_a_heading_that_names_a_zone_is_asked_about(tmp_path: Path, heading: str) -> None:
    """Where the heading names a zone and the dates do not, the run stops until one is stated."""
    with pytest.raises(DataError, match=r"source\.timezone: expected the time zone that dates are in"):
        dates(tmp_path, ["2025-12-01 02:30:00"], heading=heading)
    assert len(dates(tmp_path, ["2025-12-01 02:30:00Z"], heading=heading, timezone="UTC")) == 1


@pytest.mark.parametrize(
    ("values", "stated", "expected"),
    [
        (["45658.416667", "45658"], "excel", [datetime(2025, 1, 1, 10, 0), datetime(2025, 1, 1)]),
        (["45658,5"], "excel", [datetime(2025, 1, 1, 12, 0)]),
        (["1735725600", "0"], "unix", [datetime(2025, 1, 1, 10, 0), datetime(1970, 1, 1)]),
        (["01.01.2025 10.00", "31.12.2025 9.05"], "detect", [datetime(2025, 1, 1, 10), datetime(2025, 12, 31, 9, 5)]),
        (["01.01.2025 10.00.30"], "day-first", [datetime(2025, 1, 1, 10, 0, 30)]),
    ],
)
def test_days_that_are_counted_and_times_with_dots(
    tmp_path: Path, values: list[str], stated: str, expected: list[datetime]
) -> None:
    """A spreadsheet's serial days and Unix seconds are read when stated, times with dots as they are met."""
    assert dates(tmp_path, values, date_format=stated) == expected


def test_serial_days_are_proposed(tmp_path: Path) -> None:
    """A column of numbers such as 45658.4 is no date by itself; the message names the setting that reads it."""
    with pytest.raises(DataError, match="date_format: excel"):
        dates(tmp_path, ["45658.416667", "46022.4"])


@pytest.mark.parametrize("word", ["month", "%", "iso"])
def test_a_date_format_is_a_word_or_a_format(word: str) -> None:
    """A word that means nothing is a mistake in the config, not a way of reading."""
    if "%" in word:
        assert SourceOptions(date_format=word).date_format == word  # judged when dates are read
        return
    with pytest.raises(ValueError, match="day-first"):
        SourceOptions(date_format=word)
