"""Knows segments again: which of this month's is which of the previous report's."""

from __future__ import annotations

import numpy as np

SAME_SHARE = 0.25
"""Two segments that share less than this part of the smaller one's customers are not one and the same."""


def match_segments(shared: np.ndarray, distances: np.ndarray) -> dict[int, int]:
    """Match segments one to one so that as many customers as possible keep theirs (Hungarian method, Kuhn 1955).

    Parameters
    ----------
    shared : ndarray of int of shape (n_now, n_before)
        Customers in both.
    distances : ndarray of shape (n_now, n_before)
        Between the centres, on one scale: among matchings that keep equally many customers the nearest is taken.

    Returns
    -------
    dict
        Row to column; a segment that has no counterpart is left out. Where no customer is shared at all the centres
        alone decide.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    pairs = min(shared.shape)
    reach = float(distances.max()) or 1.0
    # all distances together stay below one half of a customer
    rows, columns = linear_sum_assignment(shared - distances / (2 * pairs * reach), maximize=True)
    found = {int(row): int(column) for row, column in zip(rows, columns, strict=True)}
    if not shared.any():
        return found
    smaller = np.minimum(shared.sum(axis=1)[:, None], shared.sum(axis=0)[None, :])
    return {
        row: column
        for row, column in found.items()
        if shared[row, column] > 0 and shared[row, column] >= SAME_SHARE * smaller[row, column]
    }
