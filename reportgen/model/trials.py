"""How an action can be tested: whom it is for, what such customers did unaided, and how large a trial would be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist
from typing import Literal

from pydantic import ConfigDict

Audience = Literal["all", "not_new", "overdue", "one_order"]
"""Which customers of a segment an action is for: all, those whose first order is not of the last 60 days, those who are
late, or those who have ordered once."""
TrialState = Literal["testable", "too_small", "no_past", "nobody"]
"""Whether an action can be tested in one go: yes; too few customers; what such customers do unaided is not known;
nobody is left whom no action before it is for."""
Verdict = Literal["worked", "harmed", "no_effect_seen", "not_comparable", "too_few", "no_hold_out"]
"""What a trial showed: the interval of the difference in the share who ordered lies above zero, below it or around it;
its arms were not alike; too few are left in one of them; or nobody was held back to compare with."""
Progress = Literal["proposed", "not_marked", "not_sent", "running", "read", "gone"]
"""How far a trial has come: this report proposes it; nobody has said whether it was sent; it was not; its days are not
over; it was read out, in this report or an earlier one; its list cannot be read any more, or most of its customers are
not in the lines."""
TREAT, HOLD = "treat", "hold"
"""The arms of a trial: who is written to, and who is held back."""
MOST_POOLED = 12
"""Trials, one a month, that are read together at most: an action that needs more holds nobody back."""
MONTHS_OPEN = 6
"""Months after a report in which its actions may be sent; in twice as many what is said of them is heard."""
TRIAL_DAYS = 28
"""Days of a trial: four whole weeks, so that a trial that begins with a month has ended with it."""


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """An action for a list of customers, and how it can be tested."""

    segment: int
    """Number of the segment."""
    play: str
    """The play's id in the playbook."""
    audience: Audience
    """Which of the segment's customers it is for, but those whom an action before it is for."""
    customers: int
    """How many they are."""
    in_trial: int
    """Further ones who are left out, as an earlier trial that they are in is not over."""
    base_customers: int
    """Customers whom the same rule would have found at up to six earlier month ends, each month end by itself."""
    base_rate: float | None
    """Share of those who ordered within 28 days unaided (0..1); null below 20 of them."""
    lift: float | None
    """Rise that the trial is planned for, absolute: that share times the config's `trials.plausible_lift`; null with
    it, and where nobody is left."""
    treat: int
    """Customers to write to."""
    hold: int
    """Customers to hold back; 0 where it cannot be tested, not even in twelve trials read together."""
    detectable: float | None
    """Smallest rise, absolute, that these sizes find in four trials of five; null where none would be found, and where
    nobody is held back."""
    needed: int | None
    """Customers with whom the planned rise would be found as often; null where that is not known, or none would do."""
    state: TrialState
    """Whether it can be tested."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A difference of those written to from those held back."""

    value: float
    """The difference."""
    low: float
    """Lower end of its 95 % interval."""
    high: float
    """Upper end."""

    @property
    def error(self) -> float:
        """Standard error that an interval of this width would have, were it normal."""
        return (self.high - self.low) / (2 * NormalDist().inv_cdf(0.975))


@dataclass(frozen=True, slots=True)
class Arm:
    """What the customers of one arm did in the days of a trial."""

    customers: int
    """How many they are."""
    ordered: int
    """Those who ordered."""
    mean_sales: float
    """Mean of what each paid, those who paid nothing included."""

    @property
    def share(self) -> float:
        """Share who ordered (0..1)."""
        return self.ordered / self.customers if self.customers else 0.0


@dataclass(frozen=True, slots=True)
class ReadOut:
    """What a trial showed when its days were over."""

    until: date
    """Last of its 28 days."""
    treat: Arm
    """Those written to."""
    hold: Arm
    """Those held back."""
    elsewhere: int
    """Customers left out, as another trial that they are in had days in common with this one."""
    share: Effect | None
    """Of the shares who ordered, as it was seen (Newcombe's interval); null without both arms."""
    expected: Effect | None
    """What to expect of the same action once more: that, and what other trials of it showed by then, pulled toward no
    effect; null likewise, and where the arms were not alike."""
    trials: int
    """Trials of the same action that this is made of, its own included."""
    sales: Effect | None
    """Of the mean sales per customer (CUPED with earlier spending, Welch); null likewise."""
    profit: Effect | None
    """What each customer written to brought: the config's `trials.margin` of that, less `trials.cost_per_contact`; null
    likewise, and without a margin."""
    sizes_chance: float | None
    """How often arms as far from the planned sizes come about by chance (0..1); null likewise."""
    earlier_chance: float | None
    """How often arms as far apart in what they spent before come about by chance (0..1); null likewise."""
    verdict: Verdict
    """What it comes to."""

    @property
    def is_sure(self) -> bool:
        """Whether what to expect of it once more lies to one side of no effect, its whole interval."""
        return self.expected is not None and (self.expected.low > 0 or self.expected.high < 0)


@dataclass(frozen=True, slots=True)
class Trial:
    """An action that writes to customers, from its plan to what came of it."""

    id: str
    """Eight hex digits, of report, store, month, segment and action."""
    month: str
    """Month of the report that proposed it."""
    segment: str
    """What the segment was called in it."""
    title: str | None
    """What the action was called in it; null where it is this one, whose words have it."""
    plan: TrialPlan
    """How it was planned."""
    state: Progress
    """How far it has come."""
    sent_on: date | None = None
    """Day on which it was sent; null where it was not, or nobody has said so."""
    run: str | None = None
    """Path of the run whose customers were written to; null where it was not sent, or nobody has said so."""
    read_in: str | None = None
    """Month of the report that read it out."""
    read_out: ReadOut | None = None
    """What it showed; null until it was read out."""

    @property
    def until(self) -> date | None:
        """Last of its days; None where it was not sent."""
        return None if self.sent_on is None else last_day_of(self.sent_on)


@dataclass(frozen=True, slots=True)
class ActionMark:
    """What a person said of an action: that it was sent, and when, or that it was not.

    Attributes
    ----------
    trial : Trial
        As it was proposed, with what the action was called.
    run : str
        Path of the run whose list was used.
    file : str
        The list, as it was first called.
    sent_on : date or None
        The day; None: it was not sent.
    at : str
        When it was said, in ISO form.
    """

    trial: Trial
    run: str
    file: str
    sent_on: date | None
    at: str


@dataclass(frozen=True, eq=False, slots=True)
class MarkedTrial:
    """A marked action with its list.

    Attributes
    ----------
    mark : ActionMark
        What was said of it.
    arms : mapping or None
        The arm of each customer, by the name that the list gives them; None where it cannot be read any more.
    ids : {'plain', 'hashed'}
        How the list names them.
    """

    mark: ActionMark
    arms: Mapping[str, str] | None = None
    ids: str = "plain"


@dataclass(frozen=True, slots=True)
class AudienceFile:
    """A file of the run with the customers that an action is for."""

    file: str
    """Its name in the run's folder, as it was written; `forget` gives it another."""
    trial: str
    """Id of the action in `trials`."""
    segment: int
    """Number of the segment."""
    action: str
    """The play's id in the playbook."""
    customers: int
    """How many customers it names."""
    treat: int
    """Those to write to."""
    hold: int
    """Those held back."""


def trial_id(report: str, store: str | None, month: str, action: tuple[int, str]) -> str:
    """Return the id of a trial: the first eight hex digits of the SHA-256 of all that tells it from others.

    Parameters
    ----------
    report, store, month : str
        The report's id, whose customers, and the month.
    action : tuple of (int, str)
        Number of the segment, and the play's id.
    """
    return hashlib.sha256(json.dumps([report, store or "", month, *action]).encode()).hexdigest()[:8]


def last_day_of(sent_on: date) -> date:
    """Return the last of the days of a trial that was sent on a day."""
    return sent_on + timedelta(days=TRIAL_DAYS - 1)


for _class in (TrialPlan, Effect, Arm, ReadOut, Trial, AudienceFile):
    setattr(_class, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
