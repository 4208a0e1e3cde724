"""The colours of every page, chart and mail: ink on paper, and one colour for each segment."""

from __future__ import annotations

SEGMENT_COLOURS = (
    "#E69F00",
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#882255",
    "#999933",
    "#332288",
    "#AA4499",
)
"""Okabe-Ito without black and yellow (Okabe & Ito 2008), then Tol muted (Tol 2021): safe for colour-blind eyes."""

INK, GREY, RULE, PAPER, FAINT = "#1B1F24", "#57606A", "#D8DEE4", "#FFFFFF", "#C3CAD2"


def colour_of(segment: int) -> str:
    """Return a segment's colour."""
    return SEGMENT_COLOURS[(segment - 1) % len(SEGMENT_COLOURS)]
