"""How an action can be tested: whom it is for, what such customers did unaided, and how large a trial would be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

Audience = Literal["all", "not_new", "overdue", "one_order"]
"""Which customers of a segment an action is for: all, those whose first order is not of the last 60 days, those who are
late, or those who have ordered once."""
TrialState = Literal["testable", "too_small", "no_past", "nobody"]
"""Whether an action can be tested in one go: yes; too few customers; what such customers do unaided is not known;
nobody is left whom no action before it is for."""
TREAT, HOLD = "treat", "hold"
"""The arms of a trial: who is written to, and who is held back."""
MOST_POOLED = 12
"""Trials, one a month, that are read together at most: an action that needs more holds nobody back."""
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


setattr(TrialPlan, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
