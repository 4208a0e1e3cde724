"""The months so far, what moved in the last, and which move is unusual: by hand, and by SciPy's Student."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

from reportgen.model.change import Cause
from reportgen.model.facts import Span
from reportgen.model.months import MonthFigures
from reportgen.model.trend import Anomaly, TrendMonth, TrendSegment
from reportgen.months import add_months
from reportgen.report.change.migration import tell_segments, trace
from reportgen.report.change.trend import (
    NO_MOVES,
    Judgement,
    MonthNow,
    Moves,
    earlier_months,
    find_anomalies,
    measure_moves,
    tell_month,
)
from tests.made import make_change, make_identity, make_month, make_segment
from tests.made_comparison import IDENTITIES, make_comparison, make_past, make_previous, make_segmented, name_customers

[MONTH] = make_change().trend
SPAN = Span("2026-01", date(2025, 2, 1), date(2026, 1, 31), 12, False)
ONE, TWO = make_identity(1), make_identity(2)


def month(**changes: Any) -> TrendMonth:
    """Make a month of the trend."""
    return replace(MONTH, **changes)


def test_earlier_months_are_those_of_the_previous_report() -> None:
    """Its trend goes on; its own month, which could not name its run yet, names it now."""
    facts = make_previous().facts
    told = replace(facts, change=make_change(trend=(month(month="2025-11", run="old"), month(month="2025-12"))))
    comparison = make_comparison(previous=make_previous(told, run="new"))
    assert [(one.month, one.run) for one in earlier_months(comparison, "GBP")] == [
        ("2025-11", "old"),
        ("2025-12", "new"),
    ]
    assert earlier_months(comparison, "EUR") == ()
    assert earlier_months(None, "GBP") == ()


def moves(**changes: Any) -> Moves:
    """Measure the moves of `made_comparison`."""
    comparison = make_comparison(**changes)
    traces = trace(comparison, make_segmented())
    return measure_moves(comparison, traces, tell_segments(comparison, IDENTITIES, traces))


def test_moves_by_hand() -> None:
    """Of six customers one came and one left; B lost as many as it won, A grew from 2 to 3; A has 3 of 8 orders."""
    found = moves()
    assert (found.new_share, found.left_share) == (0.166667, 0.166667)
    assert found.net_growth == {2: 0.0, 1: 0.5}  # by colour: B's is 2, A's is 1
    assert found.share_of_orders == {2: 0.0, 1: 0.375}


def test_a_segment_s_growth_is_of_the_customers_it_has_today() -> None:
    """B, printed with 4 customers of whom 3 are left today, grew by a third, and not by a quarter, when it won one."""
    comparison = make_comparison()
    traces = trace(comparison, make_segmented())
    [change, *_] = tell_segments(comparison, IDENTITIES, traces)
    won = (("corrected", -1), ("new", 2), ("returned", 3), ("behaviour", 5), ("aged_out", -9), ("boundaries", 100))
    causes = tuple(Cause(key, customers, change.sales_now) for key, customers in won)
    for printed, growth in ((4, 0.333333), (2, 1.0)):
        found = measure_moves(comparison, traces, [replace(change, customers_before=printed, causes=causes)])
        assert found.net_growth == {2: growth}


def test_of_nobody_there_is_no_growth() -> None:
    """A segment whose customers were all corrected away has none; without an order nobody has a share of them."""
    comparison = make_comparison(past=make_past(orders={}))
    traces = trace(comparison, make_segmented())
    [change, *_] = tell_segments(comparison, IDENTITIES, traces)
    empty = replace(change, customers_before=1)
    found = measure_moves(comparison, traces, [empty])
    assert (found.net_growth, found.share_of_orders) == ({2: None}, {2: None})
    assert found.new_share == 0.166667


def test_after_a_report_of_nobody_shares_are_of_one() -> None:
    """Without a customer before, who came is counted against one."""
    past = make_past(before=name_customers({}), widened=name_customers({}), orders={})
    nobody = np.array([], dtype=int)
    assert moves(past=past, before=nobody, widened=nobody).new_share == 6.0


def test_one_order_share_counts_one_order() -> None:
    """A share of orders is of all orders since, those of new customers among them."""
    found = moves(past=make_past(orders={"ann": 1, "gus": 2}))
    assert found.share_of_orders == {2: 0.0, 1: 0.333333}


CUSTOMERS = name_customers(dict(zip("abcdefg", (40.0,) * 6 + (7.0,), strict=True)), {"a": 2, "b": 2})
JANUARY = make_month("2026-01", "160.00", 8)


def test_a_month_is_told() -> None:
    """Figures, lines and segments of a report's own month are those that it has."""
    segments = [make_segment(1, customers=70, sales=900.0), make_segment(2, customers=30, sales=100.0)]
    now = MonthNow(
        replace(SPAN, is_partial=True), CUSTOMERS, JANUARY, segments, {"2026-01": (50, "mark")}, is_refit=True
    )
    told = tell_month(now, Moves(0.1, 0.2, {1: 0.3}, {2: 0.4}))
    assert told == TrendMonth(
        *("2026-01", "", 7, 9, 247.0, 27.44, 0.285714, 160.0, 8),
        *(True, 12, True, 2, 50, "mark", 0.1, 0.2),
        (TrendSegment(ONE, 70, 900.0, 0.3, None), TrendSegment(TWO, 30, 100.0, None, 0.4)),
    )


def test_a_month_without_a_line_has_no_mark() -> None:
    """A month in which nothing stands in the source has 0 lines and no digest; nothing is measured of it."""
    told = tell_month(MonthNow(SPAN, CUSTOMERS, JANUARY, [], {}, is_refit=False), NO_MOVES)
    assert (told.lines, told.lines_mark, told.is_partial, told.is_refit) == (0, "", False, False)
    assert (told.new_share, told.left_share, told.segments) == (None, None, ())


def expected(earlier: Sequence[float], size: int, measures: int) -> tuple[float, float]:
    """Reckon the prediction interval of one further value anew; chance alone spreads it so far, and likeness widens it."""
    n, usual = len(earlier), min(max(float(np.mean(np.abs(earlier))), 0.0), 1.0)
    noise = np.sqrt(max(usual * (1 - usual), 1 / size) / size)
    mean, squares = float(np.mean(earlier)), float(np.var(earlier)) * n
    likeness = sum((one - mean) * (other - mean) for one, other in pairwise(earlier)) / squares if squares else 0.0
    r = min(max(likeness + (1 + 4 * max(likeness, 0)) / n, 0), 0.8)
    worth = max(n * (1 - r) / (1 + r), 2)
    spread = max(float(np.sqrt(squares / n / max(1 - 1 / worth, 0.3))), float(noise))
    reach = float(stats.t.ppf(1 - 0.02 / (2 * measures), max(worth - 1, 1.5))) * spread * float(np.sqrt(1 + 1 / worth))
    return round(mean - reach, 6), round(mean + reach, 6)


NEWCOMERS = [0.02, 0.03, 0.01, 0.02, 0.03, 0.01, 0.02]
LEAVERS = [0.01, 0.02, 0.03, 0.02, 0.01, 0.02, 0.03]
GROWTH = [-0.03, -0.02, -0.04, -0.03, -0.03, -0.02, -0.04]
SHARES = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]


def history(new: float, left: float, growth: float | None, share: float | None) -> list[TrendMonth]:
    """Make seven months of the usual, and one that ends as told; another segment was there in the first alone."""
    rows = list(
        zip((*NEWCOMERS, new), (*LEAVERS, left), (*GROWTH, growth), (*SHARES, share), strict=True)  # one row a month
    )
    months = []
    for n, (came, went, grew, ordered) in enumerate(rows):
        own = TrendSegment(ONE, 40, 1.0, grew, ordered)
        others = (TrendSegment(TWO, 360, 1.0, 0.9, 0.1),) if n == 0 else ()
        months.append(month(customers=400, new_share=came, left_share=went, segments=(*others, own)))
    return months


def flagged(trend: Sequence[TrendMonth]) -> tuple[Anomaly, ...]:
    """Find the anomalies of months of which the last had a hundred orders."""
    return find_anomalies(trend, [make_month("2026-01", "1000.00", 100)], is_partial=False).anomalies


def test_an_ordinary_month_is_no_anomaly() -> None:
    """A month like those before says nothing."""
    assert flagged(history(0.02, 0.02, -0.03, 0.5)) == ()


def test_each_measure_is_held_against_its_own_history() -> None:
    """What came far off is told with what was to be expected: of as many customers, or orders, as it is a share of."""
    found = flagged(history(0.3, 0.4, -0.9, 0.02))
    told = {one.measure: one for one in found}
    cases = {
        "new_share": (None, 0.3, NEWCOMERS, 400),
        "left_share": (None, 0.4, LEAVERS, 400),
        "net_growth": (1, -0.9, GROWTH, 40),
        "share_of_orders": (1, 0.02, SHARES, 100),
    }
    assert list(told) == list(cases)
    for measure, (colour, value, earlier, size) in cases.items():
        low, high = expected(earlier, size, 4)
        assert told[measure] == Anomaly(measure, colour, value, pytest.approx(low), pytest.approx(high), 7), measure


def test_what_was_not_measured_is_not_judged() -> None:
    """A measure that a month lacks is neither expected nor counted among those that share the error."""
    [found] = flagged(history(0.3, 0.02, None, None))
    low, high = expected(NEWCOMERS, 400, 2)
    assert found.measure == "new_share"
    assert (found.low, found.high) == pytest.approx((low, high))


def test_months_that_lack_a_measure_are_passed_over() -> None:
    """A gap in the history is no month of it; with the six values that are left a move is still told."""
    months = history(0.3, 0.02, -0.03, 0.5)
    months[3] = replace(months[3], new_share=None)
    [found] = flagged(months)
    assert (found.measure, found.months) == ("new_share", 6)


def test_months_that_lack_a_segment_are_passed_over() -> None:
    """A segment that was not there in the first month is judged by the six in which it was."""
    months = history(0.02, 0.02, -0.9, 0.5)
    months[0] = replace(months[0], segments=())
    [found] = flagged(months)
    assert (found.measure, found.months) == ("net_growth", 6)


def test_a_segment_is_known_by_colour_and_month() -> None:
    """One that came later under the same colour has a history of its own, and too short a one to judge."""
    months = history(0.02, 0.02, -0.9, 0.02)
    later = make_identity(1, since="2025-12")
    months[-1] = replace(months[-1], segments=(TrendSegment(later, 40, 1.0, -0.9, 0.02),))
    assert flagged(months) == ()


def years(sales: Sequence[float], orders: int = 400) -> list[MonthFigures]:
    """Make calendar months up to January 2026, each with some sales in as many orders."""
    names = [add_months("2026-01", n + 1 - len(sales)) for n in range(len(sales))]
    return [make_month(name, f"{value:.2f}", orders) for name, value in zip(names, sales, strict=True)]


SEASON = [100 * (1 + 2 * (n % 12 == 11)) + n % 5 for n in range(25)]
"""Sales of 25 months: each twelfth is a peak of three times the usual."""


def test_a_season_is_no_anomaly() -> None:
    """A peak that comes each year is held against the last one; the month's measures are told as tested."""
    peak = years([value * 10_000 for value in SEASON[:24]])
    found = find_anomalies([month()], peak, is_partial=False)
    assert found == Judgement(("month_sales", "month_orders", "month_avg_order_value"), ())
    assert find_anomalies([month()], peak[6:], is_partial=False) == Judgement(
        (), ()
    )  # five earlier changes are too few
    assert find_anomalies([month()], peak, is_partial=True) == Judgement((), ())


@pytest.mark.parametrize(
    ("sales", "orders", "measures"),
    [
        (0.4, 1.0, ["month_sales", "month_avg_order_value"]),
        (0.4, 0.4, ["month_sales", "month_orders"]),
        (1.0, 2.5, ["month_orders", "month_avg_order_value"]),
    ],
    ids=["smaller orders", "fewer orders", "more and smaller orders"],
)
def test_a_collapse_of_the_month_is_flagged(sales: float, orders: float, measures: list[str]) -> None:
    """Sales, orders or order value that fall away in one month are told at once, as changes since last year."""
    months = years([value * 10_000 for value in SEASON])
    last = months[-1]
    months[-1] = replace(
        last, sales=Decimal(round(float(last.sales) * sales, 2)).quantize(Decimal("0.01")), orders=round(400 * orders)
    )
    found = find_anomalies([month()], months, is_partial=False).anomalies
    assert [one.measure for one in found] == measures
    for one in found:
        assert one.colour is None and one.months == 12
        assert not one.low <= one.value <= one.high
    if measures[0] == "month_sales":
        assert found[0].value == pytest.approx(sales * SEASON[24] / SEASON[12] - 1, abs=1e-3)


@pytest.mark.parametrize(
    ("kind", "likeness", "season"), [("stationary", 0.0, 0.0), ("AR", 0.6, 0.0), ("season", 0.0, 1.0)]
)
def test_months_in_which_nothing_happens_are_seldom_flagged(kind: str, likeness: float, season: float) -> None:
    """Of 1,500 histories of 24 months, stationary, autoregressive or seasonal, 2 % at most flag something.

    Rejected, one time in 1,000, only where alarms are more often than promised.
    """
    random, alarms = np.random.default_rng(len(kind)), 0
    for _ in range(1_500):
        shocks = random.normal(0, 0.1, 74)
        for n in range(1, 74):
            shocks[n] += likeness * shocks[n - 1]
        level = shocks[50:] + season * np.sin(np.arange(24) * np.pi / 6)
        orders = np.round(4_000 * np.exp(level + random.normal(0, 0.03, 24)))
        months = [
            replace(one, orders=int(count)) for one, count in zip(years(list(1e6 * np.exp(level))), orders, strict=True)
        ]
        alarms += bool(find_anomalies([month()], months, is_partial=False).anomalies)
    assert stats.binomtest(alarms, 1_500, 0.02, alternative="greater").pvalue > 0.001, alarms


def test_nobody_can_leave_a_window_that_fills() -> None:
    """While the window begins before the lines do, leavers and growth are not measured; growth is where it has no begin."""
    filling = replace(SPAN, first_day=date(2025, 6, 1))
    moves = Moves(0.1, 0.0, {1: 0.3}, {1: 0.4})
    segments = [make_segment(1)]
    told = tell_month(MonthNow(filling, CUSTOMERS, JANUARY, segments, {}, is_refit=False), moves)
    assert (told.new_share, told.left_share) == (0.1, None)
    assert (told.segments[0].net_growth, told.segments[0].share_of_orders) == (None, 0.4)
    whole = tell_month(
        MonthNow(replace(SPAN, window_months=None), CUSTOMERS, JANUARY, segments, {}, is_refit=False), moves
    )
    assert (whole.left_share, whole.segments[0].net_growth) == (None, 0.3)
