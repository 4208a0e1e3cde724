"""The key figures of the month: what the first section and the e-mail show alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportgen.model.change import KpiChange
from reportgen.model.facts import Facts
from reportgen.model.kpis import KPIS, MONTH_KPIS, Kpi
from reportgen.model.months import find_cohort, last_ripe
from reportgen.months import add_months
from reportgen.render.views.parts import Spark, plus, spark_of
from reportgen.text.formats import Formats

_SPARK_MONTHS = 13
"""Months that a small line shows: a year, and the month that it began with."""
_LABELS = {
    "month_sales": "Sales",
    "month_orders": "Orders",
    "month_avg_order_value": "Average order value",
    "month_customers": "Customers who ordered",
    "back_share": "Came back within 90 days",
}


@dataclass(frozen=True, slots=True)
class Delta:
    """How a key figure has changed since an earlier month.

    Attributes
    ----------
    arrow : str
        ``▲``, ``▼``, or empty when it has not.
    size : str
        With its sign; of a share in points.
    since : str
        The month that it is held against.
    """

    arrow: str
    size: str
    since: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A key figure of the month.

    Attributes
    ----------
    label, value : str
        What it is, and how much.
    note : str
        What belongs to it, such as whose share it is; empty where nothing does.
    deltas : tuple of Delta
        Against the month before and the same month last year, as far as they are known.
    spark : Spark or None
        Its line over the last months.
    """

    label: str
    value: str
    note: str
    deltas: tuple[Delta, ...]
    spark: Spark | None


def list_tiles(report: Facts, formats: Formats) -> tuple[Tile, ...]:
    """List the tiles of the month; a figure that is not known has none."""
    found = {figure.key: figure for figure in report.change.kpis}
    return tuple(_tile(kpi, found[kpi.key], report, formats) for kpi in MONTH_KPIS if kpi.key in found)


def _tile(kpi: Kpi, found: KpiChange, report: Facts, formats: Formats) -> Tile:
    month = report.period.month
    ripe = last_ripe(report.returning.cohorts)
    if kpi.key == "back_share" and ripe is not None:
        month = ripe.month
    deltas = (
        _delta(found.now, found.previous, size_of(found, formats), formats.month_short(add_months(month, -1))),
        _delta(found.now, found.year_ago, size_of_year(found, formats), formats.month_short(add_months(month, -12))),
    )
    return Tile(
        label=_LABELS[kpi.key],
        value=getattr(formats, kpi.brief)(found.now),
        note=_note(kpi.key, month, report, formats),
        deltas=tuple(delta for delta in deltas if delta is not None),
        spark=spark_of(list(_values(kpi.key, report))[-_SPARK_MONTHS:], getattr(formats, kpi.brief)),
    )


def _note(key: str, month: str, report: Facts, formats: Formats) -> str:
    """Say what belongs to a figure."""
    if key == "back_share":
        begun = find_cohort(report.returning.cohorts, month)
        count = formats.count(0 if begun is None else begun.customers)
        return f"of {count} who first ordered in {formats.month_short(month)}"
    new = report.month.new_customers
    if key == "month_customers" and new is not None:
        return f"{formats.count(new)} for the first time"
    unnamed = report.month.sales_without_id
    if key == "month_sales" and unnamed:
        return f"{formats.money_in_words(report.month.all_sales)} with those naming no customer"
    return ""


def _values(key: str, report: Facts) -> Iterator[float]:
    """Give a figure of each month; months that it is not known of are left out."""
    if key == "back_share":
        yield from (cohort.share for cohort in report.returning.cohorts if cohort.is_ripe)
        return
    for month in report.months:
        value = {
            "month_sales": float(month.sales),
            "month_orders": month.orders,
            "month_avg_order_value": month.avg_order_value,
            "month_customers": month.customers,
        }[key]
        if value is not None:
            yield value


def _delta(now: float, before: float | None, size: str, since: str) -> Delta | None:
    """Tell how a figure has changed; None where there is nothing that it can be held against."""
    if before is None or not size:
        return None
    return Delta("▲" if now > before else "▼" if now < before else "", size, since)


def sum_up_deltas(deltas: Sequence[Delta]) -> str:
    """Write changes in one line: ``+12% on Oct 2011, −3% on Nov 2010``."""
    return ", ".join(f"{delta.size} on {delta.since}" for delta in deltas)


def size_of(found: KpiChange, formats: Formats) -> str:
    """Write a change with its sign: a share's in points, any other's as a share; empty where there is none."""
    if KPIS[found.key].is_share:
        return "" if found.difference is None else f"{plus(found.difference, formats.points)} points"
    return "" if found.change is None else formats.signed_share(found.change)


def size_of_year(found: KpiChange, formats: Formats) -> str:
    """Write a change since last year, as `size_of` does."""
    if found.year_ago is None:
        return ""
    if KPIS[found.key].is_share:
        return f"{plus(found.now - found.year_ago, formats.points)} points"
    return "" if found.year_change is None else formats.signed_share(found.year_change)
