"""Pairs: shares, lift and what is beyond chance equal independent libraries', audience and ranking those on paper."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlxtend.frequent_patterns import apriori, association_rules
from scipy.stats import false_discovery_control, poisson

from reportgen import columns as c
from reportgen.config.options import ProductOptions
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import materialise, place_table
from reportgen.lines.transform.baskets import count_pairs
from reportgen.lines.transform.products import sum_by_order, tag_products
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
    tagged = materialise(engine, "tagged", tagged)
    return count_pairs(engine, tagged, sum_by_order(tagged), ProductOptions(**settings))


def orders_of(*held: tuple[int, set[str]], who: str = "ann") -> list[Basket]:
    """Make so many orders of each set of products, all of one customer's."""
    baskets = [products for times, products in held for _ in range(times)]
    return [(who, f"{who}{n}", products) for n, products in enumerate(baskets)]


def test_a_pair_s_figures_by_hand(engine: Engine, make_lines: Any) -> None:
    """Of a hundred orders forty hold a cup and fifty a saucer, thirty of them both."""
    baskets = orders_of((30, {"Cup", "Saucer"}), (10, {"Cup"}), (20, {"Saucer"}), (40, {"Tea"}))
    # the first thirty orders are ann's, of the cups alone one is amy's: of cup buyers only she has no saucer
    baskets[30] = ("amy", *baskets[30][1:])
    counting = pairs_of(engine, make_lines, baskets)[1]
    (pair,) = counting.pairs
    assert (pair.first, pair.second, pair.orders) == ("Cup", "Saucer", 30)
    assert (pair.support, pair.confidence, pair.confidence_back, pair.lift) == (0.3, 0.75, 0.6, 1.5)
    # 130 lines; two of them lie in one basket with the probability 60 / (130 x 129): 40 x 50 x 60 / (130 x 129)
    assert pair.expected == 7.16
    assert (pair.audience, pair.kind, pair.second_price) == (1, "different", None)
    assert (counting.found, counting.alike, counting.orders_counted, counting.orders_left_out) == (1, 0, 100, 0)


def test_segments_are_counted_apart(engine: Engine, make_lines: Any) -> None:
    """Each segment has pairs of its own orders only, also where two segments share an order number."""
    mine = orders_of((20, {"Cup", "Saucer"}), (30, {"Tea"}))
    theirs = [("bob", order, {"Pot", "Tea"} if n < 20 else {"Cup"}) for n, (_, order, _) in enumerate(mine)]
    found = pairs_of(engine, make_lines, [*mine, *theirs])
    assert [(pair.first, pair.second) for pair in found[1].pairs] == [("Cup", "Saucer")]
    assert [(pair.first, pair.second) for pair in found[2].pairs] == [("Pot", "Tea")]


@pytest.mark.parametrize(("minimum", "expected"), [(19, 1), (20, 1), (21, 0)])
def test_rare_pairs_are_not_listed(engine: Engine, make_lines: Any, minimum: int, expected: int) -> None:
    """A pair counts from the minimum number of orders on."""
    baskets = orders_of((20, {"Cup", "Saucer"}), (50, {"Tea"}))
    counting = pairs_of(engine, make_lines, baskets, min_pair_orders=minimum)[1]
    assert (len(counting.pairs), counting.found) == (expected, expected)


def test_pairs_that_big_baskets_explain_are_not_listed(engine: Engine, make_lines: Any) -> None:
    """Where half the orders hold everything, everything meets: with a lift of 2, and by chance all the same."""
    everything = {f"P{n}" for n in range(12)}
    baskets = orders_of((20, everything), *((2, {product}) for product in sorted(everything)))
    counting = pairs_of(engine, make_lines, baskets)[1]
    # 44 orders; each product is in 22, any two in 20: by independence 11, in baskets of these sizes 22 x 22 x 2640 / 69432
    assert (counting.pairs, counting.found) == ((), 0)


def test_big_baskets_are_left_out_and_counted(engine: Engine, make_lines: Any) -> None:
    """Orders with more different products than the cap are not counted in any figure, and how many is told."""
    baskets = orders_of((30, {"Cup", "Saucer", "Tea", "Pot"}), (20, {"Cup", "Saucer"}), (30, {"Tea"}))
    counting = pairs_of(engine, make_lines, baskets, max_basket_size=3)[1]
    assert (counting.orders_counted, counting.orders_left_out) == (50, 30)
    (pair,) = counting.pairs
    assert (pair.orders, pair.support, pair.lift) == (20, 0.4, 2.5)
    within = pairs_of(engine, make_lines, baskets, max_basket_size=4)[1]
    assert (within.orders_counted, within.orders_left_out) == (80, 0)


def test_what_sells_in_one_month_meets_there_anyway(engine: Engine, make_lines: Any) -> None:
    """Two products that are in half of December's orders each, and in no other month's, meet there by chance."""
    december = orders_of((25, {"Star", "Angel", "Tea"}), (25, {"Star", "Pot", "Tea"}), (25, {"Angel", "Pot", "Cup"}))
    rest = [("ann", f"r{n}", {"Tea", "Cup", "Pot"} - {("Tea", "Cup", "Pot")[n % 3]}) for n in range(300)]
    rows = [
        {c.CUSTOMER_ID: "ann", c.ORDER_ID: order, c.PRODUCT_ID: product, c.ORDERED_AT: at}
        for baskets, at in ((december, datetime(2025, 12, 5)), (rest, datetime(2025, 11, 5)))
        for _, order, products in baskets
        for product in products
    ]
    owners = place_table(engine, "owners", pd.DataFrame({c.CUSTOMER_ID: ["ann"], c.SEGMENT: [1]}))
    tagged = materialise(engine, "tagged", tag_products(make_lines(rows), owners, ()))
    counting = count_pairs(engine, tagged, sum_by_order(tagged), ProductOptions(min_pair_orders=2, pairs=50))[1]
    assert {"Star", "Angel"} not in [{pair.first, pair.second} for pair in counting.pairs]
    # of the whole time they would: 50 x 50 orders among 825 lines that lie together 25 x 18 + 300 x 2 = 1050 times
    assert 25 > 50 * 50 * 1050 / (825 * 824)


def test_pairs_are_ranked_by_orders_above_chance(engine: Engine, make_lines: Any) -> None:
    """A frequent pair with a fair lift comes before a rare one with a high lift; the list is cut after that."""
    baskets = orders_of((100, {"Cup", "Saucer"}), (20, {"Cup"}), (20, {"Pot", "Urn"}), (60, {"Tea"}))
    counting = pairs_of(engine, make_lines, baskets)[1]
    # 320 lines: Cup and Saucer 120 x 100 x 240 / (320 x 319) = 28.21, 71.8 above; Pot and Urn 0.94, 19.1 above
    assert [(pair.first, pair.expected) for pair in counting.pairs] == [("Saucer", 28.21), ("Pot", 0.94)]
    cut = pairs_of(engine, make_lines, baskets, pairs=1)[1]
    assert (cut.pairs, cut.found) == (counting.pairs[:1], 2)
    none = pairs_of(engine, make_lines, baskets, pairs=0)[1]
    assert (none.pairs, none.found) == ((), 2)


def test_variants_come_after_different_products(engine: Engine, make_lines: Any) -> None:
    """Two colours of one thing are a pair, listed last and counted apart, however far above chance."""
    baskets = orders_of((100, {"Tea cup, red", "Tea cup, blue"}), (20, {"Pot", "Urn"}), (60, {"Tin"}))
    counting = pairs_of(engine, make_lines, baskets)[1]
    assert [(pair.second, pair.kind) for pair in counting.pairs] == [("Urn", "different"), ("Tea cup, red", "variants")]
    assert (counting.found, counting.alike) == (2, 1)


def test_the_usual_price_of_the_other_is_told(engine: Engine, make_lines: Any) -> None:
    """B stands with what is usually paid for it, rounded to pennies; without prices it stands without."""
    baskets = orders_of((30, {"Cup", "Saucer"}), (10, {"Cup"}), (40, {"Tea"}))
    rows = [
        {c.CUSTOMER_ID: who, c.ORDER_ID: order, c.PRODUCT_ID: product, c.PRODUCT_NAME: product}
        for who, order, products in baskets
        for product in products
    ]
    owners = place_table(engine, "owners", pd.DataFrame({c.CUSTOMER_ID: ["ann"], c.SEGMENT: [1]}))
    tagged = materialise(engine, "tagged", tag_products(make_lines(rows), owners, ()))
    (pair,) = count_pairs(
        engine, tagged, sum_by_order(tagged), ProductOptions(), pd.Series({"Cup": 2.499, "Saucer": 1.0})
    )[1].pairs
    assert (pair.first, pair.second, pair.second_price) == ("Saucer", "Cup", 2.5)


def test_the_rarer_product_points_to_the_other(engine: Engine, make_lines: Any) -> None:
    """A is the product whose buyers more often take the other, so the first confidence is the higher one."""
    baskets = orders_of((20, {"A", "B"}), (30, {"A"}), (100, {"Tea"}))
    (pair,) = pairs_of(engine, make_lines, baskets)[1].pairs
    assert (pair.first, pair.second, pair.confidence, pair.confidence_back) == ("B", "A", 1.0, 0.4)


def test_a_product_twice_in_an_order_is_one(engine: Engine, make_lines: Any) -> None:
    """Lines that repeat a product within an order do not make it a bigger basket, nor a pair with itself."""
    rows = [{c.ORDER_ID: str(n), c.PRODUCT_ID: code} for n in range(20) for code in ("T", "T", "U")]
    rows += [{c.ORDER_ID: f"v{n}", c.PRODUCT_ID: "V"} for n in range(50)]
    owners = place_table(engine, "owners", pd.DataFrame({c.CUSTOMER_ID: ["ann"], c.SEGMENT: [1]}))
    tagged = materialise(engine, "tagged", tag_products(make_lines(rows), owners, ()))
    counting = count_pairs(engine, tagged, sum_by_order(tagged), ProductOptions(min_pair_orders=2, max_basket_size=2))[
        1
    ]
    assert [(pair.orders, pair.confidence) for pair in counting.pairs] == [(20, 1.0)]
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


def naive_finds(baskets: list[set[str]], minimum: int) -> set[frozenset[str]]:
    """Find the pairs beyond chance by loops, with scipy's Poisson law and its correction for many tests."""
    held = Counter(product for products in baskets for product in products)
    usable = sorted(product for product, n in held.items() if n >= minimum)
    lines = sum(len(products) for products in baskets)
    together = sum(len(products) * (len(products) - 1) for products in baskets) / max(lines * (lines - 1), 1)
    pairs = list(combinations(usable, 2))
    seen = [sum({a, b} <= products for products in baskets) for a, b in pairs]
    counted = [n if n >= minimum else 0 for n in seen]
    expected = [held[a] * held[b] * together for a, b in pairs]
    chances = [poisson.sf(n - 1, mean) if n else 1.0 for n, mean in zip(counted, expected, strict=True)]
    told = false_discovery_control(chances) if chances else []
    return {
        frozenset(pair)
        for pair, chance, n, mean in zip(pairs, told, counted, expected, strict=True)
        if chance <= 0.05 and n > mean
    }


def check_against_libraries(counting: PairCounting, baskets: list[Basket], minimum: int) -> None:
    """Compare every pair and its audience with mlxtend, with scipy, and with sets of customers."""
    held = [products for *_, products in baskets]
    rules = library_rules(held, minimum)
    buyers = defaultdict(set)
    for customer, _, products in baskets:
        for product in products:
            buyers[product].add(customer)
    assert {frozenset((pair.first, pair.second)) for pair in counting.pairs} == naive_finds(held, minimum)
    assert counting.found == len(counting.pairs)
    for pair in counting.pairs:
        rule, back = rules[pair.first, pair.second], rules[pair.second, pair.first]
        assert pair.support == pytest.approx(rule.support, abs=1e-6)
        assert pair.confidence == pytest.approx(rule.confidence, abs=1e-6)
        assert pair.confidence_back == pytest.approx(back.confidence, abs=1e-6)
        assert pair.lift == pytest.approx(rule.lift, abs=1e-4)
        assert pair.confidence >= pair.confidence_back
        assert pair.audience == len(buyers[pair.first] - buyers[pair.second])
    above = [pair.orders - (pair.expected or 0.0) for pair in counting.pairs]
    assert above == pytest.approx(sorted(above, reverse=True), abs=0.02)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["ann", "amy", "al"]), st.sets(st.sampled_from("PQRSTUVW"), min_size=1, max_size=4)),
        min_size=3,
        max_size=60,
    ),
    st.integers(2, 4),
)
@pytest.mark.filterwarnings("ignore:invalid value encountered in divide")
def test_rules_equal_those_of_libraries(
    engine: Engine, make_lines: Any, orders: list[tuple[str, set[str]]], minimum: int
) -> None:
    """Support, both confidences and lift are mlxtend's on any baskets, and the pairs told are those of scipy's test."""
    baskets = [(customer, str(n), products) for n, (customer, products) in enumerate(orders)]
    minimum = min(minimum, len(baskets))
    counting = pairs_of(engine, make_lines, baskets, min_pair_orders=minimum)[1]
    check_against_libraries(counting, baskets, minimum)


def test_many_baskets_equal_those_of_libraries(engine: Engine, make_lines: Any) -> None:
    """So they are on a thousand orders of skewed taste, in which some things go together."""
    random = Random(4)
    popular = [f"P{n:02}" for n in range(25) for _ in range(25 - n)]
    drawn = [{random.choice(popular) for _ in range(random.randrange(1, 6))} for _ in range(1000)]
    drawn = [products | ({"P01"} if "P00" in products and random.random() < 0.3 else set()) for products in drawn]
    baskets = [(f"a{random.randrange(200)}", str(n), products) for n, products in enumerate(drawn)]
    counting = pairs_of(engine, make_lines, baskets, min_pair_orders=5, pairs=50)[1]
    assert counting.pairs
    check_against_libraries(counting, baskets, 5)


def test_chance_alone_gives_hardly_a_pair(engine: Engine, make_lines: Any) -> None:
    """Of twenty shops whose baskets are dealt out by chance, three at most have any pair; sizes vary from 1 to 40."""
    random = np.random.default_rng(7)
    weights = 1 / np.arange(1, 61)
    with_pairs = 0
    for _ in range(20):
        sizes = np.minimum(random.geometric(0.15, 400), 40)
        baskets = [
            ("ann", str(n), {f"P{one:02}" for one in random.choice(60, size, replace=False, p=weights / weights.sum())})
            for n, size in enumerate(sizes)
        ]
        with_pairs += bool(pairs_of(engine, make_lines, baskets, min_pair_orders=5)[1].found)
    assert with_pairs <= 3
