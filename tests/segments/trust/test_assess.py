"""Groups that exist must be called so, and a cut through a cloud never, however often it comes back."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from reportgen import columns as c
from reportgen.config.options import SegmentOptions
from reportgen.config.values import ClusterRange
from reportgen.model.trust import Stability, Trust, trust_of
from reportgen.segments.choice import choose_n_clusters
from reportgen.segments.clusters import number_segments
from reportgen.segments.features import fit_scaler, scale_customers
from reportgen.segments.trust import assess as module
from reportgen.segments.trust.assess import Assessment, Division, assess, decide
from tests.segments.trust.shops import (
    customers_of,
    make_box,
    make_four_groups,
    make_groups,
    make_shop,
    make_shuffled,
    make_skewed,
    make_two,
)

SEEDS = int(os.environ.get("REPORTGEN_SEEDS", "2"))
"""Shops of each kind; `benchmarks` asks for twenty."""
DRAWS = 20


def divide(frame: pd.DataFrame, first: int = 4, last: int = 8) -> tuple[Division, SegmentOptions]:
    """Divide customers into as many segments as the rule picks."""
    options, customers = SegmentOptions(n_clusters=ClusterRange(first, last)), customers_of(frame)
    features = scale_customers(customers, fit_scaler(customers, options))
    choice, fits = choose_n_clusters(features, options)
    labels = number_segments(features, fits[choice.n_clusters].labels, frame[c.TOTAL_SALES].to_numpy()).labels - 1
    return Division(customers, features, labels, choice, fits), options


def judge(frame: pd.DataFrame, first: int = 4, last: int = 8) -> Assessment:
    """Divide customers and assess the division."""
    return assess(*divide(frame, first, last), DRAWS)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_cloud_is_natural(groupless: Callable[[int], pd.DataFrame], seed: int) -> None:
    """A box, a normal cloud, a log-normal shop and shuffled customers have no groups, and the verdict says why."""
    assessment = judge(groupless(seed))
    assert assessment.verdict.kind != "natural"
    assert {"no_gaps", "like_made_up", "dissolves"} & set(assessment.verdict.reasons)


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize(("make", "number"), [(make_two, 2), (make_four_groups, 4)])
def test_groups_well_apart_are_natural(make: Callable[[int], pd.DataFrame], number: int, seed: int) -> None:
    """Two and four groups are found, as many as there are, each stable, and called natural."""
    assessment = judge(make(seed), 2)
    assert assessment.verdict.kind == "natural"
    assert assessment.verdict.reasons == ("gaps", "unlike_made_up", "comes_back")
    assert len(assessment.stability) == number
    assert all(trust_of(stability) == "firm" for stability in assessment.stability)
    assert assessment.votes is not None
    assert assessment.votes.numbers["gap"] in (1, number)  # the rule stops early where the gap first falls


def test_a_cut_that_comes_back_is_no_group() -> None:
    """A log-normal shop is cut alike again and again: reproducible, with the stability told, and no gap."""
    verdict = judge(make_skewed(1)).verdict
    assert verdict.kind == "reproducible"
    assert verdict.valley > 0.8
    assert verdict.made_up_silhouettes[0] <= verdict.made_up_silhouettes[1]


def test_shuffled_customers_dissolve() -> None:
    """Columns that have nothing to do with one another are cut otherwise each time."""
    assessment = judge(make_shuffled(1))
    assert assessment.verdict.kind == "constructed"
    assert min(each.jaccard for each in assessment.stability) < 0.75


def test_groups_cut_in_two_are_not_natural() -> None:
    """Four segments out of two groups: between halves of one group there is no gap."""
    assert judge(make_two(1), 4, 4).verdict.kind != "natural"


@pytest.mark.parametrize(
    ("gaps", "unlike", "least", "kind"),
    [
        (True, True, 0.85, "natural"),
        (True, True, 0.84, "reproducible"),
        (False, True, 0.99, "reproducible"),
        (True, False, 0.99, "reproducible"),
        (True, True, 0.75, "reproducible"),
        (True, True, 0.74, "constructed"),
    ],
)
def test_the_outcome_follows_from_three_things(gaps: bool, unlike: bool, least: float, kind: str) -> None:
    """Natural takes gaps, a silhouette that no made-up shop has, and high stability; stability alone proves nothing."""
    found, reasons = decide(has_gaps=gaps, is_unlike=unlike, least=least)
    assert found == kind
    assert len(reasons) == 3


@pytest.mark.parametrize(
    ("jaccard", "trust"),
    [
        (0.85, "firm"),
        (0.8451, "firm"),
        (0.845, "fair"),
        (0.7451, "fair"),
        (0.745, "doubtful"),
        (0.595, "doubtful"),
        (0.5949, "do_not_act"),
    ],
)
def test_trust_follows_the_bands(jaccard: float, trust: Trust) -> None:
    """Firm from 85 %, fair from 75, doubtful from 60 (Hennig 2007), rounded as printed; below not to be acted on."""
    assert trust_of(Stability(jaccard, 0.0)) == trust


def test_an_assessment_is_the_same_each_time() -> None:
    """Everything drawn follows from the seed."""
    division, options = divide(make_box(3, 300))
    first, again = (assess(division, options, 5) for _ in range(2))
    assert first.kept is not None and again.kept is not None
    assert first.kept.tolist() == again.kept.tolist()
    assert replace(first, kept=None) == replace(again, kept=None)


def test_many_customers_are_tried_on_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the bound a sample of each segment is tried, its size is told, and groups are found all the same."""
    monkeypatch.setattr(module, "SAMPLE", 400)
    verdict = judge(make_four_groups(2), 2).verdict
    assert (verdict.kind, verdict.sample) == ("natural", 400)


def test_a_segment_of_one_customer_is_tried_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """One customer far from all others is a segment of their own, also in a sample."""
    monkeypatch.setattr(module, "SAMPLE", 200)
    frame = make_box(1, 400)
    frame.loc[0, [c.TOTAL_SALES, c.ORDER_COUNT, c.AVG_ORDER_VALUE]] = [5e7, 1_000.0, 5e4]
    labels = np.where(np.arange(400) == 0, 0, 1 + (frame[c.ORDER_COUNT] > 20).to_numpy())
    division, options = divide(frame, 4, 4)
    alone = replace(division, labels=labels)
    assessment = assess(alone, options, 5)
    assert len(assessment.stability) == 3
    assert assessment.verdict.kind != "natural"


def test_fewer_different_customers_than_segments_are_no_fault() -> None:
    """Customers who differ in one habit with four values are assessed without a warning."""
    frame = make_shop(np.repeat([1, 2, 3, 9], 20), np.full(80, 10.0))
    options = SegmentOptions(features=("order_count",), n_clusters=ClusterRange(4, 4))
    features = scale_customers(customers_of(frame), fit_scaler(customers_of(frame), options))
    choice, fits = choose_n_clusters(features, options)
    division = Division(customers_of(frame), features, fits[choice.n_clusters].labels, choice, fits)
    assert len(assess(division, options, 5).stability) == choice.n_clusters


def test_borders_of_an_earlier_model_have_no_votes() -> None:
    """Who kept an earlier model did not choose a number anew; the segments are tried all the same."""
    division, options = divide(make_box(3, 300), 4, 4)
    kept = Division(division.customers, division.features, division.labels, division.choice, {})
    assessment = assess(kept, options, 5)
    assert assessment.votes is None
    assert len(assessment.stability) == 4


def test_who_has_no_choice_has_no_vote() -> None:
    """Where one number alone was tried, no witness is for it."""
    votes = judge(make_four_groups(1), 4, 4).votes
    assert votes is not None
    assert votes.numbers == {}


@pytest.mark.parametrize("size", [30, 40, 90])
def test_few_customers_are_assessed_too(size: int) -> None:
    """However few there are, there is a verdict and no warning."""
    assessment = judge(make_groups(1, [(1, 3.5), (3, 5)], size), 2, 4)
    assert 0 <= min(each.low for each in assessment.stability) <= 1
    assert np.isfinite(assessment.verdict.silhouette)
