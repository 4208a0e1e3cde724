"""Fills the templates: the same sections for the screen and for paper, every text escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from reportgen.errors import ConfigError, Problem
from reportgen.model.brand import NO_BRAND, Brand
from reportgen.model.charts import DrawnChart
from reportgen.model.kpis import KPIS
from reportgen.render.views.frame import FrameView
from reportgen.render.views.parts import Medium
from reportgen.resources import shipped_folder
from reportgen.text.bidi import isolate
from reportgen.text.formats import Formats


@dataclass(frozen=True, eq=False, slots=True)
class PageSection:
    """A section of a page.

    Attributes
    ----------
    key : str
        Its anchor.
    template : str
        Name of its template.
    view : callable
        Makes what its template is given, for the medium.
    """

    key: str
    template: str
    view: Callable[[Medium], object]


@dataclass(frozen=True, eq=False, slots=True)
class Page:
    """What is printed.

    Attributes
    ----------
    frame : FrameView
        What stands around the sections.
    sections : tuple of PageSection
        In order.
    charts : mapping
        Drawn charts by key.
    formats : Formats
        How numbers are written.
    fingerprint : str
        Of the input, in hex digits.
    absent : mapping
        Why a chart that the templates ask for is not drawn, by key.
    is_interactive : bool
        Whether the screen's page has its script.
    brand : Brand
        The shop's own look.
    is_summary : bool
        Whether this is the first section alone, without the charts of the others.
    is_tight : bool
        Whether only what is most needed of it has room.
    """

    frame: FrameView
    sections: tuple[PageSection, ...]
    charts: Mapping[str, DrawnChart]
    formats: Formats
    fingerprint: str
    absent: Mapping[str, str] = field(default_factory=dict)
    is_interactive: bool = True
    brand: Brand = NO_BRAND
    is_summary: bool = False
    is_tight: bool = False


def to_html(page: Page, medium: Medium, template_dir: Path | None = None) -> str:
    """Fill the template of a medium.

    Parameters
    ----------
    page : Page
        What to print.
    medium : {'screen', 'print'}
        `screen` is one self-contained file; `print` is what the PDF is made from.
    template_dir : Path, optional
        Own templates, searched before the shipped ones.

    Raises
    ------
    ConfigError
        When a template of the user's is wrong.
    LookupError
        When a shipped template asks for a chart that is neither drawn nor known to be absent, or none places one.
    """
    environment, placed = make_environment(page.formats, template_dir), set[str]()
    given = {
        "frame": page.frame,
        "chart_of": lambda key: _place(page, key, placed),
        "medium": medium,
        "is_interactive": page.is_interactive,
        "brand": page.brand,
        "is_tight": page.is_tight,
        "is_summary": page.is_summary,
        "separators": page.formats.separators,
        "sections": [
            {"key": section.key, "template": section.template, "view": section.view(medium)}
            for section in page.sections
        ],
    }
    html = fill_template(environment, f"{medium}.html", template_dir, **given)
    forgotten = sorted(set(page.charts) - placed)
    if forgotten and template_dir is None and not page.is_summary:  # own templates may leave a chart out
        raise LookupError(f"no template places {', '.join(forgotten)}")
    return html


def _place(page: Page, key: str, placed: set[str]) -> DrawnChart | None:
    """Return a chart for its place in a template; None where the report has a reason not to have it."""
    if key not in page.charts and key not in page.absent:
        raise LookupError(f"a template asks for a chart '{key}', which is neither drawn nor known to be absent")
    placed.add(key)
    return page.charts.get(key)


def fill_template(environment: Environment, name: str, template_dir: Path | None, **values: Any) -> str:
    """Fill one template; what is wrong with one of the user's is told with its place.

    Raises
    ------
    ConfigError
        When a template of the user's is wrong.
    """
    try:
        return environment.get_template(name).render(**values)
    except TemplateSyntaxError as error:
        raise ConfigError(_mistake(f"{error.filename or error.name}:{error.lineno}", str(error.message))) from None
    except TemplateNotFound as error:
        raise ConfigError(_mistake(str(error.name), "no such template")) from None
    except Exception as error:
        if template_dir is None:  # ours: a fault, to be told as one
            raise
        came = str(error) if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
        raise ConfigError(_mistake(_line_of(error, template_dir), came)) from None


def compile_templates(formats: Formats, template_dir: Path | None) -> None:
    """Compile the templates of a store's report before they are filled."""
    environment = make_environment(formats, template_dir)
    for name in environment.list_templates():
        if "/" not in name or name.startswith(("css/", "sections/")):
            environment.get_template(name)


@cache
def make_environment(formats: Formats, template_dir: Path | None, *, is_plain: bool = False) -> Environment:
    """Make the template engine: everything escaped but in plain text, no name unknown, the formats as filters.

    It is made once, with the templates that it has compiled: a page's own values are handed to the template and are no
    global ones. A shipped template that one of the user's takes the place of is found below ``shipped/``, to extend it.
    Where templates of the user's are among them it is a sandbox: what they are given can be read, and
    nothing else.
    """
    shipped = FileSystemLoader(shipped_folder("templates"))
    own = [FileSystemLoader(template_dir)] if template_dir else []
    engine = ImmutableSandboxedEnvironment if template_dir else Environment
    environment = engine(
        loader=ChoiceLoader([*own, shipped, PrefixLoader({"shipped": shipped})]),
        autoescape=not is_plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_isolate,
    )
    for name in ("count", "signed", "decimal", "share", "money", "money_in_words", "day", "month", "month_alone"):
        environment.filters[name] = getattr(formats, name)
    environment.filters["points"] = formats.points
    environment.filters["written"] = lambda value, how: getattr(formats, how)(value)
    environment.filters["base64"] = lambda data: base64.b64encode(data).decode()
    environment.filters["drawing"] = Markup
    environment.filters["sha256"] = lambda text: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    environment.filters["utf8"] = str.encode
    environment.globals.update(font=_font, palette=formats.look, kpis=KPIS)
    return environment


def _isolate(value: object) -> object:
    """Keep a text that was not isolated where it was made from turning what stands around it; markup is ours."""
    return isolate(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _font(name: str) -> str:
    return base64.b64encode((shipped_folder("templates") / "fonts" / name).read_bytes()).decode()


def _mistake(place: str, came: str) -> Problem:
    return Problem(place, "template", "a template that can be filled in", came, "Compare it with the shipped template.")


def _line_of(error: Exception, template_dir: Path | None) -> str:
    """Return the template and line that an error came from."""
    trace = error.__traceback__
    place = str(template_dir or "templates")
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith((".html", ".css")):
            place = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
