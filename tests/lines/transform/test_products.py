"""Best sellers: ranked, named and compared with everyone, by hand and by a naive second computation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

import narwhals as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.config.options import ProductOptions
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import collect, place_table
from reportgen.lines.transform import products
from reportgen.lines.transform.products import (
    PRODUCT,
    find_best_sellers,
    measure_prices,
    name_products,
    sum_by_order,
    tag_products,
)
from reportgen.model.lines import OrderLines
from reportgen.model.products import BestSeller

SEGMENTS = {"ann": 1, "bob": 2, "cyd": 2}
HOSTILE = [
    "<b>Tea</b>",
    'Tea\'s "best"',
    "50%",
    "{{ tea }}",
    "a\\b",
    "é",
    "多い",
    "a;b,c",
    "'; DROP TABLE made_lines; --",
]


def tagged(engine: Engine, lines: OrderLines, not_products: Sequence[str] = ()) -> nw.LazyFrame[Any]:
    """Join lines with the segments of the three customers."""
    owners = pd.DataFrame({c.CUSTOMER_ID: [*SEGMENTS], c.SEGMENT: [*SEGMENTS.values()]})
    return tag_products(lines, place_table(engine, "owners", owners), not_products)


def bought(customer: str, order: str, product: str, **changes: Any) -> dict[str, Any]:
    """Make a purchase of a product that is named after its code."""
    named = {c.PRODUCT_ID: product, c.PRODUCT_NAME: f"The {product}"}
    return {c.CUSTOMER_ID: customer, c.ORDER_ID: order, **named} | changes


def sellers(engine: Engine, lines: OrderLines, **options: Any) -> dict[int, tuple[BestSeller, ...]]:
    """Find the best sellers of lines in which everything is a product."""
    bought = tagged(engine, lines)
    return find_best_sellers(bought, sum_by_order(bought), ProductOptions(**options), has_units=lines.has_units)


def test_a_best_seller_s_figures_by_hand(engine: Engine, make_lines: Any) -> None:
    """Lines, orders, units, sales and the index against all customers are those counted on paper."""
    lines = make_lines(
        [
            bought("ann", "1", "T", **{c.QUANTITY: 2, c.AMOUNT: "5.10"}),
            bought("ann", "1", "T", **{c.QUANTITY: 0.5, c.AMOUNT: "1.25"}),
            bought("ann", "2", "T", **{c.AMOUNT: "2.55"}),
            bought("bob", "3", "T"),
            bought("bob", "4", "U"),
            bought("cyd", "5", "U"),
        ]
    )
    # all 3 lines of ann's are of T, of all 6 lines 4 are: 1 / (4/6) = 1.5; of the others' 3 one: 1/3 / (4/6) = 0.5
    found = sellers(engine, lines)
    assert found[1] == (BestSeller("T", "The T", lines=3, orders=2, units=3.5, sales=8.9, index=150),)
    assert found[2] == (
        BestSeller("U", "The U", lines=2, orders=2, units=2.0, sales=20.0, index=200),
        BestSeller("T", "The T", lines=1, orders=1, units=1.0, sales=10.0, index=50),
    )


def test_ranking_by_lines_or_by_orders(engine: Engine, make_lines: Any) -> None:
    """A product on many lines of one order leads by lines, one in several orders leads by orders."""
    lines = make_lines([*[bought("ann", "1", "T")] * 3, bought("ann", "1", "U"), bought("ann", "2", "U")])
    assert [one.product_id for one in sellers(engine, lines, rank_by="lines")[1]] == ["T", "U"]
    assert [one.product_id for one in sellers(engine, lines, rank_by="orders")[1]] == ["U", "T"]


def test_ties_go_to_the_higher_sales_and_then_to_the_alphabet(engine: Engine, make_lines: Any) -> None:
    """Among equals the product with the higher sales leads, then the one that comes first in the alphabet."""
    lines = make_lines([bought("ann", "1", product) for product in "ZYX"] + [bought("ann", "1", "W", **{c.AMOUNT: 9})])
    assert [one.product_id for one in sellers(engine, lines)[1]] == ["X", "Y", "Z", "W"]
    assert [one.product_id for one in sellers(engine, lines, best_sellers=2)[1]] == ["X", "Y"]


def test_the_most_frequent_name_is_shown(engine: Engine, make_lines: Any) -> None:
    """A product goes by its most frequent name, by the first in the alphabet among equals, or else by its code."""
    names = [("T", "Tea"), ("T", "Tea"), ("T", "A tea"), ("U", "Urn b"), ("U", "Urn a"), ("V", None), ("U", None)]
    lines = make_lines([bought("ann", "1", code, **{c.PRODUCT_NAME: name}) for code, name in names])
    assert name_products(tagged(engine, lines), ["T", "U", "V"]) == {"T": "Tea", "U": "Urn a", "V": "V"}
    assert name_products(tagged(engine, lines), []) == {}


def test_without_codes_names_are_the_products(engine: Engine, make_lines: Any) -> None:
    """A source without codes has best sellers without codes."""
    lines = make_lines([bought("ann", "1", "x", **{c.PRODUCT_ID: None, c.PRODUCT_NAME: "Tea"})])
    (best,) = sellers(engine, lines)[1]
    assert (best.product_id, best.product_name) == (None, "Tea")


def test_without_quantities_units_are_unknown(engine: Engine, make_lines: Any) -> None:
    """A source without quantities says nothing of units."""
    (best,) = sellers(engine, make_lines([bought("ann", "1", "T")], has_units=False))[1]
    assert best.units is None


def test_only_purchases_of_products_count(engine: Engine, make_lines: Any) -> None:
    """Returns, lines without any product, and customers without a segment are no purchase of a segment."""
    lines = make_lines(
        [
            bought("ann", "1", "T"),
            bought("ann", "2", "T", **{c.QUANTITY: -1, c.AMOUNT: -10}),
            bought("ann", "2", "T", **{c.PRODUCT_ID: None, c.PRODUCT_NAME: None}),
            bought("dan", "3", "T"),
        ]
    )
    assert sellers(engine, lines) == {1: (BestSeller("T", "The T", 1, 1, 1.0, 10.0, 100),)}


@pytest.mark.parametrize(
    ("not_products", "left"),
    [
        ([], ["BANK CHARGES", "POST", "POSTER", "a.b", "axb", "gift_1", "gift_22"]),
        (["POST"], ["BANK CHARGES", "POSTER", "a.b", "axb", "gift_1", "gift_22"]),
        (["POST*", "gift_?"], ["BANK CHARGES", "a.b", "axb", "gift_22"]),
        (["BANK CH*", "a.?", "*_*"], ["POST", "POSTER", "axb"]),
        (["*"], []),
    ],
)
def test_what_is_no_product_is_left_out(
    engine: Engine, make_lines: Any, not_products: list[str], left: list[str]
) -> None:
    """Codes are left out as written, with * for any signs and ? for one; every other sign means itself."""
    codes = ["POST", "POSTER", "BANK CHARGES", "gift_1", "gift_22", "a.b", "axb"]
    frame = tagged(engine, make_lines([bought("ann", "1", code) for code in codes]), not_products)
    assert sorted(collect(frame)[PRODUCT]) == left


def test_hostile_names_are_only_names(engine: Engine, make_lines: Any) -> None:
    """Marks of HTML, SQL, templates and patterns in a name come back as they are, and can be left out by name."""
    nameless = [bought("ann", "1", "x", **{c.PRODUCT_ID: None, c.PRODUCT_NAME: name}) for name in HOSTILE]
    found = sellers(engine, make_lines(nameless))[1]
    assert sorted(one.product_name for one in found) == sorted(HOSTILE)
    left = collect(tagged(engine, make_lines(nameless), HOSTILE[1:]))
    assert list(left[PRODUCT]) == HOSTILE[:1]
    patterns = [f"{name[:-1]}?" for name in HOSTILE[1:]]
    assert list(collect(tagged(engine, make_lines(nameless), patterns))[PRODUCT]) == HOSTILE[:1]


PURCHASES = st.lists(
    st.tuples(st.sampled_from([*SEGMENTS]), st.integers(1, 4), st.sampled_from("STUV"), st.integers(0, 5)),
    min_size=1,
    max_size=40,
)


@pytest.fixture(autouse=True)
def few_orders_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let products of few orders have an index: samples made by hand are small."""
    monkeypatch.setattr(products, "LEAST_ORDERS", 1)


def test_few_orders_tell_nothing(engine: Engine, make_lines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A product has an index from twenty of the segment's orders on."""
    monkeypatch.undo()
    assert products.LEAST_ORDERS == 20
    lines = [bought("ann", str(n), "T") for n in range(19)] + [bought("bob", str(n), "U") for n in range(20, 40)]
    found = sellers(engine, make_lines(lines))
    assert [one.index for one in (*found[1], *found[2])] == [None, 195]


def naive_sellers(
    purchases: list[tuple[str, int, str, int]], rank_by: Literal["lines", "orders"]
) -> dict[int, list[tuple[Any, ...]]]:
    """Count with sets and loops."""
    holding = {(SEGMENTS[customer], product, order) for customer, order, product, _ in purchases}
    in_orders = Counter((segment, product) for segment, product, _ in holding)
    on_lines = Counter((SEGMENTS[customer], product) for customer, _, product, _ in purchases)
    found: dict[int, list[tuple[Any, ...]]] = {}
    for (segment, product), count in in_orders.items():
        sales = sum(amount for customer, _, p, amount in purchases if (SEGMENTS[customer], p) == (segment, product))
        everywhere = sum(n for (_, p), n in on_lines.items() if p == product)
        share = sum(n for (s, _), n in on_lines.items() if s == segment) / len(purchases)
        lines = on_lines[segment, product]
        facts = (product, lines, count, float(sales), round(100 * lines / everywhere / share))
        found.setdefault(segment, []).append(facts)
    rank = 1 if rank_by == "lines" else 2
    return {segment: sorted(all_, key=lambda one: (-one[rank], -one[3], one[0])) for segment, all_ in found.items()}


@settings(max_examples=30, deadline=None)
@given(PURCHASES, st.sampled_from(["lines", "orders"]))
def test_best_sellers_equal_a_naive_count(
    engine: Engine, make_lines: Any, purchases: list[tuple[str, int, str, int]], rank_by: Literal["lines", "orders"]
) -> None:
    """Sets and loops give the same ranking, counts, sales and index."""
    lines = make_lines([bought(who, str(order), p, **{c.AMOUNT: amount}) for who, order, p, amount in purchases])
    found = {
        segment: [(one.product_id, one.lines, one.orders, one.sales, one.index) for one in best]
        for segment, best in sellers(engine, lines, rank_by=rank_by).items()
    }
    assert found == naive_sellers(purchases, rank_by)


@pytest.mark.filterwarnings("ignore:Found complex group-by:UserWarning")
def test_another_backend_gives_the_same_best_sellers(engine: Engine, make_lines: Any, make_frame: Any) -> None:
    """The same expressions on pandas instead of DuckDB give the same best sellers."""
    rows = [bought(who, str(n % 7), "STUV"[n % 4], **{c.AMOUNT: n}) for n in range(60) for who in SEGMENTS]
    owners = pd.DataFrame({c.CUSTOMER_ID: [*SEGMENTS], c.SEGMENT: [*SEGMENTS.values()]})
    lines = OrderLines(nw.from_native(make_frame(rows)).lazy(), True, True, True)
    elsewhere = tag_products(lines, nw.from_native(owners).lazy(), ["V*"])
    here = tagged(engine, make_lines(rows), ["V*"])
    expected = find_best_sellers(here, sum_by_order(here), ProductOptions(), has_units=True)
    assert find_best_sellers(elsewhere, sum_by_order(elsewhere), ProductOptions(), has_units=True) == expected


def test_what_is_paid_below_the_usual_price(engine: Engine, make_lines: Any) -> None:
    """Of ten cups the median is £4: at £3.80 nothing is below, at £3.79 all is; what is sold nine times has no price."""
    cups = [bought("ann", str(n), "Cup", **{c.QUANTITY: 2, c.AMOUNT: "8.00"}) for n in range(8)]
    cups += [
        bought("bob", "b", "Cup", **{c.AMOUNT: "3.80"}),
        bought("cyd", "c", "Cup", **{c.QUANTITY: 10, c.AMOUNT: "37.90"}),
    ]
    rare = [bought("bob", f"r{n}", "Pot", **{c.AMOUNT: f"{n + 1}.00"}) for n in range(9)]
    free = [bought("bob", f"f{n}", "Cup", **{c.AMOUNT: "0.00"}) for n in range(30)]
    prices = measure_prices(engine, tagged(engine, make_lines([*cups, *rare, *free])))
    assert prices.usual.to_dict() == {"Cup": 4.0}
    assert prices.below.to_dict() == {1: 0.0, 2: round(37.9 / 41.7, 6)}
    assert prices.below_of_all == round(37.9 / 105.7, 6)


def test_without_a_usual_price_nothing_is_below(engine: Engine, make_lines: Any) -> None:
    """Where no product is on ten lines, no share is told."""
    prices = measure_prices(engine, tagged(engine, make_lines([bought("ann", "1", "Cup")])))
    assert (len(prices.usual), len(prices.below), prices.below_of_all) == (0, 0, None)
