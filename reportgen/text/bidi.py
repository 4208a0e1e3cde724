"""Keeps what a name says about the direction of writing to itself (Unicode Standard Annex 9, isolates)."""

from __future__ import annotations

import re

_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ISOLATED = re.compile("\u2068[^\u202a-\u202e\u2066-\u2069]*\u2069")
_FIRST_STRONG_ISOLATE, _POP = "\u2068", "\u2069"


def isolate(text: str) -> str:
    """Return a name that turns nothing around it: its embeddings and overrides are dropped, an isolate is put around.

    A name without such signs stays as it is; so does one that is isolated already.
    """
    if not _CONTROLS.search(text) or not _CONTROLS.search(_ISOLATED.sub("", text)):
        return text
    return f"{_FIRST_STRONG_ISOLATE}{_CONTROLS.sub('', text)}{_POP}"
