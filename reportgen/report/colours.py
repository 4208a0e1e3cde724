"""Makes a shop's colours fit for charts: dark enough on paper, light enough on a dark screen, apart to any eyes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coloraide import Color

from reportgen.palette import DARK_PAPER, FONT, PAPER, SEGMENT_COLOURS, Look

LEAST_CONTRAST = 3.0
"""Against what it is drawn on, for parts of pictures (WCAG 2.2, 1.4.11)."""
LEAST_APART = 8.0
"""Difference of two colours by CIEDE2000 (Sharma, Wu and Dalal 2005), seen by full and by missing sight of red, green
or blue (Brettel, Viénot and Mollon 1997): the shipped colours of up to six segments are 10.9 apart."""
_EYES = ("protan", "deutan", "tritan")
_STEP, _STEPS = 0.02, 40
_MOST = len(SEGMENT_COLOURS)


def fit_colours(wanted: Sequence[str], font: str = FONT) -> tuple[Look, tuple[str, ...]]:
    """Fit a shop's colours and fill up with shipped ones.

    Each keeps its hue; its lightness (OKLCH) is moved as little as will do.

    Parameters
    ----------
    wanted : sequence of str
        Colours as ``#`` and six hex digits, for the segments from the most valuable one on.
    font : str
        Family of the type, which the look has too.

    Returns
    -------
    look : Look
        Ten colours, and what they are on dark paper.
    notes : tuple of str
        What was changed, and why: one sentence each.
    """
    taken: list[Color] = []
    notes: list[str] = []
    for name in wanted:
        colour = Color(name)
        fitted = next((one for one in _shades(colour) if _is_fit(one, taken)), None)
        if fitted is None:
            fitted = next((Color(one) for one in SEGMENT_COLOURS if _is_apart(Color(one), taken)), colour)
        if _hex(fitted) != name:
            shipped = ", a shipped one," if _hex(fitted) in SEGMENT_COLOURS else ""
            notes.append(f"brand.colours: {name} {_say_why(colour, taken)}; {_hex(fitted)}{shipped} is drawn instead")
        taken.append(fitted)
    spare = [Color(one) for one in SEGMENT_COLOURS]
    for least in (LEAST_APART, 0.0):  # of ten colours some are nearer to one another, whatever is chosen
        taken += [one for one in spare if len(taken) < _MOST and one not in taken and _is_apart(one, taken, least)]
    taken = taken[:_MOST]
    return Look(tuple(map(_hex, taken)), tuple(map(_hex, _fit_dark(taken))), font), tuple(notes)


def _shades(colour: Color) -> Iterator[Color]:
    """Give a colour, then darker and lighter ones of its hue, the nearest first."""
    for step in range(_STEPS):
        for sign in (-1, 1) if step else (1,):
            yield _lit(colour, sign * step * _STEP)


def _lit(colour: Color, by: float) -> Color:
    if by == 0:
        return colour
    lit = colour.convert("oklch")
    lit["lightness"] = min(1.0, max(0.0, lit["lightness"] + by))
    return lit.convert("srgb").fit("srgb")


def _fit_dark(colours: Sequence[Color]) -> list[Color]:
    """Make colours light enough for dark paper, and keep them apart there; of ten some are nearer, as on white."""
    taken: list[Color] = []
    for colour in colours:
        light = [one for one in _shades(colour) if one.contrast(DARK_PAPER) >= LEAST_CONTRAST]
        apart = (one for least in (LEAST_APART, LEAST_APART / 2) for one in light if _is_apart(one, taken, least))
        taken.append(next(apart, light[0]))
    return taken


def _is_fit(colour: Color, taken: Sequence[Color]) -> bool:
    return bool(colour.contrast(PAPER) >= LEAST_CONTRAST) and _is_apart(colour, taken)


def _is_apart(colour: Color, taken: Sequence[Color], least: float = LEAST_APART) -> bool:
    return all(_difference(colour, other) >= least for other in taken)


def _difference(one: Color, other: Color) -> float:
    """Return how far two colours are apart to the eyes that tell them apart least."""
    seen = [(one, other), *((one.filter(eyes), other.filter(eyes)) for eyes in _EYES)]
    return min(float(left.delta_e(right, method="2000")) for left, right in seen)


def _say_why(colour: Color, taken: Sequence[Color]) -> str:
    contrast = colour.contrast(PAPER)
    if contrast < LEAST_CONTRAST:
        return f"is too pale for white paper ({contrast:.1f} to 1, {LEAST_CONTRAST:.0f} are needed)"
    nearest = min(taken, key=lambda one: _difference(colour, one))
    return f"looks too much like {_hex(nearest)} to some eyes (a difference of {_difference(colour, nearest):.1f})"


def _hex(colour: Color) -> str:
    return str(colour.convert("srgb").to_string(hex=True, fit=True)).upper()
