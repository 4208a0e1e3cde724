"""What the section of the map shows beside its charts."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.model.report import Report
from reportgen.render.views.parts import Medium, SegmentLabel, label_of
from reportgen.text.formats import Formats


@dataclass(frozen=True, slots=True)
class MapView:
    """The map: the colours of its charts."""

    key: tuple[SegmentLabel, ...]


def view_map(report: Report, formats: Formats, medium: Medium) -> MapView:  # noqa: ARG001 - one for all
    """Make the view of the map."""
    return MapView(tuple(label_of(segment) for segment in report.segments))
