"""The headline must answer in five sentences, and the choice of segments must be told as it was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reportgen.model.report import Report, Span
from reportgen.narrative.headline import choose_to_do, write_growth, write_headline, write_method_notes
from tests.made import BRITISH, make_action, make_choice, make_four, make_opportunity, make_report, make_segment

BASE = "400 customers placed 2,000 orders worth £200k between 1 February 2025 and 31 January 2026."


def told(report: Report) -> Report:
    """Add what the headline needs."""
    return replace(report, do_this_month=choose_to_do(report.segments, report.by_opportunity))


def test_the_headline_of_the_four_groups() -> None:
    """Base, best segment, growth in the two largest opportunities, risk, and what to do first, in this order."""
    assert write_headline(told(make_report()), BRITISH) == (
        BASE,
        "The most valuable are the 100 frequent buyers with big baskets: 25% of customers, 70% of sales.",
        "Growth is in the frequent buyers with small baskets (about £12k) and the rare buyers with big baskets"
        " (about £2,000), if 5% of them take the next step.",
        "Most at risk: 7 customers among the frequent buyers with big baskets, who spent £9,000 and are overdue.",
        "Do first, for the frequent buyers with big baskets: act for 1.",
    )


def test_an_unfinished_month_is_said_to_be_one() -> None:
    """A month that the data do not reach the end of is said to be incomplete, in the first sentence."""
    span = Span("2026-01", date(2025, 2, 1), date(2026, 1, 31), 12, True)
    assert write_headline(make_report(period=span), BRITISH)[0] == f"{BASE} January 2026 is not complete."


def test_one_group_has_no_best_one() -> None:
    """A report of one group with nothing to do says what the base is, and no more."""
    report = make_report((make_segment(share_of_customers=1.0),), customers=1, orders=1)
    assert write_headline(report, BRITISH) == (
        BASE.replace("400 customers placed 2,000 orders", "1 customer placed 1 order"),
    )


def test_the_best_are_protected_first() -> None:
    """To do: the best segment's action, then those of the largest opportunities; three at most, one a segment."""
    four = make_four()
    report = make_report(four)
    assert [one.segment for one in choose_to_do(four, report.by_opportunity)] == [1, 2, 3]
    grown = replace(four[3], opportunity=make_opportunity(amount=99_999.0))
    report = make_report((*four[:3], grown))
    assert [one.segment for one in choose_to_do(report.segments, report.by_opportunity)] == [1, 4, 2]


def test_a_segment_without_actions_is_passed_over() -> None:
    """When the best segment has nothing to do, the others' actions fill the three places."""
    four = make_four()
    segments = (replace(four[0], actions=()), *four[1:])
    assert [one.segment for one in choose_to_do(segments, ())] == [2, 3, 4]


def test_one_group_gets_all_its_actions() -> None:
    """The only segment's actions are what is to do, three at most."""
    segment = make_segment(actions=tuple(make_action(id=name) for name in "abcd"))
    assert [one.id for one in choose_to_do((segment,), ())] == ["a", "b", "c"]


def test_growth_is_told_by_size() -> None:
    """Each segment with a step has a sentence, the largest first, and the assumption is called one."""
    sentences = write_growth(make_report(), BRITISH)
    assert sentences == (
        "If 5% of the 100 frequent buyers with small baskets (5) raised their orders to £100, that would bring about"
        " £12k (£10k to £15k).",
        "If 5% of the 100 rare buyers with big baskets (5) placed one more order, that would bring about £2,000"
        " (£1,500 to £2,500).",
        "If 5% of the 100 rare buyers with small baskets (5) placed one more order, that would bring about £200"
        " (£150 to £250).",
        "The 5% is an assumption, the same for all. Which group answers best is for a test to decide.",
    )


def test_without_a_step_nothing_grows() -> None:
    """Where no segment has a next step nothing is said about growth."""
    assert write_growth(make_report((make_four()[0],)), BRITISH) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"silhouette": {4: 0.43, 5: 0.40, 8: 0.44}},
            "Of 4 to 8 segments, 4 is the smallest whose silhouette (0.430) is within 0.02 of the best (0.440 at 8).",
        ),
        ({"best_silhouette_at": 4}, "Of 4 to 8 segments, 4 has the highest silhouette (0.430)."),
        (
            {"chosen_by": "elbow"},
            "Of 4 to 8 segments, 4 was taken because the elbow of the inertia is there.",
        ),
        ({"chosen_by": "fixed", "silhouette": {4: 0.43}, "best_silhouette_at": 4}, "The config asks for 4 segments."),
    ],
)
def test_the_choice_is_told_as_it_was_made(changes: dict[str, Any], expected: str) -> None:
    """The first note says by what rule the number was taken, with the silhouettes that speak for it."""
    assert write_method_notes(make_choice(**changes), BRITISH)[0] == expected


def test_no_number_is_laid_on_the_config_that_it_did_not_ask_for() -> None:
    """When fewer customers differ than segments were asked for, the number is not said to be the config's."""
    reason = "only 3 groups of customers differ at all"
    cut = make_choice(
        n_clusters=3, chosen_by="fixed", silhouette={3: 1.0}, elbow_at=None, inertia={3: 0.0}, reason=reason
    )
    notes = " ".join(write_method_notes(cut, BRITISH))
    assert "config asks" not in notes
    assert f"The range was cut short: {reason}." in notes


@pytest.mark.parametrize(
    ("value", "band"), [(0.71, "strong"), (0.7, "reasonable"), (0.5, "weak"), (0.25, "no"), (-0.1, "no")]
)
def test_bands_are_kaufman_and_rousseeuw_s(value: float, band: str) -> None:
    """Above 0.7 strong, above 0.5 reasonable, above 0.25 weak, else none; up to 0.5 a border is no wall."""
    note = write_method_notes(make_choice(silhouette={4: value}, best_silhouette_at=4), BRITISH)[1]
    assert f"is {band} structure" in note
    assert ("not a wall" in note) is (value <= 0.5)


@pytest.mark.parametrize(
    ("elbow", "expected"),
    [
        (4, "The elbow of the inertia agrees: it is at 4."),
        (6, "The elbow of the inertia disagrees: it is at 6."),
        (None, "The inertia has no clear elbow."),
    ],
)
def test_the_elbow_is_a_second_opinion(elbow: int | None, expected: str) -> None:
    """Whether the elbow agrees is said either way, and so is that there is none."""
    assert write_method_notes(make_choice(elbow_at=elbow), BRITISH)[2] == expected


def test_a_sample_is_told() -> None:
    """A silhouette that was computed on a sample is said to be."""
    notes = write_method_notes(make_choice(silhouette_sample=10_000), BRITISH)
    assert notes[-1] == "The silhouette is computed on a sample of 10,000 customers."


def test_undivided_customers_have_a_reason() -> None:
    """Customers that were not divided get one note: why."""
    choice = make_choice(n_clusters=1, chosen_by="undivided", silhouette={}, inertia={}, reason="only 5 customers")
    assert write_method_notes(choice, BRITISH) == ("The customers were not divided: only 5 customers.",)
