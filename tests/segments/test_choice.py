"""The number of segments must follow the stated rule, and odd customers must be met with words and not a crash."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kneed import KneeLocator

from reportgen.config.options import SegmentOptions
from reportgen.config.values import ClusterRange
from reportgen.model.segments import ChoiceLimit
from reportgen.segments.choice import NEAR_BEST, Start, choose_n_clusters, cut_range, find_elbow, is_outdone, pick
from reportgen.segments.clusters import fit_clusters, number_segments
from reportgen.segments.names import name_segments
from reportgen.segments.profiles import profile_segments
from tests.made import compute_features, make_blobs, make_customers, make_features

CORNERS = [[0, 0, 0], [9, 0, 0], [0, 9, 0], [0, 0, 9], [9, 9, 9]]
RULES = ("smallest_near_best", "silhouette", "elbow")
curves = st.dictionaries(st.integers(2, 10), st.floats(-1, 1).map(lambda one: round(one, 4)), min_size=1)


def options(first: int = 4, last: int = 8, **changes: Any) -> SegmentOptions:
    """Make options with a range, for any number of customers unless told."""
    return SegmentOptions(n_clusters=ClusterRange(first, last), **{"customers_per_segment": 1, **changes})


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


@settings(max_examples=500)
@given(
    st.lists(st.floats(0, 1e6).map(lambda one: round(one, 1)), min_size=3, max_size=9),
    st.booleans(),
)
@pytest.mark.filterwarnings("ignore")
def test_elbows_are_those_of_a_library(values: list[float], is_falling: bool) -> None:
    """Falling curves, and any others, have the elbow that kneed finds."""
    curve = dict(enumerate(sorted(values, reverse=True) if is_falling else values, 2))
    if len(set(values)) == 1:
        expected = None  # kneed divides by nothing, and says so
    else:
        expected = KneeLocator(list(curve), list(curve.values()), curve="convex", direction="decreasing").elbow
    assert find_elbow(curve) == expected


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


@pytest.mark.parametrize(
    ("n", "wanted", "before", "expected"),
    [
        (400, (4, 8), None, (4, 8)),
        (399, (4, 8), None, (4, 7)),
        (199, (4, 8), None, (3, 3)),
        (60, (4, 8), None, (2, 2)),
        (60, (5, 5), None, (5, 5)),  # a fixed number is not cut
        (199, (4, 8), 4, (4, 4)),  # what is there may stay while the customers are nearly enough
        (159, (4, 8), 4, (3, 3)),
        (210, (4, 8), 3, (3, 3)),
        (245, (4, 8), 3, (4, 4)),
        (399, (4, 8), 8, (4, 8)),
        (60, (2, 8), 2, (2, 2)),
    ],
)
def test_few_customers_make_fewer_segments(
    n: int, wanted: tuple[int, int], before: int | None, expected: tuple[int, int]
) -> None:
    """There are fifty customers for each segment on average, but two segments at least."""
    start = None if before is None else Start(np.zeros((before, 3)))
    first, last, limit = cut_range(options(*wanted, customers_per_segment=50), n, n, start)
    assert (first, last) == expected
    is_cut = wanted[0] != wanted[1] and n < 50 * wanted[1]
    assert limit == (ChoiceLimit("small_groups", n, 50 * wanted[1]) if is_cut else None)


def test_a_cut_range_is_told() -> None:
    """A shop of 120 customers has two segments, and the reason names how many it would take for all of the range."""
    choice, fits = choose_n_clusters(make_blobs([24] * 5, CORNERS), options(customers_per_segment=50))
    assert (choice.n_clusters, len(np.unique(fits[2].labels))) == (2, 2)
    assert choice.limit == ChoiceLimit("small_groups", 120, 400)


FIVE = make_blobs([60] * 5, CORNERS)
"""Five groups far apart, which any rule divides into five."""


def start_of(k: int, outdone_for: int = 0) -> Start:
    """Begin from a division of the five groups into another number."""
    return Start(fit_clusters(FIVE, k, 0).centers, outdone_for)


def test_a_better_number_must_last() -> None:
    """Five is clearly better than six; six stays in two reports and gives way in the third."""
    for outdone_for, expected in ((0, (6, "stays", 1)), (1, (6, "stays", 2)), (2, (5, "smallest_near_best", 0))):
        choice, _ = choose_n_clusters(FIVE, options(), start_of(6, outdone_for))
        assert (choice.n_clusters, choice.chosen_by, choice.outdone_for) == expected


def test_a_number_that_the_rule_picks_is_no_stay() -> None:
    """Where the rule picks the earlier number anyway, that is said, and the count begins anew."""
    choice, _ = choose_n_clusters(FIVE, options(), start_of(5, 2))
    assert (choice.n_clusters, choice.chosen_by, choice.outdone_for) == (5, "smallest_near_best", 0)


def test_a_number_outside_the_range_does_not_stay() -> None:
    """Another range in the config is obeyed at once."""
    choice, _ = choose_n_clusters(FIVE, options(4, 8), start_of(3))
    assert (choice.n_clusters, choice.chosen_by) == (5, "smallest_near_best")
    assert choose_n_clusters(FIVE, options(4, 4), start_of(6))[0].n_clusters == 4


@pytest.mark.parametrize(
    ("before", "picked", "silhouette", "rule", "expected"),
    [
        (6, 4, {4: 0.43, 6: 0.44}, "smallest_near_best", False),
        (6, 4, {4: 0.46, 6: 0.44}, "smallest_near_best", False),
        (6, 4, {4: 0.4601, 6: 0.44}, "smallest_near_best", True),
        (6, 4, {4: 0.4601, 6: 0.44}, "silhouette", True),
        (6, 4, {4: 0.45, 6: 0.44}, "silhouette", False),
        (6, 4, {4: 0.30, 6: 0.44}, "elbow", True),
        (4, 4, {4: 0.30, 6: 0.44}, "elbow", False),
    ],
)
def test_clearly_better_is_by_more_than_two_hundredths(
    before: int, picked: int, silhouette: dict[int, float], rule: str, expected: bool
) -> None:
    """A silhouette must be more than 0.02 above that of the earlier number; an elbow must be elsewhere."""
    assert is_outdone(before, picked, silhouette, rule) is expected


def test_a_new_division_begins_from_the_earlier_one() -> None:
    """Customers without any groups are divided as before where that is as good, by whatever seed."""
    features = make_features(np.random.default_rng(2).uniform(size=(400, 3)))
    first = choose_n_clusters(features, options(6, 6))[1][6]
    again = choose_n_clusters(features, options(6, 6, random_state=9), Start(first.centers))[1][6]
    assert (again.labels == first.labels).all()
    other = choose_n_clusters(features, options(6, 6, random_state=9))[1][6]
    assert (other.labels != first.labels).any()


def test_a_start_that_has_become_bad_is_left() -> None:
    """Where a new start fits better by more than 1 %, the earlier division is left."""
    centers = np.array([[0, 0, 0], [0, 0.1, 0], [9, 4, 0], [0, 4, 9], [9, 9.1, 9.0]], dtype=float)
    fit = choose_n_clusters(FIVE, options(5, 5), Start(centers))[1][5]
    assert sorted(np.bincount(fit.labels).tolist()) == [60] * 5
