"""Writes numbers, money and dates for people, in the config's locale and currency."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent, get_currency_symbol

from reportgen.months import first_day
from reportgen.palette import LOOK, Look

MINUS = "\N{MINUS SIGN}"
Number: TypeAlias = float | Decimal
_PERCENT = re.compile("[%٪\u200e\u200f\u061c]")
_UNIT_OF_YEAR = re.compile(r"(?<=\d)\s*[^\W\d]+\.$")
"""Such as the Russian ``г.``: at the end of a sentence its full stop would be doubled."""

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
"""Words for the first places of a row."""


@dataclass(frozen=True)
class Formats:
    """The ways to write a number.

    Parameters
    ----------
    locale : str
        Such as ``en_GB``.
    currency : str
        ISO 4217 code: always the config's, never the locale's own.
    look : Look
        Colours and type, which whoever writes the numbers needs too.
    """

    locale: str
    currency: str
    look: Look = LOOK

    @cached_property
    def _locale(self) -> Locale:
        return Locale.parse(self.locale)

    @cached_property
    def currency_symbol(self) -> str:
        """The currency's sign in this locale, such as ``£``."""
        return get_currency_symbol(self.currency, self._locale)

    @property
    def separators(self) -> tuple[str, str]:
        """The signs before the decimals and between thousands, such as ``.`` and ``,``."""
        symbols = self._locale.number_symbols["latn"]
        return symbols["decimal"], symbols["group"]

    @property
    def currency_signs(self) -> tuple[str, ...]:
        """What may stand beside an amount in a source: the code, its signs, and any currency sign."""
        english = get_currency_symbol(self.currency, "en")
        return tuple(dict.fromkeys((self.currency, self.currency_symbol, english, "£", "$", "€", "¥", "₹")))

    def count(self, value: Number) -> str:
        """Write a whole number: ``4,298``."""
        return _minus(format_decimal(round(value), "#,##0", locale=self._locale))

    def signed(self, value: Number) -> str:
        """Write a whole number with its sign: ``+42``; nothing has none."""
        text = self.count(value)
        return f"+{text}" if value > 0 and text != self.count(0) else text

    def decimal(self, value: Number, places: int = 1) -> str:
        """Write a number with a fixed count of decimals: ``8.5``."""
        return _minus(format_decimal(value, "#,##0." + "0" * places if places else "#,##0", locale=self._locale))

    def decimal_2(self, value: Number) -> str:
        """Write a number with two decimal places."""
        return self.decimal(value, 2)

    def share(self, value: Number) -> str:
        """Write a share 0..1 as percentage: ``26%``, below one tenth with a decimal: ``2.7%``."""
        pattern = self._locale.percent_formats[None].pattern
        number = float(value)
        if 0 < abs(round(number, 3)) < 0.0995 and round(number, 3) != round(number, 2):
            pattern = re.sub(r"0(?=[^0]*(?:;|$))", "0.0", pattern)  # wherever a locale puts its percent sign
        return _minus(format_percent(value, pattern, locale=self._locale))

    def signed_share(self, value: Number) -> str:
        """Write a share as percentage with its sign: ``+26%``; nothing has none."""
        text = self.share(value)
        return f"+{text}" if value > 0 and text != self.share(0) else text

    def points(self, value: Number) -> str:
        """Write a difference of two shares in percentage points: ``2.7``."""
        return _PERCENT.sub("", self.share(value)).strip()

    def money(self, value: Number) -> str:
        """Write money for tables: ``£1,198,430``, below 100 with pence: ``£12.50``."""
        whole = abs(float(value)) >= 99.995 or not value
        pattern = self._locale.currency_formats["standard"].pattern
        pattern = pattern.replace(".00", "") if whole else pattern
        text = format_currency(value, self.currency, pattern, locale=self._locale, currency_digits=not whole)
        return _isolated(_minus(_part_letters(text)))

    def money_in_words(self, value: Number) -> str:
        """Write money for sentences: ``£8.39m``, ``£808k``, ``£617``."""
        size = abs(float(value))
        if size < 9_950:
            return self.money(round(value) if size >= 100 else value)
        leading = float(f"{size:.3g}") if size >= 999_500 else 0.0
        while leading >= 1000:
            leading /= 1000
        text = self._compact(value, 0 if not leading else 2 if leading < 10 else 1 if leading < 100 else 0)
        if sum(sign.isdigit() for sign in text) < 2:  # ten thousands and lakhs: one digit alone is too coarse
            text = self._compact(value, 1)
        # a locale with no short form for thousands, or with one that is billions elsewhere (Turkish B, for bin)
        if re.search(r"\d{4}", text) or (size < 999_500 and re.search(r"\dB|\d\sB", text)):
            return self.money(round(value))
        if self._locale.language == "en":
            text = re.sub(r"(?<=\d)[KMB]", lambda match: {"K": "k", "M": "m", "B": "bn"}[match[0]], text)
        return _isolated(_minus(text))

    def _compact(self, value: Number, places: int) -> str:
        rounded = float(f"{value:.3g}")  # Babel chooses k or m before it rounds: 999,500 would be 999.5k
        text = format_compact_currency(rounded, self.currency, fraction_digits=places, locale=self._locale)
        return _part_letters(text)

    def day(self, value: date) -> str:
        """Write a day: ``30 November 2011``; without the abbreviated word for year that some languages add."""
        return _isolated(_UNIT_OF_YEAR.sub("", format_date(value, "long", locale=self._locale)))

    def month(self, value: str) -> str:
        """Write a month given as ``YYYY-MM``: ``November 2011``."""
        return _isolated(_UNIT_OF_YEAR.sub("", format_skeleton("yMMMM", first_day(value), locale=self._locale)))

    def month_short(self, value: str) -> str:
        """Write a month given as ``YYYY-MM`` where there is little room: ``Nov 2011``."""
        return _isolated(_UNIT_OF_YEAR.sub("", format_skeleton("yMMM", first_day(value), locale=self._locale)))

    def month_alone(self, value: str) -> str:
        """Write a month given as ``YYYY-MM`` without its year: ``November``."""
        return _isolated(format_date(first_day(value), "LLLL", locale=self._locale))


def _isolated(text: str) -> str:
    """Keep words of a right-to-left script from turning the sentence that they stand in."""
    is_turning = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return f"\u2068{text}\u2069" if is_turning and not text.startswith("\u2068") else text


def _part_letters(text: str) -> str:
    """Put a space between a currency's letters and the number, which CLDR asks for and Babel leaves out."""
    return re.sub(r"(?<=[^\W\d_])(?=\d)", "\N{NO-BREAK SPACE}", text)


def _minus(text: str) -> str:
    """Write a real minus sign, and none before what was rounded to zero."""
    return text.replace("-", MINUS if re.search("[1-9]", text) else "")
