"""What is no longer as it was printed is told once, against today's lines; figures by hand (`tests.made_comparison`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reportgen.config.options import Options
from reportgen.lines.transform.past import past_period
from reportgen.model.actions import AtRisk
from reportgen.model.change import Cause, KpiChange, Place, PreviousReport, SegmentChange
from reportgen.model.headline import (
    CustomerBase,
    GrowthAndLoss,
    HeadlineFinding,
    LargestRisk,
    MonthSales,
    SegmentMove,
    SegmentShare,
)
from reportgen.model.lines import Period
from reportgen.model.months import MonthFigures
from reportgen.model.report import Report
from reportgen.model.restatement import RestatedFigure, RestatedFinding, RestatedMonth, Restatement
from reportgen.model.trend import TrendMonth
from reportgen.narrative.headline_sentences import say_finding
from reportgen.report.change import restate as module
from reportgen.report.change.compare import Comparison
from reportgen.report.change.restate import bring_up_to_date, restate, restate_months
from reportgen.report.setting import Setting
from tests.made import BRITISH, make_change, make_facts, make_month, make_segment, make_words
from tests.made_change import make_change as make_full_change
from tests.made_comparison import KNOWN, A, B, C, E, make_comparison, make_previous

[MONTH] = make_change().trend
SETTING = Setting(Options(currency="GBP", locale="en_GB"), (), date(2026, 2, 1))
NOW = (make_month("2025-11", "18000.50", 181),)


def month(name: str, lines: int = 500, mark: str = "m", **changes: Any) -> TrendMonth:
    """Make a reported month."""
    return replace(MONTH, month=name, lines=lines, lines_mark=mark, **changes)


Restate = Callable[..., tuple[RestatedMonth, ...]]


@pytest.fixture
def find(monkeypatch: pytest.MonkeyPatch) -> Restate:
    """Return a function that finds the months that are others today, each of which now sold 18,000.50 in 181 orders."""

    def run(trend: list[TrendMonth], marks: dict[str, tuple[int, str]]) -> tuple[RestatedMonth, ...]:
        asked: list[Period] = []
        lines = object()

        def recount(classified: object, cleansing: object, period: Period) -> tuple[MonthFigures, ...]:
            assert (classified, cleansing) == (lines, Options().cleansing)
            asked.append(period)
            return NOW

        monkeypatch.setattr(module, "recount_months", recount)
        found = restate_months(trend, marks, lines, Options())  # type: ignore[arg-type]
        windows = {one.month: one.window_months for one in trend}
        assert asked == [past_period(one.month, windows[one.month]) for one in found]
        return found

    return run


def test_a_month_with_other_lines_is_told_with_both_figures(find: Restate) -> None:
    """Lines, sales and orders of the month as they were last reported, and as they are today."""
    reported = month("2025-12", 500, month_sales=18_100.25, month_orders=182, window_months=6)
    assert find([month("2025-11"), reported], {"2025-11": (500, "m"), "2025-12": (510, "n")}) == (
        RestatedMonth("2025-12", 500, 510, Decimal("18100.25"), Decimal("18000.50"), 182, 181),
    )


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ({"2025-11": (500, "m"), "2025-12": (500, "m")}, []),
        ({"2025-11": (500, "m"), "2025-12": (500, "other")}, ["2025-12"]),
        ({"2025-11": (500, "m"), "2025-12": (501, "m")}, ["2025-12"]),
        ({"2025-11": (499, "x"), "2025-12": (499, "x")}, ["2025-12"]),
        ({"2025-11": (500, "x"), "2025-12": (500, "m")}, ["2025-11"]),
        ({"2025-11": (501, "x"), "2025-12": (500, "m")}, ["2025-11"]),
        ({"2025-12": (499, "x"), "2026-01": (9, "x")}, []),
        ({"2025-12": (501, "x"), "2026-01": (9, "x")}, ["2025-12"]),
        ({"2025-10": (1, "x"), "2025-12": (500, "m")}, ["2025-11"]),
        ({"2026-01": (9, "x")}, []),
    ],
    ids=[
        "as they were",
        "other lines",
        "more lines",
        "the oldest is cut, the next is not",
        "the oldest has other lines",
        "the oldest has more lines",
        "all before is cut",
        "all before is cut, the oldest has more lines",
        "a month between is gone",
        "an export of this month alone",
    ],
)
def test_what_an_export_no_longer_holds_is_no_correction(
    find: Restate, marks: dict[str, tuple[int, str]], expected: list[str]
) -> None:
    """Months before the first of the lines, and the first itself where it has fewer lines, are as they were."""
    assert [one.month for one in find([month("2025-11"), month("2025-12")], marks)] == expected


def test_a_month_that_was_emptied_has_no_line(find: Restate) -> None:
    """A month all of whose lines are gone, though older ones are there, has 0 today."""
    [found] = find([month("2025-12")], {"2025-11": (1, "x"), "2026-01": (1, "x")})
    assert (found.lines_before, found.lines_now) == (500, 0)


def changed(name: str, lines: int) -> RestatedMonth:
    """Make a month that is another today."""
    return RestatedMonth(name, 500, lines, Decimal("1.00"), Decimal("18000.50"), 1, 181)


def test_a_restated_month_is_brought_up_to_date() -> None:
    """It has today's sales, orders, lines and digest; the window of the previous report is summed up anew, no other's."""
    trend = (month("2025-10"), month("2025-11"), month("2025-12"))
    marks = {"2025-10": (500, "m"), "2025-11": (510, "n"), "2025-12": (500, "m")}
    first, second, third = bring_up_to_date(trend, (changed("2025-11", 510),), marks, make_comparison())
    assert first == trend[0]
    assert second == month("2025-11", 510, "n", month_sales=18_000.5, month_orders=181)
    window = {"customers": 6, "orders": 9, "total_sales": 210.0, "avg_order_value": 23.33, "repeat_share": 0.333333}
    assert third == month("2025-12", **window)
    assert (type(third.customers), type(third.orders)) == (int, int)


def test_the_previous_month_itself_can_be_restated() -> None:
    """Then it has both: today's month and today's window; where its lines are gone it has no digest."""
    [found] = bring_up_to_date((month("2025-12"),), (changed("2025-12", 0),), {}, make_comparison())
    assert (found.month_sales, found.lines, found.lines_mark, found.customers) == (18_000.5, 0, "", 6)


def test_without_a_correction_all_stays_as_printed() -> None:
    """Where no month is another, nothing is summed up anew."""
    trend = (month("2025-11"), month("2025-12"))
    assert bring_up_to_date(trend, (), {}, make_comparison()) == trend


def identity(row: int) -> Any:
    """Return what an earlier segment is known by."""
    return KNOWN[row].identity


def risky(count: int) -> AtRisk:
    """Make sales at risk of some customers."""
    return AtRisk(9_000.0, count, 365)


def grew(row: int, number: int | None, before: int, now: int, **causes: int) -> SegmentChange:
    """Make the change of a segment in the previous report."""
    told = tuple(Cause(key, customers, Decimal(0)) for key, customers in {"corrected": 0, **causes}.items())
    return SegmentChange(identity(row), number, False, before, now, now - before, Decimal(0), Decimal(0), told)


def printed_report(*, is_compared: bool = True) -> Report:
    """Make the previous report: 7 customers with 9 orders worth 215, one of whom is in B by an error, one in E."""
    kpis = (KpiChange("customers", 7.0, 5.0, 2.0, 0.4, None, None),)
    migration = make_full_change().migration
    assert migration is not None
    migration = replace(migration, origins=(Place("new", None, 2, Decimal(1)),), targets=())
    change = make_change(
        previous=PreviousReport("2025-11", "", date(2025, 12, 1), None, 1) if is_compared else None,
        withheld=None if is_compared else "first",
        kpis=kpis,
        migration=migration,
        segments=(
            grew(C, 1, 8, 2, aged_out=-6),
            grew(B, 2, 0, 3, new=4, behaviour=-1),
            grew(A, 3, 0, 1, corrected=2, new=2, aged_out=-3),
            grew(E, None, 2, 0, aged_out=-2),
        ),
    )
    numbers = {"share_of_customers": 0.3, "share_of_sales": 0.5}
    facts = make_facts(
        segments=(
            make_segment(1, identity=identity(C), customers=2, sales=110.0, overdue=risky(2), **numbers),
            make_segment(2, identity=identity(B), customers=3, sales=75.0),
            make_segment(3, identity=identity(A), customers=2, sales=30.0),
            make_segment(4, identity=identity(E), customers=1, sales=5.0),
        ),
        customers=7,
        orders=9,
        total_sales=Decimal("215.00"),
        avg_order_value=23.89,
        repeat_share=0.333333,
        months=(make_month("2025-11", "100.00", 5), make_month("2025-12", "160.00", 10)),
        change=change,
    )
    return Report.of(replace(facts, period=replace(facts.period, month="2025-12")), make_words(facts))


PRINTED: tuple[HeadlineFinding, ...] = (
    MonthSales(make_month("2025-12", "160.00", 10), make_month("2025-11", "100.00", 5), None),
    CustomerBase(
        make_month("2025-12", "160.00", 10),
        *("2025-11", 12, date(2025, 2, 1), 7, "2025-11", 2, {"new": 2}, SegmentShare(identity(C), 2, 0.3, 0.5)),
    ),
    GrowthAndLoss(SegmentMove(identity(B), 3, 3, "new"), SegmentMove(identity(C), -6, 2, "aged_out")),
    LargestRisk(identity(C), 2, 9_000.0, 365),
)
TODAY: tuple[HeadlineFinding | None, ...] = (
    MonthSales(make_month("2025-12", "155.50", 9), make_month("2025-11", "100.00", 5), None),
    CustomerBase(
        make_month("2025-12", "155.50", 9),
        *("2025-11", 12, date(2025, 2, 1), 6, "2025-11", None, {}, SegmentShare(identity(C), 2, 0.333333, 0.52381)),
    ),
    GrowthAndLoss(SegmentMove(identity(B), 2, 2, "new"), SegmentMove(identity(C), -6, 2, "aged_out")),
    None,
)
MONTHS = (changed("2025-12", 510),)


def told(*, said: tuple[HeadlineFinding, ...] = PRINTED, is_compared: bool = True) -> Restatement:
    """Restate the previous report, whose headline said some of what it found."""
    report = printed_report(is_compared=is_compared)
    sentences = tuple(say_finding(finding, BRITISH) for finding in said)
    report = replace(report, words=replace(report.words, headline=sentences))
    found = restate(MONTHS, comparison(report), SETTING)
    assert found is not None
    return found


def comparison(report: Report) -> Comparison:
    """Compare with a report whose model knows the segments."""
    return make_comparison(previous=make_previous(report))


def test_without_a_changed_month_nothing_is_restated() -> None:
    """Where all lines are as they were no figure is looked at."""
    assert restate((), comparison(printed_report()), SETTING) is None


def test_figures_that_are_others_today() -> None:
    """Of the window, then of each segment, those alone that differ; a segment that nobody is in today has nothing."""
    assert told().months == MONTHS
    assert told().figures == (
        RestatedFigure("customers", None, 7.0, 6.0),
        RestatedFigure("total_sales", None, 215.0, 210.0),
        RestatedFigure("avg_order_value", None, 23.89, 23.33),
        RestatedFigure("customers", identity(B), 3.0, 2.0),
        RestatedFigure("sales", identity(B), 75.0, 70.0),
        RestatedFigure("customers", identity(E), 1.0, 0.0),
        RestatedFigure("sales", identity(E), 5.0, 0.0),
    )


def test_findings_that_are_others_today() -> None:
    """Each finding of the headline is told with what it would be today; one that would not be said has nothing."""
    assert told().headline == tuple(map(RestatedFinding, PRINTED, TODAY))


@pytest.mark.parametrize(
    ("row", "printed", "today"),
    [(B, (3, 3, "new"), (2, 2, "new")), (A, (1, 1, "corrected"), (2, 2, "corrected"))],
)
def test_what_was_corrected_is_a_cause_of_its_own(
    row: int, printed: tuple[int, int, str], today: tuple[int, int, str]
) -> None:
    """One customer less of B is a correction, beside the three that were new; one more of A is added to its own two."""
    report = printed_report()
    change = replace(
        report.change, segments=tuple(one for one in report.change.segments if one.identity == identity(row))
    )
    said, now = (GrowthAndLoss(SegmentMove(identity(row), *move), None) for move in (printed, today))
    words = replace(report.words, headline=(say_finding(said, BRITISH),))
    found = restate(MONTHS, comparison(replace(report, change=change, words=words)), SETTING)
    assert found is not None
    assert found.headline == (RestatedFinding(said, now),)


@pytest.mark.parametrize("left_out", range(4))
def test_what_was_not_printed_is_not_withdrawn(left_out: int) -> None:
    """A finding that the headline had no room for is not restated."""
    said = tuple(finding for n, finding in enumerate(PRINTED) if n != left_out)
    assert [one.printed for one in told(said=said).headline] == list(said)


def test_a_report_that_was_compared_with_none_is_restated_as_such() -> None:
    """Of a first report the month and the customers of the window are told anew, beside no earlier report."""
    report = printed_report(is_compared=False)
    month, base, *_ = module.find_headline(module.basis_of(report))
    restated = {one.printed.about: one for one in told(said=(month, base), is_compared=False).headline}
    found = restated["base"]
    assert (found.printed.customers, found.printed.previous_month) == (7, None)
    assert found.now is not None
    assert (found.now.customers, found.now.previous_month) == (6, None)
    assert restated["month"].now.now.sales == Decimal("155.50")


def test_what_is_as_it_was_is_not_told() -> None:
    """A report all of whose figures come out again is restated with its month alone."""
    same = replace(
        printed_report(is_compared=False),
        customers=6,
        months=(make_month("2025-11", "100.00", 5), make_month("2025-12", "155.50", 9)),
        total_sales=Decimal("210.00"),
        avg_order_value=23.33,
        segments=(make_segment(1, identity=identity(A), customers=2, sales=30.0),),
    )
    opening = module.find_headline(module.basis_of(same))[0]
    same = replace(same, words=replace(same.words, headline=(say_finding(opening, BRITISH),)))
    found = restate(MONTHS, comparison(same), SETTING)
    assert found is not None
    assert (found.months, found.figures, found.headline) == (MONTHS, (), ())


def test_a_segment_that_was_corrected_away_is_counted_as_none() -> None:
    """Of two segments that had grown to 100, one has 98 customers today and one nobody: both are corrections."""
    change = make_full_change()
    kept, gone = change.segments[:2]
    [today] = [one for one in make_facts().segments if one.identity == kept.identity]
    grown = module._restate_growth(replace(change, segments=(kept, gone)), [replace(today, customers=98)])
    assert [(one.identity, one.now, one.causes["corrected"]) for one in grown] == [
        (kept.identity, 98, -2),
        (gone.identity, 0, -100),
    ]
