"""Makes the PDF; the only user of WeasyPrint. Nothing is fetched that was not handed in."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path

from reportgen.errors import ConfigError, Problem
from reportgen.render.glyphs import MissingGlyphs
from reportgen.render.html import Page, to_html
from reportgen.resources import shipped_folder

try:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
except OSError as missing:  # Pango is a system library that pip cannot bring
    _PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    _HINT = f"Install it (Debian: apt-get install {_PACKAGES}), or set outputs: [html]."
    _CAME = f"none ({str(missing).splitlines()[0][:120]})"
    raise ConfigError(Problem("this machine", "outputs: pdf", "the Pango library", _CAME, _HINT)) from None

SCHEME = "shipped:"
_FONT_TYPES = {".otf": "font/otf", ".woff2": "font/woff2"}


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
    _listen()
    _write_pdf("<title>Empty</title><table><tr><td>1</table>", bytes(16))


def to_pdf(page: Page, template_dir: Path | None = None) -> tuple[bytes, frozenset[str]]:
    """Make the PDF of a report.

    Parameters
    ----------
    page : Page
        What to print.
    template_dir : Path, optional
        Own templates, searched before the shipped ones.

    Returns
    -------
    tuple
        A PDF/A-3a file, the same bytes for the same page; and the characters in it that no font here has.

    Raises
    ------
    ConfigError
        When a template is wrong or asks for something from outside.
    """
    missing = _listen()
    html = to_html(page, "print", template_dir)
    try:
        pdf = _write_pdf(html, bytes.fromhex(page.fingerprint))
    except FatalURLFetchingError as error:
        raise ConfigError(Problem("templates", "print.html", "only shipped files and data URLs", str(error))) from None
    return pdf, frozenset(missing.characters)


def _listen() -> MissingGlyphs:
    log, missing = logging.getLogger("weasyprint"), MissingGlyphs()
    log.handlers, log.propagate = [missing], False
    log.setLevel(logging.WARNING)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return missing


def _write_pdf(html: str, identifier: bytes) -> bytes:
    document = weasyprint.HTML(string=html, base_url="about:blank", url_fetcher=_ShippedOnly())
    pdf: bytes = document.write_pdf(
        font_config=FontConfiguration(), pdf_identifier=identifier, pdf_variant="pdf/a-3a", pdf_tags=True
    )
    return pdf
