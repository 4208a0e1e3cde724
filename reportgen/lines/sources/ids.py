"""SQL of ids and names: what spreadsheets put around them is taken off, what only looks empty is nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

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
    column, is_id = quote_name(heading), name in IDS
    trimmed = f"trim({column})"
    missing = ", ".join(quote_text(word) for word in (_MISSING if is_id else _MISSING[:1]))
    # patterns over every line are slow, so each is used only where the column has what it is for; orders and customers
    # are too many for a list of their values to be any quicker
    values = values_of(engine, raw, heading)[0] if name in _FEW else raw.name
    looked_for = {
        "odd": f"strlen({column}) <> length({column}) AND regexp_matches({column}, '{_ODD}')",
        "wrapped": f"starts_with({column}, '=')",
        "marked": f"starts_with({column}, '''')",
        "mailed": f"contains({column}, '@')",
        "spaced": f"{column} <> {trimmed}",
        "pointed": f"right({trimmed}, 2) IN ('.0', ',0')",
        "missing": f"lower({trimmed}) IN ({missing}) AND {trimmed} <> ''",
    }
    found = engine.run(
        f"SELECT {', '.join(f'coalesce(bool_or({what}), false)' for what in looked_for.values())} FROM {values}"
    )[0]
    has = {name for name, is_found in zip(looked_for, found, strict=True) if is_found}
    text = trimmed if "spaced" in has else column
    if is_id:
        text, is_plain = _unwrapped(column, text, has, is_customer=name == c.CUSTOMER_ID)
        if "pointed" in has or not is_plain:
            whole = f"regexp_replace({text}, '^(\\d+)[.,]0$', '\\1')"
            text = f"CASE WHEN right({text}, 2) IN ('.0', ',0') THEN {whole} ELSE {text} END"
        if "missing" in has or not is_plain:
            return f"CASE WHEN lower({text}) NOT IN ({missing}) THEN {text} END"
    return f"nullif({text}, '')"


def _unwrapped(column: str, text: str, has: Collection[str], *, is_customer: bool) -> tuple[str, bool]:
    """Return SQL of an id without what is put around it, and whether nothing is."""
    plain = text
    if "odd" in has:
        text = f"trim(regexp_replace({column}, '{_ODD}', ' ', 'g'))"
    if "wrapped" in has:
        text = f"regexp_replace({text}, '^=\"(.*)\"$', '\\1')"
    if "marked" in has:
        text = f"regexp_replace({text}, '^''([0-9+-])', '\\1')"
    if "mailed" in has and is_customer:
        text = f"CASE WHEN contains({text}, '@') THEN lower({text}) ELSE {text} END"
    return text, text == plain


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
