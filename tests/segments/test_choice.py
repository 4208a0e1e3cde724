"""The number of segments must follow the stated rule, and odd customers must be met with words and not a crash."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.config.options import SegmentOptions
from reportgen.config.values import ClusterRange
from reportgen.model.segments import ChoiceLimit
from reportgen.segments.choice import NEAR_BEST, choose_n_clusters, find_elbow, pick
from reportgen.segments.clusters import number_segments
from reportgen.segments.names import name_segments
from reportgen.segments.profiles import profile_segments
from tests.made import compute_features, make_blobs, make_customers, make_features

CORNERS = [[0, 0, 0], [9, 0, 0], [0, 9, 0], [0, 0, 9], [9, 9, 9]]
RULES = ("smallest_near_best", "silhouette", "elbow")
curves = st.dictionaries(st.integers(2, 10), st.floats(-1, 1).map(lambda one: round(one, 4)), min_size=1)


def options(first: int = 4, last: int = 8, **changes: Any) -> SegmentOptions:
    """Make options with a range."""
    return SegmentOptions(n_clusters=ClusterRange(first, last), **changes)


@pytest.mark.parametrize(
    ("rule", "elbow", "expected"),
    [
        ("silhouette", 6, 8),
        ("smallest_near_best", 6, 5),
        ("elbow", 6, 6),
        ("elbow", None, 5),
        ("elbow", 3, 5),
    ],
)
def test_the_rules(rule: str, elbow: int | None, expected: int) -> None:
    """The best silhouette, the smallest within 0.02 of it, or the elbow if it lies in the range."""
    assert pick({4: 0.40, 5: 0.42, 6: 0.30, 7: 0.43, 8: 0.44}, elbow, rule) == expected


def test_a_gap_of_two_hundredths_is_near() -> None:
    """A silhouette 0.02 below the best is near, one a ten-thousandth further is not."""
    assert pick({4: 0.4200, 5: 0.4400}, None, "smallest_near_best") == 4
    assert pick({4: 0.4199, 5: 0.4400}, None, "smallest_near_best") == 5


@given(curves)
def test_near_best_is_the_smallest_near_best(silhouette: dict[int, float]) -> None:
    """What is picked lies within 0.02 of the best, and nothing smaller does; the strict maximum is never below it."""
    picked = pick(silhouette, None, "smallest_near_best")
    near = [k for k, value in silhouette.items() if round(max(silhouette.values()) - value, 4) <= NEAR_BEST]
    assert picked == min(near)
    assert silhouette[pick(silhouette, None, "silhouette")] == max(silhouette.values())


def test_an_elbow_is_where_the_curve_bends() -> None:
    """A curve that falls steeply up to 4 and hardly after has its elbow at 4."""
    assert find_elbow({2: 100, 3: 60, 4: 20, 5: 19, 6: 18, 7: 17, 8: 16, 9: 15, 10: 14}) == 4


@pytest.mark.parametrize("curve", [{2: 9, 3: 8, 4: 7, 5: 6}, {2: 5, 3: 1}, {4: 5}, {2: 0, 3: 0, 4: 0}])
def test_no_elbow_is_none(curve: dict[int, float]) -> None:
    """A straight line, a flat one, or fewer than three points have no elbow, and that is no warning."""
    assert find_elbow(curve) is None


@pytest.mark.parametrize("rule", RULES)
def test_plain_groups_decide_by_any_rule(rule: str) -> None:
    """Five groups far apart are five segments whatever the rule, and the silhouette says so."""
    choice, fits = choose_n_clusters(make_blobs([30] * 5, CORNERS), options(2, 8, choose_by=rule))
    assert (choice.n_clusters, choice.best_silhouette_at, choice.chosen_by) == (5, 5, rule)
    assert sorted(np.bincount(fits[5].labels).tolist()) == [30] * 5
    assert choice.silhouette[5] > 0.9


def test_both_curves_are_kept() -> None:
    """The silhouette is measured over the range asked for, the inertia over 2 to 10, where it only falls."""
    choice, _ = choose_n_clusters(make_blobs([40] * 5, CORNERS, spread=3), options())
    assert list(choice.silhouette) == [4, 5, 6, 7, 8]
    assert list(choice.inertia) == list(range(2, 11))
    assert list(choice.inertia.values()) == sorted(choice.inertia.values(), reverse=True)


@pytest.mark.parametrize("k", range(2, 11))
def test_a_fixed_number_is_kept(k: int) -> None:
    """A number that the config fixes is taken as it is."""
    choice, fits = choose_n_clusters(make_blobs([40] * 5, CORNERS, spread=3), options(k, k))
    assert (choice.n_clusters, choice.chosen_by, choice.limit) == (k, "fixed", None)
    assert len(np.unique(fits[k].labels)) == k


@pytest.mark.parametrize("n", [1, 2, 29])
def test_few_customers_stay_together(n: int) -> None:
    """Fewer customers than asked for are not divided, and the reason names both numbers."""
    choice, fits = choose_n_clusters(make_features(np.arange(3 * n).reshape(n, 3)), options())
    assert (choice.n_clusters, choice.chosen_by) == (1, "undivided")
    assert choice.limit == ChoiceLimit("too_few_customers", n, 30)
    assert fits[1].labels.tolist() == [0] * n


def test_equal_customers_stay_together() -> None:
    """Customers equal in everything are not divided, and the reason says so."""
    choice, _ = choose_n_clusters(make_features(np.zeros((50, 3))), options())
    assert choice.n_clusters == 1
    assert choice.limit == ChoiceLimit("all_equal", 1, 2)


@pytest.mark.parametrize("wanted", [(4, 8), (5, 5), (2, 10)])
def test_fewer_different_customers_than_segments(wanted: tuple[int, int]) -> None:
    """With three different customers only there are at most three segments, and the reason says so."""
    matrix = np.repeat([[0.0, 0, 0], [1, 0, 0], [0, 5, 0]], 20, axis=0)
    choice, fits = choose_n_clusters(make_features(matrix), options(*wanted))
    assert choice.n_clusters == 3
    assert len(np.unique(fits[3].labels)) == 3
    assert choice.limit == ChoiceLimit("few_groups", 3, wanted[1])


@pytest.mark.parametrize("n", [2, 3, 4, 5, 9])
@pytest.mark.parametrize("wanted", [(2, 10), (4, 8), (9, 9)])
def test_hardly_more_customers_than_segments(n: int, wanted: tuple[int, int]) -> None:
    """A handful of customers, where the config allows it, are divided without a crash."""
    choice, fits = choose_n_clusters(
        make_features(np.arange(n, dtype=float)[:, None] ** 2), options(*wanted, min_customers=2)
    )
    assert 2 <= choice.n_clusters <= n
    assert len(np.unique(fits[choice.n_clusters].labels)) == choice.n_clusters


@pytest.mark.parametrize("normalise", ["rank", "log", "zscore"])
@pytest.mark.parametrize("outlier", [1e4, 1e9, 1e13])
def test_one_huge_customer_breaks_nothing(normalise: str, outlier: float) -> None:
    """One customer larger than all others together leaves a segmentation with names, and no warning."""
    customers = make_customers([*range(1, 60), outlier], [1 + n % 7 for n in range(60)], list(range(60)))
    chosen = options(normalise=normalise)
    features = compute_features(customers, chosen)
    choice, fits = choose_n_clusters(features, chosen)
    segmentation = number_segments(features, fits[choice.n_clusters].labels, customers.frame["total_sales"].to_numpy())
    names = name_segments(profile_segments(customers, segmentation), {})
    assert len({one.name for one in names.values()}) == len(np.unique(segmentation.labels))
    assert segmentation.labels[-1] == 1


@pytest.mark.parametrize("normalise", ["rank", "log", "zscore"])
def test_negative_sales_break_nothing(normalise: str) -> None:
    """Customers who brought back more than they bought are segmented like any others."""
    customers = make_customers([n - 20 for n in range(60)], [1 + n % 5 for n in range(60)])
    chosen = options(normalise=normalise)
    features = compute_features(customers, chosen)
    assert np.isfinite(features.matrix).all()
    assert choose_n_clusters(features, chosen)[0].n_clusters in range(4, 9)


def test_the_same_seed_gives_the_same_choice() -> None:
    """Two choices with one seed agree in everything."""
    features = make_blobs([60] * 5, CORNERS, spread=3)
    (first, fits), (second, again) = (choose_n_clusters(features, options(random_state=3)) for _ in range(2))
    assert first == second
    assert all((fits[k].labels == again[k].labels).all() for k in fits)


def test_many_customers_are_sampled() -> None:
    """Above 10,000 customers the silhouette comes from a sample of 10,000, and the choice says so."""
    choice, _ = choose_n_clusters(make_blobs([5_001, 5_002], [[0, 0], [9, 0]]), options(2, 2))
    assert choice.silhouette_sample == 10_000
    assert choice.silhouette[2] > 0.9


def test_all_customers_are_measured_while_they_are_few() -> None:
    """Up to 10,000 customers no sample is drawn."""
    assert choose_n_clusters(make_blobs([50, 50], [[0, 0], [9, 0]]), options(2, 2))[0].silhouette_sample is None
