"""The hallway: `build_report` is the program's table of contents, `run_report` adds the outside world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Thread

import pandas as pd

from reportgen import columns as c
from reportgen.advice.actions import match_plays, write_actions
from reportgen.advice.opportunity import size_at_risk, size_opportunity
from reportgen.archive.folders import write_folder
from reportgen.assembly import Found, Origin, SegmentParts, averages_of, bind_report, playbook_numbers, segment_facts
from reportgen.charts.points import pick_points
from reportgen.config.options import Options
from reportgen.formats import Formats
from reportgen.lines.baskets import count_pairs
from reportgen.lines.cleansing import check_counts, cleanse, count_fates, keep
from reportgen.lines.customers import compute_customers
from reportgen.lines.engine import materialise, place_table
from reportgen.lines.periods import choose_period, list_days
from reportgen.lines.products import find_best_sellers, tag_products
from reportgen.lines.sources import Source, open_source
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
from reportgen.stages import Announce, Stages
from reportgen.warmup import warm_up

ALL_STORES = "all"


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
class Run:
    """What one run left behind.

    Attributes
    ----------
    report : Report
        What was reported.
    path : Path
        The folder with the files.
    sizes : dict
        Bytes by file name.
    seconds : dict
        Time by stage.
    """

    report: Report
    path: Path
    sizes: dict[str, int]
    seconds: dict[str, float]


@dataclass(frozen=True, eq=False, slots=True)
class _Bought:
    """What segments buy; a part that could not be made says why."""

    best_sellers: Mapping[int, tuple[BestSeller, ...]] = field(default_factory=dict)
    pairs: Mapping[int, PairCounting] = field(default_factory=dict)
    skipped: tuple[SkippedSection, ...] = ()


def run_report(setting: Setting, folder: Path, announce: Announce) -> Run:
    """Make a report and write its folder, whole or not at all.

    Parameters
    ----------
    setting : Setting
        Options, playbook, date.
    folder : Path
        Where reports go; the report's own folder is ``<report id>/all/<period>`` below it.
    announce : callable
        Told the name of each stage as it begins.

    Raises
    ------
    ConfigError, DataError
        When the config or the data do not allow a report; nothing is written then.
    """
    stages = Stages(announce)
    Thread(target=warm_up, args=("pdf" in setting.options.outputs,), daemon=True).start()
    report, points = build_report(setting, stages)
    from reportgen.printing import print_report  # noqa: PLC0415 - heavy; imported meanwhile by `warm_up`

    files = print_report(report, points, setting.options, stages)
    target = folder / report.report.id / ALL_STORES / report.period.month
    with stages("write"):
        write_folder(target, files)
    return Run(report, target, {name: len(content) for name, content in files.items()}, stages.seconds)


def build_report(setting: Setting, stages: Stages) -> tuple[Report, MapPoints]:
    """Compute everything that the report says; nothing is drawn or written yet."""
    options = setting.options
    with _open(setting, stages) as source:
        with stages("cleanse"):
            period, kept, counts = _cleanse(source, options)
        with stages("customers"):
            customers = compute_customers(kept, period)
        with stages("segments"):
            found = _segment(customers, options)
        with stages("products"):
            bought = _find_products(source, kept, found, options)
            origin = Origin(period, counts, source.fingerprint.result())
    with stages("words"):
        segments = _describe(found, bought, setting)
        points = pick_points(customers, found.segmentation.labels, options.segments.random_state)
        report = bind_report(segments, found, origin, (options, setting.made_on, points))
        return _write_words(report, bought, setting.formats), points


@contextmanager
def _open(setting: Setting, stages: Stages) -> Iterator[Source]:
    """Open the source as a stage of its own, and keep it open for the block."""
    options = setting.options
    opening = open_source(options.source, options.columns, setting.formats.currency_signs)
    with stages("read"):
        source = opening.__enter__()
    try:
        yield source
    finally:
        opening.__exit__(None, None, None)


def _cleanse(source: Source, options: Options) -> tuple[Period, OrderLines, LineCounts]:
    period = choose_period(list_days(source.lines), options.period, options.window)
    cleansed = cleanse(source.lines, options.cleansing, period)
    counts = count_fates(cleansed, source.malformed)
    check_counts(counts, options.cleansing.max_dropped_share, options.source.path)
    return period, keep(cleansed), counts


def _segment(customers: Customers, options: Options) -> Found:
    features = compute_features(customers, options.segments)
    choice, labels = choose_n_clusters(features, options.segments)
    total_sales = customers.frame[c.TOTAL_SALES].to_numpy()
    segmentation = number_segments(features, labels[choice.n_clusters], total_sales)
    profiles = profile_segments(customers, segmentation)
    return Found(customers, features, choice, segmentation, profiles, correlate_metrics(customers))


def _find_products(source: Source, kept: OrderLines, found: Found, options: Options) -> _Bought:
    if not kept.has_products:
        return _Bought(skipped=(SkippedSection("products", "The source has no product columns."),))
    owners = pd.DataFrame({c.CUSTOMER_ID: found.customers.frame[c.CUSTOMER_ID], c.SEGMENT: found.segmentation.labels})
    tagged = tag_products(kept, place_table(source.engine, "owners", owners), options.cleansing.not_products)
    tagged = materialise(source.engine, "tagged", tagged)
    best_sellers = find_best_sellers(tagged, options.products, has_units=kept.has_units)
    if not kept.has_order_ids:
        reason = "The source has no order numbers, so baskets are not known."
        return _Bought(best_sellers, skipped=(SkippedSection("pairs", reason),))
    return _Bought(best_sellers, count_pairs(source.engine, tagged, options.products))


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
