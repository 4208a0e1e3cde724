"""Key figures are compared where they can be, and customers followed by the previous report's model; all by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from reportgen.config.options import Options
from reportgen.lines.transform.past import Past
from reportgen.model.change import KpiChange, PreviousReport
from reportgen.model.facts import Span
from reportgen.model.lines import Period
from reportgen.model.months import Cohort, MonthFigures
from reportgen.report.change import compare
from reportgen.report.change.compare import (
    Comparison,
    Earlier,
    compare_kpi,
    compare_months,
    compare_window,
    follow_customers,
    month_kpis,
    relate,
    tell_previous,
    why_withheld,
    window_figures,
)
from tests.made import make_change, make_month
from tests.made_comparison import A, B, C, make_comparison, make_past, make_previous, make_segmented, name_customers

SPAN = Span("2026-01", date(2025, 2, 1), date(2026, 1, 31), 12, False)
MONTHS = (make_month("2025-12", "20.50", 2),)
NOW = {
    "customers": 7.0,
    "orders": 9.0,
    "total_sales": 247.0,
    "avg_order_value": 27.44,
    "repeat_share": 0.285714,
}
THEN = {
    "customers": 6.0,
    "orders": 9.0,
    "total_sales": 210.0,
    "avg_order_value": 23.33,
    "repeat_share": 0.333333,
}
"""Six customers with 2, 3, 1, 1, 1 and 1 orders, who spent 210."""


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (110.0, 100.0, 0.1),
        (90.0, 100.0, -0.1),
        (1.0, 0.5, 1.0),
        (1.0, 3.0, -0.666667),
        (0.0, 4.0, -1.0),
        (5.0, 0.0, None),
        (5.0, -10.0, None),
        (5.0, None, None),
    ],
)
def test_a_change_is_a_share_of_what_was(now: float, before: float | None, expected: float | None) -> None:
    """Half as much again is 0.5; of nothing, or of a loss, there is no share."""
    assert relate(now, before) == expected


def test_one_figure_is_compared_twice() -> None:
    """A figure is held against the previous report's and against last year's; differences of money are in pennies."""
    assert compare_kpi("repeat_share", 0.6, 0.573, 0.64) == KpiChange(
        "repeat_share", 0.6, 0.573, 0.027, 0.04712, 0.64, -0.0625
    )
    assert compare_kpi("total_sales", 100.3, 100.1, None) == KpiChange(
        "total_sales", 100.3, 100.1, 0.2, 0.001998, None, None
    )
    assert compare_kpi("orders", 5.0, None, 4.0) == KpiChange("orders", 5.0, None, None, None, 4.0, 0.25)


def test_a_window_is_summed_up() -> None:
    """Three customers with 1, 2 and 4 orders worth 10, 20.5 and 30: two of three came back, an order is worth 8.64."""
    found = window_figures(name_customers({"ann": 10.0, "bob": 20.5, "cat": 30.0}, {"bob": 2, "cat": 4}))
    assert found == {
        "customers": 3.0,
        "orders": 7.0,
        "total_sales": 60.5,
        "avg_order_value": 8.64,
        "repeat_share": 0.666667,
    }
    assert {type(value) for value in found.values()} == {float}


def test_a_window_of_nobody_is_all_nothing() -> None:
    """Without a customer there is neither an order value nor a share."""
    assert set(window_figures(name_customers({})).values()) == {0.0}


def test_a_month_is_held_against_the_lines() -> None:
    """January is compared with December and with last January, and its first buyers' return with those a month earlier."""
    months = [make_month("2025-01", "10.00", 4), *(make_month(f"2025-{n:02}") for n in range(2, 12))]
    months += [make_month("2025-12", "16.00", 8), make_month("2026-01", "20.00", 5)]
    cohorts = [
        Cohort("2025-09", 10, 4, is_ripe=True, ordered=None),
        Cohort("2025-10", 10, 5, is_ripe=True, ordered=None),
    ]
    cohorts.append(Cohort("2025-11", 10, 1, is_ripe=False, ordered=None))
    found = {one.key: one for one in compare_months(months, cohorts, is_partial=False)}
    assert found == {
        "month_sales": KpiChange("month_sales", 20.0, 16.0, 4.0, 0.25, 10.0, 1.0),
        "month_orders": KpiChange("month_orders", 5.0, 8.0, -3.0, -0.375, 4.0, 0.25),
        "month_avg_order_value": KpiChange("month_avg_order_value", 4.0, 2.0, 2.0, 1.0, 2.5, 0.6),
        "month_customers": KpiChange("month_customers", 2.0, 4.0, -2.0, -0.5, 2.0, 0.0),
        "back_share": KpiChange("back_share", 0.5, 0.4, 0.1, 0.25, None, None),
    }
    partial = compare_months(months, cohorts[2:], is_partial=True)
    assert [(one.key, one.previous, one.year_ago) for one in partial] == [
        (key, None, None) for key in list(found) if key != "back_share"
    ]


def test_a_month_without_an_order_has_no_order_value() -> None:
    """Nothing sold is nothing, and what nobody paid is not compared; a month that is not known has no figure."""
    assert month_kpis(make_month("2026-01", "0.00", 0)) == {
        "month_sales": 0.0,
        "month_orders": 0.0,
        "month_customers": 0.0,
    }
    assert month_kpis(None) == {}


def with_facts(**changes: Any) -> Comparison:
    """Make a comparison with a previous report of another time or money."""
    return make_comparison(previous=make_previous(replace(make_previous().facts, **changes)))


def gone() -> Comparison:
    """Make a comparison with a report of whose customers no line is left."""
    return make_comparison(past=make_past(before=name_customers({})))


EURO = replace(make_previous().facts.report, currency="EUR")
SHORTER = replace(make_previous().facts.period, window_months=6)
CUT = replace(SPAN, is_partial=True)


@pytest.mark.parametrize(
    ("comparison", "span", "expected"),
    [
        (None, CUT, "first"),
        (make_comparison(), SPAN, None),
        (with_facts(report=EURO, period=SHORTER), CUT, "partial"),
        (with_facts(report=EURO, period=SHORTER), SPAN, "currency"),
        (with_facts(period=SHORTER), SPAN, "window"),
        (replace(gone(), previous=with_facts(period=SHORTER).previous), SPAN, "window"),
        (gone(), SPAN, "gone"),
    ],
    ids=["first", "compared", "partial", "currency", "window", "window before gone", "gone"],
)
def test_what_keeps_figures_from_being_compared(comparison: Comparison | None, span: Span, expected: str) -> None:
    """Of several reasons the first is told; where there is none, figures are compared."""
    assert why_withheld(comparison, span, "GBP") == expected


def test_one_customer_is_enough_to_compare_with() -> None:
    """A report of a single customer is a report."""
    assert why_withheld(make_comparison(past=make_past(before=name_customers({"ann": 1.0}))), SPAN, "GBP") is None


def test_the_previous_report_is_named() -> None:
    """Month, run, day and store of the report that is compared with, and how long ago it was."""
    facts = make_previous().facts
    paris = make_previous(replace(facts, report=replace(facts.report, store="Paris")), run="the/run")
    assert tell_previous(paris, "2026-02") == PreviousReport("2025-12", "the/run", date(2026, 1, 1), "Paris", 2)


CUSTOMERS = name_customers(
    dict(zip("abcdefg", (40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 7.0), strict=True)), {"a": 2, "b": 2}
)
FILLING = replace(SPAN, first_day=date(2025, 2, 8))


def compared(earlier: Earlier, span: Span = SPAN) -> tuple[set[str], set[str]]:
    """Return the figures that are compared with the previous report and with last year, each checked."""
    found = compare_window(CUSTOMERS, span, earlier)
    assert {one.key: one.now for one in found} == NOW
    assert all(one.previous == THEN[one.key] for one in found if one.previous is not None)
    assert all(one.year_ago == 300.0 and type(one.year_ago) is float for one in found if one.year_ago is not None)
    before = {one.key for one in found if one.previous is not None}
    return before, {one.key for one in found if one.year_ago is not None}


@pytest.mark.parametrize(
    ("withheld", "span", "expected"),
    [
        (None, SPAN, set(NOW)),
        (None, FILLING, set()),
        (None, replace(SPAN, window_months=None), set()),
        ("window", SPAN, set()),
        ("currency", SPAN, set()),
        ("partial", SPAN, set()),
        ("gone", SPAN, set()),
    ],
)
def test_figures_are_compared_with_the_previous_report(withheld: str | None, span: Span, expected: set[str]) -> None:
    """All of them; for any reason, and while the window is still filling, none."""
    assert compared(Earlier(make_comparison(), withheld, None), span) == (expected, set())


def test_a_first_report_is_compared_with_nothing() -> None:
    """Without a previous report there is nothing to hold figures of the window against."""
    assert compared(Earlier(None, "first", None)) == (set(), set())


@pytest.mark.parametrize(
    ("span", "window", "expected"),
    [(SPAN, 12, set(NOW)), (SPAN, 6, set()), (SPAN, None, set()), (CUT, 12, set()), (FILLING, 12, set())],
)
def test_figures_are_compared_with_last_year(span: Span, window: int | None, expected: set[str]) -> None:
    """All of them; none where last year's window was another, of an unfinished month, or of a window still filling."""
    [month] = make_change().trend
    month = replace(month, window_months=window, **dict.fromkeys(NOW, 300))
    assert compared(Earlier(None, "first", month), span) == (set(), expected)


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Comparison]:
    """Return a function that follows the customers of `made_comparison`, with no lines behind them."""
    past, lines, now, earlier = make_past(), object(), object(), make_previous()

    def look_back(classified: object, cleansing: object, this: object, previous: Period) -> Past:
        assert (classified, this) == (lines, now)
        assert recount_months(classified, cleansing, previous) == MONTHS
        return past

    def recount_months(classified: object, cleansing: object, previous: Period) -> tuple[MonthFigures, ...]:
        assert (classified, cleansing) == (lines, Options().cleansing)
        assert (previous.month, f"{previous.start:%Y-%m-%d}") == ("2025-12", "2025-01-01")
        return MONTHS

    monkeypatch.setattr(compare, "look_back", look_back)
    monkeypatch.setattr(compare, "recount_months", recount_months)

    def run(currency: str = "GBP", **changes: Any) -> Comparison:
        options, segmented = Options(currency=currency), make_segmented(**changes)
        found = follow_customers(segmented, earlier, lines, now, options)  # type: ignore[arg-type]
        assert (found.previous, found.past) == (earlier, past)
        return found

    return run


def test_customers_are_placed_by_the_earlier_model(follow: Callable[..., Comparison]) -> None:
    """Each is in the earlier segment whose centre is nearest to his rank, then, with later orders, and today."""
    found = follow()
    # mean ranks of the six of then in standard deviations: -1.34 -0.80 -0.27 0.27 0.80 1.34; centres at -1, 0, 1 and 9
    assert found.before.tolist() == [A, A, B, B, C, C]
    # then 110, 20, 30, 40, 50, 60, and 5 and 7, which are below all of them
    assert found.widened.tolist() == [C, A, B, B, C, C, A, A]
    # 110, 20, 30, 25, 50, 5, 7; 25 is as far from 20 as from 30
    assert found.shifted.tolist() == [C, A, B, found.shifted[3], C, A, A]
    assert found.shifted[3] in (A, B)
    assert found.months == MONTHS


def test_segments_are_known_again_by_their_customers(follow: Callable[..., Comparison]) -> None:
    """Of two of today's segments each goes on where most of its customers come from."""
    labels = np.array([1, 1, 2, 2, 3, 1, 3])  # ann and bob were in A, cat and dan in B, eve in C
    segmented = make_segmented()
    segmentation = replace(segmented.segmentation, labels=labels)
    assert follow(segmentation=segmentation).counterparts == {1: A, 2: B, 3: C}


def test_a_kept_model_knows_its_segments(follow: Callable[..., Comparison]) -> None:
    """Where the earlier model itself places the customers, each segment is the row it came from."""
    found = follow(is_kept=True)
    assert found.counterparts == {1: B, 2: A, 3: C}
    assert all(type(row) is int for row in found.counterparts.values())


@pytest.mark.parametrize("is_kept", [True, False])
def test_other_money_knows_no_segment_again(follow: Callable[..., Comparison], is_kept: bool) -> None:
    """After another currency sales are on another scale, and all segments are new."""
    assert follow("EUR", is_kept=is_kept).counterparts == {}
