"""Fills the playbook's texts with a segment's numbers."""

from __future__ import annotations

from collections.abc import Mapping

from reportgen.model.actions import Play
from reportgen.model.averages import Averages
from reportgen.model.facts import SegmentFacts
from reportgen.model.words import Action
from reportgen.narrative.sentences import say_product
from reportgen.text.formats import Formats


def write_action(play: Play, segment: SegmentFacts, everyone: Averages, formats: Formats) -> Action:
    """Write what a play comes to for a segment.

    Parameters
    ----------
    play : Play
        Of the playbook.
    segment : SegmentFacts
        Whom it is for.
    everyone : Averages
        All customers.
    formats : Formats
        How numbers are written.
    """
    return fill_play(play, segment.number, playbook_numbers(segment, everyone, formats))


def fill_play(play: Play, segment: int, numbers: Mapping[str, str | None]) -> Action:
    """Fill a play's texts with formatted numbers: one for each of `reportgen.model.actions.NUMBERS`."""
    return Action(id=play.id, segment=segment, **{key: wording(numbers) for key, wording in play.texts.items()})


def playbook_numbers(segment: SegmentFacts, everyone: Averages, formats: Formats) -> dict[str, str | None]:
    """Write a segment's numbers for the playbook's texts: one entry for each of `reportgen.model.actions.NUMBERS`."""
    # a bag or a card may be bought most often and still be nothing to write about
    best = max(segment.best_sellers, key=lambda product: product.sales, default=None)
    # who has one colour seldom wants the other, and a pair that one customer has not bought yet is nothing to act on
    usable = [pair for pair in segment.pairs if pair.audience > 1 and pair.kind in (None, "different")]
    pair = max(usable, key=lambda pair: pair.audience, default=None)
    opportunity, stages = segment.opportunity, segment.stages
    goal = opportunity.basket_goal if opportunity else None
    return {
        "name": segment.name,
        "customers": formats.count(segment.customers),
        "share_of_customers": formats.share(segment.share_of_customers),
        "sales": formats.money_in_words(segment.sales),
        "share_of_sales": formats.share(segment.share_of_sales),
        "mean_total_sales": formats.money(segment.mean_total_sales),
        "mean_order_count": formats.decimal(segment.mean_order_count),
        "mean_avg_order_value": formats.money(segment.mean_avg_order_value),
        "all_mean_order_count": formats.decimal(everyone.mean_order_count),
        "all_mean_avg_order_value": formats.money(everyone.mean_avg_order_value),
        "basket_goal": formats.money(everyone.mean_avg_order_value if goal is None else goal),
        "median_recency_days": formats.count(segment.median_recency_days),
        "one_order_customers": formats.count(segment.one_order_customers),
        "one_order_share": formats.share(segment.one_order_share),
        "new_customers": None if stages is None else formats.count(stages.new),
        "not_new_customers": None if stages is None else formats.count(stages.total - stages.new),
        "lapsed_customers": None if stages is None else formats.count(stages.lapsed),
        "overdue_customers": formats.count(segment.overdue.customers),
        "overdue_sales": formats.money_in_words(segment.overdue.amount),
        "step_up_customers": formats.count(opportunity.customers) if opportunity else None,
        "opportunity": formats.money_in_words(opportunity.amount) if opportunity else None,
        "best_seller": say_product(best.product_name) if best else None,
        "pair_first": say_product(pair.first) if pair else None,
        "pair_second": say_product(pair.second) if pair else None,
        "pair_orders": formats.count(pair.orders) if pair else None,
        "pair_audience": formats.count(pair.audience) if pair else None,
    }
