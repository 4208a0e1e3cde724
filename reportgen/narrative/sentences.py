"""Turns findings into sentences: one idea each, with its number and its yardstick."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, singledispatch

from babel.lists import format_list

from reportgen.model.facts import SegmentFacts
from reportgen.model.products import LESS_THAN_USUAL
from reportgen.model.segments import ChoiceLimit
from reportgen.narrative.findings import (
    LESS,
    MORE,
    AtRisk,
    Differs,
    Finding,
    NextStep,
    PaidBelow,
    Renamed,
    Role,
    TakenBackLater,
    Taste,
    Worth,
)
from reportgen.narrative.steps import say_days, say_next_step
from reportgen.text.formats import Formats

_OFTEN = {"frequent": "order often", "occasional": "order now and then", "rare": "seldom order"}
_BASKET = {"big": "in big baskets", "mid": "in baskets of middling size", "small": "in small baskets"}
CAUSES = {
    "new": "new customers",
    "returned": "customers who returned",
    "behaviour": "what they bought",
    "silence": "orders placed or not placed",
    "aged_out": "orders that left the window",
    "boundaries": "borders that moved or run close by",
    "corrected": "past data corrected",
}
"""What each cause of a segment's growth is called, in the order in which they are shown."""
FEW_ORDERS = 0.5


def say_summary(segment: SegmentFacts, formats: Formats) -> str:
    """Say in one sentence who a segment is."""
    often, basket = segment.kind.split("_")
    who = f"{formats.count(segment.customers)} customers who {_OFTEN[often]}, {_BASKET[basket]}"
    if segment.share_of_customers == 1:
        everybody = f"All {formats.count(segment.customers)} customers, as one group."
        return everybody if segment.customers > 1 else "The only customer."
    if segment.customers == 1:
        who = f"1 customer who {_OFTEN[often].replace('order', 'orders')}, {_BASKET[basket]}"
    shares = (
        f"{formats.share(segment.share_of_customers)} of customers, {formats.share(segment.share_of_sales)} of sales"
    )
    return f"{who}: {shares}."


@singledispatch
def say(finding: Finding, formats: Formats) -> str:
    """Say one finding in one or two sentences.

    Parameters
    ----------
    finding : Finding
        What was found.
    formats : Formats
        How numbers are written.
    """
    raise TypeError(f"no sentence for {type(finding).__name__} in {formats.locale}")


@say.register
def _(finding: Worth, formats: Formats) -> str:
    own, all_ = finding.segment.mean_total_sales, finding.everyone.mean_total_sales
    each = f"Each spent {formats.money(own)} on average"
    if finding.segment.share_of_customers == 1 or not all_:
        return f"{each}."
    return f"{each}, {_against(own, all_, formats)} the {formats.money(all_)} of all customers."


_DIFFERS = {
    ("order_count", "mean"): "They order {more} often than most: {own} on average, against {all} for all customers",
    ("order_count", "median"): (
        "They order {more} often than most: half of them {own} or more, of all customers half {all} or more"
    ),
    (
        "avg_order_value",
        "mean",
    ): "Their baskets are {size} than most: {own} on average, against {all} for all customers",
    ("avg_order_value", "median"): (
        "Their baskets are {size} than most: half of them spend {own} an order or more, of all customers half {all}"
        " or more"
    ),
}
"""Each with both its numbers, of the same statistic."""


@say.register
def _(finding: Differs, formats: Formats) -> str:
    if finding.metric == "recency_days":
        return _say_recency(finding, formats)
    once = finding.segment.one_order_share
    if finding.metric == "order_count" and once == 1:
        all_ = _write_times(finding.everyone, formats)
        return f"All of them ordered once, against {all_} on average for all customers."
    write = formats.money if finding.metric == "avg_order_value" else partial(_write_times, formats=formats)
    sentence = _DIFFERS[finding.metric, finding.statistic].format(
        more="more" if finding.is_high else "less",
        size="bigger" if finding.is_high else "smaller",
        own=write(finding.own),
        all=write(finding.everyone),
    )
    if finding.metric == "order_count" and not finding.is_high and once >= FEW_ORDERS:
        return f"{sentence}; {formats.share(once)} of them ordered only once."
    return f"{sentence}."


def _write_times(times: float, formats: Formats) -> str:
    """Write how many times: ``once``, ``3 times``, ``8.5 times``; a little more than once needs a second decimal."""
    if times == 1:
        return "once"
    places = 0 if float(times).is_integer() else 2 if times < 1.1 else 1
    return f"{formats.decimal(times, places)} times"


def _say_recency(finding: Differs, formats: Formats) -> str:
    own, all_ = (formats.count(days) for days in (finding.own, finding.everyone))
    if finding.is_high:
        return f"Half of them have not ordered for {own} days or more; of all customers, half for {all_}."
    return f"Half of them ordered within the last {own} days; of all customers, half within {all_}."


@say.register
def _(finding: Taste, formats: Formats) -> str:
    best = finding.best
    sentence = f"Their best seller is {say_product(best.product_name)}, in {say_count(best.orders, 'order', formats)}."
    telling = finding.telling
    if telling is None or telling.index is None:
        return sentence
    what = "it" if telling == best else say_product(telling.product_name)
    times = telling.index / 100
    ratio, orders = formats.decimal(times, 0 if times >= 10 else 1), say_count(telling.orders, "order", formats)
    rests = "" if telling == best else f" ({orders})"
    return f"{sentence} Line for line they buy {what} {ratio} times as often as all customers do{rests}."


def say_product(name: str) -> str:
    """Name a product within a sentence so that no number of its name runs into one of the sentence.

    A bare code is called a product, and a name that ends in a digit stands in quotation marks.
    """
    if not any(sign.isalpha() for sign in name):
        return f"product {name}"
    return f"“{name}”" if name[-1].isdigit() else name


@say.register
def _(finding: Role, formats: Formats) -> str:
    segment, best, last = finding.segment, finding.best, finding.last
    if segment.number == best.number:
        worth = best.mean_total_sales / last.mean_total_sales if last.mean_total_sales > 0 else 0
        if round(worth, 1) < 2:
            return "They are the most valuable customers, though not by far."
        times = formats.decimal(worth, 0 if worth >= 10 else 1)
        return f"They are the most valuable: each spent {times} times as much as one of the {last.phrase}."
    if segment.kind == "rare_small" and segment.share_of_sales < LESS * segment.share_of_customers:
        sales = formats.share(segment.share_of_sales)
        who = f"They are {formats.share(segment.share_of_customers)} of customers but {sales} of sales"
        return f"{who}: keep the cost of reaching them low."
    own_orders, best_orders = segment.mean_order_count, best.mean_order_count
    own_worth, best_worth = segment.mean_avg_order_value, best.mean_avg_order_value
    fewer = own_orders / best_orders if best_orders else 1.0
    smaller = own_worth / best_worth if best_worth > 0 else 1.0
    own, top = formats.money(own_worth), formats.money(best_worth)
    times = f"{formats.decimal(own_orders)} orders each, the best segment {formats.decimal(best_orders)}"
    if min(fewer, smaller) > LESS:
        return f"They come close to the best segment: {times}, of {own} and {top}."
    if fewer <= smaller:
        return f"What sets them apart from the best is the next order: {times}; an order of theirs is worth {own}."
    return f"What sets them apart from the best is the basket: their orders are worth {own}, the best segment's {top}."


@say.register
def _(finding: NextStep, formats: Formats) -> str:
    sized = finding.segment.opportunity
    if sized is None:
        raise TypeError("a segment without opportunity has no next step")
    return say_next_step(sized, formats)


@say.register
def _(finding: AtRisk, formats: Formats) -> str:
    overdue = finding.segment.overdue
    customers = "one of them is" if overdue.customers == 1 else f"{formats.count(overdue.customers)} of them are"
    spent = f"{formats.money_in_words(overdue.amount)}{say_days(overdue.days, formats)}"
    return f"At risk: {customers} overdue, who spent {spent}."


@say.register
def _(finding: TakenBackLater, formats: Formats) -> str:
    taken = finding.segment.taken_back
    if taken is None:
        raise TypeError("nothing was taken back from a segment whose returns are netted")
    amount, worth = formats.money_in_words(taken.amount), formats.money(taken.avg_order_value)
    return (
        f"{amount} of their sales were cancelled or returned later and still count here; without that an order of"
        f" theirs is worth {worth} on average."
    )


@say.register
def _(finding: PaidBelow, formats: Formats) -> str:
    own, all_ = formats.share(finding.own), formats.share(finding.everyone)
    by = formats.share(1 - LESS_THAN_USUAL)
    return f"{own} of their money is paid at more than {by} below a product’s usual price, of all customers’ {all_}."


@say.register
def _(finding: Renamed, formats: Formats) -> str:  # noqa: ARG001 - as all of them
    often, basket = finding.segment.kind.split("_")
    was = f"In the previous report they were called “{finding.segment.formerly}”"
    return f"{was}; now they {_OFTEN[often]}, {_BASKET[basket]}."


def _against(own: float, all_: float, formats: Formats) -> str:
    ratio = own / all_
    times = round(ratio, 1)
    if times >= 2:
        return f"{formats.decimal(times, 0 if times.is_integer() else 1)} times"
    if LESS <= ratio <= MORE:
        return "close to"
    return "more than" if ratio > 1 else "less than"


def the(phrase: str) -> str:
    """Put the article before a segment's name, but for all customers."""
    return phrase if phrase.startswith("all ") else f"the {phrase}"


def say_count(count: int, word: str, formats: Formats) -> str:
    """Write how many of something there are: ``1 customer``, ``4,298 customers``."""
    return f"{formats.count(count)} {word}{'' if count == 1 else 's'}"


def say_list(things: Sequence[str]) -> str:
    """List things in a sentence: ``sales, orders and customers``."""
    return format_list(list(things), style="standard", locale="en_GB")


def say_limit(limit: ChoiceLimit, formats: Formats) -> str:
    """Say what kept the number of segments below what was asked for, as the end of a sentence."""
    found, needed = formats.count(limit.found), formats.count(limit.needed)
    return {
        "too_few_customers": f"only {say_count(limit.found, 'customer', formats)}, fewer than the {needed} needed",
        "small_groups": f"only {found} customers; for all of the range there would have to be {needed}",
        "all_equal": "all customers are equal in everything they are compared by",
        "few_groups": f"only {found} groups of customers differ at all",
        "one_band": f"{found} are too few to group by likeness (from {needed}), and all of them are in one band",
        "no_groups": f"the {found} segments that were tried do not come back when they are made again",
    }[limit.reason]


def say_undivided(limit: ChoiceLimit | None, formats: Formats) -> str:
    """Say that the customers are one segment, and why."""
    return (
        "The customers were not divided."
        if limit is None
        else f"The customers were not divided: {say_limit(limit, formats)}."
    )
