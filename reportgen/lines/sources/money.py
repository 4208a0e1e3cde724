"""SQL of a line's quantity and money: its own amount, what is taken off it, its part of what an order has in all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from reportgen import columns as c
from reportgen.errors import DataError, Problem
from reportgen.lines.engine.duckdb import DuckDBEngine

OF_ORDERS = ("order_total", "order_discount", "order_refund")
"""Columns that tell something of a whole order, on each of its lines or on its first."""
MAX_AMOUNT = 10**11
"""No quantity, price or amount is as much as that."""
_NARROW = 18
"""Digits of the decimals that are reckoned in 64 bits, several times as quick as in 128."""
_LINE_ORDER = f"{c.PRODUCT_ID}, {c.PRODUCT_NAME}, {c.QUANTITY}"


def quantity_sql(scale: int | None) -> str:
    """Return SQL of a line's quantity in millionths.

    Parameters
    ----------
    scale : int or None
        Decimal places of ``read_quantity``, at most 6; None without it: a line is one thing, or one given back.
    """
    if scale is None:
        return f"CAST(sign(coalesce(read_{c.AMOUNT}, read_order_total, 1)) * {c.QUANTITY_SCALE} AS BIGINT)"
    read = f"read_{c.QUANTITY}"
    quick, bound = _narrow_sql(read, scale, c.QUANTITY_SCALE)
    exact = f"CAST(round(CAST({read} AS DECIMAL(38,6)) * {c.QUANTITY_SCALE}) AS BIGINT)"
    return f"CASE WHEN abs({read}) < {bound} THEN {quick} ELSE {exact} END"


def amount_sql(factors: Sequence[str], scales: Mapping[str, int], *, less_discount: bool) -> str:
    """Return SQL of a line's amount in ten-thousandths, half away from zero; null from `MAX_AMOUNT` on.

    Parameters
    ----------
    factors : sequence of str
        Columns that have been read, whose product it is.
    scales : mapping
        Decimal places of each.
    less_discount : bool
        Whether ``read_discount`` is taken off.
    """
    exact = " * ".join(f"CAST(read_{name} AS DECIMAL(38,{scales[name]}))" for name in factors)
    if less_discount:
        exact = f"({exact} - coalesce(abs(read_discount), 0))"
    exact = f"WHEN abs({exact}) < {MAX_AMOUNT} THEN CAST(round({exact} * {c.MONEY_SCALE}) AS BIGINT)"
    if less_discount:
        return f"CASE {exact} END"
    digits = 8 if len(factors) > 1 else 13  # of each, so that the product is one of `_narrow_sql`
    product = " * ".join(f"CAST(read_{name} AS DECIMAL({digits},{scales[name]}))" for name in factors)
    quick, _ = _narrow_sql(f"round({product}, 4)", 4, c.MONEY_SCALE)
    small = " AND ".join(f"abs(read_{name}) < {10 ** (digits - scales[name])}" for name in factors)
    return f"CASE WHEN {small} THEN {quick} {exact} END"


def _narrow_sql(value: str, scale: int, factor: int) -> tuple[str, int]:
    """Return SQL of a decimal times a power of ten as a whole number, in 64 bits, and the bound it must be below."""
    digits = len(str(factor))
    narrow = f"CAST({value} AS DECIMAL({_NARROW - digits},{scale}))"
    product = f"{narrow} * CAST({factor} AS DECIMAL({digits},0))"
    return f"CAST({product} AS BIGINT)", 10 ** (_NARROW - digits - scale)


def check_of_orders(engine: DuckDBEngine, typed: str, named: Collection[str], place: str) -> None:
    """Stop when what should be told of a whole order differs on its lines.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the lines are.
    typed : str
        SQL of the lines with `OF_ORDERS` as whole numbers, not yet shared out.
    named : collection of str
        Those of `OF_ORDERS` that the file has.
    place : str
        The file, for the message.

    Raises
    ------
    DataError
        Naming an order and two of its values.
    """
    for name in named:
        found = engine.run(
            f"SELECT {c.ORDER_ID}, min({name}), max({name}) FROM ({typed})"
            f" WHERE {name} <> 0 AND {c.ORDER_ID} IS NOT NULL"
            f" GROUP BY {c.ORDER_ID} HAVING min({name}) <> max({name}) ORDER BY {c.ORDER_ID} LIMIT 1"
        )
        for order, low, high in found:
            came = f"{low / c.MONEY_SCALE:,.2f} and {high / c.MONEY_SCALE:,.2f} on lines of order '{order}'"
            hint = "What differs from line to line is 'columns: {amount: ...}' or 'columns: {discount: ...}'."
            raise DataError(Problem(place, f"columns.{name}", "one value for each order", came, hint))


def choose_reading(engine: DuckDBEngine, readings: Mapping[str, str], place: str) -> tuple[str, str]:
    """Choose how prices are read by what the file says of whole orders; say how many agree.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the lines are.
    readings : mapping
        By what a price is taken for: SQL of the lines with `amount`, `own_total` and perhaps `order_discount`; the
        first is taken unless another makes more orders agree.
    place : str
        The file, for the note.

    Returns
    -------
    tuple of str
        The SQL, and the note.
    """
    found = {}
    for what, typed in readings.items():
        goods = f"sum({c.AMOUNT}) - coalesce(max(abs(order_discount)), 0)"
        orders = (
            f"SELECT {goods} AS goods, max(own_total) AS own FROM ({typed}) WHERE {c.ORDER_ID} IS NOT NULL"
            f" GROUP BY {c.ORDER_ID} HAVING max(own_total) IS NOT NULL AND count(*) = count({c.AMOUNT})"
        )
        agree = f"abs(goods - own) < {c.MONEY_SCALE // 100}"
        found[what] = engine.run(f"SELECT count(*), count(*) FILTER ({agree}) FROM ({orders})")[0]
    best = max(readings, key=lambda what: found[what][1])
    count, agreeing = found[best]
    note = (
        f"{place}: {agreeing:,} of {count:,} orders add up to their own total to the penny, with the price taken for"
        f" that of {best}"
    )
    return readings[best], note


def shared_sql(typed: str, named: Collection[str]) -> str:
    """Return SQL of lines whose amount holds their part of what is told of whole orders.

    A total is shared out evenly, a discount or refund by the lines' money, and never more than that money. Parts are
    differences of a running sum rounded down, so that they add up to the whole exactly.
    """
    amount = c.AMOUNT
    orders = f"PARTITION BY {c.ORDER_ID}"
    if "order_total" in named:
        total, running = f"max(order_total) OVER ({orders})", f"row_number() OVER ({orders} ORDER BY {_LINE_ORDER})"
        part = f"({total})::HUGEINT * ({running} - {{}}) // count(*) OVER ({orders})"
        whole = (
            f"CASE WHEN {c.ORDER_ID} IS NULL THEN order_total ELSE ({part.format(0)} - {part.format(1)})::BIGINT END"
        )
        typed = f"SELECT * REPLACE ({whole} AS {amount}) FROM ({typed})"
    taken = [name for name in ("order_discount", "order_refund") if name in named]
    if taken:
        weight = f"greatest({amount}, 0)"
        off = " + ".join(f"coalesce(max(abs({name})) OVER ({orders}), 0)" for name in taken)
        inner = (
            f"SELECT *, {weight} AS weight, sum({weight}) OVER ({orders}) AS whole, least({off}, sum({weight}) OVER"
            f" ({orders})) AS off, sum({weight}) OVER ({orders} ORDER BY {_LINE_ORDER}, {amount} ROWS UNBOUNDED"
            f" PRECEDING) AS running FROM ({typed})"
        )
        part = "off::HUGEINT * {} // whole"
        less = f"({part.format('running')} - {part.format('(running - weight)')})::BIGINT"
        rest = f"CASE WHEN {c.ORDER_ID} IS NULL OR whole = 0 OR weight IS NULL THEN {amount} ELSE {amount} - {less} END"
        typed = f"SELECT * EXCLUDE (weight, whole, off, running) REPLACE ({rest} AS {amount}) FROM ({inner})"
    return typed
