"""Lines that never became order lines: counted and told, but not kept, for there may be millions."""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass

_EXAMPLES, _EXAMPLE_LENGTH = 3, 80
_MODULUS = 2**128


@dataclass(frozen=True, slots=True)
class MalformedLines:
    """A count, a digest and a few examples, the same whatever the order of the lines.

    Attributes
    ----------
    count : int
        How many lines they are.
    total : int
        Sum of the lines' own digests modulo 2**128.
    examples : tuple of str
        The first three in the order of their text, cut to 80 signs: whole lines may hold customer ids.
    """

    count: int = 0
    total: int = 0
    examples: tuple[str, ...] = ()

    def __add__(self, other: MalformedLines) -> MalformedLines:
        examples = heapq.nsmallest(_EXAMPLES, (*self.examples, *other.examples))
        return MalformedLines(self.count + other.count, (self.total + other.total) % _MODULUS, tuple(examples))

    @property
    def digest(self) -> str:
        """One digest of all; that of nothing where there are none."""
        said = f"{self.count} {self.total:032x}" if self.count else ""
        return hashlib.sha256(said.encode()).hexdigest()


NO_LINES = MalformedLines()


class MalformedCounter:
    """Counts malformed lines as they come."""

    def __init__(self) -> None:
        self._count = self._total = 0
        self._examples: list[str] = []

    def add(self, line: str) -> None:
        """Count a line."""
        self._count += 1
        own = hashlib.md5(line.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
        self._total = (self._total + int.from_bytes(own, "big")) % _MODULUS
        if len(self._examples) < _EXAMPLES or line < self._examples[-1]:
            self._examples = heapq.nsmallest(_EXAMPLES, (*self._examples, line[:_EXAMPLE_LENGTH]))

    @property
    def result(self) -> MalformedLines:
        """What was counted."""
        return MalformedLines(self._count, self._total, tuple(self._examples))
