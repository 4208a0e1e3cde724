"""SQL of what the values of other columns say of a line: chosen or left out, negative, its state, its currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reportgen import columns as c
from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.engine.sql import quote_name, quote_text
from reportgen.lines.sources.headings import Matched
from reportgen.lines.sources.ids import chosen_sql
from reportgen.lines.sources.numbers import takes_signs_off
from reportgen.lines.sources.raw import RawTable
from reportgen.lines.sources.values import values_of
from reportgen.lines.sources.watched import is_currency, state_sql

_MONEY = (c.UNIT_PRICE, c.AMOUNT, "order_total")
_SIGN = r"([£$€¥₹]|[A-Za-z]{3})"
_STATE_HERE = "state_here"


def _in_order(name: str, matched: Matched) -> str:
    """Return SQL of a value, or where it is empty the one that its order has on another line."""
    if c.ORDER_ID not in matched.headings:
        return name
    of_order = f"max({name}) OVER (PARTITION BY {c.ORDER_ID})"
    return f"coalesce({name}, CASE WHEN {c.ORDER_ID} IS NOT NULL THEN {of_order} END)"


def _values(matched: Matched) -> dict[tuple[str, str], str]:
    """Name the columns whose values decide, by option and heading."""
    keys = [(option, heading) for option, values in matched.chosen.items() for heading in values]
    return {key: f"chosen_{number}" for number, key in enumerate(keys)}


def chosen_by_order(matched: Matched) -> str:
    """Return SQL of the columns, as read, that what follows here needs."""
    values = [f"nullif(trim({quote_name(key[1])}), '') AS {name}" for key, name in _values(matched).items()]
    return ", ".join((*values, f"{state_sql(matched.watched)} AS {_STATE_HERE}"))


def left_out_sql(matched: Matched) -> str:
    """Return SQL of whether the config leaves a line out by the value of a column."""
    names = _values(matched)
    ways = []
    for heading, wanted in matched.chosen.get("keep_only", {}).items():
        ways.append(f"NOT {chosen_sql(_in_order(names['keep_only', heading], matched), wanted)}")
    for heading, wanted in matched.chosen.get("leave_out", {}).items():
        ways.append(chosen_sql(_in_order(names["leave_out", heading], matched), wanted))
    return " OR ".join(ways) if ways else "false"


def negative_sql(matched: Matched, name: str) -> str:
    """Return SQL of quantity or amount, negative where the value of a column says so."""
    names = _values(matched)
    ways = [
        chosen_sql(_in_order(names["negative", heading], matched), wanted)
        for heading, wanted in matched.chosen.get("negative", {}).items()
    ]
    return f"CASE WHEN {' OR '.join(ways)} THEN -abs({name}) ELSE {name} END" if ways else name


def state_by_order(engine: DuckDBEngine, raw: RawTable, matched: Matched) -> str:
    """Return SQL of what speaks against a line or its order, as ``heading: value``; null where nothing does."""
    if not any(_has_state(engine, raw, heading) for heading in matched.watched):
        return "NULL::VARCHAR"
    return _in_order(_STATE_HERE, matched)


def _has_state(engine: DuckDBEngine, raw: RawTable, heading: str) -> bool:
    values, _ = values_of(engine, raw, heading)
    return bool(engine.run(f"SELECT 1 FROM {values} WHERE {state_sql([heading])} IS NOT NULL LIMIT 1"))


def currency_sql(matched: Matched, numbers: Mapping[str, str]) -> str:
    """Return SQL of a line's currency: what its column says, or the sign beside its money; null where nothing does."""
    column = next(iter(matched.headings.get("currency", ())), None) or next(filter(is_currency, matched.watched), None)
    if column is not None:
        text = f"nullif(upper(trim({quote_name(column)})), '')"
        return text if c.ORDER_ID not in matched.headings else _filled(text, matched.headings[c.ORDER_ID])
    signed = [name for name in _MONEY if name in numbers and takes_signs_off(numbers[name])]
    ways = [
        f"nullif(upper(regexp_extract({quote_name(matched.headings[name][0])}, {quote_text(_SIGN)}, 1)), '')"
        for name in signed
    ]
    return f"coalesce({', '.join(ways)})" if ways else "NULL::VARCHAR"


def _filled(text: str, order: Iterable[str]) -> str:
    orders = ", ".join(quote_name(heading) for heading in order)
    return f"coalesce({text}, max({text}) OVER (PARTITION BY {orders}))"
