"""The table of contents of a report: each section with its charts and its template; the one place to add one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from reportgen.charts.centers import center_heat_map
from reportgen.charts.choice import choice_charts
from reportgen.charts.growth import opportunity_chart, risk_chart
from reportgen.charts.maps import map_views, segment_map
from reportgen.charts.migration import movement_chart, trend_chart
from reportgen.charts.points import thin_points
from reportgen.charts.shares import mail_strip, share_gaps, share_strip
from reportgen.charts.stores import store_mix, store_sales
from reportgen.formats import Formats
from reportgen.model.chain import ChainReport
from reportgen.model.charts import Chart, MapPoints, NoChart
from reportgen.model.report import Report, SkippedSection

ChartBuilder = Callable[[Report, MapPoints, Formats], list[Chart | NoChart]]
_ONE_SEGMENT = "the customers are one segment"


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report.

    Attributes
    ----------
    key : str
        Its anchor and its template's name.
    title : str
        Its heading.
    charts : callable
        Makes its charts, and says which of those that its template asks for are not drawn, and why.
    needs : callable
        Returns why the section cannot be made, or None.
    """

    key: str
    title: str
    charts: ChartBuilder
    needs: Callable[[Report], str | None] = lambda _report: None

    @property
    def template(self) -> str:
        """Name of the section's template."""
        return f"sections/{self.key}.html"


def _headline_charts(report: Report, _points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    if len(report.segments) < 2:
        return [NoChart("share-strip", _ONE_SEGMENT)]
    return [share_strip(report.segments, formats)]


def _glance_charts(report: Report, _points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    return [share_gaps(report.segments, formats)]


def _map_charts(report: Report, points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    return [*map_views(report, points, formats), center_heat_map(report.segments, formats)]


def _segment_charts(report: Report, points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    if len(report.segments) < 2:
        return [NoChart(f"segment-map-{one.number}", _ONE_SEGMENT) for one in report.segments]
    thinned = thin_points(points, report.method.random_state)
    return [segment_map(one, thinned, formats) for one in report.segments]


def _growth_charts(report: Report, _points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    sized, at_risk = report.by_opportunity, report.by_risk
    return [
        opportunity_chart(sized, report.method.step_up_share, formats)
        if sized
        else NoChart("opportunity", "no segment has a next step"),
        risk_chart(at_risk, formats) if at_risk else NoChart("at-risk", "no customer is overdue"),
    ]


def _change_charts(report: Report, _points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    change, movement = report.change, report.change.movement
    return [
        movement_chart(movement, formats)
        if movement is not None and movement.sentences
        else NoChart("movement", "nobody changed segment, or nothing is compared"),
        trend_chart(change.trend, report.segments, formats)
        if len(change.trend) > 1
        else NoChart("trend", "this is the first month"),
    ]


def _method_charts(report: Report, _points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    charts = choice_charts(report.choice, formats)
    drawn = {chart.key for chart in charts}
    left = [
        NoChart(key, "too few numbers of segments were tried") for key in ("silhouette", "elbow") if key not in drawn
    ]
    return [*charts, *left]


def _needs_segments(report: Report) -> str | None:
    return f"The customers were not divided: {report.choice.reason}." if len(report.segments) < 2 else None


def _needs_previous(report: Report) -> str | None:
    return report.change.notes[0] if report.change.withheld == "first" and report.change.notes else None


SECTIONS = (
    Section("headline", "Headline", _headline_charts),
    Section("glance", "Segments at a glance", _glance_charts, _needs_segments),
    Section("map", "The map", _map_charts, _needs_segments),
    Section("segments", "Segment by segment", _segment_charts),
    Section("growth", "Where to grow", _growth_charts),
    Section("change", "What changed", _change_charts, _needs_previous),
    Section("method", "How this was made", _method_charts),
)


def made_sections(report: Report) -> tuple[Section, ...]:
    """List the sections that can be made of a report."""
    return tuple(section for section in SECTIONS if section.needs(report) is None)


def skipped_sections(report: Report) -> tuple[SkippedSection, ...]:
    """List the sections that cannot be made, with the reason."""
    reasons = ((section.key, section.needs(report)) for section in SECTIONS)
    return tuple(SkippedSection(key, reason) for key, reason in reasons if reason is not None)


def build_charts(report: Report, points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    """Make the charts of all sections that can be made; of those that are not drawn, why."""
    return [chart for section in made_sections(report) for chart in section.charts(report, points, formats)]


CHAIN_SECTIONS = (
    ("headline", "Headline", "chain/headline.html"),
    ("stores", "Store by store", "chain/stores.html"),
    ("mix", "Segments by store", "chain/mix.html"),
    ("method", "How this was made", "chain/method.html"),
)
"""Key, title and template of each section of a chain report; none needs what another chain does not have."""


def chain_charts(report: ChainReport, formats: Formats) -> list[Chart | NoChart]:
    """Make the charts of a chain report; of those that are not drawn, why."""
    mix = store_mix(report, formats) if len(report.segments) > 1 else NoChart("store-mix", _ONE_SEGMENT)
    return [store_sales(report, formats), mix]


def mail_chart(report: Report | ChainReport, formats: Formats) -> Chart | None:
    """Make the one chart of the e-mail; None where there is nothing to compare."""
    if isinstance(report, ChainReport):
        chart = store_sales(report, formats)
        _, _, how_many = chart.subtitle.partition("line: the chain")
        subtitle = f"Dot: what a typical customer spends; bar: how sure that is; line: the chain{how_many}"
        # one picture for all screens: a phone's
        return replace(chart, key="mail", subtitle=subtitle, specs={"wide": chart.specs["narrow"]})
    return mail_strip(report.segments, formats) if len(report.segments) > 1 else None
