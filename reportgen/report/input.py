"""What one report is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from reportgen.lines.engine.base import Engine
from reportgen.lines.sources.malformed import MalformedLines
from reportgen.model.lines import OrderLines, Period
from reportgen.model.trials import MarkedTrial
from reportgen.report.change.trend import Marks


@dataclass(frozen=True, eq=False, slots=True)
class ReportInput:
    """The order lines that one report is made of, and the month it is about.

    Attributes
    ----------
    engine : Engine
        Where the lines are.
    classified : OrderLines
        With their fates as far as they do not depend on the month.
    malformed : MalformedLines
        Lines that never became order lines.
    store : str or None
        Whose lines they are; None: all of the source.
    period : Period
        The month.
    fingerprint : str
        Of the lines up to the month's end.
    marks : mapping
        Lines of each calendar month, and a digest of them.
    marked : tuple of MarkedTrial
        What was said of the actions of earlier reports, with their customers.
    """

    engine: Engine
    classified: OrderLines
    malformed: MalformedLines
    store: str | None
    period: Period
    fingerprint: str
    marks: Marks = field(default_factory=dict)
    marked: tuple[MarkedTrial, ...] = ()
