"""The finished report as one frozen value: templates print it, facts.json is its dump, no number stands elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import ConfigDict

from reportgen.model.actions import Action, Opportunity, Sizing
from reportgen.model.change import Change
from reportgen.model.lines import LineCounts
from reportgen.model.products import BestSeller, Pair
from reportgen.model.segments import Choice

SCHEMA_VERSION = 3
"""2: `month` was added; 3: `change`, and what a segment is known by."""
_DESCRIBED = ConfigDict(use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class SkippedSection:
    """A section that could not be made, and why."""

    key: str
    """The section."""
    reason: str
    """Why, as a sentence."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which report this is."""

    id: str
    """The report's id from the config."""
    title: str
    """Its title."""
    store: str | None
    """The store it is about; null when it is about all lines of the source."""
    locale: str
    """Locale that numbers and dates are written in."""
    currency: str
    """Currency of all money, ISO 4217."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time that the report is about."""

    month: str
    """Month of the report, `YYYY-MM`."""
    first_day: date
    """First day with lines in the window."""
    as_of: date
    """Last day observed; recency is counted back from it."""
    window_months: int | None
    """Months in the window; null for all."""
    is_partial: bool
    """Whether the data end before the month does."""


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The calendar month itself, beside the window that segments are made from."""

    sales: Decimal
    """Sales of the month, exact."""
    orders: int
    """Orders of the month."""
    previous_sales: Decimal | None
    """Sales of the month before; null where the window does not hold it whole."""
    previous_orders: int | None
    """Orders of the month before; null as above."""


@dataclass(frozen=True, slots=True)
class Averages:
    """The same figures for a segment or for all customers."""

    mean_total_sales: float
    """Mean sales per customer in the window."""
    mean_order_count: float
    """Mean orders per customer in the window."""
    mean_avg_order_value: float
    """Mean of the customers' average order values."""
    mean_recency_days: float
    """Mean days since the last order."""
    median_total_sales: float
    """Half of the customers spent more."""
    median_order_count: float
    """Half of the customers ordered more often."""
    median_avg_order_value: float
    """Half of the customers have a higher average order value."""
    median_recency_days: float
    """Half of the customers ordered longer ago."""
    one_order_customers: int
    """Customers with exactly one order in the window."""
    one_order_share: float
    """Their share (0..1)."""


@dataclass(frozen=True, slots=True)
class SegmentFacts(Averages):
    """Everything the report says of one segment."""

    number: int
    """1 is the segment with the highest mean total sales."""
    name: str
    """Shown name, unique in the report."""
    phrase: str
    """The name as it stands within a sentence."""
    colour: int
    """Place in the palette, from 1; kept from month to month, as the name is."""
    known_since: str
    """Month `YYYY-MM` in which it was first reported."""
    named_for: str
    """The kind that it has its name from."""
    kind: str
    """How often and how much each time this month, such as `rare_big`."""
    recency: str | None
    """`recent` or `lapsed` where that sets the segment apart."""
    customers: int
    """Customers."""
    share_of_customers: float
    """Share of all customers (0..1)."""
    orders: int
    """Orders."""
    share_of_orders: float
    """Share of all orders (0..1)."""
    sales: float
    """Sales."""
    share_of_sales: float
    """Share of all sales (0..1)."""
    index_total_sales: int
    """Mean total sales against all customers' (100 = average)."""
    index_order_count: int
    """Mean order count against all customers' (100 = average)."""
    index_avg_order_value: int
    """Mean of average order values against all customers' (100 = average)."""
    center: dict[str, float]
    """Mean of each normalised feature, in standard deviations from the mean of all customers."""
    percentiles: dict[str, float]
    """Mean percentile of each metric among all customers (0..1)."""
    overdue: Sizing
    """Sales at risk: those of customers who are silent for more than twice their usual gap."""
    opportunity: Opportunity | None
    """What the next step could bring; null for a segment with no step to take."""
    best_sellers: tuple[BestSeller, ...]
    """Products that the segment buys most."""
    pairs: tuple[Pair, ...]
    """Products that go together in its orders."""
    pairs_found: int
    """Pairs that reach the minimum count and meet more often than by chance."""
    pair_orders_counted: int
    """Orders that pairs were counted in."""
    pair_orders_left_out: int
    """Orders left out of that for holding too many products."""
    actions: tuple[Action, ...]
    """What to do."""
    summary: str
    """One sentence."""
    role: str
    """What the segment means for the shop, as a sentence; empty when there is one segment only."""
    narrative: tuple[str, ...]
    """What they are like, as sentences."""


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
    fingerprint: str
    """Digest of all lines read, whatever their order or the file's format."""
    versions: dict[str, str]
    """Versions of reportgen and of the libraries that compute."""


_CLASSES: tuple[type, ...] = (
    Action,
    Averages,
    BestSeller,
    Choice,
    Identity,
    LineCounts,
    Method,
    MonthFigures,
    Opportunity,
    Pair,
    SegmentFacts,
    Sizing,
    SkippedSection,
    Span,
)


@dataclass(frozen=True, slots=True)
class Report:
    """One store's report of one month."""

    __pydantic_config__ = _DESCRIBED

    schema_version: int
    """Version of this format."""
    made_on: date
    """Day the report was made."""
    report: Identity
    """Which report this is."""
    period: Span
    """The time it is about."""
    lines: LineCounts
    """What became of every order line."""
    customers: int
    """Customers in the window."""
    orders: int
    """Orders in the window."""
    total_sales: Decimal
    """Sales in the window, exact to the smallest coin."""
    avg_order_value: float
    """Sales / orders."""
    repeat_customers: int
    """Customers with two orders or more."""
    repeat_share: float
    """Their share (0..1)."""
    month: MonthFigures
    """The month itself."""
    averages: Averages
    """All customers, the yardstick for segments."""
    n_clusters: int
    """Number of segments."""
    silhouette: dict[int, float]
    """Silhouette coefficient (-1..1) by number of segments."""
    inertia: dict[int, float]
    """Inertia by number of segments."""
    choice: Choice
    """How the number was chosen."""
    rank_correlations: dict[str, float]
    """Spearman's rank correlation (-1..1) of two metrics over all customers."""
    headline: tuple[str, ...]
    """The report in three to five sentences."""
    do_this_month: tuple[Action, ...]
    """Up to three actions, the most important first."""
    segments: tuple[SegmentFacts, ...]
    """The segments, by number."""
    growth: tuple[str, ...]
    """Where to grow, as sentences."""
    method_notes: tuple[str, ...]
    """How the number of segments came about, as sentences."""
    method: Method
    """How it was made."""
    skipped: tuple[SkippedSection, ...]
    """Sections that could not be made, and why."""
    change: Change
    """What has changed since the previous report."""

    @property
    def by_opportunity(self) -> tuple[SegmentFacts, ...]:
        """Segments with a next step, the largest opportunity first."""
        sized = [segment for segment in self.segments if segment.opportunity is not None]
        return tuple(sorted(sized, key=lambda segment: -segment.opportunity.amount))  # type: ignore[union-attr]

    @property
    def by_risk(self) -> tuple[SegmentFacts, ...]:
        """Segments with overdue customers, the most sales at risk first."""
        return tuple(sorted((s for s in self.segments if s.overdue.customers), key=lambda s: -s.overdue.amount))


for _class in _CLASSES:
    setattr(_class, "__pydantic_config__", _DESCRIBED)  # noqa: B010 - classes of other modules, described here
