"""Small stores must be pulled toward the chain by published formulas, and chance must not pass for a difference."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from reportgen.chain.compare import judge
from reportgen.statistics.shrinkage import (
    Pulled,
    pull_means,
    pull_shares,
    restricted_likelihood,
    wilson,
    within_correlation,
)

Z = stats.norm.ppf(0.975)
MEANS = np.array([1.0, 2.0, 4.0])
COUNTS = np.array([4, 8, 2])
VALUES = st.floats(-1e3, 1e3).map(lambda value: round(value, 3))
STORES = st.lists(st.tuples(VALUES, st.integers(1, 10_000)), min_size=2, max_size=12)


def unzip(stores: list[tuple[float, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return means and counts."""
    means, counts = zip(*stores, strict=True)
    return np.array(means), np.array(counts)


def log_likelihood(between: float, means: np.ndarray, errors: np.ndarray) -> float:
    """Compute the restricted log-likelihood from error contrasts: the means with nothing left of their common level."""
    n = len(means)
    contrasts = np.linalg.svd(np.eye(n) - 1 / n)[0][:, : n - 1]
    return float(
        stats.multivariate_normal.logpdf(
            contrasts.T @ means, np.zeros(n - 1), contrasts.T @ np.diag(between**2 + errors) @ contrasts
        )
    )


def test_the_spread_has_the_greatest_restricted_likelihood() -> None:
    """With stores of one size it is what maximises the likelihood of error contrasts: the unbiased variance, less chance."""
    means, size, variance = np.array([3.0, 5.0, 4.0, 9.0, 1.0]), 10, 20.0
    pulled = pull_means(means, np.full(5, size), variance)
    errors = np.full(5, variance / size)
    found = optimize.minimize_scalar(lambda one: -log_likelihood(one, means, errors), bounds=(0, 20), method="bounded")
    assert pulled.spread == pytest.approx(found.x, rel=1e-4)
    assert pulled.spread**2 == pytest.approx(np.var(means, ddof=1) - variance / size, rel=1e-6)
    assert pulled.centre == 4.4


def test_likelihoods_differ_as_those_of_error_contrasts() -> None:
    """With stores of one size the likelihood is that of error contrasts but for a constant, at any spread."""
    means, errors = np.array([1.0, 2.0, 4.0, 4.5]), np.full(4, 0.7)
    spreads = np.array([0.0, 0.3, 1.0, 2.5])
    found = restricted_likelihood(spreads, means, errors, float(means.mean()))
    expected = np.array([log_likelihood(one, means, errors) for one in spreads])
    assert found - found[0] == pytest.approx(expected - expected[0])


def test_the_centre_is_the_customers_mean() -> None:
    """Three stores of 4, 8 and 2 customers: (4 + 16 + 8) / 14, however far the small ones are."""
    assert pull_means(MEANS, COUNTS, 4.0).centre == 2.0


def test_the_posterior_is_summed_over_all_spreads() -> None:
    """Estimate and bounds are those of prior times likelihood on a grid of means, summed over a grid of spreads."""
    pulled = pull_means(MEANS, COUNTS, 4.0)
    errors, grid = 4.0 / COUNTS, np.linspace(-30, 35, 8_001)
    posterior = np.zeros((3, len(grid)))
    for spread in np.linspace(0, 3 * 2.0, 400):
        total = spread**2 + errors
        weight = math.sqrt(1 / (1 / total).sum()) * stats.norm.pdf(MEANS, 2.0, np.sqrt(total)).prod()
        for store, (mean, error) in enumerate(zip(MEANS, errors, strict=True)):
            share = spread**2 / (spread**2 + error)
            of_centre = sum((spread**2 + one) * (n / 14) ** 2 for one, n in zip(errors, COUNTS, strict=True))
            deviation = math.sqrt(share * error + (1 - share) ** 2 * of_centre)
            posterior[store] += weight * stats.norm.pdf(grid, 2.0 + share * (mean - 2.0), deviation)
    posterior /= posterior.sum(axis=1, keepdims=True)
    assert pulled.estimate == pytest.approx(posterior @ grid, abs=1e-3)
    for bound, share in ((pulled.low, 0.025), (pulled.high, 0.975)):
        assert bound == pytest.approx([grid[np.searchsorted(row.cumsum(), share)] for row in posterior], abs=0.02)


def test_the_spread_of_many_stores_is_found() -> None:
    """Of three thousand simulated stores spread and centre are those that they were made with."""
    random = np.random.default_rng(7)
    counts = random.integers(20, 200, 3_000)
    means = random.normal(3.0, 0.5, 3_000) + random.normal(0, np.sqrt(1.0 / counts))
    pulled = pull_means(means, counts, 1.0)
    assert pulled.spread == pytest.approx(0.5, rel=0.05)
    assert pulled.centre == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize(("stores", "shops"), [(3_000, 1), (4, 400)])
def test_the_interval_holds_what_is_true(stores: int, shops: int) -> None:
    """About 95 % of simulated stores have their true mean within the interval, of chains of four stores as well."""
    random = np.random.default_rng(8)
    held = []
    for _ in range(shops):
        counts = random.integers(2, 50, stores)
        truth = random.normal(3.0, 0.5, stores)
        pulled = pull_means(truth + random.normal(0, np.sqrt(1.0 / counts)), counts, 1.0)
        held += ((pulled.low <= truth) & (truth <= pulled.high)).tolist()
    assert 0.93 <= np.mean(held) <= 0.985


def test_small_stores_of_another_kind_are_covered() -> None:
    """Where small stores lie off the customers' mean all together, their intervals hold what is true all the same."""
    random = np.random.default_rng(9)
    held = []
    for _ in range(100):
        counts = np.array([5_000, *random.integers(3, 60, 11)])
        truth = np.array([6.5, *random.normal(7.0, 0.2, 11)])
        pulled = pull_means(truth + random.normal(0, np.sqrt(1.5 / counts)), counts, 1.5)
        held += ((pulled.low <= truth) & (truth <= pulled.high)).tolist()
    assert np.mean(held) >= 0.93


@settings(max_examples=50)
@given(STORES, st.floats(0.01, 100))
def test_estimates_lie_between_the_own_mean_and_the_centre(stores: list[tuple[float, int]], variance: float) -> None:
    """Pulling never passes the chain, never pushes away from it, and the interval holds its estimate."""
    means, counts = unzip(stores)
    pulled = pull_means(means, counts, variance)
    near, far = np.minimum(means, pulled.centre), np.maximum(means, pulled.centre)
    assert (pulled.estimate >= near - 1e-6).all()
    assert (pulled.estimate <= far + 1e-6).all()
    assert (pulled.low <= pulled.estimate).all()
    assert (pulled.estimate <= pulled.high).all()
    assert means.min() - 1e-6 <= pulled.centre <= means.max() + 1e-6


@settings(max_examples=50)
@given(STORES, st.floats(0.01, 100), st.integers(0, 100))
def test_fewer_customers_are_pulled_further(stores: list[tuple[float, int]], variance: float, pick: int) -> None:
    """Of two stores with the same mean, that with fewer customers ends nearer to the chain."""
    means, counts = unzip(stores)
    pick %= len(means)
    means, counts = np.append(means, means[pick]), np.append(counts, counts[pick] + 1 + pick)
    pulled = pull_means(means, counts, variance)
    few, many = abs(pulled.estimate[pick] - pulled.centre), abs(pulled.estimate[-1] - pulled.centre)
    assert few <= many + 1e-6


@settings(max_examples=50)
@given(STORES, st.floats(0.01, 100), VALUES)
def test_moving_all_stores_moves_all_estimates(stores: list[tuple[float, int]], variance: float, by: float) -> None:
    """What is added to every mean is added to the centre and every bound; the spread stays."""
    means, counts = unzip(stores)
    before, after = pull_means(means, counts, variance), pull_means(means + by, counts, variance)
    assert after.centre == pytest.approx(before.centre + by, abs=1e-6)
    assert after.estimate == pytest.approx(before.estimate + by, abs=1e-6)
    assert after.low == pytest.approx(before.low + by, abs=1e-6)
    assert after.spread == pytest.approx(before.spread, rel=1e-3, abs=1e-3)


@settings(max_examples=50)
@given(VALUES, st.lists(st.integers(1, 10_000), min_size=1, max_size=12), st.floats(0.01, 100))
def test_no_differences_are_within_noise(mean: float, counts: list[int], variance: float) -> None:
    """Stores that do not differ at all are all within noise and all at the chain's mean."""
    pulled = pull_means(np.full(len(counts), mean), np.array(counts), variance)
    assert judge(pulled, np.full(len(counts), 20)) == ["within noise"] * len(counts)
    assert pulled.estimate == pytest.approx(np.full(len(counts), mean))
    assert pulled.spread == pytest.approx(0, abs=1e-6)


def test_one_store_is_its_own_chain() -> None:
    """A single store is not pulled and differs from nothing."""
    pulled = pull_means(np.array([2.5]), np.array([10]), 4.0)
    assert (pulled.estimate[0], pulled.centre, pulled.spread) == (2.5, 2.5, 0.0)
    assert judge(pulled, np.array([20])) == ["within noise"]


def test_customers_who_are_all_alike_leave_no_chance() -> None:
    """Without any variance between customers means are certain: nothing is pulled, and any difference counts."""
    counts = np.array([25, 25, 25])
    pulled = pull_means(np.array([1.0, 2.0, 3.0]), counts, 0.0)
    assert pulled.estimate.tolist() == [1.0, 2.0, 3.0]
    assert judge(pulled, counts) == ["below", "within noise", "above"]


def test_the_verdict_is_whether_the_interval_leaves_out_the_centre() -> None:
    """Above when all of the interval is above the centre, below when all is below; a bound on it is noise."""
    low, high = np.array([1.1, 0.5, 0.2, 1.0]), np.array([1.5, 1.5, 0.9, 2.0])
    pulled = Pulled((low + high) / 2, low, high, 1.0, 0.1)
    assert judge(pulled, np.full(4, 20)) == ["above", "within noise", "below", "within noise"]
    assert judge(pulled, np.array([19, 20, 1, 19])) == [
        "too few customers",
        "within noise",
        "too few customers",
        "too few customers",
    ]


def test_stores_that_are_identical_are_seldom_flagged() -> None:
    """Of 20 stores drawn from one and the same population, 200 times, at most about 5 % are said to differ."""
    random = np.random.default_rng(11)
    counts = random.integers(1, 300, 20)
    flagged = [
        verdict != "within noise"
        for _ in range(200)
        for verdict in judge(pull_means(random.normal(0, np.sqrt(2.0 / counts)), counts, 2.0), np.full(20, 20))
    ]
    assert np.mean(flagged) <= 0.05


def test_a_store_that_is_other_is_found() -> None:
    """A large store far from 19 alike is said to be above; with three customers the same mean is not."""
    means = np.append(np.tile([-0.05, 0.05], 10)[:19], 1.0)
    large = pull_means(means, np.full(20, 400), 1.0)
    small = pull_means(means, np.append(np.full(19, 400), 3), 1.0)
    assert judge(large, np.full(20, 400))[-1] == "above"
    assert small.low[-1] < small.centre
    assert judge(small, np.append(np.full(19, 400), 3))[-1] == "too few customers"


def test_the_correlation_by_hand() -> None:
    """Two stores of ten, eight and two of them in the first segment, come out as reckoned by hand."""
    # sum over both segments of 10 * 0.3^2 twice: 3.6; m (1 - m) summed: 0.5; 3.6 / 0.5 = 7.2
    # 7.2 = (2 - 1) + r * (20 - 200 / 20 - 1) = 1 + 9 r
    parts = np.array([[8, 2], [2, 8]])
    assert within_correlation(parts, np.array([10, 10])) == pytest.approx(6.2 / 9)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([[10, 0], [0, 10]], 1.0),
        ([[5, 5], [10, 10]], 0.0),
        ([[10, 0], [20, 0]], 0.0),
        ([[3, 7]], 0.0),
        ([[1, 0], [0, 1]], 0.0),
    ],
)
def test_the_correlation_at_its_ends(parts: list[list[int]], expected: float) -> None:
    """1 when each store has but one segment, 0 when stores are alike, or when nothing can be told."""
    table = np.array(parts)
    assert within_correlation(table, table.sum(axis=1)) == pytest.approx(expected)


@pytest.mark.parametrize("correlation", [0.01, 0.05, 0.3])
def test_the_correlation_of_simulated_stores_is_found(correlation: float) -> None:
    """Beta-binomial stores of 5 to 200 customers give back the correlation that they were made with."""
    random = np.random.default_rng(3)
    weight = (1 - correlation) / correlation
    counts = random.integers(5, 200, 4_000)
    first = random.binomial(counts, random.beta(0.3 * weight, 0.7 * weight, 4_000))
    found = within_correlation(np.column_stack([first, counts - first]), counts)
    assert found == pytest.approx(correlation, rel=0.1)


def test_the_correlation_of_many_segments_is_found() -> None:
    """Dirichlet-multinomial stores with four segments give back one correlation for all."""
    random = np.random.default_rng(4)
    counts = random.integers(5, 200, 4_000)
    shares = random.dirichlet(9 * np.array([0.4, 0.3, 0.2, 0.1]), 4_000)
    parts = np.array([random.multinomial(count, share) for count, share in zip(counts, shares, strict=True)])
    assert within_correlation(parts, counts) == pytest.approx(0.1, rel=0.1)


def test_the_correlation_of_equal_stores_is_that_of_the_analysis_of_variance() -> None:
    """On many stores of one size the moments agree with the intraclass correlation of a one-way layout."""
    random = np.random.default_rng(5)
    size, stores = 25, 2_000
    first = random.binomial(size, random.beta(2.0, 6.0, stores))
    shares = first / size
    between = size * ((shares - shares.mean()) ** 2).sum() / (stores - 1)
    inside = (size * shares * (1 - shares)).sum() / (stores * (size - 1))
    expected = (between - inside) / (between + (size - 1) * inside)
    parts = np.column_stack([first, size - first])
    assert within_correlation(parts, np.full(stores, size)) == pytest.approx(expected, rel=0.01)


def test_shares_are_pulled_as_the_posterior_beta_distribution() -> None:
    """Estimate and bounds are mean and quantiles of scipy's beta distribution with the chain's weight in customers."""
    parts = np.array([[8, 2], [2, 8], [30, 10]])
    counts = parts.sum(axis=1)
    weight = 1 / within_correlation(parts, counts) - 1
    pulled = pull_shares(parts, counts)
    assert len(pulled) == 2
    for segment, found in enumerate(pulled):
        chain = parts[:, segment].sum() / 60
        posterior = stats.beta(parts[:, segment] + weight * chain, counts - parts[:, segment] + weight * (1 - chain))
        assert found.centre == pytest.approx(chain)
        assert found.estimate == pytest.approx(posterior.mean())
        assert found.low == pytest.approx(posterior.ppf(0.025))
        assert found.high == pytest.approx(posterior.ppf(0.975))


def test_shares_that_are_nearly_none_or_all() -> None:
    """Where stores are pulled by less than a customer, bounds are those of a beta distribution that leans on its end."""
    parts = np.array([[0, 10], [7, 3], [6, 4]])
    counts = parts.sum(axis=1)
    weight = 1 / within_correlation(parts, counts) - 1
    assert 0 < weight < 1
    for segment, found in enumerate(pull_shares(parts, counts)):
        chain = parts[:, segment].sum() / 30
        posterior = stats.beta(parts[:, segment] + weight * chain, counts - parts[:, segment] + weight * (1 - chain))
        assert found.low == pytest.approx(posterior.ppf(0.025))
        assert found.high == pytest.approx(posterior.ppf(0.975))


def test_stores_that_share_nothing_by_hand() -> None:
    """Two customers of one segment here and one of another there: within a store all are alike."""
    # chain 2/3 and 1/3; spread 2 * 2/9 + 1 * 8/9 = 4/3; unit 2 * 2/9 = 4/9; room 3 - 5/3 - 1 = 1/3; (3 - 1) / (1/3) > 1
    assert within_correlation(np.array([[2, 0], [0, 1]]), np.array([2, 1])) == 1.0


PARTS = st.integers(1, 5).flatmap(
    lambda segments: st.lists(
        st.lists(st.integers(0, 200), min_size=segments, max_size=segments).filter(any), min_size=1, max_size=8
    )
)


@settings(max_examples=50)
@given(PARTS)
def test_pulled_shares_are_shares(rows: list[list[int]]) -> None:
    """Pulled shares add up to one in each store, lie between the own and the chain's, and within their interval."""
    parts = np.array(rows)
    counts = parts.sum(axis=1)
    pulled = pull_shares(parts, counts)
    assert sum(one.estimate for one in pulled) == pytest.approx(np.ones(len(parts)))
    for segment, one in enumerate(pulled):
        own = parts[:, segment] / counts
        assert (one.estimate >= np.minimum(own, one.centre) - 1e-9).all()
        assert (one.estimate <= np.maximum(own, one.centre) + 1e-9).all()
        assert (one.low >= 0).all()
        assert (one.high <= 1).all()
        assert (one.low <= one.high).all()
        assert np.isfinite([one.low, one.high, one.estimate]).all()


@settings(max_examples=50)
@given(PARTS, st.integers(0, 100), st.integers(2, 5))
def test_shares_of_fewer_customers_are_pulled_further(rows: list[list[int]], pick: int, times: int) -> None:
    """Of two stores with the same mix the one with fewer customers ends nearer to the chain's."""
    assume(len(rows[0]) > 1)
    row = rows[pick % len(rows)]
    parts = np.array([*rows, [times * one for one in row]])
    for one in pull_shares(parts, parts.sum(axis=1)):
        distance = abs(one.estimate - one.centre)
        assert distance[pick % len(rows)] <= distance[-1] + 1e-9


@settings(max_examples=50)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=5).filter(any), st.lists(st.integers(1, 20), min_size=1))
def test_stores_of_one_mix_are_within_noise(row: list[int], sizes: list[int]) -> None:
    """Stores of any size with the very same mix are the chain, all within noise."""
    parts = np.array([[size * one for one in row] for size in sizes])
    for one in pull_shares(parts, parts.sum(axis=1)):
        assert judge(one, np.full(len(sizes), 20)) == ["within noise"] * len(sizes)
        assert one.estimate == pytest.approx(np.full(len(sizes), one.centre))


def test_a_segment_that_nobody_is_in_is_empty_everywhere() -> None:
    """A segment without customers has the share 0 in every store, for certain."""
    pulled = pull_shares(np.array([[5, 0], [3, 0]]), np.array([5, 3]))[1]
    assert [*pulled.estimate, *pulled.low, *pulled.high, pulled.centre] == [0.0] * 7
    assert judge(pulled, np.array([20, 30])) == ["within noise"] * 2


def test_shares_of_identical_stores_are_seldom_flagged() -> None:
    """Of 20 stores with one and the same true mix, 200 times, at most about 5 % of shares are said to differ."""
    random = np.random.default_rng(12)
    counts = random.integers(5, 300, 20)
    flagged = [
        verdict != "within noise"
        for _ in range(200)
        for one in pull_shares(np.array([random.multinomial(n, [0.1, 0.3, 0.6]) for n in counts]), counts)
        for verdict in judge(one, np.full(20, 20))
    ]
    assert np.mean(flagged) <= 0.05


def test_wilson_s_published_interval() -> None:
    """15 of 50 give 19.1 % to 43.8 %."""
    assert wilson(15, 50) == pytest.approx((0.191, 0.438), abs=0.0005)


@pytest.mark.parametrize(("part", "whole"), [(0, 10), (10, 10)])
def test_wilson_at_its_ends(part: int, whole: int) -> None:
    """None and all of ten reach 0 and 1 exactly, and z^2 / (n + z^2) inward."""
    inward = Z**2 / (whole + Z**2)
    expected = (0.0, inward) if part == 0 else (1 - inward, 1.0)
    assert wilson(part, whole) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=50)
@given(st.integers(1, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_wilson_inverts_the_score_test(counted: tuple[int, int]) -> None:
    """At both ends of the interval the share lies z standard errors away, the error taken at that end (Wilson 1927)."""
    part, whole = counted
    low, high = wilson(part, whole)
    for end in (low, high):
        assert (part / whole - end) ** 2 == pytest.approx(Z**2 * end * (1 - end) / whole, abs=1e-12)
    assert 0 <= low <= part / whole + 1e-12
    assert part / whole - 1e-12 <= high <= 1
