"""Looks at the order lines of a config without making a report: fates, months, customers, what is doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import narwhals as nw

from reportgen import columns as c
from reportgen.config.options import Options
from reportgen.errors import ReportgenError
from reportgen.lines.checks.build import find_warnings
from reportgen.lines.checks.seen import see
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import collect, materialise
from reportgen.lines.sources.open import Source
from reportgen.lines.transform.cleansing import apply_window, classify, count_fates, keep_only, show_malformed
from reportgen.lines.transform.customers import compute_customers, is_purchase
from reportgen.lines.transform.periods import Days, choose_period, find_days
from reportgen.model.customers import money_of
from reportgen.model.lines import LineCounts, OrderLines, Period
from reportgen.model.warnings import SourceWarning
from reportgen.months import month_of
from reportgen.runs.configs import LoadedConfig
from reportgen.runs.groups import Group, group_stores
from reportgen.runs.partition import note_alike, note_stray, open_group
from reportgen.stages import Stages

_MONTH = "month"


@dataclass(frozen=True, slots=True)
class InspectedMonth:
    """A calendar month of the kept lines."""

    month: str
    lines: int
    orders: int
    customers: int
    sales: Decimal


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the order lines of a source are like, all of them, whatever the period.

    Attributes
    ----------
    path : str
        The source.
    currency, locale : str
        How its money is written.
    counts : LineCounts
        What became of every line.
    months : tuple of InspectedMonth
        Oldest first.
    customers, orders, sales
        Of all kept lines.
    stores : tuple of (str, int)
        Stores with their lines, where the config has several.
    reported : str
        The month that a run would report on, or why it cannot.
    can_report : bool
        Whether it can.
    notes : tuple of str
        What was read in another way than the rest.
    warnings : tuple of SourceWarning
        What is doubtful.
    """

    path: str
    currency: str
    locale: str
    counts: LineCounts
    months: tuple[InspectedMonth, ...]
    customers: int
    orders: int
    sales: Decimal
    stores: tuple[tuple[str, int], ...]
    reported: str
    can_report: bool
    notes: tuple[str, ...]
    warnings: tuple[SourceWarning, ...]


def inspect_data(loaded_config: LoadedConfig, last_day: date) -> Iterator[Inspection]:
    """Look at each source of a config.

    Parameters
    ----------
    loaded_config : LoadedConfig
        The config.
    last_day : date
        Day after which nobody can have ordered.

    Raises
    ------
    DataError
        When a source cannot be read.
    """
    for group in group_stores(loaded_config):
        with open_group(group, Stages()) as source:
            yield _inspect(group, source, last_day)


def _inspect(group: Group, source: Source, last_day: date) -> Inspection:
    options = group.reading.options
    days = find_days(source.lines, last_day)
    classified = classify(source.lines, options.cleansing, options.currency)
    cleansed = _materialised(source.engine, apply_window(classified, options.cleansing, _whole(days, last_day)))
    counts = show_malformed(count_fates(cleansed, source.malformed), source.malformed)
    kept = keep_only(cleansed)
    customers = compute_customers(kept, _whole(days, last_day))
    seen = see(source.engine, cleansed, counts, customers, cleansing=options.cleansing, currency=options.currency)
    can_report, reported = _choose(days, options) if counts.kept else (False, "no line is kept")
    by_store = source.digests.result().by_store
    stores = {store: sum(n for n, _ in months.values()) for store, months in by_store.items() if store is not None}
    return Inspection(
        path=options.source.place,
        currency=options.currency,
        locale=options.locale,
        counts=counts,
        months=_months(kept),
        customers=len(customers),
        orders=customers.orders,
        sales=customers.total_sales,
        stores=tuple(sorted(stores.items())) if group.split_by is not None else (),
        reported=reported,
        can_report=can_report,
        notes=(*source.notes, *note_stray(days), *note_alike(list(stores))),
        warnings=find_warnings(seen, options.accept) if counts.kept else (),
    )


def _materialised(engine: Engine, lines: OrderLines) -> OrderLines:
    frame = materialise(engine, "inspected", lines.frame)
    return OrderLines(frame, lines.has_order_ids, lines.has_products, lines.has_units)


def _whole(days: Days, last_day: date) -> Period:
    """Return a period that all lines are in."""
    first, last = min(days.all, default=last_day), max(days.all, default=last_day)
    end = datetime.combine(last + timedelta(days=1), time())
    return Period(month_of(last), first, last, None, end, is_partial=True)


def _choose(days: Days, options: Options) -> tuple[bool, str]:
    month = options.period.rpartition("..")[2]
    try:
        period = choose_period(days, month, options.window, options.complete_to)
    except ReportgenError as error:
        return False, str(error)
    return True, f"{period.month}, observed to {period.as_of}" + (" (not complete)" if period.is_partial else "")


def _months(kept: OrderLines) -> tuple[InspectedMonth, ...]:
    dated = kept.frame.with_columns(nw.col(c.ORDERED_AT).dt.to_string("%Y-%m").alias(_MONTH))
    money = collect(dated.group_by(_MONTH).agg(n=nw.len(), money=nw.col(c.AMOUNT).sum().cast(nw.Int64)))
    bought = dated.filter(is_purchase()).select(_MONTH, c.CUSTOMER_ID, c.ORDER_ID).unique()
    orders = collect(bought.group_by(_MONTH).agg(orders=nw.len(), who=nw.col(c.CUSTOMER_ID).n_unique()))
    rows = money.merge(orders, on=_MONTH, how="left").fillna(0).sort_values(_MONTH)
    return tuple(
        InspectedMonth(row[_MONTH], int(row["n"]), int(row["orders"]), int(row["who"]), money_of(int(row["money"])))
        for row in rows.to_dict("records")
    )
