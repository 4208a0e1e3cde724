"""The rung must follow from how many customers there are, and who brings the sales must add up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.config.options import SegmentOptions
from reportgen.config.values import ClusterRange
from reportgen.model.customers import Customers
from reportgen.model.ladder import Rung
from reportgen.model.segments import SegmentModel
from reportgen.segments.bands import fit_recency_bands, fit_rhythm_bands
from reportgen.segments.features import fit_scaler
from reportgen.segments.ladder import choose_rung, measure_concentration, rung_of
from tests.made import make_customers


def shop(customers: int, returning: int) -> Customers:
    """Make customers of whom some ordered on two days."""
    return make_customers([10.0 + n for n in range(customers)], [2] * returning + [1] * (customers - returning))


def model(rung: Rung) -> SegmentModel:
    """Make the model of an earlier report."""
    if rung == "rhythm":
        return fit_rhythm_bands(shop(50, 50), "2025-12")
    if rung == "bands":
        return fit_recency_bands("2025-12")
    scaler = fit_scaler(shop(50, 50), SegmentOptions())
    return SegmentModel("2025-12", scaler, np.zeros((4 if rung == "clusters" else 1, 3)))


@pytest.mark.parametrize(
    ("customers", "returning", "expected"),
    [
        (200, 0, "clusters"),
        (199, 100, "rhythm"),
        (199, 99, "bands"),
        (100, 100, "rhythm"),
        (99, 99, "bands"),
        (30, 0, "bands"),
        (29, 29, "too_small"),
        (1, 0, "too_small"),
    ],
)
def test_each_number_of_customers_has_its_rung(customers: int, returning: int, expected: Rung) -> None:
    """From 200 by likeness, below by rhythm from 100 who returned, else by days, below 30 not at all."""
    ladder = choose_rung(shop(customers, returning), SegmentOptions())
    assert (ladder.rung, ladder.customers, ladder.returning) == (expected, customers, returning)
    assert (ladder.clusters_from, ladder.rhythm_from, ladder.min_customers) == (200, 100, 30)
    assert not ladder.is_held


def test_bounds_are_the_config_s() -> None:
    """Another shop may want other bounds."""
    options = SegmentOptions(min_customers=5, clusters_from=80, rhythm_from=20)
    assert choose_rung(shop(80, 0), options).rung == "clusters"
    assert choose_rung(shop(79, 20), options).rung == "rhythm"
    assert choose_rung(shop(5, 0), options).rung == "bands"


def test_a_fixed_number_insists() -> None:
    """Who asks for four segments gets them of 40 customers, and of 29 none."""
    options = SegmentOptions(n_clusters=ClusterRange(4, 4))
    ladder = choose_rung(shop(40, 40), options)
    assert (ladder.rung, ladder.is_insisted) == ("clusters", True)
    assert choose_rung(shop(29, 29), options).rung == "too_small"


@pytest.mark.parametrize(
    ("before", "customers", "returning", "expected"),
    [
        ("clusters", 160, 160, "clusters"),
        ("clusters", 159, 159, "rhythm"),
        ("clusters", 159, 80, "bands"),
        ("rhythm", 239, 239, "rhythm"),
        ("rhythm", 240, 240, "clusters"),
        ("rhythm", 150, 80, "rhythm"),
        ("rhythm", 150, 79, "bands"),
        ("bands", 239, 239, "clusters"),
        ("bands", 239, 119, "bands"),
        ("bands", 240, 119, "clusters"),
        ("bands", 150, 120, "rhythm"),
        ("too_small", 200, 0, "clusters"),
    ],
)
def test_a_rung_stays_until_a_bound_is_passed_by_a_fifth(
    before: Rung, customers: int, returning: int, expected: Rung
) -> None:
    """A shop at a bound does not change its segments from month to month."""
    plain = choose_rung(shop(customers, returning), SegmentOptions()).rung
    ladder = choose_rung(shop(customers, returning), SegmentOptions(), model(before))
    assert (ladder.rung, ladder.is_held) == (expected, expected != plain)
    assert not ladder.is_held or ladder.rung == before


def test_a_model_says_which_rung_it_is_of() -> None:
    """Bands by days, bands by rhythm, clusters; undivided customers are of none."""
    rungs: tuple[Rung, ...] = ("bands", "rhythm", "clusters", "too_small")
    assert [rung_of(model(rung)) for rung in rungs] == ["bands", "rhythm", "clusters", None]


def test_who_brings_the_sales_is_counted_by_hand() -> None:
    """Of 100 the first half is one customer's 50, the first 80 are those of three, the first 95 of five."""
    found = measure_concentration(np.array([2, 50, 10, 3, 20, 10, 5]))
    assert [(each.share_of_sales, each.customers) for each in found] == [(0.5, 1), (0.8, 3), (0.95, 5)]
    assert found[0].share_of_customers == round(1 / 7, 6)


@pytest.mark.parametrize("amounts", [[0, 0], [-5, 3]])
def test_without_sales_nobody_brings_them(amounts: list[int]) -> None:
    """Nothing is told where the sum is nothing or a loss."""
    assert measure_concentration(np.array(amounts)) == ()


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any))
def test_no_fewer_would_do(amounts: list[int]) -> None:
    """Those counted bring the share, and one fewer would not, whoever they were."""
    falling = sorted(amounts, reverse=True)
    for each in measure_concentration(np.array(amounts)):
        wanted = sum(amounts) * round(each.share_of_sales * 100)
        assert sum(falling[: each.customers]) * 100 >= wanted
        assert sum(falling[: each.customers - 1]) * 100 < wanted


def test_other_customers_leave_the_bounds_alone() -> None:
    """The same customers on another day: the rung asks for days with orders, not for orders."""
    frame = shop(150, 150).frame
    one_day: Any = frame.assign(order_days=1)
    assert choose_rung(replace(shop(150, 150), frame=one_day), SegmentOptions()).rung == "bands"
