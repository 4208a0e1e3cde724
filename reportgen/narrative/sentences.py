"""Turns findings into sentences: one idea each, with its number and its yardstick."""

from __future__ import annotations

from functools import singledispatch

from reportgen.formats import Formats
from reportgen.model.report import SegmentFacts
from reportgen.narrative.findings import Finding, HowMuch, HowOften, HowRecent, Role, Taste, Worth

_OFTEN = {"frequent": "order often", "occasional": "order now and then", "rare": "seldom order"}
_BASKET = {"big": "in big baskets", "mid": "in baskets of middling size", "small": "in small baskets"}
FEW_ORDERS = 0.5
_CLOSE = (0.85, 1.18)


def say_summary(segment: SegmentFacts, formats: Formats) -> str:
    """Say in one sentence who a segment is."""
    often, basket = segment.kind.split("_")
    who = f"{formats.count(segment.customers)} customers who {_OFTEN[often]}, {_BASKET[basket]}"
    if segment.share_of_customers == 1:
        who = f"All {formats.count(segment.customers)} customers, as one group"
        return f"{who}."
    shares = f"{formats.share(segment.share_of_customers)} of customers, {formats.share(segment.share_of_sales)} of sales"
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
    raise TypeError(f"no sentence for {type(finding).__name__}")


@say.register
def _(finding: Worth, formats: Formats) -> str:
    own, all_ = finding.segment.mean_total_sales, finding.everyone.mean_total_sales
    each = f"Each spent {formats.money(own)} on average"
    if finding.segment.share_of_customers == 1 or not all_:
        return f"{each}."
    return f"{each}, {_against(own, all_)} the {formats.money(all_)} of all customers."


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
        shares = f"{formats.share(segment.share_of_customers)} of customers but {formats.share(segment.share_of_sales)} of sales"
        return f"They are {shares}: keep the cost of reaching them low."
    own, top = formats.money(segment.mean_avg_order_value), formats.money(best.mean_avg_order_value)
    if often == "frequent":
        return f"They come often already; their orders are worth {own}, the best segment's {top}. The way up is a bigger basket."
    times = f"{formats.decimal(segment.mean_order_count)} orders each, the best segment {formats.decimal(best.mean_order_count)}"
    if basket == "big":
        return f"They spend {own} an order, the best segment {top}. What is missing is the next order: they placed {times}."
    return f"They placed {times}. The way up is one more order, worth {own}."


def _against(own: float, all_: float) -> str:
    ratio = own / all_
    if ratio >= 1.95:
        return f"{ratio:.1f} times".replace(".0 times", " times")
    low, high = _CLOSE
    if low <= ratio <= high:
        return "close to"
    return "more than" if ratio > 1 else "less than"
