"""Chooses the number of segments by a stated rule, with the elbow as second opinion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from reportgen.config.options import SegmentOptions
from reportgen.config.values import MAX_CLUSTERS, MIN_CLUSTERS
from reportgen.model.segments import Choice, ChoiceLimit, Features, Fit
from reportgen.segments.clusters import fit_clusters, refit_clusters
from reportgen.segments.silhouettes import EXACT_UP_TO, measure_each

NEAR_BEST = 0.02
LASTING = 3
"""Reports in a row in which another number must be clearly better before the number of segments changes."""
SLACK = 0.2
"""How far the customers may be from what a division, or a number of segments, needs for one that is there to stay."""
_AS_GOOD = 1.01
"""What a fit from earlier segments may have of the inertia of a new start, at most, to be taken."""
_SAME = 6
"""Decimals, in standard deviations, to which customers are told apart: k-means does not see finer differences."""


@dataclass(frozen=True, eq=False, slots=True)
class Start:
    """The division of the previous report, which this one begins from.

    Attributes
    ----------
    centers : numpy.ndarray of shape (k, n_features)
        Means of today's customers by the earlier segment that each is nearest to, on today's scale.
    outdone_for : int
        Reports in a row, the previous one the last, in which another number of segments was clearly better.
    """

    centers: np.ndarray
    outdone_for: int = 0


def choose_n_clusters(
    features: Features, options: SegmentOptions, start: Start | None = None
) -> tuple[Choice, dict[int, Fit]]:
    """Choose the number of segments.

    The silhouette coefficient (Rousseeuw 1987) decides over the range, by default for the smallest number within 0.02
    of the best: the strict maximum moves with details such as ties. The elbow (Satopaa et al. 2011) stands beside it.
    The number of the previous report stays unless another is clearly and lastingly better: its silhouette more than
    0.02 above (or the elbow elsewhere, where that decides) in three reports in a row. A range is cut to one segment for
    each `customers_per_segment` customers, but not below two.

    Parameters
    ----------
    features : Features
        Of all customers.
    options : SegmentOptions
        All but `model` and `names`.
    start : Start, optional
        The division of the previous report.

    Returns
    -------
    choice : Choice
    fits : dict
        What k-means found, by number: with as many segments as before from those, unless a new start is clearly better.
    """
    n_customers, distinct = len(features.matrix), replace(features, matrix=features.matrix.round(_SAME)).distinct
    if n_customers < options.min_customers:
        return undivided(features, ChoiceLimit("too_few_customers", n_customers, options.min_customers))
    if distinct < MIN_CLUSTERS:
        return undivided(features, ChoiceLimit("all_equal", distinct, MIN_CLUSTERS))
    first, last, limit = cut_range(options, n_customers, distinct, start)
    fits = _fit_all(features, _numbers_to_fit(options, first, last, distinct), options.random_state, start)
    inertia = {k: round(fit.inertia, 1) for k, fit in fits.items()}
    silhouette = _measure(features, fits, range(first, last + 1), options.random_state)
    elbow = find_elbow(inertia)
    number, chosen_by, outdone_for = _take_number(first, silhouette, elbow, options.choose_by, start)
    choice = Choice(
        n_clusters=number,
        chosen_by=chosen_by,
        silhouette=silhouette,
        inertia=inertia,
        best_silhouette_at=max(silhouette, key=lambda k: (silhouette[k], -k)) if silhouette else None,
        elbow_at=elbow,
        silhouette_sample=EXACT_UP_TO if n_customers > EXACT_UP_TO else None,
        limit=limit,
        outdone_for=outdone_for,
    )
    return choice, fits


def _measure(features: Features, fits: dict[int, Fit], numbers: Sequence[int], random_state: int) -> dict[int, float]:
    """Measure the silhouette of each number, and leave with its fit those of its customers."""
    values = measure_each(features, {k: fits[k].labels for k in numbers}, random_state)
    fits |= {k: replace(fits[k], silhouettes=each) for k, each in values.items()}
    return {k: round(float(np.nanmean(each)), 4) for k, each in values.items()}


def _fit_all(features: Features, numbers: Sequence[int], random_state: int, start: Start | None) -> dict[int, Fit]:
    """Fit k-means for each number; for that of the previous report from its segments, where that is as good."""
    fits = {k: fit_clusters(features, k, random_state) for k in numbers}
    before = 0 if start is None else len(start.centers)
    if start is not None and before in fits:
        warm = refit_clusters(features, start.centers)
        if warm.inertia <= _AS_GOOD * fits[before].inertia and len(np.unique(warm.labels)) == before:
            fits[before] = warm
    return fits


class _Taken(NamedTuple):
    """The number taken, what chose it, and for how many reports another has been clearly better."""

    number: int
    by: str
    outdone_for: int = 0


def _take_number(
    first: int, silhouette: dict[int, float], elbow: int | None, choose_by: str, start: Start | None
) -> _Taken:
    if len(silhouette) < 2:
        return _Taken(first, "fixed")
    picked, before = pick(silhouette, elbow, choose_by), 0 if start is None else len(start.centers)
    if start is None or before not in silhouette or picked == before:
        return _Taken(picked, choose_by)
    outdone_for = start.outdone_for + 1 if is_outdone(before, picked, silhouette, choose_by) else 0
    return _Taken(before, "stays", outdone_for) if outdone_for < LASTING else _Taken(picked, choose_by)


def is_outdone(before: int, picked: int, silhouette: Mapping[int, float], choose_by: str) -> bool:
    """Tell whether another number of segments is clearly better than the one of the previous report.

    Parameters
    ----------
    before, picked : int
        The number of the previous report, and what the rule picks today.
    silhouette : mapping
        By number of segments; holds both.
    choose_by : {'smallest_near_best', 'silhouette', 'elbow'}
        The rule.
    """
    if choose_by == "elbow":
        return picked != before
    return max(silhouette.values()) - silhouette[before] > NEAR_BEST + 1e-9


def cut_range(
    options: SegmentOptions, n_customers: int, distinct: int, start: Start | None
) -> tuple[int, int, ChoiceLimit | None]:
    """Cut the range of numbers to what the customers allow; a number that is there may stay a little beyond it.

    Parameters
    ----------
    options : SegmentOptions
        `n_clusters` and `customers_per_segment`.
    n_customers, distinct : int
        Customers, and how many of them are different at all.
    start : Start or None
        The division of the previous report.

    Returns
    -------
    tuple of (int, int, ChoiceLimit or None)
        The least and the greatest number, and what kept them below what was asked for.
    """
    wanted, per = options.n_clusters, options.customers_per_segment
    few = ChoiceLimit("few_groups", distinct, wanted.last) if distinct < wanted.last else None
    if wanted.is_fixed or n_customers >= per * wanted.last:
        return min(wanted.first, distinct), min(wanted.last, distinct), few
    most = max(MIN_CLUSTERS, n_customers // per)
    if start is not None:
        before = len(start.centers)
        is_shrinking = most < before <= wanted.last and n_customers >= (1 - SLACK) * per * before
        is_growing = before < most <= wanted.first and n_customers < (1 + SLACK) * per * most
        most = before if is_shrinking or is_growing else most
    most = min(most, distinct)
    limit = few if few is not None and distinct <= most else ChoiceLimit("small_groups", n_customers, per * wanted.last)
    return min(wanted.first, most), min(wanted.last, most), limit


def undivided(features: Features, limit: ChoiceLimit) -> tuple[Choice, dict[int, Fit]]:
    """Leave all customers in one segment."""
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
    """Find the elbow of a falling curve by kneedle (Satopaa et al. 2011), with a sensitivity of 1.

    Both axes are stretched to 0..1; the elbow is the first place where the fall has run farther ahead of an even one
    than beside it, if it then falls back by more than the mean step before it runs ahead again.

    Parameters
    ----------
    inertia : dict
        By number of segments.

    Returns
    -------
    int or None
        None where the curve has no elbow, or fewer than three points.

    Notes
    -----
    The library for it, kneed, is what the tests hold this against: to import it takes longer than to fit all segments.
    """
    numbers = sorted(inertia)
    values = np.array([inertia[k] for k in numbers], dtype=float)
    if len(numbers) < 3 or values.max() == values.min():
        return None
    across = (np.array(numbers) - numbers[0]) / (numbers[-1] - numbers[0])
    left_over = (values - values.min()) / (values.max() - values.min())
    ahead = left_over.max() - left_over - across
    before, after = np.append(ahead[:1], ahead[:-1]), np.append(ahead[1:], ahead[-1:])
    is_peak, is_dip = (ahead >= before) & (ahead >= after), (ahead <= before) & (ahead <= after)
    step = abs(np.diff(across).mean())
    peak = None
    for i in range(len(numbers) - 1):
        if is_peak[i]:
            peak = i
        if is_dip[i]:  # what follows a dip is no longer the fall behind that peak
            peak = None
        if peak is not None and ahead[i + 1] < ahead[peak] - step:
            return numbers[peak]
    return None
