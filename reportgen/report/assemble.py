"""Puts the results of all packages together as the facts of a report; names them, and computes shares alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from reportgen import columns as c
from reportgen.advice.actions import choose_to_do
from reportgen.config.options import Options
from reportgen.model.actions import AtRisk, Opportunity, TakenBack
from reportgen.model.averages import Averages
from reportgen.model.change import Change
from reportgen.model.charts import MapPoints
from reportgen.model.customers import Customers
from reportgen.model.evidence import list_failing
from reportgen.model.facts import SCHEMA_VERSION, Facts, Identity, SegmentFacts, SkippedSection, Span
from reportgen.model.identity import KnownAs
from reportgen.model.ladder import Ladder
from reportgen.model.lines import LineCounts, Period
from reportgen.model.products import PairCounting
from reportgen.model.returning import SegmentReturn
from reportgen.model.segments import Choice, Features, Fit, Profiles, Segmentation, SegmentModel
from reportgen.model.stages import StageCounts
from reportgen.model.trials import Trial
from reportgen.model.trust import Silhouettes, Stability, trust_of
from reportgen.model.warnings import SourceWarning
from reportgen.report.audiences import name_audiences
from reportgen.report.history import History
from reportgen.report.method import method_of
from reportgen.report.products import ProductFindings
from reportgen.report.trials import Planned, propose_trials
from reportgen.segments.drift import Drift
from reportgen.segments.names import recency_of
from reportgen.segments.profiles import measure_taken_back
from reportgen.segments.stages import add_stages
from reportgen.segments.trust.assess import Assessment
from reportgen.text.bidi import isolate

_NO_PAIRS = PairCounting((), 0, 0, 0, 0)


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
    fits : mapping
        What k-means found, by number; empty for an earlier model.
    ladder : Ladder or None
        How they could be divided; None for those of an earlier report.
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
    fits: Mapping[int, Fit] = field(default_factory=dict)
    ladder: Ladder | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the numbers come from: the store, the time, the fates of the lines, the history, the input's digest."""

    store: str | None
    period: Period
    counts: LineCounts
    history: History
    fingerprint: str


@dataclass(frozen=True, eq=False, slots=True)
class SegmentParts:
    """What was found out about one segment, but for what it buys."""

    number: int
    known_as: KnownAs
    kind: str
    center: Mapping[str, float]
    stages: StageCounts
    overdue: AtRisk
    opportunity: Opportunity | None
    returning: SegmentReturn | None
    taken_back: TakenBack | None
    stability: Stability | None
    silhouettes: Silhouettes | None
    plays: tuple[str, ...]
    trials: tuple[Planned, ...]


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


def bind_segments(
    described: Sequence[SegmentParts], profiles: Profiles, products: ProductFindings
) -> tuple[SegmentFacts, ...]:
    """Bind what was found out about every segment to its facts."""
    return tuple(_segment_facts(parts, profiles, products) for parts in described)


def _segment_facts(parts: SegmentParts, profiles: Profiles, products: ProductFindings) -> SegmentFacts:
    row: Any = profiles.frame.loc[parts.number]
    base: Any = profiles.base
    pairs = products.pairs.get(parts.number) or _NO_PAIRS

    def index(metric: str) -> int:
        whole = float(base[f"mean_{metric}"])
        return round(100 * float(row[f"mean_{metric}"]) / whole) if whole else 100

    return SegmentFacts(
        **_averages(row),
        number=parts.number,
        identity=parts.known_as.identity,
        formerly=parts.known_as.formerly,
        kind=parts.kind,
        recency=recency_of(row, base),
        customers=int(row["customers"]),
        share_of_customers=_share(row["customers"], base["customers"]),
        orders=int(row["orders"]),
        share_of_orders=_share(row["orders"], base["orders"]),
        sales=round(int(row[c.AMOUNT]) / c.MONEY_SCALE, 2),
        share_of_sales=_share(row[c.AMOUNT], base[c.AMOUNT]),
        index_total_sales=index(c.TOTAL_SALES),
        index_order_count=index(c.ORDER_COUNT),
        index_avg_order_value=index(c.AVG_ORDER_VALUE),
        stability=parts.stability,
        silhouettes=parts.silhouettes,
        trust=None if parts.stability is None else trust_of(parts.stability),
        center={name: round(value, 4) for name, value in parts.center.items()},
        percentiles={metric: round(float(row[f"percentile_{metric}"]), 4) for metric in c.METRICS},
        stages=parts.stages,
        overdue=parts.overdue,
        opportunity=parts.opportunity,
        returning=parts.returning,
        taken_back=parts.taken_back,
        below_usual_share=products.below_of(parts.number),
        best_sellers=products.best_sellers.get(parts.number, ()),
        pairs=pairs.pairs,
        pairs_found=pairs.found,
        pairs_alike=pairs.alike,
        pair_orders_counted=pairs.orders_counted,
        pair_orders_left_out=pairs.orders_left_out,
        plays=parts.plays,
    )


def _share(part: float, whole: float) -> float:
    return round(float(part) / float(whole), 6) if whole else 0.0


@dataclass(frozen=True, eq=False, slots=True)
class Findings:
    """What was found out about a report's customers, to be bound to its facts.

    Attributes
    ----------
    segmented : Segmented
        The customers, divided.
    assessment : Assessment or None
        How far they can be trusted; None where that was not tried.
    described : tuple of SegmentParts
        By number.
    change : Change
        Since the previous report.
    products : ProductFindings
        What the segments buy.
    warnings : tuple of SourceWarning
        What is doubtful of the lines.
    points : MapPoints
        The customers drawn.
    followed : tuple of Trial
        What came of the actions of earlier reports.
    """

    segmented: Segmented
    assessment: Assessment | None
    described: tuple[SegmentParts, ...]
    change: Change
    products: ProductFindings
    warnings: tuple[SourceWarning, ...]
    points: MapPoints
    followed: tuple[Trial, ...] = ()


def bind_facts(findings: Findings, origin: Origin, options: Options, made_on: date) -> Facts:
    """Bind what was found out to the facts of a report.

    Parameters
    ----------
    findings : Findings
        Of its customers.
    origin : Origin
        Where the numbers come from.
    options : Options
        The config.
    made_on : date
        The day to print.
    """
    segmented, customers = findings.segmented, findings.segmented.customers
    segments = bind_segments(findings.described, segmented.profiles, findings.products)
    everyone = averages_of(segmented.profiles.base)
    plans = [(parts.known_as.name, parts.trials) for parts in findings.described]
    proposed = propose_trials(plans, options.report.id, origin.store, origin.period.month)
    return Facts(
        schema_version=SCHEMA_VERSION,
        made_on=made_on,
        report=_identity(options, origin.store),
        period=span_of(origin.period, options),
        lines=origin.counts,
        warnings=findings.warnings,
        **_sum_up(customers, everyone),
        months=origin.history.months,
        returning=origin.history.returning,
        stages=add_stages([segment.stages for segment in segments if segment.stages is not None]),
        base_rate=origin.history.base_rate,
        late_before=origin.history.late_before,
        taken_back=measure_taken_back(customers.frame.join(origin.history.net), options.cleansing.returns),
        below_usual_share=findings.products.below_of_all,
        averages=everyone,
        n_clusters=len(segments),
        ladder=segmented.ladder,
        choice=segmented.choice,
        votes=None if findings.assessment is None else findings.assessment.votes,
        verdict=None if findings.assessment is None else findings.assessment.verdict,
        headline=(),
        rank_correlations=segmented.rank_correlations,
        trials=(*proposed, *findings.followed),
        audiences=name_audiences(proposed) if _keeps_audiences(options, origin.period) else (),
        do_this_month=choose_to_do(segments, list_failing(findings.followed)),
        segments=segments,
        method=method_of(options, origin.fingerprint, len(findings.points.points)),
        skipped=(*_find_skipped(findings, origin.history), *findings.products.skipped),
        change=findings.change,
    )


def _keeps_audiences(options: Options, period: Period) -> bool:
    """Whether the actions have files: a month that is not complete is made again, with other customers in them."""
    return options.audiences.ids != "none" and not period.is_partial


def _sum_up(customers: Customers, everyone: Averages) -> dict[str, Any]:
    repeat = len(customers) - everyone.one_order_customers
    return {
        "customers": len(customers),
        "orders": customers.orders,
        "total_sales": customers.total_sales,
        "avg_order_value": round(float(customers.total_sales) / customers.orders, 2),
        "repeat_customers": repeat,
        "repeat_share": _share(repeat, len(customers)),
    }


def span_of(period: Period, options: Options) -> Span:
    """Tell the time that a report is about."""
    return Span(period.month, period.first_day, period.as_of, options.window, period.is_partial)


def _find_skipped(findings: Findings, history: History) -> list[SkippedSection]:
    """Find the sections of `reportgen.report.sections` that this report's customers do not allow."""
    skipped = [SkippedSection(key, "undivided") for key in ("glance", "map") if len(findings.described) < 2]
    if not any(step.times.within for step in history.returning.steps):
        skipped.append(SkippedSection("returning", "no_past"))
    return skipped + [SkippedSection("change", "first")] * (findings.change.withheld == "first")


def _identity(options: Options, store: str | None) -> Identity:
    shown = None if store is None else isolate(store)
    return Identity(options.report.id, isolate(options.report.title), shown, options.locale, options.currency)
