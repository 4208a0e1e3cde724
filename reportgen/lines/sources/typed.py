"""Types a table of texts: order lines with our names, and beside each what of it could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions, SourceOptions
from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.engine.sql import quote_name, quote_text
from reportgen.lines.sources.child import NUMBER
from reportgen.lines.sources.date_words import translate_words
from reportgen.lines.sources.dates import check_zone, date_text_sql, detect_formats
from reportgen.lines.sources.headings import Matched
from reportgen.lines.sources.ids import TEXTS, id_sql, merged_sql
from reportgen.lines.sources.judged import chosen_by_order, currency_sql, left_out_sql, negative_sql, state_by_order
from reportgen.lines.sources.money import (
    MAX_AMOUNT,
    OF_ORDERS,
    amount_sql,
    check_of_orders,
    choose_reading,
    quantity_sql,
    shared_sql,
)
from reportgen.lines.sources.numbers import (
    DecimalMark,
    Shape,
    Shapes,
    cells_sql,
    cells_text_sql,
    check_units,
    count_decimals,
    detect_decimal,
    find_shapes,
    number_sql,
)
from reportgen.lines.sources.raw import RawTable
from reportgen.lines.sources.timestamps import list_texts, read_once_sql
from reportgen.lines.sources.values import drop_values
from reportgen.lines.sources.watched import is_taken_off
from reportgen.model.lines import FIRST_YEAR, LAST_YEAR

TABLE = "order_lines"
"""The engine's table that all files of a source end in."""
_MONEY = (c.UNIT_PRICE, c.AMOUNT, "discount", *OF_ORDERS, "own_total")
_NUMBERS = (c.QUANTITY, *_MONEY)
_DECIMALS = {c.QUANTITY: (3, 6), c.UNIT_PRICE: (4, 8)}
"""Decimal places that a number is read with: at least, and at most where it has more. Their product fits 38 digits."""
_TAKEN_OFF = ("discount", *OF_ORDERS)
_UNREADABLE = "is_unreadable"
_PLAUSIBLE = f"(read_at >= TIMESTAMP '{FIRST_YEAR}-01-01' AND read_at < TIMESTAMP '{LAST_YEAR + 1}-01-01')"


@dataclass(frozen=True, slots=True)
class Notation:
    """How people write in a source, and what the config says of its lines.

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
    cleansing : CleansingOptions
        Which values of other columns decide what becomes of a line, and what makes two ids one.
    """

    options: SourceOptions
    currency_signs: Sequence[str]
    timezone: str | None
    locale: str = "en_GB"
    cleansing: CleansingOptions = field(default_factory=CleansingOptions)


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file's lines on their way to be typed.

    Attributes
    ----------
    raw : RawTable
        As texts.
    matched : Matched
        Which heading is which column.
    number : int
        Counts the files of the source from 1.
    place : str
        The file, for messages.
    """

    raw: RawTable
    matched: Matched
    number: int
    place: str


def add_typed(engine: DuckDBEngine, part: FilePart, notation: Notation) -> list[str]:
    """Add the lines of one file to `TABLE`, typed.

    Parameters
    ----------
    engine : DuckDBEngine
        Where both tables are.
    part : FilePart
        The lines as texts.
    notation : Notation
        How dates and numbers are written.

    Returns
    -------
    list of str
        What a person should know of how they were read.

    Raises
    ------
    DataError
        When dates or numbers can be read in more than one way and the config does not say which.
    """
    raw = part.raw
    parted = _part_cells(engine, raw, part.matched) if raw.has_cells else raw
    statement, notes = _typed_sql(engine, replace(part, raw=parted), notation)
    engine.run(
        f"INSERT INTO {TABLE} {statement}" if engine.has_table(TABLE) else f"CREATE TABLE {TABLE} AS {statement}"
    )
    for table in {raw.name: raw, parted.name: parted}.values():
        drop_values(engine, table)
    if parted is not raw:
        engine.drop(parted.name)
    return notes


def _part_cells(engine: DuckDBEngine, raw: RawTable, matched: Matched) -> RawTable:
    """Take the marks off the cells of a sheet, and note of each cell of a number column whether it was a number."""
    name, mark = f"{raw.name}_cells", quote_text(NUMBER)
    numbers = {matched.headings[name][0]: f"number in {matched.headings[name][0]}" for name in _numbers_of(matched)}
    texts = [f"replace({quote_name(column)}, {mark}, '') AS {quote_name(column)}" for column in matched.loaded]
    flags = [
        f"coalesce(starts_with({quote_name(column)}, {mark}), false) AS {quote_name(flag)}"
        for column, flag in numbers.items()
    ]
    engine.run(f"CREATE TABLE {name} AS SELECT {', '.join((*texts, *flags))} FROM {raw.name}")
    return replace(raw, name=name, native={column: quote_name(flag) for column, flag in numbers.items()})


def _numbers_of(matched: Matched) -> list[str]:
    return [name for name in _NUMBERS if name in matched.headings]


def _typed_sql(engine: DuckDBEngine, part: FilePart, notation: Notation) -> tuple[str, list[str]]:
    raw, matched, headings = part.raw, part.matched, part.matched.headings
    columns = [headings[name][0] for name in _numbers_of(matched)]
    shapes = find_shapes(engine, raw, columns)
    stated = notation.options.decimal
    mark = detect_decimal(shapes, part.place) if stated == "detect" else stated
    text, formats = _read_dates(engine, part, notation)
    scales = {name: _scale_of(name, shapes, headings, mark) for name in _NUMBERS}
    numbers = {
        name: _number_sql(engine, part, name, notation, mark=mark, scale=scales[name]) for name in _numbers_of(matched)
    }
    texts = ", ".join(f"{id_sql(engine, raw, name, headings)} AS {name}" for name in TEXTS)
    aliased = ", ".join(f"{numbers.get(name, 'NULL::DECIMAL(18,4)')} AS read_{name}" for name in _NUMBERS)
    lines, read = read_once_sql(engine, raw, text, formats, notation.timezone, notation.options.timezone)
    inner = (
        f"SELECT {texts}, {aliased}, {read} AS read_at, {text} AS date_text,"
        f" {_unread_sql(engine, raw, matched, mark, notation)}, {cells_sql(headings, _NUMBERS)},"
        f" {currency_sql(matched, numbers)} AS {c.CURRENCY}, {_taken_off_unread(headings, numbers)} AS {_UNREADABLE},"
        f" {chosen_by_order(matched)} FROM {lines}"
    )
    seen = f"SELECT *, {_PLAUSIBLE} AS is_plausible, CASE WHEN {_PLAUSIBLE} THEN read_at END AS {c.ORDERED_AT} FROM"
    customer = merged_sql(c.CUSTOMER_ID) if notation.cleansing.alike_customers == "merge" else c.CUSTOMER_ID
    known = (
        f"SELECT * REPLACE ({_order_sql(headings, notation.cleansing)} AS {c.ORDER_ID}, {customer} AS {c.CUSTOMER_ID})"
        f" FROM ({seen} ({inner}))"
    )
    money, notes = _with_money(engine, known, headings, scales, part.place)
    judged = f"SELECT *, {state_by_order(engine, raw, matched)} AS {c.STATE} FROM ({money})"
    quantity, amount = (negative_sql(matched, name) for name in (c.QUANTITY, c.AMOUNT))
    statement = (
        f"SELECT {', '.join(TEXTS)}, {c.ORDERED_AT}, {quantity} AS {c.QUANTITY}, {amount} AS {c.AMOUNT},"
        f" CASE WHEN {c.ORDERED_AT} IS NULL THEN coalesce(date_text, '') END AS unreadable_date,"
        f" NOT coalesce(is_plausible, true) AS is_implausible,"
        f" CASE WHEN {c.AMOUNT} IS NULL OR {c.QUANTITY} IS NULL THEN {cells_text_sql(headings, _NUMBERS)} END"
        f" AS unreadable_number, {part.number}::INTEGER AS {c.FILE}, {c.CURRENCY}, {c.STATE},"
        f" {left_out_sql(matched)} AS {c.LEFT_OUT}, {c.UNREAD}, {c.UNREAD_IN} FROM ({judged})"
    )
    return statement, notes


def _read_dates(engine: DuckDBEngine, part: FilePart, notation: Notation) -> tuple[str, list[str]]:
    """Return SQL of the date as text, and the formats that it has."""
    headings, source, timezone = part.matched.headings[c.ORDERED_AT], notation.options, notation.timezone
    written = date_text_sql(headings)
    list_texts(engine, part.raw, headings, written)
    text = translate_words(engine, written, notation.locale, timezone)
    if text != written:
        list_texts(engine, part.raw, headings, text)
    formats = detect_formats(engine, part.raw, stated=source.date_format, place=part.place)
    check_zone(formats, headings, timezone, source.timezone, part.place)
    return text, formats


def _number_sql(
    engine: DuckDBEngine, part: FilePart, name: str, notation: Notation, *, mark: DecimalMark, scale: int
) -> str:
    column = part.matched.headings[name][0]
    signs = tuple(notation.currency_signs)
    if name == c.QUANTITY:
        signs += notation.options.units
        check_units(engine, part.raw, column, signs, part.place)
    sql = number_sql(engine, part.raw, column, mark, signs=signs, scale=scale)
    return f"CASE WHEN abs({sql}) < {MAX_AMOUNT} THEN {sql} END"


def _taken_off_unread(headings: Mapping[str, tuple[str, ...]], numbers: Mapping[str, str]) -> str:
    """Return SQL of whether a total, discount or refund is there and cannot be read: then nobody knows the amount."""
    ways = [
        f"(coalesce(trim({quote_name(headings[name][0])}), '') <> '' AND {numbers[name]} IS NULL)"
        for name in _TAKEN_OFF
        if name in numbers
    ]
    return " OR ".join(ways) if ways else "false"


def _unread_sql(engine: DuckDBEngine, raw: RawTable, matched: Matched, mark: DecimalMark, notation: Notation) -> str:
    """Return SQL of money taken off in a column that the config does not name, and of that column's heading."""
    signs = tuple(notation.currency_signs)
    for heading in filter(is_taken_off, matched.watched):
        money = f"round(abs({number_sql(engine, raw, heading, mark, signs=signs, scale=4)}) * {c.MONEY_SCALE})"
        most = engine.run(f"SELECT max({money}) FROM {raw.name}")[0][0] or 0
        if most > c.MONEY_SCALE:  # up to one it is a share of the price
            known = f"CASE WHEN {money} > 0 AND {money} < {MAX_AMOUNT * c.MONEY_SCALE} THEN CAST({money} AS BIGINT) END"
            return f"{known} AS {c.UNREAD}, {quote_text(heading)} AS {c.UNREAD_IN}"
    return f"NULL::BIGINT AS {c.UNREAD}, NULL::VARCHAR AS {c.UNREAD_IN}"


def _order_sql(headings: Mapping[str, tuple[str, ...]], cleansing: CleansingOptions) -> str:
    """Return SQL of the order number; without one, an order is what a customer bought on a day."""
    if c.ORDER_ID not in headings:
        return f"concat({c.CUSTOMER_ID}, ' ', {c.ORDERED_AT}::DATE)"
    beside = {"day": f"{c.ORDERED_AT}::DATE", "customer": c.CUSTOMER_ID, "store": c.STORE}
    parts = [f" || ' ' || coalesce(CAST({beside[name]} AS VARCHAR), '')" for name in cleansing.order_per]
    return f"{c.ORDER_ID}{''.join(parts)}"


def _with_money(
    engine: DuckDBEngine, known: str, headings: Mapping[str, tuple[str, ...]], scales: Mapping[str, int], place: str
) -> tuple[str, list[str]]:
    """Return SQL of the lines with quantity and amount as whole numbers, and what is to be noted of it."""
    by_price = c.AMOUNT not in headings
    typed = _typed_amounts(known, headings, scales, (c.QUANTITY, c.UNIT_PRICE) if by_price else (c.AMOUNT,))
    notes = []
    if "own_total" in headings:
        readings = {"one unit" if by_price else "the line": typed}
        if by_price and c.UNIT_PRICE in headings:
            readings["the line"] = _typed_amounts(known, headings, scales, (c.UNIT_PRICE,))
        typed, note = choose_reading(engine, readings, Path(place).name)
        notes = [note]
    of_orders = [name for name in OF_ORDERS if name in headings]
    if not of_orders:
        return typed, notes
    check_of_orders(engine, typed, of_orders, place)
    return shared_sql(typed, of_orders), notes


def _typed_amounts(
    known: str, headings: Mapping[str, tuple[str, ...]], scales: Mapping[str, int], factors: Sequence[str]
) -> str:
    """Return SQL of quantity, amount and what is told of whole orders as whole numbers.

    The amount is the product of some of the columns.
    """
    whole = "".join(
        f", CAST(round(read_{name} * {c.MONEY_SCALE}) AS BIGINT) AS {name}" for name in (*OF_ORDERS, "own_total")
    )
    quantity = quantity_sql(scales[c.QUANTITY] if c.QUANTITY in headings else None)
    amount = amount_sql(factors, scales, less_discount="discount" in headings)
    return (
        f"SELECT *, {quantity} AS {c.QUANTITY}, CASE WHEN NOT {_UNREADABLE} THEN {amount} END AS {c.AMOUNT}{whole}"
        f" FROM ({known})"
    )


def _scale_of(name: str, shapes: Shapes, headings: Mapping[str, tuple[str, ...]], mark: DecimalMark) -> int:
    """Return the decimal places that a number is read with: as many as it has, between what we need and can hold."""
    least, most = _DECIMALS.get(name, (4, 4))
    met: Sequence[Shape] = shapes.get(headings.get(name, ("",))[0], ())
    return max(least, min(count_decimals(met, mark), most))
