"""Opens a source: the client's headings and notations stop here, typed order lines with our names go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from reportgen import columns as c
from reportgen.config.options import ColumnOptions, SourceOptions
from reportgen.errors import DataError, Problem, did_you_mean
from reportgen.lines.dates import check_zone, date_text_sql, detect_formats, timestamp_sql
from reportgen.lines.digests import Digests, digest_lines
from reportgen.lines.engine import Engine, open_engine, quote_name, quote_text
from reportgen.lines.files import SourceFile, find_files
from reportgen.lines.numbers import detect_decimal, number_sql
from reportgen.lines.raw import RawTable
from reportgen.lines.textfiles import load_text
from reportgen.lines.workbooks import load_parquet, load_workbook
from reportgen.model.lines import OrderLines

_TEXT_COLUMNS = (c.ORDER_ID, c.CUSTOMER_ID, c.PRODUCT_ID, c.PRODUCT_NAME, c.STORE)
_IDS = (c.ORDER_ID, c.CUSTOMER_ID, c.PRODUCT_ID)
_MISSING = ("", "null", "nan", "none", "n/a", "#n/a", "nat", "<na>")
_MAX_AMOUNT = 10**11
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
    malformed : tuple of str
        The lines that do not have the columns of the heading line.
    digests : Future of Digests
        What every line's content adds up to, by store and month; computed beside everything else.
    """

    engine: Engine
    lines: OrderLines
    malformed: tuple[str, ...]
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
        malformed: list[str] = []
        shapes = set()
        for file in files:
            raw = _load(engine, file, source, columns)
            headings = match_headings(raw, columns, str(file.path))
            _add_typed(engine, raw, headings, (source, currency_signs, timezone, str(file.path)))
            engine.run(f"DROP TABLE {raw.name}")
            malformed += raw.malformed
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
            yield Source(engine, lines, tuple(malformed), beside.submit(digest_lines, engine, TABLE, malformed))


def _check_readable(engine: Engine, place: str, malformed: Sequence[str]) -> None:
    """Stop when there is no line, or no line with a number that can be read: that is no matter of single lines."""
    count, readable, example = engine.run(f"SELECT count(*), count({c.AMOUNT}), min(unreadable_number) FROM {TABLE}")[0]
    if not count and not malformed:
        raise DataError(Problem(place, "source", "order lines", "a heading line and nothing below it"))
    if count and not readable:
        hint = "Check 'columns: {quantity, unit_price, amount}', or state 'source: {decimal: ...}'."
        raise DataError(Problem(place, "columns", "numbers in at least one line", f"only such as {example}", hint))


def _load(engine: Engine, file: SourceFile, source: SourceOptions, columns: ColumnOptions) -> RawTable:
    if file.kind in ("xlsx", "xls"):
        return load_workbook(engine, file, source.sheet)
    if file.kind == "parquet":
        return load_parquet(engine, file.path)
    return load_text(engine, file, source, {heading for names in _stated(columns).values() for heading in names})


def _stated(columns: ColumnOptions) -> dict[str, tuple[str, ...]]:
    values = {name: getattr(columns, name) for name in ColumnOptions.model_fields}
    if columns.amount is not None and c.UNIT_PRICE not in columns.model_fields_set:
        values[c.UNIT_PRICE] = None
    return {name: (value,) if isinstance(value, str) else value for name, value in values.items() if value is not None}


def match_headings(raw: RawTable, columns: ColumnOptions, place: str) -> dict[str, tuple[str, ...]]:
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
        absent = [heading for heading in headings if heading.strip() not in raw.headings]
        if not absent:
            found[name] = tuple(heading.strip() for heading in headings)
        elif name in needed or name in columns.model_fields_set:
            came = f"the headings {', '.join(repr(heading) for heading in raw.headings[:20])}"
            hint = did_you_mean(absent[0], raw.headings) or f"Set 'columns: {{{name}: ...}}'."
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
    mark = detect_decimal(engine, raw, numbers, place) if source.decimal == "detect" else source.decimal
    text = date_text_sql(headings[c.ORDERED_AT])
    formats = detect_formats(engine, raw, text, stated=source.date_format, place=place)
    check_zone(formats, timezone, place)

    def number(name: str, scale: int) -> str:
        if name not in headings:
            return "NULL::DECIMAL(18,4)"
        return number_sql(engine, raw, headings[name][0], mark, signs=signs, scale=scale)

    texts = ", ".join(f"{_id_sql(name, headings)} AS {name}" for name in _TEXT_COLUMNS)
    inner = (
        f"SELECT {texts}, {number(c.QUANTITY, 3)} AS q, {number(c.UNIT_PRICE, 4)} AS p, {number(c.AMOUNT, 4)} AS a,"
        f" {timestamp_sql(text, formats, timezone)} AS {c.ORDERED_AT}, {text} AS date_text,"
        f" {_number_text(headings)} AS number_text FROM {raw.name}"
    )
    worth = "a" if c.AMOUNT in headings else "CAST(q AS DECIMAL(38,3)) * CAST(p AS DECIMAL(38,4))"
    quantity = "q" if c.QUANTITY in headings else "sign(a)"
    order_id = c.ORDER_ID if c.ORDER_ID in headings else f"concat({c.CUSTOMER_ID}, ' ', {c.ORDERED_AT}::DATE)"
    statement = (
        f"SELECT {order_id} AS {c.ORDER_ID}, {', '.join(_TEXT_COLUMNS[1:])}, {c.ORDERED_AT},"
        f" CASE WHEN abs({quantity}) < {_MAX_AMOUNT} THEN"
        f" CAST(round(CAST({quantity} AS DECIMAL(38,3)) * {c.QUANTITY_SCALE}) AS BIGINT) END AS {c.QUANTITY},"
        f" CASE WHEN abs({worth}) < {_MAX_AMOUNT} THEN CAST(round({worth} * {c.MONEY_SCALE}) AS BIGINT) END"
        f" AS {c.AMOUNT},"
        f" CASE WHEN {c.ORDERED_AT} IS NULL THEN coalesce(date_text, '') END AS unreadable_date,"
        f" CASE WHEN {c.AMOUNT} IS NULL OR {c.QUANTITY} IS NULL THEN coalesce(number_text, '') END AS unreadable_number"
        f" FROM ({inner})"
    )
    exists = engine.run(f"SELECT 1 FROM duckdb_tables() WHERE table_name = '{TABLE}'")
    engine.run(f"INSERT INTO {TABLE} {statement}" if exists else f"CREATE TABLE {TABLE} AS {statement}")


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
