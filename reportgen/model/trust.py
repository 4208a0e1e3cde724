"""How far a division of customers can be trusted: what each witness says of their number, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

VerdictKind = Literal["natural", "reproducible", "constructed"]
"""Groups exist; the same answer comes back; a cut through a continuum that may come out otherwise (Dolnicar & Leisch
2010)."""
Trust = Literal["firm", "fair", "doubtful", "do_not_act"]
"""How far one segment can be trusted: by the bands of its stability; `do_not_act`: on the segment alone."""
TRUST_NAMES: Mapping[Trust, str] = {
    "firm": "firm",
    "fair": "fair",
    "doubtful": "doubtful",
    "do_not_act": "do not act on this",
}
Witness = Literal["silhouette", "elbow", "gap", "calinski_harabasz", "davies_bouldin", "stability"]
"""What has an opinion on the number of segments."""
Reason = Literal["gaps", "no_gaps", "unlike_made_up", "like_made_up", "comes_back", "moves", "dissolves"]
"""Why a verdict is what it is: whether there are few customers between the middles of neighbouring segments; whether
customers made up without groups look otherwise; whether the same segments come back (all firm, all at least fair, or
not)."""

HIGHLY_STABLE, VALID, DISSOLVED = 0.85, 0.75, 0.6
"""Bands of a segment's mean bootstrap Jaccard (Hennig 2007; the manual of R's fpc, `clusterboot`): from here on highly
stable, from here on a valid segment; below the last it should not be trusted."""
BORDER = 0.75
"""Share of draws that keep a customer in a segment below which the customer stands on a border."""
GAP = 0.5
"""Customers between two middles, as a share of those at the emptier middle, up to which there is a gap between them."""


@dataclass(frozen=True, slots=True)
class Votes:
    """What each witness says of the number of segments."""

    gap: dict[int, float]
    """Gap statistic by number, 1 the first (Tibshirani, Walther & Hastie 2001)."""
    gap_error: dict[int, float]
    """Its standard error, the simulation's included."""
    calinski_harabasz: dict[int, float]
    """Variance between over variance within (Calinski & Harabasz 1974), by number; more is better."""
    davies_bouldin: dict[int, float]
    """Mean likeness of each segment to the one most like it (Davies & Bouldin 1979), by number; less is better."""
    rand: dict[int, float]
    """Mean adjusted Rand index of pairs of bootstrap solutions (Hubert & Arabie 1985), by number; 1 when they agree."""
    numbers: dict[Witness, int | None]
    """The number that each witness is for; null where it is for none. Who had no choice is left out."""


@dataclass(frozen=True, slots=True)
class Stability:
    """How well a segment comes back when customers are drawn anew and divided again."""

    jaccard: float
    """Mean Jaccard coefficient with the most alike segment of each draw (0..1)."""
    low: float
    """Its 5th percentile over the draws."""
    on_border: int | None = None
    """Its customers whom fewer than three in four of the draws keep in it; null in facts of before version 9."""


@dataclass(frozen=True, slots=True)
class Silhouettes:
    """How much nearer the customers of a segment are to it than to the next (Rousseeuw 1987)."""

    mean: float
    """Mean of their coefficients (-1..1)."""
    below_zero: float
    """Share of them who are nearer to another segment (0..1)."""
    quantiles: tuple[float, ...]
    """Every twentieth of their coefficients, the least and the greatest included: 21, rising."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the segments are groups that exist, a cut that comes back, or neither."""

    kind: VerdictKind
    """The outcome."""
    reasons: tuple[Reason, ...]
    """Why, the weightiest first."""
    valley: float
    """Customers between the middles of the two neighbouring segments with the least gap, as a share of those at the
    emptier middle (0..1; 1: no gap)."""
    between: tuple[int, int]
    """Those two segments."""
    silhouette: float
    """Silhouette coefficient of the division."""
    made_up: int
    """Shops made up without groups, whose customers' habits are spread like these."""
    made_up_silhouettes: tuple[float, float]
    """The least and the greatest silhouette of those."""
    made_up_valley: float
    """The clearest gap, told in the same way as `valley`, that any of those has."""
    draws: int
    """Bootstrap draws."""
    sample: int | None
    """Customers that it was tried on; null: all of them."""


def trust_of(stability: Stability) -> Trust:
    """Tell how far a segment of that stability can be trusted."""
    jaccard = in_percent(stability.jaccard)
    if jaccard >= HIGHLY_STABLE:
        return "firm"
    if jaccard >= VALID:
        return "fair"
    return "doubtful" if jaccard >= DISSOLVED else "do_not_act"


def in_percent(share: float) -> float:
    """Round to two decimals, as shares and silhouettes are printed: whoever reads 85% holds it against 85%."""
    return float(round(Decimal(str(share)), 2))
