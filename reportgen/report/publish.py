"""From the finished report to its files: charts drawn, templates filled, nothing computed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from reportgen.charts.export import draw_charts, draw_logo, draw_picture
from reportgen.config.options import Options
from reportgen.model.artefacts import CHARTS, FACTS, HTML, PDF, SUMMARY, Printed, prints_pdf
from reportgen.model.charts import Chart, DrawnChart, MapPoints, NoChart
from reportgen.model.facts import Facts
from reportgen.model.report import ChainReport, Report, adapter_of
from reportgen.render.facts import to_facts
from reportgen.render.html import Page, PageSection, compile_templates, to_html
from reportgen.render.mail import LOGO, PICTURE, MailNotes, MailPage, to_mail
from reportgen.render.outline import LogoPicture, outline_logo
from reportgen.render.views.frame import view_frame
from reportgen.report.brand import formats_of, read_brand
from reportgen.report.sections import build_charts, chain_charts, list_sections, mail_chart
from reportgen.stages import Stages
from reportgen.text.formats import Formats


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


def prepare_printing(options: Options) -> None:
    """Compile what the reports of a config are printed with, so that the first one need not wait for it."""
    compile_templates(formats_of(options), _own_templates(options))
    adapter_of(Report)


def draw_report(facts: Facts, points: MapPoints, options: Options, ahead: Drawn | None = None) -> Drawn:
    """Draw the charts of a store's report.

    Parameters
    ----------
    facts : Facts
        All but the marks of the headline; or fewer of them, to draw ahead.
    points : MapPoints
        The customers drawn.
    options : Options
        The config.
    ahead : Drawn, optional
        What was drawn ahead for this report; what is the same is not drawn again.
    """
    if not options.outputs:
        return Drawn((), {})
    return _draw(build_charts(facts, points, formats_of(options)), options, {} if ahead is None else ahead.charts)


def _draw(
    built: Sequence[Chart | NoChart], options: Options, drawn: Mapping[str, DrawnChart] = MappingProxyType({})
) -> Drawn:
    font = read_brand(options).brand.font
    folders = font.folders if font is not None else ()
    charts = [chart for chart in built if isinstance(chart, Chart)]
    return Drawn(built, draw_charts(charts, formats_of(options), folders, drawn))


def draw_chain(report: ChainReport, options: Options) -> Drawn:
    """Draw the charts of a chain report."""
    if not options.outputs:
        return Drawn((), {})
    formats = formats_of(options)
    return _draw(chain_charts(report, formats), options)


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
        Content by file name: `report.html`, `report.pdf` and `summary.pdf` as the config asks, with the specs of their
        charts as `charts.json`.
    """
    if not options.outputs:
        return Printed({})
    formats = formats_of(options)
    files = {CHARTS: to_specs([chart for chart in drawn.built if isinstance(chart, Chart)])}
    loaded = read_brand(options)
    page = make_page(report, drawn.charts, drawn.built, formats)
    page = replace(page, is_interactive=options.charts == "interactive", brand=loaded.brand)
    template_dir = _own_templates(options)
    if "html" in options.outputs:
        with stages("html"):
            files[HTML] = to_html(page, "screen", template_dir).encode()
    notes = loaded.notes
    if prints_pdf(options.outputs):
        with stages("pdf"):
            printed, missing = _print_pdfs(report, page, drawn, options)
        files |= printed
        if missing:
            from reportgen.render.complaints import say_missing  # noqa: PLC0415 - as seldom

            notes = (*notes, say_missing(missing))
    return Printed(files, notes)


def _print_pdfs(
    report: Report | ChainReport, page: Page, drawn: Drawn, options: Options
) -> tuple[dict[str, bytes], set[str]]:
    """Print what is asked for as PDF; return it, and the characters that no font has."""
    from reportgen.render.pdf import Enclosure, to_pdf, to_summary  # noqa: PLC0415 - needs Pango, which HTML does not
    from reportgen.report.tables import enclose_tables  # noqa: PLC0415 - as above

    template_dir, files, missing = _own_templates(options), dict[str, bytes](), set[str]()
    if "pdf" in options.outputs:
        facts = Enclosure(FACTS, "The report’s facts, for programs", to_facts(report))
        files[PDF], lacking = to_pdf(page, template_dir, [facts, *enclose_tables(report, drawn.built)])
        missing |= lacking
    if "summary_pdf" in options.outputs:
        files[SUMMARY], lacking = to_summary(page, template_dir)
        missing |= lacking
    return files, missing


def _own_templates(options: Options) -> Path | None:
    return Path(options.template_dir) if options.template_dir else None


def make_page(
    report: Report | ChainReport,
    charts: Mapping[str, DrawnChart],
    built: Sequence[Chart | NoChart],
    formats: Formats,
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
    """
    sections = list_sections(report, formats)
    return Page(
        frame=view_frame(report, [(section.key, section.title) for section, _ in sections], formats),
        sections=tuple(PageSection(section.key, section.template, view) for section, view in sections),
        charts=charts,
        formats=formats,
        fingerprint=report.method.fingerprint,
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
    options : Options
        The config as it is now: own templates and the shop's look. How numbers are written is the report's.
    """

    def __init__(self, report: Report | ChainReport, options: Options) -> None:
        self._report = report
        self._template_dir = _own_templates(options)
        self._brand = read_brand(options)
        self._formats = Formats(report.report.locale, report.report.currency, self._brand.look)
        self._chart = mail_chart(report, self._formats)
        self._pictures: dict[str, bytes] | None = None

    @property
    def pictures(self) -> dict[str, bytes]:
        """PNG by name, as the HTML refers to it."""
        if self._pictures is None:
            font = self._brand.brand.font
            folders = font.folders if font is not None else ()
            drawn = draw_picture(self._chart, self._formats, folders) if self._chart else b""
            self._pictures = {PICTURE: drawn} if drawn else {}
            if self._logo is not None:
                self._pictures[LOGO] = self._logo.content
        return self._pictures

    def print(self, notes: MailNotes) -> tuple[str, str]:
        """Fill the templates; return the HTML and the plain text."""
        page = MailPage(self._report, self._chart, self._formats, notes, self._brand.brand, self._logo)
        return to_mail(page, self._template_dir)

    @cached_property
    def _logo(self) -> LogoPicture | None:
        logo = self._brand.brand.logo
        return None if logo is None else outline_logo(logo, draw_logo)
