"""A kept model places the same customers in the same segments, and is given up when it has worn out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.archive.segment_models import read_model, write_model
from reportgen.config.options import SegmentOptions
from reportgen.config.values import ClusterRange
from reportgen.model.customers import Customers
from reportgen.model.identity import KnownAs, KnownSegment, SegmentName
from reportgen.model.segments import SegmentModel
from reportgen.segments.choice import choose_n_clusters
from reportgen.segments.clusters import assign_customers, fit_clusters
from reportgen.segments.drift import EarlierDivision, find_start, keep_model, measure_drift
from reportgen.segments.features import MAX_KNOTS, fit_scaler, scale_customers
from tests.made import compute_features, make_customers

amounts = st.lists(st.tuples(st.integers(1, 99_999), st.integers(1, 9)), min_size=2, max_size=60)


def name(n: int) -> SegmentName:
    """Make a name."""
    return SegmentName("rare_big", None, f"Group {n}")


def fitted(seed: int, options: SegmentOptions) -> tuple[SegmentModel, Customers]:
    """Fit a model on customers drawn at random, and return both."""
    random = np.random.default_rng(seed)
    customers = make_customers(random.lognormal(4, 1, 400).round(2), random.integers(1, 12, 400))
    scaler = fit_scaler(customers, options)
    choice, fits = choose_n_clusters(scale_customers(customers, scaler), options)
    fit = fits[choice.n_clusters]
    shares = np.bincount(fit.labels) / 400
    known = tuple(
        KnownSegment(KnownAs.give(name(n), n + 1, "2025-01"), 1, 9 - n, share) for n, share in enumerate(shares)
    )
    return SegmentModel("2025-01", scaler, fit.centers, known), customers


@pytest.mark.parametrize("normalise", ["rank", "log", "zscore"])
@pytest.mark.parametrize("ties", ["average", "first"])
@given(rows=amounts)
def test_an_archived_scale_is_exact(normalise: str, ties: str, rows: list[tuple[int, int]]) -> None:
    """The same customers get the very same features from a scale that was written and read again."""
    customers = make_customers([one / 100 for one, _ in rows], [orders for _, orders in rows])
    options = SegmentOptions(normalise=normalise, ties=ties)
    scaler = fit_scaler(customers, options)
    model = SegmentModel(
        "2025-01", scaler, np.zeros((1, 3)), (KnownSegment(KnownAs.give(name(1), 1, "2025-01"), 1, 1, 1.0),)
    )
    again = read_model(write_model(model))
    np.testing.assert_array_equal(
        scale_customers(customers, again.scaler).matrix, compute_features(customers, options).matrix
    )


def test_many_values_are_thinned() -> None:
    """Beyond 5,000 distinct values a scale keeps 5,000, and ranks stay within two places in five thousand."""
    values = np.arange(1.0, 20_001.0)
    scaler = fit_scaler(make_customers(values), SegmentOptions(features=("total_sales",)))
    assert len(scaler.scales[0].knots) == MAX_KNOTS
    matrix = scale_customers(make_customers(values), scaler).matrix[:, 0]
    exact = (values - values.mean()) / values.std(ddof=1)
    assert np.abs(matrix - exact).max() < 2 / MAX_KNOTS


def test_labels_are_the_nearest_centres() -> None:
    """Assigning customers to the centres of a fit gives the labels of the fit."""
    model, customers = fitted(1, SegmentOptions())
    features = scale_customers(customers, model.scaler)
    for k in range(2, 9):
        fit = fit_clusters(features, k, 0)
        np.testing.assert_array_equal(assign_customers(features, fit.centers), fit.labels)


def test_a_model_on_its_own_customers_has_no_wear() -> None:
    """Held against the customers it was fitted on, a model is as good as a new one and its shares are the same."""
    model, customers = fitted(2, SegmentOptions())
    drift = measure_drift(scale_customers(customers, model.scaler), model, 0)
    assert drift.excess == pytest.approx(0, abs=0.001)
    assert drift.shift == pytest.approx(0, abs=1e-9)
    assert not drift.is_worn


def test_the_index_of_shift_is_by_hand() -> None:
    """Shares of 0.5 and 0.5 that have become 0.8 and 0.2 have an index of 0.3 ln 1.6 - 0.3 ln 0.4."""
    customers = make_customers([1.0] * 80 + [9.0] * 20)
    scaler = fit_scaler(customers, SegmentOptions(features=("total_sales",), normalise="zscore"))
    centers = np.unique(scale_customers(customers, scaler).matrix, axis=0)
    known = tuple(KnownSegment(KnownAs.give(name(n), n, "2025-01"), 1, 1, 0.5) for n in (1, 2))
    drift = measure_drift(scale_customers(customers, scaler), SegmentModel("2025-01", scaler, centers, known), 0)
    assert drift.shift == pytest.approx(0.3 * np.log(1.6) - 0.3 * np.log(0.4))
    assert drift.is_worn


@pytest.mark.parametrize(
    "other",
    [
        {"model": "refit"},
        {"features": ("total_sales", "order_count")},
        {"normalise": "log"},
        {"ties": "first"},
        {"n_clusters": ClusterRange(9, 10)},
        {"min_customers": 500},
    ],
)
def test_a_model_of_other_options_is_not_kept(other: dict[str, object]) -> None:
    """A model is kept only where the options ask for it and would compare the customers as it does."""
    model, customers = fitted(3, SegmentOptions(model="frozen"))
    assert keep_model(customers, model, SegmentOptions(model="frozen")) is not None
    assert keep_model(customers, model, SegmentOptions(**{"model": "frozen", **other})) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"version":2}', b'{"version":1}'])
def test_what_is_no_model_is_refused(content: bytes) -> None:
    """A file that is not a model of this version is a ValueError, never a crash later."""
    with pytest.raises(ValueError, match="."):
        read_model(content)


def two_groups(shift: float, known: tuple[KnownSegment, ...]) -> tuple[SegmentModel, object]:
    """Make customers who lie one from the middle of their group, and a model whose centres are off by `shift`."""
    values = np.array([9.0, 11.0, 29.0, 31.0] * 20)
    customers = make_customers(values)
    scaler = fit_scaler(customers, SegmentOptions(features=("total_sales",), normalise="zscore"))
    centers = (np.array([[10.0], [30.0]]) + shift - values.mean()) / values.std(ddof=1)
    return SegmentModel("2025-01", scaler, centers, known), customers


@pytest.mark.parametrize(("shift", "is_worn"), [(0.3, False), (-0.3, False), (0.33, True), (-0.33, True)])
def test_centres_a_tenth_farther_than_need_be_are_worn(shift: float, is_worn: bool) -> None:
    """Off by d, centres are 1 + d² from customers who are 1 from their own: 9 % is kept, 11 % given up by `auto`."""
    known = tuple(KnownSegment(KnownAs.give(name(n), n, "2025-01"), 1, 1, 0.5) for n in (1, 2))
    model, customers = two_groups(shift, known)
    drift = measure_drift(scale_customers(customers, model.scaler), model, 0)
    assert drift.excess == pytest.approx(shift**2)
    assert drift.shift == pytest.approx(0)
    assert (drift.is_empty, drift.is_worn) == (False, is_worn)
    for rule in ("auto", "frozen"):
        options = SegmentOptions(
            model=rule, features=("total_sales",), normalise="zscore", n_clusters=ClusterRange(2, 3)
        )
        kept = keep_model(customers, model, options)
        assert kept is not None
        assert kept.is_given_up == (is_worn and rule == "auto")
        assert kept.drift == drift


@pytest.mark.parametrize(("fitted", "is_worn"), [((0.5, 0.5), False), ((0.7, 0.3), False), ((0.75, 0.25), True)])
def test_shares_that_moved_by_a_quarter_of_an_index_are_worn(fitted: tuple[float, float], is_worn: bool) -> None:
    """Halves that were 70:30 have an index of 0.2 ln(7/3) = 0.17 and stay; those that were 75:25, 0.25 ln 3 = 0.27."""
    known = tuple(KnownSegment(KnownAs.give(name(n), n, "2025-01"), 1, 1, share) for n, share in enumerate(fitted, 1))
    model, customers = two_groups(0.0, known)
    drift = measure_drift(scale_customers(customers, model.scaler), model, 0)
    assert drift.shift == pytest.approx((0.5 - fitted[1]) * np.log(fitted[0] / fitted[1]))
    assert drift.is_worn == is_worn


def test_a_start_is_where_todays_customers_are() -> None:
    """A new division begins at the means of today's customers by the nearest earlier segment, on today's scale."""
    options = SegmentOptions()
    model, customers = fitted(3, options)
    features = scale_customers(customers, model.scaler)
    start = find_start(customers, features, EarlierDivision(model, 1))
    assert start is not None
    assert start.outdone_for == 1
    labels = assign_customers(features, model.centers)
    for row, center in enumerate(start.centers):
        assert center == pytest.approx(features.matrix[labels == row].mean(axis=0))


def test_without_the_same_features_there_is_no_start() -> None:
    """A model of other features, of one segment, or with a segment that nobody is in today begins nothing."""
    model, customers = fitted(3, SegmentOptions())
    other = SegmentOptions(features=("total_sales",))
    assert find_start(customers, compute_features(customers, other), EarlierDivision(model)) is None
    features = scale_customers(customers, model.scaler)
    assert find_start(customers, features, EarlierDivision(replace(model, centers=model.centers[:1]))) is None
    far = np.vstack([model.centers, [[99.0, 99.0, 99.0]]])
    assert find_start(customers, features, EarlierDivision(replace(model, centers=far))) is None
