"""Fills the history pages: static, no script, each in one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jinja2 import Environment

from reportgen.model.brand import NO_BRAND
from reportgen.render.html import make_environment
from reportgen.render.trend import trend
from reportgen.text.formats import Formats


def to_overview(reports: Sequence[Any]) -> str:
    """Fill the page that lists every report and store of an archive."""
    return _fill("history/overview.html", reports=reports)


def to_store_page(report: Any, history: Any, segments: Any = None) -> str:
    """Fill the page of one store: how it has gone, its segments where that is known, its months, newest first."""
    return _fill("history/store.html", report=report, history=history, segments=segments)


def compile_pages() -> None:
    """Compile the templates of both pages before they are filled."""
    for name in ("history/overview.html", "history/store.html"):
        _templates().get_template(name)


def _templates() -> Environment:
    return make_environment(Formats("en_GB", "GBP"), None)


def _fill(name: str, **values: Any) -> str:
    given = {"trend": trend, "written": _written, "named": _name_month, "brand": NO_BRAND}
    return _templates().get_template(name).render(**given, **values)


def _name_month(history: Any, month: str) -> str:
    """Write a month as the reports of a store do."""
    figures = history.made[-1].present.figures if history.made else None
    formats = Formats(figures.locale, figures.currency) if figures is not None else Formats("en_GB", "GBP")
    return formats.month(month)


def _written(figures: Any) -> Callable[[str, Any], str]:
    """Return a function that writes a number in a run's own locale and currency: ``written(figures)('money', 12)``."""
    formats = Formats(figures.locale, figures.currency)

    def write(how: str, value: Any) -> str:
        text: str = getattr(formats, how)(value)
        return text

    return write
