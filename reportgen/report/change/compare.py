"""Compares a report with the previous one: the customers' way from one to the other, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.config.options import Options
from reportgen.lines.transform.past import Past, look_back, past_period, recount_months
from reportgen.model.change import KpiChange, PreviousReport
from reportgen.model.customers import Customers
from reportgen.model.facts import Span
from reportgen.model.kpis import KPIS
from reportgen.model.lines import OrderLines, Period
from reportgen.model.months import Cohort, MonthFigures, find_cohort, last_ripe, months_before
from reportgen.model.previous import Previous
from reportgen.model.trend import TrendMonth
from reportgen.months import add_months, count_months
from reportgen.report.assemble import Segmented
from reportgen.report.history import History, see_history
from reportgen.segments.clusters import assign_customers
from reportgen.segments.features import scale_customers
from reportgen.segments.identity import find_counterparts, match_bands


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """The way from the previous report to this one, before it is put into words.

    Attributes
    ----------
    previous : Previous
        The previous report.
    past : Past
        Its customers as the lines are today.
    before : numpy.ndarray of shape (n_customers_before,)
        Row of its model for each of them.
    widened, shifted : numpy.ndarray
        The same for the customers of the next two steps (`reportgen.segments.migration.Way`).
    counterparts : mapping
        This report's segment number to the row that it was.
    months : tuple of MonthFigures
        The months up to the previous report's, as the lines are today.
    see_past : callable
        Sees what the lines of today say beyond that report's window.
    """

    previous: Previous
    past: Past
    before: np.ndarray
    widened: np.ndarray
    shifted: np.ndarray
    counterparts: Mapping[int, int]
    months: tuple[MonthFigures, ...]
    see_past: Callable[[], History]

    @property
    def rows(self) -> int:
        """Segments that the previous report's model knows."""
        return len(self.previous.model.centers)

    def place_of(self, number: int) -> int:
        """Return where a segment of this report stands: that of its counterpart, or one of its own."""
        row = self.counterparts.get(number)
        return self.rows + number if row is None else row + 1


def follow_customers(
    segmented: Segmented, previous: Previous, classified: OrderLines, period: Period, options: Options
) -> Comparison:
    """Follow the customers from the previous report to this one, and know the segments again."""
    earlier = previous.model
    at = past_period(previous.month, previous.facts.period.window_months)
    past = look_back(classified, options.cleansing, period, at)

    def place(customers: Customers) -> np.ndarray:
        return assign_customers(scale_customers(customers, earlier.scaler), earlier.centers)

    before, labels = place(past.before), segmented.segmentation.labels
    features = scale_customers(segmented.customers, earlier.scaler)
    bands = match_bands(segmented.model, segmented.segmentation.sources, earlier)
    if previous.facts.report.currency != options.currency:
        counterparts: dict[int, int] = {}  # other money is on another scale
    elif bands is not None:
        counterparts = bands
    elif segmented.is_kept:
        counterparts = {number: int(row) for number, row in enumerate(segmented.segmentation.sources, 1)}
    else:
        rows = pd.Series(before, index=past.before.frame[c.CUSTOMER_ID])
        was = rows.reindex(segmented.customers.frame[c.CUSTOMER_ID]).to_numpy()
        shared = ~np.isnan(was)
        counterparts = find_counterparts(labels[shared], was[shared].astype(int), features, labels, earlier)
    return Comparison(
        previous=previous,
        past=past,
        before=before,
        widened=place(past.widened),
        shifted=assign_customers(features, earlier.centers),
        counterparts=counterparts,
        months=recount_months(classified, options.cleansing, at),
        see_past=partial(
            see_history, classified, options.cleansing, at, past.before, previous.facts.period.window_months
        ),
    )


def why_withheld(comparison: Comparison | None, span: Span, currency: str) -> str | None:
    """Tell why figures are not compared with the previous report; None when they are."""
    if comparison is None:
        return "first"
    facts = comparison.previous.facts
    if span.is_partial:
        return "partial"
    if facts.report.currency != currency:
        return "currency"
    if facts.period.window_months != span.window_months:
        return "window"
    return None if len(comparison.past.before) else "gone"


def tell_previous(previous: Previous, month: str) -> PreviousReport:
    """Tell which report is compared with."""
    ago = count_months(previous.month, month)
    return PreviousReport(previous.month, previous.run, previous.made_on, previous.facts.report.store, ago)


@dataclass(frozen=True, eq=False, slots=True)
class Earlier:
    """What the figures of a report's window are compared with.

    Attributes
    ----------
    comparison : Comparison or None
        The way from the previous report.
    withheld : str or None
        Why figures are not compared with it.
    year_ago : TrendMonth or None
        The report of the same month last year.
    """

    comparison: Comparison | None
    withheld: str | None
    year_ago: TrendMonth | None


def compare_window(customers: Customers, span: Span, earlier: Earlier) -> tuple[KpiChange, ...]:
    """Compare the key figures of the window with those of the previous report and of the same month last year.

    While a window is still filling its totals can hardly fall, so that nothing is compared.

    Parameters
    ----------
    customers : Customers
        Of the window.
    span : Span
        The time that the report is about.
    earlier : Earlier
        What it is compared with.
    """
    comparison, year_ago = earlier.comparison, earlier.year_ago
    is_compared = comparison is not None and earlier.withheld is None and not span.is_filling
    then = {} if comparison is None or not is_compared else window_figures(comparison.past.before)
    same_window = year_ago is not None and year_ago.window_months == span.window_months
    has_year = same_window and not span.is_partial and not span.is_filling
    return tuple(
        compare_kpi(key, value, then.get(key), float(getattr(year_ago, key)) if has_year else None)
        for key, value in window_figures(customers).items()
    )


def compare_months(
    months: Sequence[MonthFigures], cohorts: Sequence[Cohort], *, is_partial: bool
) -> tuple[KpiChange, ...]:
    """Compare the last of some months with the one before and with the same month last year, all of the lines.

    Parameters
    ----------
    months : sequence of MonthFigures
        Oldest first.
    cohorts : sequence of Cohort
        Of the months' first buyers.
    is_partial : bool
        Whether the last month is not complete; then it is compared with none.
    """
    before, year_ago = (None if is_partial else months_before(months, back) for back in (1, 12))
    then, year_before = month_kpis(before), month_kpis(year_ago)
    changes = [
        compare_kpi(key, value, then.get(key), year_before.get(key)) for key, value in month_kpis(months[-1]).items()
    ]
    ripe = last_ripe(cohorts)
    if ripe is not None:
        past = [find_cohort(cohorts, add_months(ripe.month, -back)) for back in (1, 12)]
        previous, last_year = (None if cohort is None else cohort.share for cohort in past)
        changes.append(compare_kpi("back_share", ripe.share, previous, last_year))
    return tuple(changes)


def month_kpis(month: MonthFigures | None) -> dict[str, float]:
    """List the key figures of a month by name, as a report prints them; without those that it does not have."""
    if month is None:
        return {}
    found = {
        "month_sales": float(month.sales),
        "month_orders": float(month.orders),
        "month_avg_order_value": month.avg_order_value,
        "month_customers": None if month.customers is None else float(month.customers),
    }
    return {key: value for key, value in found.items() if value is not None}


def window_figures(customers: Customers) -> dict[str, float]:
    """Sum up the customers of a window as a report prints them."""
    orders, total = customers.orders, customers.total_sales
    repeat = int((customers.frame[c.ORDER_COUNT] > 1).sum())
    return {
        "customers": float(len(customers)),
        "orders": float(orders),
        "total_sales": float(total),
        "avg_order_value": round(float(total) / orders, 2) if orders else 0.0,
        "repeat_share": round(repeat / len(customers), 6) if len(customers) else 0.0,
    }


def compare_kpi(key: str, now: float, previous: float | None, year_ago: float | None) -> KpiChange:
    """Compare one key figure."""
    places = KPIS[key].places
    return KpiChange(
        key=key,
        now=now,
        previous=previous,
        difference=None if previous is None else round(now - previous, places),
        change=relate(now, previous),
        year_ago=year_ago,
        year_change=relate(now, year_ago),
    )


def relate(now: float, before: float | None) -> float | None:
    """Return the change as a share of what was before; None where that is nothing, or a loss."""
    return None if before is None or before <= 0 else round((now - before) / before, 6)
