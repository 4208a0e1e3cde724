"""Puts the results of all packages together as the facts of a report; names them, and computes shares alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from reportgen import columns as c
from reportgen.bidi import isolate
from reportgen.charts.points import MAX_SEGMENT_POINTS
from reportgen.config.options import Options
from reportgen.formats import Formats
from reportgen.model.actions import Opportunity, Sizing
from reportgen.model.change import Change, ModelUse
from reportgen.model.charts import MapPoints
from reportgen.model.customers import Customers
from reportgen.model.lines import LineCounts, Period
from reportgen.model.products import BestSeller, PairCounting
from reportgen.model.report import SCHEMA_VERSION, Averages, Identity, Method, MonthFigures, Report, SegmentFacts, Span
from reportgen.model.segments import Choice, Features, Profiles, Segmentation, SegmentModel
from reportgen.segments.drift import Drift
from reportgen.segments.identity import KnownAs
from reportgen.segments.names import recency_of
from reportgen.versions import list_versions

_NO_PAIRS = PairCounting((), 0, 0, 0)


@dataclass(frozen=True, eq=False, slots=True)
class Segmented:
    """The customers, divided.

    Attributes
    ----------
    model : SegmentModel
        What placed them in segments.
    drift : Drift or None
        How far an earlier model has worn out, where that was asked.
    is_kept : bool
        Whether it is that earlier model.
    """

    customers: Customers
    features: Features
    choice: Choice
    segmentation: Segmentation
    profiles: Profiles
    rank_correlations: dict[str, float]
    model: SegmentModel
    drift: Drift | None = None
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the numbers come from: the store, the time, the fates of the lines, the month, the digest of the input."""

    store: str | None
    period: Period
    counts: LineCounts
    month: MonthFigures
    fingerprint: str


@dataclass(frozen=True, eq=False, slots=True)
class SegmentParts:
    """What was found out about one segment, before its words are written."""

    number: int
    identity: KnownAs
    kind: str
    center: Mapping[str, float]
    overdue: Sizing
    opportunity: Opportunity | None
    best_sellers: tuple[BestSeller, ...] = ()
    pairs: PairCounting | None = None


def averages_of(row: pd.Series) -> Averages:
    """Make the averages of a profile row; money to the penny, counts to four decimals."""
    return Averages(**_averages(row))


def _averages(row: Any) -> dict[str, Any]:
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
    row: Any = profiles.frame.loc[parts.number]
    base: Any = profiles.base
    pairs = parts.pairs or _NO_PAIRS

    def index(metric: str) -> int:
        whole = float(base[f"mean_{metric}"])
        return round(100 * float(row[f"mean_{metric}"]) / whole) if whole else 100

    return SegmentFacts(
        **_averages(row),
        number=parts.number,
        name=parts.identity.name.name,
        phrase=parts.identity.name.phrase,
        colour=parts.identity.colour,
        known_since=parts.identity.since,
        named_for=parts.identity.name.kind,
        kind=parts.kind,
        recency=recency_of(row),
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
        pairs=pairs.pairs,
        pairs_found=pairs.found,
        pair_orders_counted=pairs.orders_counted,
        pair_orders_left_out=pairs.orders_left_out,
        actions=(),
        summary="",
        role="",
        narrative=(),
    )


def _share(part: float, whole: float) -> float:
    return round(float(part) / float(whole), 6) if whole else 0.0


def bind_report(
    segments: tuple[SegmentFacts, ...], segmented: Segmented, origin: Origin, made: tuple[Options, date, MapPoints]
) -> Report:
    """Bind the facts of all segments to a report; its own words are written afterwards.

    Parameters
    ----------
    segments : tuple of SegmentFacts
        By number.
    segmented : Segmented
        The customers, divided.
    origin : Origin
        Where the numbers come from.
    made : tuple of (Options, date, MapPoints)
        The config, the day to print, the customers drawn.
    """
    options, made_on, points = made
    period, customers = origin.period, segmented.customers
    everyone = averages_of(segmented.profiles.base)
    repeat = len(customers) - everyone.one_order_customers
    return Report(
        schema_version=SCHEMA_VERSION,
        made_on=made_on,
        report=_identity(options, origin.store),
        period=Span(period.month, period.first_day, period.as_of, options.window, period.is_partial),
        lines=origin.counts,
        customers=len(customers),
        orders=customers.orders,
        total_sales=customers.total_sales,
        avg_order_value=round(float(customers.total_sales) / customers.orders, 2),
        repeat_customers=repeat,
        repeat_share=_share(repeat, len(customers)),
        month=origin.month,
        averages=everyone,
        n_clusters=len(segments),
        silhouette=segmented.choice.silhouette,
        inertia=segmented.choice.inertia,
        choice=segmented.choice,
        rank_correlations=segmented.rank_correlations,
        headline=(),
        do_this_month=(),
        segments=segments,
        growth=(),
        method_notes=(),
        method=_method(options, origin.fingerprint, len(points.frame)),
        skipped=(),
        change=first_change(period.month),
    )


def first_change(month: str) -> Change:
    """Return the change of a report of which nothing earlier is known yet."""
    model = ModelUse("refit", month, is_refit=False, segments_before=None, excess=None, shift=None, why="")
    return Change(None, "first", (), model, (), (), (), None, (), "", None, ())


def _identity(options: Options, store: str | None) -> Identity:
    shown = None if store is None else isolate(store)
    return Identity(options.report.id, isolate(options.report.title), shown, options.locale, options.currency)


def _method(options: Options, fingerprint: str, drawn: int) -> Method:
    return Method(
        features=options.segments.features,
        normalise=options.segments.normalise,
        ties=options.segments.ties,
        random_state=options.segments.random_state,
        rank_by=options.products.rank_by,
        min_pair_orders=options.products.min_pair_orders,
        max_basket_size=options.products.max_basket_size,
        step_up_share=options.advice.step_up_share,
        not_products=options.cleansing.not_products,
        cancelled_prefix=options.cleansing.cancelled_prefix,
        returns=options.cleansing.returns,
        max_dropped_share=options.cleansing.max_dropped_share,
        map_customers=drawn,
        segment_map_customers=min(drawn, MAX_SEGMENT_POINTS),
        fingerprint=fingerprint,
        versions=list_versions(),
    )


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
