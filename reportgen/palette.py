"""The colours of every page, chart and mail: ink on paper, and one colour for each segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

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


_ON_DARK = {2: "#3D9BD6", 7: "#C4598F", 9: "#8C83E0"}
"""As they are, these would be lost on dark paper; the other segments' are light enough."""
DARK_PAPER = "#0F1318"
FONT = "Inter"


@dataclass(frozen=True, slots=True)
class Look:
    """What a shop may choose of the look: the colours of segments, and the type.

    Attributes
    ----------
    segments : tuple of str
        Colours in hex digits, for segments 1 to 10.
    on_dark : tuple of str
        The same on dark paper.
    font : str
        Family of the type.
    """

    PAPER: ClassVar[str] = PAPER
    DARK_PAPER: ClassVar[str] = DARK_PAPER
    INK: ClassVar[str] = INK
    GREY: ClassVar[str] = GREY
    RULE: ClassVar[str] = RULE
    FAINT: ClassVar[str] = FAINT
    DARK_LABEL: ClassVar[str] = DARK_LABEL
    segments: tuple[str, ...] = SEGMENT_COLOURS
    on_dark: tuple[str, ...] = tuple(_ON_DARK.get(n, colour) for n, colour in enumerate(SEGMENT_COLOURS, 1))
    font: str = FONT

    @property
    def family(self) -> str:
        """The type as a style sheet names it."""
        own = "" if self.font == FONT else f'"{self.font}", '
        return f"{own}{FONT}, sans-serif"

    def colour_of(self, segment: int) -> str:
        """Return a segment's colour, by its place in the palette."""
        return self.segments[(segment - 1) % len(self.segments)]

    def label_on(self, segment: int) -> str:
        """Return the colour of text on a segment's colour: the one with the higher contrast (WCAG 2 luminance)."""
        colour = self.colour_of(segment)
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        return DARK_LABEL if (luminance + 0.05) / 0.06 > 1.05 / (luminance + 0.05) else LIGHT_LABEL


LOOK = Look()
"""The shipped look."""
