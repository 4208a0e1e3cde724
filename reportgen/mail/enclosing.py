"""What goes with a message beside its text: files, where they fit, and links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.archive.storage import INDEX
from reportgen.delivery.message import Enclosure, plain_file_name
from reportgen.errors import ConfigError, Problem
from reportgen.mail.archived_report import ArchivedReport
from reportgen.model.artefacts import ATTACHED, HTML, PDF, SUMMARY, Attachment
from reportgen.text.formats import Formats

_MB = 1_000_000
_WORDS: Mapping[str, str] = {
    "pdf": "the report as PDF",
    "summary_pdf": "the summary on one page (PDF)",
    "html": "the report for a browser (HTML)",
}
_SUFFIXES = {"pdf": ".pdf", "summary_pdf": "-summary.pdf", "html": ".html"}


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What goes with a message beside its text.

    Attributes
    ----------
    files : tuple of Enclosure
        What is attached.
    words : tuple of str
        The same, as the mail says it.
    links : dict
        Where the report can be opened in a browser.
    left_out : tuple of str
        What its readers want and cannot get as it is too large, as the mail says it.
    """

    files: tuple[Enclosure, ...]
    words: tuple[str, ...]
    links: dict[str, str]
    left_out: tuple[str, ...] = ()

    def without_largest(self) -> Enclosed:
        """Leave out the largest file."""
        largest = max(range(len(self.files)), key=lambda n: len(self.files[n].content))
        files = (*self.files[:largest], *self.files[largest + 1 :])
        words = (*self.words[:largest], *self.words[largest + 1 :])
        return Enclosed(files, words, self.links, (*self.left_out, self.words[largest]))


def size_as_sent(size: int) -> int:
    """Return how long a file of so many bytes is within a message: base64, in lines of 76 signs (RFC 2045, 6.8)."""
    signs = 4 * -(-size // 3)
    return signs + 2 * -(-signs // 76)


def enclose(kept: ArchivedReport, wanted: Sequence[Attachment]) -> Enclosed:
    """Fetch what is attached; what is too large is left out, and linked where there is a link.

    Parameters
    ----------
    kept : ArchivedReport
        The report.
    wanted : sequence of {'pdf', 'html'}
        What its readers want.

    Raises
    ------
    ConfigError
        When the run has no such file.
    """
    mail, address = kept.options.mail, kept.manifest.address
    files, words, left_out = [], [], []
    links = {}
    if mail.base_url is not None:
        base = mail.base_url.rstrip("/")
        there = {"report": HTML, "pdf": PDF, "summary_pdf": SUMMARY}
        links = {key: f"{base}/{address.path}/{name}" for key, name in there.items() if name in kept.manifest.files}
        links["months"] = f"{base}/{address.store_path}/{INDEX}"
    for kind in dict.fromkeys(wanted):
        name = ATTACHED[kind]
        seal = kept.manifest.files.get(name)
        if seal is None:
            hint = f"Add '{kind}' to outputs and run again, or take it out of mail.attach."
            raise ConfigError(Problem(kept.storage.shown(address.path), "mail.attach", name, "no such file", hint))
        said = _say_size(kind, seal.size, kept.formats)
        if size_as_sent(seal.size) > mail.max_attachment_mb * _MB:
            left_out.append(said)
            continue
        file = plain_file_name(f"{address.report}-{address.store}-{address.period}")
        files.append(Enclosure(f"{file}{_SUFFIXES[kind]}", "html" if kind == "html" else "pdf", kept.read(name)))
        words.append(said)
    return Enclosed(tuple(files), tuple(words), links, tuple(left_out))


def _say_size(kind: Attachment, size: int, formats: Formats) -> str:
    said = f"{formats.decimal(size / _MB)} MB" if size >= _MB / 10 else f"{formats.count(size / 1000)} kB"
    return f"{_WORDS[kind]} ({said})"
