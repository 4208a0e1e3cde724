"""Options of the shop's own look: its name, logo, colours, type, and what it prints at the foot."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

from reportgen.config.section import Section

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_MOST_COLOURS = 10
_LONGEST_LINE, _LONGEST = 90, 600
"""Characters of a footer, which is one line, and of a disclaimer, which is a few."""


def _check_brand_file(value: str) -> str:
    """Refuse a path that leads out of the folder with templates."""
    path = PurePosixPath(value)
    if not value or path.is_absolute() or ".." in path.parts or "\\" in value or ":" in value:
        raise ValueError("a file below template_dir, such as logo.svg")
    return value


def _check_colour(value: str) -> str:
    if not _COLOUR.fullmatch(value):
        raise ValueError("a colour as '#' and six hex digits, in quotes: \"#0072B2\"")
    return value.upper()


BrandFile = Annotated[str, AfterValidator(_check_brand_file)]
Text = Annotated[str, Field(min_length=1, max_length=_LONGEST)]


class FontOptions(Section):
    """The type, as two files of one family."""

    regular: BrandFile | None = None
    """Font file (.otf or .ttf) below `template_dir`, for plain text."""
    semibold: BrandFile | None = None
    """Font file of the same family for headings; without it the regular one is used for them too."""


class BrandOptions(Section):
    """The shop's own look. Its files stand in `template_dir`."""

    name: Annotated[str, Field(max_length=80, pattern=r"\S")] | None = None
    """Name of the shop: what the logo says to who cannot see it."""
    logo: BrandFile | None = None
    """Logo (.svg or .png) below `template_dir`, shown above the report and the e-mail."""
    colours: tuple[Annotated[str, AfterValidator(_check_colour)], ...] = Field(
        default=(), max_length=_MOST_COLOURS, strict=False
    )
    """Colours of the segments, the most valuable one's first, such as `["#005F73", "#EE9B00"]`; shipped ones follow.
    One that is too pale for white paper, or looks like another to colour-blind eyes, is made darker or lighter, and a
    note says so."""
    fonts: FontOptions = FontOptions()
    footer: Annotated[str, Field(min_length=1, max_length=_LONGEST_LINE)] | None = None
    """A line at the foot of each page of the PDF, and of the page on the screen and the e-mail."""
    disclaimer: Text | None = None
    """A paragraph at the end of the report and of the e-mail."""
