"""Customers drawn anew must be ranked, scaled, divided and compared as a plain reading of the method does it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from reportgen.config.options import SegmentOptions
from reportgen.config.values import ClusterRange
from reportgen.segments.features import fit_scaler, scale_customers
from reportgen.segments.trust.bootstrap import Redraws, find_like, measure_jaccard, measure_kept
from tests.segments.trust.shops import customers_of, make_skewed

LABELS = st.lists(st.integers(0, 3), min_size=6, max_size=40)


def naive_jaccard(labels: list[int], found: list[int], drawn: list[int]) -> list[float]:
    """Compare each cluster with every other one as sets of the customers drawn."""
    seen = [who for who, times in enumerate(drawn) if times]
    others = [{who for who in seen if found[who] == other} for other in sorted(set(found))]
    best = []
    for cluster in range(max(labels) + 1):
        mine = {who for who in seen if labels[who] == cluster}
        best.append(max((len(mine & other) / len(mine | other) for other in others if mine | other), default=0.0))
    return best


@given(st.data())
def test_jaccard_is_that_of_sets(data: st.DataObject) -> None:
    """The coefficient is that of a plain comparison of sets, each customer drawn counted once."""
    labels = data.draw(LABELS)
    same = st.lists(st.integers(0, 3), min_size=len(labels), max_size=len(labels))
    found, drawn = data.draw(same), data.draw(same)
    measured = measure_jaccard(np.array(labels), np.array(found), np.array(drawn))
    assert measured == pytest.approx(naive_jaccard(labels, found, drawn))


@pytest.mark.parametrize("normalise", ["rank", "log", "zscore"])
@pytest.mark.parametrize("ties", ["average", "first"])
def test_a_draw_is_scaled_as_the_drawn_would_be(normalise: str, ties: str) -> None:
    """Who is drawn is placed as if the drawn, twice where drawn twice, were all the customers of a shop."""
    frame = make_skewed(1, 200)
    options = SegmentOptions.model_validate({"normalise": normalise, "ties": ties})
    redraws = Redraws(frame, options)
    weights = redraws.draw(3)
    drawn = frame.loc[np.repeat(np.arange(200), weights)].reset_index(drop=True)
    expected = pd.DataFrame(scale_customers(customers_of(drawn), fit_scaler(customers_of(drawn), options)).matrix)
    middles = expected.groupby(np.repeat(np.arange(200), weights)).mean().to_numpy()
    blur = 1e-3 if (normalise, ties) == ("rank", "first") else 1e-9  # copies of one share a rank, and so vary less
    assert redraws.scale(weights)[weights > 0] == pytest.approx(middles, abs=blur)


def test_draws_are_what_they_say() -> None:
    """A draw holds as many customers as there are; the same number is the same draw, another is another."""
    redraws = Redraws(make_skewed(1, 300), SegmentOptions())
    first, again, other = redraws.draw(0), redraws.draw(0), redraws.draw(1)
    assert first.sum() == other.sum() == 300
    assert (first == again).all()
    assert (first != other).any()


def test_stability_is_that_of_a_naive_implementation() -> None:
    """Mean coefficients are within 0.02 of a plain bootstrap that copies the drawn and fits from ten starts."""
    frame, k, draws = make_skewed(4, 500), 4, 40
    options = SegmentOptions(n_clusters=ClusterRange(k, k))
    matrix = scale_customers(customers_of(frame), fit_scaler(customers_of(frame), options)).matrix
    labels = KMeans(k, n_init=10, random_state=0).fit(matrix).labels_
    naive = []
    for number in range(draws):
        who = np.sort(np.random.default_rng([7, number]).integers(0, 500, 500))
        ranks = frame.loc[who, list(options.features)].rank()
        scaled = ((ranks - ranks.mean()) / ranks.std()).to_numpy()
        found = np.full(500, 0)
        found[who] = KMeans(k, n_init=10, random_state=0).fit(scaled).labels_
        naive.append(naive_jaccard(labels.tolist(), found.tolist(), np.bincount(who, minlength=500).tolist()))
    ours = [measure_jaccard(labels, found, drawn) for found, drawn in Redraws(frame, options).divide(k, draws)]
    error = np.std(naive, axis=0) * np.sqrt(2 / draws)  # of two means of as many draws
    assert (abs(np.mean(ours, axis=0) - np.mean(naive, axis=0)) < 0.02 + 2 * error).all()


def test_the_most_alike_is_found_whatever_it_is_called() -> None:
    """Of 0: {a, b, c} and 1: {d, e}, the first is most like 1: {a, b}, the second most like 0: {c, d, e}."""
    labels, found = np.array([0, 0, 0, 1, 1]), np.array([1, 1, 0, 0, 0])
    assert find_like(labels, found).tolist() == [1, 0]


def test_how_often_a_customer_is_kept_is_counted_by_hand() -> None:
    """The third customer goes with the others in one of two draws; clusters may be called otherwise in each."""
    labels = np.array([0, 0, 0, 1, 1])
    draws = [np.array([1, 1, 0, 0, 0]), np.array([0, 0, 0, 1, 1])]
    assert measure_kept(labels, draws).tolist() == [1.0, 1.0, 0.5, 1.0, 1.0]
