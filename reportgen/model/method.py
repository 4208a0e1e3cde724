"""How a report was made: its options as far as they matter to a reader, and the bounds that it judged by."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ConfigDict


@dataclass(frozen=True, slots=True)
class Rules:
    """The bounds that the report's judgements were made by."""

    near_best: float
    """How far below the best silhouette a smaller number of segments may lie and still be taken."""
    lasting_reports: int | None
    """Reports in a row in which another number must be clearly better before it is taken; null in facts of before
    version 7."""
    max_excess: float
    """How much farther customers may be from an earlier division's centres than from new ones (0.1 = 10 % farther)."""
    max_shift: float
    """Population stability index of the segments' shares above which an earlier division counts as worn out."""
    anomaly_months: int
    """Earlier months to compare that are needed before a move is called unusual."""
    false_alarms: float
    """Share of the reports of a store in which nothing happens that may call a move unusual (0..1)."""
    overdue_orders: int
    """Days with an order below which a customer has no usual gap (orders, in facts of before version 6)."""
    overdue_gaps: int
    """Usual gaps of silence above which a customer is overdue."""
    overdue_days: int
    """Days of silence that it takes at least."""
    new_days: int | None
    """Days since the first order of all lines within which a customer is new; null in facts of before version 6."""
    lapsed_days: int | None
    """Days of silence above which a customer who is neither new nor late has lapsed; null as above."""


@dataclass(frozen=True, slots=True)
class Method:
    """How the report was made."""

    features: tuple[str, ...]
    """What customers were compared by."""
    normalise: str
    """How features were made comparable."""
    ties: str
    """How equal values were ranked."""
    random_state: int
    """Seed."""
    rank_by: str
    """What best sellers are ranked by: `lines` or `orders`."""
    min_pair_orders: int
    """Orders that a pair needs."""
    max_basket_size: int
    """Products above which an order is left out of pair counts."""
    step_up_share: float
    """Share of customers assumed to take the next step."""
    not_products: tuple[str, ...]
    """Codes left out of product tables."""
    cancelled_prefix: str | None
    """What the number of a cancelled order begins with."""
    returns: str
    """`drop` or `net`."""
    max_dropped_share: float
    """Dropped share above which the run would have stopped."""
    map_customers: int
    """Customers drawn as points in the map."""
    segment_map_customers: int
    """Customers drawn as points in each segment's own map, at most."""
    rules: Rules
    """The bounds that judgements were made by."""
    fingerprint: str
    """Digest of all lines read, whatever their order or the file's format."""
    versions: dict[str, str]
    """Versions of reportgen and of the libraries that compute."""


for _class in (Rules, Method):
    setattr(_class, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
