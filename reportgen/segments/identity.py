"""Gives segments the colours that they had in the previous report, and names of what they are now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np

from reportgen.config.values import MAX_CLUSTERS
from reportgen.model.identity import KnownAs, KnownSegment, SegmentName
from reportgen.model.segments import Features, Segmentation, SegmentModel
from reportgen.segments.bands import BANDS, name_band
from reportgen.segments.clusters import measure_distances
from reportgen.segments.matching import match_segments
from reportgen.segments.names import UNDIVIDED


def find_counterparts(
    labels: np.ndarray, before: np.ndarray, features: Features, everyone: np.ndarray, earlier: SegmentModel
) -> dict[int, int]:
    """Find which of the earlier segments each of today's is.

    Parameters
    ----------
    labels, before : ndarray of int of shape (n_shared,)
        Segment number of today, and row of the earlier model, of the customers in both reports.
    features : Features
        Of all customers of today, on the earlier model's scale.
    everyone : ndarray of int of shape (n_customers,)
        Segment number of today of each of them.
    earlier : SegmentModel
        The earlier model.

    Returns
    -------
    dict
        Segment number to row; one without a counterpart is left out. A report of undivided customers has none.
    """
    numbers = np.unique(everyone)
    if len(numbers) == 1 or len(earlier.centers) == 1:
        both = len(numbers) == len(earlier.centers) == 1
        return {int(numbers[0]): 0} if both else {}
    shared = np.zeros((len(numbers), len(earlier.centers)), dtype=np.int64)
    np.add.at(shared, (labels - 1, before), 1)
    centers = np.array([features.matrix[everyone == number].mean(axis=0) for number in numbers])
    distances = np.sqrt(measure_distances(replace(features, matrix=centers), earlier.centers))
    return {row + 1: column for row, column in match_segments(shared, distances).items()}


def match_bands(model: SegmentModel, sources: np.ndarray, earlier: SegmentModel) -> dict[int, int] | None:
    """Find which of the earlier bands each of today's is: a band stays what it is.

    Parameters
    ----------
    model : SegmentModel
        Today's.
    sources : ndarray of shape (k,)
        Row of its centres that each segment came from.
    earlier : SegmentModel
        The earlier model.

    Returns
    -------
    dict or None
        Segment number to row; empty where only one of the two has bands, or other ones. None where neither has.
    """
    if BANDS not in (model.scaler.normalise, earlier.scaler.normalise):
        return None
    ours, theirs = ((each.scaler.normalise, each.scaler.features) for each in (model, earlier))
    if ours != theirs:
        return {}
    rows = {tuple(center): row for row, center in enumerate(earlier.centers)}
    return {number: rows[tuple(model.centers[source])] for number, source in enumerate(sources, 1)}


def identify_segments(
    fresh: Mapping[int, SegmentName],
    counterparts: Mapping[int, int],
    known: tuple[KnownSegment, ...],
    month: str,
) -> dict[int, KnownAs]:
    """Give each segment its name and colour: the colour of its counterpart, the name of what it is now.

    Parameters
    ----------
    fresh : mapping
        Name by number, from `name_segments`: no two are equal.
    counterparts : mapping
        From `find_counterparts`.
    known : tuple of KnownSegment
        The earlier segments; empty for a first report.
    month : str
        This report's.

    Returns
    -------
    dict
        By number; no two colours are equal.
    """
    found: dict[int, KnownAs] = {}
    for number, row in sorted(counterparts.items()):
        was = known[row].identity
        found[number] = KnownAs.give(fresh[number], was.colour, was.since, formerly=was.name)
    for number in sorted(set(fresh) - set(counterparts)):
        used = {identity.colour for identity in found.values()}
        wanted = 0 if counterparts else number  # a first report, or one that has nothing in common with the last
        colour = wanted or _free_colour(used, {segment.colour for segment in known})
        found[number] = KnownAs.give(fresh[number], colour, month)
    return dict(sorted(found.items()))


def _free_colour(used: Collection[int], before: Collection[int]) -> int:
    """Take the first colour that no segment has now, if possible one that none had before."""
    colours = range(1, MAX_CLUSTERS + 1)
    free = [colour for colour in colours if colour not in used]
    return next((colour for colour in free if colour not in before), free[0])


def _know_empty(name: str, month: str, known: Iterable[KnownSegment]) -> KnownSegment:
    colour = _free_colour({segment.colour for segment in known}, ())
    return KnownSegment(KnownAs.give(SegmentName(UNDIVIDED.kind, None, name), colour, month), 0, 0, 0.0)


def keep_identities(
    model: SegmentModel,
    segmentation: Segmentation,
    identities: Mapping[int, KnownAs],
    sizes: Mapping[int, tuple[int, int]],
) -> SegmentModel:
    """Note in a model what its segments are called and how large they are, for the next report.

    Parameters
    ----------
    model : SegmentModel
        What placed the customers; its own known segments are those of the earlier report if it was kept.
    segmentation : Segmentation
        What it gave.
    identities : mapping
        By segment number.
    sizes : mapping
        Customers and amount by segment number.

    Returns
    -------
    Model
        With one known segment for each centre; a kept model's segment that nobody is in stays known.
    """
    known: dict[int, KnownSegment] = dict(enumerate(model.known))
    is_fitted = not model.known
    everyone = sum(customers for customers, _ in sizes.values())
    for number, identity in identities.items():
        row = int(segmentation.sources[number - 1])
        customers, amount = sizes[number]
        share = customers / everyone if is_fitted else known[row].fitted_share
        known[row] = KnownSegment(identity, customers, amount, share)
    for row in range(len(model.centers)):
        if row not in known:  # a band that nobody is in this month
            known[row] = _know_empty(name_band(model, row), model.fitted_in, known.values())
    present = {int(segmentation.sources[number - 1]) for number in identities}
    kept = [
        segment if row in present else replace(segment, customers=0, amount=0) for row, segment in sorted(known.items())
    ]
    return replace(model, known=tuple(kept))
