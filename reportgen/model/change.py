"""What has changed since the previous report, as the facts of a report say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import ConfigDict

from reportgen.model.identity import Identified, SegmentIdentity
from reportgen.model.restatement import Restatement
from reportgen.model.trend import Anomaly, TrendMonth, TrendSegment


@dataclass(frozen=True, slots=True)
class PreviousReport:
    """The report that this one is compared with."""

    month: str
    """Its month, `YYYY-MM`."""
    run: str
    """The path of its run within the archive."""
    made_on: date
    """Day it was made."""
    store: str | None
    """The store's name in it; null when it is about all lines of the source."""
    months_ago: int
    """Months from its month to this one's; 1 unless some were left out."""


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Which model placed the customers in segments."""

    rule: str
    """`refit`, `frozen` or `auto`, as the config says; `bands` where customers are divided by stated bands."""
    fitted_in: str
    """Month that it was fitted in, `YYYY-MM`."""
    is_refit: bool
    """Whether that is this month though there was an earlier model: the borders of the segments moved."""
    segments_before: int | None
    """Number of segments in the previous report; null without one."""
    excess: float | None
    """How much farther customers are from the earlier model's centres than from new ones (mean squared distance, 0.1 =
    10 % farther); null where it was not measured."""
    shift: float | None
    """Population stability index of the segments' shares against those when it was fitted; null as above."""


@dataclass(frozen=True, slots=True)
class KpiChange:
    """One key figure against earlier reports."""

    key: str
    """Of the window `customers`, `orders`, `total_sales`, `avg_order_value` or `repeat_share`; of the calendar month
    `month_sales`, `month_orders`, `month_avg_order_value`, `month_customers`, or `back_share`: the share of the latest
    month's first buyers of whom all had 90 days to come back, who did."""
    now: float
    """In this report."""
    previous: float | None
    """Of the window in the previous report, as its lines are today; of the month in the month before it, `back_share`
    of the first buyers of the month before those; null where it is not compared."""
    difference: float | None
    """Now less previous."""
    change: float | None
    """The difference as a share of the previous value (0.1 = 10 % more); null where that is zero."""
    year_ago: float | None
    """Of the window in the report of the same month last year, as the archive has it; of the month in that of the
    lines; null where it is not known."""
    year_change: float | None
    """Now less that, as a share of it."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of a segment's growth or shrinking."""

    key: str
    """`corrected`, `new`, `returned`, `behaviour`, `silence` (in its place where days since the last order place
    customers too), `aged_out` or `boundaries`."""
    customers: int
    """Customers gained (or lost, below zero) by it."""
    sales: Decimal
    """Sales gained or lost by it."""


@dataclass(frozen=True, slots=True)
class SegmentChange(Identified):
    """How a segment has changed; the causes add up to it, in customers and in sales."""

    identity: SegmentIdentity
    """What the segment is known by."""
    number: int | None
    """Its number in this report; null when it is not in it any more."""
    is_new: bool
    """Whether the previous report did not have it."""
    customers_before: int
    """Customers in the previous report, as printed."""
    customers_now: int
    """Customers in this report."""
    customers_change: int
    """Now less before."""
    sales_before: Decimal
    """Sales in the previous report, as printed."""
    sales_now: Decimal
    """Sales in this report."""
    causes: tuple[Cause, ...]
    """Why."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row or a column of the migration table."""

    kind: str
    """`segment`, `new`, `returned` or `left`."""
    identity: SegmentIdentity | None
    """What the segment is known by; null for those outside all segments."""
    customers: int
    """Customers: the sum of its row or column."""
    sales: Decimal
    """Of a row, their sales in the previous report's window; of a column, in this report's."""

    @property
    def name(self) -> str:
        """Shown name."""
        return self.kind.capitalize() if self.identity is None else self.identity.name

    @property
    def phrase(self) -> str:
        """The name as it stands within a sentence."""
        return self.kind if self.identity is None else self.identity.phrase

    @property
    def colour(self) -> int | None:
        """Place in the palette; null for those outside all segments."""
        return None if self.identity is None else self.identity.colour


@dataclass(frozen=True, slots=True)
class Move:
    """The customers of one cell of the migration table."""

    origin: int
    """Its row: the place in `origins`, from 0."""
    target: int
    """Its column: the place in `targets`, from 0."""
    is_stay: bool
    """Whether row and column are the same segment."""
    customers: int
    """How many."""
    by_borders: int
    """How many of them the previous report's model would have left in their segment, or stand on a border now: they
    changed for no more than that."""
    sales_before: Decimal
    """Their sales in the previous report's window."""
    sales_now: Decimal
    """Their sales in this report's window."""


@dataclass(frozen=True, slots=True)
class Migration:
    """Where customers went; rows add up to the previous report's segments, columns to this one's."""

    origins: tuple[Place, ...]
    """The rows: the previous report's segments as its lines are today, then `new` and `returned`."""
    targets: tuple[Place, ...]
    """The columns: this report's segments, then `left`."""
    moves: tuple[Move, ...]
    """The cells that are not empty."""
    stayed: int
    """Customers who are in the same segment."""
    moved: int
    """Customers who are in another."""
    by_borders: int
    """How many of these only because borders moved, or because they stand on one now."""

    @property
    def has_moves(self) -> bool:
        """Whether anybody came, left or changed segment."""
        return any(not move.is_stay for move in self.moves)


@dataclass(frozen=True, slots=True)
class Change:
    """What has changed since the previous report."""

    previous: PreviousReport | None
    """The report that this one is compared with; null for a store's first."""
    withheld: str | None
    """Why figures are not compared: `first`, `partial`, `currency`, `window` or `gone`; null when they are."""
    other_options: tuple[str, ...]
    """Options that have a part in the figures and are others than in the previous report, by dotted name."""
    model: ModelUse
    """Which model placed the customers."""
    kpis: tuple[KpiChange, ...]
    """The key figures."""
    segments: tuple[SegmentChange, ...]
    """How each segment changed; empty where it is not compared."""
    migration: Migration | None
    """Where customers went; null where it is not compared."""
    tested: tuple[str, ...] | None
    """Measures that were held against the store's own history; null in facts of before version 6."""
    anomalies: tuple[Anomaly, ...]
    """Moves that the store's history does not explain."""
    restated: Restatement | None
    """What of earlier reports is no longer so; null when all still holds."""
    trend: tuple[TrendMonth, ...]
    """The reported months, oldest first, this one last; 36 at most."""


_CLASSES: tuple[type, ...] = (
    Anomaly,
    Cause,
    Change,
    KpiChange,
    Migration,
    ModelUse,
    Move,
    Place,
    PreviousReport,
    SegmentChange,
    TrendMonth,
    TrendSegment,
)
for _class in _CLASSES:
    setattr(_class, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
