"""What is broken is held; what is in order is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reportgen.config.mail import CheckOptions
from reportgen.delivery.checks import find_chain_reasons, find_reasons
from reportgen.model.report import Report
from reportgen.model.segments import ChoiceLimit
from reportgen.model.warnings import SourceWarning
from tests.made import make_choice, make_month, make_report, make_segment
from tests.made_chain import make_chain_report

TODAY = date(2026, 2, 3)
USUAL = make_report()


def reasons(report: Report = USUAL, today: date = TODAY, **checks: object) -> tuple[str, ...]:
    """Find what speaks against a report."""
    return find_reasons(report, CheckOptions.model_validate(checks), today)


def month(now: str, before: str | None, orders: int | None = 100) -> Report:
    """Make a report of a month with some sales after another month's."""
    earlier = () if before is None or orders is None else (make_month("2025-12", before, orders),)
    return replace(USUAL, months=(*earlier, make_month("2026-01", now, 100)))


def test_a_report_in_order_is_not_held() -> None:
    """The usual report has nothing against it."""
    assert reasons() == ()
    assert find_reasons(make_chain_report(), CheckOptions(), TODAY) == ()


def test_too_few_customers() -> None:
    """400 customers are fewer than 401, and not fewer than 400."""
    assert reasons(min_customers=401) == ("only 400 customers, fewer than 401",)
    assert reasons(min_customers=400) == ()


def test_too_many_dropped_lines() -> None:
    """A share above the bound holds, the bound itself does not."""
    lines = replace(USUAL.lines, dropped_share=0.61)
    assert reasons(replace(USUAL, lines=lines)) == ("61% of the order lines were dropped, more than 60%",)
    assert reasons(replace(USUAL, lines=replace(lines, dropped_share=0.6))) == ()


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ("39.00", "100.00", "fell by 61%, more than 60%"),
        ("0.00", "100.00", "fell by 100%"),
        ("-5.00", "100.00", "fell by 105%"),
        ("301.00", "100.00", "rose by 201%, more than 200%"),
    ],
)
def test_sales_against_the_month_before(now: str, before: str, said: str) -> None:
    """A fall by more than 60 %, or a rise by more than 200 %, holds."""
    (found,) = reasons(month(now, before))
    assert said in found


def year(now: str, before: str, year_ago: str, step_ago: str | None) -> Report:
    """Make a report of a January whose lines reach back to the January before, or the December before that."""
    months = (make_month("2025-01", year_ago, 100), make_month("2025-12", before, 100), make_month("2026-01", now, 100))
    earlier = () if step_ago is None else (make_month("2024-12", step_ago, 100),)
    return replace(USUAL, months=(*earlier, *months))


@pytest.mark.parametrize(
    ("report", "said"),
    [
        pytest.param(year("30", "100", "33", "110"), (), id="January after Christmas"),
        pytest.param(year("120", "100", "30", "25"), (), id="a shop that grows"),
        pytest.param(
            year("12", "100", "33", "110"),
            ("fell by 88%", "£12.00 after £100 in the month before", "64% against £33.00 in the same month a year ago"),
            id="half of a January",
        ),
        pytest.param(
            year("95", "100", "260", "100"),
            (
                "fell by 63%, more than 60%: £95.00 after £260 in the same month a year ago",
                "63% against £260, to which",
            ),
            id="half of a month that is usually large",
        ),
        pytest.param(year("30", "100", "33", None), (), id="no month before the one a year ago"),
        pytest.param(year("30", "100", "90", None), ("fell by 70%", "67% against £90.00"), id="nor a reason for it"),
    ],
)
def test_sales_against_the_year_before(report: Report, said: tuple[str, ...]) -> None:
    """Where the lines reach a year back, a month is held only where two yardsticks say that it is far from them."""
    found = reasons(report)
    assert len(found) == bool(said)
    for words in said:
        assert words in found[0]


def test_a_month_without_an_order() -> None:
    """Nobody has ordered in a month that is over: a store that has closed, or lines that are missing."""
    nothing = replace(USUAL, months=(make_month("2025-12", "9.00", 3), make_month("2026-01", "0.00", 0)))
    assert reasons(nothing) == ("nobody has ordered in January 2026",)
    assert reasons(replace(nothing, period=replace(USUAL.period, is_partial=True)), hold_partial_month=False) == ()


@pytest.mark.parametrize(
    "report",
    [
        month("40.00", "100.00"),
        month("300.00", "100.00"),
        month("1.00", "100.00", 29),
        month("1.00", None, None),
        month("1.00", "0.00"),
    ],
)
def test_sales_that_hold_nothing(report: Report) -> None:
    """The bounds themselves, a month with fewer than 30 orders, an unknown one and one without sales hold nothing."""
    assert reasons(report) == ()


def test_a_month_that_is_not_complete() -> None:
    """It is held for that, and its sales are not compared."""
    partial = replace(month("1.00", "100.00"), period=replace(USUAL.period, is_partial=True))
    (found,) = reasons(partial)
    assert "is not complete" in found
    assert reasons(partial, hold_partial_month=False) == ()


def test_old_data() -> None:
    """45 days after the end are in order, 46 are not."""
    assert reasons(today=date(2026, 3, 17)) == ()
    assert reasons(today=date(2026, 3, 18)) == ("the report ends on 31 January 2026, 46 days ago, more than 45",)


def test_segments_with_next_to_nobody() -> None:
    """A segment of four is held with its name; so are customers that could not be divided."""
    small = make_report((make_segment(1), make_segment(2, customers=4)))
    assert reasons(small) == ("the segment “Buyers 2” has 4 customers, fewer than 5",)
    choice = make_choice(n_clusters=1, chosen_by="undivided", limit=ChoiceLimit("all_equal", 1, 2))
    words = {"choice": ("The customers were not divided: all of them are alike.",)}
    undivided = make_report((make_segment(1),), words, n_clusters=1, choice=choice)
    assert reasons(undivided) == ("the customers were not divided: all of them are alike",)


def test_each_check_can_be_switched_off() -> None:
    """With every check off, the worst report leaves."""
    worst = replace(
        make_report(
            (make_segment(1, customers=1),),
            n_clusters=1,
            choice=make_choice(n_clusters=1, limit=ChoiceLimit("all_equal", 1, 2)),
        ),
        customers=1,
        lines=replace(USUAL.lines, dropped_share=1.0),
        months=(make_month("2025-12", "100.00", 100), make_month("2026-01", "0.00", 0)),
    )
    off = dict.fromkeys(
        ("min_customers", "max_dropped_share", "max_sales_fall", "max_sales_rise", "min_segment_customers")
    )
    off["max_age_days"] = None
    assert len(reasons(worst)) == 6
    assert reasons(worst, date(2030, 1, 1), **off, hold_partial_month=False, hold_empty_month=False) == ()


def test_a_chain_is_held_for_its_stores() -> None:
    """Its sales are those of its stores added up; held stores hold it when they have more than a fifth of its sales."""
    chain, checks = make_chain_report(), CheckOptions()
    usual = [make_month("2025-12", "50.00", 20), make_month("2026-01", "49.00", 20)]
    fallen = [make_month("2025-12", "50.00", 20), make_month("2026-01", "1.00", 20)]
    assert find_chain_reasons(chain, {"Paris": usual, "Lyon": usual}, (), checks) == ()
    (reason,) = find_chain_reasons(chain, {"Paris": fallen, "Lyon": fallen}, (), checks)
    assert reason.startswith("the month's sales fell by 98%, more than 60%: £2.00 after £100 in the month before")
    assert find_chain_reasons(chain, {"Paris": fallen}, (), checks) == ()  # 20 orders say nothing
    (reason,) = find_chain_reasons(chain, {}, ("Lyon",), checks)
    assert reason == "the reports of stores with 25% of its sales, more than 20%, are held: Lyon"
    off = CheckOptions(max_held_stores=None)
    assert find_chain_reasons(chain, {}, ("Lyon",), off) == ()


def test_doubtful_data() -> None:
    """A warning that concerns more than a hundredth of a figure holds the report, a smaller one does not."""
    warning = SourceWarning(
        "order_status", 12, Decimal(90), "sales", Decimal(1000), Decimal(910), 0.09, ("failed",), "Status"
    )
    words = {"warnings": ("Some orders failed.", "One line is a total.")}
    report = make_report(words=words, warnings=(warning, replace(warning, code="total_line", share=0.01)))
    assert find_reasons(report, CheckOptions(), TODAY) == ("the data are doubtful (order_status): Some orders failed.",)
    assert find_reasons(report, CheckOptions(max_doubtful_share=None), TODAY) == ()
    assert len(find_reasons(report, CheckOptions(max_doubtful_share=0), TODAY)) == 2
