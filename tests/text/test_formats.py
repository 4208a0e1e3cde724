"""Numbers, money and dates must be written as people in the config's locale write them, and never lose their value."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from babel import Locale, localedata
from babel.numbers import get_currency_symbol, get_decimal_symbol, parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from reportgen.text.formats import MINUS, Formats

BRITISH, GERMAN = Formats("en_GB", "GBP"), Formats("de_DE", "EUR")
NBSP, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
CENTS = st.decimals(-10_000_000, 10_000_000, places=2)
ROUND_TRIPS = [BRITISH, GERMAN, Formats("sv_SE", "SEK"), Formats("en_IN", "INR"), Formats("pl_PL", "PLN")]


def read_back(text: str, formats: Formats) -> Decimal:
    """Read a written number with Babel, after taking off the currency's sign."""
    bare = text.replace(formats.currency_symbol, "").replace(MINUS, "-").strip(f" {NBSP}")
    return parse_decimal(bare, locale=formats.locale)


@pytest.mark.parametrize(
    ("locale", "currency", "value", "written"),
    [
        ("en_GB", "GBP", 1_198_430, "£1,198,430"),
        ("en_GB", "GBP", 1_198_430.4, "£1,198,430"),
        ("en_GB", "GBP", 12.5, "£12.50"),
        ("en_GB", "GBP", Decimal("99.99"), "£99.99"),
        ("en_GB", "GBP", 99.996, "£100"),
        ("en_GB", "GBP", 100.4, "£100"),
        ("en_GB", "GBP", 0, "£0"),
        ("en_GB", "GBP", -1234.0, "−£1,234"),
        ("en_GB", "GBP", -12.5, "−£12.50"),
        ("en_GB", "EUR", 12.5, "€12.50"),
        ("de_DE", "EUR", 1_198_430, f"1.198.430{NBSP}€"),
        ("de_DE", "EUR", 12.5, f"12,50{NBSP}€"),
        ("fr_FR", "EUR", 1_198_430, f"1{THIN}198{THIN}430{NBSP}€"),
        ("en_US", "USD", 12.5, "$12.50"),
        ("en_IN", "INR", 1_198_430, "₹11,98,430"),
        ("ja_JP", "JPY", 1_198_430, "￥1,198,430"),
        ("en_US", "JPY", 12, "¥12"),
        ("en_US", "KWD", 12.5, f"KWD{NBSP}12.500"),
    ],
)
def test_money_is_written_as_the_locale_writes_it(locale: str, currency: str, value: float, written: str) -> None:
    """Grouping, decimal mark and the place of the sign are the locale's, the decimals the currency's."""
    assert Formats(locale, currency).money(value) == written


@pytest.mark.parametrize(
    ("locale", "currency", "value", "written"),
    [
        ("en_GB", "GBP", 8_400_000, "£8.4m"),
        ("en_GB", "GBP", 808_000, "£808k"),
        ("en_GB", "GBP", 617.3, "£617"),
        ("en_GB", "GBP", 12.5, "£12.50"),
        ("en_GB", "GBP", 9_949, "£9,949"),
        ("en_GB", "GBP", 9_951, "£10k"),
        ("en_GB", "GBP", 999_400, "£999k"),
        ("en_GB", "GBP", 999_500, "£1m"),
        ("en_GB", "GBP", 999_999, "£1m"),
        ("en_GB", "GBP", 12_340_000, "£12.3m"),
        ("en_GB", "GBP", 1_500_000_000, "£1.5bn"),
        ("en_GB", "GBP", -5_000_000, "−£5m"),
        ("en_GB", "GBP", Decimal("808000.00"), "£808k"),
        ("en_GB", "GBP", 0, "£0"),
        ("en_GB", "CHF", 808_000, f"CHF{NBSP}808k"),
        ("de_DE", "EUR", 8_400_000, f"8,4{NBSP}Mio.{NBSP}€"),
        ("de_DE", "EUR", 808_123, f"808.123{NBSP}€"),
        ("fr_FR", "EUR", 808_000, f"808{NBSP}k{NBSP}€"),
        ("ja_JP", "JPY", 12_345, "￥1.2万"),
        ("hi_IN", "INR", 808_000, f"₹8.1{NBSP}लाख"),
    ],
)
def test_money_in_words_is_short(locale: str, currency: str, value: float, written: str) -> None:
    """Sentences say thousands, millions or what the language counts in, with two or three digits that count."""
    assert Formats(locale, currency).money_in_words(value) == written


@pytest.mark.parametrize("formats", ROUND_TRIPS, ids=lambda formats: formats.locale)
@given(value=CENTS)
def test_money_reads_back(formats: Formats, value: Decimal) -> None:
    """Reading written money gives the amount, to the penny below 100 and to the pound from there on."""
    step = Decimal(1) if abs(value) >= Decimal("99.995") else Decimal("0.01")
    assert read_back(formats.money(value), formats) == value.quantize(step, ROUND_HALF_EVEN)


@pytest.mark.parametrize("formats", ROUND_TRIPS, ids=lambda formats: formats.locale)
@given(value=st.integers(-(10**12), 10**12))
def test_counts_read_back(formats: Formats, value: int) -> None:
    """Reading a written whole number gives the number."""
    assert read_back(formats.count(value), formats) == value


@pytest.mark.parametrize("formats", ROUND_TRIPS, ids=lambda formats: formats.locale)
@given(value=st.decimals(-10_000, 10_000, places=4), places=st.integers(0, 3))
def test_decimals_read_back(formats: Formats, value: Decimal, places: int) -> None:
    """A number has exactly the decimals asked for, and reads back as rounded to them."""
    text = formats.decimal(value, places)
    assert read_back(text, formats) == round(value, places)
    mark = get_decimal_symbol(formats.locale)
    assert len(text.partition(mark)[2]) == places


@given(st.floats(1, 1e12))
def test_short_money_is_never_far_off(value: float) -> None:
    """A short form is within one part in twenty of the amount, and never has more than four digits."""
    match = re.fullmatch(r"£([\d,.]+)(k|m|bn|tn|T)?", BRITISH.money_in_words(value))
    assert match is not None
    scale = {None: 1, "k": 1e3, "m": 1e6, "bn": 1e9, "tn": 1e12, "T": 1e12}[match[2]]
    assert float(match[1].replace(",", "")) * scale == pytest.approx(value, rel=0.05)
    assert sum(sign.isdigit() for sign in match[1]) <= 4


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.26, "26%"),
        (0.264, "26%"),
        (0.027, "2.7%"),
        (0.0274, "2.7%"),
        (0.02, "2%"),
        (0.0201, "2%"),
        (0.0994, "9.9%"),
        (0.0996, "10%"),
        (0.001, "0.1%"),
        (0.0004, "0%"),
        (0, "0%"),
        (1, "100%"),
        (-0.04, "−4%"),
        (-0.027, "−2.7%"),
        (1.5, "150%"),
    ],
)
def test_shares_are_percentages(value: float, written: str) -> None:
    """A share of 0..1 is written in hundredths, with a decimal below ten where it says something."""
    assert BRITISH.share(value) == written


@pytest.mark.parametrize("locale", ["en_GB", "de_DE", "fr_FR", "oc_FR", "tr_TR", "eu_ES", "ar_EG", "sv_SE", "he_IL"])
def test_small_shares_have_a_decimal_in_every_locale(locale: str) -> None:
    """Wherever a locale puts its percent sign, 2.7 percent is not rounded to 3."""
    mark = get_decimal_symbol(locale)
    assert re.sub(rf"[^\d{re.escape(mark)}]", "", Formats(locale, "EUR").share(0.027)) == f"2{mark}7"


@given(st.floats(-1, 1))
def test_shares_are_rounded_to_a_tenth_or_a_whole_percent(value: float) -> None:
    """A written share is at most half a percent off, and at most a twentieth of one below ten percent."""
    percent = float(BRITISH.share(value).replace(MINUS, "-").removesuffix("%"))
    assert percent == pytest.approx(value * 100, abs=0.0501 if abs(value) < 0.0994 else 0.501)


@given(st.floats(-0.004, 0, exclude_max=True))
def test_nothing_is_written_as_less_than_zero_when_rounded_to_zero(value: float) -> None:
    """What rounds to zero has no minus sign."""
    for text in (BRITISH.money(value), BRITISH.money_in_words(value), BRITISH.decimal(value), BRITISH.count(value)):
        assert MINUS not in text
        assert "-" not in text


@pytest.mark.parametrize(
    "locale",
    sorted(
        set(map(str, localedata.locale_identifiers()))
        & {
            "en_GB",
            "de_DE",
            "de_CH",
            "fr_FR",
            "sv_SE",
            "nb_NO",
            "fi_FI",
            "lt_LT",
            "sl_SI",
            "fa_IR",
            "he_IL",
            "hi_IN",
        }
    ),
)
def test_negative_numbers_have_a_real_minus_sign(locale: str) -> None:
    """A hyphen never stands for a minus sign, whatever the locale writes."""
    formats = Formats(locale, "EUR")
    for text in (formats.money(-1234.0), formats.count(-5), formats.decimal(-1.5), formats.share(-0.5)):
        assert "-" not in text
        assert text.count(MINUS) == 1


@pytest.mark.parametrize(
    ("locale", "day", "month"),
    [
        ("en_GB", "30 November 2011", "November 2011"),
        ("en_US", "November 30, 2011", "November 2011"),
        ("de_DE", "30. November 2011", "November 2011"),
        ("fr_FR", "30 novembre 2011", "novembre 2011"),
        ("ja_JP", "2011年11月30日", "2011年11月"),
        ("pl_PL", "30 listopada 2011", "listopad 2011"),
    ],
)
def test_days_and_months_are_written_in_the_language(locale: str, day: str, month: str) -> None:
    """Days are written in full, and a month stands in the form it has without a day."""
    formats = Formats(locale, "EUR")
    assert formats.day(date(2011, 11, 30)) == day
    assert formats.month("2011-11") == month


@pytest.mark.parametrize(
    ("locale", "currency"), [("en_GB", "GBP"), ("de_DE", "CHF"), ("sv_SE", "SEK"), ("en_US", "PLN")]
)
def test_a_source_may_use_every_sign_of_its_currency(locale: str, currency: str) -> None:
    """Code, local sign and English sign are recognised beside an amount, none of them twice."""
    signs = Formats(locale, currency).currency_signs
    assert {currency, get_currency_symbol(currency, locale), get_currency_symbol(currency, "en"), "€", "$"} <= set(
        signs
    )
    assert len(set(signs)) == len(signs)


def test_the_currency_is_the_config_s_and_not_the_locale_s() -> None:
    """A German report of a British shop says pounds."""
    assert Formats("de_DE", "GBP").money(500) == f"500{NBSP}£"


@pytest.mark.parametrize("locale", ["en_GB", "de_AT", "pt_BR", "zh_Hans_CN", "bn_BD", "my_MM"])
def test_every_locale_writes_every_form(locale: str) -> None:
    """Each form gives text in any locale that the config accepts, without the pattern's own signs."""
    assert Locale.parse(locale)
    formats = Formats(locale, "EUR")
    texts = [
        formats.money(1234.5),
        formats.money_in_words(54321),
        formats.share(0.5),
        formats.count(7),
        formats.decimal(2),
    ]
    assert all(text and not re.search("[¤#;]", text) for text in texts)


@pytest.mark.parametrize(
    ("locale", "value", "text"),
    [
        ("en_GB", 0.123, "12"),
        ("en_GB", -0.027, "−2.7"),
        ("fr_FR", 0.027, "2,7"),
        ("de_DE", 0.5, "50"),
        ("tr_TR", 0.3, "30"),
    ],
)
def test_points_are_a_share_without_its_sign(locale: str, value: float, text: str) -> None:
    """A difference of shares is written in percentage points, wherever a locale puts its percent sign."""
    assert Formats(locale, "EUR").points(value) == text


@pytest.mark.parametrize("locale", ["ar_EG", "he_IL", "fa_IR"])
def test_right_to_left_words_turn_nothing(locale: str) -> None:
    """A month or a sum with words of such a script stands isolated in a sentence; plain figures need no isolate."""
    formats = Formats(locale, "GBP")
    for text in (formats.month("2026-01"), formats.month_alone("2026-01"), formats.day(date(2026, 1, 31))):
        assert text.startswith("\u2068") and text.endswith("\u2069")
        assert text.count("\u2068") == text.count("\u2069") == 1
    assert "\u2068" not in formats.count(12) + formats.share(0.5)
    assert "\u2068" not in Formats("en_GB", "GBP").month("2026-01") + Formats("en_GB", "GBP").money(12)


@pytest.mark.parametrize("locale", ["en_GB", "de_DE", "ar_EG", "ur_PK", "tr_TR"])
def test_points_have_no_sign_of_percent(locale: str) -> None:
    """Percentage points are a number alone, whatever stands around a locale's sign of percent."""
    text = Formats(locale, "GBP").points(0.05)
    assert re.fullmatch(r"\d+([.,٫]\d+)?", text.translate({ord(digit): str(n) for n, digit in enumerate("٠١٢٣٤٥٦٧٨٩")}))
