"""The hallway: `build_report` is the program's table of contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from reportgen import columns as c
from reportgen.advice.actions import match_plays, write_actions
from reportgen.advice.opportunity import size_at_risk, size_opportunity
from reportgen.assembly import Found, Origin, SegmentParts, averages_of, bind_report, playbook_numbers, segment_facts
from reportgen.charts.points import pick_points
from reportgen.config.options import Options
from reportgen.formats import Formats
from reportgen.lines.baskets import count_pairs
from reportgen.lines.cleansing import check_counts, count_fates, keep, look_from, show_malformed
from reportgen.lines.customers import compute_customers
from reportgen.lines.engine import Engine, materialise, place_table
from reportgen.lines.month import compute_month
from reportgen.lines.products import find_best_sellers, tag_products
from reportgen.model.actions import Play
from reportgen.model.charts import MapPoints
from reportgen.model.customers import Customers
from reportgen.model.lines import LineCounts, OrderLines, Period
from reportgen.model.products import BestSeller, PairCounting
from reportgen.model.report import Averages, Report, SegmentFacts, SkippedSection
from reportgen.narrative.findings import find_in_segment, find_role
from reportgen.narrative.headline import choose_to_do, write_growth, write_headline, write_method_notes
from reportgen.narrative.sentences import say, say_summary
from reportgen.segments.choice import choose_n_clusters
from reportgen.segments.clusters import number_segments
from reportgen.segments.features import compute_features
from reportgen.segments.names import name_segments
from reportgen.segments.profiles import correlate_metrics, overdue_customers, profile_segments
from reportgen.stages import Stages


@dataclass(frozen=True, eq=False, slots=True)
class Setting:
    """What a report is made with: options, playbook, and the day to print on it."""

    options: Options
    plays: Sequence[Play]
    made_on: date

    @property
    def formats(self) -> Formats:
        """The ways to write a number."""
        return Formats(self.options.locale, self.options.currency)


@dataclass(frozen=True, eq=False, slots=True)
class Stock:
    """The order lines that one report is made of, and the month it is about.

    Attributes
    ----------
    engine : Engine
        Where the lines are.
    judged : OrderLines
        With their fates as far as they do not depend on the month.
    malformed : tuple of str
        Lines that never became order lines.
    store : str or None
        Whose lines they are; None: all of the source.
    period : Period
        The month.
    fingerprint : str
        Of the lines up to the month's end.
    """

    engine: Engine
    judged: OrderLines
    malformed: tuple[str, ...]
    store: str | None
    period: Period
    fingerprint: str


@dataclass(frozen=True, eq=False, slots=True)
class Built:
    """A report before it is printed: the facts, the customers drawn, and the list of all of them."""

    report: Report
    points: MapPoints
    listed: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Held:
    """That no report was made, and why; no fault of anybody's."""

    reason: str
    customers: int


@dataclass(frozen=True, eq=False, slots=True)
class _Bought:
    """What segments buy; a part that could not be made says why."""

    best_sellers: Mapping[int, tuple[BestSeller, ...]] = field(default_factory=dict)
    pairs: Mapping[int, PairCounting] = field(default_factory=dict)
    skipped: tuple[SkippedSection, ...] = ()


def build_report(setting: Setting, stock: Stock, stages: Stages) -> Built | Held:
    """Compute everything that the report says; nothing is drawn or written yet."""
    options = setting.options
    with stages("cleanse"):
        kept, counts = _cleanse(stock, options)
    with stages("customers"):
        customers = compute_customers(kept, stock.period)
        month = compute_month(kept, stock.period)
        held = None if stock.store is None else hold_small(len(customers), options.stores.min_customers)
        if held is not None:
            return held
        told = show_malformed(counts, stock.malformed)
        check_counts(told, options.cleansing.max_dropped_share, options.source.path)
    with stages("segments"):
        found = segment_customers(customers, options)
    with stages("products"):
        bought = _find_products(stock.engine, kept, found, options)
    with stages("words"):
        segments = _describe(found, bought, setting)
        points = pick_points(customers, found.segmentation.labels, options.segments.random_state)
        origin = Origin(stock.store, stock.period, counts, month, stock.fingerprint)
        report = bind_report(segments, found, origin, (options, setting.made_on, points))
        listed = customers.frame.assign(**{c.SEGMENT: found.segmentation.labels})
        return Built(_write_words(report, bought, setting.formats), points, listed)


def hold_small(customers: int, least: int) -> Held | None:
    """Hold a store with fewer customers than the config wants; None when it has enough."""
    if customers >= least:
        return None
    many = "1 customer" if customers == 1 else f"{customers} customers"
    return Held(f"{many}, fewer than {least}" if customers else "no customers in the window", customers)


def _cleanse(stock: Stock, options: Options) -> tuple[OrderLines, LineCounts]:
    cleansed = look_from(stock.judged, options.cleansing, stock.period)
    return keep(cleansed), count_fates(cleansed, stock.malformed)


def segment_customers(customers: Customers, options: Options) -> Found:
    """Divide customers into segments, choosing how many, and profile each."""
    features = compute_features(customers, options.segments)
    choice, labels = choose_n_clusters(features, options.segments)
    total_sales = customers.frame[c.TOTAL_SALES].to_numpy()
    segmentation = number_segments(features, labels[choice.n_clusters], total_sales)
    profiles = profile_segments(customers, segmentation)
    return Found(customers, features, choice, segmentation, profiles, correlate_metrics(customers))


def _find_products(engine: Engine, kept: OrderLines, found: Found, options: Options) -> _Bought:
    if not kept.has_products:
        return _Bought(skipped=(SkippedSection("products", "The source has no product columns."),))
    owners = pd.DataFrame({c.CUSTOMER_ID: found.customers.frame[c.CUSTOMER_ID], c.SEGMENT: found.segmentation.labels})
    tagged = tag_products(kept, place_table(engine, "owners", owners), options.cleansing.not_products)
    tagged = materialise(engine, "tagged", tagged)
    best_sellers = find_best_sellers(tagged, options.products, has_units=kept.has_units)
    if not kept.has_order_ids:
        reason = "The source has no order numbers, so baskets are not known."
        return _Bought(best_sellers, skipped=(SkippedSection("pairs", reason),))
    return _Bought(best_sellers, count_pairs(engine, tagged, options.products))


def _describe(found: Found, bought: _Bought, setting: Setting) -> tuple[SegmentFacts, ...]:
    """Give every segment its name, sizing, actions and words."""
    options, formats = setting.options, setting.formats
    names = name_segments(found.profiles, {str(kind): name for kind, name in options.segments.names.items()})
    everyone = averages_of(found.profiles.base)
    overdue = overdue_customers(found.customers)
    seed, share = options.segments.random_state, options.advice.step_up_share
    segments = []
    for number, name in sorted(names.items()):
        mine = found.segmentation.labels == number
        members, goal = found.customers.frame[mine], everyone.mean_avg_order_value
        parts = SegmentParts(
            number=number,
            name=name,
            center=dict(zip(found.features.names, found.segmentation.centers[number - 1], strict=True)),
            overdue=size_at_risk(members, overdue[mine], random_state=seed),
            opportunity=size_opportunity(members, name.kind, goal=goal, step_up_share=share, random_state=seed),
            best_sellers=bought.best_sellers.get(number, ()),
            pairs=bought.pairs.get(number),
        )
        segment = segment_facts(parts, found.profiles)
        plays = match_plays(setting.plays, name.kind, name.recency)
        actions = write_actions(plays, number, playbook_numbers(segment, everyone, formats))
        segments.append(replace(segment, actions=actions, summary=say_summary(segment, formats)))
    return tuple(_tell(one, segments, everyone, share, formats) for one in segments)


def _tell(
    segment: SegmentFacts, segments: Sequence[SegmentFacts], everyone: Averages, share: float, formats: Formats
) -> SegmentFacts:
    role = find_role(segment, segments)
    said = [say(finding, formats) for finding in find_in_segment(segment, segments, everyone, share)]
    spoken = say(role, formats) if role is not None else ""
    return replace(segment, role=spoken, narrative=tuple([spoken, *said] if spoken else said))


def _write_words(report: Report, bought: _Bought, formats: Formats) -> Report:
    """Write what the whole report comes down to; each step needs the one before."""
    from reportgen.sections import skipped_sections  # noqa: PLC0415 - heavy, as charts are; see `warm_up`

    report = replace(
        report,
        do_this_month=choose_to_do(report.segments, report.by_opportunity),
        method_notes=write_method_notes(report.choice, formats),
        skipped=(*skipped_sections(report), *bought.skipped),
    )
    return replace(report, growth=write_growth(report, formats), headline=write_headline(report, formats))
