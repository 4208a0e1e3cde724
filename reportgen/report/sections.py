"""The table of contents of a report: each section with its charts and its template; the one place to add one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from reportgen.charts.centers import center_heat_map
from reportgen.charts.choice import choice_charts, gap_chart
from reportgen.charts.growth import opportunity_chart, risk_chart
from reportgen.charts.maps import map_views, segment_map
from reportgen.charts.migration import migration_chart, trend_chart
from reportgen.charts.returning import cohort_map, first_product_dots, order_steps
from reportgen.charts.shares import mail_strip, share_gaps, share_strip
from reportgen.charts.stores import store_mix, store_sales
from reportgen.charts.trust import silhouette_profile, stability_dots
from reportgen.model.charts import Chart, MapPoints, NoChart
from reportgen.model.facts import Facts
from reportgen.model.report import ChainReport, Report
from reportgen.render.views.chain import view_chain_headline, view_chain_method, view_mix, view_stores
from reportgen.render.views.change import view_change
from reportgen.render.views.earned import view_earned
from reportgen.render.views.glance import view_glance
from reportgen.render.views.growth import view_growth
from reportgen.render.views.headline import view_headline
from reportgen.render.views.map import view_map
from reportgen.render.views.method import view_method
from reportgen.render.views.parts import Medium
from reportgen.render.views.returning import view_returning
from reportgen.render.views.segments import view_segments
from reportgen.text.formats import Formats

ChartBuilder = Callable[[Facts, MapPoints, Formats], list[Chart | NoChart]]
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
    view : callable
        Makes what its template is given.
    """

    key: str
    title: str
    charts: ChartBuilder
    view: Callable[[Report, Formats, Medium], object]

    @property
    def template(self) -> str:
        """Name of the section's template."""
        return f"sections/{self.key}.html"


def _headline_charts(report: Facts, _points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    if len(report.segments) < 2:
        return [NoChart("share-strip", _ONE_SEGMENT)]
    return [share_strip(report.segments, formats)]


def _glance_charts(report: Facts, _points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    return [share_gaps(report.segments, formats)]


def _map_charts(report: Facts, points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    return [*map_views(report, points, formats), center_heat_map(report.segments, formats)]


def _segment_charts(report: Facts, points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    if len(report.segments) < 2:
        return [NoChart(f"segment-map-{segment.number}", _ONE_SEGMENT) for segment in report.segments]
    return [segment_map(segment, points, formats) for segment in report.segments]


def _returning_charts(report: Facts, _points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    returning, period = report.returning, report.period
    return [
        order_steps(returning, formats),
        cohort_map(returning, formats, period.month, is_partial=period.is_partial),
        first_product_dots(returning.first_products, formats),
    ]


def _growth_charts(report: Facts, _points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    sized, at_risk = report.by_opportunity, report.by_risk
    return [
        opportunity_chart(sized, report.method.step_up_share, formats)
        if sized
        else NoChart("opportunity", "no segment has a next step"),
        risk_chart(at_risk, formats) if at_risk else NoChart("at-risk", "no customer is overdue"),
    ]


def _no_charts(_report: Facts, _points: MapPoints, _formats: Formats) -> list[Chart | NoChart]:
    return []


def _change_charts(report: Facts, _points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    change, migration = report.change, report.change.migration
    return [
        migration_chart(migration, formats)
        if migration is not None and migration.has_moves
        else NoChart("movement", "nobody changed segment, or nothing is compared"),
        trend_chart(change.trend, report.segments, formats)
        if len(change.trend) > 1
        else NoChart("trend", "this is the first month"),
    ]


def _method_charts(report: Facts, _points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    charts = choice_charts(report.choice, formats)
    drawn = {chart.key for chart in charts}
    left = [
        NoChart(key, "too few numbers of segments were tried") for key in ("silhouette", "elbow") if key not in drawn
    ]
    trust = stability_dots(report.segments, formats), silhouette_profile(report.segments, formats)
    return [*charts, *left, gap_chart(report.votes, report.n_clusters, formats), *trust]


SECTIONS = (
    Section("headline", "Headline", _headline_charts, view_headline),
    Section("glance", "Segments at a glance", _glance_charts, view_glance),
    Section("map", "The map", _map_charts, view_map),
    Section("segments", "Segment by segment", _segment_charts, view_segments),
    Section("returning", "Coming back", _returning_charts, view_returning),
    Section("growth", "Where to grow", _growth_charts, view_growth),
    Section("earned", "What advice earned", _no_charts, view_earned),
    Section("change", "What changed", _change_charts, view_change),
    Section("method", "How this was made", _method_charts, view_method),
)


def made_sections(report: Facts) -> tuple[Section, ...]:
    """List the sections that a report has: all but those that its facts say are skipped, or have nothing for."""
    skipped = {section.key for section in report.skipped} | (set() if report.followed else {"earned"})
    return tuple(section for section in SECTIONS if section.key not in skipped)


def build_charts(report: Facts, points: MapPoints, formats: Formats) -> list[Chart | NoChart]:
    """Make the charts of all sections that can be made; of those that are not drawn, why."""
    return [chart for section in made_sections(report) for chart in section.charts(report, points, formats)]


@dataclass(frozen=True, slots=True)
class ChainSection:
    """A section of a chain report; none needs what another chain does not have.

    Attributes
    ----------
    key, title : str
        Its anchor and its heading.
    view : callable
        Makes what its template is given.
    """

    key: str
    title: str
    view: Callable[[ChainReport, Formats, Medium], object]

    @property
    def template(self) -> str:
        """Name of the section's template."""
        return f"chain/{self.key}.html"


CHAIN_SECTIONS = (
    ChainSection("headline", "Headline", view_chain_headline),
    ChainSection("stores", "Store by store", view_stores),
    ChainSection("mix", "Segments by store", view_mix),
    ChainSection("method", "How this was made", view_chain_method),
)


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


def list_sections(
    report: Report | ChainReport, formats: Formats
) -> list[tuple[Section | ChainSection, Callable[[Medium], object]]]:
    """List the sections of a report, each with what makes its view for a medium."""
    if isinstance(report, ChainReport):
        return [(section, partial(section.view, report, formats)) for section in CHAIN_SECTIONS]
    return [(section, partial(section.view, report, formats)) for section in made_sections(report)]
