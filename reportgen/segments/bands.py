"""Divides few customers by stated bands: what they spend and their own rhythm, or days since the last order."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.customers import Customers
from reportgen.model.identity import SegmentName
from reportgen.model.ladder import HALF, SILENT_DAYS
from reportgen.model.segments import FeatureScale, Profiles, Scaler, SegmentModel
from reportgen.segments.names import UNDIVIDED, kind_of, recency_of

BANDS = "bands"
"""How a scale of bands is called: a value becomes the number of its bounds that it is above."""
_WITHIN = 1.0
"""Silence, from `reportgen.segments.features`, up to which a customer is within their own rhythm."""


def fit_rhythm_bands(customers: Customers, month: str) -> SegmentModel:
    """Divide customers by worth (those who bring the first half of the sales, the others) and by their own rhythm.

    Parameters
    ----------
    customers : Customers
        All of them.
    month : str
        The report's.

    Returns
    -------
    SegmentModel
        With two bands by rhythm alone where worth does not divide them, for all spend the same.
    """
    sales = customers.frame[c.TOTAL_SALES].to_numpy(dtype=float)
    least = _least_of_best(sales)
    silence = _scale(np.array([_WITHIN]))
    if least is None or least <= sales.min():
        return SegmentModel(month, Scaler((c.SILENCE,), BANDS, "average", (silence,)), np.array([[0.0], [1.0]]))
    worth = _scale(np.array([np.nextafter(least, -np.inf)]))
    scaler = Scaler((c.TOTAL_SALES, c.SILENCE), BANDS, "average", (worth, silence))
    return SegmentModel(month, scaler, np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [0.0, 1.0]]))


def _least_of_best(sales: np.ndarray) -> float | None:
    """Return what the last of those spends who bring the first half of the sales; None where there are no sales."""
    falling = np.sort(sales)[::-1]
    reached = np.cumsum(falling)
    return float(falling[(reached < HALF * reached[-1]).argmin()]) if reached[-1] > 0 else None


def fit_recency_bands(month: str) -> SegmentModel:
    """Divide customers by days since the last order, at 40, 90 and 180."""
    scale = _scale(np.array(SILENT_DAYS, dtype=float))
    centers = np.arange(len(SILENT_DAYS) + 1.0)[:, None]
    return SegmentModel(month, Scaler((c.RECENCY_DAYS,), BANDS, "average", (scale,)), centers)


def _scale(bounds: np.ndarray) -> FeatureScale:
    return FeatureScale(bounds, bounds, bounds, 0.0, 1.0)


def name_bands(profiles: Profiles, model: SegmentModel, sources: np.ndarray) -> dict[int, SegmentName]:
    """Name every band that somebody is in.

    Parameters
    ----------
    profiles : Profiles
        Of the segments.
    model : SegmentModel
        Whose bands they are.
    sources : ndarray of shape (k,)
        Row of the model's centres that each segment came from.

    Returns
    -------
    dict
        Segment number to its name; no two names are equal.
    """
    rows: Mapping[int, pd.Series] = {int(number): row for number, row in profiles.frame.iterrows()}  # type: ignore[call-overload]
    if len(rows) == 1:
        return dict.fromkeys(rows, UNDIVIDED)
    return {
        number: SegmentName(
            kind_of(row, profiles.base),
            recency_of(row, profiles.base),
            name_band(model, int(sources[number - 1])),
        )
        for number, row in rows.items()
    }


def name_band(model: SegmentModel, row: int) -> str:
    """Name the band that a row of a model's centres stands for."""
    band = dict(zip(model.scaler.features, model.centers[row], strict=True))
    if c.RECENCY_DAYS in band:
        place = int(band[c.RECENCY_DAYS])
        if place == 0:
            return f"Customers of the last {SILENT_DAYS[0]} days"
        if place == len(SILENT_DAYS):
            return f"Customers silent for over {SILENT_DAYS[-1]} days"
        return f"Customers silent for {SILENT_DAYS[place - 1] + 1} to {SILENT_DAYS[place]} days"
    rhythm = "silent" if band[c.SILENCE] else "active"
    if c.TOTAL_SALES not in band:
        return f"{rhythm.capitalize()} customers"
    return f"{rhythm.capitalize()} top customers" if band[c.TOTAL_SALES] else f"Other {rhythm} customers"
