"""Options of order lines: where they are, what their columns are called, which of them count."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from reportgen.config.databases import DatabaseOptions
from reportgen.config.presets import check_preset
from reportgen.config.section import Section, Share
from reportgen.config.values import (
    check_date_format,
    check_encoding,
    check_timezone,
    check_units,
    parse_headings,
    parse_several,
    parse_values,
)

Headings = Annotated[
    tuple[str, ...] | None,
    BeforeValidator(parse_headings),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]}),
]
Several = Annotated[
    tuple[str, ...] | None,
    BeforeValidator(parse_several),
    PlainSerializer(lambda headings: headings[0] if headings and len(headings) == 1 else headings, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]}),
]
_VALUES_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
ValuesByHeading = Annotated[
    dict[str, tuple[str, ...]],
    BeforeValidator(parse_values),
    WithJsonSchema({"type": "object", "additionalProperties": _VALUES_SCHEMA}),
]
"""Values by the heading of the column that holds them."""


class SourceOptions(Section):
    """Where the order lines are and how they are written."""

    path: str = "order_lines.csv"
    """File or glob with the order lines, relative to this config: CSV, TSV (or `.gz`,
    `.zst`, `.zip`), Parquet, XLSX, XLS, or a table in HTML."""
    database: DatabaseOptions | None = None
    """A table or query of a database that has the order lines, instead of `path` (docs/sources.md)."""
    preset: Annotated[str | None, AfterValidator(check_preset)] = None
    """Platform whose export it is, such as `shopify` (docs/presets): its columns and rules lie beneath the
    config's."""
    sheet: str | None = None
    """Sheet of a workbook; without it the one that has the headings, `*` for all that have them."""
    separator: Literal["detect", ",", ";", "\t", "|", "spaces"] = "detect"
    """Mark between the columns of a text file; `spaces` means runs of spaces."""
    encoding: Annotated[str, AfterValidator(check_encoding)] = "detect"
    """Encoding of a text file, such as `utf-8`, `cp1252`, `shift_jis`, `cp1251` or `gbk`: any that Python knows; a byte
    order mark is always understood."""
    headings: tuple[str, ...] | None = Field(default=None, strict=False)
    """Headings to use for a file that has no heading line, in the order of its columns."""
    decimal: Literal["detect", ".", ","] = "detect"
    """Decimal mark in numbers; the other mark, spaces and apostrophes are then taken as thousands marks."""
    date_format: Annotated[str, AfterValidator(check_date_format)] = "detect"
    """Date format in strptime's signs (such as `%d/%m/%Y %H:%M`), or `day-first`, `month-first`, `excel` (serial days),
    `unix` (seconds), or `detect`."""
    timezone: Annotated[str | None, AfterValidator(check_timezone)] = None
    """Time zone of dates that carry none, such as `UTC`, where it is not the `timezone` whose calendar counts."""
    fill_down: bool = False
    """Whether an empty cell of order, customer, date or store takes what stands above it: for tables that name an
    order on its first line alone. Merged cells of a workbook are filled without being told."""
    units: Annotated[tuple[str, ...], Field(strict=False), AfterValidator(check_units)] = ()
    """Words that may stand beside a quantity, such as `pcs` or `kg`."""

    @property
    def place(self) -> str:
        """What messages and archives call it: the path, or the database by the name of the variable that tells it."""
        return self.path if self.database is None else self.database.place


class ColumnOptions(Section):
    """The client's headings for our columns; `null` says that a column is absent."""

    order_id: Several = ("order_id",)
    """Heading of the order number, or a list of headings that make it together, such as till and receipt; absent means
    one order per customer and day."""
    customer_id: str = "customer_id"
    """Heading of the customer id."""
    ordered_at: Headings = ("ordered_at",)
    """Heading of the date (and time) of the order, or a list of two headings: the date and the time."""
    quantity: str | None = "quantity"
    """Heading of the number of units."""
    unit_price: str | None = "unit_price"
    """Heading of the price of one unit."""
    amount: str | None = None
    """Heading of the money of the whole line, instead of `quantity` times `unit_price`."""
    order_total: str | None = None
    """Heading of the money of the whole order, where no line tells its own: it stands on each line of the order, or on
    its first, and is shared out among them evenly."""
    discount: str | None = None
    """Heading of a discount of the line, as money: it is taken off."""
    order_discount: str | None = None
    """Heading of a discount of the whole order, on each of its lines or on its first: it is taken off, shared out by
    their money."""
    order_refund: str | None = None
    """Heading of what was paid back of the whole order: it is taken off as a discount is, on the day of the order."""
    own_total: str | None = None
    """Heading of what the file itself says of the whole order, goods less discounts: every order is compared with it,
    and how many agree is told."""
    currency: str | None = None
    """Heading of the currency, where amounts of several could stand in one column."""
    product_id: str | None = "product_id"
    """Heading of the product's code."""
    product_name: str | None = "product_name"
    """Heading of the product's name."""
    store: str | None = None
    """Heading of the store."""


class CleansingOptions(Section):
    """Which lines are left out, and when too many are."""

    cancelled_prefix: str | None = None
    """What the numbers of cancelled orders begin with, where the shop marks them so; without it none is cancelled."""
    returns: Literal["drop", "net"] = "drop"
    """`drop` leaves returns out; `net` sets each against the same customer's purchases of the same product."""
    zero_price: Literal["keep", "drop"] = "keep"
    """Whether lines that cost nothing stay in."""
    duplicates: Literal["keep", "drop", "files"] = "keep"
    """Whether a line that repeats another in every column stays in; `files` drops what an earlier file has already, and
    keeps what one file repeats by itself."""
    keep_only: ValuesByHeading = Field(default_factory=dict)
    """Lines to keep by the values of any column, such as `Financial Status: [paid, partially_refunded]`; capital
    letters make no difference, `*` and `?` stand for any sign. An empty cell takes the value of its order's other
    lines."""
    leave_out: ValuesByHeading = Field(default_factory=dict)
    """Lines to leave out by the values of any column, such as `Status: [cancelled, failed]`, or `Cancelled at: "*"` for
    any value; read as `keep_only` is."""
    negative: ValuesByHeading = Field(default_factory=dict)
    """Lines whose money is taken off, whatever its sign, such as `Type: [Credit note]`; read as `keep_only` is."""
    order_per: tuple[Literal["day", "customer", "store"], ...] = Field(default=(), strict=False)
    """What beside its number tells one order from another: `[day]` where numbers begin anew each day."""
    discounts: tuple[str, ...] = Field(default=(), strict=False)
    """Codes (or names) of vouchers and discounts, `*` and `?` for any sign: their negative lines are no returns; their
    money counts, and product tables leave them out."""
    alike_customers: Literal["keep", "merge"] = "keep"
    """Whether customer ids that differ only in capital letters or leading zeros are several customers or one."""
    other_currencies: Literal["keep", "drop"] = "keep"
    """Whether lines in another currency than `currency` stay in, added up as if they were in it."""
    leave_out_customers: tuple[str, ...] = Field(default=(), strict=False)
    """Customer ids to leave out, such as staff, test accounts or the till's collective customer."""
    not_products: tuple[str, ...] = Field(default=(), strict=False)
    """Codes (or names) of postage and fees, `*` and `?` for any sign: their money counts, product tables leave
    them out."""
    max_dropped_share: Share = 0.8
    """The run stops when a larger share of the lines up to the as-of date is dropped."""
