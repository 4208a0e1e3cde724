"""What segmentation hands on: features, the choice of a number, the segments found, and what each is like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportgen.model.identity import KnownSegment

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

OFTEN = ("frequent", "occasional", "rare")
BASKET = ("big", "mid", "small")
KINDS = tuple(f"{often}_{basket}" for often in OFTEN for basket in BASKET)
"""Every kind of segment that naming can produce: how often, and how much each time."""
RECENCY = ("recent", "lapsed")


@dataclass(frozen=True, eq=False, slots=True)
class Features:
    """What customers are compared by.

    Attributes
    ----------
    names : tuple of str
        The features, in the order of the matrix's columns.
    matrix : numpy.ndarray of shape (n_customers, n_features)
        Normalised and standardised (mean 0, standard deviation 1; a feature that is the same for all is 0).
    """

    names: tuple[str, ...]
    matrix: np.ndarray

    @property
    def distinct(self) -> int:
        """Number of different points."""
        import numpy as np  # noqa: PLC0415 - the box itself needs no numpy

        return len(np.unique(self.matrix, axis=0))


@dataclass(frozen=True, eq=False, slots=True)
class FeatureScale:
    """What makes one feature comparable.

    Attributes
    ----------
    knots : numpy.ndarray of shape (n_knots,)
        Distinct values of the customers it was fitted on, rising, or the bounds of bands; else empty.
    low, high : numpy.ndarray of shape (n_knots,)
        First and last rank of the customers who have that value, from 1.
    mean, std : float
        Of what the values become; `std` is 0 for a feature without spread.
    """

    knots: np.ndarray
    low: np.ndarray
    high: np.ndarray
    mean: float
    std: float


@dataclass(frozen=True, eq=False, slots=True)
class Scaler:
    """What makes customers comparable, fitted on those of one month.

    Attributes
    ----------
    features : tuple of str
        What they are compared by.
    normalise, ties : str
        As the options say; `normalise` is `bands` where customers are divided by stated bounds.
    scales : tuple of FeatureScale
        One for each feature.
    """

    features: tuple[str, ...]
    normalise: str
    ties: str
    scales: tuple[FeatureScale, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """What k-means found.

    Attributes
    ----------
    labels : numpy.ndarray of shape (n_customers,)
        0..k-1 in scikit-learn's order: the nearest centre of each customer.
    centers : numpy.ndarray of shape (k, n_features)
        scikit-learn's `cluster_centers_`.
    inertia : float
        Sum of squared distances to the nearest centre.
    silhouettes : numpy.ndarray of shape (n_customers,), optional
        Coefficient of each customer, nan for those not in the sample; None where it was not asked for.
    """

    labels: np.ndarray
    centers: np.ndarray
    inertia: float
    silhouettes: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class ChoiceLimit:
    """What kept the number of segments below what was asked for."""

    reason: str
    """`too_few_customers`, `small_groups` (fewer customers for each segment than the config wants), `all_equal` (in
    everything they are compared by), `few_groups` (that differ at all), `one_band` (that all are in), or `no_groups`
    (that come back: the division that was tried is given up)."""
    found: int
    """How many customers, or groups of equal customers, there are."""
    needed: int
    """How many there would have to be."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How the number of segments was chosen."""

    n_clusters: int
    """The number taken; 1 when the customers could not be divided."""
    chosen_by: str
    """`fixed`, `smallest_near_best`, `silhouette`, `elbow`, `undivided`, `bands` where they are stated, `stays` where
    the previous report's number does although the rule picks another, or `kept` from an earlier month's model."""
    silhouette: dict[int, float]
    """Silhouette coefficient (-1..1) by number of segments."""
    inertia: dict[int, float]
    """Sum of squared distances to the nearest centre, by number of segments."""
    best_silhouette_at: int | None
    """Number with the highest silhouette."""
    elbow_at: int | None
    """Number at the elbow of the inertia (kneedle); null when there is none."""
    silhouette_sample: int | None
    """Customers that the silhouette was computed on; null when on all of them."""
    limit: ChoiceLimit | None = None
    """Why the customers were not divided, or into fewer segments than asked for; null when all went as asked."""
    outdone_for: int = 0
    """Reports in a row, this one the last, in which another number was clearly better and this one stayed; 0 in facts
    of before version 7."""


@dataclass(frozen=True, eq=False, slots=True)
class Segmentation:
    """The segments found.

    Attributes
    ----------
    labels : numpy.ndarray of shape (n_customers,)
        Segment of each customer, 1..k by mean total sales, high to low.
    centers : numpy.ndarray of shape (k, n_features)
        Mean of each segment's normalised features, in standard deviations from the mean of all customers.
    sources : numpy.ndarray of shape (k,)
        Row of the model's centres that each segment came from.
    """

    labels: np.ndarray
    centers: np.ndarray
    sources: np.ndarray


@dataclass(frozen=True, eq=False, slots=True)
class SegmentModel:
    """What places customers in segments, whichever month they are of.

    Attributes
    ----------
    fitted_in : str
        Month ``YYYY-MM`` whose customers it was fitted on.
    scaler : Scaler
        Makes customers comparable.
    centers : numpy.ndarray of shape (k, n_features)
        A customer belongs to the nearest.
    known : tuple of KnownSegment
        One for each centre; empty until the segments have their names.
    """

    fitted_in: str
    scaler: Scaler
    centers: np.ndarray
    known: tuple[KnownSegment, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Profiles:
    """What segments are like.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per segment (index 1..k): `customers`, `sales` (int, ten-thousandths), `orders`, the means and
        medians of each metric (`mean_total_sales`, `median_recency_days`, ...), the mean percentile of each metric
        among all customers (`percentile_order_count`, 0..1), and `one_order_customers`.
    base : pandas.Series
        The same over all customers.
    """

    frame: pd.DataFrame
    base: pd.Series
