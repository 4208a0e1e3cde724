"""Tells those who got a report and are no longer among its readers that another one has replaced it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from reportgen.archive.ledger import REPLACED, RunLedger, key_of
from reportgen.config.addresses import MailAddress
from reportgen.config.mail import Readers
from reportgen.delivery.message import Letter, make_message_id, to_message
from reportgen.mail.archived_report import ArchivedReport
from reportgen.mail.compose import Written, sender_of, write_intent
from reportgen.model.mail import LedgerEntry


def list_former(run_ledgers: Mapping[str, RunLedger], path: str, readers: Readers) -> list[LedgerEntry]:
    """List what those got last who have an earlier report of the month and are not to get the present one.

    Parameters
    ----------
    run_ledgers : mapping
        What the ledger says of each run of the month, by its path.
    path : str
        The present run; who has been told that theirs is replaced is not told again.
    readers : Readers
        Who is to get it.
    """
    present = run_ledgers.get(path, RunLedger())
    told: dict[str, str] = {}
    for run_ledger in run_ledgers.values():
        told |= {who: max(told.get(who, ""), one.last.at) for who, one in run_ledger.told.items() if not one.is_open}
    now = {key_of(reader.address.address) for reader in readers.everyone}
    found: dict[str, LedgerEntry] = {}
    for other, run_ledger in run_ledgers.items():
        for who, status in run_ledger.recipients.items():
            is_former = other != path and not status.is_open and who not in now and who not in present.recipients
            is_told = told.get(who, "") > status.last.at
            if is_former and not is_told and status.last.at > getattr(found.get(who), "at", ""):
                found[who] = status.last
    return sorted(found.values(), key=lambda entry: entry.address)


def write_replaced(kept: ArchivedReport, entry: LedgerEntry, at: datetime) -> Written:
    """Write the note for one of them.

    Parameters
    ----------
    kept : ArchivedReport
        The present report.
    entry : LedgerEntry
        What they got last.
    at : datetime
        When it is sent.

    Raises
    ------
    ConfigError
        When the config names no sender.
    """
    sender, day = sender_of(kept), kept.formats.day(date.fromisoformat(entry.at[:10]))
    text = (
        f"The report “{kept.name}” that was sent to you on {day} has been replaced.\n"
        "The new one goes to other readers. If you need it, answer this e-mail.\n"
    )
    letter = Letter(
        message_id=make_message_id(f"{kept.manifest.address.path}\n{REPLACED}\n{entry.address}", sender),
        sent_at=at,
        sender=sender,
        reply_to=kept.options.mail.reply_to,
        to=[MailAddress("", entry.address)],
        cc=(),
        subject=f"Replaced: {kept.name}",
        text=text,
    )
    content = to_message(letter)
    return Written(write_intent(letter, (entry.address,), content, says=REPLACED), content, "")
