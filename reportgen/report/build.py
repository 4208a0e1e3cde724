"""Builds the report of one store and month; `build_report` is its table of contents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from reportgen import columns as c
from reportgen.config.options import Options
from reportgen.lines.checks.build import find_warnings
from reportgen.lines.checks.seen import see
from reportgen.lines.engine.base import Engine
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
from reportgen.model.lines import LineCounts, OrderLines
from reportgen.model.previous import Previous
from reportgen.model.report import Report
from reportgen.model.segments import SegmentModel
from reportgen.model.warnings import SourceWarning
from reportgen.narrative.words import write_words
from reportgen.report.assemble import Findings, Origin, Segmented, SegmentParts, bind_facts
from reportgen.report.audiences import list_audiences
from reportgen.report.change.build import ChangeInputs, list_customers, name_model
from reportgen.report.describe import Basis, Known, describe, draft_facts, know_segments
from reportgen.report.divide import assess_segments, segment_customers
from reportgen.report.earned import EarlierActions, find_in_trial, follow_trials
from reportgen.report.history import see_history
from reportgen.report.input import ReportInput
from reportgen.report.products import find_products
from reportgen.report.robust.mark import mark_headline
from reportgen.report.robust.segments import Tried
from reportgen.report.setting import Setting
from reportgen.report.trials import assign_arms
from reportgen.segments.drift import EarlierDivision
from reportgen.stages import Stages

Draw = Callable[[Facts, MapPoints], None]


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


@dataclass(frozen=True, eq=False, slots=True)
class _Lines:
    """The lines up to the month's end with their fates, those that are kept, and how many have each fate."""

    cleansed: OrderLines
    kept: OrderLines
    counts: LineCounts


def _leave(_facts: Facts, _points: MapPoints) -> None:
    """Draw nothing."""


def build_report(
    setting: Setting,
    report_input: ReportInput,
    stages: Stages,
    previous: Previous | None = None,
    draw: Draw = _leave,
    *,
    draw_ahead: Draw | None = None,
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
        Handed what charts are made of: all facts but the marks of the headline, and customers drawn.
    draw_ahead : callable, optional
        Handed the same as soon as the segments are known: of facts that lack products, trust and what changed.

    Notes
    -----
    Segments are found and tried in a thread, for which nothing has to be asked of the engine, while the engine works.
    """
    options = setting.options
    with stages("cleanse"):
        lines = _cleanse(report_input, options)
    with stages("customers"):
        customers = compute_customers(lines.kept, report_input.period)
        if report_input.store is not None and (held := hold_small(len(customers), options.stores.min_customers)):
            return held
        _check_dropped(report_input, lines.counts, options)
    segmented, basis = _divide(setting, report_input, stages, previous, counts=lines.counts, customers=customers)
    known, findings, inputs = _find_out(segmented, basis, lines, stages, draw_ahead)
    with stages("describe"):
        facts = bind_facts(findings, basis.origin, options, setting.made_on)
        draw(facts, known.points)
    with stages("trust"):
        facts = _mark(facts, Tried(known.segmented, basis.origin.history, known.comparison), options)
    with stages("words"):
        return _finish(facts, inputs, findings.described, lines.kept, setting)


def _divide(
    setting: Setting,
    report_input: ReportInput,
    stages: Stages,
    previous: Previous | None,
    *,
    counts: LineCounts,
    customers: Customers,
) -> tuple[Segmented, Basis]:
    """Divide the customers, and see meanwhile what the lines say of the time before."""
    options, period = setting.options, report_input.period
    divide = partial(segment_customers, customers, options, period.month, _earlier_of(previous, options))
    with stages.meanwhile("segments", divide) as divided:
        with stages("history"):
            history = see_history(report_input.classified, options.cleansing, period, customers, options.window)
            past = _follow_actions(report_input, previous, customers, options)
        segmented = divided()
    origin = Origin(report_input.store, period, counts, history, report_input.fingerprint)
    return segmented, Basis(setting, report_input, previous, origin, past)


def _find_out(
    segmented: Segmented, basis: Basis, lines: _Lines, stages: Stages, draw_ahead: Draw | None
) -> tuple[Known, Findings, ChangeInputs]:
    """Try the segments, and find out meanwhile whatever needs the engine."""
    options, engine = basis.setting.options, basis.report_input.engine
    with stages.meanwhile("trust", partial(assess_segments, segmented, options)) as assessed:
        with stages("describe"):
            known = know_segments(segmented, basis)
            if draw_ahead is not None:
                draw_ahead(draft_facts(known, basis), known.points)
        with stages("checks"):
            warnings = _find_warnings(engine, lines, segmented.customers, options)
        with stages("products"):
            products = find_products(engine, lines.kept, _owners(segmented), options)
        judged, assessment = assessed()
    if judged is not segmented:  # they were given up, which is seldom
        with stages("products"):
            known = know_segments(judged, basis)
            products = find_products(engine, lines.kept, _owners(judged), options)
    with stages("change"):
        findings, inputs = describe(known, assessment, basis)
        return known, replace(findings, products=products, warnings=warnings), inputs


def _follow_actions(
    report_input: ReportInput, previous: Previous | None, customers: Customers, options: Options
) -> EarlierActions:
    """Follow the actions of earlier reports."""
    marked, period, lines = report_input.marked, report_input.period, report_input.classified
    if marked:  # what they brought is money that was kept
        lines = see_net(lines, options.cleansing, replace(period, start=None))
    trials = follow_trials(previous, marked, lines, period, options.trials)
    return EarlierActions(trials, find_in_trial(marked, customers.frame[c.CUSTOMER_ID], period.as_of))


def _mark(facts: Facts, tried: Tried, options: Options) -> Facts:
    """Mark what the headline says by whether it survives other choices, where that is asked."""
    return replace(facts, headline=mark_headline(facts, tried, options)) if options.trust.draws else facts


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


def _cleanse(report_input: ReportInput, options: Options) -> _Lines:
    cleansed = apply_window(report_input.classified, options.cleansing, report_input.period)
    return _Lines(cleansed, keep_only(cleansed), count_fates(cleansed, report_input.malformed))


def _check_dropped(report_input: ReportInput, counts: LineCounts, options: Options) -> None:
    """Stop when too many lines were dropped."""
    told = show_malformed(counts, report_input.malformed)
    check_counts(told, options.cleansing.max_dropped_share, options.source.place)


def _find_warnings(engine: Engine, lines: _Lines, customers: Customers, options: Options) -> tuple[SourceWarning, ...]:
    """Find what is doubtful of the lines, but for what the config accepts."""
    cleansing, currency = options.cleansing, options.currency
    seen = see(engine, lines.cleansed, lines.counts, customers, cleansing=cleansing, currency=currency)
    return find_warnings(seen, options.accept)


def _earlier_of(previous: Previous | None, options: Options) -> EarlierDivision | None:
    """Return the earlier division; one that was fitted on other money means nothing."""
    if previous is None or previous.facts.report.currency != options.currency:
        return None
    return EarlierDivision(previous.model, previous.facts.choice.outdone_for)


def _owners(segmented: Segmented) -> pd.DataFrame:
    ids, labels = segmented.customers.frame[c.CUSTOMER_ID], segmented.segmentation.labels
    return pd.DataFrame({c.CUSTOMER_ID: ids, c.SEGMENT: labels})
