"""Places numbers as the points of a small line; nothing about the numbers themselves is computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_WIDTH, _HEIGHT, _PAD = 160.0, 36.0, 3.0


def trend(values: Sequence[Any]) -> list[tuple[float, float]]:
    """Place values as points of a line in a box of 160 by 36, from zero (or the lowest below it) up.

    Parameters
    ----------
    values : sequence of numbers
        Oldest first.

    Returns
    -------
    list of (x, y)
        y grows downward, as in SVG.
    """
    numbers = [float(value) for value in values]
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    reach = (high - low) or 1.0
    step = (_WIDTH - 2 * _PAD) / max(1, len(numbers) - 1)
    return [
        (round(_PAD + n * step, 1), round(_HEIGHT - _PAD - (value - low) / reach * (_HEIGHT - 2 * _PAD), 1))
        for n, value in enumerate(numbers)
    ]
