"""From the finished report to its files: charts drawn, templates filled, nothing computed."""

from __future__ import annotations

from pathlib import Path

from reportgen.charts.export import draw_charts
from reportgen.config.options import Options
from reportgen.formats import Formats
from reportgen.model.charts import MapPoints
from reportgen.model.report import Report
from reportgen.render.facts import to_facts
from reportgen.render.html import Page, to_html
from reportgen.sections import build_charts, made_sections
from reportgen.stages import Stages


def print_report(report: Report, points: MapPoints, options: Options, stages: Stages) -> dict[str, bytes]:
    """Draw the charts and fill the templates.

    Returns
    -------
    dict
        Content by file name: `facts.json`, and `report.html` and `report.pdf` as the config asks.
    """
    formats = Formats(options.locale, options.currency)
    files = {"facts.json": to_facts(report)}
    if not options.outputs:
        return files
    with stages("charts"):
        charts = draw_charts(build_charts(report, points, formats), formats)
    page = Page(report, tuple((s.key, s.title, s.template) for s in made_sections(report)), charts, formats)
    template_dir = Path(options.template_dir) if options.template_dir else None
    if "html" in options.outputs:
        with stages("html"):
            files["report.html"] = to_html(page, "screen", template_dir).encode()
    if "pdf" in options.outputs:
        with stages("pdf"):
            from reportgen.render.pdf import to_pdf  # noqa: PLC0415 - needs Pango, which HTML alone does not

            files["report.pdf"] = to_pdf(page, template_dir)
    return files
