"""The hallway: `build_report` is the program's table of contents, `run_report` adds the outside world."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import pandas as pd

from reportgen import __version__
from reportgen import columns as c
from reportgen.advice.actions import match_plays, write_actions
from reportgen.advice.opportunity import size_at_risk, size_opportunity
from reportgen.archive.folders import write_folder
from reportgen.assembly import SegmentParts, averages_of, playbook_numbers, segment_facts
from reportgen.charts.export import draw_charts
from reportgen.charts.points import MAX_SEGMENT_POINTS, pick_points
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
from reportgen.model.report import SCHEMA_VERSION, Identity, Method, Report, SegmentFacts, SkippedSection, Span
from reportgen.model.segments import Choice, Features, Profiles, Segmentation
from reportgen.narrative.findings import find_in_segment
from reportgen.narrative.headline import choose_to_do, write_growth, write_headline, write_method_notes
from reportgen.narrative.sentences import say, say_summary
from reportgen.render.facts import to_facts
from reportgen.render.html import Page, to_html
from reportgen.sections import build_charts, made_sections, skipped_sections
from reportgen.segments.choice import choose_n_clusters
from reportgen.segments.clusters import number_segments
from reportgen.segments.features import compute_features
from reportgen.segments.names import name_segments
from reportgen.segments.profiles import correlate_metrics, overdue_customers, profile_segments

Stage = Callable[[str], None]
ALL_STORES = "all"
_LIBRARIES = ("pandas", "scikit-learn", "duckdb", "altair", "vl-convert-python", "weasyprint")


class Stages:
    """Names the stages of a run as they begin, and keeps the seconds that each took.

    Parameters
    ----------
    announce : callable
        Called with a stage's name when it begins.
    """

    def __init__(self, announce: Stage = lambda name: None) -> None:
        self._announce = announce
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Run a block as one stage."""
        self._announce(name)
        begun = perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - begun


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


def run_report(options: Options, plays: Sequence[Play], *, made_on: date, folder: Path, announce: Stage) -> Run:
    """Make a report and write its folder, whole or not at all.

    Parameters
    ----------
    options : Options
        The config.
    plays : sequence of Play
        The playbook.
    made_on : date
        The day to print as the report's date.
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
    report, points = build_report(options, plays, made_on=made_on, stages=stages)
    files = print_report(report, points, options, stages=stages)
    target = folder / report.report.id / ALL_STORES / report.period.month
    with stages("write"):
        write_folder(target, files)
    return Run(report, target, {name: len(content) for name, content in files.items()}, stages.seconds)


def build_report(
    options: Options, plays: Sequence[Play], *, made_on: date, stages: Stages
) -> tuple[Report, MapPoints]:
    """Compute everything that the report says; nothing is drawn or written yet."""
    formats = Formats(options.locale, options.currency)
    with open_source_in(stages, options, formats) as source:
        with stages("cleanse"):
            period, kept, counts = _cleanse(source, options)
        with stages("customers"):
            customers = compute_customers(kept, period)
        with stages("segments"):
            found = _segment(customers, options)
        with stages("products"):
            best_sellers, pairs, skipped = _products(source, kept, customers, found, options)
    with stages("advice"):
        segments = _describe(found, customers, best_sellers, pairs, options=options, plays=plays, formats=formats)
    with stages("words"):
        points = pick_points(customers, found.segmentation.labels, options.segments.random_state)
        report = _put_together(segments, found, customers, (period, counts, source.fingerprint), options, made_on)
        report = replace(report, skipped=(*skipped_sections(report), *skipped), method=_count_drawn(report.method, points))
        report = replace(report, growth=write_growth(report, formats), headline=write_headline(report, formats))
    return report, points


@contextmanager
def open_source_in(stages: Stages, options: Options, formats: Formats) -> Iterator[Source]:
    """Open the source as a stage of its own, and keep it open for the block."""
    opening = open_source(options.source, options.columns, formats.currency_signs)
    with stages("read"):
        source = opening.__enter__()
    try:
        yield source
    finally:
        opening.__exit__(None, None, None)


def print_report(report: Report, points: MapPoints, options: Options, *, stages: Stages) -> dict[str, bytes]:
    """Draw the charts and fill the templates.

    Returns
    -------
    dict
        Content by file name: `facts.json`, and `report.html` and `report.pdf` as the config asks.
    """
    formats = Formats(options.locale, options.currency)
    files = {"facts.json": to_facts(report)}
    if not options.outputs:
        return files
    with stages("charts"):
        charts = draw_charts(build_charts(report, points, formats), formats)
    page = Page(report, tuple((s.key, s.title, s.template) for s in made_sections(report)), charts, formats)
    template_dir = Path(options.template_dir) if options.template_dir else None
    if "html" in options.outputs:
        with stages("html"):
            files["report.html"] = to_html(page, "screen", template_dir).encode()
    if "pdf" in options.outputs:
        with stages("pdf"):
            from reportgen.render.pdf import to_pdf  # noqa: PLC0415 - needs Pango, which HTML alone does not

            files["report.pdf"] = to_pdf(page, template_dir)
    return files


def _cleanse(source: Source, options: Options) -> tuple[Period, OrderLines, LineCounts]:
    period = choose_period(list_days(source.lines), options.period, options.window)
    cleansed = cleanse(source.lines, options.cleansing, period)
    counts = count_fates(cleansed, source.malformed)
    check_counts(counts, options.cleansing.max_dropped_share, options.source.path)
    return period, keep(cleansed), counts


@dataclass(frozen=True, eq=False, slots=True)
class _Found:
    """What the workshop made of the customers."""

    features: Features
    choice: Choice
    segmentation: Segmentation
    profiles: Profiles


def _segment(customers: Customers, options: Options) -> _Found:
    features = compute_features(customers, options.segments)
    choice, labels = choose_n_clusters(features, options.segments)
    total_sales = customers.frame[c.TOTAL_SALES].to_numpy()
    segmentation = number_segments(features, labels[choice.n_clusters], total_sales)
    return _Found(features, choice, segmentation, profile_segments(customers, segmentation))


def _products(
    source: Source, kept: OrderLines, customers: Customers, found: _Found, options: Options
) -> tuple[dict[int, tuple[BestSeller, ...]], dict[int, PairCounting], list[SkippedSection]]:
    if not kept.has_products:
        return {}, {}, [SkippedSection("products", "The source has no product columns.")]
    owners = pd.DataFrame({c.CUSTOMER_ID: customers.frame[c.CUSTOMER_ID], c.SEGMENT: found.segmentation.labels})
    tagged = tag_products(kept, place_table(source.engine, "owners", owners), options.cleansing.not_products)
    tagged = materialise(source.engine, "tagged", tagged)
    best_sellers = find_best_sellers(tagged, options.products, has_units=kept.has_units)
    if not kept.has_order_ids:
        reason = "The source has no order numbers, so baskets are not known."
        return best_sellers, {}, [SkippedSection("pairs", reason)]
    return best_sellers, count_pairs(source.engine, tagged, options.products), []


def _describe(
    found: _Found,
    customers: Customers,
    best_sellers: dict[int, tuple[BestSeller, ...]],
    pairs: dict[int, PairCounting],
    *,
    options: Options,
    plays: Sequence[Play],
    formats: Formats,
) -> tuple[SegmentFacts, ...]:
    """Give every segment its name, sizing, actions and words."""
    names = name_segments(found.profiles, options.segments.names)
    everyone = averages_of(found.profiles.base)
    overdue = overdue_customers(customers)
    seed = options.segments.random_state
    segments = []
    for number, name in sorted(names.items()):
        mine = found.segmentation.labels == number
        members = customers.frame[mine]
        parts = SegmentParts(
            number=number,
            name=name,
            center=dict(zip(found.features.names, found.segmentation.centers[number - 1], strict=True)),
            overdue=size_at_risk(members, overdue[mine], random_state=seed),
            opportunity=size_opportunity(
                members,
                name.kind,
                goal=everyone.mean_avg_order_value,
                step_up_share=options.advice.step_up_share,
                random_state=seed,
            ),
            best_sellers=best_sellers.get(number, ()),
            pairs=pairs.get(number, PairCounting((), 0, 0, 0)),
        )
        segment = segment_facts(parts, found.profiles)
        chosen = match_plays(plays, name.kind, name.recency)
        actions = write_actions(chosen, number, playbook_numbers(segment, everyone, formats))
        segments.append(replace(segment, actions=actions, summary=say_summary(segment, formats)))
    return tuple(
        replace(one, narrative=tuple(say(finding, formats) for finding in find_in_segment(one, segments, everyone)))
        for one in segments
    )


def _put_together(
    segments: tuple[SegmentFacts, ...],
    found: _Found,
    customers: Customers,
    origin: tuple[Period, LineCounts, str],
    options: Options,
    made_on: date,
) -> Report:
    period, counts, fingerprint = origin
    formats = Formats(options.locale, options.currency)
    everyone = averages_of(found.profiles.base)
    repeat = len(customers) - everyone.one_order_customers
    report = Report(
        schema_version=SCHEMA_VERSION,
        made_on=made_on,
        report=Identity(options.report.id, options.report.title, None, options.locale, options.currency),
        period=Span(period.month, period.first_day, period.as_of, options.window, period.is_partial),
        lines=counts,
        customers=len(customers),
        orders=customers.orders,
        total_sales=customers.total_sales,
        avg_order_value=round(float(customers.total_sales) / customers.orders, 2),
        repeat_customers=repeat,
        repeat_share=round(repeat / len(customers), 6),
        averages=everyone,
        n_clusters=len(segments),
        silhouette=found.choice.silhouette,
        inertia=found.choice.inertia,
        choice=found.choice,
        rank_correlations=correlate_metrics(customers),
        headline=(),
        do_this_month=(),
        segments=segments,
        growth=(),
        method_notes=write_method_notes(found.choice, formats),
        method=_method(options, fingerprint),
        skipped=(),
    )
    return replace(report, do_this_month=choose_to_do(report.segments, report.by_opportunity))


def _method(options: Options, fingerprint: str) -> Method:
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
        map_customers=0,
        segment_map_customers=0,
        fingerprint=fingerprint,
        versions={
            "reportgen": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
        },
    )


def _count_drawn(method: Method, points: MapPoints) -> Method:
    return replace(method, map_customers=len(points.frame), segment_map_customers=min(len(points.frame), MAX_SEGMENT_POINTS))
