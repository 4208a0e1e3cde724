"""Fills the history pages: static, no script, each in one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from reportgen.formats import Formats
from reportgen.render.html import make_environment

_WIDTH, _HEIGHT, _PAD = 160.0, 36.0, 3.0


def to_overview(reports: Sequence[Any]) -> str:
    """Fill the page that lists every report and store of an archive."""
    html: str = _environment().get_template("history/overview.html").render(reports=reports)
    return html


def to_store_page(report: Any, history: Any) -> str:
    """Fill the page of one store: its months, newest first."""
    html: str = _environment().get_template("history/store.html").render(report=report, history=history)
    return html


@cache
def _environment() -> Any:
    environment = make_environment(Formats("en_GB", "GBP"), None)
    environment.globals.update(trend=trend, written=_written)
    return environment


def _written(figures: Any) -> Callable[[str, Any], str]:
    """Return a function that writes a number in a run's own locale and currency: ``written(figures)('money', 12)``."""
    formats = Formats(figures.locale, figures.currency)

    def write(how: str, value: Any) -> str:
        text: str = getattr(formats, how)(value)
        return text

    return write


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
