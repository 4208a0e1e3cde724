"""Builds the report of one store and month; `build_report` is its table of contents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from reportgen import columns as c
from reportgen.charts.points import pick_points
from reportgen.config.options import Options
from reportgen.lines.checks.build import find_warnings
from reportgen.lines.checks.seen import see
from reportgen.lines.engine.base import Engine
from reportgen.lines.sources.malformed import MalformedLines
from reportgen.lines.transform.cleansing import (
    apply_window,
    check_counts,
    count_fates,
    keep_only,
    see_net,
    show_malformed,
)
from reportgen.lines.transform.customers import compute_customers
from reportgen.model.charts import MapPoints
from reportgen.model.customers import Customers
from reportgen.model.facts import Facts
from reportgen.model.identity import KnownAs
from reportgen.model.lines import LineCounts, OrderLines, Period
from reportgen.model.previous import Previous
from reportgen.model.report import Report
from reportgen.model.segments import SegmentModel
from reportgen.model.trials import MarkedTrial
from reportgen.model.warnings import SourceWarning
from reportgen.narrative.words import write_words
from reportgen.report.assemble import Findings, Origin, Segmented, SegmentParts, bind_facts
from reportgen.report.audiences import list_audiences
from reportgen.report.change.build import ChangeInputs, find_change, list_customers, name_model
from reportgen.report.change.compare import Comparison, follow_customers
from reportgen.report.change.trend import Marks
from reportgen.report.divide import assess_segments, name_divided, segment_customers
from reportgen.report.earned import EarlierActions, find_in_trial, follow_trials
from reportgen.report.history import see_history
from reportgen.report.products import ProductFindings, find_products
from reportgen.report.robust.mark import mark_headline
from reportgen.report.robust.segments import Tried
from reportgen.report.segments import describe_segments, list_evidence
from reportgen.report.setting import Setting
from reportgen.report.trials import assign_arms
from reportgen.segments.drift import EarlierDivision
from reportgen.segments.identity import identify_segments
from reportgen.stages import Stages

Draw = Callable[[Facts, MapPoints], None]


@dataclass(frozen=True, eq=False, slots=True)
class ReportInput:
    """The order lines that one report is made of, and the month it is about.

    Attributes
    ----------
    engine : Engine
        Where the lines are.
    classified : OrderLines
        With their fates as far as they do not depend on the month.
    malformed : MalformedLines
        Lines that never became order lines.
    store : str or None
        Whose lines they are; None: all of the source.
    period : Period
        The month.
    fingerprint : str
        Of the lines up to the month's end.
    marks : mapping
        Lines of each calendar month, and a digest of them.
    marked : tuple of MarkedTrial
        What was said of the actions of earlier reports, with their customers.
    """

    engine: Engine
    classified: OrderLines
    malformed: MalformedLines
    store: str | None
    period: Period
    fingerprint: str
    marks: Marks = field(default_factory=dict)
    marked: tuple[MarkedTrial, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Built:
    """A report before it is printed; beside it its customers, all and by action, and what placed them in segments."""

    report: Report
    listed: pd.DataFrame
    audiences: dict[str, pd.DataFrame]
    model: SegmentModel


@dataclass(frozen=True, slots=True)
class Held:
    """That no report was made, and why; no fault of anybody's."""

    reason: str
    customers: int


def _leave(_facts: Facts, _points: MapPoints) -> None:
    """Draw nothing."""


def build_report(
    setting: Setting, report_input: ReportInput, stages: Stages, previous: Previous | None = None, draw: Draw = _leave
) -> Built | Held:
    """Compute everything that the report says; nothing is drawn or written yet.

    Parameters
    ----------
    setting : Setting
        Options, playbook, the day to print.
    report_input : ReportInput
        The order lines.
    stages : Stages
        Keeps the time.
    previous : Previous, optional
        The report to compare with; None for a first one.
    draw : callable
        Handed what charts are made of as soon as it is known: facts but for what segments buy, and customers drawn.
    """
    options, period, lines = setting.options, report_input.period, report_input.classified
    with stages("cleanse"):
        cleansed, kept, counts = _cleanse(report_input, options)
    with stages("customers"):
        customers = compute_customers(kept, period)
        if report_input.store is not None and (held := hold_small(len(customers), options.stores.min_customers)):
            return held
    with stages("history"):
        origin = _trace_origin(report_input, counts, customers, options)
        past = _follow_actions(report_input, previous, customers, options)
    with stages("segments"):
        segmented = segment_customers(customers, options, period.month, _earlier_of(previous, options))
    segmented, assessment = assess_segments(segmented, options, stages)
    with stages("change"):
        comparison = None if previous is None else follow_customers(segmented, previous, lines, period, options)
        identities = _identify(segmented, comparison, setting, period.month)
    with stages("describe"):
        evidence = list_evidence(assessment)
        described = describe_segments(segmented, setting, identities, origin.history, evidence, earlier=past)
        points = pick_points(customers, segmented.segmentation.labels, options.segments.random_state)
    with stages("change"):
        inputs = ChangeInputs(segmented, identities, origin, comparison, lines, report_input.marks, assessment)
        change = find_change(inputs, setting)
        findings = Findings(segmented, assessment, described, change, ProductFindings(), (), points, past.trials)
        draw(bind_facts(findings, origin, options, setting.made_on), points)
    with stages("checks"):  # no chart waits for these, nor for products
        findings = replace(findings, warnings=_find_warnings(report_input.engine, cleansed, counts, customers, options))
    with stages("products"):
        findings = replace(findings, products=find_products(report_input.engine, kept, _owners(segmented), options))
    facts = _bind_marked(findings, origin, Tried(segmented, origin.history, comparison), setting, stages)
    with stages("words"):
        return _finish(facts, inputs, described, kept, setting)


def _follow_actions(
    report_input: ReportInput, previous: Previous | None, customers: Customers, options: Options
) -> EarlierActions:
    """Follow the actions of earlier reports; what they brought is money that was kept."""
    marked, period = report_input.marked, report_input.period
    lines = see_net(report_input.classified, options.cleansing, replace(period, start=None))
    trials = follow_trials(previous, marked, lines, period, options.trials)
    return EarlierActions(trials, find_in_trial(marked, customers.frame[c.CUSTOMER_ID], period.as_of))


def _bind_marked(findings: Findings, origin: Origin, tried: Tried, setting: Setting, stages: Stages) -> Facts:
    """Bind all facts, and mark what the headline says by whether it survives other choices, where that is asked."""
    facts = bind_facts(findings, origin, setting.options, setting.made_on)
    if not setting.options.trust.draws:
        return facts
    with stages("trust"):
        return replace(facts, headline=mark_headline(facts, tried, setting.options))


def _list_arms(
    listed: pd.DataFrame, described: Sequence[SegmentParts], origin: Origin, options: Options
) -> pd.DataFrame:
    """Add to the list of customers which action writes to them, and their arm; where no list is kept nobody asks."""
    if options.archive.customers == options.audiences.ids == "none":
        return listed
    planned = [planned for parts in described for planned in parts.trials]
    trials = f"{options.report.id}/{origin.store or ''}/{origin.period.month}"
    actions, arms = assign_arms(planned, listed.join(origin.history.net), trials)
    return listed.assign(**{c.ACTION: actions, c.ARM: arms})


def _finish(
    facts: Facts, inputs: ChangeInputs, described: Sequence[SegmentParts], kept: OrderLines, setting: Setting
) -> Built:
    """Write the words, and list the customers: all of them, and those of each action."""
    origin, options = inputs.origin, setting.options
    listed = _list_arms(list_customers(inputs), described, origin, options)
    return Built(
        report=Report.of(facts, write_words(facts, setting.plays)),
        listed=listed,
        audiences=list_audiences(facts, listed, kept, origin.history, options),
        model=name_model(inputs.segmented, inputs.identities),
    )


def hold_small(customers: int, least: int) -> Held | None:
    """Hold a store with fewer customers than the config wants; None when it has enough."""
    if customers >= least:
        return None
    many = "1 customer" if customers == 1 else f"{customers} customers"
    return Held(f"{many}, fewer than {least}" if customers else "no customers in the window", customers)


def _cleanse(report_input: ReportInput, options: Options) -> tuple[OrderLines, OrderLines, LineCounts]:
    """Return the lines up to the month's end with their fates, those that are kept, and how many have each fate."""
    cleansed = apply_window(report_input.classified, options.cleansing, report_input.period)
    return cleansed, keep_only(cleansed), count_fates(cleansed, report_input.malformed)


def _trace_origin(report_input: ReportInput, counts: LineCounts, customers: Customers, options: Options) -> Origin:
    """Tell where the numbers come from; stop when too many lines were dropped."""
    told = show_malformed(counts, report_input.malformed)
    check_counts(told, options.cleansing.max_dropped_share, options.source.place)
    period = report_input.period
    history = see_history(report_input.classified, options.cleansing, period, customers, options.window)
    return Origin(report_input.store, period, counts, history, report_input.fingerprint)


def _find_warnings(
    engine: Engine, cleansed: OrderLines, counts: LineCounts, customers: Customers, options: Options
) -> tuple[SourceWarning, ...]:
    """Find what is doubtful of the lines, but for what the config accepts."""
    seen = see(engine, cleansed, counts, customers, cleansing=options.cleansing, currency=options.currency)
    return find_warnings(seen, options.accept)


def _earlier_of(previous: Previous | None, options: Options) -> EarlierDivision | None:
    """Return the earlier division; one that was fitted on other money means nothing."""
    if previous is None or previous.facts.report.currency != options.currency:
        return None
    return EarlierDivision(previous.model, previous.facts.choice.outdone_for)


def _identify(segmented: Segmented, comparison: Comparison | None, setting: Setting, month: str) -> dict[int, KnownAs]:
    """Give each segment the colour that it had or a new one, and the name of what it is now."""
    fresh = name_divided(segmented, setting.own_names)
    if comparison is None:
        return identify_segments(fresh, {}, (), month)
    return identify_segments(fresh, comparison.counterparts, comparison.previous.model.known, month)


def _owners(segmented: Segmented) -> pd.DataFrame:
    ids, labels = segmented.customers.frame[c.CUSTOMER_ID], segmented.segmentation.labels
    return pd.DataFrame({c.CUSTOMER_ID: ids, c.SEGMENT: labels})
