"""Finds what speaks against sending a report before a person has looked at it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from reportgen.config.mail import CheckOptions
from reportgen.model.months import months_before
from reportgen.model.report import ChainReport, Report
from reportgen.text.formats import Formats

_LEAST_ORDERS = 30
"""A month with fewer orders says nothing about the next: chance alone moves it by half."""


def find_reasons(report: Report | ChainReport, checks: CheckOptions, today: date) -> tuple[str, ...]:
    """Tell why a report should wait for a person; empty when nothing speaks against it.

    Parameters
    ----------
    report : Report or ChainReport
        The facts. A chain report is not compared with the month before, and its segments are not counted.
    checks : CheckOptions
        What is still in order.
    today : date
        The day of sending.
    """
    formats = Formats(report.report.locale, report.report.currency)
    return (
        *_find_few(report, checks, formats),
        *_find_dropped(report, checks, formats),
        *_find_late(report, checks, today, formats),
        *(() if isinstance(report, ChainReport) else _find_in_store(report, checks, formats)),
    )


def _find_few(report: Report | ChainReport, checks: CheckOptions, formats: Formats) -> Iterator[str]:
    least = checks.min_customers
    if least is not None and report.customers < least:
        yield f"only {formats.count(report.customers)} customers, fewer than {formats.count(least)}"


def _find_dropped(report: Report | ChainReport, checks: CheckOptions, formats: Formats) -> Iterator[str]:
    share, most = report.lines.dropped_share, checks.max_dropped_share
    if most is not None and share > most:
        yield f"{formats.share(share)} of the order lines were dropped, more than {formats.share(most)}"


def _find_late(report: Report | ChainReport, checks: CheckOptions, today: date, formats: Formats) -> Iterator[str]:
    month, as_of = formats.month(report.period.month), report.period.as_of
    if checks.hold_partial_month and report.period.is_partial:
        yield f"{month} is not complete: the data end on {formats.day(as_of)}"
    age = (today - as_of).days
    if checks.max_age_days is not None and age > checks.max_age_days:
        ago = f"{formats.count(age)} days ago, more than {formats.count(checks.max_age_days)}"
        yield f"the report ends on {formats.day(as_of)}, {ago}"


def _find_doubtful(report: Report, checks: CheckOptions) -> Iterator[str]:
    most = checks.max_doubtful_share
    for warning, said in zip(report.warnings or (), report.words.warnings, strict=True):
        if most is not None and warning.share > most:
            yield f"the data are doubtful ({warning.code}): {said}"


def _find_in_store(report: Report, checks: CheckOptions, formats: Formats) -> Iterator[str]:
    yield from _find_doubtful(report, checks)
    month = report.month
    previous = None if report.period.is_partial else months_before(report.months, 1)
    if previous is not None and previous.sales > 0 and previous.orders >= _LEAST_ORDERS:
        before, now = previous.sales, month.sales
        change = float(now / before) - 1
        both = f"{formats.money_in_words(now)} after {formats.money_in_words(before)} in the month before"
        if checks.max_sales_fall is not None and -change > checks.max_sales_fall:
            bound = formats.share(checks.max_sales_fall)
            yield f"the month's sales fell by {formats.share(-change)}, more than {bound}: {both}"
        if checks.max_sales_rise is not None and change > checks.max_sales_rise:
            bound = formats.share(checks.max_sales_rise)
            yield f"the month's sales rose by {formats.share(change)}, more than {bound}: {both}"
    if checks.min_segment_customers is not None:
        if report.choice.limit is not None and report.n_clusters == 1:
            said = report.words.choice[0]
            yield f"{said[0].lower()}{said[1:].removesuffix('.')}"
        for segment in report.segments:
            if segment.customers < checks.min_segment_customers:
                least = formats.count(checks.min_segment_customers)
                count = formats.count(segment.customers)
                yield f"the segment “{segment.name}” has {count} customers, fewer than {least}"
