"""From the finished report to its files: charts drawn, templates filled, nothing computed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.charts.export import draw_charts, draw_picture
from reportgen.config.options import Options
from reportgen.model.artefacts import CHARTS, FACTS, HTML, PDF
from reportgen.model.charts import Chart, DrawnChart, MapPoints, NoChart
from reportgen.model.facts import Facts
from reportgen.model.report import ChainReport, Report
from reportgen.render.facts import to_facts
from reportgen.render.html import Page, PageSection, to_html
from reportgen.render.mail import PICTURE, MailNotes, MailPage, to_mail
from reportgen.render.views.frame import view_frame
from reportgen.report.sections import build_charts, chain_charts, list_sections, mail_chart
from reportgen.stages import Stages
from reportgen.text.formats import Formats


@dataclass(frozen=True, slots=True)
class Printed:
    """The files of a report.

    Attributes
    ----------
    files : dict
        Content by file name.
    notes : tuple of str
        What a person should know of them.
    """

    files: dict[str, bytes]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """The charts of a report.

    Attributes
    ----------
    built : sequence of Chart and NoChart
        What was to be drawn, and why the rest was not.
    charts : mapping
        Drawn charts by key.
    """

    built: Sequence[Chart | NoChart]
    charts: Mapping[str, DrawnChart]


def draw_report(facts: Facts, points: MapPoints, options: Options) -> Drawn:
    """Draw the charts of a store's report: of facts, of which no chart shows what the segments buy.

    Parameters
    ----------
    facts : Facts
        Those that are known before the products are counted suffice.
    points : MapPoints
        The customers drawn.
    options : Options
        The config.
    """
    if not options.outputs:
        return Drawn((), {})
    formats = Formats(options.locale, options.currency)
    return _draw(build_charts(facts, points, formats), formats)


def _draw(built: Sequence[Chart | NoChart], formats: Formats) -> Drawn:
    return Drawn(built, draw_charts([chart for chart in built if isinstance(chart, Chart)], formats))


def draw_chain(report: ChainReport, options: Options) -> Drawn:
    """Draw the charts of a chain report."""
    if not options.outputs:
        return Drawn((), {})
    formats = Formats(options.locale, options.currency)
    return _draw(chain_charts(report, formats), formats)


def print_report(report: Report | ChainReport, drawn: Drawn, options: Options, stages: Stages) -> Printed:
    """Fill the templates of a report.

    Parameters
    ----------
    report : Report or ChainReport
        Facts and words.
    drawn : Drawn
        Its charts.
    options : Options
        The config.
    stages : Stages
        Keeps the time.

    Returns
    -------
    Printed
        Content by file name: `report.html` and `report.pdf` as the config asks, with the specs of their charts as
        `charts.json`.
    """
    if not options.outputs:
        return Printed({})
    formats = Formats(options.locale, options.currency)
    files = {CHARTS: to_specs([chart for chart in drawn.built if isinstance(chart, Chart)])}
    page = make_page(report, drawn.charts, drawn.built, formats, is_interactive=options.charts == "interactive")
    template_dir = Path(options.template_dir) if options.template_dir else None
    if "html" in options.outputs:
        with stages("html"):
            files[HTML] = to_html(page, "screen", template_dir).encode()
    if "pdf" in options.outputs:
        with stages("pdf"):
            from reportgen.render.complaints import say_missing  # noqa: PLC0415 - as above
            from reportgen.render.pdf import Enclosure, to_pdf  # noqa: PLC0415 - needs Pango, which HTML does not
            from reportgen.report.tables import enclose_tables  # noqa: PLC0415 - as above

            facts = Enclosure(FACTS, "The report’s facts, for programs", to_facts(report))
            files[PDF], missing = to_pdf(page, template_dir, [facts, *enclose_tables(report, drawn.built)])
        if missing:
            return Printed(files, (say_missing(missing),))
    return Printed(files)


def make_page(
    report: Report | ChainReport,
    charts: Mapping[str, DrawnChart],
    built: Sequence[Chart | NoChart],
    formats: Formats,
    *,
    is_interactive: bool = True,
) -> Page:
    """Make a page of a report.

    Parameters
    ----------
    report : Report or ChainReport
        Facts and words.
    charts : mapping
        Drawn charts by key.
    built : sequence of Chart and NoChart
        What was to be drawn, and why the rest was not.
    formats : Formats
        How numbers are written.
    is_interactive : bool
        Whether the screen's page has its script.
    """
    sections = list_sections(report, formats)
    return Page(
        frame=view_frame(report, [(section.key, section.title) for section, _ in sections], formats),
        sections=tuple(PageSection(section.key, section.template, view) for section, view in sections),
        charts=charts,
        formats=formats,
        fingerprint=report.method.fingerprint,
        is_interactive=is_interactive,
        absent={chart.key: chart.reason for chart in built if isinstance(chart, NoChart)},
    )


def to_specs(charts: Sequence[Chart]) -> bytes:
    """Write the charts' Vega-Lite specs, by key and width."""
    return json.dumps({chart.key: chart.specs for chart in charts}, separators=(",", ":"), sort_keys=True).encode()


class MailPrinter:
    """Prints the e-mail of one report, in as many versions as its readers need; its chart is drawn once.

    Parameters
    ----------
    report : Report or ChainReport
        The facts.
    template_dir : Path or None
        Own templates, searched before the shipped ones.
    """

    def __init__(self, report: Report | ChainReport, template_dir: Path | None) -> None:
        self._report = report
        self._template_dir = template_dir
        self._formats = Formats(report.report.locale, report.report.currency)
        self._chart = mail_chart(report, self._formats)
        self._pictures: dict[str, bytes] | None = None

    @property
    def pictures(self) -> dict[str, bytes]:
        """PNG by name, as the HTML refers to it."""
        if self._pictures is None:
            on_paper = isinstance(self._report, ChainReport)  # its labels are ink, which a dark screen would swallow
            drawn = draw_picture(self._chart, self._formats, on_paper=on_paper) if self._chart else b""
            self._pictures = {PICTURE: drawn} if drawn else {}
        return self._pictures

    def print(self, notes: MailNotes) -> tuple[str, str]:
        """Fill the templates; return the HTML and the plain text."""
        return to_mail(MailPage(self._report, self._chart, self._formats, notes), self._template_dir)
