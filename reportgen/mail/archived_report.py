"""An archived report on its way to its readers: its facts, its files, its words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reportgen.archive.seals import digest
from reportgen.archive.storage import MAX_FILE, MAX_RECORD, Storage
from reportgen.config.options import Options
from reportgen.errors import ArchiveError, Problem
from reportgen.model.archive import Manifest
from reportgen.model.artefacts import FACTS, find_artefact
from reportgen.model.mail import Delivery, RecipientResult
from reportgen.model.report import ChainReport, Report
from reportgen.model.upgrade import read_chain_report, read_report
from reportgen.render.mail import MailNotes
from reportgen.report.publish import MailPrinter
from reportgen.text.formats import Formats


@dataclass(frozen=True, eq=False)
class ArchivedReport:
    """An archived report on its way to its readers.

    Parameters
    ----------
    storage : Storage
        The archive.
    manifest : Manifest
        The run.
    options : Options
        The store's, as the config is now.
    config : Path
        The config's file.
    """

    storage: Storage
    manifest: Manifest
    options: Options
    config: Path

    @cached_property
    def facts(self) -> Report | ChainReport:
        """The report itself; `ArchiveError` when it cannot be read."""
        place = self.storage.shown(f"{self.manifest.address.path}/{FACTS}")
        try:
            content = self.read(FACTS)
            return read_chain_report(content) if self.manifest.kind == "chain" else read_report(content)
        except ValueError as error:
            hint = "Make the report again with 'reportgen run', then send it."
            expected = "facts of this version or an earlier one"
            raise ArchiveError(Problem(place, "run", expected, str(error), hint)) from None

    def deliver(
        self, status: str, reasons: tuple[str, ...] = (), results: tuple[RecipientResult, ...] = ()
    ) -> Delivery:
        """Tell how its mail went."""
        manifest = self.manifest
        return Delivery(
            report=manifest.report,
            store=manifest.store,
            period=manifest.period,
            run=manifest.run,
            kind=manifest.kind,
            path=self.storage.shown(manifest.address.path),
            place=self.storage.place,
            config=str(self.config),
            status=status,
            reasons=reasons,
            results=results,
        )

    def read(self, name: str) -> bytes:
        """Read a file of the run; `ArchiveError` when it is not as it was written."""
        path, artefact = f"{self.manifest.address.path}/{name}", find_artefact(name)
        try:
            content = self.storage.read(path, MAX_RECORD if artefact and artefact.is_record else MAX_FILE)
            came = "" if digest(content) == self.manifest.files[name].sha256 else "another content"
        except (FileNotFoundError, KeyError):
            content, came = b"", "no such file"
        except ValueError as error:
            content, came = b"", str(error)
        if came:
            hint = "See 'reportgen archive verify'; run again to make it anew."
            raise ArchiveError(Problem(self.storage.shown(path), "run", "a file as it was written", came, hint))
        return content

    @cached_property
    def printer(self) -> MailPrinter:
        """Fills its templates."""
        return MailPrinter(self.facts, self.options)

    @property
    def formats(self) -> Formats:
        """The ways to write a number."""
        return Formats(self.facts.report.locale, self.facts.report.currency)

    @cached_property
    def says(self) -> str:
        """Digest of what the mail says, whoever gets it and whatever is attached."""
        return digest(self.printer.print(MailNotes())[1].encode())

    @property
    def name(self) -> str:
        """Report, store and month in one line."""
        facts = self.facts
        store = f": {facts.report.store}" if facts.report.store else ""
        return f"{facts.report.title}{store}, {self.formats.month(facts.period.month)}"
