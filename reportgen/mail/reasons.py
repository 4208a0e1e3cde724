"""Tells what speaks against sending an archived report; one on all stores is judged by its stores' own reports too."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from reportgen.archive.ledger import read_run_ledger
from reportgen.archive.runs import read_manifest
from reportgen.delivery.checks import find_chain_reasons, find_reasons
from reportgen.errors import ArchiveError, Problem
from reportgen.mail.archived_report import ArchivedReport
from reportgen.model.archive import Address
from reportgen.model.months import MonthFigures
from reportgen.model.report import ChainReport, Report


def find_mail_reasons(kept: ArchivedReport, today: date, doubtful: Collection[str] = ()) -> tuple[str, ...]:
    """Tell why a report should wait for a person; empty when nothing speaks against it.

    Parameters
    ----------
    kept : ArchivedReport
        The report.
    today : date
        The day of sending.
    doubtful : collection of str
        Stores' runs of which it is known without the ledger that they are held, by path.

    Raises
    ------
    ArchiveError
        When it, or a store's own report that it has, is not in the archive as it was written.
    """
    facts, checks = kept.facts, kept.options.checks
    reasons = find_reasons(facts, checks, today)
    if not isinstance(facts, ChainReport):
        return reasons
    return (*reasons, *find_chain_reasons(facts, _list_months(kept), list_held_stores(kept, doubtful), checks))


def _list_months(kept: ArchivedReport) -> dict[str, Sequence[MonthFigures]]:
    """Return the months of each store that has a report of its own, as that report has them."""
    found: dict[str, Sequence[MonthFigures]] = {}
    for store, address in _list_linked(kept):
        try:
            manifest = read_manifest(kept.storage, address.path)
        except (FileNotFoundError, ValueError) as error:
            place, hint = kept.storage.shown(address.path), "See 'reportgen archive verify'."
            expected = "the report of a store that the one on all stores has"
            raise ArchiveError(Problem(place, "run", expected, str(error), hint)) from None
        facts = replace(kept, manifest=manifest).facts
        assert isinstance(facts, Report)  # noqa: S101 - a store's own
        found[store] = facts.months
    return found


def list_held_stores(kept: ArchivedReport, doubtful: Collection[str] = ()) -> tuple[str, ...]:
    """List the stores whose own reports are held, the largest first.

    Parameters
    ----------
    kept : ArchivedReport
        The report on all stores.
    doubtful : collection of str
        Runs of which it is known without the ledger, by path.
    """
    found = []
    for store, address in _list_linked(kept):
        run_ledger = read_run_ledger(kept.storage, address)
        hold = run_ledger.hold
        is_held = hold is not None and hold.released_at is None and not run_ledger.is_sent
        if is_held or address.path in doubtful:
            found.append(store)
    return tuple(found)


def _list_linked(kept: ArchivedReport) -> Iterator[tuple[str, Address]]:
    """Give each store's name, as the report has it, and its own report's place."""
    assert isinstance(kept.facts, ChainReport)  # noqa: S101 - asked of reports on all stores alone
    for store in kept.facts.stores:
        if store.link is not None and store.link.path is not None:
            folder, period, run = store.link.path.split("/")[-3:]
            yield store.store, Address(kept.manifest.report, folder, period, run)
