"""Writes the letters of an archived report: what it says, what is attached, and whether it may leave like that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from reportgen.archive.ledger import KEY_LENGTH
from reportgen.archive.seals import digest
from reportgen.config.addresses import MailAddress
from reportgen.config.mail import Recipient
from reportgen.delivery.message import Letter, make_message_id, to_message
from reportgen.errors import ConfigError, Problem
from reportgen.mail.archived_report import ArchivedReport
from reportgen.mail.enclosing import Enclosed, enclose
from reportgen.model.archive import Figures
from reportgen.model.kpis import KPIS
from reportgen.model.mail import Intent
from reportgen.render.mail import MailNotes

MAX_BODY = 90_000
"""Bytes of HTML; Gmail shows no more than some 102 kB."""
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Earlier:
    """A message on the same month that a reader has already, or may have.

    Attributes
    ----------
    intent : Intent
        The message.
    at : str
        When it was sent, in ISO form.
    figures : Figures or None
        Of its run, if that is still in the archive.
    is_certain : bool
        Whether it is known to have been delivered.
    """

    intent: Intent
    at: str
    figures: Figures | None
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Occasion:
    """On what occasion a message is written.

    Attributes
    ----------
    at : datetime
        When it is sent.
    earlier : Earlier or None
        What its readers have already and this corrects.
    is_test : bool
        Whether it goes to somebody else than the report's readers.
    again : int
        How many times it was handed over before; makes another message of it.
    would_hold : tuple of str
        Of a test: why its readers would not get it.
    held_stores : tuple of str
        Of a report on all stores: those whose own reports are held.
    """

    at: datetime
    earlier: Earlier | None = None
    is_test: bool = False
    again: int = 0
    would_hold: tuple[str, ...] = ()
    held_stores: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Written:
    """A message, ready to leave."""

    intent: Intent
    content: bytes
    html: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def write_letter(kept: ArchivedReport, recipients: Sequence[Recipient], occasion: Occasion) -> Written:
    """Write the message for readers with the same attachments.

    Parameters
    ----------
    kept : ArchivedReport
        The report.
    recipients : sequence of Recipient
        On the envelope.
    occasion : Occasion
        When, and what they have already.

    Raises
    ------
    ConfigError
        When it may not leave like that: too large, no sender, no such attachment.
    """
    mail, sender = kept.options.mail, sender_of(kept)
    attach = mail.attach if recipients[0].attach is None else recipients[0].attach
    enclosed = enclose(kept, attach)
    identity = make_message_id(_identify(kept, recipients, attach, occasion), sender)
    while True:
        letter = _draw_up(kept, recipients, occasion, enclosed, identity)
        content = to_message(letter)
        if len(content) <= mail.max_message_mb * _MB or not enclosed.files:
            break
        enclosed = enclosed.without_largest()
    html = letter.html or ""
    _check_size(kept, html, content)
    addresses = tuple(recipient.address.address for recipient in recipients)
    intent = write_intent(letter, addresses, content, says=kept.says, is_test=occasion.is_test)
    return Written(intent, content, html, kept.printer.pictures)


def _draw_up(
    kept: ArchivedReport, recipients: Sequence[Recipient], occasion: Occasion, enclosed: Enclosed, identity: str
) -> Letter:
    mail = kept.options.mail
    html, text = kept.printer.print(_note(kept, occasion, enclosed))
    readers = mail.readers_of(kept.manifest.kind)
    return Letter(
        message_id=identity,
        sent_at=occasion.at,
        sender=sender_of(kept),
        reply_to=mail.reply_to,
        to=[recipient.address for recipient in (recipients if occasion.is_test else readers.to)],
        cc=[] if occasion.is_test else [recipient.address for recipient in readers.cc],
        subject=f"{'Test: ' if occasion.is_test else ''}{'Corrected: ' if occasion.earlier else ''}{kept.name}",
        text=text,
        html=html,
        pictures=kept.printer.pictures,
        enclosures=enclosed.files,
        unsubscribe_url=mail.unsubscribe_url,
        replaces=occasion.earlier.intent.message_id if occasion.earlier else None,
    )


def sender_of(kept: ArchivedReport) -> MailAddress:
    """Return whom a report's mail comes from; `ConfigError` when the config does not say."""
    sender = kept.options.mail.sender
    if sender is None:
        hint = "Such as 'from: Shop reports <reports@example.org>'."
        place = f"config of '{kept.options.report.id}'"
        raise ConfigError(Problem(place, "mail.from", "whom the mail comes from", "nothing", hint))
    return sender


def _note(kept: ArchivedReport, occasion: Occasion, enclosed: Enclosed) -> MailNotes:
    return MailNotes(
        links=enclosed.links,
        enclosed=enclosed.words,
        left_out=enclosed.left_out,
        replaces=_say_replaced(kept, occasion.earlier),
        changes=_say_changes(kept, occasion.earlier),
        unsubscribe_url=kept.options.mail.unsubscribe_url,
        is_test=occasion.is_test,
        would_hold=occasion.would_hold,
        held_stores=occasion.held_stores,
    )


def _identify(kept: ArchivedReport, recipients: Sequence[Recipient], attach: Sequence[str], occasion: Occasion) -> str:
    """Tell what makes a message another one; each test is one of its own."""
    earlier = occasion.earlier.intent.key if occasion.earlier else ""
    parts = [
        kept.manifest.address.path,
        *sorted(recipient.address.address for recipient in recipients),
        *attach,
        earlier,
    ]
    parts.append(occasion.at.isoformat() if occasion.is_test else str(occasion.again))
    return "\n".join(parts)


def _check_size(kept: ArchivedReport, html: str, content: bytes) -> None:
    place = kept.storage.shown(kept.manifest.address.path)
    body, most = len(html.encode()), kept.options.mail.max_message_mb
    if body > MAX_BODY:
        expected = f"at most {MAX_BODY:,} bytes of HTML in an e-mail, for Gmail cuts off what is longer"
        hint = "Shorten titles, names of segments or the texts of the playbook."
        raise ConfigError(Problem(place, "mail", expected, f"{body:,}", hint))
    if len(content) > most * _MB:
        hint = "Raise the limit, or shorten what the mail says."
        came = f"{len(content) / _MB:.1f} MB"
        raise ConfigError(Problem(place, "mail.max_message_mb", f"a message of at most {most:g} MB", came, hint))


def _say_replaced(kept: ArchivedReport, earlier: Earlier | None) -> str:
    if earlier is None:
        return ""
    month, day = kept.formats.month(kept.facts.period.month), date.fromisoformat(earlier.at[:10])
    came = "was sent" if earlier.is_certain else "may have reached you"
    return f"This replaces the report for {month} that {came} on {kept.formats.day(day)}."


def _say_changes(kept: ArchivedReport, earlier: Earlier | None) -> tuple[str, ...]:
    old, new = earlier.figures if earlier else None, kept.manifest.figures
    if old is None or new is None or old.currency != new.currency:
        return ()
    formats = kept.formats
    told = [
        (KPIS[key].label, *(getattr(formats, KPIS[key].how)(getattr(figures, key)) for figures in (old, new)))
        for key in ("customers", "orders", "total_sales")
    ]
    changes = [f"{what}: {now}, before {before}." for what, before, now in told if now != before]
    return tuple(changes) or ("Customers, orders and sales are as before; other figures or words have changed.",)


def write_intent(
    letter: Letter, addresses: tuple[str, ...], content: bytes, *, says: str, is_test: bool = False
) -> Intent:
    """Write down what is about to be sent; its key follows from its bytes."""
    return Intent(
        key=digest(content)[:KEY_LENGTH],
        message_id=letter.message_id,
        subject=letter.subject,
        at=letter.sent_at.isoformat(timespec="seconds"),
        recipients=addresses,
        says=says,
        sha256=digest(content),
        size=len(content),
        is_test=is_test,
    )
