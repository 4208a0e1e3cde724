"""Pairs: support, confidence and lift equal an independent library's, audience and ranking those on paper."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlxtend.frequent_patterns import apriori, association_rules

from reportgen import columns as c
from reportgen.config.options import ProductOptions
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import materialise, place_table
from reportgen.lines.transform.baskets import count_pairs
from reportgen.lines.transform.products import tag_products
from reportgen.model.products import PairCounting

Basket = tuple[str, str, set[str]]
"""Customer, order number, products; customers whose names begin with b are segment 2, all others 1."""


def pairs_of(engine: Engine, make_lines: Any, baskets: list[Basket], **options: Any) -> dict[int, PairCounting]:
    """Count the pairs of some baskets; products are named after their codes."""
    rows = [
        {c.CUSTOMER_ID: customer, c.ORDER_ID: order, c.PRODUCT_ID: product, c.PRODUCT_NAME: product}
        for customer, order, products in baskets
        for product in sorted(products)
    ]
    names = sorted({customer for customer, *_ in baskets})
    owners = pd.DataFrame({c.CUSTOMER_ID: names, c.SEGMENT: [2 if name.startswith("b") else 1 for name in names]})
    tagged = tag_products(make_lines(rows), place_table(engine, "owners", owners), ())
    settings = {"min_pair_orders": 2, "pairs": 50} | options
    return count_pairs(engine, materialise(engine, "tagged", tagged), ProductOptions(**settings))


def test_a_pair_s_figures_by_hand(engine: Engine, make_lines: Any) -> None:
    """Of ten orders four hold a cup and five a saucer, three of them both."""
    held = [{"Cup", "Saucer"}] * 3 + [{"Cup"}] + [{"Saucer"}] * 2 + [{"Tea"}] * 4
    # the first three orders are ann's, the next is amy's, the others are al's: of cup buyers only amy has no saucer
    owners = ["ann"] * 3 + ["amy"] + ["al"] * 6
    baskets = [(owner, str(n), products) for n, (owner, products) in enumerate(zip(owners, held, strict=True))]
    counting = pairs_of(engine, make_lines, baskets)[1]
    (pair,) = counting.pairs
    assert (pair.first, pair.second, pair.orders) == ("Cup", "Saucer", 3)
    assert (pair.support, pair.confidence, pair.confidence_back, pair.lift) == (0.3, 0.75, 0.6, 1.5)
    assert pair.audience == 1
    assert (counting.found, counting.orders_counted, counting.orders_left_out) == (1, 10, 0)


def test_segments_are_counted_apart(engine: Engine, make_lines: Any) -> None:
    """Each segment has pairs of its own orders only, also where two segments share an order number."""
    mine = [("ann", str(n), {"Cup", "Saucer"}) for n in range(3)] + [("ann", "9", {"Tea"})]
    theirs = [("bob", str(n), {"Pot", "Tea"}) for n in range(3)] + [("bob", "9", {"Cup"})]
    found = pairs_of(engine, make_lines, [*mine, *theirs])
    assert [(pair.first, pair.second) for pair in found[1].pairs] == [("Cup", "Saucer")]
    assert [(pair.first, pair.second) for pair in found[2].pairs] == [("Pot", "Tea")]


@pytest.mark.parametrize(("minimum", "expected"), [(2, 1), (3, 1), (4, 0)])
def test_rare_pairs_are_not_listed(engine: Engine, make_lines: Any, minimum: int, expected: int) -> None:
    """A pair counts from the minimum number of orders on."""
    baskets: list[Basket] = [("ann", str(n), {"Cup", "Saucer"}) for n in range(3)]
    baskets += [("ann", f"t{n}", {"Tea"}) for n in range(5)]
    counting = pairs_of(engine, make_lines, baskets, min_pair_orders=minimum)[1]
    assert (len(counting.pairs), counting.found) == (expected, expected)


def test_pairs_no_more_frequent_than_chance_are_not_listed(engine: Engine, make_lines: Any) -> None:
    """Two products that meet exactly as often as chance has it (lift 1) are no pair."""
    held = [{"Cup", "Tea"}] * 2 + [{"Cup"}] * 2 + [{"Tea"}] * 2 + [{"Pot"}] * 2
    counting = pairs_of(engine, make_lines, [("ann", str(n), one) for n, one in enumerate(held)])[1]
    assert (counting.pairs, counting.found, counting.orders_counted) == ((), 0, 8)


def test_big_baskets_are_left_out_and_counted(engine: Engine, make_lines: Any) -> None:
    """Orders with more different products than the cap are not counted in any figure, and how many is told."""
    big = {"Cup", "Saucer", "Tea", "Pot"}
    baskets: list[Basket] = [("ann", f"b{n}", big) for n in range(3)]
    baskets += [("ann", str(n), {"Cup", "Saucer"}) for n in range(2)] + [("ann", "t", {"Tea"})]
    counting = pairs_of(engine, make_lines, baskets, max_basket_size=3)[1]
    assert (counting.orders_counted, counting.orders_left_out) == (3, 3)
    (pair,) = counting.pairs
    assert (pair.orders, pair.support, pair.lift) == (2, 0.666667, 1.5)
    within = pairs_of(engine, make_lines, baskets, max_basket_size=4)[1]
    assert (within.orders_counted, within.orders_left_out) == (6, 0)


def test_pairs_are_ranked_by_orders_above_chance(engine: Engine, make_lines: Any) -> None:
    """A frequent pair with a fair lift comes before a rare one with a high lift; the list is cut after that."""
    held = [{"Cup", "Saucer"}] * 10 + [{"Cup"}] * 2 + [{"Pot", "Urn"}] * 2 + [{"Tea"}] * 6
    baskets = [("ann", str(n), one) for n, one in enumerate(held)]
    # Cup and Saucer: 10 orders, 12 x 10 / 20 = 6 expected, 4 above; Pot and Urn: 2 orders, 0.2 expected, 1.8 above
    counting = pairs_of(engine, make_lines, baskets)[1]
    assert [(pair.first, pair.lift) for pair in counting.pairs] == [("Saucer", 1.6667), ("Pot", 10.0)]
    cut = pairs_of(engine, make_lines, baskets, pairs=1)[1]
    assert (cut.pairs, cut.found) == (counting.pairs[:1], 2)
    none = pairs_of(engine, make_lines, baskets, pairs=0)[1]
    assert (none.pairs, none.found) == ((), 2)


def test_the_rarer_product_points_to_the_other(engine: Engine, make_lines: Any) -> None:
    """A is the product whose buyers more often take the other, so the first confidence is the higher one."""
    held = [{"A", "B"}] * 2 + [{"A"}] * 3 + [{"Tea"}] * 5
    (pair,) = pairs_of(engine, make_lines, [("ann", str(n), one) for n, one in enumerate(held)])[1].pairs
    assert (pair.first, pair.second, pair.confidence, pair.confidence_back) == ("B", "A", 1.0, 0.4)


def test_a_product_twice_in_an_order_is_one(engine: Engine, make_lines: Any) -> None:
    """Lines that repeat a product within an order do not make it a bigger basket, nor a pair with itself."""
    rows = [{c.ORDER_ID: order, c.PRODUCT_ID: code} for order in "12" for code in ("T", "T", "U")]
    rows += [{c.ORDER_ID: "3", c.PRODUCT_ID: "V"}]
    owners = place_table(engine, "owners", pd.DataFrame({c.CUSTOMER_ID: ["ann"], c.SEGMENT: [1]}))
    tagged = materialise(engine, "tagged", tag_products(make_lines(rows), owners, ()))
    counting = count_pairs(engine, tagged, ProductOptions(min_pair_orders=2, max_basket_size=2))[1]
    assert [(pair.orders, pair.confidence) for pair in counting.pairs] == [(2, 1.0)]
    assert counting.orders_left_out == 0


def library_rules(baskets: list[set[str]], minimum: int) -> dict[tuple[str, str], Any]:
    """Return mlxtend's rules of two products, by first and second product."""
    products = sorted(set().union(*baskets))
    table = pd.DataFrame([[product in basket for product in products] for basket in baskets], columns=products)
    frequent = apriori(table, min_support=(minimum - 0.5) / len(baskets), use_colnames=True, max_len=2)
    if not len(frequent):
        return {}
    rules = association_rules(frequent, metric="lift", min_threshold=0)
    return {(*row.antecedents, *row.consequents): row for row in rules.itertuples()}


def check_against_library(counting: PairCounting, baskets: list[Basket], minimum: int) -> None:
    """Compare every pair and its audience with mlxtend and with sets of customers."""
    rules = library_rules([products for *_, products in baskets], minimum)
    buyers = defaultdict(set)
    for customer, _, products in baskets:
        for product in products:
            buyers[product].add(customer)
    expected = {frozenset(pair) for pair, rule in rules.items() if rule.lift > 1 + 1e-9}
    assert {frozenset((pair.first, pair.second)) for pair in counting.pairs} == expected
    assert counting.found == len(expected)
    above_chance = []
    for pair in counting.pairs:
        rule, back = rules[pair.first, pair.second], rules[pair.second, pair.first]
        assert pair.support == pytest.approx(rule.support, abs=1e-6)
        assert pair.confidence == pytest.approx(rule.confidence, abs=1e-6)
        assert pair.confidence_back == pytest.approx(back.confidence, abs=1e-6)
        assert pair.lift == pytest.approx(rule.lift, abs=1e-4)
        assert pair.confidence >= pair.confidence_back
        assert pair.audience == len(buyers[pair.first] - buyers[pair.second])
        above_chance.append(round(pair.orders * (1 - 1 / rule.lift), 6))
    assert above_chance == sorted(above_chance, reverse=True)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["ann", "amy", "al"]), st.sets(st.sampled_from("PQRST"), min_size=1, max_size=4)),
        min_size=3,
        max_size=30,
    ),
    st.integers(2, 4),
)
@pytest.mark.filterwarnings("ignore:invalid value encountered in divide")
def test_rules_equal_those_of_a_library(
    engine: Engine, make_lines: Any, orders: list[tuple[str, set[str]]], minimum: int
) -> None:
    """Support, both confidences and lift are mlxtend's on any baskets, and no rule is missing or too many."""
    baskets = [(customer, str(n), products) for n, (customer, products) in enumerate(orders)]
    minimum = min(minimum, len(baskets))
    counting = pairs_of(engine, make_lines, baskets, min_pair_orders=minimum)[1]
    check_against_library(counting, baskets, minimum)


def test_many_baskets_equal_those_of_a_library(engine: Engine, make_lines: Any) -> None:
    """So they are on a thousand orders of skewed taste."""
    random = Random(4)
    popular = [f"P{n:02}" for n in range(25) for _ in range(25 - n)]
    baskets = [
        (f"a{random.randrange(200)}", str(n), {random.choice(popular) for _ in range(random.randrange(1, 6))})
        for n in range(1000)
    ]
    counting = pairs_of(engine, make_lines, baskets, min_pair_orders=5, pairs=50)[1]
    rules = library_rules([products for *_, products in baskets], 5)
    assert counting.found == sum(rule.lift > 1 for rule in rules.values()) / 2
    for pair in counting.pairs:
        assert pair.lift == pytest.approx(rules[pair.first, pair.second].lift, abs=1e-4)
        assert pair.confidence == pytest.approx(rules[pair.first, pair.second].confidence, abs=1e-6)
