"""The comparison must add up, stand by sales, and rank only stores that differ."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.chain.compare import Comparison, compare_stores
from reportgen.model.chain import StoreFacts, StoreLink
from reportgen.statistics.shrinkage import pull_means, pull_shares, wilson, within_correlation

DONE = StoreLink("done", "", "../../../paris/2026-01/1")
ROWS = [
    ("Paris", 100.0, 3, 1),
    ("Paris", 400.0, 2, 1),
    ("Paris", 20.0, 1, 2),
    ("Paris", 5.0, 1, 2),
    ("Lyon", 900.0, 5, 1),
    ("Lyon", 25.5, 1, 2),
    ("Nice", 10.0, 1, 2),
]


def frame_of(rows: list[tuple[str, float, int]]) -> pd.DataFrame:
    """Make customers of stores with sales and orders."""
    frame = pd.DataFrame(rows, columns=[c.STORE, c.TOTAL_SALES, c.ORDER_COUNT])
    return frame.assign(**{c.AMOUNT: [round(sales * c.MONEY_SCALE) for _, sales, _ in rows]})


@pytest.fixture
def compared() -> Comparison:
    """Compare three stores, one of which has a report of its own."""
    labels = np.array([label for *_, label in ROWS])
    return compare_stores(frame_of([row[:3] for row in ROWS]), labels, {"Paris": DONE})


def by_name(compared: Comparison) -> dict[str, StoreFacts]:
    """Return the stores by name."""
    return {one.store: one for one in compared.stores}


def test_stores_stand_by_sales(compared: Comparison) -> None:
    """The store with the highest sales is first."""
    assert [(one.store, one.sales) for one in compared.stores] == [("Lyon", 925.5), ("Paris", 525.0), ("Nice", 10.0)]


def test_alike_sales_stand_by_name() -> None:
    """Stores that sold as much stand by name, so that the order of lines does not matter."""
    frame = frame_of([("B", 10.0, 1), ("A", 10.0, 1), ("C", 4.0, 1), ("C", 6.0, 1)])
    assert [one.store for one in compare_stores(frame, np.array([1, 1, 1, 1]), {}).stores] == ["A", "B", "C"]


def test_counts_and_shares_add_up(compared: Comparison) -> None:
    """Customers, orders and shares of each store are those of its rows, and add up to the chain's."""
    stores = by_name(compared)
    assert {name: (one.customers, one.orders) for name, one in stores.items()} == {
        "Paris": (4, 7),
        "Lyon": (2, 6),
        "Nice": (1, 1),
    }
    assert stores["Paris"].share_of_customers == pytest.approx(4 / 7, abs=1e-6)
    assert stores["Paris"].share_of_sales == pytest.approx(525 / 1460.5, abs=1e-6)
    assert sum(one.share_of_customers for one in compared.stores) == pytest.approx(1, abs=1e-5)
    assert sum(one.share_of_sales for one in compared.stores) == pytest.approx(1, abs=1e-5)


def test_typical_sales_are_the_geometric_mean(compared: Comparison) -> None:
    """The typical sales of a store are the n-th root of the product of its customers' sales."""
    stores = by_name(compared)
    assert stores["Paris"].typical_sales == round((100 * 400 * 20 * 5) ** (1 / 4), 2)
    assert stores["Lyon"].typical_sales == round(math.sqrt(900 * 25.5), 2)
    assert stores["Nice"].typical_sales == 10.0


def test_typical_sales_are_pulled_on_logarithms(compared: Comparison) -> None:
    """Pulled sales and bounds are those of the logarithms, with the variance pooled within stores."""
    logs = [np.log([100, 400, 20, 5]), np.log([900, 25.5]), np.log([10])]
    variance = sum(((one - one.mean()) ** 2).sum() for one in logs) / (7 - 3)
    expected = pull_means(np.array([one.mean() for one in logs]), np.array([4, 2, 1]), variance)
    stores = by_name(compared)
    for n, name in enumerate(("Paris", "Lyon", "Nice")):
        assert stores[name].pulled_sales == pytest.approx(np.exp(expected.estimate[n]), abs=0.0051)
        assert stores[name].pulled_low == pytest.approx(np.exp(expected.low[n]), abs=0.0051)
        assert stores[name].pulled_high == pytest.approx(np.exp(expected.high[n]), abs=0.0051)
    assert compared.typical_sales == pytest.approx(np.exp(expected.centre), abs=0.0051)
    assert compared.spread == pytest.approx(np.exp(expected.spread), abs=1e-4)


def test_the_mix_is_counted_by_store(compared: Comparison) -> None:
    """Each store's customers are counted by segment, those of a segment that it has none of too."""
    stores = by_name(compared)
    found = {name: [(part.segment, part.customers) for part in one.shares] for name, one in stores.items()}
    assert found == {"Paris": [(1, 2), (2, 2)], "Lyon": [(1, 1), (2, 1)], "Nice": [(1, 0), (2, 1)]}
    assert [part.share for part in stores["Paris"].shares] == [0.5, 0.5]
    first = stores["Nice"].shares[0]
    assert (first.share, first.low) == (0.0, 0.0)
    assert first.high == pytest.approx(0.793451, abs=1e-5)  # Wilson: z^2 / (1 + z^2)
    assert 0 < first.pulled < 3 / 7
    for one in compared.stores:
        assert sum(part.pulled for part in one.shares) == pytest.approx(1, abs=1e-5)


def test_shares_are_pulled_by_the_mix_of_all(compared: Comparison) -> None:
    """Pulled shares, their bounds and how alike customers of a store are follow from the counts of all stores."""
    parts = np.array([[2, 2], [1, 1], [0, 1]])
    expected = pull_shares(parts, np.array([4, 2, 1]))
    for n, name in enumerate(("Paris", "Lyon", "Nice")):
        for one, pulled in zip(by_name(compared)[name].shares, expected, strict=True):
            assert one.pulled == round(float(pulled.estimate[n]), 6)
            assert (one.pulled_low, one.pulled_high) == (
                round(float(pulled.low[n]), 6),
                round(float(pulled.high[n]), 6),
            )
            low, high = wilson(one.customers, int(parts[n].sum()))
            assert (one.low, one.high) == (round(low, 6), round(high, 6))
    assert compared.share_correlation == 0.0


def test_customers_of_a_store_may_be_alike() -> None:
    """Where each store has a mix of its own, its customers are more alike than the chain's, by what Kleinman reckons."""
    frame = frame_of([("A", 10.0, 1)] * 10 + [("B", 10.0, 1)] * 7)
    labels = np.array([1] * 7 + [2] * 3 + [1] * 2 + [2] * 5)
    compared = compare_stores(frame, labels, {})
    expected = within_correlation(np.array([[7, 3], [2, 5]]), np.array([10, 7]))
    assert 0 < compared.share_correlation == round(expected, 6) < 1


def test_a_segment_between_that_nobody_is_in() -> None:
    """A segment of the model without a customer is counted as 0 in every store."""
    compared = compare_stores(frame_of([("A", 10.0, 1), ("B", 10.0, 1)]), np.array([1, 3]), {})
    assert [[part.customers for part in one.shares] for one in compared.stores] == [[1, 0, 0], [0, 0, 1]]


def test_figures_are_rounded_as_they_are_printed() -> None:
    """Money is in pennies, shares in millionths, the factor of the spread in ten-thousandths, and counts are whole."""
    frame = frame_of([("A", 3.3333, 1), ("A", 50.0, 2), ("B", 7.7777, 4), ("B", 0.5, 1), ("B", 900.0, 1)])
    compared = compare_stores(frame, np.array([1, 2, 1, 1, 1]), {})
    first, second = compared.stores
    assert (first.sales, second.sales) == (908.28, 53.33)
    assert (first.share_of_customers, second.share_of_customers) == (0.6, 0.4)
    assert (first.share_of_sales, second.share_of_sales) == (0.944538, 0.055462)  # 908.2777 and 53.3333 of 961.6110
    assert [type(value) for value in (first.customers, first.orders, first.shares[0].customers)] == [int] * 3
    thirds = compare_stores(frame_of([("A", 1.0, 1), ("B", 1.0, 1), ("B", 1.0, 1)]), np.array([1, 1, 2]), {})
    assert {(one.store, one.share_of_customers) for one in thirds.stores} == {("A", 0.333333), ("B", 0.666667)}
    alone = compare_stores(frame_of([("A", 1.0, 1)] * 3), np.array([1, 1, 2]), {}).stores[0]
    assert [part.share for part in alone.shares] == [0.666667, 0.333333]


def test_the_spread_is_told_to_four_places() -> None:
    """The factor by which stores differ is that of the logarithms, rounded."""
    frame = spread_out({"A": 10.0, "B": 70.0, "C": 300.0}, 30)
    logs = np.log(frame[c.TOTAL_SALES].to_numpy()).reshape(3, 30)
    variance = float(((logs - logs.mean(axis=1, keepdims=True)) ** 2).sum() / 87)
    expected = pull_means(logs.mean(axis=1), np.full(3, 30), variance)
    compared = compare_stores(frame, np.ones(90, dtype=int), {})
    assert compared.spread == round(math.exp(expected.spread), 4) > 3


@pytest.mark.parametrize(
    ("sales", "variance"),
    [
        # one more customer than stores: the only two of one store, a factor of e either way of their mean
        ([("A", math.e), ("A", math.e**3), ("B", 1.0)], 2.0),
        # as many customers as stores: the variance of all, of logarithms 0, 1 and 5, divided by their number
        ([("A", 1.0), ("B", math.e), ("C", math.e**5)], 14 / 3),
    ],
)
def test_the_variance_of_few_customers(sales: list[tuple[str, float]], variance: float) -> None:
    """It is pooled within stores where any has two customers, else taken from all."""
    compared = compare_stores(frame_of([(*one, 1) for one in sales]), np.ones(len(sales), dtype=int), {})
    logs = pd.Series([math.log(value) for _, value in sales]).groupby([store for store, _ in sales])
    expected = pull_means(logs.mean().to_numpy(), logs.size().to_numpy(), variance)
    found = by_name(compared)
    for n, store in enumerate(sorted(found)):
        assert found[store].pulled_low == pytest.approx(math.exp(expected.low[n]), abs=0.0051)
        assert found[store].pulled_high == pytest.approx(math.exp(expected.high[n]), abs=0.0051)


def test_links_go_to_their_stores(compared: Comparison) -> None:
    """A store that has a report of its own has its link, and the others have none."""
    stores = by_name(compared)
    assert (stores["Paris"].link, stores["Lyon"].link) == (DONE, None)


def test_few_customers_are_no_difference(compared: Comparison) -> None:
    """Stores of a handful of customers are too few to tell, and none of them has a rank."""
    assert {(one.verdict, one.rank) for one in compared.stores} == {("too few customers", None)}
    assert {part.verdict for one in compared.stores for part in one.shares} == {"too few customers"}


def spread_out(means: dict[str, float], size: int) -> pd.DataFrame:
    """Make stores of one size whose customers' sales lie around a mean by a factor of e either way."""
    return frame_of(
        [
            (name, round(mean * math.e ** (1 if n % 2 else -1), 4), 1)
            for name, mean in means.items()
            for n in range(size)
        ]
    )


def test_only_stores_that_differ_are_ranked() -> None:
    """Ranks are places among all stores by pulled typical sales, given only to stores clearly off the chain's."""
    means = {"Top": 900.0, "High": 400.0, "A": 100.0, "B": 104.0, "C": 97.0, "D": 102.0, "E": 99.0, "Low": 20.0}
    frame = spread_out(means, 400)
    found = by_name(compare_stores(frame, np.ones(len(frame), dtype=int), {}))
    verdicts = {name: one.verdict for name, one in found.items()}
    assert [verdicts[name] for name in ("Top", "High", "Low")] == ["above", "above", "below"]
    order = sorted(means, key=lambda name: -means[name])
    for name, one in found.items():
        assert one.rank == (None if one.verdict == "within noise" else order.index(name) + 1)


def test_a_rank_counts_stores_within_noise_too() -> None:
    """The lowest of eleven stores is the eleventh, though the nine before it are within noise and have no rank."""
    means = {"Top": 1000.0, **{f"S{n}": 100.0 for n in range(9)}, "Low": 10.0}
    frame = spread_out(means, 100)
    found = by_name(compare_stores(frame, np.ones(len(frame), dtype=int), {}))
    assert {name: one.rank for name, one in found.items() if one.rank is not None} == {"Top": 1, "Low": 11}


def test_a_customer_without_sales_does_no_harm() -> None:
    """Sales of nothing, or eaten up by returns, count as a penny, and their money as it is."""
    frame = frame_of([("A", 0.0, 1), ("A", 1.0, 1), ("B", -5.0, 2), ("B", 1.0, 1)])
    found = by_name(compare_stores(frame, np.array([1, 1, 1, 1]), {}))
    assert (found["A"].typical_sales, found["B"].typical_sales) == (0.1, 0.1)
    assert (found["A"].sales, found["B"].sales) == (1.0, -4.0)


def test_a_chain_that_sold_nothing_has_no_shares_of_sales() -> None:
    """Without any sales no store has a share of them."""
    compared = compare_stores(frame_of([("A", 0.0, 1), ("B", 0.0, 1)]), np.array([1, 1]), {})
    assert [one.share_of_sales for one in compared.stores] == [0.0, 0.0]


def test_one_store_alone_is_the_chain() -> None:
    """A single store has everything, differs from nothing and is not pulled."""
    compared = compare_stores(frame_of([("A", 4.0, 1), ("A", 9.0, 1)]), np.array([1, 2]), {})
    (store,) = compared.stores
    assert (store.share_of_customers, store.share_of_sales, store.typical_sales) == (1.0, 1.0, 6.0)
    assert (store.pulled_sales, compared.typical_sales, compared.spread) == (6.0, 6.0, 1.0)
    assert (store.verdict, store.rank) == ("too few customers", None)
    assert [(part.share, part.pulled, part.verdict) for part in store.shares] == [(0.5, 0.5, "too few customers")] * 2


def test_one_customer_in_each_store() -> None:
    """Where no store has two customers their variance is taken from all, and nobody can be told from chance."""
    compared = compare_stores(frame_of([("A", 1.0, 1), ("B", 100.0, 1), ("C", 10.0, 1)]), np.array([2, 1, 2]), {})
    assert {one.verdict for one in compared.stores} == {"too few customers"}
    assert [one.typical_sales for one in compared.stores] == [100.0, 10.0, 1.0]


CUSTOMERS = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.integers(-500, 100_000).map(lambda n: n / 100),
        st.integers(1, 9),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=50)
@given(CUSTOMERS, st.randoms(use_true_random=False))
def test_the_comparison_is_of_the_chain_and_not_of_its_order(
    rows: list[tuple[str, float, int, int]], chance: object
) -> None:
    """Customers and orders add up to the chain's, and the order of customers changes no figure."""
    shuffled = list(rows)
    chance.shuffle(shuffled)
    first, second = (
        compare_stores(frame_of([row[:3] for row in some]), np.array([row[3] for row in some]), {})
        for some in (rows, shuffled)
    )
    assert sum(one.customers for one in first.stores) == len(rows)
    assert sum(one.orders for one in first.stores) == sum(row[2] for row in rows)
    assert sum(one.sales for one in first.stores) == pytest.approx(sum(row[1] for row in rows))
    assert [one.store for one in first.stores] == [one.store for one in second.stores]
    for one, other in zip(first.stores, second.stores, strict=True):
        assert (one.pulled_sales, one.typical_sales) == pytest.approx(
            (other.pulled_sales, other.typical_sales), abs=0.011
        )
        assert one.shares == other.shares
        assert (one.rank is None) == (one.verdict in ("within noise", "too few customers"))
