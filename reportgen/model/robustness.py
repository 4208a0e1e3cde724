"""How firm each sentence of a headline is: whether it would be said as well under other choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

Variation = Literal["without_top", "normalise", "fewer", "more", "seeds", "returns"]
"""What could as well have been chosen: to leave the top 1 % of buyers out, to compare customers on another scale, one
segment fewer, one more (neither of groups that exist), other seeds, returns the other way (counted, or set against
purchases)."""
VARIATIONS: tuple[Variation, ...] = ("without_top", "normalise", "fewer", "more", "seeds", "returns")
POINTS = 0.10
"""How far a share may be from the one printed for a sentence to be the same still."""
LEAST, MOST = 0.5, 2.0
"""What money, or a change, may be of that printed for a sentence to be the same still."""


@dataclass(frozen=True, slots=True)
class HeadlineMark:
    """Whether one finding of the headline survives every variation that it was tried in."""

    about: str
    """Which finding: `month`, `year_ago`, `base`, `segments`, `growth` or `risk`."""
    firm: bool | None
    """Whether it survives them all; null where it was tried in none, as what is counted needs no choice."""
    survives: dict[Variation, bool]
    """Whether it survives each variation that it was tried in."""


setattr(HeadlineMark, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
