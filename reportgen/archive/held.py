"""Tells which reports wait for a person, and which ones readers have, as the ledger of the mail has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reportgen.archive.ledger import (
    HELD,
    RELEASED,
    RunLedger,
    mail_folder,
    read_run_ledger,
    read_run_ledgers,
    split_mail_path,
)
from reportgen.archive.storage import Storage, StorageError
from reportgen.config.values import MAIL_FOLDER
from reportgen.model.archive import Address
from reportgen.model.mail import Hold


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that waits for a person.

    Attributes
    ----------
    address : Address
        The run; the present one of its month.
    hold : Hold
        Since when, and why.
    """

    address: Address
    hold: Hold


def list_waiting(storage: Storage, report: str) -> Iterator[Waiting]:
    """Give the reports that are held and that nobody has got, the oldest month first.

    Parameters
    ----------
    storage : Storage
        The archive.
    report : str
        Whose. One whose ledger is damaged is told as such: it is held as long as nobody can read it.
    """
    files = set(storage.files(f"{MAIL_FOLDER}/{report}"))
    held = [split_mail_path(path)[0] for path in files if path.endswith(f"/{HELD}")]
    for address in sorted(map(Address.parse, held), key=lambda address: (address.period, address.path)):
        is_present = storage.pointed(address.month) == address.run and storage.has_run(address.path)
        if not is_present or f"{mail_folder(address)}/{RELEASED}" in files:
            continue
        try:
            run_ledger = read_run_ledger(storage, address)
        except StorageError:
            yield Waiting(address, Hold(("why cannot be read any more: see 'reportgen archive verify'",), ""))
            continue
        if run_ledger.hold is not None and not run_ledger.is_sent:
            yield Waiting(address, run_ledger.hold)


def list_read_runs(storage: Storage, report: str) -> set[str]:
    """Return for each month of a report the path of the run that readers were sent last; raises as `find_read_run`."""
    last: dict[str, tuple[str, str]] = {}
    for path, run_ledger in read_run_ledgers(storage, f"{MAIL_FOLDER}/{report}").items():
        if run_ledger.is_sent and Address.is_path(path):
            month = Address.parse(path).month
            last[month] = max(last.get(month, ("", "")), (_sent_at(run_ledger), path))
    return {path for _, path in last.values()}


def _sent_at(run_ledger: RunLedger) -> str:
    return max(status.last.at for status in run_ledger.recipients.values() if status.last.state == "sent")


def find_read_run(storage: Storage, month: str) -> str | None:
    """Find the run of a month that readers were sent last; None when they were sent none of it.

    Parameters
    ----------
    storage : Storage
        The archive.
    month : str
        ``report/store/month``.

    Raises
    ------
    StorageError
        When the ledger cannot be read.
    """
    run_ledgers = read_run_ledgers(storage, f"{MAIL_FOLDER}/{month}")
    sent = {path: _sent_at(run_ledger) for path, run_ledger in run_ledgers.items() if run_ledger.is_sent}
    return None if not sent else Address.parse(max(sent, key=lambda path: (sent[path], path))).run
