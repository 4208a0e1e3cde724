"""Gives every order line exactly one fate: kept, or the first reason that applies for leaving it out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals as nw

from reportgen import columns as c
from reportgen.config.options import CleansingOptions
from reportgen.errors import DataError, Problem
from reportgen.lines.engine.compute import collect
from reportgen.lines.sources.malformed import MalformedLines
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


def classify(lines: OrderLines, options: CleansingOptions) -> OrderLines:
    """Add to each line its fate as far as it does not depend on the period: once for all reports.

    Returns
    -------
    OrderLines
        With a column `fate`: `reportgen.model.lines.KEPT` or a key of `DROP_REASONS`. Nothing is removed yet.
    """
    frame = lines.frame
    if options.duplicates == "drop":
        ones = frame.with_columns(one=nw.lit(1))
        frame = ones.with_columns(copy=nw.col("one").cum_sum().over(*_IDENTITY, order_by=c.ORDERED_AT))
    return replace(lines, frame=frame.with_columns(fate=_fate(options)))


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


def _fate(options: CleansingOptions) -> nw.Expr:
    quantity, amount = nw.col(c.QUANTITY), nw.col(c.AMOUNT)
    nets = options.returns == "net"
    rules: list[tuple[str, nw.Expr]] = [
        (fates.NO_DATE, ~nw.col("unreadable_date").is_null() & ~nw.col("is_implausible")),
        (fates.IMPLAUSIBLE_DATE, nw.col("is_implausible")),
        (fates.NO_NUMBER, ~nw.col("unreadable_number").is_null()),
        (fates.NO_CUSTOMER, nw.col(c.CUSTOMER_ID).is_null()),
    ]
    if options.leave_out_customers:
        rules.append((fates.LEFT_OUT, nw.col(c.CUSTOMER_ID).is_in(list(options.leave_out_customers))))
    if options.cancelled_prefix and not nets:
        rules.append((fates.CANCELLED, nw.col(c.ORDER_ID).str.starts_with(options.cancelled_prefix)))
    if not nets:
        rules.append((fates.RETURN, (quantity < 0) | (amount < 0)))
    rules.append((fates.ZERO_QUANTITY, quantity == 0))
    if options.zero_price == "drop":
        rules.append((fates.ZERO_PRICE, amount == 0))
    if options.duplicates == "drop":
        rules.append((fates.DUPLICATE, nw.col("copy") > 1))
    kept: Any = nw.lit(fates.KEPT)
    if nets:
        is_return = (quantity < 0) | (amount < 0)
        if options.cancelled_prefix:
            is_return = is_return | nw.col(c.ORDER_ID).str.starts_with(options.cancelled_prefix)
        kept = nw.when(is_return).then(nw.lit(fates.RETURN)).otherwise(kept)
    fate: Any = kept
    for name, applies in reversed(rules):
        fate = nw.when(applies).then(nw.lit(name)).otherwise(fate)
    return fate  # type: ignore[no-any-return]


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
