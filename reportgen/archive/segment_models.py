"""The model that a run keeps beside its facts, so that the next report can place customers by it. No id is in it."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import numpy as np

from reportgen import columns as c
from reportgen.config.values import MAX_CLUSTERS
from reportgen.model.identity import KnownAs, KnownSegment, SegmentName
from reportgen.model.segments import FeatureScale, Scaler, SegmentModel

_VERSION = 1
_ARRAYS = ("knots", "low", "high")
_WAYS, _TIES = ("rank", "log", "zscore"), ("average", "first")
_MOST_COLOURS = 1_000


def write_model(model: SegmentModel) -> bytes:
    """Write a model as JSON; every number comes back as it was."""
    scaler = model.scaler
    data = {
        "version": _VERSION,
        "fitted_in": model.fitted_in,
        "features": scaler.features,
        "normalise": scaler.normalise,
        "ties": scaler.ties,
        "scales": [
            {"mean": one.mean, "std": one.std, **{name: getattr(one, name).tolist() for name in _ARRAYS}}
            for one in scaler.scales
        ],
        "centers": model.centers.tolist(),
        "segments": [_write_known(one) for one in model.known],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _write_known(one: KnownSegment) -> dict[str, Any]:
    sizes = {"customers": one.customers, "amount": one.amount, "fitted_share": one.fitted_share}
    name = asdict(one.known_as.segment_name)
    return {"colour": one.colour, **name, "since": one.identity.since, **sizes}


def read_model(content: bytes) -> SegmentModel:
    """Read a model that a run kept.

    The order in which a run numbered its segments means nothing: they are sorted by what they are.

    Raises
    ------
    ValueError
        When it is not one of this version.
    """
    try:
        data = json.loads(content)
        if data["version"] != _VERSION:
            raise ValueError(f"a model of version {data['version']}")
        scales = tuple(
            FeatureScale(
                **{name: np.array(one[name], dtype=float) for name in _ARRAYS}, mean=one["mean"], std=one["std"]
            )
            for one in data["scales"]
        )
        known = [_read_known(one) for one in data["segments"]]
        order = sorted(range(len(known)), key=lambda n: (-known[n].amount, -known[n].customers, known[n].name))
        centers = np.array(data["centers"], dtype=float)[order]
        scaler = Scaler(tuple(data["features"]), data["normalise"], data["ties"], scales)
        model = SegmentModel(data["fitted_in"], scaler, centers, tuple(known[n] for n in order))
        _check(model)
    except (KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError("not a model of this version") from error
    return model


def _check(model: SegmentModel) -> None:
    """Refuse numbers that do not go together: an archive may come from anybody."""
    scaler, arrays = model.scaler, [array for one in model.scaler.scales for array in (one.knots, one.low, one.high)]
    shapes = [one.knots.shape == one.low.shape == one.high.shape and one.knots.ndim == 1 for one in scaler.scales]
    is_whole = (
        isinstance(model.fitted_in, str)
        and set(scaler.features) <= set(c.METRICS)
        and scaler.normalise in _WAYS
        and scaler.ties in _TIES
        and len(scaler.features) == len(scaler.scales) > 0
        and all(shapes)
        and all(one.std >= 0 for one in scaler.scales)
        and 1 <= len(model.known) <= MAX_CLUSTERS
        and model.centers.shape == (len(model.known), len(scaler.features))
        and all(bool(np.isfinite(array).all()) for array in (model.centers, *arrays))
        and all(np.isfinite([one.mean, one.std]).all() for one in scaler.scales)
        and all(_is_plausible(one) for one in model.known)
    )
    if not is_whole:
        raise ValueError("not a model of this version")


def _is_plausible(known: KnownSegment) -> bool:
    numbers = (known.customers, known.amount, known.fitted_share)
    texts = (known.known_as.kind, known.name, known.identity.since)
    is_number = all(isinstance(one, int | float) and math.isfinite(one) for one in numbers)
    return is_number and all(isinstance(one, str) for one in texts) and known.colour in range(_MOST_COLOURS)


def _read_known(one: dict[str, Any]) -> KnownSegment:
    name = SegmentName(one["kind"], one["recency"], one["name"], one["is_own"])
    known_as = KnownAs.give(name, one["colour"], one["since"])
    return KnownSegment(known_as, one["customers"], one["amount"], one["fitted_share"])
