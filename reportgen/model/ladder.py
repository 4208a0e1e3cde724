"""On which rung of the size ladder a report stands: what its number of customers allows, and who brings the sales."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

Rung = Literal["clusters", "rhythm", "bands", "too_small", "refused"]
"""How customers are divided: by likeness (k-means); by what they spend and their own rhythm; by days since the last
order; not at all, for they are too few; or not at all, for they do not differ or no division of them comes back."""
HALF = 0.5
SHARES = (HALF, 0.8, 0.95)
"""Of the sales: who brings the first so much of them is told."""
SILENT_DAYS = (40, 90, 180)
"""Days since the last order that the bands of the third rung end with."""


@dataclass(frozen=True, slots=True)
class Concentration:
    """How many customers bring the first so much of the sales, those who spend most first."""

    share_of_sales: float
    """So much (0..1)."""
    customers: int
    """How many bring it."""
    share_of_customers: float
    """What they are of all customers (0..1)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A division that was tried and given up: no segment of it should be acted on alone."""

    n_clusters: int
    """Its number of segments."""
    overlap: float
    """Mean bootstrap Jaccard (0..1) of the segment that comes back worst."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rung, and what it was chosen by."""

    rung: Rung
    """How customers are divided."""
    customers: int
    """Customers in the window."""
    returning: int
    """Those of them who ordered on two days or more."""
    clusters_from: int
    """Customers from which they are divided by likeness."""
    rhythm_from: int
    """Returning customers from which they are divided by their own rhythm."""
    min_customers: int
    """Customers from which they are divided at all."""
    is_insisted: bool
    """Whether the config insists on a number of segments, however few customers there are."""
    is_held: bool
    """Whether the rung is that of the previous report although the customers are a little more or fewer than it is
    for."""
    concentration: tuple[Concentration, ...]
    """Who brings the first half, 80 % and 95 % of the sales; empty without sales."""
    by_worth: bool = False
    """Whether bands by rhythm are bands by what customers spend as well; false where all spend the same."""
    refused: Refused | None = None
    """What was tried and given up; null where nothing was."""


for _class in (Concentration, Refused, Ladder):
    setattr(_class, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
