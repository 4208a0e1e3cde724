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
    SegmentMove,
    SegmentShare,
    Totals,
)
from reportgen.narrative.sentences import CAUSES, say_count
from reportgen.text.formats import Formats

_STEADY = 0.005
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
    compared = []
    if finding.previous is not None and finding.previous_month is not None:
        than = _month_of(finding.previous_month, finding.month, formats)
        compared.append(f"{_relate(finding.change, finding.previous, formats)} {than}")
    if finding.year_ago is not None:
        compared.append(f"{_relate(finding.year_change, finding.year_ago, formats)} the same month last year")
    orders = say_count(finding.orders, "order", formats)
    brought = f"{formats.month(finding.month)} brought {formats.money_in_words(finding.sales)} from {orders}"
    return f"{brought}, {' and '.join(compared)}." if compared else f"{brought}."


def _month_of(month: str, now: str, formats: Formats) -> str:
    """Name a month, without its year where that is this one's."""
    return formats.month_alone(month) if month[:4] == now[:4] else formats.month(month)


def _relate(change: float | None, before: float, formats: Formats) -> str:
    if change is None:
        return "after a loss in" if before < 0 else "after nothing in"
    if abs(change) < _STEADY:
        return "as much as"
    return f"{formats.share(abs(change))} {'more' if change > 0 else 'less'} than"


@say_finding.register
def _(finding: CustomerBase, formats: Formats) -> str:
    sentence = f"The shop has {say_count(finding.customers, 'customer', formats)}"
    if finding.difference is not None and finding.previous_month is not None:
        since = f"in {_month_of(finding.previous_month, finding.month, formats)}"
        more = finding.difference
        size = f"{formats.count(abs(more))} {'more' if more > 0 else 'fewer'} than" if more else "as many as"
        arrivals = [
            f"{formats.count(finding.arrivals[kind])} {kind}"
            for kind in ("new", "returned", "left")
            if finding.arrivals.get(kind)
        ]
        sentence += f", {size} {since}" + (f" ({', '.join(arrivals)})" if arrivals else "")
    best = finding.best
    if best is None:
        return f"{sentence}."
    shares = f"{formats.share(best.share_of_customers)} of customers and {formats.share(best.share_of_sales)} of sales"
    return f"{sentence}; the {formats.count(best.customers)} {best.phrase} are {shares}."


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
    size = f"{formats.count(abs(move.difference))} to {formats.count(move.customers)}"
    return f"the {move.phrase} {verb} most, by {size}{why}"


@say_finding.register
def _(finding: Totals, formats: Formats) -> str:
    customers = say_count(finding.customers, "customer", formats)
    orders = say_count(finding.orders, "order", formats)
    days = f"between {formats.day(finding.first_day)} and {formats.day(finding.as_of)}"
    sentence = f"{customers} placed {orders} worth {formats.money_in_words(finding.sales)} {days}."
    if finding.unfinished_month is None:
        return sentence
    return f"{sentence} {formats.month(finding.unfinished_month)} is not complete."


@say_finding.register
def _(finding: SegmentShare, formats: Formats) -> str:
    shares = f"{formats.share(finding.share_of_customers)} of customers, {formats.share(finding.share_of_sales)}"
    return f"The most valuable are the {formats.count(finding.customers)} {finding.phrase}: {shares} of sales."


@say_finding.register
def _(finding: LargestSteps, formats: Formats) -> str:
    parts = [f"{segment.phrase} (about {formats.money_in_words(segment.amount)})" for segment in finding.segments]
    share = formats.share(finding.step_up_share)
    return f"Growth is in the {' and the '.join(parts)}, if {share} of them take the next step."


@say_finding.register
def _(finding: LargestRisk, formats: Formats) -> str:
    customers = say_count(finding.customers, "customer", formats)
    money = formats.money_in_words(finding.amount)
    return f"Most at risk: {customers} among the {finding.phrase}, who spent {money} and are overdue."
