"""Looks into a logo before it is shown: a picture alone, of a size that can be drawn."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

from reportgen.errors import ConfigError, Problem
from reportgen.model.brand import Logo

MAX_LOGO = 300_000
"""Bytes."""
_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS, _MOST_SLENDER = 4_000, 20
"""Pixels of a side, and how many times longer one side may be than the other."""
_SVG = "http://www.w3.org/2000/svg"
_ACTIVE = {"script", "foreignObject", "iframe", "handler", "set", "animate", "animateMotion", "animateTransform"}
_ADDRESS = re.compile(r"(?i)url\(\s*[\"']?(?!#|data:)|@import|\\")
_NUMBER = re.compile(r"\s*([0-9.]+(?:e[0-9]+)?)(?:px)?\s*")


def read_logo(content: bytes, place: str) -> Logo:
    """Read a logo.

    Parameters
    ----------
    content : bytes
        The file.
    place : str
        Where it is, for messages.

    Raises
    ------
    ConfigError
        When it is neither a PNG nor an SVG picture, has a script or an address in it, or cannot be drawn at its size.
    """
    kind, (width, height) = ("png", _size_of_png(content, place)) if content.startswith(_PNG) else ("svg", (0.0, 0.0))
    if kind == "svg":
        content = _decode(content, place).encode()
        width, height = _size_of_svg(content, place)
    sides = sorted((width, height))
    if not 1 <= sides[0] <= sides[1] <= _MOST_PIXELS or sides[1] > _MOST_SLENDER * sides[0]:
        expected = f"sides of 1 to {_MOST_PIXELS:,} pixels, one at most {_MOST_SLENDER} times the other"
        raise _refuse(place, expected, f"{width:g} x {height:g}")
    return Logo("png" if kind == "png" else "svg", content, height)


def _refuse(place: str, expected: str, came: str) -> ConfigError:
    return ConfigError(Problem(place, "brand.logo", expected, came[:120]))


def _size_of_png(content: bytes, place: str) -> tuple[float, float]:
    from PIL import Image  # noqa: PLC0415 - few shops have a logo

    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            size = picture.size
            if max(size) <= _MOST_PIXELS:
                picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _refuse(place, "a PNG picture that can be read", str(error)) from None
    return float(size[0]), float(size[1])


def _decode(content: bytes, place: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refuse(place, "a PNG picture, or an SVG in UTF-8", f"{content[:20]!r} at its beginning") from None


def _size_of_svg(content: bytes, place: str) -> tuple[float, float]:
    if b"<!ENTITY" in content:
        raise _refuse(place, "a picture alone", "an entity of its own")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - without entities of its own, and small
    except ElementTree.ParseError as error:
        raise _refuse(place, "a PNG or an SVG picture", f"no XML: {error}") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise _refuse(place, f"an element svg of {_SVG}", root.tag)
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in _ACTIVE:
            raise _refuse(place, "a picture alone, without scripts and without movement", f"an element {name}")
        if name == "style" and _ADDRESS.search(element.text or ""):
            raise _refuse(place, "a style without addresses", str(element.text).strip())
        for key, value in element.attrib.items():
            _check_attribute(key.rpartition("}")[2], value, place)
    return _read_size(root, place)


def _check_attribute(name: str, value: str, place: str) -> None:
    if name.lower().startswith("on"):
        raise _refuse(place, "a picture alone, without scripts", f"{name}={value}")
    if name in ("href", "src") and not value.strip().startswith(("#", "data:image/")):
        raise _refuse(place, "a picture alone, without addresses", f"{name}={value}")
    if _ADDRESS.search(value):
        raise _refuse(place, "a picture alone, without addresses", f"{name}={value}")


def _read_size(root: ElementTree.Element, place: str) -> tuple[float, float]:
    stated = [_NUMBER.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if all(stated):
        return tuple(float(one[1]) for one in stated if one)  # type: ignore[return-value]
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    try:
        _, _, width, height = map(float, box)
    except ValueError:
        raise _refuse(place, "an SVG with a viewBox, or a width and a height in pixels", "neither") from None
    return width, height
