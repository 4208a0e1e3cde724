"""What carries order lines: the lazy frame, the period they are read for, and what became of each line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import narwhals as nw

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""The years that an order can be of; `config.values` knows the same months."""

NO_DATE = "unreadable_date"
IMPLAUSIBLE_DATE = "implausible_date"
NO_NUMBER = "unreadable_number"
NO_CUSTOMER = "no_customer"
LEFT_OUT = "customer_left_out"
LEFT_OUT_BY_VALUE = "left_out_by_value"
OTHER_CURRENCY = "other_currency"
CANCELLED = "cancelled_order"
NO_STORE = "no_store"
RETURN = "return"
RETURN_WITHOUT_SALE = "return_without_sale"
ZERO_QUANTITY = "zero_quantity"
ZERO_PRICE = "zero_price"
DUPLICATE = "duplicate"
BEFORE_WINDOW = "before_window"
MALFORMED = "malformed_line"
KEPT = "kept"

DROP_REASONS: dict[str, str] = {
    MALFORMED: "the line does not have the columns of the heading line",
    NO_STORE: "no store",
    NO_DATE: "the date cannot be read",
    IMPLAUSIBLE_DATE: f"the date is before {FIRST_YEAR} or after {LAST_YEAR}",
    NO_NUMBER: "the quantity, price or amount cannot be read",
    NO_CUSTOMER: "no customer id (guest orders)",
    LEFT_OUT: "a customer that the config leaves out",
    LEFT_OUT_BY_VALUE: "left out by the value of a column, as the config says",
    OTHER_CURRENCY: "in another currency",
    CANCELLED: "a cancelled order",
    RETURN: "a return (negative quantity or amount)",
    ZERO_QUANTITY: "a quantity of zero",
    ZERO_PRICE: "a price of zero",
    DUPLICATE: "repeats another line in every column",
    BEFORE_WINDOW: "ordered before the window",
    RETURN_WITHOUT_SALE: "a return without its sale in the window",
}
"""Every reason for which a line is dropped, in the order in which they are tried: the first that applies counts."""


@dataclass(frozen=True, eq=False, slots=True)
class OrderLines:
    """Typed order lines, not yet computed.

    Attributes
    ----------
    frame : narwhals.LazyFrame
        Columns of `reportgen.columns`: ids and names as text (null when absent), `quantity` in millionths,
        `amount` in ten-thousandths of the currency unit, `ordered_at` as timestamp (null when it is implausible), two
        texts, `unreadable_date` and `unreadable_number`, that are null unless the value could not be used, and
        `is_implausible`: whether the date was read, but cannot be that of an order; and what tells where a line is
        from and what speaks against it: `file_number` from 1, `currency` and `state` as texts, `left_out` by a value.
    has_order_ids, has_products, has_units : bool
        Whether the source tells orders, products and units.
    """

    frame: nw.LazyFrame[Any]
    has_order_ids: bool
    has_products: bool
    has_units: bool


@dataclass(frozen=True, slots=True)
class Period:
    """The month that a report is about, and the span that its segments are computed from.

    Attributes
    ----------
    month : str
        ``YYYY-MM``.
    first_day, as_of : date
        First day of the window with the earliest line in it or the window's own first day, whichever is later;
        and the last day observed. Recency is counted back from `as_of`.
    start : datetime or None
        Lines before this are outside the window; None: no bound.
    end : datetime
        Lines at or after this are not seen.
    is_partial : bool
        Whether the data end before the month does.
    """

    month: str
    first_day: date
    as_of: date
    start: datetime | None
    end: datetime
    is_partial: bool


@dataclass(frozen=True, slots=True)
class LineCounts:
    """What became of every line read: `read` = `kept` + the sum of `dropped`."""

    read: int
    """Lines up to the as-of date, the heading line not counted; those without a readable date are among them."""
    kept: int
    """Lines that the report is computed from."""
    dropped: dict[str, int]
    """Lines dropped, by the first reason that applies; reasons that dropped none are left out."""
    dropped_share: float
    """Share of the lines within the window that were dropped (0..1)."""
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Up to three examples of what could not be read, by reason."""
