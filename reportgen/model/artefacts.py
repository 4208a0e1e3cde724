"""The files of a run, each declared once: what it is called, and what those who go through a run must know of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Attachment = Literal["pdf", "html"]

MANIFEST, MADE = "manifest.json", "made.json"
OPTIONS, PLAYBOOK, MODEL = "options.yaml", "playbook.yaml", "model.json"
FACTS, CHARTS, HTML, PDF = "facts.json", "charts.json", "report.html", "report.pdf"
LIST = "customers.csv"


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file of a run.

    Attributes
    ----------
    name : str
        What it is called when the run is made.
    is_sealed : bool
        Whether it carries its own digest; every other file has its digest in the manifest.
    is_record : bool
        Whether it is read as JSON or YAML, which has a lower limit.
    holds_customers : bool
        Whether it names customers. One who is forgotten is removed from it, and the new edition has a name of its own.
    attachment : {'pdf', 'html'} or None
        What it is called as an attachment of the mail; None: it is never attached.
    """

    name: str
    is_sealed: bool = False
    is_record: bool = False
    holds_customers: bool = False
    attachment: Attachment | None = None

    @property
    def pattern(self) -> str:
        """Regular expression of the names of all its editions; the number of one after the first is its group."""
        stem, dot, ending = self.name.rpartition(".")
        number = "(?:-([0-9]{1,6}))?" if self.holds_customers else "()"
        return f"{re.escape(stem)}{number}{re.escape(dot + ending)}"


ARTEFACTS = (
    Artefact(MANIFEST, is_sealed=True, is_record=True),
    Artefact(MADE, is_sealed=True, is_record=True),
    Artefact(OPTIONS, is_record=True),
    Artefact(PLAYBOOK, is_record=True),
    Artefact(MODEL, is_record=True),
    Artefact(FACTS, is_record=True),
    Artefact(CHARTS, is_record=True),
    Artefact(HTML, attachment="html"),
    Artefact(PDF, attachment="pdf"),
    Artefact(LIST, holds_customers=True),
)
SEALED = tuple(artefact.name for artefact in ARTEFACTS if artefact.is_sealed)
ATTACHED = {artefact.attachment: artefact.name for artefact in ARTEFACTS if artefact.attachment is not None}
"""Names of the files that may be attached."""
RUN_FILE = re.compile("|".join(artefact.pattern for artefact in ARTEFACTS))
"""The files that a run can have; another one in its folder is somebody else's."""


def find_artefact(name: str) -> Artefact | None:
    """Find what a file of a run is by its name; None when no run has such a file."""
    return next((artefact for artefact in ARTEFACTS if re.fullmatch(artefact.pattern, name)), None)


def holds_customers(name: str) -> bool:
    """Whether a file of a run names customers."""
    found = find_artefact(name)
    return found is not None and found.holds_customers


def next_edition(name: str) -> str:
    """Return what a file that names customers is called when one of them has been removed.

    Raises
    ------
    ValueError
        When it is no such file.
    """
    found = find_artefact(name)
    edition = re.fullmatch(found.pattern, name) if found is not None and found.holds_customers else None
    if found is None or edition is None:
        raise ValueError(f"'{name[:100]}' names no customers")
    stem, dot, ending = found.name.rpartition(".")
    return f"{stem}-{int(edition[1] or 1) + 1}{dot}{ending}"
