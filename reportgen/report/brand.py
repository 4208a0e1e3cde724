"""Reads a shop's own look from its folder: what of it cannot be used is told before anything is made."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import ascii_letters, digits
from typing import Literal, cast

from reportgen.config.brand import BrandOptions, FontOptions
from reportgen.config.options import Options
from reportgen.errors import ConfigError, Problem
from reportgen.model.brand import Brand, Font
from reportgen.palette import FONT, LOOK, Look
from reportgen.report.logo import MAX_LOGO, read_logo
from reportgen.text.formats import Formats

_MAX_FONT = 3_000_000
_FAMILY = re.compile(r"[\w -]{1,60}")
_RESTRICTED = 0x0002
"""Bit of OS/2 fsType: the font must not be embedded."""
_NEEDED = f"{ascii_letters}{digits}.,%+-"


@dataclass(frozen=True, slots=True)
class LoadedBrand:
    """A shop's own look, read.

    Attributes
    ----------
    brand : Brand
        For templates.
    look : Look
        Colours and type, for charts and style sheets.
    notes : tuple of str
        What was changed of its colours, and why.
    digest : str
        Of its files; empty where it has none.
    """

    brand: Brand
    look: Look
    notes: tuple[str, ...]
    digest: str = ""


def read_brand(options: Options) -> LoadedBrand:
    """Read the look that a config asks for, once for each.

    Raises
    ------
    ConfigError
        When a file of it is missing, is not what it should be, or may not be used.
    """
    return _read(options.brand, options.template_dir)


def formats_of(options: Options) -> Formats:
    """Return how a config's reports write numbers and colour segments."""
    return Formats(options.locale, options.currency, read_brand(options).look)


@cache
def _read(brand: BrandOptions, template_dir: str | None) -> LoadedBrand:
    font = _read_font(brand.fonts, template_dir)
    family = font.family if font is not None else FONT
    look, notes = (Look(LOOK.segments, LOOK.on_dark, family), ()) if not brand.colours else _fit(brand.colours, family)
    logo = None
    if brand.logo is not None:
        logo = read_logo(_read_file(brand.logo, "brand.logo", template_dir, MAX_LOGO), f"{template_dir}/{brand.logo}")
    if logo is not None and not brand.name:
        expected = "brand.name too: what the logo says to who cannot see it"
        raise ConfigError(Problem("config", "brand.logo", expected, "no name"))
    made = Brand((brand.name or "").strip(), logo, font, brand.footer or "", brand.disclaimer or "")
    files = [*([logo.content] if logo else []), *([content for _, content in font.faces] if font else [])]
    digest = hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in files)).hexdigest()[:32] if files else ""
    return LoadedBrand(made, look, notes, digest)


def _fit(colours: tuple[str, ...], family: str) -> tuple[Look, tuple[str, ...]]:
    from reportgen.report.colours import fit_colours  # noqa: PLC0415 - few shops need its library

    return fit_colours(colours, family)


def _read_file(name: str, option: str, template_dir: str | None, limit: int) -> bytes:
    if template_dir is None:
        raise ConfigError(Problem("config", option, "template_dir, the folder that has it", f"{name} and no folder"))
    folder = Path(template_dir)
    path = folder / name
    try:
        is_below = path.resolve().is_relative_to(folder.resolve())
        size = path.stat().st_size if path.is_file() else None
    except OSError as error:
        raise ConfigError(Problem(str(folder), option, "a file", error.strerror or str(error))) from None
    if size is None:
        raise ConfigError(Problem(str(path), option, "a file", "none"))
    if not is_below:
        raise ConfigError(Problem(str(path), option, "a file below template_dir", "a link that leads out of it"))
    if size > limit:
        raise ConfigError(Problem(str(path), option, f"at most {limit:,} bytes", f"{size:,}"))
    return path.read_bytes()


def _read_font(fonts: FontOptions, template_dir: str | None) -> Font | None:
    if fonts.regular is None:
        if fonts.semibold is not None:
            raise ConfigError(Problem("config", "brand.fonts", "a regular font too", "a semibold one alone"))
        return None
    named = [(400, "regular", fonts.regular), (600, "semibold", fonts.semibold or fonts.regular)]
    faces = [
        (weight, name, _read_file(name, f"brand.fonts.{which}", template_dir, _MAX_FONT))
        for weight, which, name in named
    ]
    families = [_family_of(content, f"{template_dir}/{name}") for _, name, content in faces]
    if len(set(families)) > 1:
        expected = f"a font of the same family as {fonts.regular}, {families[0]}"
        raise ConfigError(Problem(f"{template_dir}/{fonts.semibold}", "brand.fonts.semibold", expected, families[1]))
    kind = "otf" if faces[0][2].startswith(b"OTTO") else "ttf"
    folders = sorted({str((Path(cast(str, template_dir)) / name).parent) for _, name, _ in faces})
    return Font(
        families[0],
        cast(Literal["otf", "ttf"], kind),
        tuple((weight, content) for weight, _, content in faces),
        tuple(folders),
    )


def _family_of(content: bytes, place: str) -> str:
    """Return the name of a font's family; a font that cannot be used, or may not be, is refused."""
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - few shops need it

    def refuse(expected: str, came: str) -> ConfigError:
        return ConfigError(Problem(place, "brand.fonts", expected, came))

    if content[:4] not in (b"OTTO", b"\x00\x01\x00\x00", b"true"):
        raise refuse("an OpenType or TrueType file (.otf, .ttf)", f"{content[:4]!r} at its beginning")
    try:
        font = TTFont(io.BytesIO(content), lazy=True)
        names, letters = font["name"], font.getBestCmap() or {}
        family = str(names.getDebugName(16) or names.getDebugName(1) or "")
        embedding = font["OS/2"].fsType if "OS/2" in font else 0
    except (TTLibError, KeyError, AttributeError, ValueError) as error:
        raise refuse("a font that can be read", str(error) or type(error).__name__) from None
    if embedding & _RESTRICTED:
        raise refuse("a font whose licence lets it be embedded", "one that forbids it (fsType 2)")
    if not _FAMILY.fullmatch(family):
        raise refuse("a family name of letters, digits, spaces and hyphens", repr(family))
    missing = [sign for sign in _NEEDED if ord(sign) not in letters]
    if missing:
        raise refuse("a font with the Latin letters and digits", f"none for {' '.join(missing[:8])}")
    return family
