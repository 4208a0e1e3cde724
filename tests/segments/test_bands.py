"""Each customer must stand in the band that its name says, this month and in any other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.archive.segment_models import read_model, write_model
from reportgen.model.customers import Customers
from reportgen.model.identity import KnownAs, KnownSegment
from reportgen.model.segments import Segmentation, SegmentModel
from reportgen.segments.bands import fit_recency_bands, fit_rhythm_bands, name_band, name_bands
from reportgen.segments.clusters import assign_customers, number_segments
from reportgen.segments.features import measure_silence, scale_customers
from reportgen.segments.identity import keep_identities, match_bands
from reportgen.segments.profiles import profile_segments
from reportgen.segments.stages import Rhythm, find_late
from tests.made import make_customers, make_features, make_identity

FOUR = ("Customers of the last 40 days", "Customers silent for 41 to 90 days", "Customers silent for 91 to 180 days")


def place(customers: Customers, model: SegmentModel) -> list[str]:
    """Name the band of each customer."""
    rows = assign_customers(scale_customers(customers, model.scaler), model.centers)
    return [name_band(model, int(row)) for row in rows]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, FOUR[0]),
        (40, FOUR[0]),
        (41, FOUR[1]),
        (90, FOUR[1]),
        (91, FOUR[2]),
        (180, FOUR[2]),
        (181, "Customers silent for over 180 days"),
        (4_000, "Customers silent for over 180 days"),
    ],
)
def test_days_since_the_last_order_make_the_band(days: int, expected: str) -> None:
    """Forty days are within the first band, 41 in the second, and so on."""
    assert place(make_customers([10.0], recency_days=[days]), fit_recency_bands("2026-01")) == [expected]


def test_worth_and_rhythm_make_four_bands() -> None:
    """Of £200 the first half is ann's and bob's; ann and dan have been silent for more than twice their gap of 20."""
    customers = make_customers(
        [60.0, 50.0, 50.0, 40.0], [4, 4, 4, 4], recency_days=[41, 40, 30, 100], span_days=[60, 60, 60, 60]
    )
    assert place(customers, fit_rhythm_bands(customers, "2026-01")) == [
        "Silent top customers",
        "Active top customers",
        "Active top customers",  # spends as much as bob: worth does not part equals
        "Other silent customers",
    ]


def test_equal_customers_are_banded_by_rhythm_alone() -> None:
    """Where all spend the same nobody is a top customer."""
    customers = make_customers([50.0] * 3, [1, 1, 1], recency_days=[10, 180, 181])
    model = fit_rhythm_bands(customers, "2026-01")
    assert place(customers, model) == ["Active customers", "Active customers", "Silent customers"]


def test_without_sales_nobody_is_a_top_customer() -> None:
    """Customers who gave everything back have no worth to be divided by."""
    customers = make_customers([0.0, 0.0], recency_days=[10, 300])
    assert place(customers, fit_rhythm_bands(customers, "2026-01")) == ["Active customers", "Silent customers"]


@given(
    st.integers(1, 20), st.integers(0, 400), st.integers(0, 900), st.lists(st.floats(0, 1e6), min_size=1, max_size=3)
)
def test_silence_is_lateness(orders: int, span: int, recency: int, sales: list[float]) -> None:
    """Who has a usual gap is silent exactly when late by the rule of the stages; who has none after 180 days."""
    customers = make_customers(sales[:1], [orders], [recency], [span])
    silent = bool((measure_silence(customers.frame) > 1).iloc[0])
    rhythm = Rhythm(np.array([orders]), np.array([0]), np.array([span]))
    expected = bool(find_late(rhythm, span + recency)[0]) if orders >= 3 else recency > 180
    assert silent == expected


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=30))
def test_top_customers_bring_half(pounds: list[int]) -> None:
    """Top customers bring half of the sales or more, all others spend less than each, and without the least it is less."""
    sales = [float(each) for each in pounds]
    customers = make_customers(sales)
    names = place(customers, fit_rhythm_bands(customers, "2026-01"))
    top = [amount for amount, name in zip(sales, names, strict=True) if "top" in name]
    if not top:
        assert len(set(sales)) == 1 or 2 * (sum(sales) - sales.count(min(sales)) * min(sales)) < sum(sales)
        return
    assert 2 * sum(top) >= sum(sales)
    assert 2 * (sum(top) - top.count(min(top)) * min(top)) < sum(sales)
    assert max((each for each in sales if each not in top), default=0.0) < min(top)


def number(customers: Customers, model: SegmentModel) -> Segmentation:
    """Give a number to each band that somebody is in."""
    labels = assign_customers(scale_customers(customers, model.scaler), model.centers)
    features = make_features(np.zeros((len(customers), 3)))
    return number_segments(features, labels, customers.frame[c.TOTAL_SALES].to_numpy())


def test_bands_are_named_by_what_they_are() -> None:
    """Names follow the bands whatever their customers are like; the richest is the first."""
    customers, model = make_customers([10.0, 90.0, 20.0], recency_days=[10, 200, 50]), fit_recency_bands("2026-01")
    segmentation = number(customers, model)
    names = name_bands(profile_segments(customers, segmentation), model, segmentation.sources)
    assert [names[n].name for n in (1, 2, 3)] == ["Customers silent for over 180 days", FOUR[1], FOUR[0]]


def test_a_band_stays_what_it_is() -> None:
    """A band is known again by its bounds, in whatever order an archive has it; other bands are others."""
    customers, model = make_customers([10.0, 90.0], recency_days=[10, 200]), fit_recency_bands("2026-01")
    turned = SegmentModel("2025-12", model.scaler, model.centers[::-1])
    assert match_bands(model, number(customers, model).sources, turned) == {1: 0, 2: 3}
    rhythm = fit_rhythm_bands(customers, "2025-12")
    assert match_bands(model, np.array([0, 3]), rhythm) == {}
    clusters = SegmentModel("2025-12", rhythm.scaler, rhythm.centers)
    object.__setattr__(clusters, "scaler", type(rhythm.scaler)(("total_sales",), "log", "average", ()))
    assert match_bands(model, np.array([0, 3]), clusters) == {}
    assert match_bands(clusters, np.array([0]), clusters) is None


def test_an_empty_band_is_kept_for_the_next_month() -> None:
    """The archive keeps bands that nobody is in, with colours of their own, and reads them back."""
    customers, model = make_customers([10.0, 90.0], recency_days=[10, 200]), fit_recency_bands("2026-01")
    segmentation = number(customers, model)
    identities = {n: KnownAs(make_identity(n, f"Band {n}"), "occasional_mid", None) for n in (1, 2)}
    kept = keep_identities(model, segmentation, identities, {1: (1, 90), 2: (1, 10)})
    assert [(one.name, one.customers) for one in kept.known] == [
        ("Band 2", 1),
        (FOUR[1], 0),
        (FOUR[2], 0),
        ("Band 1", 1),
    ]
    assert len({one.colour for one in kept.known}) == 4
    again = read_model(write_model(kept))
    assert sorted(one.name for one in again.known) == sorted(one.name for one in kept.known)
    assert place(customers, again) == [FOUR[0], "Customers silent for over 180 days"]
    assert isinstance(again.known[0], KnownSegment)
    assert pd.Series([one.customers for one in again.known]).sum() == 2
