"""Makes the PDF; the only user of WeasyPrint. Nothing is fetched that was not handed in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from reportgen.errors import ConfigError, Problem
from reportgen.render.complaints import Complaints
from reportgen.render.html import Page, to_html
from reportgen.resources import shipped_folder

try:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    from reportgen.render.accessible import AccessibleMetadata, hide_margins
except OSError as missing:  # Pango is a system library that pip cannot bring
    _PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    _HINT = f"Install it (Debian: apt-get install {_PACKAGES}), or set outputs: [html]."
    _CAME = f"none ({str(missing).splitlines()[0][:120]})"
    raise ConfigError(Problem("this machine", "outputs: pdf", "the Pango library", _CAME, _HINT)) from None

SCHEME = "shipped:"
_FONT_TYPES = {".otf": "font/otf", ".woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file inside the PDF.

    Attributes
    ----------
    name : str
        With its ending, which says its type.
    description : str
        What it holds, in words.
    content : bytes
        The file.
    """

    name: str
    description: str
    content: bytes


class _ShippedOnly(URLFetcher):  # type: ignore[misc]
    """Fetches data URLs and shipped fonts; anything else ends the run, as no template or text may cause a request."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return what a URL of ours names."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        name = url.removeprefix(SCHEME)
        path = shipped_folder("templates") / "fonts" / name
        if url.startswith(SCHEME) and "/" not in name and path.suffix in _FONT_TYPES and path.is_file():
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": _FONT_TYPES[path.suffix]})
        raise FatalURLFetchingError(f"a report may not fetch {url}")


@cache
def start_printing() -> None:
    """Print a first, empty page, which finds the system's fonts and loads what the library loads late."""
    complaints = _listen()
    html = '<html lang="en"><title>Empty</title><table><tr><td>1</table>'
    _write_pdf(html, bytes(16), list, complaints)


def find_missing(text: str) -> frozenset[str]:
    """Return the characters of a text that no font of this machine has."""
    complaints = _listen()
    _write_pdf(f'<html lang="en"><title>Fonts</title><p>{text}', bytes(16), list, complaints)
    return frozenset(complaints.characters)


def to_pdf(
    page: Page, template_dir: Path | None = None, enclosed: Sequence[Enclosure] = ()
) -> tuple[bytes, frozenset[str]]:
    """Make the PDF of a report.

    Parameters
    ----------
    page : Page
        What to print.
    template_dir : Path, optional
        Own templates, searched before the shipped ones.
    enclosed : sequence of Enclosure
        Files to put inside.

    Returns
    -------
    tuple
        A file that is PDF/A-3a and PDF/UA-1, the same bytes for the same page; and the characters in it that no font
        here has: with such it is neither, and does not say so.

    Raises
    ------
    ConfigError
        When a template is wrong, asks for something from outside, or shows a picture without saying in words what is
        on it.
    LookupError
        When a shipped template does the latter.
    """
    pdf, _, characters = _print(page, template_dir, enclosed)
    return pdf, characters


def to_summary(page: Page, template_dir: Path | None = None) -> tuple[bytes, frozenset[str]]:
    """Make a PDF of the first section alone, on one page: where it has no room, its later sentences are left out.

    Parameters, what is returned and what is raised are those of `to_pdf`.
    """
    summary = replace(page, sections=page.sections[:1], is_summary=True)
    pdf, pages, characters = _print(summary, template_dir)
    if pages > 1:
        pdf, pages, characters = _print(replace(summary, is_tight=True), template_dir)
    if pages > 1 and template_dir is not None:
        expected = "a first section that fits one page, for outputs: summary_pdf"
        raise ConfigError(Problem(str(template_dir), "sections/headline.html", expected, f"{pages} pages"))
    return pdf, characters


def _print(
    page: Page, template_dir: Path | None, enclosed: Sequence[Enclosure] = ()
) -> tuple[bytes, int, frozenset[str]]:
    """Print a page; return the PDF, its number of pages, and the characters that no font has."""
    complaints = _listen()
    html, attach = to_html(page, "print", template_dir), partial(_enclose, enclosed, page.frame.made_at)
    try:
        pdf, pages = _write_pdf(html, bytes.fromhex(page.fingerprint), attach, complaints)
    except FatalURLFetchingError as error:
        raise ConfigError(Problem("templates", "print.html", "only shipped files and data URLs", str(error))) from None
    if complaints.pictures:
        came = f"without one: {', '.join(complaints.pictures)}"
        if template_dir is None:
            raise LookupError(f"a picture has no text alternative: {came}")
        raise ConfigError(Problem(str(template_dir), "print.html", "a text alternative (alt) for each picture", came))
    return pdf, pages, frozenset(complaints.characters)


def _listen() -> Complaints:
    log, complaints = logging.getLogger("weasyprint"), Complaints()
    log.handlers, log.propagate = [complaints], False
    log.setLevel(logging.WARNING)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return complaints


def _enclose(enclosed: Sequence[Enclosure], made_at: str) -> list[weasyprint.Attachment]:
    at = datetime.fromisoformat(made_at)
    attach = partial(weasyprint.Attachment, created=at, modified=at, relationship="Data")
    return [attach(string=one.content, name=one.name, description=one.description) for one in enclosed]


def _write_pdf(
    html: str, identifier: bytes, attach: Callable[[], list[Any]], complaints: Complaints
) -> tuple[bytes, int]:
    source = weasyprint.HTML(string=html, base_url="about:blank", url_fetcher=_ShippedOnly())

    def write(**how: Any) -> tuple[bytes, int]:
        document = source.render(font_config=FontConfiguration(), pdf_tags=True, **how)
        document.metadata = AccessibleMetadata(**vars(document.metadata))
        pdf = document.write_pdf(
            finisher=hide_margins, pdf_identifier=identifier, attachments=attach(), pdf_tags=True, **how
        )
        return pdf, len(document.pages)

    printed = write(pdf_variant="pdf/a-3a")
    # Both standards forbid the empty boxes that signs without a font are: such a file claims neither.
    return write() if complaints.characters else printed
