"""The look of every chart: type, axes, sizes."""

from __future__ import annotations

from typing import Any

from reportgen.palette import FONT, GREY, INK, RULE

WIDE, NARROW, PANEL, MAIL = 640, 340, 400, 552
"""Natural widths in pixels: the full column, a phone, half a column, and the column of an e-mail."""


def style(font: str = FONT) -> dict[str, Any]:
    """Return the Vega-Lite config that every spec carries, set in a family of type."""
    label = {"labelFont": font, "labelFontSize": 12, "labelColor": GREY}
    title = {"titleFont": font, "titleFontSize": 12, "titleFontWeight": "normal", "titleColor": GREY}
    return {
        "background": None,
        "font": font,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            **label,
            **title,
            "grid": False,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
            "titlePadding": 8,
        },
        "axisQuantitative": {"grid": True, "gridColor": RULE, "gridWidth": 1},
        "header": {**label, **title},
        "legend": {**label, **title},
        "text": {"font": font, "fontSize": 12, "color": INK},
    }
