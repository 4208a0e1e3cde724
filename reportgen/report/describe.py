"""Describes the segments of a division, and what changed: once as a draft to draw of, and once with their trust."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from reportgen.charts.points import pick_points
from reportgen.model.charts import MapPoints
from reportgen.model.facts import Facts
from reportgen.model.identity import KnownAs
from reportgen.model.previous import Previous
from reportgen.report.assemble import Findings, Origin, Segmented, bind_facts
from reportgen.report.change.build import ChangeInputs, find_change
from reportgen.report.change.compare import Comparison, follow_customers
from reportgen.report.divide import name_divided
from reportgen.report.earned import EarlierActions
from reportgen.report.input import ReportInput
from reportgen.report.products import ProductFindings
from reportgen.report.segments import describe_segments, follow_back, list_evidence
from reportgen.report.setting import Setting
from reportgen.segments.identity import identify_segments
from reportgen.segments.trust.assess import Assessment


@dataclass(frozen=True, eq=False, slots=True)
class Basis:
    """What segments are described from, whatever they are.

    Attributes
    ----------
    setting : Setting
        Options, playbook, the day to print.
    report_input : ReportInput
        The order lines.
    previous : Previous or None
        The report to compare with.
    origin : Origin
        Where the numbers come from.
    past : EarlierActions
        What came of the actions of earlier reports.
    """

    setting: Setting
    report_input: ReportInput
    previous: Previous | None
    origin: Origin
    past: EarlierActions


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """What is known of segments from the division alone.

    Attributes
    ----------
    segmented : Segmented
        The customers, divided.
    comparison : Comparison or None
        The way from the previous report.
    identities : mapping
        What each segment is known by, by number.
    followed : pandas.DataFrame
        Who would have been in each in earlier months.
    points : MapPoints
        The customers drawn.
    """

    segmented: Segmented
    comparison: Comparison | None
    identities: dict[int, KnownAs]
    followed: pd.DataFrame
    points: MapPoints


def know_segments(segmented: Segmented, basis: Basis) -> Known:
    """Find out about segments what needs the order lines, and give each its name and colour."""
    report_input, options = basis.report_input, basis.setting.options
    lines, period, comparison = report_input.classified, report_input.period, None
    if basis.previous is not None:
        comparison = follow_customers(segmented, basis.previous, lines, period, options)
    return Known(
        segmented,
        comparison,
        _identify(segmented, comparison, basis.setting, period.month),
        follow_back(segmented, basis.origin.history, options),
        pick_points(segmented.customers, segmented.segmentation.labels, options.segments.random_state),
    )


def _identify(segmented: Segmented, comparison: Comparison | None, setting: Setting, month: str) -> dict[int, KnownAs]:
    """Give each segment the colour that it had or a new one, and the name of what it is now."""
    fresh = name_divided(segmented, setting.own_names)
    if comparison is None:
        return identify_segments(fresh, {}, (), month)
    return identify_segments(fresh, comparison.counterparts, comparison.previous.model.known, month)


def draft_facts(known: Known, basis: Basis) -> Facts:
    """Bind what most charts are drawn of: facts without trust, products, and what changed."""
    findings, _ = describe(replace(known, comparison=None), None, basis)
    return bind_facts(findings, basis.origin, basis.setting.options, basis.setting.made_on)


def describe(known: Known, assessment: Assessment | None, basis: Basis) -> tuple[Findings, ChangeInputs]:
    """Describe segments, and find what changed.

    Parameters
    ----------
    known : Known
        The segments.
    assessment : Assessment or None
        How far they can be trusted; None where that was not tried.
    basis : Basis
        What they are described from.

    Returns
    -------
    findings : Findings
        But for products and warnings.
    inputs : ChangeInputs
        What the comparison stands on.
    """
    setting, origin, report_input = basis.setting, basis.origin, basis.report_input
    segmented, identities, evidence = known.segmented, known.identities, list_evidence(assessment)
    described = describe_segments(
        segmented, setting, identities, origin.history, evidence, earlier=basis.past, followed=known.followed
    )
    lines, marks = report_input.classified, report_input.marks
    inputs = ChangeInputs(segmented, identities, origin, known.comparison, lines, marks, assessment)
    change, points, trials = find_change(inputs, setting), known.points, basis.past.trials
    return Findings(segmented, assessment, described, change, ProductFindings(), (), points, trials), inputs
