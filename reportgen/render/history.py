"""Fills the history pages: static, no script, each in one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from reportgen.render.html import make_environment
from reportgen.render.trend import trend
from reportgen.text.formats import Formats


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
