"""The model that a run keeps beside its facts, so that the next report can place customers by it. No id is in it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from reportgen.model.segments import FeatureScale, KnownSegment, Model, Scaler, SegmentName

MODEL = "model.json"
_VERSION = 1
_ARRAYS = ("knots", "low", "high")


def write_model(model: Model) -> bytes:
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
    name = {"kind": one.name.kind, "recency": one.name.recency, "name": one.name.name, "is_own": one.name.is_own}
    sizes = {"customers": one.customers, "amount": one.amount, "fitted_share": one.fitted_share}
    return {"colour": one.colour, **name, "since": one.since, **sizes}


def read_model(content: bytes) -> Model:
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
        order = sorted(range(len(known)), key=lambda n: (-known[n].amount, -known[n].customers, known[n].name.name))
        centers = np.array(data["centers"], dtype=float)[order]
        scaler = Scaler(tuple(data["features"]), data["normalise"], data["ties"], scales)
        return Model(data["fitted_in"], scaler, centers, tuple(known[n] for n in order))
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError("not a model of this version") from error


def _read_known(one: dict[str, Any]) -> KnownSegment:
    name = SegmentName(one["kind"], one["recency"], one["name"], one["is_own"])
    return KnownSegment(one["colour"], name, one["since"], one["customers"], one["amount"], one["fitted_share"])
