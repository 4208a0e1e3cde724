"""Each finding must become the sentence that a person would write from its numbers."""

from __future__ import annotations

from typing import Any

import pytest

from reportgen.model.actions import Sizing
from reportgen.narrative.findings import AtRisk, HowMuch, HowOften, HowRecent, Potential, Role, Taste, Worth
from reportgen.narrative.sentences import say, say_summary
from reportgen.text.formats import Formats
from tests.made import BRITISH, EVERYONE, GERMAN, make_best_seller, make_four, make_opportunity, make_segment

FOUR = make_four()
NBSP = "\N{NO-BREAK SPACE}"


def test_a_summary_says_who_they_are() -> None:
    """The summary holds the count, how often, how much, and both shares."""
    expected = "100 customers who order often, in big baskets: 25% of customers, 70% of sales."
    assert say_summary(FOUR[0], BRITISH) == expected


def test_the_summary_of_everybody() -> None:
    """One group of all customers is called so."""
    everybody = make_segment(customers=1_500, share_of_customers=1.0)
    assert say_summary(everybody, BRITISH) == "All 1,500 customers, as one group."


def test_a_segment_of_one_customer_is_singular() -> None:
    """One customer is no plural."""
    one = make_segment(customers=1, share_of_customers=0.01, kind="rare_big")
    assert say_summary(one, BRITISH) == "1 customer who seldom orders, in big baskets: 1% of customers, 25% of sales."


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (1_400.0, "2.8 times the £500"),
        (1_000.0, "2 times the £500"),
        (700.0, "more than the £500"),
        (550.0, "close to the £500"),
        (430.0, "close to the £500"),
        (300.0, "less than the £500"),
    ],
)
def test_worth_names_its_yardstick(own: float, words: str) -> None:
    """What each spent is set against all customers, as a multiple where it is twice or more."""
    sentence = say(Worth(make_segment(mean_total_sales=own), EVERYONE), BRITISH)
    assert sentence == f"Each spent {BRITISH.money(own)} on average, {words} of all customers."


def test_worth_of_everybody_has_no_yardstick() -> None:
    """All customers are not set against themselves."""
    everybody = make_segment(share_of_customers=1.0, mean_total_sales=500.0)
    assert say(Worth(everybody, EVERYONE), BRITISH) == "Each spent £500 on average."


def test_numbers_follow_the_locale() -> None:
    """In German the same sentence has German numbers, the multiple included."""
    sentence = say(Worth(make_segment(mean_total_sales=1_400.0), EVERYONE), GERMAN)
    assert sentence == f"Each spent 1.400{NBSP}€ on average, 2,8 times the 500{NBSP}€ of all customers."


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (
            HowOften(make_segment(mean_order_count=8.04, one_order_share=0.1), EVERYONE, True),
            "They order often: 8.0 times, against 5.0 for all customers.",
        ),
        (
            HowOften(make_segment(mean_order_count=1.25, one_order_share=0.8), EVERYONE, False),
            "They seldom order: 1.2 times, against 5.0 for all customers; 80% of them ordered only once.",
        ),
        (
            HowMuch(make_segment(mean_avg_order_value=212.4), EVERYONE, True),
            "Their baskets are big: an order is worth £212, against £100 for all customers.",
        ),
        (
            HowMuch(make_segment(mean_avg_order_value=27.25), EVERYONE, False),
            "Their baskets are small: an order is worth £27.25, against £100 for all customers.",
        ),
        (
            HowRecent(make_segment(median_recency_days=143.0), EVERYONE, True),
            "Half of them have not ordered for 143 days or more; of all customers, half for 45.",
        ),
        (
            HowRecent(make_segment(median_recency_days=10.0), EVERYONE, False),
            "Half of them ordered within the last 10 days; of all customers, half within 45.",
        ),
        (
            AtRisk(make_segment(overdue=Sizing(12_345.0, 1.0, 2.0, 7))),
            "At risk: 7 of them are overdue, who spent £12k.",
        ),
        (
            AtRisk(make_segment(overdue=Sizing(50.0, 1.0, 2.0, 1))),
            "At risk: one of them is overdue, who spent £50.00.",
        ),
        (
            Potential(make_segment(opportunity=make_opportunity()), 0.05),
            "If 5% of them (5) placed one more order, that would bring about £2,000 (£1,500 to £2,500).",
        ),
        (
            Potential(
                make_segment(opportunity=make_opportunity(step="bigger_baskets", basket_goal=109.0)),
                0.1,
            ),
            "If 10% of them (5) raised their orders to £109, that would bring about £2,000 (£1,500 to £2,500).",
        ),
        (
            Taste(make_best_seller(orders=1_234), None),
            "Their best seller is Teapot, in 1,234 orders.",
        ),
        (
            Taste(make_best_seller(), make_best_seller("Cup", index=181)),
            "Their best seller is Teapot, in 50 orders. Their orders hold Cup 1.8 times as often as those of all"
            " customers.",
        ),
    ],
)
def test_sentences(finding: Any, expected: str) -> None:
    """Each finding is said in plain words, with its number and its yardstick."""
    assert say(finding, BRITISH) == expected


def test_a_best_seller_that_sets_apart_is_not_named_twice() -> None:
    """When best seller and telling product are one, the second mention is "it"."""
    best = make_best_seller(index=150)
    assert "orders hold it 1.5 times" in say(Taste(best, best), BRITISH)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (
            1,
            "They are the most valuable: losing one costs as much as losing 18 rare buyers with small baskets.",
        ),
        (
            2,
            "They come often already; their orders are worth £40.00, the best segment's £140. The way up is a bigger"
            " basket.",
        ),
        (
            3,
            "They spend £200 an order, the best segment £140. What is missing is the next order: they placed 1.0"
            " orders each, the best segment 10.0.",
        ),
        (4, "They are 25% of customers but 4% of sales: keep the cost of reaching them low."),
    ],
)
def test_the_four_roles(number: int, expected: str) -> None:
    """Each of the four groups is told what it means for the shop (1,400 / 80 = 17.5, rounded to even 18)."""
    assert say(Role(FOUR[number - 1], FOUR[0], FOUR[-1]), BRITISH) == expected


@pytest.mark.parametrize("last", [0.0, -5.0, 900.0])
def test_the_best_are_not_praised_beyond_measure(last: float) -> None:
    """Where the last segment is worth nothing, or more than half as much, no multiple is claimed."""
    role = Role(FOUR[0], FOUR[0], make_segment(4, mean_total_sales=last))
    assert say(role, BRITISH) == "They are the most valuable customers, though not by far."


def test_middling_segments_have_a_way_up() -> None:
    """Whoever orders now and then is told to place one more order."""
    role = Role(make_segment(2, mean_order_count=3.0, mean_avg_order_value=99.995), FOUR[0], FOUR[3])
    expected = "They placed 3.0 orders each, the best segment 10.0. The way up is one more order, worth £100."
    assert say(role, BRITISH) == expected


def test_what_is_no_finding_has_no_sentence() -> None:
    """A value that is no finding is a fault of ours, and is told as one."""
    with pytest.raises(TypeError, match="no sentence for int in en_GB"):
        say(5, Formats("en_GB", "GBP"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no potential"):
        say(Potential(make_segment(), 0.05), BRITISH)
