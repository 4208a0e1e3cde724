"""Says what should make a reader stop: unusual moves, and printed figures that no longer hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reportgen.formats import Formats
from reportgen.model.trend import RestatedMonth, Restatement, Unusual
from reportgen.narrative.sentences import say_count

_SHOWN = {
    "net_growth": "the {phrase} {grew} by {value}",
    "share_of_orders": "customers who were {phrase} placed {value} of the month's orders",
    "new_share": "new customers came to {value} of the customers before",
    "left_share": "{value} of the customers before have left",
}


def say_unusual(one: Unusual, phrases: Mapping[int, str], formats: Formats) -> str:
    """Say an unusual move, beside what was to be expected.

    Parameters
    ----------
    one : Unusual
        The move.
    phrases : mapping
        The segments' names within a sentence, by colour.
    formats : Formats
        How numbers are written.
    """
    is_growth = one.measure == "net_growth"
    value = formats.share(abs(one.value) if is_growth else one.value)
    grew = "grew" if one.value >= 0 else "shrank"
    what = _SHOWN[one.measure].format(phrase=phrases.get(one.colour or 0, ""), value=value, grew=grew)
    low, high = (formats.share(bound if is_growth else min(max(bound, 0.0), 1.0)) for bound in (one.low, one.high))
    return f"Unusual: {what}; the last {one.months} months let {low} to {high} expect."


def say_unusual_note(months: int, needed: int, *, is_compared: bool, is_found: bool) -> str:
    """Say how unusual moves are found, or why they are not looked for.

    Parameters
    ----------
    months, needed : int
        Earlier comparisons there are, and how many are needed.
    is_compared, is_found : bool
        Whether this month is compared with the one just before it, and whether something was found.
    """
    if not is_compared:
        return "Unusual moves are not looked for: this month is not compared with the one just before it."
    if months < needed:
        have = "none" if not months else str(months)
        return f"Unusual moves are looked for once there are {needed} earlier months to compare; so far: {have}."
    found = "" if is_found else "No move is unusual for this store. "
    return (
        f"{found}A move is called unusual when it lies outside what the store's own earlier months let expect; the"
        " bounds are so wide that of fifty months in which nothing happens, one is flagged by chance."
    )


def say_restated(restated: Restatement, previous: str, formats: Formats) -> Restatement:
    """Write what of earlier reports is no longer so.

    Parameters
    ----------
    restated : Restatement
        Complete but for its summary.
    previous : str
        Month of the previous report.
    formats : Formats
        How numbers are written.
    """
    said = [_say_month(one, formats) for one in restated.months]
    if restated.figures:
        count = say_count(len(restated.figures), "figure", formats)
        be = "is another" if len(restated.figures) == 1 else "are others"
        said.append(f"{count} of the report of {formats.month(previous)} {be} today.")
    else:
        said.append(f"No figure of the report of {formats.month(previous)} is another for it.")
    if restated.sentences:
        many = say_count(len(restated.sentences), "sentence", formats)
        verb = "holds" if len(restated.sentences) == 1 else "hold"
        said.append(f"{many} of its headline no longer {verb}.")
    return replace(restated, summary=tuple(said))


def _say_month(one: RestatedMonth, formats: Formats) -> str:
    more = one.lines_now - one.lines_before
    month = formats.month(one.month)
    if more:
        size = f"{formats.count(abs(more))} {'more' if more > 0 else 'fewer'} order line{'' if abs(more) == 1 else 's'}"
        start = f"{month} has {size} than when it was last reported"
    else:
        start = f"{month} has other order lines than when it was last reported, though as many"
    parts = []
    if one.sales_now != one.sales_before:
        less = one.sales_now - one.sales_before
        amount = f"{formats.money(abs(less))} {'more' if less > 0 else 'less'}"
        parts.append(f"its sales were {formats.money(one.sales_now)}, not {formats.money(one.sales_before)} ({amount})")
    if one.orders_now != one.orders_before:
        parts.append(f"its orders {formats.count(one.orders_now)}, not {formats.count(one.orders_before)}")
    return f"{start}: {' and '.join(parts) if parts else 'its sales and orders are as printed'}."
