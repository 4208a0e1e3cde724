"""A shop's colours are fit for charts, whatever it asks for, and what was changed is said."""

from __future__ import annotations

from itertools import combinations

import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st

from reportgen.palette import DARK_PAPER, LOOK, PAPER
from reportgen.report.colours import LEAST_APART, LEAST_CONTRAST, fit_colours

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, reckoned from the definition (WCAG 2.2) and not by the library."""

    def luminance(name: str) -> float:
        parts = [int(name[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def apart(one: str, other: str) -> float:
    """Return the least difference of two colours to any eyes."""
    left, right = Color(one), Color(other)
    seen = [(left, right), *((left.filter(eyes), right.filter(eyes)) for eyes in ("protan", "deutan", "tritan"))]
    return min(first.delta_e(second, method="2000") for first, second in seen)


@given(st.lists(COLOURS, min_size=1, max_size=4))
def test_any_colours_become_fit(wanted: list[str]) -> None:
    """Four colours of any kind become ones that stand out from paper, and from one another, dark paper included."""
    look, notes = fit_colours(wanted)
    own = look.segments[: len(wanted)]
    assert len(look.segments) == len(look.on_dark) == len(set(look.segments)) == 10
    for fitted, colour in zip(own, wanted, strict=True):
        is_shipped = fitted in LOOK.segments and fitted != colour
        assert is_shipped or contrast(fitted, PAPER) >= LEAST_CONTRAST - 0.05
    assert all(apart(one, other) >= LEAST_APART - 0.5 for one, other in combinations(own, 2))
    assert all(contrast(one, DARK_PAPER) >= LEAST_CONTRAST - 0.05 for one in look.on_dark)
    assert all(
        apart(one, other) >= LEAST_APART / 2 - 0.5 for one, other in combinations(look.on_dark[: len(wanted)], 2)
    )
    changed = [colour for colour, fitted in zip(wanted, own, strict=True) if colour != fitted]
    assert [note.split()[1] for note in notes] == changed


def test_fit_colours_are_left_alone() -> None:
    """Dark colours that are apart stay as they are, and nothing is said."""
    look, notes = fit_colours(["#1F5F4A", "#7A3B69"])
    assert look.segments[:2] == ("#1F5F4A", "#7A3B69")
    assert notes == ()


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (["#FFEE00"], "#FFEE00 is too pale for white paper (1.2 to 1, 3 are needed)"),
        (["#B00020", "#B00020"], "#B00020 looks too much like #B00020 to some eyes (a difference of 0.0)"),
        (["#C00000", "#5A7A00"], "#5A7A00 looks too much like #C00000 to some eyes"),
    ],
)
def test_what_was_changed_is_said(wanted: list[str], words: str) -> None:
    """A pale colour, the same twice, and a red and a green that some eyes cannot tell apart: each with its reason."""
    look, notes = fit_colours(wanted)
    assert len(notes) == 1
    assert words in notes[0]
    assert f"; {look.segments[len(wanted) - 1]}" in notes[0] and notes[0].endswith(" is drawn instead")


def test_a_colour_keeps_its_hue() -> None:
    """A yellow that is too pale becomes a darker yellow."""
    look, _ = fit_colours(["#FFD000"])
    before, after = (Color(one).convert("oklch") for one in ("#FFD000", look.segments[0]))
    assert after["lightness"] < before["lightness"]
    assert after["hue"] == pytest.approx(before["hue"], abs=8)
