"""SQL of ids and names: what spreadsheets put around them is taken off, what only looks empty is nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from reportgen import columns as c
from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.engine.sql import quote_name, quote_text
from reportgen.lines.sources.raw import RawTable
from reportgen.lines.sources.values import values_of

IDS = (c.ORDER_ID, c.CUSTOMER_ID, c.PRODUCT_ID)
TEXTS = (*IDS, c.PRODUCT_NAME, c.STORE)
_FEW = (c.PRODUCT_ID, c.PRODUCT_NAME, c.STORE)
_MISSING = ("", "null", "nan", "none", "n/a", "#n/a", "nat", "<na>")
_ODD = r"[\x{00A0}\x{200B}\x{FEFF}]"
"""Spaces that `trim` does not know: no-break, of no width, and the byte order mark."""


def id_sql(engine: DuckDBEngine, raw: RawTable, name: str, headings: Mapping[str, tuple[str, ...]]) -> str:
    """Return SQL of one of `TEXTS`, null where it is missing.

    An id loses the ``="…"`` and the leading apostrophe that keep a spreadsheet from reading it as a number, and the
    ``.0`` of one that a spreadsheet did read so; an e-mail address is one whatever its capital letters (RFC 5321 lets
    the local part differ, and no provider in use does).
    """
    if name not in headings:
        return "NULL::VARCHAR"
    parts = [_one_sql(engine, raw, name, heading) for heading in headings[name]]
    return parts[0] if len(parts) == 1 else f"nullif(concat_ws(' ', {', '.join(parts)}), '')"


def _one_sql(engine: DuckDBEngine, raw: RawTable, name: str, heading: str) -> str:
    column = quote_name(heading)
    text = f"trim({column})"
    # patterns over every line are slow, so each is used only where the column has what it is for; orders and customers
    # are too many for a list of their values to be any quicker
    values = values_of(engine, raw, heading)[0] if name in _FEW else raw.name
    odd, wrapped, marked, mailed = engine.run(
        f"SELECT coalesce(bool_or(strlen({column}) <> length({column}) AND regexp_matches({column}, '{_ODD}')), false),"
        f" coalesce(bool_or(starts_with({column}, '=')), false), coalesce(bool_or(starts_with({column}, '''')), false),"
        f" coalesce(bool_or(contains({column}, '@')), false) FROM {values}"
    )[0]
    if name in IDS:
        if odd:
            text = f"trim(regexp_replace({column}, '{_ODD}', ' ', 'g'))"
        if wrapped:
            text = f"regexp_replace({text}, '^=\"(.*)\"$', '\\1')"
        if marked:
            text = f"regexp_replace({text}, '^''([0-9+-])', '\\1')"
        if mailed and name == c.CUSTOMER_ID:
            text = f"CASE WHEN contains({text}, '@') THEN lower({text}) ELSE {text} END"
        whole = f"regexp_replace({text}, '^(\\d+)[.,]0$', '\\1')"
        text = f"CASE WHEN right({text}, 2) IN ('.0', ',0') THEN {whole} ELSE {text} END"
    missing = ", ".join(quote_text(word) for word in (_MISSING if name in IDS else _MISSING[:1]))
    return f"CASE WHEN lower({text}) NOT IN ({missing}) THEN {text} END"


def merged_sql(customer: str) -> str:
    """Return SQL of a customer id without what makes alike ids differ: capital letters and leading zeros."""
    return f"regexp_replace(lower({customer}), '^0+([0-9])', '\\1')"


def chosen_sql(value: str, wanted: Sequence[str]) -> str:
    """Return SQL of whether a text is one of some values, which may hold ``*`` and ``?`` for any sign."""
    exact = [word.strip().lower() for word in wanted if "*" not in word and "?" not in word]
    ways = [f"lower({value}) IN ({', '.join(quote_text(word) for word in exact)})"] if exact else []
    for pattern in (word for word in wanted if "*" in word or "?" in word):
        regex = re.escape(pattern.strip().lower()).replace(r"\*", ".*").replace(r"\?", ".")
        ways.append(f"regexp_full_match(lower({value}), {quote_text(f'(?s){regex}')})")
    return f"coalesce({' OR '.join(ways)}, false)"
