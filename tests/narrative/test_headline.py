"""The headline must answer in five sentences, and the choice of segments must be told as it was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reportgen.model.actions import Unaided
from reportgen.model.facts import Facts, Span
from reportgen.model.headline import CustomerBase, GrowthAndLoss, MonthSales, SameMonthLastYear, SegmentMove
from reportgen.model.months import MonthFigures
from reportgen.model.segments import ChoiceLimit
from reportgen.narrative.choice import write_choice
from reportgen.narrative.growth import write_growth
from reportgen.narrative.headline import SegmentGrowth, find_growth_and_loss
from reportgen.narrative.headline_sentences import say_finding
from reportgen.narrative.words import write_words
from tests.made import (
    BRITISH,
    make_choice,
    make_facts,
    make_four,
    make_method,
    make_month,
    make_opportunity,
    make_play,
    make_segment,
    make_tasks,
)
from tests.made_change import make_full_report

MONTH = "Customers spent £20k in January 2026, 25% more than in December: 200 orders (+25%) of £100 each (unchanged)."
ORDERED = "100 customers ordered in January, 10 of them for the first time since December 2025."
BASE = "400 customers have ordered in the 12 months to the end of January"


def headline(facts: Facts) -> tuple[str, ...]:
    """Write the headline of a report."""
    return write_words(facts, [make_play(title="Act for {customers} of them")]).headline


def notes(near_best: float = 0.02, **changes: Any) -> tuple[str, ...]:
    """Write how the number of segments was chosen."""
    return write_choice(make_choice(**changes), replace(make_method().rules, near_best=near_best), BRITISH)


def test_the_headline_of_the_four_groups() -> None:
    """The month, who ordered, the two largest opportunities, risk, and what to do first, in this order."""
    assert headline(make_facts(do_this_month=make_tasks(1, 2))) == (
        MONTH,
        f"{ORDERED} {BASE}; the 100 frequent buyers with big baskets are 25% of customers and 70% of sales.",
        "Growth is in the frequent buyers with small baskets (about £12k) and the rare buyers with big baskets"
        " (about £2,000) a year, if 5% of them take the next step.",
        "Most at risk: 7 customers among the frequent buyers with big baskets, who spent £9,000 in twelve months and"
        " are overdue.",
        "Do first, for the frequent buyers with big baskets: act for 100 of them.",
    )


def test_an_unfinished_month_is_said_to_be_one() -> None:
    """A month that the data do not reach the end of is said to be incomplete, in the first sentence."""
    span = Span("2026-01", date(2025, 2, 1), date(2026, 1, 31), 12, True)
    said = headline(make_facts(period=span))
    assert said[0] == (
        "January 2026 is not complete: by 31 January 2026 customers had spent £20k in 200 orders of £100 each."
    )
    assert not any("December 2025, the same" in sentence or "more than" in sentence for sentence in said)


def test_one_group_has_no_best_one() -> None:
    """A report of one group with nothing to do says what the base is, and no more."""
    facts = make_facts((make_segment(share_of_customers=1.0),), customers=1, orders=1)
    assert headline(facts) == (MONTH, f"{ORDERED} {BASE.replace('400 customers have', '1 customer has')}.")


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (
            make_month("2026-01", "1161817.38", 2658, sales_without_id=Decimal("347678.95"), orders_without_id=112),
            make_month("2025-12", "1039318.79", 1929, sales_without_id=Decimal("115660.51"), orders_without_id=111),
            "Known customers spent £1.16m in January 2026, 12% more than in December: 2,658 orders (+38%) of £437 each"
            " (−19%). With the 112 orders that name no customer it is £1.51m (+31%).",
        ),
        (
            make_month("2026-01", "50.00", 1, sales_without_id=Decimal("5.00"), orders_without_id=1),
            make_month("2025-12", "-10.00", 1),
            "Known customers spent £50.00 in January 2026, after a loss in December: 1 order (unchanged) of £50.00."
            " With the 1 order that names no customer it is £55.00.",
        ),
        (
            make_month("2026-01", "50.00", 2, sales_without_id=Decimal("5.00"), orders_without_id=None),
            None,
            "Known customers spent £50.00 in January 2026, in 2 orders of £25.00 each."
            " With the sales that name no customer it is £55.00.",
        ),
        (make_month("2026-01", "0.00", 0), make_month("2025-12"), "No customer ordered in January 2026."),
        (
            make_month("2026-01", "100.20", 4),
            make_month("2025-12", "100.00", 2),
            "Customers spent £100 in January 2026, as much as in December: 4 orders (+100%) of £25.05 each (−50%).",
        ),
        (
            make_month("2026-01", "100.00", 4),
            make_month("2025-12", "0.00", 0),
            "Customers spent £100 in January 2026, after nothing in December: 4 orders of £25.00 each.",
        ),
    ],
    ids=["online retail", "one order after a loss", "no order numbers", "nothing", "as much", "after nothing"],
)
def test_a_month_is_told_whole(now: MonthFigures, before: MonthFigures | None, said: str) -> None:
    """Sales, orders and order value each beside the month before, then all sales, those that name nobody included."""
    assert say_finding(MonthSales(now, before, None), BRITISH) == said


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (("114.00", 111), ("100.00", 100), "spent 14% more: orders +11%, order value +3%."),
        (("90.00", 90), ("100.00", 100), "spent 10% less: orders −10%, order value unchanged."),
        (("100.00", 50), ("100.00", 100), "spent as much: orders −50%, order value +100%."),
        (("0.00", 0), ("100.00", 100), "spent 100% less."),
    ],
)
def test_the_same_month_last_year_is_told(now: tuple[str, int], then: tuple[str, int], said: str) -> None:
    """January is held against last January: sales, and what they are made of."""
    finding = SameMonthLastYear(make_month("2026-01", *now), make_month("2025-01", *then))
    assert say_finding(finding, BRITISH) == f"Against January 2025, the same month last year, customers {said}"


def test_who_ordered_and_who_has() -> None:
    """New customers are called so of two years of lines; of less since when; the window is named by its span."""
    base = CustomerBase(make_month(), None, None, date(2024, 3, 5), 400, "2025-12", None, {"new": 10, "left": 2}, None)
    assert say_finding(base, BRITISH) == (
        "100 customers ordered in January, 10 of them for the first time. 400 customers have ordered since March 2024"
        " (10 new, 2 left since the report of December 2025)."
    )
    first = replace(base, month=make_month(new_customers=None), window_months=1, previous_month=None)
    assert say_finding(first, BRITISH) == (
        "100 customers ordered in January. 400 customers have ordered in that month."
    )
    nobody = replace(base, month=make_month(new_customers=0), lines_from="2024-03", window_months=6, difference=-3)
    assert say_finding(nobody, BRITISH) == (
        "100 customers ordered in January, none of them for the first time since March 2024. 400 customers have ordered"
        " in the 6 months to the end of January, 3 fewer than in the report of December 2025 (10 new, 2 left)."
    )


def test_a_move_within_chance_is_no_headline() -> None:
    """Of 100 customers up to 20 more or fewer are what chance does; borders that moved are no news either."""
    identity = make_segment().identity

    def found(before: int, now: int, **causes: int) -> GrowthAndLoss:
        return find_growth_and_loss([SegmentGrowth(identity, before, now, causes)])

    assert found(100, 120, new=20) == GrowthAndLoss(None, None)
    assert found(100, 121, new=21) == GrowthAndLoss(SegmentMove(identity, 21, 121, "new"), None)
    assert found(100, 79, behaviour=-21) == GrowthAndLoss(None, SegmentMove(identity, -21, 79, "behaviour"))
    assert found(100, 10, boundaries=-90) == GrowthAndLoss(None, None)


def test_growth_is_told_by_size() -> None:
    """Each segment with a step has a sentence, the largest first, and the assumption is called one."""
    sentences = write_growth(make_facts(), BRITISH)
    assert sentences == (
        "If 5% of the 100 frequent buyers with small baskets (5) raised their orders to £100, that would bring about"
        " £12k a year.",
        "If 5% of the 100 rare buyers with big baskets (5) placed one more order, that would bring about £2,000"
        " a year.",
        "If 5% of the 100 rare buyers with small baskets (5) placed one more order, that would bring about £200"
        " a year.",
        "The 5% is an assumption, on top of those who do so unaided, the same for all: which group answers best is for"
        " a test to decide.",
    )


def test_the_fall_of_the_next_order_is_told_once() -> None:
    """Of segments whose customers' next orders were clearly smaller, the one that fell furthest is told."""
    fell = [(2_000.0, 80.0, 72.0), (1_500.0, 90.0, 45.0), (1_000.0, 90.0, 88.0)]
    segments = tuple(
        make_segment(n, opportunity=make_opportunity(amount=amount, unaided=Unaided(6, 90, 20, before, after)))
        for n, (amount, before, after) in enumerate(fell, 1)
    )
    sentences = write_growth(make_facts(segments), BRITISH)
    assert sentences[3] == (
        "The next order is smaller than the average that put them in their group: buyers 2 of earlier months had spent"
        " £90.00 an order and then spent £45.00; one more order is reckoned at that much less."
    )
    assert len(sentences) == 5
    assert len(write_growth(make_facts(segments[2:]), BRITISH)) == 2


def test_without_a_step_nothing_grows() -> None:
    """Where no segment has a next step nothing is said about growth."""
    assert write_growth(make_facts((make_four()[0],)), BRITISH) == ()


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
        (
            {"chosen_by": "stays", "silhouette": {4: 0.43, 8: 0.44}},
            "The number of segments stays at the 4 of the previous report: no other is clearly better.",
        ),
        (
            {"chosen_by": "stays", "silhouette": {4: 0.41, 8: 0.44}, "outdone_for": 2},
            "The number of segments stays at the 4 of the previous report. Another has been clearly better in 2 reports"
            " in a row (today the silhouette is 0.440 at 8 and 0.410 at 4); it is taken when that lasts for 3 reports.",
        ),
        (
            {"chosen_by": "stays", "silhouette": {4: 0.41, 8: 0.44}, "outdone_for": 1},
            "The number of segments stays at the 4 of the previous report. Another has been clearly better this month"
            " (today the silhouette is 0.440 at 8 and 0.410 at 4); it is taken when that lasts for 3 reports.",
        ),
        ({"chosen_by": "fixed", "silhouette": {4: 0.43}, "best_silhouette_at": 4}, "The config asks for 4 segments."),
    ],
)
def test_the_choice_is_told_as_it_was_made(changes: dict[str, Any], expected: str) -> None:
    """The first note says by what rule the number was taken, with the silhouettes that speak for it."""
    assert notes(**changes)[0] == expected


def test_no_number_is_laid_on_the_config_that_it_did_not_ask_for() -> None:
    """When fewer customers differ than segments were asked for, the number is not said to be the config's."""
    limit = ChoiceLimit("few_groups", 3, 8)
    told = " ".join(
        notes(n_clusters=3, chosen_by="fixed", silhouette={3: 1.0}, elbow_at=None, inertia={3: 0.0}, limit=limit)
    )
    assert "config asks" not in told
    assert "The range was cut short: only 3 groups of customers differ at all." in told
    few = ChoiceLimit("small_groups", 120, 400)
    assert "cut short: only 120 customers; for all of the range there would have to be 400." in " ".join(
        notes(limit=few)
    )


@pytest.mark.parametrize(
    ("value", "band"), [(0.71, "strong"), (0.7, "reasonable"), (0.5, "weak"), (0.25, "no"), (-0.1, "no")]
)
def test_bands_are_kaufman_and_rousseeuw_s(value: float, band: str) -> None:
    """Above 0.7 strong, above 0.5 reasonable, above 0.25 weak, else none; up to 0.5 a border is no wall."""
    note = notes(silhouette={4: value}, best_silhouette_at=4)[1]
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
    assert notes(elbow_at=elbow)[2] == expected


def test_a_sample_is_told() -> None:
    """A silhouette that was computed on a sample is said to be."""
    assert notes(silhouette_sample=10_000)[-1] == "The silhouette is computed on a sample of 10,000 customers."


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (ChoiceLimit("too_few_customers", 5, 1_000), "only 5 customers, fewer than the 1,000 needed"),
        (ChoiceLimit("all_equal", 1, 2), "all customers are equal in everything they are compared by"),
    ],
)
def test_undivided_customers_have_a_reason(limit: ChoiceLimit, expected: str) -> None:
    """Customers that were not divided get one note: why."""
    told = notes(n_clusters=1, chosen_by="undivided", silhouette={}, inertia={}, limit=limit)
    assert told == (f"The customers were not divided: {expected}.",)


def test_the_bound_of_the_rule_is_the_one_that_was_used() -> None:
    """The sentence on the smallest near the best reads its bound from the report's rules."""
    assert "within 0.05 of the best" in notes(0.05)[0]


def test_a_change_that_makes_a_reader_stop_takes_the_place_of_the_risk() -> None:
    """An unusual move stands in the headline where the risk would; without one the risk is named."""
    full = make_full_report()
    told = headline(full)
    assert told[2].startswith("Unusual: new customers came to 20%")
    assert not any(one.startswith("Most at risk") for one in told)
    calm = headline(replace(full, change=replace(full.change, anomalies=(), restated=None)))
    assert calm[2].startswith("Most at risk: 7 customers among the frequent buyers with big baskets")
    restated = headline(replace(full, change=replace(full.change, anomalies=())))
    assert restated[2].startswith("November 2025 has 10 more order lines")


def test_what_is_no_finding_has_no_sentence() -> None:
    """A value that is no finding of a headline is a fault of ours, and is told as one."""
    with pytest.raises(TypeError, match="no sentence for int in en_GB"):
        say_finding(5, BRITISH)  # type: ignore[arg-type]
