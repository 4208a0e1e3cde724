"""Puts the evidence together: what each witness says of the number of segments, how stable each is, the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from reportgen.config.options import SegmentOptions
from reportgen.model.customers import Customers
from reportgen.model.segments import Choice, Features, Fit
from reportgen.model.trust import (
    BORDER,
    GAP,
    HIGHLY_STABLE,
    VALID,
    Reason,
    Silhouettes,
    Stability,
    Verdict,
    VerdictKind,
    Votes,
    Witness,
    in_percent,
)
from reportgen.segments.clusters import fit_from, fit_many, fit_weighted
from reportgen.segments.features import fit_scaler, scale_customers
from reportgen.segments.one_thread import in_one_thread
from reportgen.segments.silhouettes import measure_each, measure_silhouettes, pick_in_proportion
from reportgen.segments.trust.bootstrap import STARTS, Redraws, measure_jaccard, measure_kept
from reportgen.segments.trust.gap import measure_gap
from reportgen.segments.trust.nulls import MadeUp
from reportgen.segments.trust.separation import find_valleys, place_habits

SAMPLE = 10_000
"""Customers that are tried at most; with more, segments are at least as stable as these say."""
MADE_UP = 19
"""Shops made up without groups: a real one looks like none of them by chance once in twenty times."""
MADE_UP_CUSTOMERS = 1_000
AGREEING_DRAWS = 10
"""Draws whose solutions are held against one another, for each number of segments."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """How far a division can be trusted.

    Attributes
    ----------
    verdict : Verdict
        The outcome.
    votes : Votes or None
        What each witness says of the number; None for the borders of an earlier model, which nobody chose anew.
    stability : tuple of Stability
        By segment.
    silhouettes : tuple of Silhouettes
        By segment.
    kept : ndarray of shape (n_customers,), optional
        Share of draws that keep each customer in their segment (0..1); None where segments were given up.
    """

    verdict: Verdict
    votes: Votes | None
    stability: tuple[Stability, ...]
    silhouettes: tuple[Silhouettes, ...]
    kept: np.ndarray | None

    @property
    def on_border(self) -> np.ndarray | None:
        """Mark the customers whom too few draws keep in their segment, shape (n_customers,)."""
        return None if self.kept is None else self.kept < BORDER


@dataclass(frozen=True, eq=False, slots=True)
class Division:
    """A division of customers that is to be assessed.

    Attributes
    ----------
    customers : Customers
        All of them.
    features : Features
        Of all of them.
    labels : numpy.ndarray of shape (n_customers,)
        Segments, 0-based, none empty.
    choice : Choice
        How their number was chosen.
    fits : mapping
        What k-means found, by number; empty for the borders of an earlier model.
    """

    customers: Customers
    features: Features
    labels: np.ndarray
    choice: Choice
    fits: Mapping[int, Fit]


@in_one_thread()
def assess(division: Division, options: SegmentOptions, draws: int) -> Assessment:
    """Assess how far a division into at least two segments can be trusted.

    Parameters
    ----------
    division : Division
        What is to be assessed.
    options : SegmentOptions
        How it was made.
    draws : int
        Bootstrap draws, from 1.

    Notes
    -----
    Natural are segments with a gap between all neighbours, a silhouette above that of all shops made up without
    groups, and high stability of each: stability alone proves nothing, for a cut through a smooth cloud comes back as
    well. Reproducible are others that are all stable. More than `SAMPLE` customers are tried on a sample of them.
    """
    tried = _take_sample(division, options.random_state)
    redraws = Redraws(tried.customers.frame, options)
    number = int(tried.labels.max()) + 1
    found = [*redraws.divide(number, draws)]
    coefficients = np.array([measure_jaccard(tried.labels, labels, weights) for labels, weights in found])
    kept = _spread(measure_kept(tried.labels, [labels for labels, _ in found]), tried, division)
    on_border = np.bincount(division.labels, weights=kept < BORDER, minlength=number)
    stability = tuple(
        Stability(round(float(column.mean()), 4), round(float(np.quantile(column, 0.05)), 4), int(border))
        for column, border in zip(coefficients.T, on_border, strict=True)
    )
    votes = None
    if tried.fits:
        few = min(draws, AGREEING_DRAWS)
        rand = {number: _agree([labels for labels, _ in found[:few]])}
        for k in tried.choice.silhouette:
            if k != number:
                rand[k] = _agree([labels for labels, _ in redraws.divide(k, few, starts=1)])
        votes = _vote(tried, dict(sorted(rand.items())), options.random_state)
    sample = None if tried is division else SAMPLE
    verdict = _reach_verdict(tried, stability, options, draws, sample)
    return Assessment(verdict, votes, stability, _profile_silhouettes(tried, options.random_state), kept)


def _spread(kept: np.ndarray, tried: Division, division: Division) -> np.ndarray:
    """Give customers who are not in the sample what the one most like them of their segment has."""
    if tried is division:
        return kept
    from scipy.spatial import KDTree  # noqa: PLC0415 - as below

    spread = np.empty(len(division.labels))
    for number in range(int(division.labels.max()) + 1):
        mine, ours = division.labels == number, tried.labels == number
        nearest = KDTree(tried.features.matrix[ours]).query(division.features.matrix[mine])[1]
        spread[mine] = kept[ours][nearest]
    return spread


def _profile_silhouettes(tried: Division, random_state: int) -> tuple[Silhouettes, ...]:
    number = int(tried.labels.max()) + 1
    fit = tried.fits.get(number)
    if fit is not None and fit.silhouettes is not None and len(fit.silhouettes) == len(tried.labels):
        values = fit.silhouettes
    else:
        values = measure_each(tried.features, {number: tried.labels}, random_state)[number]
    profiles = []
    for each in range(number):
        mine = values[(tried.labels == each) & ~np.isnan(values)]
        quantiles = np.quantile(mine, np.linspace(0, 1, 21)).round(3)
        mean, below = round(float(mine.mean()), 4), round(float((mine < 0).mean()), 6)
        profiles.append(Silhouettes(mean, below, tuple(quantiles.tolist())))
    return tuple(profiles)


def _take_sample(division: Division, random_state: int) -> Division:
    """Take at most `SAMPLE` customers, those of each segment in proportion."""
    picked = pick_in_proportion(division.labels, SAMPLE, random_state)
    if len(picked) == len(division.labels):
        return division
    frame = division.customers.frame.iloc[picked].reset_index(drop=True)
    matrix = division.features.matrix[picked]
    with fit_many():
        fits = {k: fit_from(matrix, fit.centers) for k, fit in division.fits.items() if k > 1}
    return Division(
        Customers(frame, division.customers.orders),
        replace(division.features, matrix=matrix),
        division.labels[picked],
        division.choice,
        fits,
    )


def _agree(found: list[np.ndarray]) -> float:
    """Return the mean adjusted Rand index of each draw's solution with the next."""
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    if len(found) < 2:
        return 1.0
    return round(float(np.mean([adjusted_rand_score(first, second) for first, second in pairwise(found)])), 4)


def _vote(tried: Division, rand: dict[int, float], random_state: int) -> Votes:
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score  # noqa: PLC0415 - as above

    matrix = tried.features.matrix
    found = {k: len(np.unique(tried.fits[k].labels)) for k in tried.choice.silhouette if k in tried.fits}
    asked = [k for k, clusters in found.items() if 1 < clusters < len(matrix)]
    gap = measure_gap(matrix, tried.fits, random_state)
    between = {k: round(float(calinski_harabasz_score(matrix, tried.fits[k].labels)), 1) for k in asked}
    alike = {k: round(float(davies_bouldin_score(matrix, tried.fits[k].labels)), 4) for k in asked}
    numbers: dict[Witness, int | None] = {}
    if len(asked) > 1:  # whoever has no choice has no opinion
        numbers["silhouette"] = tried.choice.best_silhouette_at
        numbers["calinski_harabasz"] = max(between, key=lambda k: (between[k], -k))
        numbers["davies_bouldin"] = min(alike, key=lambda k: (alike[k], k))
        numbers["stability"] = max(rand, key=lambda k: (rand[k], -k))
    if len(tried.choice.inertia) > 2:
        numbers["elbow"] = tried.choice.elbow_at
    if len(gap.gap) > 2:
        numbers["gap"] = gap.n_clusters
    gaps, errors = ({k: round(value, 4) for k, value in each.items()} for each in (gap.gap, gap.error))
    return Votes(gaps, errors, between, alike, rand, numbers)


def _reach_verdict(
    tried: Division, stability: tuple[Stability, ...], options: SegmentOptions, draws: int, sample: int | None
) -> Verdict:
    random_state, number = options.random_state, len(stability)
    valley = find_valleys(place_habits(tried.customers.frame, options.features, random_state), tried.labels)[0]
    silhouette = tried.choice.silhouette.get(number) if sample is None else None
    if silhouette is None:
        silhouette = measure_silhouettes(tried.features, {number: tried.labels}, random_state).get(number, 0.0)
    made_up = MadeUp(tried.customers.frame, random_state)
    size = min(len(tried.labels), MADE_UP_CUSTOMERS)
    with fit_many():
        looked = [_look_at(made_up.make(each, size), options, number) for each in range(MADE_UP)]
    silhouettes, valleys = zip(*looked, strict=True)
    least = in_percent(min(each.jaccard for each in stability))
    has_gaps = valley.depth <= min(GAP, *valleys)
    is_unlike = in_percent(silhouette) > in_percent(max(silhouettes))
    kind, reasons = decide(has_gaps=has_gaps, is_unlike=is_unlike, least=least)
    return Verdict(
        kind=kind,
        reasons=reasons,
        valley=round(valley.depth, 4),
        between=(valley.between[0] + 1, valley.between[1] + 1),
        silhouette=round(silhouette, 4),
        made_up=MADE_UP,
        made_up_silhouettes=(round(min(silhouettes), 4), round(max(silhouettes), 4)),
        made_up_valley=round(min(valleys), 4),
        draws=draws,
        sample=sample,
    )


def decide(*, has_gaps: bool, is_unlike: bool, least: float) -> tuple[VerdictKind, tuple[Reason, ...]]:
    """Decide on the outcome.

    Parameters
    ----------
    has_gaps : bool
        Whether there is a gap between all neighbours, clearer than in any shop made up without groups.
    is_unlike : bool
        Whether the silhouette is above that of all of those.
    least : float
        Stability of the least stable segment, in whole per cent.
    """
    apart: Reason = "gaps" if has_gaps else "no_gaps"
    unlike: Reason = "unlike_made_up" if is_unlike else "like_made_up"
    if least < VALID:
        return "constructed", ("dissolves", apart, unlike)
    back: Reason = "comes_back" if least >= HIGHLY_STABLE else "moves"
    if has_gaps and is_unlike and back == "comes_back":
        return "natural", (apart, unlike, back)
    return "reproducible", (back, apart, unlike)


def _look_at(frame: pd.DataFrame, options: SegmentOptions, number: int) -> tuple[float, float]:
    """Divide made-up customers in the same way; return the silhouette, and the depth of the shallowest valley."""
    customers = Customers(frame, len(frame))
    features = scale_customers(customers, fit_scaler(customers, options))
    fit = fit_weighted(features.matrix, None, number, STARTS, options.random_state)
    labels = np.unique(fit.labels, return_inverse=True)[1]
    silhouette = measure_silhouettes(features, {number: labels}, options.random_state).get(number, 0.0)
    valleys = find_valleys(place_habits(frame, options.features, options.random_state), labels)
    return silhouette, valleys[0].depth if valleys else 1.0
