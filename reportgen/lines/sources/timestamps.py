"""Reads dates by formats that are known: each text of a table once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.engine.sql import quote_name, quote_text
from reportgen.lines.sources.raw import RawTable

_UNIVERSAL = " ?(?:Z|UTC|GMT)$"
_ANY_ZONE = r" ?(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$"
DISTINCT = "distinct_dates"
"""The engine's table of the different dates, as texts `t`."""
MOST_LISTED = 1_000_000
"""Different dates up to which each is read once."""
COUNTED = {
    "excel": "TIMESTAMP '1899-12-30' + to_seconds(CAST(round(TRY_CAST(replace({text}, ',', '.') AS DOUBLE) * 86400)"
    " AS BIGINT))",
    "unix": "make_timestamp(TRY_CAST({text} AS BIGINT) * 1000000)",
}
"""SQL of dates that are counted: days since the end of 1899, as spreadsheets do, or seconds since 1970."""


def timestamp_sql(
    text: str, formats: Sequence[str], timezone: str | None = None, source_zone: str | None = None
) -> str:
    """Return SQL that reads a text as local timestamp by the first format that fits, null where none does.

    Parameters
    ----------
    text : str
        SQL of the date as text.
    formats : sequence of str
        In strptime's signs; those with ``%z`` are instants, turned into the local time of `timezone`.
    timezone : str, optional
        IANA name; needed when a format has ``%z``.
    source_zone : str, optional
        IANA name of the zone that dates without one are in, where it is another.
    """
    plain = [form for form in formats if not has_zone(form) and form not in COUNTED]
    instants = [form for form in formats if has_zone(form)]
    ways = [COUNTED[form].format(text=text) for form in formats if form in COUNTED]
    if plain:
        ways.append(f"try_strptime({text}, {_list_sql(plain)})")
    if source_zone is not None:
        local = f"AT TIME ZONE {quote_text(source_zone)} AT TIME ZONE {quote_text(timezone or source_zone)}"
        ways = [f"({way}) {local}" for way in ways]
    if instants:
        stated = f"regexp_replace({text}, {quote_text(_UNIVERSAL)}, '+00:00')"
        instant = f"try_strptime({stated}, {_list_sql(instants)}) AT TIME ZONE {quote_text(timezone or 'UTC')}"
        # with a zone DuckDB reads the 30th of February as the 2nd of March: the rest must be a day as well
        bare = f"regexp_replace({text}, {quote_text(_ANY_ZONE)}, '')"
        days = _list_sql([re.sub(" ?%z$", "", form) for form in instants])
        ways.append(f"CASE WHEN try_strptime({bare}, {days}) IS NOT NULL THEN {instant} END")
    return ways[0] if len(ways) == 1 else f"coalesce({', '.join(ways)})"


def _list_sql(formats: Sequence[str]) -> str:
    return f"[{', '.join(quote_text(form) for form in formats)}]"


def has_zone(form: str) -> bool:
    """Tell whether a format carries a time zone."""
    return "%z" in form


def list_texts(engine: DuckDBEngine, table: RawTable, columns: Sequence[str], text: str) -> None:
    """List the different dates of a table, as the SQL of their text gives them, in `DISTINCT`."""
    written = ", ".join(quote_name(column) for column in columns)
    values = f"(SELECT DISTINCT {written} FROM {table.name})"
    engine.run(f"CREATE OR REPLACE TEMP TABLE {DISTINCT} AS SELECT DISTINCT {text} AS t FROM {values}")


def read_once_sql(
    engine: DuckDBEngine, table: RawTable, text: str, formats: Sequence[str], *zones: str | None
) -> tuple[str, str]:
    """Return SQL of a table's lines with the timestamp of each, read once for each of the texts that are listed.

    Where these are very many they are no quicker to find than to read, and would take much memory.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the table is.
    table : RawTable
        The lines as texts.
    text : str
        SQL of the date as text, which `list_texts` has listed.
    formats, *zones
        As `timestamp_sql` takes them.

    Returns
    -------
    tuple of (str, str)
        What to select from, and SQL of the timestamp there.
    """
    if engine.count(DISTINCT) > MOST_LISTED:
        return table.name, timestamp_sql(text, formats, *zones)
    known, read = (quote_name(_unlike(name, table.headings)) for name in ("date text", "date read"))
    read_once = f"SELECT t AS {known}, {timestamp_sql('t', formats, *zones)} AS {read} FROM {DISTINCT}"
    return f"{table.name} LEFT JOIN ({read_once}) ON {text} = {known}", read


def _unlike(name: str, headings: Sequence[str]) -> str:
    """Lengthen a name until no heading is called so; capital letters make no difference to the engine."""
    taken = {heading.casefold() for heading in headings}
    while name.casefold() in taken:
        name += "_"
    return name
