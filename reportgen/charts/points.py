"""Picks the customers that are drawn: all of them while they are few, a seeded sample by segment above."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.charts import MapPoints, Point
from reportgen.model.customers import Customers

MAX_POINTS = 1_500
MAX_SEGMENT_POINTS = 600
_MIN_PER_SEGMENT = 40


def pick_points(customers: Customers, labels: np.ndarray, random_state: int) -> MapPoints:
    """Pick the customers for the large maps, and fewer of them for the small ones.

    Parameters
    ----------
    customers : Customers
        All customers; those without a penny of sales are not drawn, as a logarithmic axis has no zero.
    labels : ndarray of shape (n_customers,)
        Their segments.
    random_state : int
        Seed of the sample.
    """
    frame = customers.frame[list(c.FEATURES)].assign(segment=labels).round({c.TOTAL_SALES: 2, c.AVG_ORDER_VALUE: 2})
    frame = frame[(frame[c.TOTAL_SALES] > 0) & (frame[c.AVG_ORDER_VALUE] > 0)]
    picked = sample_by_segment(frame, MAX_POINTS, random_state)
    fewer = sample_by_segment(picked, MAX_SEGMENT_POINTS, random_state)
    return MapPoints(_list_points(picked), _list_points(fewer), len(frame))


def _list_points(frame: pd.DataFrame) -> list[Point]:
    points: list[Point] = frame.to_dict("records")  # type: ignore[assignment]
    return points


def sample_by_segment(frame: pd.DataFrame, size: int, random_state: int) -> pd.DataFrame:
    """Sample rows in proportion to the segments, at least 40 of each; all rows when there are no more than `size`."""
    if len(frame) <= size:
        return frame
    share = size / len(frame)
    groups = [group for _, group in frame.groupby(c.SEGMENT, sort=True)]
    wanted = [min(len(group), max(_MIN_PER_SEGMENT, round(len(group) * share))) for group in groups]
    parts = [group.sample(n, random_state=random_state) for group, n in zip(groups, wanted, strict=True)]
    return pd.concat(parts).sort_index()
