"""Words in dates: names of months in the config's language, abbreviations of its time zone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.engine.sql import quote_text
from reportgen.lines.sources.timestamps import DISTINCT

_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OF_SPREADSHEETS = {"de": {"mrz": 3}}
"""Abbreviations that spreadsheets write and CLDR does not have."""
_MOST_WORDS = 200
_LEAST_SIGNS = 3
_PLAIN = re.compile(r"[AaPp][Mm]|[TZ]|UTC|GMT")
"""Words that dates may hold in any language."""


def month_words(locale: str) -> dict[str, int]:
    """List the names and abbreviations of months in a language, in small letters and without dots, by number.

    Names come from CLDR by way of Babel; each beginning of three letters or more counts where it is one month's alone.
    """
    from babel import Locale  # noqa: PLC0415 - seldom needed

    known = Locale.parse(locale)
    names: dict[str, set[int]] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for month, name in known.months[context][width].items():
                word = name.casefold().rstrip(".")
                begins = range(_LEAST_SIGNS, len(word) + 1) if width == "wide" else (len(word),)
                for signs in begins:
                    names.setdefault(word[:signs].rstrip("."), set()).add(int(month))
    found = {word: min(months) for word, months in names.items() if len(months) == 1}
    return found | _OF_SPREADSHEETS.get(known.language, {})


def zone_words(timezone: str | None) -> dict[str, str]:
    """List the abbreviations that a time zone goes by, such as ``CET`` and ``CEST``, with their offsets."""
    if timezone is None:
        return {}
    zone = ZoneInfo(timezone)
    words = {}
    for month in (1, 7):
        at = datetime(2024, month, 1, 12, tzinfo=zone)
        if at.tzname() is not None and (at.tzname() or "").isalpha():
            words[at.tzname() or ""] = at.strftime("%z")
    return {word: f"{offset[:3]}:{offset[3:5]}" for word, offset in words.items()}


def translate_words(engine: DuckDBEngine, text: str, locale: str, timezone: str | None) -> str:
    """Return SQL of the date as text with English months, and offsets for abbreviations of the stated time zone.

    Parameters
    ----------
    engine : DuckDBEngine
        Where `list_texts` has listed the dates.
    text : str
        SQL of the date as one text.
    locale : str
        Whose names of months may be met.
    timezone : str or None
        IANA name of the zone whose abbreviations are understood: others mean different zones in different places.
    """
    rows = engine.run(
        f"SELECT DISTINCT unnest(regexp_extract_all(t, '\\pL[\\pL\\pM]*')) FROM {DISTINCT} LIMIT {_MOST_WORDS}"
    )
    met = sorted({str(word) for (word,) in rows if not _PLAIN.fullmatch(str(word))})
    if not met:
        return text
    zones, months, english = zone_words(timezone), month_words(locale), month_words("en")
    for word in _longest_first(met):
        month = months.get(word.casefold(), english.get(word.casefold()))
        if word in zones:
            text = f"regexp_replace({text}, {quote_text(f' ?{word}$')}, {quote_text(zones[word])})"
        elif month is not None:
            # not \b, which knows letters of English alone
            instead = quote_text(rf"\1{_ENGLISH[month - 1]}\2")
            alone = quote_text(rf"(^|[^\pL]){word}\.?($|[^\pL])")
            text = f"regexp_replace({text}, {alone}, {instead})"
    return text


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))
