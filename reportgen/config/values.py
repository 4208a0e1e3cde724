"""Readers for option values with a notation of their own: ranges, windows, months, locales."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NamedTuple

MAIL_FOLDER, ACTIONS_FOLDER = "mail", "actions"
"""Folders of an archive that are no report's."""
"""The folder of an archive in which the mail stands; no report may have its name."""
MAX_CLUSTERS = 10
MIN_CLUSTERS = 2
_MONTH = re.compile(r"(?:19|20|21)\d\d-(?:0[1-9]|1[0-2])")
_REPORT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class ClusterRange(NamedTuple):
    """Numbers of segments to choose from, both ends included (2 to 10)."""

    first: int
    last: int

    @property
    def is_fixed(self) -> bool:
        """Whether there is nothing to choose."""
        return self.first == self.last


def parse_cluster_range(value: object) -> object:
    """Read ``4`` or ``4..8`` as a `ClusterRange`; anything else is a ValueError."""
    if isinstance(value, ClusterRange):
        return value
    wanted = f"a number from {MIN_CLUSTERS} to {MAX_CLUSTERS} or a range such as 4..8"
    match = re.fullmatch(r"\s*(\d{1,3})\s*(?:\.\.\s*(\d{1,3}))?\s*", str(value))
    if match is None or isinstance(value, bool | float):
        raise ValueError(wanted)
    first, last = int(match[1]), int(match[2] or match[1])
    if not MIN_CLUSTERS <= first <= last <= MAX_CLUSTERS:
        raise ValueError(wanted)
    return ClusterRange(first, last)


def parse_headings(value: object) -> object:
    """Read one heading, or a list of one or two, as a tuple; `None` stays."""
    headings = (value,) if isinstance(value, str) else value
    if isinstance(headings, list | tuple) and 1 <= len(headings) <= 2 and all(isinstance(h, str) for h in headings):
        return tuple(headings)
    raise ValueError("a heading, or a list of two headings (date and time)")


def parse_several(value: object) -> object:
    """Read one heading, or a list of up to four, as a tuple; `None` stays."""
    if value is None:
        return None
    headings = (value,) if isinstance(value, str) else value
    if isinstance(headings, list | tuple) and 1 <= len(headings) <= 4 and all(isinstance(h, str) for h in headings):
        return tuple(headings)
    raise ValueError("a heading, or a list of up to four headings")


def parse_values(value: object) -> object:
    """Read values by heading: each a text, or a list of texts and whole numbers."""
    wanted = "values by heading, such as {Status: [cancelled, failed]}"
    if not isinstance(value, dict):
        raise ValueError(wanted)
    read = {}
    for heading, stated in value.items():
        values = stated if isinstance(stated, list | tuple) else [stated]
        if not isinstance(heading, str) or not values or not all(isinstance(v, str | int) for v in values):
            raise ValueError(wanted)
        read[heading] = tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in values)
    return read


def parse_day(value: object) -> object:
    """Read a day written ``YYYY-MM-DD``; `None` stays."""
    if isinstance(value, datetime) or not isinstance(value, date | str | None):
        raise ValueError("a day such as 2026-01-31")
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("a day such as 2026-01-31") from None


def check_units(value: tuple[str, ...]) -> tuple[str, ...]:
    """Accept words without digits."""
    if all(word.strip() and not any(sign.isdigit() for sign in word) for word in value):
        return value
    raise ValueError("words such as pcs or kg")


def parse_window(value: object) -> object:
    """Read ``all`` as `None` and ``12 months`` as 12; anything else is a ValueError."""
    if value == "all":
        return None
    match = re.fullmatch(r"\s*([1-9]\d{0,3})\s+months?\s*", str(value))
    if match is None:
        raise ValueError("'all' or a number of months such as '12 months'")
    return int(match[1])


def write_window(months: int | None) -> str:
    """Write a window as it is read: ``all`` or ``12 months``."""
    return "all" if months is None else f"{months} month{'' if months == 1 else 's'}"


def write_cluster_range(numbers: ClusterRange) -> str | int:
    """Write a number or range of segments as it is read: ``4`` or ``4..8``."""
    return numbers.first if numbers.is_fixed else f"{numbers.first}..{numbers.last}"


def check_period(value: str) -> str:
    """Accept ``last``, a month written ``YYYY-MM``, or a range of months ``YYYY-MM..YYYY-MM``."""
    first, dots, last = value.partition("..")
    is_range = not dots or (_MONTH.fullmatch(last) and first <= last)
    if dots and _MONTH.fullmatch(first) and _MONTH.fullmatch(last) and last < first:
        raise ValueError(f"the earlier month first: '{last}..{first}'")
    if value == "last" or (_MONTH.fullmatch(first) and is_range):
        return value
    raise ValueError("'last', a month such as '2026-05', or months such as '2026-01..2026-05'")


def check_month(value: str) -> str:
    """Accept a month written ``YYYY-MM``."""
    if _MONTH.fullmatch(value):
        return value
    raise ValueError("a month such as '2026-05'")


def check_timezone(value: str | None) -> str | None:
    """Accept an IANA time zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - seldom needed

    if value is None:
        return None
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("a time zone such as 'Europe/London' or 'UTC'") from error
    return value


def check_encoding(value: str) -> str:
    """Accept ``detect``, or a text encoding that Python knows, by any of its names."""
    if value == "detect":
        return value
    wanted = "'detect' or an encoding such as 'utf-8', 'cp1252', 'shift_jis' or 'cp1251'"
    try:
        if isinstance("".encode(value), bytes) and "a\n".encode(value).decode(value) == "a\n":
            return value
    except (LookupError, ValueError, TypeError) as error:
        raise ValueError(wanted) from error
    raise ValueError(wanted)


DATE_WORDS = ("detect", "day-first", "month-first", "excel", "unix")


def check_date_format(value: str) -> str:
    """Accept a word, or a format in strptime's signs."""
    if value in DATE_WORDS or "%" in value:
        return value
    raise ValueError(f"one of {', '.join(map(repr, DATE_WORDS))}, or a format such as '%d/%m/%Y %H:%M'")


class Keep(NamedTuple):
    """What pruning keeps: the newest so many months (None: all), and of each month every run or the last only."""

    months: int | None
    last_run_only: bool


def parse_keep(value: str) -> Keep:
    """Read ``all``, ``24 months``, ``last run of each month``, or the last two joined by a comma.

    Raises
    ------
    ValueError
        When it is none of them.
    """
    months, last_run_only = None, False
    for rule in (part.strip() for part in value.split(",")):
        counted = re.fullmatch(r"([1-9]\d{0,3}) months?", rule)
        if counted:
            months = int(counted[1])
        elif rule == "last run of each month":
            last_run_only = True
        elif rule != "all" or value.strip() != "all":
            raise ValueError("'all', '24 months', 'last run of each month', or both joined by a comma")
    return Keep(months, last_run_only)


def check_keep(value: str) -> str:
    """Accept what `parse_keep` can read."""
    parse_keep(value)
    return value


def check_archive_id(value: str) -> str:
    """Accept what can be an archive's id."""
    if re.fullmatch("[a-z]{12}", value):
        return value
    raise ValueError("the twelve letters that 'reportgen archive verify' tells")


def check_report_id(value: str) -> str:
    """Accept what is a safe folder name on every system."""
    if (
        _REPORT_ID.fullmatch(value)
        and not value.endswith(".")
        and value.casefold() not in (MAIL_FOLDER, ACTIONS_FOLDER)
    ):
        return value
    raise ValueError(
        "letters, digits, '-', '_' and '.', beginning with a letter or digit, at most 64 of them, and not 'mail'"
    )


def check_locale(value: str) -> str:
    """Accept a locale that Babel knows."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - keeps `--help` fast

    wanted = "a locale such as 'en_GB' or 'de_DE'"
    if not re.fullmatch(r"[A-Za-z]{2,3}(_[A-Za-z0-9]+)*", value):  # Babel takes `en_GB.UTF-8`, and `C` for English
        raise ValueError(wanted)
    try:
        Locale.parse(value)
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(wanted) from error
    return value


def check_currency(value: str) -> str:
    """Accept an ISO 4217 code that Babel knows."""
    from babel.numbers import is_currency  # noqa: PLC0415 - keeps `--help` fast

    if value.isupper() and is_currency(value):
        return value
    raise ValueError("an ISO 4217 currency code such as 'GBP' or 'EUR'")
