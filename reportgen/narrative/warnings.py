"""Says what is doubtful in the data: what was seen, how the figure would be by the other reading, what answers it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from reportgen.model.facts import Facts
from reportgen.model.warnings import SourceWarning
from reportgen.text.formats import Formats

_Say = Callable[[SourceWarning, Formats], str]


def write_warnings(facts: Facts, formats: Formats) -> tuple[str, ...]:
    """Say each warning of a report in two or three sentences, in the order of the facts."""
    return tuple(say_warning(warning, formats) for warning in facts.warnings or ())


def say_warning(warning: SourceWarning, formats: Formats) -> str:
    """Say one warning: what was seen, what follows, and the option that answers it."""
    said = _WORDS[warning.code](warning, formats)
    return f"{said} {_say_figures(warning, formats)}{_ANSWERS[warning.code].format(**_names(warning))}"


def _lines(warning: SourceWarning, formats: Formats) -> str:
    return f"{formats.count(warning.lines)} order line{'' if warning.lines == 1 else 's'}"


def _money(warning: SourceWarning, formats: Formats) -> str:
    return formats.money(abs(warning.amount))


def _quoted(warning: SourceWarning) -> str:
    return ", ".join(f"“{text}”" for text in warning.examples)


def _names(warning: SourceWarning) -> dict[str, str]:
    return {"values": ", ".join(map(_as_yaml, warning.examples)), "column": _as_yaml(warning.column or "")}


def _as_yaml(text: str) -> str:
    """Write a text as it can stand in a YAML list or mapping."""
    return text if re.fullmatch(r"[^\W\d][\w -]*", text) else json.dumps(text, ensure_ascii=False)


def _say_figures(warning: SourceWarning, formats: Formats) -> str:
    """Say the figure as it is in the report, and by the other reading."""
    if warning.otherwise is None:
        return ""
    write = formats.money if warning.measure == "sales" else formats.count
    name = {"sales": "Sales", "orders": "Orders", "customers": "Customers", "lines": "Lines"}[warning.measure]
    return (
        f"{name} of the window are {write(warning.as_read)} here; read the other way they are"
        f" {write(warning.otherwise)}. "
    )


def _say_total(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"The amount is the same on every line of an order ({_lines(warning, formats)}), so it looks like the order’s"
        " total, which would be counted once for each line."
    )


def _say_currencies(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"The money is in several currencies ({_quoted(warning)}), added up as if it were one:"
        f" {_lines(warning, formats)} are in another than the report’s."
    )


def _say_other_currency(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"The money in the file is marked {_quoted(warning)} ({_lines(warning, formats)}), which is not the currency of"
        " this report."
    )


def _say_shortened(warning: SourceWarning, formats: Formats) -> str:
    whose = "Order numbers" if warning.measure == "orders" else "Customer ids"
    return (
        f"{whose} are in scientific notation, such as {_quoted(warning)} ({_lines(warning, formats)}): a"
        " spreadsheet has lost their last digits, so different ones look the same."
    )


def _say_shared(what: str) -> _Say:
    def say(warning: SourceWarning, formats: Formats) -> str:
        return (
            f"The same order number stands for several {what}, such as {_quoted(warning)}"
            f" ({_lines(warning, formats)}); it may begin again each day, or in each store."
        )

    return say


def _say_two_files(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"The same orders stand in two files, such as {_quoted(warning)}: {_lines(warning, formats)} with"
        f" {_money(warning, formats)} are counted twice."
    )


def _say_total_line(warning: SourceWarning, formats: Formats) -> str:
    return f"One line of {_money(warning, formats)} is the sum of all others: it looks like the total of the list."


def _say_collective(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"The customer {_quoted(warning)} looks like many people under one id: {_lines(warning, formats)} with"
        f" {_money(warning, formats)} are counted as one customer’s."
    )


def _say_dominant(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"One customer id has {_lines(warning, formats)} with {_money(warning, formats)}, many times as many as any"
        " other: it may stand for many people."
    )


def _say_alike(warning: SourceWarning, formats: Formats) -> str:
    ways = {"zeros": "leading zeros", "letters": "capital letters (upper and lower case)"}
    told = " and ".join(ways[name] for name in warning.examples)
    return f"Some customer ids differ only in {told}: {_lines(warning, formats)} may belong to fewer customers."


def _say_state(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"The column “{warning.column}” says of some orders that nothing was sold ({_quoted(warning)}):"
        f" {_lines(warning, formats)} with {_money(warning, formats)} are counted as sales."
    )


def _say_credit(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"The column “{warning.column}” marks credit notes or refunds ({_quoted(warning)}): {_lines(warning, formats)}"
        f" with {_money(warning, formats)} are counted as sales."
    )


def _say_discount(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"{_lines(warning, formats)} with {formats.money(warning.amount)} look like discounts or vouchers within an"
        f" order ({_quoted(warning)}), and are left out as returns."
    )


def _say_refund(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"{_lines(warning, formats)} with {formats.money(warning.amount)} look like refunds that name no product, and"
        " are left out."
    )


def _say_cancelled(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"{_lines(warning, formats)} with {_money(warning, formats)} are left out as cancelled by the beginning of"
        " their order numbers, though they are not negative."
    )


def _say_empty(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"{_lines(warning, formats)} with {_money(warning, formats)} name a product but no order, date or customer, and"
        " are left out; they may belong to the order above them."
    )


def _say_unread(warning: SourceWarning, formats: Formats) -> str:
    such = f", such as {_quoted(warning)}" if warning.examples else ""
    return f"{_lines(warning, formats)} are left out because a number in them cannot be read{such}."


def _say_unread_dates(warning: SourceWarning, formats: Formats) -> str:
    such = f", such as {_quoted(warning)}" if warning.examples else ""
    return f"{_lines(warning, formats)} are left out because their date cannot be read{such}."


def _say_unread_discounts(warning: SourceWarning, formats: Formats) -> str:
    return (
        f"The column “{warning.column}” holds {_money(warning, formats)} on {_lines(warning, formats)}, and is not"
        " read: if prices are those before discounts and refunds, sales are too high."
    )


_WORDS: dict[str, _Say] = {
    "order_total_on_lines": _say_total,
    "several_currencies": _say_currencies,
    "other_currency": _say_other_currency,
    "shortened_ids": _say_shortened,
    "orders_of_several_customers": _say_shared("customers"),
    "orders_over_several_days": _say_shared("days"),
    "same_orders_in_two_files": _say_two_files,
    "total_line": _say_total_line,
    "collective_customer": _say_collective,
    "dominant_customer": _say_dominant,
    "alike_customers": _say_alike,
    "order_status": _say_state,
    "credit_notes": _say_credit,
    "discount_lines": _say_discount,
    "refunds_without_product": _say_refund,
    "cancelled_but_positive": _say_cancelled,
    "empty_order_cells": _say_empty,
    "unread_numbers": _say_unread,
    "unread_dates": _say_unread_dates,
    "unread_discounts": _say_unread_discounts,
}
_ANSWERS: dict[str, str] = {
    "order_total_on_lines": "If so, name the column as columns: order_total instead of amount.",
    "several_currencies": "Leave the others out with cleansing: other_currencies: drop, or report on each by itself.",
    "other_currency": "Check the option currency.",
    "shortened_ids": "Export them again as text, and do not open the file in a spreadsheet before.",
    "orders_of_several_customers": "If so, set cleansing: order_per: [customer], or name more columns as order_id.",
    "orders_over_several_days": "If so, set cleansing: order_per: [day], or name more columns as order_id.",
    "same_orders_in_two_files": "Leave what is there twice out with cleansing: duplicates: files.",
    "total_line": "Leave it out by a value with cleansing: leave_out, or take it out of the export.",
    "collective_customer": "Leave it out with cleansing: leave_out_customers: [{values}].",
    "dominant_customer": "If so, leave it out with cleansing: leave_out_customers.",
    "alike_customers": "If so, set cleansing: alike_customers: merge.",
    "order_status": "If so, leave them out with cleansing: leave_out: {{{column}: [{values}]}}.",
    "credit_notes": "Take them off with cleansing: negative: {{{column}: [{values}]}}, or use leave_out instead.",
    "discount_lines": "If so, name them with cleansing: discounts: [{values}].",
    "refunds_without_product": "Set them against purchases with cleansing: returns: net.",
    "cancelled_but_positive": "Check cleansing: cancelled_prefix.",
    "empty_order_cells": "If so, set source: fill_down: true.",
    "unread_numbers": "Check columns, and source: decimal.",
    "unread_dates": "Check locale, whose names of months are read, and source: date_format.",
    "unread_discounts": "Name it as columns: discount, order_discount or order_refund.",
}
"""What answers each; every one can be accepted as well."""
