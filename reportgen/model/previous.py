"""The previous report of a store, taken out of the archive to be compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportgen.model.report import Report
from reportgen.model.segments import SegmentModel

READING = ("source.", "columns.", "cleansing.", "timezone")
"""What options begin with that say how order lines are read."""


@dataclass(frozen=True, eq=False, slots=True)
class Previous:
    """An archived report, as the next one needs it.

    Attributes
    ----------
    run : str
        Path of its run within the archive.
    made_on : date
        Day it was made.
    facts : Report
        What it said.
    model : SegmentModel
        What placed its customers.
    other_options : tuple of str
        Options that have a part in the figures and are others now, by dotted name.
    """

    run: str
    made_on: date
    facts: Report
    model: SegmentModel
    other_options: tuple[str, ...] = ()

    @property
    def month(self) -> str:
        """Its month, ``YYYY-MM``."""
        return self.facts.period.month

    @property
    def reads_otherwise(self) -> bool:
        """Whether other options make other order lines of the same source, so that corrections cannot be told apart."""
        return any(name.startswith(READING) for name in self.other_options)
