"""Puts the rooms' results together as the facts of each segment: no new number is thought up here, only named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from reportgen import columns as c
from reportgen.formats import Formats
from reportgen.model.actions import Action, Opportunity, Sizing
from reportgen.model.products import BestSeller, PairCounting
from reportgen.model.report import Averages, SegmentFacts
from reportgen.model.segments import Profiles, SegmentName

_NO_PAIRS = PairCounting((), 0, 0, 0)


@dataclass(frozen=True, eq=False, slots=True)
class SegmentParts:
    """What the rooms found out about one segment, before its words are written."""

    number: int
    name: SegmentName
    center: Mapping[str, float]
    overdue: Sizing
    opportunity: Opportunity | None
    best_sellers: tuple[BestSeller, ...] = ()
    pairs: PairCounting = _NO_PAIRS
    actions: tuple[Action, ...] = ()


def averages_of(row: pd.Series) -> Averages:
    """Make the averages of a profile row; money to the penny, counts to four decimals."""
    return Averages(**_averages(row))


def _averages(row: pd.Series) -> dict[str, float]:
    places = {c.TOTAL_SALES: 2, c.AVG_ORDER_VALUE: 2, c.ORDER_COUNT: 4, c.RECENCY_DAYS: 2}
    values = {
        f"{kind}_{metric}": round(float(row[f"{kind}_{metric}"]), digits)
        for kind in ("mean", "median")
        for metric, digits in places.items()
    }
    once = int(row["one_order_customers"])
    return {**values, "one_order_customers": once, "one_order_share": _share(once, row["customers"])}


def segment_facts(parts: SegmentParts, profiles: Profiles) -> SegmentFacts:
    """Make the facts of one segment; its summary and narrative are written afterwards."""
    row, base = profiles.frame.loc[parts.number], profiles.base

    def index(metric: str) -> int:
        whole = float(base[f"mean_{metric}"])
        return round(100 * float(row[f"mean_{metric}"]) / whole) if whole else 100

    return SegmentFacts(
        **_averages(row),  # type: ignore[arg-type]
        number=parts.number,
        name=parts.name.name,
        phrase=parts.name.phrase,
        kind=parts.name.kind,
        recency=parts.name.recency,
        customers=int(row["customers"]),
        share_of_customers=_share(row["customers"], base["customers"]),
        orders=int(row["orders"]),
        share_of_orders=_share(row["orders"], base["orders"]),
        sales=round(int(row[c.AMOUNT]) / c.MONEY_SCALE, 2),
        share_of_sales=_share(row[c.AMOUNT], base[c.AMOUNT]),
        index_total_sales=index(c.TOTAL_SALES),
        index_order_count=index(c.ORDER_COUNT),
        index_avg_order_value=index(c.AVG_ORDER_VALUE),
        center={name: round(value, 4) for name, value in parts.center.items()},
        percentiles={metric: round(float(row[f"percentile_{metric}"]), 4) for metric in c.METRICS},
        overdue=parts.overdue,
        opportunity=parts.opportunity,
        best_sellers=parts.best_sellers,
        pairs=parts.pairs.pairs,
        pairs_found=parts.pairs.found,
        pair_orders_counted=parts.pairs.orders_counted,
        pair_orders_left_out=parts.pairs.orders_left_out,
        actions=parts.actions,
        summary="",
        narrative=(),
    )


def _share(part: float, whole: float) -> float:
    return round(float(part) / float(whole), 6) if whole else 0.0


def playbook_numbers(segment: SegmentFacts, everyone: Averages, formats: Formats) -> dict[str, str | None]:
    """Write a segment's numbers for the playbook's texts: one entry for each of `reportgen.model.actions.NUMBERS`."""
    best = segment.best_sellers[0] if segment.best_sellers else None
    pair = max(segment.pairs, key=lambda one: one.audience, default=None) if segment.pairs else None
    opportunity = segment.opportunity
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
        "overdue_customers": formats.count(segment.overdue.customers),
        "overdue_sales": formats.money_in_words(segment.overdue.amount),
        "step_up_customers": formats.count(opportunity.customers) if opportunity else None,
        "opportunity": formats.money_in_words(opportunity.amount) if opportunity else None,
        "best_seller": best.product_name if best else None,
        "pair_first": pair.first if pair else None,
        "pair_second": pair.second if pair else None,
        "pair_orders": formats.count(pair.orders) if pair else None,
        "pair_audience": formats.count(pair.audience) if pair else None,
    }
