"""The facts of a chain report, as `reportgen.model.facts` are those of one store's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import ConfigDict

from reportgen.model.facts import Identity, Span
from reportgen.model.identity import Identified, SegmentIdentity
from reportgen.model.lines import LineCounts

CHAIN_SCHEMA_VERSION = 4
"""2: sentences stand apart, in `words`; 3: customers of several stores are told apart; 4: `typical_sales` are those of
the chain's customers, no longer of its stores."""
_DESCRIBED = ConfigDict(use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class StoreLink:
    """A store's own report."""

    status: str
    """`done`, `held` or `failed`."""
    reason: str
    """Why there is none; empty when there is one."""
    path: str | None
    """The report's folder, relative to the folder of this one; null when there is none."""


@dataclass(frozen=True, slots=True)
class StoreShare:
    """How many of a store's customers are in one segment."""

    segment: int
    """The segment's number."""
    customers: int
    """Customers."""
    share: float
    """Share of the store's customers (0..1)."""
    low: float
    """Lower bound of its 95 % interval (Wilson 1927)."""
    high: float
    """Upper bound of it."""
    pulled: float
    """The share pulled toward the chain's (0..1)."""
    pulled_low: float
    """Lower bound of the pulled share's 95 % interval."""
    pulled_high: float
    """Upper bound of it."""
    verdict: str
    """`above`, `below` or `within noise` of the chain's share; `too few customers` to tell."""


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """Everything the chain report says of one store."""

    store: str
    """Its name."""
    customers: int
    """Customers in the window."""
    share_of_customers: float
    """Share of the chain's customers (0..1)."""
    orders: int
    """Orders."""
    sales: float
    """Sales."""
    share_of_sales: float
    """Share of the chain's sales (0..1)."""
    typical_sales: float
    """Geometric mean of the sales per customer."""
    pulled_sales: float
    """The same, pulled toward the chain's."""
    pulled_low: float
    """Lower bound of the pulled figure's 95 % interval."""
    pulled_high: float
    """Upper bound of it."""
    verdict: str
    """`above`, `below` or `within noise` of the chain's typical sales; `too few customers` to tell."""
    rank: int | None
    """Rank by pulled typical sales among all stores; null when the store is not above or below."""
    shares: tuple[StoreShare, ...]
    """Its customers by segment of the common model."""
    link: StoreLink | None
    """Its own report."""


@dataclass(frozen=True, slots=True)
class ChainSegment(Identified):
    """A segment of the common model."""

    number: int
    """1 is the segment with the highest mean total sales."""
    identity: SegmentIdentity
    """What it is known by; the common model is a new one each month, so its colour is its number."""
    kind: str
    """How often and how much each time."""
    customers: int
    """Customers of all stores."""
    share_of_customers: float
    """Share of all customers (0..1)."""
    share_of_sales: float
    """Share of all sales (0..1)."""
    mean_total_sales: float
    """Mean sales per customer."""
    mean_order_count: float
    """Mean orders per customer."""
    mean_avg_order_value: float
    """Mean of the customers' average order values."""


@dataclass(frozen=True, slots=True)
class ChainMethod:
    """How the chain report was made."""

    features: tuple[str, ...]
    """What customers are compared by."""
    random_state: int
    """Seed."""
    min_customers: int
    """Customers below which a store has no report of its own."""
    fingerprint: str
    """Digest of the input."""
    versions: dict[str, str]
    """Versions of what made it."""
    share_correlation: float
    """How much more alike two customers of one store are than two of the chain (0..1)."""
    least_customers: int | None
    """Customers of a store below whom it is not said to differ; null in facts of before version 4."""


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """What a chain report says, in numbers and codes."""

    schema_version: int
    """Version of this file's shape."""
    made_on: date
    """Day the report was made."""
    report: Identity
    """Which report this is; its store is null."""
    period: Span
    """The time it is about."""
    lines: LineCounts
    """What became of the order lines of all stores."""
    customers: int
    """Customers; one who bought in two stores that one source holds counts once."""
    in_several_stores: int | None
    """Those of them who bought in more than one store; null in facts of version 2, which counted them in each."""
    customers_by_store: int
    """Customers of all stores added up, as the common model sees them; one who bought in two stores counts in both."""
    orders: int
    """Orders."""
    total_sales: Decimal
    """Sales, exact."""
    repeat_share: float
    """Share of the customers by store with two orders or more there (0..1)."""
    typical_sales: float
    """Geometric mean of the sales per customer over all customers, a customer of two stores counted in each: what small
    stores are pulled toward (in facts of before version 4 the mean of the stores)."""
    spread: float
    """Factor by which a store's typical sales usually differ from the chain's, chance left out."""
    silhouette: float | None
    """Silhouette of the common model; null when the customers could not be divided."""
    segments: tuple[ChainSegment, ...]
    """Segments of the common model."""
    stores: tuple[StoreFacts, ...]
    """Stores by sales, high to low."""
    left_out: dict[str, str]
    """Stores that could not be compared, and why."""
    method: ChainMethod
    """How it was made."""


for _class in (StoreLink, StoreShare, StoreFacts, ChainSegment, ChainMethod, ChainFacts):
    setattr(_class, "__pydantic_config__", _DESCRIBED)  # noqa: B010 - described for the schema
