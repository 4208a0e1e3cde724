"""Turns findings into sentences: one idea each, with its number and its yardstick."""

from __future__ import annotations

from functools import singledispatch

from reportgen.model.actions import Opportunity, Sizing
from reportgen.model.facts import SegmentFacts
from reportgen.model.segments import ChoiceLimit
from reportgen.narrative.findings import (
    AtRisk,
    Finding,
    HowMuch,
    HowOften,
    HowRecent,
    OtherKind,
    Potential,
    Role,
    Taste,
    Worth,
)
from reportgen.text.formats import Formats

_OFTEN = {"frequent": "order often", "occasional": "order now and then", "rare": "seldom order"}
_BASKET = {"big": "in big baskets", "mid": "in baskets of middling size", "small": "in small baskets"}
_STEPS = {"one_more_order": "placed one more order", "bigger_baskets": "raised their orders to {goal}"}
CAUSES = {
    "new": "new customers",
    "returned": "customers who returned",
    "behaviour": "what they bought",
    "aged_out": "orders that left the window",
    "boundaries": "borders that moved",
    "corrected": "past data corrected",
}
"""What each cause of a segment's growth is called, in the order in which they are shown."""
FEW_ORDERS = 0.5
_CLOSE = (0.85, 1.18)


def say_summary(segment: SegmentFacts, formats: Formats) -> str:
    """Say in one sentence who a segment is."""
    often, basket = segment.kind.split("_")
    who = f"{formats.count(segment.customers)} customers who {_OFTEN[often]}, {_BASKET[basket]}"
    if segment.share_of_customers == 1:
        return f"All {formats.count(segment.customers)} customers, as one group."
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


@say.register
def _(finding: HowOften, formats: Formats) -> str:
    segment, everyone = finding.segment, finding.everyone
    own, all_ = formats.decimal(segment.mean_order_count), formats.decimal(everyone.mean_order_count)
    verb = "They order often" if finding.is_high else "They seldom order"
    sentence = f"{verb}: {own} times, against {all_} for all customers"
    if segment.one_order_share >= FEW_ORDERS:
        return f"{sentence}; {formats.share(segment.one_order_share)} of them ordered only once."
    return f"{sentence}."


@say.register
def _(finding: HowMuch, formats: Formats) -> str:
    own, all_ = finding.segment.mean_avg_order_value, finding.everyone.mean_avg_order_value
    verb = "Their baskets are big" if finding.is_high else "Their baskets are small"
    return f"{verb}: an order is worth {formats.money(own)}, against {formats.money(all_)} for all customers."


@say.register
def _(finding: HowRecent, formats: Formats) -> str:
    own = formats.count(finding.segment.median_recency_days)
    all_ = formats.count(finding.everyone.median_recency_days)
    if finding.is_high:
        return f"Half of them have not ordered for {own} days or more; of all customers, half for {all_}."
    return f"Half of them ordered within the last {own} days; of all customers, half within {all_}."


@say.register
def _(finding: Taste, formats: Formats) -> str:
    best = finding.best
    sentence = f"Their best seller is {best.product_name}, in {formats.count(best.orders)} orders."
    telling = finding.telling
    if telling is None or telling.index is None:
        return sentence
    what = "it" if telling == best else telling.product_name
    ratio = formats.decimal(telling.index / 100)
    return f"{sentence} Their orders hold {what} {ratio} times as often as those of all customers."


@say.register
def _(finding: Role, formats: Formats) -> str:
    segment, best, last = finding.segment, finding.best, finding.last
    often, basket = segment.kind.split("_")
    if segment.number == best.number:
        worth = best.mean_total_sales / last.mean_total_sales if last.mean_total_sales > 0 else 0
        if worth < 2:
            return "They are the most valuable customers, though not by far."
        return f"They are the most valuable: losing one costs as much as losing {formats.count(worth)} {last.phrase}."
    if often == "rare" and basket == "small":
        sales = formats.share(segment.share_of_sales)
        who = f"They are {formats.share(segment.share_of_customers)} of customers but {sales} of sales"
        return f"{who}: keep the cost of reaching them low."
    own, top = formats.money(segment.mean_avg_order_value), formats.money(best.mean_avg_order_value)
    if often == "frequent":
        worth_each = f"They come often already; their orders are worth {own}, the best segment's {top}"
        return f"{worth_each}. The way up is a bigger basket."
    most = formats.decimal(best.mean_order_count)
    times = f"{formats.decimal(segment.mean_order_count)} orders each, the best segment {most}"
    if basket == "big":
        spend = f"They spend {own} an order, the best segment {top}"
        return f"{spend}. What is missing is the next order: they placed {times}."
    return f"They placed {times}. The way up is one more order, worth {own}."


@say.register
def _(finding: Potential, formats: Formats) -> str:
    sized = finding.segment.opportunity
    if sized is None:
        raise TypeError("a segment without opportunity has no potential")
    money = f"about {formats.money_in_words(sized.amount)}"
    step = say_step(sized, finding.step_up_share, "them", formats)
    return f"{step}, that would bring {money} ({say_range(sized, formats)})."


@say.register
def _(finding: AtRisk, formats: Formats) -> str:
    overdue = finding.segment.overdue
    customers = "one of them is" if overdue.customers == 1 else f"{formats.count(overdue.customers)} of them are"
    return f"At risk: {customers} overdue, who spent {formats.money_in_words(overdue.amount)}."


@say.register
def _(finding: OtherKind, formats: Formats) -> str:
    often, basket = finding.segment.kind.split("_")
    since = formats.month(finding.segment.identity.since)
    return f"They keep the name they have had since {since}; this month they {_OFTEN[often]}, {_BASKET[basket]}."


def say_step(sized: Opportunity, share: float, whom: str, formats: Formats) -> str:
    """Say who takes which step: ``If 5% of them (47) placed one more order``."""
    goal = formats.money(sized.basket_goal) if sized.basket_goal is not None else ""
    return (
        f"If {formats.share(share)} of {whom} ({formats.count(sized.customers)}) {_STEPS[sized.step].format(goal=goal)}"
    )


def say_range(sized: Sizing, formats: Formats) -> str:
    """Say the range of a sum of money."""
    return f"{formats.money_in_words(sized.low)} to {formats.money_in_words(sized.high)}"


def _against(own: float, all_: float, formats: Formats) -> str:
    ratio = own / all_
    times = round(ratio, 1)
    if times >= 2:
        return f"{formats.decimal(times, 0 if times.is_integer() else 1)} times"
    low, high = _CLOSE
    if low <= ratio <= high:
        return "close to"
    return "more than" if ratio > 1 else "less than"


def say_count(count: int, word: str, formats: Formats) -> str:
    """Write how many of something there are: ``1 customer``, ``4,298 customers``."""
    return f"{formats.count(count)} {word}{'' if count == 1 else 's'}"


def say_limit(limit: ChoiceLimit, formats: Formats) -> str:
    """Say what kept the number of segments below what was asked for, as the end of a sentence."""
    found, needed = formats.count(limit.found), formats.count(limit.needed)
    return {
        "too_few_customers": f"only {found} customers, fewer than the {needed} needed",
        "all_equal": "all customers are equal in everything they are compared by",
        "few_groups": f"only {found} groups of customers differ at all",
    }[limit.reason]


def say_undivided(limit: ChoiceLimit | None, formats: Formats) -> str:
    """Say that the customers are one segment, and why."""
    return (
        "The customers were not divided."
        if limit is None
        else f"The customers were not divided: {say_limit(limit, formats)}."
    )
