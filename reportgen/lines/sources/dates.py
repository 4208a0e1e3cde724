"""Understands dates: which of day and month comes first is proven by the data or asked for, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from reportgen.errors import ConfigError, DataError, Problem
from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.engine.sql import quote_name, quote_text
from reportgen.lines.sources.raw import RawTable
from reportgen.lines.sources.timestamps import COUNTED, DISTINCT, has_zone, timestamp_sql

DateOrder = Literal["day-first", "month-first"]
_NUMERIC = re.compile(r"(9{1,4})([-/.])(9{1,2})\2(9{4}|9{2})")
_YEAR_FIRST = re.compile(r"9{4}([-/.])9{1,2}\1(9{1,2})")
_TIME = re.compile(
    r"(?P<gap>[ T]*)(?P<hour>9{1,2})(?P<mark>[:.])99(?P<seconds>(?P=mark)99(?P<fraction>\.9+)?)?(?P<half> ?[AaPp][Mm])?"
    r"(?P<zone> ?(?:Z|UTC|GMT|[+-]99(?::?99)?))?"
)
_ZONE_IN_HEADING = re.compile(r"\b(?:UTC|GMT)\b")
_ISO_DAY = r"^[0-9]{4}-[0-9]{2}-([0-9]{2})(?: .*)?$"
_LEAST_SWAPPED = 5
"""Different dates of each kind below which chance could make them look swapped."""
_SERIAL = re.compile(r"9{5}([.,]9+)?")
_DAY_MONTH_YEAR = r"^\s*([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})(?:[^0-9].*)?$"


def date_text_sql(columns: Sequence[str]) -> str:
    """Return SQL for the date as one text: one column, or a date and a time joined by a space."""
    if len(columns) == 1:
        return f"trim({quote_name(columns[0])})"
    date, time = (quote_name(column) for column in columns)
    return (
        f"trim(concat(regexp_extract(trim({date}), '^(.*?)(?:[ T]0?0:00(?::00(?:\\.0+)?)?)?$', 1), ' ', trim({time})))"
    )


def check_zone(
    formats: Sequence[str], headings: Sequence[str], timezone: str | None, source_zone: str | None, place: str
) -> None:
    """Stop when it is open whose month is meant: dates carry a zone, or their heading names one, and nothing is stated.

    Raises
    ------
    DataError
        Naming the option that is missing.
    """
    if timezone is None and any(has_zone(form) for form in formats):
        hint = "Say whose calendar counts with 'timezone: Europe/London' or the like."
        raise DataError(Problem(place, "timezone", "a time zone for the month", "dates that carry their own", hint))
    named = next((heading for heading in headings if _ZONE_IN_HEADING.search(heading)), None)
    if named is None or source_zone is not None or not any(not has_zone(form) for form in formats):
        return
    hint = "State 'source: {timezone: UTC}', and with 'timezone: Europe/London' or the like whose calendar counts."
    came = f"a heading '{named}' that names one, and dates that carry none"
    raise DataError(Problem(place, "source.timezone", "the time zone that dates are in", came, hint))


def detect_formats(engine: DuckDBEngine, table: RawTable, *, stated: str, place: str) -> list[str]:
    """Tell the formats of a date column.

    Parameters
    ----------
    engine : DuckDBEngine
        Where `list_texts` has listed the dates.
    table : RawTable
        The lines as texts.
    stated : str
        The option `date_format`: ``detect``, ``day-first``, ``month-first`` or a strptime format.
    place : str
        The file, for the message.

    Raises
    ------
    ConfigError
        When the stated format is none.
    DataError
        When day and month can be told in no line or are mixed, or no date can be read at all.
    """
    if stated in COUNTED:
        return [stated]
    if "%" in stated:
        return [_checked(engine, stated, place)]
    rows = engine.run(
        f"SELECT translate(t, '012345678', '999999999') AS shape, min(t), max(t) FROM {DISTINCT}"
        " WHERE shape <> '' GROUP BY shape ORDER BY shape LIMIT 1000"
    )
    if table.has_cells:
        _check_swapped(engine, place)
    needs_order = any(_NUMERIC.match(shape) and not _YEAR_FIRST.match(shape) for shape, _, _ in rows)
    order = stated if stated != "detect" else _detect_order(engine, place) if needs_order else "day-first"
    found = {form for shape, low, _ in rows if (form := format_of(shape, low, order)) is not None}
    if rows and not found:
        came = " and ".join(f"'{value}'" for value in sorted({rows[0][1], rows[-1][2]})[:2])
        hint = "Check 'columns: {ordered_at: ...}', or state 'source: {date_format: ...}', such as '%d/%m/%Y %H:%M'."
        if all(_SERIAL.fullmatch(shape) for shape, _, _ in rows):
            hint = "Are they a spreadsheet's serial days? Then state 'source: {date_format: excel}'."
        raise DataError(Problem(place, "columns.ordered_at", "dates", came, hint))
    # two-digit years first, because %Y would take 26 for the year 26
    return sorted(found, key=lambda form: ("%y" not in form, form)) or ["%Y-%m-%d"]


def _checked(engine: DuckDBEngine, stated: str, place: str) -> str:
    if "%Z" in stated or ("%z" in stated and not stated.endswith("%z")):
        expected = "a format whose time zone, if it has one, is %z at the end"
        raise ConfigError(Problem(place, "source.date_format", expected, f"'{stated}'"))
    if not engine.is_valid(f"SELECT {timestamp_sql(quote_text(''), [stated])}"):
        expected = "a format in strptime's signs, such as '%d/%m/%Y %H:%M'"
        raise ConfigError(Problem(place, "source.date_format", expected, f"'{stated}'"))
    return stated


def format_of(shape: str, example: str, order: str) -> str | None:
    """Tell the strptime format of one shape (digits as 9), or None when it is no date.

    Parameters
    ----------
    shape : str
        Such as ``99/9/9999 9:99``.
    example : str
        A value of that shape, which tells short month names from long ones.
    order : {'day-first', 'month-first'}
        How to read dates of three numbers that do not begin with the year.
    """
    builders: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
        (r"9{4}([-/.])9{1,2}\1(9{1,2})", lambda m: f"%Y{m[1]}%m{m[1]}%d"),
        (r"9{1,2}([-/.])9{1,2}\1(9{4}|9{2})(?!9)", lambda m: _three_numbers(m[1], len(m[2]), order)),
        (r"9{8}(?!9)", lambda _: "%Y%m%d"),
        (r"9{1,2}([- ])([A-Za-z]+)([- ])(9{4}|9{2})(?!9)", lambda m: _named_month(m, example)),
        (r"([A-Za-z]+) 9{1,2}, ?(9{4})", lambda _: f"{_month_sign(example)} %d,{' ' if ', ' in shape else ''}%Y"),
    )
    for pattern, build in builders:
        match = re.match(pattern, shape)
        if match is not None:
            time = _time_format(shape[match.end() :])
            return None if time is None else build(match) + time
    return None


def _three_numbers(mark: str, year_digits: int, order: str) -> str:
    year = "%Y" if year_digits == 4 else "%y"
    return mark.join(("%d", "%m", year) if order == "day-first" else ("%m", "%d", year))


def _named_month(match: re.Match[str], example: str) -> str:
    year = "%Y" if len(match[4]) == 4 else "%y"
    return f"%d{match[1]}{_month_sign(example)}{match[3]}{year}"


def _month_sign(example: str) -> str:
    words = re.findall(r"[A-Za-z]+", example)
    return "%b" if len(words[0]) == 3 else "%B"


def _time_format(rest: str) -> str | None:
    if not rest.strip():
        return ""
    match = _TIME.fullmatch(rest)
    if match is None:
        return None
    hour = "%I" if match["half"] else "%H"
    mark = match["mark"]
    seconds = f"{mark}%S" if match["seconds"] else ""
    fraction = ".%f" if match["fraction"] else ""
    half = "" if not match["half"] else " %p" if match["half"].startswith(" ") else "%p"
    zone = "" if not match["zone"] else " %z" if match["zone"][:2] in (" +", " -") else "%z"
    return f"{match['gap']}{hour}{mark}%M{seconds}{fraction}{half}{zone}"


def _detect_order(engine: DuckDBEngine, place: str) -> DateOrder:
    first, second = (f"TRY_CAST(regexp_extract(t, {quote_text(_DAY_MONTH_YEAR)}, {n}) AS INTEGER)" for n in (1, 2))
    day_first, month_first, low, high = engine.run(
        f"SELECT min(t) FILTER (a > 12 AND b <= 12), min(t) FILTER (a <= 12 AND b > 12), min(t), max(t)"
        f" FROM (SELECT t, {first} AS a, {second} AS b FROM {DISTINCT}) WHERE a IS NOT NULL"
    )[0]
    if low is None:  # what looked like dates of three numbers are none
        return "day-first"
    if day_first and not month_first:
        return "day-first"
    if month_first and not day_first:
        return "month-first"
    hint = "Say which with 'source: {date_format: day-first}' or 'source: {date_format: month-first}'."
    if day_first:
        came = f"'{day_first}', which is day-first, and '{month_first}', which is month-first"
    else:
        came = f"'{low}' and '{high}', which can be read day-first and month-first"
    raise DataError(
        Problem(place, "source.date_format", "dates that show whether the day or the month comes first", came, hint)
    )


def _check_swapped(engine: DuckDBEngine, place: str) -> None:
    """Stop when a spreadsheet has read half of the dates the wrong way round, and left the other half as text.

    It turns ``05/03`` into a date of its own order, and ``25/03`` into no date: then no date cell has a day above 12,
    and every text has.
    """
    first, second = (f"TRY_CAST(regexp_extract(t, {quote_text(_DAY_MONTH_YEAR)}, {n}) AS INTEGER)" for n in (1, 2))
    day = f"TRY_CAST(regexp_extract(t, {quote_text(_ISO_DAY)}, 1) AS INTEGER)"
    cells, high_days, texts, low_texts, cell, text = engine.run(
        f"SELECT count(day), count(*) FILTER (day > 12), count(a), count(*) FILTER (a <= 12 AND b <= 12),"
        f" min(t) FILTER (day IS NOT NULL), min(t) FILTER (a IS NOT NULL)"
        f" FROM (SELECT t, {first} AS a, {second} AS b, {day} AS day FROM {DISTINCT})"
    )[0]
    if min(cells, texts) >= _LEAST_SWAPPED and not high_days and not low_texts:
        came = f"day and month swapped in half of them: no cell such as {cell} has a day above 12, every text such as"
        came = f"{came} '{text}' has"
        hint = "Export again, and do not open the file in a spreadsheet before."
        raise DataError(Problem(place, "columns.ordered_at", "dates as they were exported", came, hint))
