"""Reads, for a report on all stores, what its stores' own reports say, and which of them are held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportgen.archive.ledger import read_run_ledger
from reportgen.mail.archived_report import ArchivedReport
from reportgen.model.archive import Address
from reportgen.model.artefacts import FACTS
from reportgen.model.months import MonthFigures
from reportgen.model.report import ChainReport
from reportgen.model.upgrade import read_report


def list_months_of(kept: ArchivedReport) -> dict[str, Sequence[MonthFigures]]:
    """Return the months of each store that has a report of its own, as that report has them.

    Parameters
    ----------
    kept : ArchivedReport
        The report on all stores.

    Raises
    ------
    FileNotFoundError, ValueError
        When one of them is not in the archive as it was written.
    """
    return {store: read_report(kept.storage.read(f"{address.path}/{FACTS}")).months for store, address in _linked(kept)}


def list_held_stores(kept: ArchivedReport) -> tuple[str, ...]:
    """List the stores whose own reports are held, the largest first."""
    found = []
    for store, address in _linked(kept):
        run_ledger = read_run_ledger(kept.storage, address)
        hold = run_ledger.hold
        if hold is not None and hold.released_at is None and not run_ledger.is_sent:
            found.append(store)
    return tuple(found)


def _linked(kept: ArchivedReport) -> Iterator[tuple[str, Address]]:
    """Give each store's name, as the report has it, and its own report's place."""
    assert isinstance(kept.facts, ChainReport)  # noqa: S101 - asked of reports on all stores alone
    for store in kept.facts.stores:
        if store.link is not None and store.link.path is not None:
            folder, period, run = store.link.path.split("/")[-3:]
            yield store.store, Address(kept.manifest.report, folder, period, run)
