"""What changed, in words: signs add up, words fit the numbers, nothing is claimed that is not so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from reportgen.model.change import Cause, Migration, Move, Place, SegmentChange
from reportgen.model.restatement import RestatedFigure, RestatedMonth, Restatement
from reportgen.model.trend import Anomaly
from reportgen.narrative.alerts import is_worth_a_headline, say_anomalies_note, say_anomaly, say_restated
from reportgen.narrative.change import say_segment, say_switches
from reportgen.report.change.compare import relate
from tests.made import BRITISH, make_change, make_facts, make_identity, make_method, make_segment

ZERO = Decimal("0.00")


def change(before: int, now: int, **causes: int) -> SegmentChange:
    """Make how a segment of some customers has changed."""
    keys = ("corrected", "new", "returned", "behaviour", "aged_out", "boundaries")
    told = tuple(Cause(key, causes.get(key, 0), ZERO) for key in keys)
    return SegmentChange(make_identity(), 1, False, before, now, now - before, ZERO, ZERO, told)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (change(10, 12, new=1, behaviour=2, boundaries=-1), "+1 new customer, +2 by what they bought, −1 by borders that moved or run close by."),
        (change(10, 10), "10 customers, as many as before."),
        (change(10, 10, new=3, aged_out=-3), "10 customers, as many as before: +3 new customers, −3 by orders that left the window."),
    ],
)  # fmt: skip
def test_causes_are_said_with_their_signs(one: SegmentChange, expected: str) -> None:
    """Each cause stands with its sign and only where it did something."""
    assert say_segment(one, BRITISH).endswith(expected)


def test_who_went_up_and_down_is_told_apart() -> None:
    """A net of −9 is told as what it is: ten went up and two down, three came down; moved borders are not counted."""
    segments = tuple(make_segment(number) for number in (1, 2, 3))
    places = tuple(Place("segment", one.identity, 50, ZERO) for one in segments)
    cells = ((1, 0, 14, 4), (1, 2, 2, 0), (0, 1, 3, 0), (1, 1, 30, 0), (2, 0, 7, 0), (3, 1, 5, 0))
    moves = tuple(Move(row, column, row == column, n, borders, ZERO, ZERO) for row, column, n, borders in cells)
    migration = Migration((*places, Place("new", None, 5, ZERO)), places, moves, 30, 26, 4)
    facts = make_facts(segments, change=make_change(migration=migration))
    told = SegmentChange(segments[1].identity, 2, False, 46, 38, -8, ZERO, ZERO, ())
    assert say_switches(told, facts, BRITISH) == "By their orders 10 went up from here, 2 went down and 3 came down."
    gone = replace(told, number=None)
    assert say_switches(gone, facts, BRITISH) == ""
    assert say_switches(told, make_facts(segments), BRITISH) == ""
    still = replace(migration, moves=(moves[3],))
    assert say_switches(told, make_facts(segments, change=make_change(migration=still)), BRITISH) == ""


@pytest.mark.parametrize(("now", "before", "expected"), [(3, 2, 0.5), (3, 0, None), (3, -2, None), (3, None, None)])
def test_a_change_is_a_share_of_something(now: float, before: float | None, expected: float | None) -> None:
    """A change is a share of what was before, and of nothing or a loss it is none."""
    assert relate(now, before) == expected


def test_unusual_moves_name_what_was_expected() -> None:
    """A flagged move is said with the bounds, those of a share never outside 0 to 100 %."""
    shrunk = Anomaly("net_growth", 1, -0.31, -0.04, 0.05, 8)
    assert say_anomaly(shrunk, {1: "regulars"}, BRITISH) == (
        "Unusual: the regulars shrank by 31%; the last 8 months let −4% to 5% expect."
    )
    few = Anomaly("share_of_orders", 1, 0.01, -0.2, 0.3, 6)
    assert "placed 1% of the month's orders; the last 6 months let 0% to 30%" in say_anomaly(few, {1: "x"}, BRITISH)


@pytest.mark.parametrize(
    ("measure", "value", "said"),
    [
        ("month_sales", -0.38, "the month’s sales are 38% below those of the same month last year"),
        ("month_orders", 0.9, "the month’s orders are 90% above those of the same month last year"),
        ("month_avg_order_value", -0.5, "an order of the month is worth 50% less than in the same month last year"),
    ],
)
def test_unusual_months_are_held_against_last_year(measure: str, value: float, said: str) -> None:
    """A month's move is said as a change since last year, with the changes that earlier months let expect."""
    found = Anomaly(measure, None, value, -0.12, 0.2, 11)
    assert say_anomaly(found, {}, BRITISH) == f"Unusual: {said}; the last 11 months let −12% to 20% expect."


def note(*tested: str, found: int = 0) -> str:
    """Say the note of a report that has tested some measures."""
    anomalies = (Anomaly("new_share", None, 0.5, 0.1, 0.2, 6),) * found
    return say_anomalies_note(make_change(tested=tested, anomalies=anomalies), make_method().rules, BRITISH)


def test_the_note_says_what_was_looked_for() -> None:
    """Nothing is called usual that was not looked at, and all that was looked at is named."""
    assert note().startswith("Unusual moves are looked for once there are 6 earlier values")
    told = note("month_sales", "new_share", "left_share")
    assert told.startswith(
        "No move is unusual for this store. Tested: the month’s sales, how many customers are new and how many left. A move"
    )
    assert note("new_share", found=1).startswith("Tested: how many customers are new. A move is called")
    older = make_change(tested=None)
    assert say_anomalies_note(older, make_method().rules, BRITISH) == ""


def test_the_note_says_how_seldom_chance_alone_flags() -> None:
    """One report in fifty is what a rate of 2 % allows."""
    assert "of 50 months in which nothing happens, one" in note("new_share")


def test_a_restated_month_says_by_how_much() -> None:
    """The month, the lines, the amounts; and that nothing else is another where that is so."""
    one = RestatedMonth("2025-09", 100, 99, Decimal("500.00"), Decimal("420.00"), 40, 40)
    said = say_restated(Restatement((one,), (), ()), "2025-10", BRITISH).summary
    assert said == (
        "September 2025 has 1 fewer order line than when it was last reported: its sales were £420, not £500 (£80.00 less).",
        "No figure of the report of October 2025 is another for it.",
    )


def test_the_month_with_the_most_money_is_told_first() -> None:
    """A month that only has other lines, or less money, comes after the one whose sales moved most."""
    still = RestatedMonth("2025-07", 100, 101, Decimal(500), Decimal(500), 40, 40)
    small = RestatedMonth("2025-08", 100, 99, Decimal(500), Decimal(490), 40, 39)
    large = RestatedMonth("2025-09", 100, 99, Decimal(500), Decimal(90), 40, 39)
    summary = say_restated(Restatement((still, small, large), (), ()), "2025-10", BRITISH).summary
    assert [sentence.split(" has ")[0] for sentence in summary[:3]] == ["September 2025", "August 2025", "July 2025"]
    assert "sales and orders are as printed" in summary[2]
    assert is_worth_a_headline(Restatement((still, small), (), ()))


def test_other_lines_alone_are_no_headline() -> None:
    """Where no printed figure moved, nothing of a correction stands in the headline; a withdrawn sentence does."""
    still = RestatedMonth("2025-07", 100, 101, Decimal(500), Decimal(500), 40, 40)
    figure = RestatedFigure("customers", None, 40.0, 41.0)
    assert not is_worth_a_headline(Restatement((still,), (), ()))
    assert is_worth_a_headline(Restatement((still,), (figure,), ()))
    assert say_restated(Restatement((still,), (figure,), ()), "2025-10", BRITISH).summary[0].startswith("1 figure of")
