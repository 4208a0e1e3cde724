"""Says what a report comes down to: one sentence for each finding of its headline."""

from __future__ import annotations

from functools import singledispatch

from reportgen.model.headline import (
    CustomerBase,
    GrowthAndLoss,
    HeadlineFinding,
    LargestRisk,
    LargestSteps,
    MonthSales,
    SameMonthLastYear,
    SegmentMove,
)
from reportgen.model.months import MonthFigures
from reportgen.months import month_of
from reportgen.narrative.sentences import CAUSES, say_count, the
from reportgen.narrative.steps import say_days
from reportgen.text.formats import Formats

STEADY = 0.005
"""Below this share a change is called none: it would be printed as 0 %."""


@singledispatch
def say_finding(finding: HeadlineFinding, formats: Formats) -> str:
    """Say one finding of a headline in one sentence.

    Parameters
    ----------
    finding : HeadlineFinding
        What was found.
    formats : Formats
        How numbers are written.
    """
    raise TypeError(f"no sentence for {type(finding).__name__} in {formats.locale}")


@say_finding.register
def _(finding: MonthSales, formats: Formats) -> str:
    now, previous = finding.now, finding.previous
    month, money = formats.month(now.month), formats.money_in_words(now.sales)
    who = "known customers" if now.sales_without_id else "customers"
    if not now.orders:
        sentence = f"No customer ordered in {month}."
    elif finding.unfinished_on is not None:
        orders = _say_orders(now, formats)
        sentence = (
            f"{month} is not complete: by {formats.day(finding.unfinished_on)} {who} had spent {money} in {orders}."
        )
    elif previous is None:
        sentence = f"{who.capitalize()} spent {money} in {month}, in {_say_orders(now, formats)}."
    else:
        than = formats.month_alone(previous.month)
        against = f"{_relate(float(now.sales), float(previous.sales), formats)} {than}"
        sentence = f"{who.capitalize()} spent {money} in {month}, {against}: {_say_orders(now, formats, previous)}."
    return sentence + _say_with_the_rest(now, previous, formats)


def _say_orders(now: MonthFigures, formats: Formats, previous: MonthFigures | None = None) -> str:
    """Say how many orders there were and what each was worth, each beside the month before: ``2 orders of £4 each``."""
    worth = "" if now.avg_order_value is None else formats.money(now.avg_order_value)
    orders, each = say_count(now.orders, "order", formats), " each" if now.orders > 1 else ""
    if previous is None or previous.avg_order_value is None:
        return f"{orders} of {worth}{each}"
    more = _change(float(now.orders), float(previous.orders), formats)
    worth_more = _change(now.avg_order_value, previous.avg_order_value, formats)
    return f"{orders}{more} of {worth}{each}{worth_more}"


def _say_with_the_rest(now: MonthFigures, previous: MonthFigures | None, formats: Formats) -> str:
    """Say the month's sales with those that name no customer; nothing where all do."""
    if not now.sales_without_id:
        return ""
    orders = now.orders_without_id
    what = say_count(orders, "order", formats) if orders else "the sales"
    that, verb = ("the ", "names" if orders == 1 else "name") if orders else ("", "name")
    before = None if previous is None else float(previous.all_sales)
    more = "" if before is None else _change(float(now.all_sales), before, formats)
    return f" With {that}{what} that {verb} no customer it is {formats.money_in_words(now.all_sales)}{more}."


def _relate(now: float, before: float, formats: Formats) -> str:
    """Relate an amount to an earlier one: ``12% more than in``."""
    if before <= 0:
        return "after a loss in" if before < 0 else "after nothing in"
    change = now / before - 1
    if abs(change) < STEADY:
        return "as much as in"
    return f"{formats.share(abs(change))} {'more' if change > 0 else 'less'} than in"


def _change(now: float | None, before: float | None, formats: Formats) -> str:
    """Write a change in brackets: `` (+12%)``; nothing where there is nothing to relate to."""
    if now is None or before is None or before <= 0:
        return ""
    return f" ({_write_change(now / before - 1, formats)})"


def _write_change(change: float, formats: Formats) -> str:
    return formats.signed_share(change) if abs(change) >= STEADY else "unchanged"


@say_finding.register
def _(finding: SameMonthLastYear, formats: Formats) -> str:
    now, then = finding.now, finding.year_ago
    change = float(now.sales) / float(then.sales) - 1
    who = "known customers" if now.sales_without_id else "customers"
    more = "as much" if abs(change) < STEADY else f"{formats.share(abs(change))} {'more' if change > 0 else 'less'}"
    sentence = f"Against {formats.month(then.month)}, the same month last year, {who} spent {more}"
    if not now.avg_order_value or not then.avg_order_value or then.avg_order_value < 0:
        return f"{sentence}."
    orders = _write_change(now.orders / then.orders - 1, formats)
    worth = _write_change(now.avg_order_value / then.avg_order_value - 1, formats)
    return f"{sentence}: orders {orders}, order value {worth}."


@say_finding.register
def _(finding: CustomerBase, formats: Formats) -> str:
    return " ".join(part for part in (_say_who_ordered(finding, formats), _say_window(finding, formats)) if part)


def _say_who_ordered(finding: CustomerBase, formats: Formats) -> str:
    month = finding.month
    if not month.customers:
        return ""
    ordered = f"{say_count(month.customers, 'customer', formats)} ordered in {formats.month_alone(month.month)}"
    if month.new_customers is None:
        return f"{ordered}."
    since = "" if finding.lines_from is None else f" since {formats.month(finding.lines_from)}"
    some = "none of them" if not month.new_customers else f"{formats.count(month.new_customers)} of them"
    if month.new_customers == month.customers:
        some = "all of them" if month.customers > 1 else ""
    return f"{ordered}, {f'{some} '.lstrip()}for the first time{since}."


def _say_window(finding: CustomerBase, formats: Formats) -> str:
    have = "customer has" if finding.customers == 1 else "customers have"
    sentence = f"{formats.count(finding.customers)} {have} ordered {_say_span(finding, formats)}"
    if finding.previous_month is not None:
        sentence += _say_more(finding, finding.previous_month, formats)
    best = finding.best
    if best is None:
        return f"{sentence}."
    shares = f"{formats.share(best.share_of_customers)} of customers and {formats.share(best.share_of_sales)} of sales"
    return f"{sentence}; the {formats.count(best.customers)} {best.phrase} are {shares}."


def _say_span(finding: CustomerBase, formats: Formats) -> str:
    """Say which window it is."""
    months = finding.window_months
    if months is None:
        return f"since {formats.month(month_of(finding.first_day))}"
    if months == 1:
        return "in that month"
    return f"in the {formats.count(months)} months to the end of {formats.month_alone(finding.month.month)}"


def _say_more(finding: CustomerBase, before: str, formats: Formats) -> str:
    """Say how many more customers there are than before, or where that is not compared who came and left."""
    arrivals = [
        f"{formats.count(finding.arrivals[kind])} {kind}"
        for kind in ("new", "returned", "left")
        if finding.arrivals.get(kind)
    ]
    than = f"in the report of {formats.month(before)}"
    listed = ", ".join(arrivals)
    if finding.difference is None:
        return f" ({listed} since the report of {formats.month(before)})" if listed else ""
    more = finding.difference
    size = f"{formats.count(abs(more))} {'more' if more > 0 else 'fewer'} than" if more else "as many as"
    return f", {size} {than}" + (f" ({listed})" if listed else "")


@say_finding.register
def _(finding: GrowthAndLoss, formats: Formats) -> str:
    parts = []
    if finding.grown is not None:
        parts.append(_say_most(finding.grown, "grew", formats))
    if finding.shrunk is not None:
        parts.append(_say_most(finding.shrunk, "shrank", formats))
    text = "; ".join(parts) or "no segment has grown or shrunk"
    return f"{text[0].upper()}{text[1:]}."


def _say_most(move: SegmentMove, verb: str, formats: Formats) -> str:
    why = f", mostly through {CAUSES[move.cause]}" if move.cause is not None else ""
    if move.difference == move.customers:
        return f"the {move.phrase} are new, {say_count(move.customers, 'customer', formats)}{why}"
    size = f"{formats.count(abs(move.difference))} to {formats.count(move.customers)}"
    return f"the {move.phrase} {verb} most, by {size}{why}"


@say_finding.register
def _(finding: LargestSteps, formats: Formats) -> str:
    parts = [f"{the(segment.phrase)} (about {formats.money_in_words(segment.amount)})" for segment in finding.segments]
    share = formats.share(finding.step_up_share)
    span = say_days(finding.days, formats, "a year")
    return f"Growth is in {' and '.join(parts)}{span}, if {share} of them take the next step."


@say_finding.register
def _(finding: LargestRisk, formats: Formats) -> str:
    customers = say_count(finding.customers, "customer", formats)
    money = formats.money_in_words(finding.amount)
    be = "is" if finding.customers == 1 else "are"
    spent = f"{money}{say_days(finding.days, formats)}"
    return f"Most at risk: {customers} among {the(finding.phrase)}, who spent {spent} and {be} overdue."
