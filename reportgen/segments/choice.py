"""Chooses the number of segments by a stated rule, with the elbow as second opinion."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np

from reportgen.config.options import SegmentOptions
from reportgen.config.values import MAX_CLUSTERS, MIN_CLUSTERS
from reportgen.model.segments import Choice, ChoiceLimit, Features, Fit
from reportgen.segments.clusters import fit_clusters
from reportgen.segments.silhouettes import EXACT_UP_TO, measure_silhouettes

NEAR_BEST = 0.02
_SAME = 6
"""Decimals, in standard deviations, to which customers are told apart: k-means does not see finer differences."""


def choose_n_clusters(features: Features, options: SegmentOptions) -> tuple[Choice, dict[int, Fit]]:
    """Choose the number of segments.

    The silhouette coefficient (Rousseeuw 1987) decides over the configured range; the elbow of the inertia over 2 to 10
    (kneedle, Satopaa et al. 2011) is computed beside it. By default the smallest number whose silhouette is within 0.02
    of the best is taken, because the strict maximum moves with details such as how ties are ranked.

    Parameters
    ----------
    features : Features
        Of all customers.
    options : SegmentOptions
        `n_clusters`, `choose_by`, `random_state`, `min_customers`.

    Returns
    -------
    choice : Choice
        The number and what spoke for it.
    fits : dict
        What k-means found, by number of segments, for every number that was fitted.
    """
    n_customers, distinct = len(features.matrix), replace(features, matrix=features.matrix.round(_SAME)).distinct
    if n_customers < options.min_customers:
        return _undivided(features, ChoiceLimit("too_few_customers", n_customers, options.min_customers))
    if distinct < MIN_CLUSTERS:
        return _undivided(features, ChoiceLimit("all_equal", distinct, MIN_CLUSTERS))
    first, last = (min(k, distinct) for k in options.n_clusters)
    fits = {k: fit_clusters(features, k, options.random_state) for k in _numbers_to_fit(options, first, last, distinct)}
    inertia = {k: round(fit.inertia, 1) for k, fit in fits.items()}
    asked = {k: fits[k].labels for k in range(first, last + 1)}
    silhouette = {k: round(value, 4) for k, value in measure_silhouettes(features, asked, options.random_state).items()}
    elbow = find_elbow(inertia)
    wanted = options.n_clusters
    choice = Choice(
        n_clusters=pick(silhouette, elbow, options.choose_by) if first < last else first,
        chosen_by="fixed" if first == last else options.choose_by,
        silhouette=silhouette,
        inertia=inertia,
        best_silhouette_at=max(silhouette, key=lambda k: (silhouette[k], -k)) if silhouette else None,
        elbow_at=elbow,
        silhouette_sample=EXACT_UP_TO if n_customers > EXACT_UP_TO else None,
        limit=ChoiceLimit("few_groups", distinct, wanted.last) if distinct < wanted.last else None,
    )
    return choice, fits


def _undivided(features: Features, limit: ChoiceLimit) -> tuple[Choice, dict[int, Fit]]:
    choice = Choice(1, "undivided", {}, {}, None, None, None, limit)
    n_customers, n_features = features.matrix.shape
    return choice, {1: Fit(np.zeros(n_customers, dtype=np.int64), np.zeros((1, n_features)), 0.0)}


def _numbers_to_fit(options: SegmentOptions, first: int, last: int, distinct: int) -> range:
    if options.n_clusters.is_fixed:
        return range(first, last + 1)
    return range(MIN_CLUSTERS, min(MAX_CLUSTERS, distinct) + 1)


def pick(silhouette: dict[int, float], elbow: int | None, choose_by: str) -> int:
    """Pick a number by rule.

    Parameters
    ----------
    silhouette : dict
        By number of segments; not empty.
    elbow : int or None
        Counts only if it is one of these numbers.
    choose_by : {'smallest_near_best', 'silhouette', 'elbow'}
        The rule; `elbow` falls back to `smallest_near_best` where there is no elbow in the range.
    """
    best = max(silhouette.values())
    if choose_by == "silhouette":
        return min(k for k, value in silhouette.items() if value == best)
    if choose_by == "elbow" and elbow in silhouette:
        return elbow
    return min(k for k, value in silhouette.items() if value >= best - NEAR_BEST - 1e-9)


def find_elbow(inertia: dict[int, float]) -> int | None:
    """Return the elbow of a falling curve, or None when it has none (or fewer than three points)."""
    from kneed import KneeLocator  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    if len(inertia) < 3:
        return None
    numbers = sorted(inertia)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # kneed warns where it finds none, which is an answer
        elbow = KneeLocator(numbers, [inertia[k] for k in numbers], curve="convex", direction="decreasing").elbow
    return None if elbow is None else int(elbow)
