"""The facts of a report: every number that it prints, complete and frozen at once, and no sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import ConfigDict

from reportgen.model.actions import AtRisk, Opportunity, TakenBack, Task, Unaided
from reportgen.model.averages import Averages
from reportgen.model.change import Change
from reportgen.model.identity import Identified, SegmentIdentity
from reportgen.model.ladder import Ladder
from reportgen.model.lines import LineCounts
from reportgen.model.method import Method
from reportgen.model.months import MonthFigures
from reportgen.model.products import BestSeller, Pair
from reportgen.model.returning import Returning, SegmentReturn
from reportgen.model.robustness import HeadlineMark
from reportgen.model.segments import Choice, ChoiceLimit
from reportgen.model.stages import BaseRate, StageCounts
from reportgen.model.trials import AudienceFile, Trial, TrialPlan
from reportgen.model.trust import Silhouettes, Stability, Trust, Verdict, Votes
from reportgen.model.warnings import SourceWarning
from reportgen.months import FIRST, add_months, count_months, is_begun_by

SCHEMA_VERSION = 11
"""2: `month` was added; 3: `change`, and what a segment is known by; 4: sentences stand apart, in `words`; 5:
`warnings` beside the lines; 6: `months` of the lines in the place of `month`, and `cohorts`; 7: what customers did
unaided, and money that was kept, in the place of ranges; 8: how far the segments can be trusted; 9: how
customers could be divided, and how firm each sentence of the headline is; 10: `returning`, with `cohorts` in it,
when those of each segment ordered again, and `trials`; 11: `audiences`, and of each trial how far it has come."""
_DESCRIBED = ConfigDict(use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class SkippedSection:
    """A section that could not be made, and why."""

    key: str
    """The section."""
    reason: str
    """Why: `no_products`, `no_order_ids`, `undivided`, `no_past` or `first`."""


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

    @property
    def is_filling(self) -> bool:
        """Whether the window has no beginning or begins before the lines do: then its totals can hardly fall."""
        if self.window_months is None:
            return True
        before = min(self.window_months - 1, count_months(FIRST, self.month))
        return not is_begun_by(add_months(self.month, -before), self.first_day)


@dataclass(frozen=True, slots=True)
class SegmentFacts(Averages, Identified):
    """Every figure of one segment."""

    number: int
    """1 is the segment with the highest mean total sales."""
    identity: SegmentIdentity
    """What it is known by, from month to month."""
    formerly: str | None
    """What it was called in the previous report, where that was another name; null as well for a new one."""
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
    stability: Stability | None
    """How well it comes back; null where that was not tried, and in facts of before version 8."""
    silhouettes: Silhouettes | None
    """How well its customers fit into it; null as above."""
    trust: Trust | None
    """How far it can be trusted, by its stability; null with it."""
    center: dict[str, float]
    """Mean of each normalised feature, in standard deviations from the mean of all customers."""
    percentiles: dict[str, float]
    """Mean percentile of each metric among all customers (0..1)."""
    stages: StageCounts | None
    """Where its customers stand by time; null in facts of before version 6."""
    overdue: AtRisk
    """Sales at risk: those of its customers who are late."""
    opportunity: Opportunity | None
    """What the next step could bring; null for a segment with no step to take."""
    returning: SegmentReturn | None
    """When customers such as its own ordered again; null where no month end is long enough ago, and in facts of before
    version 10."""
    taken_back: TakenBack | None
    """What of its sales was cancelled or returned and still counts; null where returns are set against purchases, and
    in facts of before version 7."""
    below_usual_share: float | None
    """Share of its sales paid at less than 95 % of the product's usual price (0..1), the median of what all customers
    paid for a unit; null where prices are not known, and in facts of before version 7."""
    best_sellers: tuple[BestSeller, ...]
    """Products that the segment buys most."""
    pairs: tuple[Pair, ...]
    """Products that go together in its orders."""
    pairs_found: int
    """Pairs that reach the minimum count and meet more often than by chance."""
    pairs_alike: int | None
    """Those of them that are variants of one product, or both of one season; null in facts of before version 7."""
    pair_orders_counted: int
    """Orders that pairs were counted in."""
    pair_orders_left_out: int
    """Orders left out of that for holding too many products."""
    plays: tuple[str, ...]
    """Ids of the plays that fit it, the most important first."""


def rank_by_opportunity(segments: Sequence[SegmentFacts]) -> tuple[SegmentFacts, ...]:
    """List the segments with a next step, the largest opportunity first."""
    sized = [(segment.opportunity.amount, segment) for segment in segments if segment.opportunity is not None]
    return tuple(segment for _, segment in sorted(sized, key=lambda pair: -pair[0]))


def rank_by_risk(segments: Sequence[SegmentFacts]) -> tuple[SegmentFacts, ...]:
    """List the segments with overdue customers, the most sales at risk first."""
    at_risk = [segment for segment in segments if segment.overdue.customers]
    return tuple(sorted(at_risk, key=lambda segment: -segment.overdue.amount))


_CLASSES: tuple[type, ...] = (
    AtRisk,
    BestSeller,
    Choice,
    ChoiceLimit,
    Identity,
    LineCounts,
    Opportunity,
    Pair,
    SegmentFacts,
    SegmentIdentity,
    SkippedSection,
    Span,
    TakenBack,
    Task,
    Unaided,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one store's report of one month says, in numbers and codes."""

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
    warnings: tuple[SourceWarning, ...] | None
    """What is doubtful in the lines, the largest share of a figure first; null where it was not looked for."""
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
    months: tuple[MonthFigures, ...]
    """The calendar months of the lines up to this report's, which is the last; oldest first, 37 at most."""
    returning: Returning
    """When customers order again."""
    stages: StageCounts | None
    """Where all customers stand by time; null in facts of before version 6."""
    base_rate: BaseRate | None
    """What customers who were late did unaided in earlier months; null where that cannot be known."""
    late_before: int | None
    """Customers who were late at the end of the month before, by the same rule; null where that is not known."""
    taken_back: TakenBack | None
    """What of all sales was cancelled or returned and still counts; null where returns are set against purchases, and
    in facts of before version 7."""
    below_usual_share: float | None
    """Share of all sales paid at less than 95 % of the product's usual price (0..1); null as in the segments."""
    averages: Averages
    """All customers, the yardstick for segments."""
    n_clusters: int
    """Number of segments."""
    ladder: Ladder | None
    """How customers could be divided, by how many there are, and who brings the sales; null in facts of before version
    9."""
    choice: Choice
    """How the number was chosen."""
    votes: Votes | None
    """What each witness says of the number; null where that was not tried, and in facts of before version 8."""
    verdict: Verdict | None
    """Whether the segments are groups that exist; null where that was not tried, and in facts of before version 8."""
    headline: tuple[HeadlineMark, ...]
    """Each finding of the headline, by whether it survives other choices; empty where that was not tried, and in facts
    of before version 9."""
    rank_correlations: dict[str, float]
    """Spearman's rank correlation (-1..1) of two metrics over all customers."""
    trials: tuple[Trial, ...]
    """The actions that write to customers: those that this report proposes, by segment, then those of earlier reports,
    the newest first; empty in facts of before version 10."""
    audiences: tuple[AudienceFile, ...]
    """The files with the customers of the actions that this report proposes; empty where none are kept, and in facts of
    before version 11."""
    do_this_month: tuple[Task, ...]
    """Up to three plays, the most important first."""
    segments: tuple[SegmentFacts, ...]
    """The segments, by number."""
    method: Method
    """How it was made."""
    skipped: tuple[SkippedSection, ...]
    """Sections that could not be made, and why."""
    change: Change
    """What has changed since the previous report."""

    @property
    def month(self) -> MonthFigures:
        """The month itself."""
        return self.months[-1]

    @property
    def plans(self) -> tuple[TrialPlan, ...]:
        """How the actions that this report proposes can be tested."""
        return tuple(trial.plan for trial in self.trials if trial.state == "proposed")

    @property
    def followed(self) -> tuple[Trial, ...]:
        """The actions that earlier reports proposed, the newest first."""
        return tuple(trial for trial in self.trials if trial.state != "proposed")

    @property
    def by_opportunity(self) -> tuple[SegmentFacts, ...]:
        """Segments with a next step, the largest opportunity first."""
        return rank_by_opportunity(self.segments)

    @property
    def by_risk(self) -> tuple[SegmentFacts, ...]:
        """Segments with overdue customers, the most sales at risk first."""
        return rank_by_risk(self.segments)


for _class in _CLASSES:
    setattr(_class, "__pydantic_config__", _DESCRIBED)  # noqa: B010 - classes of other modules, described here
