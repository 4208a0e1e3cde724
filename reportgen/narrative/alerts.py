"""Says what should make a reader stop: unusual moves, and printed figures that no longer hold."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from reportgen.model.change import Change
from reportgen.model.method import Rules
from reportgen.model.restatement import RestatedMonth, Restatement
from reportgen.model.trend import Anomaly
from reportgen.model.words import RestatementWords, WithdrawnSentence
from reportgen.narrative.headline_sentences import say_finding
from reportgen.narrative.sentences import say_count, say_list
from reportgen.text.formats import Formats

_SHOWN = {
    "net_growth": "the {phrase} {grew} by {value}",
    "share_of_orders": "customers who were {phrase} placed {value} of the month's orders",
    "new_share": "new customers came to {value} of the customers before",
    "left_share": "{value} of the customers before have left",
    "month_sales": "the month’s sales are {value} {above} those of the same month last year",
    "month_orders": "the month’s orders are {value} {above} those of the same month last year",
    "month_avg_order_value": "an order of the month is worth {value} {more} than in the same month last year",
}
_TESTED = {
    "month_sales": "the month’s sales",
    "month_orders": "its orders",
    "month_avg_order_value": "the value of an order (each against the same month last year)",
    "new_share": "how many customers are new",
    "left_share": "how many left",
    "net_growth": "how much each segment grew",
    "share_of_orders": "who placed the orders",
}
_CHANGES = ("net_growth", "month_sales", "month_orders", "month_avg_order_value")


def say_anomaly(anomaly: Anomaly, phrases: Mapping[int, str], formats: Formats) -> str:
    """Say an unusual move, beside what was to be expected.

    Parameters
    ----------
    anomaly : Anomaly
        The move.
    phrases : mapping
        The segments' names within a sentence, by colour.
    formats : Formats
        How numbers are written.
    """
    is_growth = anomaly.measure in _CHANGES
    value = formats.share(abs(anomaly.value) if is_growth else anomaly.value)
    grew = "grew" if anomaly.value >= 0 else "shrank"
    what = _SHOWN[anomaly.measure].format(
        phrase=phrases.get(anomaly.colour or 0, ""),
        value=value,
        grew=grew,
        above="above" if anomaly.value >= 0 else "below",
        more="more" if anomaly.value >= 0 else "less",
    )
    low, high = (
        formats.share(bound if is_growth else min(max(bound, 0.0), 1.0)) for bound in (anomaly.low, anomaly.high)
    )
    return f"Unusual: {what}; the last {anomaly.months} months let {low} to {high} expect."


def say_anomalies_note(change: Change, rules: Rules, formats: Formats) -> str:
    """Say how unusual moves are found, or why they are not looked for.

    Parameters
    ----------
    change : Change
        With the months so far.
    rules : Rules
        How many of them are needed, and how seldom chance alone may flag something.
    formats : Formats
        How numbers are written.
    """
    if change.tested is None:
        return ""
    if not change.tested:
        least = formats.count(rules.anomaly_months)
        return (
            f"Unusual moves are looked for once there are {least} earlier values to compare: of months reported one"
            " after the other, or of changes since the same month last year."
        )
    found = "" if change.anomalies else "No move is unusual for this store. "
    every = formats.count(1 / rules.false_alarms)
    tested = say_list([_TESTED[measure] for measure in change.tested])
    return (
        f"{found}Tested: {tested}. A move is called unusual when it lies outside what the store's own earlier months"
        f" let expect; the bounds are so wide that of {every} months in which nothing happens, one is flagged by"
        " chance."
    )


def say_restated(restated: Restatement, previous: str, formats: Formats) -> RestatementWords:
    """Write what of earlier reports is no longer so.

    Parameters
    ----------
    restated : Restatement
        In codes and numbers.
    previous : str
        Month of the previous report.
    formats : Formats
        How numbers are written.
    """
    withdrawn = _withdraw(restated, formats)
    moved: list[str] = []
    still: list[str] = []
    for month in sorted(restated.months, key=_weigh, reverse=True):
        (moved if any(_weigh(month)) else still).append(say_restated_month(month, formats))
    of_previous = []
    if withdrawn:
        many = say_count(len(withdrawn), "sentence", formats)
        verb = "holds" if len(withdrawn) == 1 else "hold"
        of_previous.append(f"{many} of the headline of the report of {formats.month(previous)} no longer {verb}.")
    if restated.figures:
        count = say_count(len(restated.figures), "figure", formats)
        be = "is another" if len(restated.figures) == 1 else "are others"
        of_previous.append(f"{count} of the report of {formats.month(previous)} {be} today.")
    else:
        still.append(f"No figure of the report of {formats.month(previous)} is another for it.")
    return RestatementWords((*moved, *of_previous, *still), withdrawn)


def _weigh(month: RestatedMonth) -> tuple[Decimal, int]:
    """Tell how much of a month is another: money first, then orders."""
    return abs(month.sales_now - month.sales_before), abs(month.orders_now - month.orders_before)


def is_worth_a_headline(restated: Restatement) -> bool:
    """Whether anything that was printed is another today; other lines alone are for the section on change."""
    return bool(restated.figures or restated.headline or any(any(_weigh(month)) for month in restated.months))


def _withdraw(restated: Restatement, formats: Formats) -> tuple[WithdrawnSentence, ...]:
    """Say what no longer holds; a number that is another only beyond what is printed leaves its sentence true."""
    pairs = [
        (say_finding(finding.printed, formats), None if finding.now is None else say_finding(finding.now, formats))
        for finding in restated.headline
    ]
    return tuple(WithdrawnSentence(printed, now) for printed, now in pairs if printed != now)


def say_restated_month(month: RestatedMonth, formats: Formats) -> str:
    """Say how a month that was reported before is another today."""
    more = month.lines_now - month.lines_before
    name = formats.month(month.month)
    if more:
        size = f"{formats.count(abs(more))} {'more' if more > 0 else 'fewer'} order line{'' if abs(more) == 1 else 's'}"
        start = f"{name} has {size} than when it was last reported"
    else:
        start = f"{name} has other order lines than when it was last reported, though as many"
    parts = []
    if month.sales_now != month.sales_before:
        less = month.sales_now - month.sales_before
        amount = f"{formats.money(abs(less))} {'more' if less > 0 else 'less'}"
        parts.append(
            f"its sales were {formats.money(month.sales_now)}, not {formats.money(month.sales_before)} ({amount})"
        )
    if month.orders_now != month.orders_before:
        parts.append(f"its orders {formats.count(month.orders_now)}, not {formats.count(month.orders_before)}")
    return f"{start}: {' and '.join(parts) if parts else 'its sales and orders are as printed'}."
