"""Draws specs as pictures; the only user of vl-convert."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

import vl_convert
from babel import Locale

from reportgen.charts.theme import style
from reportgen.model.charts import Chart, DrawnChart
from reportgen.palette import FONT, PAPER
from reportgen.resources import shipped_folder
from reportgen.text.formats import Formats

VEGA_LITE = "6.1"
PNG_SCALE = 2
_TEXT_OR_THIRD_DECIMALS = re.compile(r'data-tip="[^"]*"|>[^<]*<|(?<=\d\.\d\d)\d+')
_MARK = re.compile(r'(<(?:path|line|text) )aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="[^"]*"')
_CONTAINER = re.compile(
    r'(?<=<g )([^>]*?) role="graphics-(?:object|symbol)" aria-roledescription="[^"]*"(?: aria-label="[^"]*")?'
)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ID = re.compile(r'(id="|url\(#|href="#)([A-Za-z]\w*)')


def draw_charts(
    charts: Sequence[Chart],
    formats: Formats,
    fonts: Sequence[str] = (),
    drawn: Mapping[str, DrawnChart] = MappingProxyType({}),
) -> dict[str, DrawnChart]:
    """Draw charts as SVG, dense ones as PNG too.

    Parameters
    ----------
    charts : sequence of Chart
        With keys of their own.
    formats : Formats
        Number and currency notation of the axes, and the type.
    fonts : sequence of str
        Folders with fonts beside the shipped ones.
    drawn : mapping
        Charts in the same notation and type, by key; of one whose specs are the same the pictures are taken.

    Returns
    -------
    dict
        Drawn charts by key.
    """
    start_drawing()
    for folder in fonts:
        _register(folder)
    notation = d3_notation(formats)
    return {chart.key: _draw(_set_in(chart, formats.look.font), notation, drawn.get(chart.key)) for chart in charts}


def draw_picture(chart: Chart, formats: Formats, fonts: Sequence[str] = ()) -> bytes:
    """Draw one chart as PNG, its wide spec, on paper: its ink would be lost on a dark screen."""
    start_drawing()
    for folder in fonts:
        _register(folder)
    spec = _without_controls(_set_in(chart, formats.look.font).specs["wide"])
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, format_locale=d3_notation(formats))
    png: bytes = vl_convert.svg_to_png(_on_paper(svg), scale=PNG_SCALE)
    return png


def draw_logo(svg: bytes, scale: float) -> bytes:
    """Draw an SVG picture as PNG, so many times as large as it is."""
    png: bytes = vl_convert.svg_to_png(svg.decode("utf-8"), scale=scale)
    return png


@cache
def start_drawing() -> None:
    """Register the shipped fonts and draw a first, empty chart, which starts vl-convert's engine."""
    _register(str(shipped_folder("templates") / "fonts"))
    vl_convert.vegalite_to_svg({"data": {"values": []}, "mark": "point"}, vl_version=VEGA_LITE)


@cache
def _register(folder: str) -> None:
    vl_convert.register_font_directory(folder)


def _without_controls(value: Any) -> Any:
    """Put spaces for signs that no SVG may hold, at which the drawing library would end the process."""
    if isinstance(value, str):
        return _NOT_XML.sub(" ", value)
    if isinstance(value, dict):
        return {key: _without_controls(inner) for key, inner in value.items()}
    return [_without_controls(inner) for inner in value] if isinstance(value, list | tuple) else value


def _set_in(chart: Chart, font: str) -> Chart:
    """Set a chart in another type than the shipped one."""
    if font == FONT:
        return chart
    return replace(chart, specs={width: {**spec, "config": style(font)} for width, spec in chart.specs.items()})


def _draw(chart: Chart, notation: dict[str, Any], drawn: DrawnChart | None) -> DrawnChart:
    if drawn is not None and drawn.chart.specs == chart.specs:
        return replace(drawn, chart=chart)
    svg = {
        width: tidy_svg(
            vl_convert.vegalite_to_svg(_without_controls(spec), vl_version=VEGA_LITE, format_locale=notation),
            f"{chart.key}-{width}",
        )
        for width, spec in chart.specs.items()
    }
    png = vl_convert.svg_to_png(_on_paper(svg["wide"]), scale=PNG_SCALE) if chart.is_dense else None
    return DrawnChart(chart, svg, png)


def _on_paper(svg: str) -> str:
    """Give an SVG a background: PDF viewers shrink transparent bitmaps with dark seams."""
    end = svg.index(">") + 1
    return f'{svg[:end]}<rect width="100%" height="100%" fill="{PAPER}"/>{svg[end:]}'


def tidy_svg(svg: str, key: str) -> str:
    """Make an SVG the same whatever was drawn before it, and smaller: ids get the chart's key, numbers two decimals.

    What a mark says of itself becomes `data-tip`: a picture has one text alternative, not one for each mark.
    """
    svg = _CONTAINER.sub(r"\1", _MARK.sub(r'\1data-tip="\2"', svg))
    names: dict[str, str] = {}
    for _, name in _ID.findall(svg):
        names.setdefault(name, f"{key}-{len(names)}")
    svg = _ID.sub(lambda match: f"{match[1]}{names[match[2]]}", svg)
    return _TEXT_OR_THIRD_DECIMALS.sub(lambda match: "" if match[0].isdigit() else match[0], svg)


def d3_notation(formats: Formats) -> dict[str, Any]:
    """Return d3's number locale for the config's locale and currency."""
    locale = Locale.parse(formats.locale)
    symbols = locale.number_symbols["latn"]
    pattern = locale.currency_formats["standard"].pattern.split(";")[0]
    symbol = formats.currency_symbol
    is_before = pattern.index("¤") < pattern.index("0")
    space = "\N{NO-BREAK SPACE}" if "\N{NO-BREAK SPACE}" in pattern or " " in pattern else ""
    return {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "grouping": [3],
        "currency": [f"{symbol}{space}", ""] if is_before else ["", f"{space}{symbol}"],
        "minus": "\N{MINUS SIGN}",
    }
