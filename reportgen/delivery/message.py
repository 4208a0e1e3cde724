"""Builds the e-mail: a letter becomes the bytes that are sent. Pure: no network, no clock, no chance."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr

from reportgen.config.addresses import MailAddress

_LONG_SUBJECT = 180
_WHOLE = ("list-unsubscribe", "message-id", "in-reply-to", "references")
"""Headers whose value must be neither broken nor coded."""
_FOLD, _CODED_LINE = "\r\n ", 70


class _Policy(EmailPolicy):
    """The policy of SMTP, but for what it folds into something else: identifiers, and names beyond ASCII."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Fold a header, as the generator asks for it."""
        if name.lower() in _WHOLE:
            return f"{name}: {value}\r\n".encode("ascii")
        addresses = getattr(value, "addresses", ())
        if addresses:
            return f"{name}: {f',{_FOLD}'.join(_write_address(address) for address in addresses)}\r\n".encode("ascii")
        return super().fold_binary(name, value)


def _write_address(address: Address) -> str:
    """Write an address as RFC 5322 and 2047 want it: a name beyond ASCII as coded words, another quoted if need be."""
    if address.display_name.isascii():
        return formataddr((address.display_name, address.addr_spec))
    coded = Header(address.display_name, "utf-8", maxlinelen=_CODED_LINE).encode(linesep="\r\n")
    return f"{coded}{_FOLD}<{address.addr_spec}>"


_POLICY = _Policy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that is attached."""

    name: str
    subtype: str
    content: bytes


@dataclass(frozen=True, eq=False, slots=True)
class Letter:
    """Everything that a message holds.

    Attributes
    ----------
    message_id : str
        With its angle brackets.
    sent_at : datetime
        With a time zone.
    sender, reply_to : MailAddress
        Whom it comes from, and where answers go when not there.
    to, cc : sequence of MailAddress
        Those whom everybody sees.
    subject, text, html : str
        What it says; `html` refers to its pictures as ``cid:NAME``.
    pictures : mapping
        PNG by name.
    enclosures : sequence of Enclosure
        What is attached.
    unsubscribe_url : str or None
        Where a reader can leave the list.
    replaces : str or None
        Message-ID of the message that this one corrects.
    """

    message_id: str
    sent_at: datetime
    sender: MailAddress
    reply_to: MailAddress | None
    to: Sequence[MailAddress]
    cc: Sequence[MailAddress]
    subject: str
    text: str
    html: str | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    enclosures: Sequence[Enclosure] = ()
    unsubscribe_url: str | None = None
    replaces: str | None = None


def one_line(text: str) -> str:
    """Make one line of a text for a header: signs that cannot be printed become spaces, what is too long is cut."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= _LONG_SUBJECT else f"{line[: _LONG_SUBJECT - 1]}…"


def to_message(letter: Letter) -> bytes:
    """Write a letter as the bytes of a message (RFC 5322), the same for the same letter.

    Returns
    -------
    bytes
        ASCII alone, lines ended by CR LF: a plain text, beside it HTML with its pictures, then what is attached.
    """
    message = EmailMessage(policy=_POLICY)
    message["Message-ID"] = letter.message_id
    message["Date"] = format_datetime(letter.sent_at)
    message["From"] = _address(letter.sender)
    if letter.reply_to is not None:
        message["Reply-To"] = _address(letter.reply_to)
    message["To"] = [_address(address) for address in letter.to] if letter.to else "undisclosed-recipients:;"
    if letter.cc:
        message["Cc"] = [_address(address) for address in letter.cc]
    message["Subject"] = one_line(letter.subject)
    if letter.replaces is not None:
        message["In-Reply-To"] = letter.replaces
        message["References"] = letter.replaces
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"  # Exchange's own word for: no out-of-office notes, please
    if letter.unsubscribe_url is not None:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
        html = message.get_body(("html",))
        assert isinstance(html, EmailMessage)  # noqa: S101 - the alternative that was just added
        for name, picture in letter.pictures.items():
            html.add_related(picture, "image", "png", cid=f"<{name}>", disposition="inline", filename=f"{name}.png")
    for enclosure in letter.enclosures:
        maintype = "text" if enclosure.subtype == "html" else "application"
        message.add_attachment(enclosure.content, maintype, enclosure.subtype, filename=enclosure.name, cte="base64")
    _fix_boundaries(message, letter.message_id)
    return message.as_bytes()


def _address(address: MailAddress) -> Address:
    """Return an address for a header; what a name holds that cannot be printed is left out."""
    return Address(display_name=one_line(address.name), addr_spec=address.address)


def _fix_boundaries(message: Message, message_id: str) -> None:
    """Choose boundaries that follow from the message, where the library would draw lots."""
    for number, part in enumerate(_multiparts(message)):
        mark = hashlib.sha256(f"{message_id} {number}".encode()).hexdigest()[:24]
        part.set_boundary(f"=_{mark}")  # `=_` occurs in neither quoted-printable nor base64


def _multiparts(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if part.is_multipart())


def make_message_id(content: str, sender: MailAddress) -> str:
    """Make a Message-ID of our own from what makes a message what it is."""
    left = hashlib.sha256(content.encode()).hexdigest()[:32]
    return f"<{left}@{sender.address.rpartition('@')[2]}>"


def plain_file_name(name: str) -> str:
    """Make the name of an attached file: letters, digits, dots and hyphens."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.") or "report"
