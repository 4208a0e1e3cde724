"""Types a table of texts: order lines with our names, and beside each what of it could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reportgen import columns as c
from reportgen.config.options import SourceOptions
from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.engine.sql import quote_name, quote_text
from reportgen.lines.sources.child import NUMBER
from reportgen.lines.sources.date_words import translate_words
from reportgen.lines.sources.dates import check_zone, date_text_sql, detect_formats, list_texts, timestamp_sql
from reportgen.lines.sources.numbers import DecimalMark, Shape, count_decimals, detect_decimal, find_shapes, number_sql
from reportgen.lines.sources.raw import RawTable
from reportgen.model.lines import FIRST_YEAR, LAST_YEAR

TABLE = "order_lines"
"""The engine's table that all files of a source end in."""
_TEXT_COLUMNS = (c.ORDER_ID, c.CUSTOMER_ID, c.PRODUCT_ID, c.PRODUCT_NAME, c.STORE)
_NUMBERS = (c.QUANTITY, c.UNIT_PRICE, c.AMOUNT)
_IDS = (c.ORDER_ID, c.CUSTOMER_ID, c.PRODUCT_ID)
_MISSING = ("", "null", "nan", "none", "n/a", "#n/a", "nat", "<na>")
_MAX_AMOUNT = 10**11
_DECIMALS = {c.QUANTITY: (3, 6), c.UNIT_PRICE: (4, 8), c.AMOUNT: (4, 4)}
"""Decimal places that a number is read with: at least, and at most where it has more. Their product fits 38 digits."""
_PLAUSIBLE = f"(read_at >= TIMESTAMP '{FIRST_YEAR}-01-01' AND read_at < TIMESTAMP '{LAST_YEAR + 1}-01-01')"


@dataclass(frozen=True, slots=True)
class Notation:
    """How people write in a source.

    Attributes
    ----------
    options : SourceOptions
        What the config states of decimal marks and dates; the rest is detected.
    currency_signs : sequence of str
        What may stand beside an amount.
    timezone : str or None
        IANA name of the zone whose calendar counts.
    locale : str
        Whose names of months may be met in dates.
    """

    options: SourceOptions
    currency_signs: Sequence[str]
    timezone: str | None
    locale: str = "en_GB"


def add_typed(
    engine: DuckDBEngine, raw: RawTable, headings: Mapping[str, tuple[str, ...]], notation: Notation, place: str
) -> None:
    """Add the lines of one file to `TABLE`, typed.

    Parameters
    ----------
    engine : DuckDBEngine
        Where both tables are.
    raw : RawTable
        The lines as texts.
    headings : mapping
        From `match_headings`.
    notation : Notation
        How dates and numbers are written.
    place : str
        The file, for messages.

    Raises
    ------
    DataError
        When dates or numbers can be read in more than one way and the config does not say which.
    """
    parted = _part_cells(engine, raw, headings) if raw.has_cells else raw
    statement = _typed_sql(engine, parted, headings, notation, place)
    engine.run(
        f"INSERT INTO {TABLE} {statement}" if engine.has_table(TABLE) else f"CREATE TABLE {TABLE} AS {statement}"
    )
    if parted is not raw:
        engine.drop(parted.name)


def _part_cells(engine: DuckDBEngine, raw: RawTable, headings: Mapping[str, tuple[str, ...]]) -> RawTable:
    """Take the marks off the cells of a sheet, and note of each cell of a number column whether it was a number."""
    name, mark = f"{raw.name}_cells", quote_text(NUMBER)
    columns = list(dict.fromkeys(heading for named in headings.values() for heading in named))
    numbers = {headings[name][0]: f"number in {headings[name][0]}" for name in _NUMBERS if name in headings}
    texts = [f"replace({quote_name(column)}, {mark}, '') AS {quote_name(column)}" for column in columns]
    flags = [
        f"coalesce(starts_with({quote_name(column)}, {mark}), false) AS {quote_name(flag)}"
        for column, flag in numbers.items()
    ]
    engine.run(f"CREATE TABLE {name} AS SELECT {', '.join((*texts, *flags))} FROM {raw.name}")
    return replace(raw, name=name, native={column: quote_name(flag) for column, flag in numbers.items()})


def _typed_sql(
    engine: DuckDBEngine, raw: RawTable, headings: Mapping[str, tuple[str, ...]], notation: Notation, place: str
) -> str:
    source, timezone = notation.options, notation.timezone
    numbers = [headings[name][0] for name in _NUMBERS if name in headings]
    shapes = find_shapes(engine, raw, numbers)
    mark = detect_decimal(shapes, place) if source.decimal == "detect" else source.decimal
    written = date_text_sql(headings[c.ORDERED_AT])
    list_texts(engine, raw, written)
    text = translate_words(engine, written, notation.locale, timezone)
    if text != written:
        list_texts(engine, raw, text)
    formats = detect_formats(engine, raw, stated=source.date_format, place=place)
    check_zone(formats, headings[c.ORDERED_AT], timezone, source.timezone, place)

    scales = {name: _scale_of(name, shapes.get(headings.get(name, ("",))[0], ()), mark) for name in _DECIMALS}

    def number(name: str) -> str:
        if name not in headings:
            return "NULL::DECIMAL(18,4)"
        sql = number_sql(engine, raw, headings[name][0], mark, signs=notation.currency_signs, scale=scales[name])
        return f"CASE WHEN abs({sql}) < {_MAX_AMOUNT} THEN {sql} END"

    texts = ", ".join(f"{_id_sql(name, headings)} AS {name}" for name in _TEXT_COLUMNS)
    inner = (
        f"SELECT {texts}, {number(c.QUANTITY)} AS q, {number(c.UNIT_PRICE)} AS p, {number(c.AMOUNT)} AS a,"
        f" {timestamp_sql(text, formats, timezone, source.timezone)} AS read_at, {text} AS date_text,"
        f" {_number_text(headings)} AS number_text FROM {raw.name}"
    )
    seen = f"SELECT *, {_PLAUSIBLE} AS is_plausible, CASE WHEN {_PLAUSIBLE} THEN read_at END AS {c.ORDERED_AT} FROM"
    price = f"CAST(q AS DECIMAL(38,{scales[c.QUANTITY]})) * CAST(p AS DECIMAL(38,{scales[c.UNIT_PRICE]}))"
    worth = "a" if c.AMOUNT in headings else price
    quantity = "q" if c.QUANTITY in headings else "sign(a)"
    order_id = c.ORDER_ID if c.ORDER_ID in headings else f"concat({c.CUSTOMER_ID}, ' ', {c.ORDERED_AT}::DATE)"
    return (
        f"SELECT {order_id} AS {c.ORDER_ID}, {', '.join(_TEXT_COLUMNS[1:])}, {c.ORDERED_AT},"
        f" CAST(round(CAST({quantity} AS DECIMAL(38,6)) * {c.QUANTITY_SCALE}) AS BIGINT) AS {c.QUANTITY},"
        f" CASE WHEN abs({worth}) < {_MAX_AMOUNT} THEN CAST(round({worth} * {c.MONEY_SCALE}) AS BIGINT) END"
        f" AS {c.AMOUNT},"
        f" CASE WHEN {c.ORDERED_AT} IS NULL THEN coalesce(date_text, '') END AS unreadable_date,"
        f" NOT coalesce(is_plausible, true) AS is_implausible,"
        f" CASE WHEN {c.AMOUNT} IS NULL OR {c.QUANTITY} IS NULL THEN coalesce(number_text, '') END AS unreadable_number"
        f" FROM ({seen} ({inner}))"
    )


def _scale_of(name: str, shapes: Sequence[Shape], mark: DecimalMark) -> int:
    """Return the decimal places that a number is read with: as many as it has, between what we need and can hold."""
    least, most = _DECIMALS[name]
    return max(least, min(count_decimals(shapes, mark), most))


def _id_sql(name: str, headings: Mapping[str, tuple[str, ...]]) -> str:
    if name not in headings:
        return "NULL::VARCHAR"
    text = f"trim({quote_name(headings[name][0])})"
    if name in _IDS:
        whole = f"regexp_replace({text}, '^(\\d+)[.,]0$', '\\1')"
        text = f"CASE WHEN right({text}, 2) IN ('.0', ',0') THEN {whole} ELSE {text} END"
    missing = ", ".join(quote_text(word) for word in (_MISSING if name in _IDS else _MISSING[:1]))
    return f"CASE WHEN lower({text}) NOT IN ({missing}) THEN {text} END"


def _number_text(headings: Mapping[str, tuple[str, ...]]) -> str:
    parts = [
        f"{quote_text(name.replace('_', ' '))} || ' ''' || coalesce({quote_name(headings[name][0])}, '') || ''''"
        for name in _NUMBERS
        if name in headings
    ]
    return f"concat_ws(', ', {', '.join(parts)})"
