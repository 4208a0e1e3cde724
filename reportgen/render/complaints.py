"""Hears what WeasyPrint complains of: characters that no font here has, and pictures without words for them."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable

_MARK = "unsupported by fonts"
"""What WeasyPrint's log says of a character without a glyph, its code point last among the arguments."""
_NO_WORDS = "has no required alt description"
"""What it says of a picture without a text alternative, its source first among the arguments."""
_EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH")
_MOST_SHOWN, _SOURCE_SHOWN = 8, 60


class Complaints(logging.Handler):
    """A log handler that keeps two of WeasyPrint's complaints, and lets nothing else through.

    Attributes
    ----------
    characters : set of str
        For which no font of this machine has a glyph: they would be empty boxes.
    pictures : list of str
        The beginnings of the sources of pictures without a text alternative.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: set[str] = set()
        self.pictures: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Note what a record is about."""
        if not isinstance(record.args, tuple) or not record.args:
            return
        if _MARK in str(record.msg):
            self.characters.add(chr(int(str(record.args[-1]))))
        elif _NO_WORDS in str(record.msg):
            self.pictures.append(str(record.args[0])[:_SOURCE_SHOWN])


def say_missing(characters: Iterable[str]) -> str:
    """Say which characters a PDF could not show, of which scripts they are, and which packages have fonts for them.

    Parameters
    ----------
    characters : iterable of str
        Single characters.

    Returns
    -------
    str
        One sentence for the person who made the report.
    """
    known = sorted(characters)
    scripts = sorted({_script_of(character) for character in known})
    packages = list_packages(known)
    shown = " ".join(known[:_MOST_SHOWN]) + (" …" if len(known) > _MOST_SHOWN else "")
    return (
        f"no font of this machine has {len(known):,} of the characters in the PDF ({', '.join(scripts)}: {shown}), so"
        f" they are empty boxes there; install one (Debian: {' '.join(packages)}) and make the report anew"
    )


def list_packages(characters: Iterable[str]) -> list[str]:
    """List the packages of Debian that have fonts for some characters."""
    return sorted({_package_of(_script_of(character)) for character in characters})


def _script_of(character: str) -> str:
    """Return the first word of a character's Unicode name, which is its script for all letters."""
    word = unicodedata.name(character, "UNKNOWN").split()[0].split("-")[0]
    return word if word == "CJK" else word.capitalize()


def _package_of(script: str) -> str:
    if script.upper() in _EAST_ASIAN:
        return "fonts-noto-cjk"
    is_letter = script in ("Arabic", "Devanagari", "Hebrew", "Thai", "Bengali", "Tamil", "Greek", "Cyrillic")
    return "fonts-noto-core" if is_letter else "fonts-noto-core fonts-noto-color-emoji"
