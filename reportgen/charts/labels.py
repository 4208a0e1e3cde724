"""Labels: shortened before they are drawn, for the drawing library finds where to cut by trying; and moved apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_TOLERANCE = 1e-9
_NARROW, _BROAD, _FULL = 6.2, 8.2, 12.0
"""Pixels of a small letter, a capital, and a sign as wide as it is high, as axis labels have them; rather too many."""


def shorten(label: str, room: float) -> str:
    """Cut a label that has no room, with an ellipsis at its end.

    Parameters
    ----------
    label : str
        In full.
    room : float
        Pixels.
    """
    used = 0.0
    for at, sign in enumerate(label):
        used += _width_of(sign)
        if used > room:
            return f"{label[: max(at - 1, 1)].rstrip()}…"
    return label


def spread(values: Sequence[float], gap: float) -> list[float]:
    """Move labels apart as little as will do, so that none covers another.

    Labels that would touch become a block around their mean, in the manner of the pool of adjacent violators (Barlow
    and others 1972), which moves them by the least squares.

    Parameters
    ----------
    values : sequence of float
        Where they belong, rising.
    gap : float
        Least distance of two of them.
    """
    blocks: list[list[float]] = []
    for value in values:
        blocks.append([value])
        while (
            len(blocks) > 1
            and _middle(blocks[-1]) - _middle(blocks[-2])
            < gap * (len(blocks[-1]) + len(blocks[-2])) / 2 - gap * _TOLERANCE
        ):
            blocks[-2:] = [[*blocks[-2], *blocks[-1]]]
    return [_middle(block) + (n - (len(block) - 1) / 2) * gap for block in blocks for n in range(len(block))]


def _middle(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _width_of(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return _FULL
    return _BROAD if sign.isupper() else _NARROW
