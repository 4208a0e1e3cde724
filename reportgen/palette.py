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

DARK_LABEL, LIGHT_LABEL = "#1B1F25", "#FFFFFE"
"""Ink and paper on a coloured plate: a shade off, so that a dark screen does not swap them as it does the others."""
INK, GREY, RULE, PAPER, FAINT = "#1B1F24", "#57606A", "#D8DEE4", "#FFFFFF", "#C3CAD2"


def colour_of(segment: int) -> str:
    """Return a segment's colour."""
    return SEGMENT_COLOURS[(segment - 1) % len(SEGMENT_COLOURS)]


def label_on(segment: int) -> str:
    """Return the colour of text on a segment's colour: the one with the higher contrast (WCAG 2 luminance)."""
    channels = [int(colour_of(segment)[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return DARK_LABEL if (luminance + 0.05) / 0.06 > 1.05 / (luminance + 0.05) else LIGHT_LABEL
