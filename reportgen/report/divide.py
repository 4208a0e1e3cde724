"""Divides the customers of a report as their number allows, and gives up a division that does not come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from reportgen import columns as c
from reportgen.config.options import Options, SegmentOptions
from reportgen.model.customers import Customers
from reportgen.model.identity import SegmentName
from reportgen.model.ladder import Ladder, Refused
from reportgen.model.segments import Choice, ChoiceLimit, Features, Fit, SegmentModel
from reportgen.report.assemble import Segmented
from reportgen.segments.bands import BANDS, fit_recency_bands, fit_rhythm_bands, name_bands
from reportgen.segments.choice import choose_n_clusters, undivided
from reportgen.segments.clusters import assign_customers, number_segments
from reportgen.segments.drift import Drift, EarlierDivision, find_start, keep_model
from reportgen.segments.features import fit_scaler, scale_customers
from reportgen.segments.ladder import choose_rung
from reportgen.segments.names import name_segments
from reportgen.segments.profiles import correlate_metrics, profile_segments
from reportgen.segments.trust.assess import Assessment, Division, assess


@dataclass(frozen=True, eq=False, slots=True)
class _Divided:
    """Customers, each with the row of a model's centres; beside it how the number came about."""

    features: Features
    choice: Choice
    model: SegmentModel
    labels: np.ndarray
    fits: Mapping[int, Fit]
    drift: Drift | None = None
    is_kept: bool = False


def segment_customers(
    customers: Customers, options: Options, month: str, earlier: EarlierDivision | None = None
) -> Segmented:
    """Divide customers into segments, choosing how many or keeping an earlier division, and profile each.

    Parameters
    ----------
    customers : Customers
        All of them.
    options : Options
        `segments` says how.
    month : str
        The report's.
    earlier : EarlierDivision, optional
        That of the previous report.
    """
    ladder = choose_rung(customers, options.segments, None if earlier is None else earlier.model)
    if ladder.rung == "clusters":
        divided = _cluster(customers, options.segments, month, earlier)
    elif ladder.rung == "too_small":
        limit = ChoiceLimit("too_few_customers", len(customers), options.segments.min_customers)
        divided = _leave_undivided(customers, options.segments, month, limit)
    else:
        model = fit_rhythm_bands(customers, month) if ladder.rung == "rhythm" else fit_recency_bands(month)
        ladder = replace(ladder, by_worth=c.TOTAL_SALES in model.scaler.features)
        divided = _band(customers, options.segments, model)
    if divided.choice.limit is not None and divided.choice.limit.reason in ("all_equal", "one_band"):
        ladder = replace(ladder, rung="refused", is_held=False)
    return _profile(customers, divided, ladder)


def _profile(customers: Customers, divided: _Divided, ladder: Ladder) -> Segmented:
    segmentation = number_segments(divided.features, divided.labels, customers.frame[c.TOTAL_SALES].to_numpy())
    return Segmented(
        customers=customers,
        features=divided.features,
        choice=divided.choice,
        segmentation=segmentation,
        profiles=profile_segments(customers, segmentation),
        rank_correlations=correlate_metrics(customers),
        model=divided.model,
        drift=divided.drift,
        is_kept=divided.is_kept,
        fits=divided.fits,
        ladder=ladder,
    )


def _cluster(customers: Customers, options: SegmentOptions, month: str, earlier: EarlierDivision | None) -> _Divided:
    """Divide customers by likeness, or by an earlier model where the config wants that and it still fits."""
    kept = None if earlier is None else keep_model(customers, earlier.model, options)
    if kept is not None and not kept.is_given_up:
        return _Divided(kept.features, kept.choice, kept.model, kept.labels, {}, kept.drift, is_kept=True)
    scaler = fit_scaler(customers, options)
    features = scale_customers(customers, scaler)
    start = None if earlier is None else find_start(customers, features, earlier)
    choice, fits = choose_n_clusters(features, options, start)
    fit = fits[choice.n_clusters]
    drift = None if kept is None else kept.drift
    return _Divided(features, choice, SegmentModel(month, scaler, fit.centers), fit.labels, fits, drift)


def _leave_undivided(customers: Customers, options: SegmentOptions, month: str, limit: ChoiceLimit) -> _Divided:
    scaler = fit_scaler(customers, options)
    features = scale_customers(customers, scaler)
    choice, fits = undivided(features, limit)
    return _Divided(features, choice, SegmentModel(month, scaler, fits[1].centers), fits[1].labels, fits)


def _band(customers: Customers, options: SegmentOptions, model: SegmentModel) -> _Divided:
    """Divide customers by the bands of a model; they are shown on the scale that clusters would have."""
    labels = assign_customers(scale_customers(customers, model.scaler), model.centers)
    number = len(np.unique(labels))
    if number == 1:
        limit = ChoiceLimit("one_band", len(customers), options.clusters_from)
        return _leave_undivided(customers, options, model.fitted_in, limit)
    features = scale_customers(customers, fit_scaler(customers, options))
    choice = Choice(number, "bands", {}, {}, None, None, None)
    return _Divided(features, choice, model, labels, {})


def name_divided(segmented: Segmented, own_names: Mapping[str, str]) -> dict[int, SegmentName]:
    """Name every segment: by what its customers are like, or by the band that it is.

    Parameters
    ----------
    segmented : Segmented
        The customers, divided.
    own_names : mapping
        Kind to the name that the config wants.
    """
    if segmented.model.scaler.normalise == BANDS:
        return name_bands(segmented.profiles, segmented.model, segmented.segmentation.sources)
    return name_segments(segmented.profiles, own_names)


def assess_segments(segmented: Segmented, options: Options) -> tuple[Segmented, Assessment | None]:
    """Assess how far segments can be trusted, and give them up where none of it should be.

    They are given up where they do not come back and the gap statistic is for one group, unless the config insists on
    their number.

    Parameters
    ----------
    segmented : Segmented
        The customers, divided.
    options : Options
        The config.

    Returns
    -------
    segmented : Segmented
        The same, or undivided if they were given up.
    assessment : Assessment or None
        None where there are not two segments, where they are stated bands, or where the config leaves it out.
    """
    labels, ladder = segmented.segmentation.labels - 1, segmented.ladder
    if not options.trust.draws or not labels.any() or ladder is None or ladder.rung != "clusters":
        return segmented, None
    division = Division(segmented.customers, segmented.features, labels, segmented.choice, segmented.fits)
    assessment = assess(division, options.segments, options.trust.draws)
    if options.segments.n_clusters.is_fixed or not _is_one_group(assessment):
        return segmented, assessment
    refused = _refuse(segmented, ladder, options.segments, assessment)
    return refused, replace(assessment, stability=(), silhouettes=(), kept=None)


def _is_one_group(assessment: Assessment) -> bool:
    votes = assessment.votes
    return assessment.verdict.kind == "constructed" and votes is not None and votes.numbers.get("gap") == 1


def _refuse(segmented: Segmented, ladder: Ladder, options: SegmentOptions, assessment: Assessment) -> Segmented:
    number = segmented.choice.n_clusters
    refused = Refused(number, min(each.jaccard for each in assessment.stability))
    limit = ChoiceLimit("no_groups", number, number)
    divided = _leave_undivided(segmented.customers, options, segmented.model.fitted_in, limit)
    return _profile(segmented.customers, divided, replace(ladder, rung="refused", refused=refused, is_held=False))
