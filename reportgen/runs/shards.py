"""Shares the stores of a config out among machines that know nothing of one another."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several shares of the stores.

    Attributes
    ----------
    number : int
        From 1.
    of : int
        How many there are.
    """

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def has(self, report: str, store: str | None) -> bool:
        """Tell whether a store's reports, those of all its months, belong to it."""
        return shard_of(report, store, self.of) == self.number


def shard_of(report: str, store: str | None, of: int) -> int:
    """Return which of several shares a store belongs to, from 1: by its name alone, whatever other stores there are."""
    digest = hashlib.sha256(f"{report}\n{store or ''}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % of + 1


def parse_shard(text: str) -> Shard:
    """Read ``3/10``.

    Raises
    ------
    ValueError
        When it is no such share.
    """
    found = re.fullmatch(r"([1-9]\d{0,4})/([1-9]\d{0,4})", text.strip())
    if found is None or not int(found[1]) <= int(found[2]) <= _MOST:
        raise ValueError(f"a shard such as 3/10, not '{text[:20]}'")
    return Shard(int(found[1]), int(found[2]))
