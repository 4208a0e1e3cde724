"""Each section is printed as its snapshot says; no chart vanishes between what was drawn and what is shown."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from reportgen.charts.export import draw_charts
from reportgen.model.charts import Chart, DrawnChart
from reportgen.model.report import ChainReport, Report
from reportgen.render.html import Page, to_html
from reportgen.render.views.parts import Medium
from reportgen.report.publish import make_page
from reportgen.report.sections import CHAIN_SECTIONS, build_charts, chain_charts
from tests.made import BRITISH, make_points
from tests.made_chain import make_chain_report
from tests.made_change import make_full_report

MEDIA: tuple[Medium, ...] = ("screen", "print")
FULL = make_full_report()
CHAIN = make_chain_report(headline=("One.", "Two.", "Three."))


def page_of(report: Report | ChainReport) -> Page:
    """Make a page whose pictures are their keys alone: what charts show is tested with the charts."""
    if isinstance(report, ChainReport):
        built = chain_charts(report, BRITISH)
    else:
        built = build_charts(report, make_points(), BRITISH)
    drawn = {
        chart.key: DrawnChart(chart, {width: f"<svg>{chart.key} {width}</svg>" for width in chart.specs}, None)
        for chart in built
        if isinstance(chart, Chart)
    }
    return make_page(report, drawn, built, BRITISH)


@cache
def full_page() -> Page:
    """Make the page of a store's report once."""
    return page_of(FULL)


@cache
def printed_sections(medium: Medium, *, is_chain: bool) -> dict[str, str]:
    """Print a store's report, or a chain's, once on each medium; return its sections."""
    return sections_of(to_html(page_of(CHAIN) if is_chain else full_page(), medium))


def sections_of(html: str) -> dict[str, str]:
    """Cut a page into its sections, one element a line, so that a difference reads."""
    found = re.findall(r'<section id="([\w-]+)"[^>]*>(.*?)</section>', html, re.DOTALL)
    return {key: re.sub(r"\s*\n\s*", "\n", re.sub(r"(?<=>)(?=<)", "\n", body)).strip() for key, body in found}


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize(
    "key", ["headline", "glance", "map", "segments", "returning", "growth", "earned", "change", "method"]
)
def test_a_section_is_as_its_snapshot(key: str, medium: Medium, snapshot: SnapshotAssertion) -> None:
    """What a section of a store's report shows is what was last looked at and found right."""
    assert printed_sections(medium, is_chain=False)[key] == snapshot


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("key", [section.key for section in CHAIN_SECTIONS])
def test_a_section_of_a_chain_is_as_its_snapshot(key: str, medium: Medium, snapshot: SnapshotAssertion) -> None:
    """What a section of a chain report shows is what was last looked at and found right."""
    assert printed_sections(medium, is_chain=True)[key] == snapshot


@pytest.mark.parametrize("medium", MEDIA)
def test_a_chart_that_is_not_there_raises(medium: Medium) -> None:
    """A chart that a template asks for, and that nobody said would be missing, is a fault and not a gap."""
    page = full_page()
    charts = {key: drawn for key, drawn in page.charts.items() if key != "opportunity"}
    with pytest.raises(LookupError, match="'opportunity', which is neither drawn nor known to be absent"):
        to_html(replace(page, charts=charts), medium)


@pytest.mark.parametrize("medium", MEDIA)
def test_a_chart_that_no_template_places_raises(medium: Medium) -> None:
    """A chart that was drawn and stands nowhere is a fault too."""
    page = full_page()
    more = {**page.charts, "forgotten": next(iter(page.charts.values()))}
    with pytest.raises(LookupError, match="no template places forgotten"):
        to_html(replace(page, charts=more), medium)


def test_an_own_template_may_leave_a_chart_out(tmp_path: Path) -> None:
    """Who overrides a section may show less."""
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / "growth.html").write_text("<h2>Where to grow</h2>")
    shown = sections_of(to_html(full_page(), "screen", tmp_path))
    assert shown["growth"] == "<h2>Where to grow</h2>"


def test_a_chart_with_a_reason_leaves_no_trace() -> None:
    """Where a report has no such chart for a reason that is known, its place stays empty."""
    page = full_page()
    charts = {key: drawn for key, drawn in page.charts.items() if key != "at-risk"}
    html = to_html(replace(page, charts=charts, absent={"at-risk": "no customer is overdue"}), "screen")
    assert 'id="chart-at-risk"' not in html
    assert 'id="chart-opportunity"' in html


def test_every_section_can_be_drawn() -> None:
    """The charts of the report that the snapshots show are real ones."""
    charts = [one for one in build_charts(FULL, make_points(), BRITISH) if isinstance(one, Chart)]
    drawn = draw_charts(charts, BRITISH)
    assert all("<svg" in picture for one in drawn.values() for picture in one.svg.values())
