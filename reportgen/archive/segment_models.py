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
_WAYS, _TIES = ("rank", "log", "zscore", "bands"), ("average", "first")
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
            {"mean": scale.mean, "std": scale.std, **{name: getattr(scale, name).tolist() for name in _ARRAYS}}
            for scale in scaler.scales
        ],
        "centers": model.centers.tolist(),
        "segments": [_write_known(segment) for segment in model.known],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _write_known(segment: KnownSegment) -> dict[str, Any]:
    sizes = {"customers": segment.customers, "amount": segment.amount, "fitted_share": segment.fitted_share}
    name = asdict(segment.known_as.segment_name)
    return {"colour": segment.colour, **name, "since": segment.identity.since, **sizes}


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
                **{name: np.array(scale[name], dtype=float) for name in _ARRAYS}, mean=scale["mean"], std=scale["std"]
            )
            for scale in data["scales"]
        )
        known = [_read_known(segment) for segment in data["segments"]]
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
    scaler = model.scaler
    arrays = [array for scale in scaler.scales for array in (scale.knots, scale.low, scale.high)]
    shapes = [
        scale.knots.shape == scale.low.shape == scale.high.shape and scale.knots.ndim == 1 for scale in scaler.scales
    ]
    is_whole = (
        isinstance(model.fitted_in, str)
        and set(scaler.features) <= {*c.METRICS, c.SILENCE}
        and scaler.normalise in _WAYS
        and scaler.ties in _TIES
        and len(scaler.features) == len(scaler.scales) > 0
        and all(shapes)
        and all(scale.std >= 0 for scale in scaler.scales)
        and 1 <= len(model.known) <= MAX_CLUSTERS
        and model.centers.shape == (len(model.known), len(scaler.features))
        and all(bool(np.isfinite(array).all()) for array in (model.centers, *arrays))
        and all(np.isfinite([scale.mean, scale.std]).all() for scale in scaler.scales)
        and all(_is_plausible(segment) for segment in model.known)
    )
    if not is_whole:
        raise ValueError("not a model of this version")


def _is_plausible(known: KnownSegment) -> bool:
    numbers = (known.customers, known.amount, known.fitted_share)
    texts = (known.known_as.kind, known.name, known.identity.since)
    is_number = all(isinstance(number, int | float) and math.isfinite(number) for number in numbers)
    return is_number and all(isinstance(text, str) for text in texts) and known.colour in range(_MOST_COLOURS)


def _read_known(segment: dict[str, Any]) -> KnownSegment:
    name = SegmentName(segment["kind"], segment["recency"], segment["name"], segment["is_own"])
    known_as = KnownAs.give(name, segment["colour"], segment["since"])
    return KnownSegment(known_as, segment["customers"], segment["amount"], segment["fitted_share"])
