"""Gives every order line exactly one fate: kept, or the first reason that applies for leaving it out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import narwhals as nw

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.errors import DataError, Problem
from reportgen.lines.engine.compute import collect
from reportgen.lines.sources.malformed import MalformedLines
from reportgen.lines.transform.currencies import names_of
from reportgen.lines.transform.returns import net_returns
from reportgen.model import lines as fates
from reportgen.model.lines import LineCounts, OrderLines, Period

_EXAMPLES = {
    fates.NO_DATE: "unreadable_date",
    fates.IMPLAUSIBLE_DATE: "unreadable_date",
    fates.NO_NUMBER: "unreadable_number",
}
_IDENTITY = (
    c.ORDER_ID,
    c.CUSTOMER_ID,
    c.PRODUCT_ID,
    c.PRODUCT_NAME,
    c.STORE,
    c.ORDERED_AT,
    c.QUANTITY,
    c.AMOUNT,
)


def classify(lines: OrderLines, options: CleansingOptions, currency: str | None = None) -> OrderLines:
    """Add to each line its fate as far as it does not depend on the period: once for all reports.

    Parameters
    ----------
    lines : OrderLines
        Typed.
    options : CleansingOptions
        What is left out.
    currency : str, optional
        ISO 4217 code that money is in; needed to leave out what is in another one.

    Returns
    -------
    OrderLines
        With a column `fate`: `reportgen.model.lines.KEPT` or a key of `DROP_REASONS`; and `without_customer_id`:
        whether the line is a sale like any other but that nobody is named. Nothing is removed yet.
    """
    frame = lines.frame
    if options.duplicates != "keep":
        # within one file the copies of a line are told apart by their number, where only other files count
        number = nw.col("one").cum_sum()
        ones = frame.with_columns(one=nw.lit(1))
        if options.duplicates == "files":
            ones = ones.with_columns(number=number.over(*_IDENTITY, c.FILE, order_by=c.ORDERED_AT))
        same = (*_IDENTITY, "number") if options.duplicates == "files" else _IDENTITY
        frame = ones.with_columns(copy=number.over(*same, order_by=c.FILE))
    rules = _list_rules(options, currency)
    named = [rule for rule in rules if rule[0] != fates.NO_CUSTOMER]
    is_sale = _fate(named, options) == fates.KEPT
    if options.returns == "net":  # without a customer a return finds no sale: it counts where it is booked
        is_sale = _fate(named, options).is_in([fates.KEPT, fates.RETURN])
    without_id = nw.col(c.CUSTOMER_ID).is_null() & is_sale
    return replace(lines, frame=frame.with_columns(_fate(rules, options).alias(c.FATE), without_id.alias(c.WITHOUT_ID)))


def apply_window(classified: OrderLines, options: CleansingOptions, period: Period) -> OrderLines:
    """See classified lines as they stood at the end of a period, and net returns if the config says so.

    Lines after the period are gone: nothing that comes later may change a report. Lines without a date stay, to be
    counted.

    Parameters
    ----------
    classified : OrderLines
        From `classify`.
    options : CleansingOptions
        What is left out.
    period : Period
        Lines before its window are dropped, with that as their fate.
    """
    at, fate = nw.col(c.ORDERED_AT), nw.col(c.FATE)
    frame = classified.frame.filter(at.is_null() | (at < period.end))
    if period.start is not None:
        still_in = [fates.KEPT, fates.RETURN] if options.returns == "net" else [fates.KEPT]
        outside = fate.is_in(still_in) & (at < period.start)
        frame = frame.with_columns(nw.when(outside).then(nw.lit(fates.BEFORE_WINDOW)).otherwise(fate).alias(c.FATE))
    if options.returns == "net":
        frame = net_returns(frame)
    return replace(classified, frame=frame)


def see_from(lines: OrderLines, since: datetime | None) -> OrderLines:
    """See the lines from an instant on, and those without a date; None: all."""
    if since is None:
        return lines
    at = nw.col(c.ORDERED_AT)
    return replace(lines, frame=lines.frame.filter((at >= since) | at.is_null()))


def see_net(classified: OrderLines, options: CleansingOptions, period: Period) -> OrderLines:
    """See classified lines as `apply_window` would if the config netted returns, whatever it says.

    Parameters
    ----------
    classified : OrderLines
        From `classify`, with the same options.
    options : CleansingOptions
        What is left out.
    period : Period
        Lines before its window are dropped, with that as their fate.
    """
    fate = nw.col(c.FATE)
    as_return = nw.when(fate == fates.CANCELLED).then(nw.lit(fates.RETURN)).otherwise(fate)
    lines = replace(classified, frame=classified.frame.with_columns(as_return.alias(c.FATE)))
    return apply_window(lines, options.model_copy(update={"returns": "net"}), period)


def is_one_of(column: str, named: Sequence[str]) -> nw.Expr:
    """Return what tells whether a column holds one of some texts, with `*` and `?` for any sign."""
    exact = [code for code in named if "*" not in code and "?" not in code]
    found = nw.col(column).is_in(exact) if exact else nw.lit(value=False)
    for pattern in (code for code in named if code not in exact):
        regex = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
        found = found | nw.col(column).str.contains(f"^{regex}$")
    return nw.when(nw.col(column).is_null()).then(nw.lit(value=False)).otherwise(found)


def is_discount(options: CleansingOptions) -> nw.Expr:
    """Return what tells a voucher's or discount's line from a return."""
    named = is_one_of(c.PRODUCT_ID, options.discounts) | is_one_of(c.PRODUCT_NAME, options.discounts)
    return named & (nw.col(c.AMOUNT) < 0)


def _list_rules(options: CleansingOptions, currency: str | None) -> list[tuple[str, nw.Expr]]:
    rules = [*_unusable(), *_left_out(options, currency)]
    if options.returns != "net":
        if options.cancelled_prefix:
            rules.append((fates.CANCELLED, nw.col(c.ORDER_ID).str.starts_with(options.cancelled_prefix)))
        rules.append((fates.RETURN, _is_return(options)))
    rules.append((fates.ZERO_QUANTITY, nw.col(c.QUANTITY) == 0))
    if options.zero_price == "drop":
        rules.append((fates.ZERO_PRICE, nw.col(c.AMOUNT) == 0))
    if options.duplicates != "keep":
        rules.append((fates.DUPLICATE, nw.col("copy") > 1))
    return rules


def _is_return(options: CleansingOptions) -> nw.Expr:
    is_return = (nw.col(c.QUANTITY) < 0) | (nw.col(c.AMOUNT) < 0)
    return is_return & ~is_discount(options) if options.discounts else is_return


def _fate(rules: Sequence[tuple[str, nw.Expr]], options: CleansingOptions) -> nw.Expr:
    kept: Any = nw.lit(fates.KEPT)
    if options.returns == "net":
        is_return = _is_return(options)
        if options.cancelled_prefix:
            is_return = is_return | nw.col(c.ORDER_ID).str.starts_with(options.cancelled_prefix)
        kept = nw.when(is_return).then(nw.lit(fates.RETURN)).otherwise(kept)
    fate: Any = kept
    for name, applies in reversed(rules):
        fate = nw.when(applies).then(nw.lit(name)).otherwise(fate)
    return fate  # type: ignore[no-any-return]


def _unusable() -> list[tuple[str, nw.Expr]]:
    return [
        (fates.NO_DATE, ~nw.col("unreadable_date").is_null() & ~nw.col("is_implausible")),
        (fates.IMPLAUSIBLE_DATE, nw.col("is_implausible")),
        (fates.NO_NUMBER, ~nw.col("unreadable_number").is_null()),
        (fates.NO_CUSTOMER, nw.col(c.CUSTOMER_ID).is_null()),
    ]


def _left_out(options: CleansingOptions, currency: str | None) -> list[tuple[str, nw.Expr]]:
    rules = []
    if options.leave_out_customers:
        rules.append((fates.LEFT_OUT, nw.col(c.CUSTOMER_ID).is_in(list(options.leave_out_customers))))
    if options.keep_only or options.leave_out:
        rules.append((fates.LEFT_OUT_BY_VALUE, nw.col(c.LEFT_OUT)))
    if options.other_currencies == "drop" and currency is not None:
        other = ~nw.col(c.CURRENCY).is_null() & ~nw.col(c.CURRENCY).is_in(list(names_of(currency)))
        rules.append((fates.OTHER_CURRENCY, other))
    return rules


def keep_only(lines: OrderLines) -> OrderLines:
    """Keep only the lines whose fate is to be kept."""
    return replace(lines, frame=lines.frame.filter(nw.col(c.FATE) == fates.KEPT))


def count_fates(lines: OrderLines, malformed: MalformedLines) -> LineCounts:
    """Count the lines by fate; they add up to the lines read.

    Parameters
    ----------
    lines : OrderLines
        Cleansed.
    malformed : MalformedLines
        Lines that never became order lines.
    """
    counted = collect(lines.frame.group_by(c.FATE).agg(n=nw.len()))
    by_fate = {fate: int(n) for fate, n in zip(counted[c.FATE], counted["n"], strict=True)}
    if malformed.count:
        by_fate[fates.MALFORMED] = malformed.count
    dropped = {reason: by_fate[reason] for reason in fates.DROP_REASONS if by_fate.get(reason)}
    read = sum(by_fate.values())
    inside = read - dropped.get(fates.BEFORE_WINDOW, 0)
    lost = sum(dropped.values()) - (read - inside)
    return LineCounts(
        read=read,
        kept=by_fate.get(fates.KEPT, 0),
        dropped=dropped,
        dropped_share=round(lost / inside, 6) if inside else 0.0,
        examples=_examples(lines, dropped),
    )


def show_malformed(counts: LineCounts, malformed: MalformedLines) -> LineCounts:
    """Add examples of malformed lines, for a person at the terminal: whole lines may hold customer ids."""
    if not malformed.count:
        return counts
    examples = {fates.MALFORMED: tuple(malformed.examples)}
    return replace(counts, examples={**examples, **counts.examples})


def _examples(lines: OrderLines, dropped: dict[str, int]) -> dict[str, tuple[str, ...]]:
    examples = {}
    for reason, column in _EXAMPLES.items():
        if reason in dropped:
            values = lines.frame.filter(nw.col(c.FATE) == reason).select(column).unique().sort(column).head(3)
            examples[reason] = tuple(text[:80] for text in collect(values)[column])
    return examples


def check_counts(counts: LineCounts, max_dropped_share: float, place: str) -> None:
    """Stop when nothing is left, or more was dropped than the config allows.

    Raises
    ------
    DataError
        With the reasons and their counts, so that the reader sees which column is at fault.
    """
    reasons = "; ".join(f"{n:,} lines: {fates.DROP_REASONS[reason]}" for reason, n in counts.dropped.items())
    shown = "".join(f" (such as {'; '.join(values)})" for values in counts.examples.values())
    if not counts.kept:
        raise DataError(
            Problem(place, "order lines", "lines to report on", f"none of {counts.read:,}: {reasons}{shown}")
        )
    if counts.dropped_share > max_dropped_share:
        came = f"{counts.dropped_share:.0%} of them ({reasons}{shown})"
        hint = "Mend the data or the config's 'columns', or raise 'cleansing: {max_dropped_share: ...}'."
        expected = f"at most {max_dropped_share:.0%} of the lines to be dropped"
        raise DataError(Problem(place, "cleansing.max_dropped_share", expected, came, hint))
