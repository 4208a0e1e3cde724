"""Places customers by an earlier month's model, and tells when it no longer fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reportgen.config.options import SegmentOptions
from reportgen.config.values import MIN_CLUSTERS
from reportgen.model.customers import Customers
from reportgen.model.segments import Choice, Features, SegmentModel
from reportgen.segments.choice import Start
from reportgen.segments.clusters import assign_customers, fit_clusters, measure_distances
from reportgen.segments.features import scale_customers
from reportgen.segments.silhouettes import EXACT_UP_TO, measure_silhouettes

MAX_EXCESS = 0.10
"""How much farther customers may be from the centres, in mean squared distance, than from those of a new fit."""
MAX_SHIFT = 0.25
"""Population stability index above which the shares of the segments count as others (Siddiqi 2006)."""
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Drift:
    """How far an earlier model has worn out.

    Attributes
    ----------
    excess : float
        Mean squared distance to its centres over that to the centres of a new fit with as many segments, less 1.
    shift : float
        Population stability index of the shares of the segments: sum of ``(p - q) · ln(p / q)`` (from 0).
    is_empty : bool
        Whether nobody is in one of its segments.
    """

    excess: float
    shift: float
    is_empty: bool

    @property
    def is_worn(self) -> bool:
        """Whether the model should be fitted anew."""
        return self.is_empty or self.excess > MAX_EXCESS or self.shift > MAX_SHIFT


def measure_drift(features: Features, model: SegmentModel, random_state: int) -> Drift:
    """Measure how far an earlier model fits the customers of today.

    Parameters
    ----------
    features : Features
        Of today's customers, on the model's own scale.
    model : SegmentModel
        With its known segments.
    random_state : int
        Seed of the new fit that it is held against.
    """
    k = min(len(model.centers), features.distinct)
    kept = float(measure_distances(features, model.centers).min(axis=1).sum())
    anew = fit_clusters(features, k, random_state).inertia
    excess = kept / anew - 1 if anew > 0 else float(kept > 0)
    sizes = np.bincount(assign_customers(features, model.centers), minlength=len(model.centers))
    shares = np.maximum(sizes / len(features.matrix), _LEAST)
    fitted = np.maximum([segment.fitted_share for segment in model.known], _LEAST)
    shift = float(((shares - fitted) * np.log(shares / fitted)).sum())
    return Drift(excess, shift, bool((sizes == 0).any()))


@dataclass(frozen=True, eq=False, slots=True)
class ReusedModel:
    """Today's customers by an earlier model.

    Attributes
    ----------
    features : Features
        On its scale.
    choice : Choice
        How well its number of segments does today.
    model : SegmentModel
        The earlier one.
    labels : numpy.ndarray of shape (n_customers,)
        Row of its centres for each customer.
    drift : Drift
        How far it has worn out.
    is_given_up : bool
        Whether it is worn and the options want it fitted anew then.
    """

    features: Features
    choice: Choice
    model: SegmentModel
    labels: np.ndarray
    drift: Drift
    is_given_up: bool


def keep_model(customers: Customers, earlier: SegmentModel, options: SegmentOptions) -> ReusedModel | None:
    """Place customers by an earlier model, where the options ask for it and it is one of theirs.

    Parameters
    ----------
    customers : Customers
        Sorted by customer id.
    earlier : SegmentModel
        That of the previous report.
    options : SegmentOptions
        `model` and what a division follows from.

    Returns
    -------
    Kept or None
        None when the options want a new division each month, when they compare customers by something else than the
        earlier model does, when its number of segments is not one of theirs, or when there is nothing to keep: too few
        customers, or an earlier report that did not divide them.
    """
    scaler, k = earlier.scaler, len(earlier.centers)
    wants = (tuple(options.features), options.normalise, options.ties)
    is_ours = wants == (scaler.features, scaler.normalise, scaler.ties)
    is_in_range = options.n_clusters.first <= k <= options.n_clusters.last
    if options.model == "refit" or not is_ours or not is_in_range or len(customers) < options.min_customers:
        return None
    features = scale_customers(customers, scaler)
    labels = assign_customers(features, earlier.centers)
    if k == 1 or len(np.unique(labels)) == 1:
        return None
    drift = measure_drift(features, earlier, options.random_state)
    found = np.unique(labels, return_inverse=True)[1]
    k = int(found.max()) + 1
    silhouette = measure_silhouettes(features, {k: found}, options.random_state)
    inertia = float(measure_distances(features, earlier.centers).min(axis=1).sum())
    choice = Choice(
        n_clusters=k,
        chosen_by="kept",
        silhouette={number: round(value, 4) for number, value in silhouette.items()},
        inertia={k: round(inertia, 1)},
        best_silhouette_at=None,
        elbow_at=None,
        silhouette_sample=EXACT_UP_TO if len(customers) > EXACT_UP_TO else None,
    )
    return ReusedModel(features, choice, earlier, labels, drift, options.model == "auto" and drift.is_worn)


@dataclass(frozen=True, eq=False, slots=True)
class EarlierDivision:
    """The division of the previous report.

    Attributes
    ----------
    model : SegmentModel
        What placed its customers.
    outdone_for : int
        Reports in a row, that one the last, in which another number of segments was clearly better.
    """

    model: SegmentModel
    outdone_for: int = 0


def find_start(customers: Customers, features: Features, earlier: EarlierDivision) -> Start | None:
    """Find what a new division begins from: today's customers by the earlier segment that each is nearest to.

    Parameters
    ----------
    customers : Customers
        Sorted by customer id.
    features : Features
        Of the same customers, on today's scale.
    earlier : EarlierDivision
        That of the previous report.

    Returns
    -------
    Start or None
        None where the earlier model compares customers by something else, did not divide them, or has a segment that
        nobody is in today.
    """
    model, k = earlier.model, len(earlier.model.centers)
    if model.scaler.features != features.names or k < MIN_CLUSTERS:
        return None
    labels = assign_customers(scale_customers(customers, model.scaler), model.centers)
    if len(np.unique(labels)) < k:
        return None
    return Start(np.array([features.matrix[labels == row].mean(axis=0) for row in range(k)]), earlier.outdone_for)
