"""Where customers stand by time, and what those who were late have done unaided."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ConfigDict

NEW_DAYS, LAPSED_DAYS = 60, 180
"""Days since the first order within which a customer is new; of silence after which one without a rhythm has lapsed."""
LATE_DAYS, LATE_GAPS, LATE_ORDER_DAYS = 30, 2, 3
"""Days of silence, and usual gaps of it, after which a customer is late; and days with orders that make a usual gap."""


@dataclass(frozen=True, slots=True)
class StageCounts:
    """How many customers stand where; each counts once, and they add up to all."""

    new: int
    """First order of all lines in the last 60 days."""
    active: int
    """None of the others."""
    late: int
    """Not new, with orders on three days or more, silent for more than twice the usual gap and more than 30 days."""
    lapsed: int
    """Neither new nor late, and silent for more than 180 days."""

    @property
    def total(self) -> int:
        """All customers."""
        return self.new + self.active + self.late + self.lapsed


@dataclass(frozen=True, slots=True)
class BaseRate:
    """What customers did unaided in the shop's own past: those late at the ends of earlier months, and those not."""

    months: int
    """Month ends that were looked back on: six at most, each at least 90 days ago."""
    late: int
    """Customers who were late at one of them, each month end counted by itself."""
    late_came_back: int
    """Those of them who ordered within the next 90 days."""
    on_time: int
    """Customers with as many order days who were not late."""
    on_time_came_back: int
    """Those of them who ordered within the next 90 days."""

    @property
    def late_share(self) -> float:
        """Share of the late who came back (0..1)."""
        return self.late_came_back / self.late if self.late else 0.0

    @property
    def on_time_share(self) -> float:
        """Share of the others who came back (0..1)."""
        return self.on_time_came_back / self.on_time if self.on_time else 0.0


for _class in (StageCounts, BaseRate):
    setattr(_class, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
