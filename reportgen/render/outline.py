"""A logo as an e-mail can show it: a bitmap, with a thin light outline that a dark screen does not swallow."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from reportgen.model.brand import Logo

HEIGHT = 40
"""Pixels that it is high at most."""
_SCALE = 2
_OUTLINE = 3
"""Pixels of the outline, at twice the size that it is shown at."""
_WIDEST = 260


@dataclass(frozen=True, slots=True)
class LogoPicture:
    """A bitmap.

    Attributes
    ----------
    content : bytes
        PNG at twice its size.
    width, height : int
        Pixels that it is shown at.
    """

    content: bytes
    width: int
    height: int


def outline_logo(logo: Logo, draw: Callable[[bytes, float], bytes]) -> LogoPicture:
    """Draw a logo with an outline: where its own ground is transparent, what is dark stands out from dark paper.

    Parameters
    ----------
    logo : Logo
        SVG or PNG.
    draw : callable
        Draws an SVG as PNG, so many times as large as it is.
    """
    from PIL import Image, ImageFilter  # noqa: PLC0415 - few shops have a logo

    tall = HEIGHT * _SCALE
    png = draw(logo.content, tall / logo.height) if logo.kind == "svg" else logo.content
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGBA")
    scale = min(tall / picture.height, _WIDEST * _SCALE / picture.width)
    picture = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    framed = Image.new("RGBA", (picture.width + 2 * _OUTLINE, picture.height + 2 * _OUTLINE))
    framed.paste(picture, (_OUTLINE, _OUTLINE))
    halo = framed.getchannel("A").filter(ImageFilter.MaxFilter(2 * _OUTLINE - 1)).filter(ImageFilter.GaussianBlur(0.8))
    white = Image.new("RGBA", framed.size, "#FFFFFF")
    white.putalpha(halo)
    out = io.BytesIO()
    Image.alpha_composite(white, framed).save(out, "PNG", optimize=True)
    return LogoPicture(out.getvalue(), round(framed.width / _SCALE), round(framed.height / _SCALE))
