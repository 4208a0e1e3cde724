"""The parts of several views: a segment's label, a small line over the months, columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal, Protocol, TypeVar

from reportgen.model.chain import ChainMethod
from reportgen.model.lines import DROP_REASONS, LineCounts
from reportgen.model.method import Method
from reportgen.palette import GREY
from reportgen.render.trend import trend
from reportgen.text.formats import Formats, Number

Medium = Literal["screen", "print"]
Item = TypeVar("Item")
_LEAST_POINTS = 3
"""Months below which a line over them says nothing."""


class Numbered(Protocol):
    """A segment of a store's report or of a chain's."""

    @property
    def number(self) -> int:
        """Number in the report."""

    @property
    def name(self) -> str:
        """Shown name."""

    @property
    def colour(self) -> int:
        """Place in the palette."""


@dataclass(frozen=True, slots=True)
class SegmentLabel:
    """A segment by its colour, number and name; `colour` is the place in the palette, a class ``seg-1`` of the CSS."""

    number: int
    name: str
    colour: int


def label_of(segment: Numbered) -> SegmentLabel:
    """Label a segment."""
    return SegmentLabel(segment.number, segment.name, segment.colour)


@dataclass(frozen=True, slots=True)
class SparkPoint:
    """A month of a small line; `is_hollow` where the borders of the segments moved."""

    x: float
    y: float
    is_hollow: bool


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line over the reported months, from zero up, in a box of 160 by 36; `alt` says it in words."""

    points: tuple[SparkPoint, ...]
    colour: str
    alt: str

    @property
    def path(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def spark_of(
    values: Sequence[Number], write: Callable[[Number], str], colour: str = GREY, hollow: Sequence[bool] = ()
) -> Spark | None:
    """Make a small line, whose ends and bounds `write` puts in words; None of fewer than three months."""
    if len(values) < _LEAST_POINTS:
        return None
    marks = hollow or [False] * len(values)
    placed = zip(trend(values), marks, strict=True)
    alt = (
        f"Line over {len(values)} months: from {write(values[0])} to {write(values[-1])},"
        f" lowest {write(min(values))}, highest {write(max(values))}"
    )
    return Spark(tuple(SparkPoint(x, y, is_hollow) for (x, y), is_hollow in placed), colour, alt)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of some order lines: in words, examples of them, how many."""

    reason: str
    examples: str
    count: str


@dataclass(frozen=True, slots=True)
class LineFates:
    """What became of the order lines; they add up."""

    read: str
    dropped: tuple[Fate, ...]
    kept: str


def fates_of(lines: LineCounts, formats: Formats) -> LineFates:
    """Tell what became of the order lines."""
    dropped = tuple(
        Fate(DROP_REASONS[reason], "; ".join(lines.examples.get(reason, ())), formats.count(count))
        for reason, count in lines.dropped.items()
    )
    return LineFates(formats.count(lines.read), dropped, formats.count(lines.kept))


@dataclass(frozen=True, slots=True)
class MadeLine:
    """When, by what, from which input a report was made."""

    day: str
    versions: str
    seed: str
    fingerprint: str


def made_line(made_on: date, method: Method | ChainMethod, formats: Formats) -> MadeLine:
    """Tell when, by what, from which input a report was made."""
    versions = ", ".join(f"{name} {number}" for name, number in method.versions.items())
    return MadeLine(formats.day(made_on), versions, str(method.random_state), method.fingerprint)


def in_columns(items: Sequence[Item], columns: int = 2) -> tuple[tuple[Item, ...], ...]:
    """Part items into columns, the first ones the longer ones."""
    short, longer = divmod(len(items), columns)
    starts = [short * column + min(column, longer) for column in range(columns + 1)]
    return tuple(tuple(items[first:last]) for first, last in pairwise(starts))


def plus(value: Number, write: Callable[[Number], str]) -> str:
    """Write a number with its sign; nothing has none."""
    return f"{'+' if value > 0 else ''}{write(value)}"


def list_features(features: Sequence[str]) -> str:
    """Write the names of features as a list in a sentence."""
    names = [name.replace("_", " ").replace("avg", "average") for name in features]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
