"""Opens a source: the client's headings and notations stop here, typed order lines with our names go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from reportgen import columns as c
from reportgen.config.options import ColumnOptions, SourceOptions
from reportgen.errors import DataError, Problem, did_you_mean
from reportgen.lines.engine.duckdb import Engine, open_engine, quote_name, quote_text
from reportgen.lines.sources.dates import check_zone, date_text_sql, detect_formats, timestamp_sql
from reportgen.lines.sources.digests import Digests, digest_lines
from reportgen.lines.sources.files import SourceFile, find_files
from reportgen.lines.sources.malformed import NO_LINES, MalformedLines
from reportgen.lines.sources.numbers import DecimalMark, count_decimals, detect_decimal, find_shapes, number_sql
from reportgen.lines.sources.raw import RawTable
from reportgen.lines.sources.textfiles import load_text
from reportgen.lines.sources.workbooks import load_parquet, load_workbook
from reportgen.model.lines import FIRST_YEAR, LAST_YEAR, OrderLines

_TEXT_COLUMNS = (c.ORDER_ID, c.CUSTOMER_ID, c.PRODUCT_ID, c.PRODUCT_NAME, c.STORE)
_IDS = (c.ORDER_ID, c.CUSTOMER_ID, c.PRODUCT_ID)
_MISSING = ("", "null", "nan", "none", "n/a", "#n/a", "nat", "<na>")
_MAX_AMOUNT = 10**11
_DECIMALS = {c.QUANTITY: (3, 6), c.UNIT_PRICE: (4, 8), c.AMOUNT: (4, 4)}
"""Decimal places that a number is read with: at least, and at most where it has more. Their product fits 38 digits."""
_PLAUSIBLE = f"(read_at >= TIMESTAMP '{FIRST_YEAR}-01-01' AND read_at < TIMESTAMP '{LAST_YEAR + 1}-01-01')"
TABLE = "order_lines"


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """An opened source.

    Attributes
    ----------
    engine : Engine
        Where the lines are; closed when the source is.
    lines : OrderLines
        Every well-formed line, typed.
    malformed : MalformedLines
        The lines that do not have the columns of the heading line.
    notes : tuple of str
        What was read in another way than the rest, for a person.
    digests : Future of Digests
        What every line's content adds up to, by store and month; computed beside everything else.
    """

    engine: Engine
    lines: OrderLines
    malformed: MalformedLines
    notes: tuple[str, ...]
    digests: Future[Digests]


@contextmanager
def open_source(
    source: SourceOptions, columns: ColumnOptions, currency_signs: Sequence[str], timezone: str | None = None
) -> Iterator[Source]:
    """Open the order lines that a config names.

    Parameters
    ----------
    source, columns
        The config's sections.
    currency_signs : sequence of str
        What may stand beside an amount, such as ``£`` and ``GBP``.
    timezone : str, optional
        IANA name of the zone whose calendar counts, for dates that carry a zone of their own.

    Raises
    ------
    DataError
        When a file is missing, empty, damaged, or not as the config says.
    """
    files = find_files(source.path)
    with open_engine() as engine:
        malformed = NO_LINES
        notes: list[str] = []
        shapes = set()
        for file in files:
            raw, headings = _load(engine, file, source, columns)
            _add_typed(engine, raw, headings, (source, currency_signs, timezone, str(file.path)))
            engine.run(f"DROP TABLE {raw.name}")
            file.check_unchanged()
            malformed += raw.malformed
            notes += raw.notes
            shapes.add(frozenset(headings))
        found = frozenset.intersection(*shapes)
        _check_readable(engine, source.path, malformed)
        lines = OrderLines(
            frame=engine.lazy(TABLE),
            has_order_ids=c.ORDER_ID in found,
            has_products=bool(found & {c.PRODUCT_ID, c.PRODUCT_NAME}),
            has_units=c.QUANTITY in found,
        )
        with ThreadPoolExecutor(max_workers=1) as beside:
            digests = beside.submit(digest_lines, engine, TABLE, malformed)
            yield Source(engine, lines, malformed, tuple(notes), digests)


def _check_readable(engine: Engine, place: str, malformed: MalformedLines) -> None:
    """Stop when there is no line, or no line with a number that can be read: that is no matter of single lines."""
    count, readable, example = engine.run(f"SELECT count(*), count({c.AMOUNT}), min(unreadable_number) FROM {TABLE}")[0]
    if not count and not malformed.count:
        raise DataError(Problem(place, "source", "order lines", "a heading line and nothing below it"))
    if count and not readable:
        hint = "Check 'columns: {quantity, unit_price, amount}', or state 'source: {decimal: ...}'."
        raise DataError(Problem(place, "columns", "numbers in at least one line", f"only such as {example}", hint))


def _load(
    engine: Engine, file: SourceFile, source: SourceOptions, columns: ColumnOptions
) -> tuple[RawTable, dict[str, tuple[str, ...]]]:
    """Load the columns of a file that the config needs, and tell which heading is which of them."""
    headings: dict[str, tuple[str, ...]] = {}

    def pick(found: Sequence[str]) -> list[str]:
        headings.update(match_headings(found, columns, str(file.path)))
        return list(dict.fromkeys(heading for named in headings.values() for heading in named))

    if file.kind in ("xlsx", "xls"):
        return load_workbook(engine, file, source.sheet, pick), headings
    if file.kind == "parquet":
        return load_parquet(engine, file.path, pick), headings
    wanted = {heading for named in _stated(columns).values() for heading in named}
    return load_text(engine, file, source, wanted, pick), headings


def _stated(columns: ColumnOptions) -> dict[str, tuple[str, ...]]:
    values = {name: getattr(columns, name) for name in ColumnOptions.model_fields}
    if columns.amount is not None and c.UNIT_PRICE not in columns.model_fields_set:
        values[c.UNIT_PRICE] = None
    return {name: (value,) if isinstance(value, str) else value for name, value in values.items() if value is not None}


def match_headings(known: Sequence[str], columns: ColumnOptions, place: str) -> dict[str, tuple[str, ...]]:
    """Match our column names to the headings that a file has.

    A heading that the config states must be there; one that it leaves at its default may be absent if we can do
    without that column.

    Raises
    ------
    DataError
        With a problem for each heading that is not there.
    """
    needed = {c.CUSTOMER_ID, c.ORDERED_AT, c.AMOUNT if columns.amount else c.UNIT_PRICE}
    needed |= set() if columns.amount else {c.QUANTITY}
    found: dict[str, tuple[str, ...]] = {}
    problems = []
    for name, headings in _stated(columns).items():
        absent = [heading for heading in headings if heading.strip() not in known]
        if not absent:
            found[name] = tuple(heading.strip() for heading in headings)
        elif name in needed or name in columns.model_fields_set:
            came = f"the headings {', '.join(repr(heading) for heading in known[:20])}"
            hint = did_you_mean(absent[0], known) or f"Set 'columns: {{{name}: ...}}'."
            problems.append(Problem(place, f"columns.{name}", f"a column headed '{absent[0]}'", came, hint))
    if not problems and not columns.amount and not {c.QUANTITY, c.UNIT_PRICE} <= set(found):
        expected = "the headings of quantity and unit_price, or of amount"
        problems.append(Problem(place, "columns", expected, "neither", "Set 'columns: {amount: ...}'."))
    if problems:
        raise DataError(*problems)
    return found


def _add_typed(
    engine: Engine,
    raw: RawTable,
    headings: dict[str, tuple[str, ...]],
    how: tuple[SourceOptions, Sequence[str], str | None, str],
) -> None:
    source, signs, timezone, place = how
    numbers = [headings[name][0] for name in (c.QUANTITY, c.UNIT_PRICE, c.AMOUNT) if name in headings]
    shapes = find_shapes(engine, raw, numbers)
    mark = detect_decimal(shapes, raw, place) if source.decimal == "detect" else source.decimal
    text = date_text_sql(headings[c.ORDERED_AT])
    formats = detect_formats(engine, raw, text, stated=source.date_format, place=place)
    check_zone(formats, timezone, place)

    scales = {name: _scale_of(name, shapes.get(headings.get(name, ("",))[0], ()), mark) for name in _DECIMALS}

    def number(name: str) -> str:
        if name not in headings:
            return "NULL::DECIMAL(18,4)"
        sql = number_sql(engine, raw, headings[name][0], mark, signs=signs, scale=scales[name])
        return f"CASE WHEN abs({sql}) < {_MAX_AMOUNT} THEN {sql} END"

    texts = ", ".join(f"{_id_sql(name, headings)} AS {name}" for name in _TEXT_COLUMNS)
    inner = (
        f"SELECT {texts}, {number(c.QUANTITY)} AS q, {number(c.UNIT_PRICE)} AS p, {number(c.AMOUNT)} AS a,"
        f" {timestamp_sql(text, formats, timezone)} AS read_at, {text} AS date_text,"
        f" {_number_text(headings)} AS number_text FROM {raw.name}"
    )
    seen = f"SELECT *, {_PLAUSIBLE} AS is_plausible, CASE WHEN {_PLAUSIBLE} THEN read_at END AS {c.ORDERED_AT} FROM"
    price = f"CAST(q AS DECIMAL(38,{scales[c.QUANTITY]})) * CAST(p AS DECIMAL(38,{scales[c.UNIT_PRICE]}))"
    worth = "a" if c.AMOUNT in headings else price
    quantity = "q" if c.QUANTITY in headings else "sign(a)"
    order_id = c.ORDER_ID if c.ORDER_ID in headings else f"concat({c.CUSTOMER_ID}, ' ', {c.ORDERED_AT}::DATE)"
    statement = (
        f"SELECT {order_id} AS {c.ORDER_ID}, {', '.join(_TEXT_COLUMNS[1:])}, {c.ORDERED_AT},"
        f" CAST(round(CAST({quantity} AS DECIMAL(38,6)) * {c.QUANTITY_SCALE}) AS BIGINT) AS {c.QUANTITY},"
        f" CASE WHEN abs({worth}) < {_MAX_AMOUNT} THEN CAST(round({worth} * {c.MONEY_SCALE}) AS BIGINT) END"
        f" AS {c.AMOUNT},"
        f" CASE WHEN {c.ORDERED_AT} IS NULL THEN coalesce(date_text, '') END AS unreadable_date,"
        f" NOT coalesce(is_plausible, true) AS is_implausible,"
        f" CASE WHEN {c.AMOUNT} IS NULL OR {c.QUANTITY} IS NULL THEN coalesce(number_text, '') END AS unreadable_number"
        f" FROM ({seen} ({inner}))"
    )
    exists = engine.run(f"SELECT 1 FROM duckdb_tables() WHERE table_name = '{TABLE}'")
    engine.run(f"INSERT INTO {TABLE} {statement}" if exists else f"CREATE TABLE {TABLE} AS {statement}")


def _scale_of(name: str, shapes: Sequence[tuple[str, int, str, str]], mark: DecimalMark) -> int:
    """Return the decimal places that a number is read with: as many as it has, between what we need and can hold."""
    least, most = _DECIMALS[name]
    return max(least, min(count_decimals(shapes, mark), most))


def _id_sql(name: str, headings: dict[str, tuple[str, ...]]) -> str:
    if name not in headings:
        return "NULL::VARCHAR"
    text = f"trim({quote_name(headings[name][0])})"
    if name in _IDS:
        whole = f"regexp_replace({text}, '^(\\d+)[.,]0$', '\\1')"
        text = f"CASE WHEN right({text}, 2) IN ('.0', ',0') THEN {whole} ELSE {text} END"
    missing = ", ".join(quote_text(word) for word in (_MISSING if name in _IDS else _MISSING[:1]))
    return f"CASE WHEN lower({text}) NOT IN ({missing}) THEN {text} END"


def _number_text(headings: dict[str, tuple[str, ...]]) -> str:
    parts = [
        f"{quote_text(name.replace('_', ' '))} || ' ''' || coalesce({quote_name(headings[name][0])}, '') || ''''"
        for name in (c.QUANTITY, c.UNIT_PRICE, c.AMOUNT)
        if name in headings
    ]
    return f"concat_ws(', ', {', '.join(parts)})"
