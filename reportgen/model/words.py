"""The words of a report: every sentence made from its facts, in one language; no number stands here alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

Language = Literal["en"]
"""The languages that a report can be written in."""

Mark = Literal["firm", "soft"] | None
"""Whether a sentence survives every other choice that it was tried under; null where it depends on none."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a person is advised to do for a segment: a play's texts with the segment's numbers in them."""

    id: str
    """The play's id in the playbook."""
    segment: int
    """Number of the segment it is for."""
    title: str
    """In a few words."""
    what: str
    """What to do, for whom."""
    channel: str
    """Through which channel."""
    offer: str
    """What is offered."""
    measure: str
    """How to tell whether it worked."""
    avoid: str
    """What not to do."""


@dataclass(frozen=True, slots=True)
class SegmentWords:
    """What is said of one segment."""

    number: int
    """The segment's number."""
    summary: str
    """Who they are, in one sentence."""
    role: str | None
    """What the segment means for the shop; null when it is the only one."""
    trust: str | None
    """How far it can be trusted; null where that was not tried, and in facts of before version 8."""
    narrative: tuple[str, ...]
    """What they are like, the role first."""
    actions: tuple[Action, ...]
    """What to do, the most important first."""


@dataclass(frozen=True, slots=True)
class WithdrawnSentence:
    """A sentence of the previous report's headline that no longer holds."""

    printed: str
    """As printed."""
    now: str | None
    """What it would say today; null when it would not be said."""


@dataclass(frozen=True, slots=True)
class RestatementWords:
    """What is said of earlier reports that no longer hold."""

    summary: tuple[str, ...]
    """Which months are others, by how much, and what of the previous report that concerns."""
    headline: tuple[WithdrawnSentence, ...]
    """Sentences of its headline that no longer hold."""


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """What is said of the change since the previous report."""

    notes: tuple[str, ...]
    """What a reader should know of the comparison: gaps, renamed stores, other options, a month that was made anew."""
    summary: tuple[str, ...]
    """What changed, the most important first; empty where nothing is compared."""
    model: str
    """Why the division was fitted or kept."""
    segments: tuple[str, ...]
    """How each segment changed, in the order of the facts."""
    moves: tuple[str, ...]
    """The moves that most money went with, five at most."""
    anomalies: tuple[str, ...]
    """The moves that the store's history does not explain, in the order of the facts."""
    anomalies_note: str
    """How they are found, or why they are not looked for."""
    restated: RestatementWords | None
    """What of earlier reports is no longer so; null when all still holds."""


@dataclass(frozen=True, slots=True)
class Words:
    """Every sentence of one store's report."""

    language: Language
    """The language that all of it is written in."""
    headline: tuple[str, ...]
    """The report in three to five sentences."""
    headline_marks: tuple[Mark, ...]
    """Whether each of them survives other choices, in their order; empty in facts of before version 9."""
    do_this_month: tuple[Action, ...]
    """Up to three actions, the most important first."""
    segments: tuple[SegmentWords, ...]
    """The segments, by number."""
    returning: tuple[str, ...]
    """When customers order again; empty in facts of before version 10."""
    growth: tuple[str, ...]
    """Where to grow."""
    trials: tuple[str, ...]
    """How the actions can be tested; empty in facts of before version 10."""
    earned: tuple[str, ...]
    """What came of the advice of earlier reports; empty where there is none, and in facts of before version 11."""
    risk: tuple[str, ...]
    """How many customers are late beside the month before, and what such customers did unaided."""
    change: ChangeWords
    """What has changed since the previous report."""
    ladder: tuple[str, ...]
    """How customers could be divided, by how many there are, and who brings the sales; empty in facts of before version
    9."""
    choice: tuple[str, ...]
    """How the number of segments came about."""
    verdict: tuple[str, ...]
    """How far the segments can be trusted, the outcome first; empty in facts of before version 8."""
    skipped: tuple[str, ...]
    """Why each section that could not be made could not be, in the order of the facts."""
    warnings: tuple[str, ...]
    """What is doubtful in the order lines, and what answers it, in the order of the facts."""


@dataclass(frozen=True, slots=True)
class ChainWords:
    """Every sentence of a chain report."""

    language: Language
    """The language that all of it is written in."""
    headline: tuple[str, ...]
    """What it comes down to."""


for _class in (Action, SegmentWords, WithdrawnSentence, RestatementWords, ChangeWords, Words, ChainWords):
    setattr(_class, "__pydantic_config__", ConfigDict(use_attribute_docstrings=True))  # noqa: B010 - for the schema
