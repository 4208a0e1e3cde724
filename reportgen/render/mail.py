"""Fills the e-mail: HTML for mail programs, which know little CSS, and beside it a plain text that says the same."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import css_inline

from reportgen.model.brand import NO_BRAND, Brand
from reportgen.model.charts import Chart
from reportgen.model.report import ChainReport, Report
from reportgen.render.html import fill_template, make_environment
from reportgen.render.outline import LogoPicture
from reportgen.render.views.mail import view_mail
from reportgen.text.formats import Formats

PICTURE, LOGO = "chart", "logo"
"""Names of the chart and the logo within the message; the HTML refers to them as ``cid:chart``."""
_LINKS = {
    "report": "Open the report in the browser",
    "pdf": "Open the PDF",
    "summary_pdf": "Open the summary",
    "months": "All months of this report",
}
_TEXT_WIDTH = 76
_COLUMN, _GROWN = 552, 1.35
"""Pixels of the column, and how much larger than it was drawn a picture may be shown."""


@dataclass(frozen=True, slots=True)
class MailNotes:
    """What an e-mail says beside its report.

    Attributes
    ----------
    links : mapping
        Web addresses by what they lead to: `report`, `pdf`, `months`; empty when the archive has none.
    enclosed : tuple of str
        What is attached, in words.
    left_out : tuple of str
        What would be attached and is too large, in words.
    replaces : str
        Sentence on an earlier report that this one corrects; empty when it corrects none.
    changes : tuple of str
        The figures that are other than in the earlier one.
    unsubscribe_url : str or None
        Where a reader can leave the list.
    is_test : bool
        Whether it goes to somebody who only tries it.
    would_hold : tuple of str
        Of a test: why its readers would not get it.
    held_stores : tuple of str
        Of a report on all stores: those whose own reports wait until a person has looked at their figures.
    """

    links: Mapping[str, str] = field(default_factory=dict)
    enclosed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    replaces: str = ""
    changes: tuple[str, ...] = ()
    unsubscribe_url: str | None = None
    is_test: bool = False
    would_hold: tuple[str, ...] = ()
    held_stores: tuple[str, ...] = ()

    @property
    def said_held(self) -> str:
        """A sentence on stores whose own reports are held."""
        names = ", ".join(self.held_stores)
        if len(self.held_stores) == 1:
            said = "The report of this store waits until a person has looked at it, as something seems wrong"
            return f"{said}: {names}. Its figures count in this report."
        said = "The reports of these stores wait until a person has looked at them, as something seems wrong"
        return f"{said}: {names}. Their figures count in this report."


@dataclass(frozen=True, eq=False, slots=True)
class MailPage:
    """Everything that the templates of an e-mail are given."""

    report: Report | ChainReport
    chart: Chart | None
    formats: Formats
    notes: MailNotes
    brand: Brand = NO_BRAND
    logo: LogoPicture | None = None


def to_mail(page: MailPage, template_dir: Path | None = None) -> tuple[str, str]:
    """Fill both templates of an e-mail.

    Parameters
    ----------
    page : MailPage
        What to say.
    template_dir : Path, optional
        Own templates, searched before the shipped ones.

    Returns
    -------
    html, text : str
        The HTML has its CSS in `style` attributes; what stands in its one `style` element is a bonus for those who
        know it.

    Raises
    ------
    ConfigError
        When a template of the user's is wrong.
    """
    kind = "chain" if isinstance(page.report, ChainReport) else "store"
    view, links = view_mail(page.report, page.formats), page.notes.links
    given: dict[str, Any] = {
        "view": view,
        "frame": view.frame,
        "chart": page.chart,
        "notes": page.notes,
        "picture": PICTURE,
        "brand": page.brand,
        "logo": page.logo,
        "logo_name": LOGO,
        "links": [(words, links[what]) for what, words in _LINKS.items() if what in links],
    }
    if page.chart is not None:
        given["picture_width"] = min(_COLUMN, round(_GROWN * page.chart.specs["wide"]["width"]))
    rich, plain = (make_environment(page.formats, template_dir, is_plain=is_plain) for is_plain in (False, True))
    plain.filters["fill"] = _fill
    html = fill_template(rich, f"mail/{kind}.html", template_dir, **given)
    text = fill_template(plain, f"mail/{kind}.txt", template_dir, **given)
    return _inliner().inline(html), f"{re.sub(chr(10) + '{3,}', chr(10) * 2, text).strip()}\n"


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, minify_css=True, keep_at_rules=True)


def _fill(text: str, indent: int = 0) -> str:
    """Break a paragraph into lines that any window can show; a long word, such as a web address, stays whole."""
    return textwrap.fill(
        " ".join(text.split(" ")),
        _TEXT_WIDTH,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
