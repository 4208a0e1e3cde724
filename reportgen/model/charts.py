"""What charts are made from and become: the customers that are drawn, and a chart before and after it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reportgen.model.tables import Table

Point = Mapping[str, Any]
"""A customer on a map: `segment`, `total_sales`, `order_count`, `avg_order_value`; no customer id."""


@dataclass(frozen=True, eq=False, slots=True)
class MapPoints:
    """Customers drawn as points.

    Attributes
    ----------
    points : sequence of Point
        Those on the large maps.
    fewer : sequence of Point
        Those of them on the small maps.
    customers : int
        Customers that the points stand for.
    """

    points: Sequence[Point]
    fewer: Sequence[Point]
    customers: int

    @property
    def is_sample(self) -> bool:
        """Whether some customers are not drawn."""
        return len(self.points) < self.customers


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, not yet drawn.

    Attributes
    ----------
    key : str
        Unique in the report; letters, digits and hyphens.
    title : str
        What to see: the finding.
    subtitle : str
        What is drawn: measure, unit, count.
    alt : str
        The picture in words: what kind it is, and its numbers; it does not say the title again.
    table : Table
        The numbers themselves.
    specs : dict
        Vega-Lite specs by width: `wide`, and `narrow` where a phone needs another.
    by_segment : bool
        Whether each mark has the colour of its segment, so that one can be told from the others by it.
    is_dense : bool
        Whether there are so many marks that print wants a bitmap.
    """

    key: str
    title: str
    subtitle: str
    alt: str
    table: Table
    specs: dict[str, dict[str, Any]]
    by_segment: bool = False
    is_dense: bool = False


@dataclass(frozen=True, slots=True)
class NoChart:
    """A chart that a section may have and that this report does not.

    Attributes
    ----------
    key : str
        That the chart would have.
    reason : str
        Why it is not drawn.
    """

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """A chart as pictures.

    Attributes
    ----------
    chart : Chart
        What was drawn.
    svg : dict
        SVG text by width.
    png : bytes or None
        The wide picture as a bitmap, for dense charts.
    """

    chart: Chart
    svg: dict[str, str]
    png: bytes | None
