"""Each finding must become the sentence that a person would write from its numbers."""

from __future__ import annotations

from typing import Any

import pytest

from reportgen.model.actions import AtRisk as Late
from reportgen.model.actions import Opportunity, TakenBack, Unaided
from reportgen.narrative.findings import (
    AtRisk,
    Differs,
    NextStep,
    PaidBelow,
    Renamed,
    Role,
    TakenBackLater,
    Taste,
    Worth,
)
from reportgen.narrative.sentences import say, say_product, say_summary
from reportgen.text.formats import Formats
from tests.made import BRITISH, EVERYONE, GERMAN, make_best_seller, make_four, make_opportunity, make_segment

FOUR = make_four()
NBSP = "\N{NO-BREAK SPACE}"


def make_bigger(**changes: Any) -> Opportunity:
    """Make what orders as large as £109 could bring."""
    return make_opportunity(step="bigger_baskets", basket_goal=109.0, **changes)


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
            Differs(make_segment(one_order_share=0.1), "order_count", "mean", 8.04, 5.0),
            "They order more often than most: 8.0 times on average, against 5 times for all customers.",
        ),
        (
            Differs(make_segment(one_order_share=0.8), "order_count", "mean", 1.25, 5.0),
            "They order less often than most: 1.2 times on average, against 5 times for all customers; 80% of them ordered"
            " only once.",
        ),
        (
            Differs(make_segment(), "order_count", "median", 6.0, 2.0),
            "They order more often than most: half of them 6 times or more, of all customers half 2 times or more.",
        ),
        (
            Differs(make_segment(), "avg_order_value", "mean", 212.4, 100.0),
            "Their baskets are bigger than most: £212 on average, against £100 for all customers.",
        ),
        (
            Differs(make_segment(), "avg_order_value", "median", 27.25, 100.0),
            "Their baskets are smaller than most: half of them spend £27.25 an order or more, of all customers half £100"
            " or more.",
        ),
        (
            Differs(make_segment(), "recency_days", "median", 143.0, 45.0),
            "Half of them have not ordered for 143 days or more; of all customers, half for 45.",
        ),
        (
            Differs(make_segment(), "recency_days", "median", 10.0, 45.0),
            "Half of them ordered within the last 10 days; of all customers, half within 45.",
        ),
        (
            Renamed(make_segment(formerly="Rare buyers, big baskets", kind="occasional_mid")),
            "In the previous report they were called “Rare buyers, big baskets”; now they order now and then, in baskets"
            " of middling size.",
        ),
        (
            AtRisk(make_segment(overdue=Late(12_345.0, 7, 365))),
            "At risk: 7 of them are overdue, who spent £12k in twelve months.",
        ),
        (
            AtRisk(make_segment(overdue=Late(50.0, 1, 92))),
            "At risk: one of them is overdue, who spent £50.00 in 92 days.",
        ),
        (
            AtRisk(make_segment(overdue=Late(50.0, 2, None))),
            "At risk: 2 of them are overdue, who spent £50.00.",
        ),
        (
            NextStep(make_segment(opportunity=make_opportunity())),
            "Each 1% of them who placed one more order would bring about £400 a year.",
        ),
        (
            NextStep(make_segment(opportunity=make_opportunity(unaided=Unaided(2, 20, 5, 80.0, 60.0)))),
            "Of customers like them 25% ordered within 90 days unaided; each further 1% would bring about £400 a year.",
        ),
        (
            NextStep(make_segment(opportunity=make_opportunity(unaided=Unaided(2, 19, 5, 80.0, 60.0)))),
            "Each 1% of them who placed one more order would bring about £400 a year.",
        ),
        (
            NextStep(make_segment(opportunity=make_bigger(days=100, unaided=Unaided(1, 50, 5, None, None)))),
            "Of customers like them who ordered within 90 days, 10% reached £109 an order unaided; each further 1% would"
            " bring about £400 in 100 days.",
        ),
        (
            NextStep(make_segment(opportunity=make_opportunity(days=100))),
            "Each 1% of them who placed one more order would bring about £400.",
        ),
        (
            NextStep(make_segment(opportunity=make_bigger())),
            "Each 1% of them whose orders grew to £109 would bring about £400 a year.",
        ),
        (
            NextStep(make_segment(opportunity=make_opportunity(each_percent=None, days=None))),
            "Their next step could bring about £2,000.",
        ),
        (
            TakenBackLater(make_segment(taken_back=TakenBack(1_234.0, 5, 88.5))),
            "£1,234 of their sales were cancelled or returned later and still count here; without that an order of"
            " theirs is worth £88.50 on average.",
        ),
        (
            PaidBelow(0.45, 0.38),
            "45% of their money is paid at more than 5% below a product’s usual price, of all customers’ 38%.",
        ),
        (
            Taste(make_best_seller(orders=1_234), None),
            "Their best seller is Teapot, in 1,234 orders.",
        ),
        (
            Taste(make_best_seller(), make_best_seller("Cup", index=181, orders=21)),
            "Their best seller is Teapot, in 50 orders. Line for line they buy Cup 1.8 times as often as all customers"
            " do (21 orders).",
        ),
        (
            Taste(make_best_seller("3", orders=1), None),
            "Their best seller is product 3, in 1 order.",
        ),
    ],
)
def test_sentences(finding: Any, expected: str) -> None:
    """Each finding is said in plain words, with its number and its yardstick."""
    assert say(finding, BRITISH) == expected


@pytest.mark.parametrize(
    ("name", "said"), [("Teapot", "Teapot"), ("Flutes, set of 4", "“Flutes, set of 4”"), ("85123", "product 85123")]
)
def test_a_product_s_number_does_not_run_into_the_sentence(name: str, said: str) -> None:
    """A code is called a product, a name that ends in a digit is quoted: "set of 4 1.4 times" cannot be read."""
    assert say_product(name) == said


def test_a_best_seller_that_sets_apart_is_not_named_twice() -> None:
    """When best seller and telling product are one, the second mention is "it"."""
    best = make_best_seller(index=150)
    assert "they buy it 1.5 times as often" in say(Taste(best, best), BRITISH)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (
            1,
            "They are the most valuable: each spent 18 times as much as one of the rare buyers with small baskets.",
        ),
        (
            2,
            "What sets them apart from the best is the basket: their orders are worth £40.00, the best segment's £140.",
        ),
        (
            3,
            "What sets them apart from the best is the next order: 1.0 orders each, the best segment 10.0; an order of"
            " theirs is worth £200.",
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


@pytest.mark.parametrize(
    ("orders", "worth", "said"),
    [
        (3.0, 100.0, "is the next order: 3.0 orders each, the best segment 10.0; an order of theirs is worth £100."),
        (8.0, 70.0, "is the basket: their orders are worth £70.00, the best segment's £140."),
        (8.6, 120.0, "They come close to the best segment: 8.6 orders each, the best segment 10.0, of £120 and £140."),
    ],
)
def test_a_role_is_what_the_figures_leave(orders: float, worth: float, said: str) -> None:
    """Of orders and baskets what is farther behind the best segment is named; where neither is, they come close."""
    role = Role(make_segment(2, mean_order_count=orders, mean_avg_order_value=worth), FOUR[0], FOUR[3])
    assert say(role, BRITISH).endswith(said)


def test_what_is_no_finding_has_no_sentence() -> None:
    """A value that is no finding is a fault of ours, and is told as one."""
    with pytest.raises(TypeError, match="no sentence for int in en_GB"):
        say(5, Formats("en_GB", "GBP"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no next step"):
        say(NextStep(make_segment()), BRITISH)
    with pytest.raises(TypeError, match="nothing was taken back"):
        say(TakenBackLater(make_segment()), BRITISH)
