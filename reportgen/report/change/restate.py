"""Says what of earlier reports is no longer so, because order lines of their months have changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reportgen import columns as c
from reportgen.config.options import Options
from reportgen.lines.transform.past import past_period, recount_month
from reportgen.model.change import Change, SegmentChange
from reportgen.model.customers import money_of
from reportgen.model.kpis import WINDOW_KPIS
from reportgen.model.lines import OrderLines
from reportgen.model.report import Report
from reportgen.model.trend import RestatedFigure, RestatedMonth, RestatedSentence, Restatement, TrendMonth
from reportgen.narrative.headline import choose_to_do, compose_headline
from reportgen.report.assemble import Segmented, averages_of
from reportgen.report.change.compare import Comparison, compare_kpi, list_kpis, window_figures
from reportgen.report.change.trend import Marks
from reportgen.report.segments import ProductFindings, Setting, describe_segments
from reportgen.segments.clusters import number_segments
from reportgen.segments.features import scale_customers
from reportgen.segments.identity import KnownAs
from reportgen.segments.profiles import profile_segments

_ADVICE = ("do",)


def restate_months(
    trend: Sequence[TrendMonth], marks: Marks, classified: OrderLines, options: Options
) -> tuple[RestatedMonth, ...]:
    """Find reported months whose lines are others today, and sum them up anew."""
    months = []
    oldest = min(marks, default="")
    for one in trend:
        lines, mark = marks.get(one.month, (0, ""))
        # an export that reaches back less far than it did is no correction of what it no longer holds
        is_cut = one.month < oldest or (one.month == oldest and lines < one.lines)
        if is_cut or (lines, mark) == (one.lines, one.lines_mark):
            continue
        now = recount_month(classified, options.cleansing, past_period(one.month, one.window_months))
        months.append(
            RestatedMonth(
                month=one.month,
                lines_before=one.lines,
                lines_now=lines,
                sales_before=money_of(round(one.month_sales * c.MONEY_SCALE)),
                sales_now=now.sales,
                orders_before=one.month_orders,
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
    changed = {one.month: one for one in months}
    renewed = []
    for one in trend:
        month = changed.get(one.month)
        if month is not None:
            sales, mark = float(month.sales_now), marks.get(one.month, (0, ""))[1]
            one = replace(  # noqa: PLW2901
                one, month_sales=sales, month_orders=month.orders_now, lines=month.lines_now, lines_mark=mark
            )
        renewed.append(one)
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
        Without its summary; None when no month's lines have changed.
    """
    if not months:
        return None
    printed = comparison.previous.facts
    today = _restate_report(comparison, setting)
    figures = [
        RestatedFigure(kpi.label, kpi.how, float(getattr(printed, kpi.key)), float(getattr(today, kpi.key)))
        for kpi in WINDOW_KPIS
        if getattr(printed, kpi.key) != getattr(today, kpi.key)
    ]
    before = {one.name: one for one in printed.segments}
    after = {one.name: one for one in today.segments}
    for name, one in before.items():
        for key, what, how in (("customers", "customers", "count"), ("sales", "sales", "money")):
            old, new = float(getattr(one, key)), float(getattr(after[name], key)) if name in after else 0.0
            if old != new:
                figures.append(RestatedFigure(f"{name}: {what}", how, old, new))
    return Restatement(tuple(months), tuple(figures), _compare_headlines(printed, today, setting), ())


def _compare_headlines(printed: Report, today: Report, setting: Setting) -> tuple[RestatedSentence, ...]:
    """Find the sentences that the same facts would still give, and today's facts do not."""
    said, now = (compose_headline(one, setting.formats) for one in (printed, today))
    gone = []
    for key, sentence in said.items():
        is_checked = key not in _ADVICE and sentence in printed.headline
        if is_checked and now.get(key) != sentence:
            gone.append(RestatedSentence(sentence, now.get(key, "")))
    return tuple(gone)


def _restate_report(comparison: Comparison, setting: Setting) -> Report:
    """Return the previous report with the figures that its lines give today; its words are not written anew."""
    previous, customers = comparison.previous, comparison.past.before
    known = previous.model.known
    features = scale_customers(customers, previous.model.scaler)
    segmentation = number_segments(features, comparison.before, customers.frame[c.TOTAL_SALES].to_numpy())
    profiles = profile_segments(customers, segmentation)
    segmented = Segmented(customers, features, previous.facts.choice, segmentation, profiles, {}, previous.model)
    identities = {
        number: KnownAs(known[row].name, known[row].colour, known[row].since, int(row))
        for number, row in enumerate(segmentation.sources, 1)
    }
    segments = describe_segments(segmented, ProductFindings(), setting, identities)
    figures = window_figures(customers)
    repeat = int((customers.frame[c.ORDER_COUNT] > 1).sum())
    report = replace(
        previous.facts,
        customers=len(customers),
        orders=customers.orders,
        total_sales=customers.total_sales,
        avg_order_value=figures["avg_order_value"],
        repeat_customers=repeat,
        repeat_share=figures["repeat_share"],
        month=replace(previous.facts.month, sales=comparison.month.sales, orders=comparison.month.orders),
        averages=averages_of(profiles.base),
        segments=segments,
    )
    report = replace(report, do_this_month=choose_to_do(segments, report.by_opportunity))
    return replace(report, change=_restate_change(previous.facts.change, report))


def _restate_change(change: Change, today: Report) -> Change:
    """Return how the previous report had changed, had its own figures been today's."""
    now = list_kpis(today)
    kpis = tuple(compare_kpi(one.key, now[one.key], one.previous, one.year_ago) for one in change.kpis)
    by_name = {one.name: one.customers for one in today.segments}

    def renew(one: SegmentChange) -> SegmentChange:
        if one.number is None or one.name not in by_name:
            return one
        more = by_name[one.name] - one.customers_now
        causes = [replace(cause, customers=cause.customers + more * (cause.key == "corrected")) for cause in one.causes]
        now = by_name[one.name]
        return replace(one, customers_now=now, customers_change=now - one.customers_before, causes=tuple(causes))

    return replace(change, kpis=kpis, segments=tuple(renew(one) for one in change.segments))
