"""Shortens labels before they are drawn: the drawing library finds where to cut by trying, which takes its time."""

from __future__ import annotations

import unicodedata

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


def _width_of(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return _FULL
    return _BROAD if sign.isupper() else _NARROW
