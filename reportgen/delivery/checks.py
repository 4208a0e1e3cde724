"""Finds what speaks against sending a report before a person has looked at it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from reportgen.config.mail import CheckOptions
from reportgen.model.months import MonthFigures, months_before
from reportgen.model.report import ChainReport, Report
from reportgen.text.formats import Formats

_YEAR = 12
_NO_MORE = (None, None, None, None)
"""What of a month is not looked at: customers, new ones, and what names no customer."""
_LEAST_ORDERS = 30
"""A month with fewer orders says nothing about the next: chance alone moves it by half."""


def find_reasons(report: Report | ChainReport, checks: CheckOptions, today: date) -> tuple[str, ...]:
    """Tell why a report should wait for a person; empty when nothing speaks against it.

    Parameters
    ----------
    report : Report or ChainReport
        The facts. Of a chain report what follows from its stores' own reports is looked at by `find_chain_reasons`.
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


def find_chain_reasons(
    chain: ChainReport, stores: Mapping[str, Sequence[MonthFigures]], held: Collection[str], checks: CheckOptions
) -> tuple[str, ...]:
    """Tell what of its stores' own reports speaks against sending a report on all stores.

    Parameters
    ----------
    chain : ChainReport
        The facts.
    stores : mapping
        Months of each store that has a report of its own.
    held : collection of str
        Stores whose own reports are held.
    checks : CheckOptions
        What is still in order.
    """
    formats = Formats(chain.report.locale, chain.report.currency)
    reasons = [] if chain.period.is_partial else list(find_moved(add_up(stores.values()), checks, formats))
    share = sum(store.share_of_sales for store in chain.stores if store.store in held)
    if checks.max_held_stores is not None and share > checks.max_held_stores:
        names = ", ".join(store.store for store in chain.stores if store.store in held)
        whole = f"{formats.share(share)} of its sales, more than {formats.share(checks.max_held_stores)}"
        reasons.append(f"the reports of stores with {whole}, are held: {names}")
    return tuple(reasons)


def add_up(stores: Iterable[Sequence[MonthFigures]]) -> list[MonthFigures]:
    """Add up the sales and orders of several stores by month."""
    months: dict[str, list[MonthFigures]] = {}
    for figures in stores:
        for month in figures:
            months.setdefault(month.month, []).append(month)
    return [
        MonthFigures(
            month, sum((one.sales for one in of_all), Decimal(0)), sum(one.orders for one in of_all), *_NO_MORE
        )
        for month, of_all in sorted(months.items())
    ]


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
    if checks.hold_empty_month and report.month.orders == 0 and not report.period.is_partial:
        yield f"nobody has ordered in {formats.month(report.period.month)}"
    if not report.period.is_partial:
        yield from find_moved(report.months, checks, formats)
    if checks.min_segment_customers is not None:
        if report.choice.limit is not None and report.n_clusters == 1:
            said = report.words.choice[0]
            yield f"{said[0].lower()}{said[1:].removesuffix('.')}"
        for segment in report.segments:
            if segment.customers < checks.min_segment_customers:
                least = formats.count(checks.min_segment_customers)
                count = formats.count(segment.customers)
                yield f"the segment “{segment.name}” has {count} customers, fewer than {least}"


def find_moved(months: Sequence[MonthFigures], checks: CheckOptions, formats: Formats) -> Iterator[str]:
    """Tell whether the last month's sales are far from what earlier months lead one to expect.

    It is held against the month before, against the same month a year ago, and against what last year's step between
    the two months leads to. With one of them alone it has to be far from that one, otherwise from two: January after
    Christmas is far from December only, a shop that grows from last year only.

    Parameters
    ----------
    months : sequence of MonthFigures
        Of one store, or of several added up; the month that is looked at is the last one.
    checks : CheckOptions
        How far is far.
    formats : Formats
        Ways to write money and shares.
    """
    yardsticks = list(_list_yardsticks(months, formats))
    needed = min(len(yardsticks), 2)
    now = months[-1].sales if months else Decimal(0)
    for bound, sign, way in ((checks.max_sales_fall, -1, "fell"), (checks.max_sales_rise, 1, "rose")):
        if bound is None:
            continue
        far = [(sign * (float(now / value) - 1), said) for value, said in yardsticks]
        far = [(change, said) for change, said in far if change > bound]
        if needed and len(far) >= needed:
            (change, said), *others = far
            also = "".join(f"; by {formats.share(other)} against {what}" for other, what in others)
            most, money = formats.share(bound), formats.money_in_words(now)
            yield f"the month's sales {way} by {formats.share(change)}, more than {most}: {money} after {said}{also}"


def _list_yardsticks(months: Sequence[MonthFigures], formats: Formats) -> Iterator[tuple[Decimal, str]]:
    """Give what the last month's sales can be held against, and what that is called; nothing without a month before."""
    if not months:
        return
    before, year_ago, step_ago = (_large(months_before(months, count)) for count in (1, _YEAR, _YEAR + 1))
    if before is None:
        return
    yield before.sales, f"{formats.money_in_words(before.sales)} in the month before"
    if year_ago is None:
        return
    yield year_ago.sales, f"{formats.money_in_words(year_ago.sales)} in the same month a year ago"
    if step_ago is not None:
        led_to = before.sales * year_ago.sales / step_ago.sales
        months_ago = f"{formats.month(step_ago.month)} to {formats.month(year_ago.month)}"
        yield led_to, f"{formats.money_in_words(led_to)}, to which the step from {months_ago} would lead"


def _large(month: MonthFigures | None) -> MonthFigures | None:
    """Return a month that has enough orders to say something of another one."""
    return month if month is not None and month.orders >= _LEAST_ORDERS and month.sales > 0 else None
