"""Keeps what a name says about the direction of writing to itself (Unicode Standard Annex 9, isolates)."""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ISOLATED = re.compile("\u2068[^\u202a-\u202e\u2066-\u2069]*\u2069")
_FIRST_STRONG_ISOLATE, _POP = "\u2068", "\u2069"
LONGEST_NAME = 120
"""Characters of a product's name that are shown."""


def tidy_name(text: str) -> str:
    """Return a name that can be printed anywhere: without control and unassigned signs, on one line, not endless.

    Joiners, which some scripts are written with, and signs of direction, which `isolate` deals with, stay.
    """
    shown = "".join(sign if sign.isprintable() or unicodedata.category(sign) == "Cf" else " " for sign in text)
    shown = " ".join(shown.replace("\ufeff", "").split())
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1].rstrip()}…"


def isolate(text: str) -> str:
    """Return a name that turns nothing around it: its embeddings and overrides are dropped, an isolate is put around.

    A name without such signs stays as it is; so does one that is isolated already.
    """
    if not _CONTROLS.search(text) or not _CONTROLS.search(_ISOLATED.sub("", text)):
        return text
    return f"{_FIRST_STRONG_ISOLATE}{_CONTROLS.sub('', text)}{_POP}"
