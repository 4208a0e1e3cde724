"""A shop's own look, as templates and charts are given it: files read, nothing left to decide."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture.

    Attributes
    ----------
    kind : {'svg', 'png'}
        What it is.
    content : bytes
        The file.
    height : float
        Its own height in pixels.
    """

    kind: Literal["svg", "png"]
    content: bytes
    height: float

    @property
    def address(self) -> str:
        """The picture as a data URL."""
        kind = "svg+xml" if self.kind == "svg" else "png"
        return f"data:image/{kind};base64,{base64.b64encode(self.content).decode()}"


@dataclass(frozen=True, slots=True)
class Font:
    """A family of type.

    Attributes
    ----------
    family : str
        Its name: letters, digits, spaces and hyphens.
    kind : {'otf', 'ttf'}
        What its files are.
    faces : tuple of (int, bytes)
        Weight and file, the lighter first.
    folders : tuple of str
        Where the files are, for who reads them there.
    """

    family: str
    kind: Literal["otf", "ttf"]
    faces: tuple[tuple[int, bytes], ...]
    folders: tuple[str, ...]

    @property
    def addresses(self) -> tuple[tuple[int, str], ...]:
        """Weight and data URL of each file."""
        return tuple(
            (weight, f"data:font/{self.kind};base64,{base64.b64encode(content).decode()}")
            for weight, content in self.faces
        )


@dataclass(frozen=True, slots=True)
class Brand:
    """A shop's own look; the shipped one has nothing of it.

    Attributes
    ----------
    name : str
        Name of the shop; empty where it has none.
    logo : Logo or None
        Shown above the report.
    font : Font or None
        Instead of the shipped type.
    footer, disclaimer : str
        At the foot of pages, and at the end; empty where there are none.
    """

    name: str = ""
    logo: Logo | None = None
    font: Font | None = None
    footer: str = ""
    disclaimer: str = ""


NO_BRAND = Brand()
