"""Says what of earlier reports is no longer so, because order lines of their months have changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reportgen import columns as c
from reportgen.config.options import Options
from reportgen.lines.transform.past import past_period, recount_months
from reportgen.model.change import Change
from reportgen.model.customers import money_of
from reportgen.model.facts import SegmentFacts
from reportgen.model.headline import HeadlineFinding, LargestRisk, LargestSteps
from reportgen.model.kpis import WINDOW_KPIS
from reportgen.model.lines import OrderLines
from reportgen.model.restatement import RestatedFigure, RestatedFinding, RestatedMonth, Restatement
from reportgen.model.trend import TrendMonth
from reportgen.narrative.headline import HeadlineBasis, SegmentGrowth, basis_of, find_headline
from reportgen.narrative.headline_sentences import say_finding
from reportgen.report.assemble import Segmented, bind_segments
from reportgen.report.change.compare import Comparison, window_figures
from reportgen.report.change.trend import Marks
from reportgen.report.products import ProductFindings
from reportgen.report.segments import NO_EVIDENCE, Evidence, describe_segments, follow_back
from reportgen.report.setting import Setting
from reportgen.segments.clusters import number_segments
from reportgen.segments.features import scale_customers
from reportgen.segments.profiles import profile_segments

_OF_SEGMENT = ("customers", "sales")
"""Figures of a segment that are restated."""


def restate_months(
    trend: Sequence[TrendMonth], marks: Marks, classified: OrderLines, options: Options
) -> tuple[RestatedMonth, ...]:
    """Find reported months whose lines are others today, and sum them up anew."""
    months = []
    oldest = min(marks, default="")
    for reported in trend:
        lines, mark = marks.get(reported.month, (0, ""))
        # an export that reaches back less far than it did is no correction of what it no longer holds
        is_cut = reported.month < oldest or (reported.month == oldest and lines < reported.lines)
        if is_cut or (lines, mark) == (reported.lines, reported.lines_mark):
            continue
        now = recount_months(classified, options.cleansing, past_period(reported.month, reported.window_months))[-1]
        months.append(
            RestatedMonth(
                month=reported.month,
                lines_before=reported.lines,
                lines_now=lines,
                sales_before=money_of(round(reported.month_sales * c.MONEY_SCALE)),
                sales_now=now.sales,
                orders_before=reported.month_orders,
                orders_now=now.orders,
            )
        )
    return tuple(months)


def bring_up_to_date(
    trend: Sequence[TrendMonth], months: Sequence[RestatedMonth], marks: Marks, comparison: Comparison
) -> tuple[TrendMonth, ...]:
    """Put what the lines say today in the place of what was printed: a month is restated once, not in every report.

    The figures of the window are recomputed for the previous report alone; those of older ones stay as printed.
    """
    changed = {restated.month: restated for restated in months}
    renewed = []
    for reported in trend:
        month = changed.get(reported.month)
        if month is not None:
            sales, mark = float(month.sales_now), marks.get(reported.month, (0, ""))[1]
            reported = replace(  # noqa: PLW2901
                reported, month_sales=sales, month_orders=month.orders_now, lines=month.lines_now, lines_mark=mark
            )
        renewed.append(reported)
    if months:
        figures = window_figures(comparison.past.before)
        renewed[-1] = replace(
            renewed[-1],
            customers=int(figures["customers"]),
            orders=int(figures["orders"]),
            total_sales=figures["total_sales"],
            avg_order_value=figures["avg_order_value"],
            repeat_share=figures["repeat_share"],
        )
    return tuple(renewed)


def restate(months: Sequence[RestatedMonth], comparison: Comparison, setting: Setting) -> Restatement | None:
    """Tell what the previous report would say today, by its own model.

    Parameters
    ----------
    months : sequence of RestatedMonth
        The months whose lines are others.
    comparison : Comparison
        The way from the previous report.
    setting : Setting
        Options and playbook.

    Returns
    -------
    Restatement or None
        None when no month's lines have changed.
    """
    if not months:
        return None
    today = _describe_today(comparison, setting)
    return Restatement(
        tuple(months), _restate_figures(comparison, today), _restate_headline(comparison, today, setting)
    )


def _restate_figures(comparison: Comparison, today: Sequence[SegmentFacts]) -> tuple[RestatedFigure, ...]:
    """Find the printed figures that are others today: of the window, then of each segment."""
    printed, now = comparison.previous.facts, window_figures(comparison.past.before)
    figures = [
        RestatedFigure(kpi.key, None, float(getattr(printed, kpi.key)), now[kpi.key])
        for kpi in WINDOW_KPIS
        if float(getattr(printed, kpi.key)) != now[kpi.key]
    ]
    by_key = {segment.identity.key: segment for segment in today}
    for segment in printed.segments:
        for key in _OF_SEGMENT:
            same = by_key.get(segment.identity.key)
            before, after = float(getattr(segment, key)), 0.0 if same is None else float(getattr(same, key))
            if before != after:
                figures.append(RestatedFigure(key, segment.identity, before, after))
    return tuple(figures)


def _restate_headline(
    comparison: Comparison, today: Sequence[SegmentFacts], setting: Setting
) -> tuple[RestatedFinding, ...]:
    """Find what the previous report's headline said and today's lines do not give; only what was printed counts."""
    report = comparison.previous.facts
    basis = _basis_today(comparison, tuple(today))
    mixed = {finding.about: finding for finding in find_headline(basis)}
    # how many came and left since a still earlier report is not known of today's lines: half of it would be as printed
    alone = replace(basis, more_customers=None, arrivals={})
    now = {finding.about: finding for finding in find_headline(alone)}
    return tuple(
        RestatedFinding(finding, now.get(finding.about))
        for finding in find_headline(basis_of(report))
        if mixed.get(finding.about) != finding
        and _is_comparable(finding)
        and say_finding(finding, setting.formats) in report.words.headline
    )


def _is_comparable(finding: HeadlineFinding) -> bool:
    """Tell whether sums of money were made as today: reports of before version 7 told of others."""
    return not isinstance(finding, LargestSteps | LargestRisk) or finding.days is not None


def _describe_today(comparison: Comparison, setting: Setting) -> tuple[SegmentFacts, ...]:
    """Describe the previous report's segments by the customers that its lines give today."""
    previous, customers = comparison.previous, comparison.past.before
    features = scale_customers(customers, previous.model.scaler)
    segmentation = number_segments(features, comparison.before, customers.frame[c.TOTAL_SALES].to_numpy())
    profiles = profile_segments(customers, segmentation)
    segmented = Segmented(customers, features, previous.facts.choice, segmentation, profiles, {}, previous.model)
    known = previous.model.known
    identities = {number: known[row].known_as for number, row in enumerate(segmentation.sources, 1)}
    printed = {each.identity.key: Evidence(each.stability, each.silhouettes) for each in previous.facts.segments}
    evidence = {number: printed.get(known_as.identity.key, NO_EVIDENCE) for number, known_as in identities.items()}
    history = comparison.see_past()
    followed = follow_back(segmented, history, setting.options)
    described = describe_segments(segmented, setting, identities, history, evidence, followed=followed)
    return bind_segments(described, profiles, ProductFindings())


def _basis_today(comparison: Comparison, today: tuple[SegmentFacts, ...]) -> HeadlineBasis:
    """Return what the previous report's headline would follow from, had its lines been today's."""
    printed, customers = comparison.previous.facts, comparison.past.before
    return replace(
        basis_of(printed),
        months=comparison.months,
        customers=len(customers),
        segments=today,
        growth=_restate_growth(printed.change, today),
    )


def _restate_growth(change: Change, today: Sequence[SegmentFacts]) -> tuple[SegmentGrowth, ...]:
    """Return how the previous report's segments had grown by then; what was corrected since is a cause of its own."""
    by_key = {segment.identity.key: segment.customers for segment in today}
    growth = []
    for segment in change.segments:
        causes = {cause.key: cause.customers for cause in segment.causes}
        now = segment.customers_now if segment.number is None else by_key.get(segment.identity.key, 0)
        causes["corrected"] += now - segment.customers_now
        growth.append(SegmentGrowth(segment.identity, segment.customers_before, now, causes))
    return tuple(growth)
