"""The files of a run, each declared once: what it is called, and what those who go through a run must know of it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Attachment = Literal["pdf", "summary_pdf", "html"]

MANIFEST, MADE = "manifest.json", "made.json"
OPTIONS, PLAYBOOK, MODEL = "options.yaml", "playbook.yaml", "model.json"
MARKS = "marks.json"
"""What was said of the actions of earlier reports, as this one saw it."""
FACTS, CHARTS, HTML, PDF, SUMMARY = "facts.json", "charts.json", "report.html", "report.pdf", "summary.pdf"
LIST = "customers.csv"
AUDIENCES = "audiences"
"""Folder of the files that say whom the actions are for, one for each action."""
_VARIABLE = "[a-z0-9]+(?:-[a-z0-9]+)*"


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file of a run.

    Attributes
    ----------
    name : str
        What it is called when the run is made; `*` stands for small letters, digits and single hyphens.
    is_sealed : bool
        Whether it carries its own digest; every other file has its digest in the manifest.
    is_record : bool
        Whether it is read as JSON or YAML, which has a lower limit.
    holds_customers : bool
        Whether it names customers. One who is forgotten is removed from it, and the new edition has a name of its own.
    attachment : {'pdf', 'summary_pdf', 'html'} or None
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
        mark = re.escape(self._edition_mark)
        number = f"(?:{mark}([2-9]|[1-9][0-9]{{1,5}}))?" if self.holds_customers else "()"
        return f"{re.escape(stem).replace(re.escape('*'), _VARIABLE)}{number}{re.escape(dot + ending)}"

    @property
    def _edition_mark(self) -> str:
        """What stands before an edition's number: nothing that a variable name could have."""
        return "." if "*" in self.name else "-"

    def number_of(self, name: str) -> int:
        """Return the number of an edition."""
        found = re.fullmatch(self.pattern, name)
        return int(found[1] or 1) if found is not None and self.holds_customers else 1

    def name_of(self, name: str, number: int) -> str:
        """Return what another edition of a file is called."""
        stem, dot, ending = name.rpartition(".")
        stem = stem.removesuffix(self._mark(self.number_of(name)))
        return f"{stem}{self._mark(number)}{dot}{ending}"

    def _mark(self, number: int) -> str:
        """Write an edition's number as it stands in a name; the first has none."""
        return f"{self._edition_mark}{number}" if number > 1 else ""


ARTEFACTS = (
    Artefact(MANIFEST, is_sealed=True, is_record=True),
    Artefact(MADE, is_sealed=True, is_record=True),
    Artefact(OPTIONS, is_record=True),
    Artefact(PLAYBOOK, is_record=True),
    Artefact(MODEL, is_record=True),
    Artefact(MARKS, is_record=True),
    Artefact(FACTS, is_record=True),
    Artefact(CHARTS, is_record=True),
    Artefact(HTML, attachment="html"),
    Artefact(PDF, attachment="pdf"),
    Artefact(SUMMARY, attachment="summary_pdf"),
    Artefact(LIST, holds_customers=True),
    Artefact(f"{AUDIENCES}/*.csv", holds_customers=True),
)
SEALED = tuple(artefact.name for artefact in ARTEFACTS if artefact.is_sealed)
ATTACHED = {artefact.attachment: artefact.name for artefact in ARTEFACTS if artefact.attachment is not None}
"""Names of the files that may be attached."""
RUN_FILE = re.compile("|".join(artefact.pattern for artefact in ARTEFACTS))
"""The files that a run can have; another one in its folder is somebody else's."""


def prints_pdf(outputs: Collection[str]) -> bool:
    """Whether what is asked for has a PDF in it."""
    return not {"pdf", "summary_pdf"}.isdisjoint(outputs)


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
    if found is None or not found.holds_customers:
        raise ValueError(f"'{name[:100]}' names no customers")
    return found.name_of(name, found.number_of(name) + 1)


def first_edition(name: str) -> str:
    """Return what a file that names customers was called when its run was made."""
    found = find_artefact(name)
    return name if found is None else found.name_of(name, 1)


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
