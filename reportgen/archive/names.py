"""Folder names of stores: safe on every system, the same every time, never the same for two stores."""

from __future__ import annotations

import hashlib
import re
import unicodedata

ALL_STORES = "all"
CHAIN = "chain"
OPERATORS = "operators"
"""Where the notes to the operators stand among the mail."""
_DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}
RESERVED = {ALL_STORES, CHAIN, OPERATORS, "latest", "index", "store", *_DEVICES}
_MAX = 40
_LIKE_DIGEST = re.compile("-[0-9a-f]{12}$")


def store_folder(store: str | None) -> str:
    """Return the folder of a store.

    A name such as `United Kingdom` (ASCII words, each with one capital at its beginning) becomes `united-kingdom`.
    Whatever is written otherwise gets twelve hex digits of its SHA-256 behind, so that `PARIS`, `paris`, `Paris!` and
    both Unicode forms of `Évry` have folders of their own, on file systems that see no difference too, and whichever
    other stores there are.

    Parameters
    ----------
    store : str or None
        The shown name; None: all lines of the source.
    """
    if store is None:
        return ALL_STORES
    words = split_words(store)
    slug = "-".join(words)
    is_free = slug not in RESERVED and 0 < len(slug) <= _MAX and not _LIKE_DIGEST.search(slug)
    if is_free and store == " ".join(word.capitalize() for word in words):
        return slug
    short = slug[:_MAX].strip("-") or "store"
    return f"{short}-{hashlib.sha256(store.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def split_words(text: str) -> list[str]:
    """Split a text into words of small ASCII letters and digits; marks on letters go, and so does all else."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.findall("[a-z0-9]+", plain.lower())
