"""Writes the e-mails of a report to look at: the message itself, and its HTML with the pictures inside."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from reportgen.config.addresses import MailAddress
from reportgen.config.mail import Recipient
from reportgen.delivery.message import plain_file_name
from reportgen.errors import Problem, UnexpectedError
from reportgen.letters import KeptReport, Occasion, Written

_NOBODY = MailAddress("Reports", "reports@example.org")


def write_preview(kept: KeptReport, folder: Path, at: datetime) -> Iterator[Path]:
    """Write one message for each choice of attachments; sends nothing, and leaves the ledger alone.

    Parameters
    ----------
    kept : KeptReport
        The run. A config without readers or a sender gets an example's.
    folder : Path
        Where to write; it is made.
    at : datetime
        The date of the message.

    Raises
    ------
    UnexpectedError
        When the folder cannot be written to.
    """
    mail = kept.options.mail
    if mail.sender is None:
        options = kept.options.model_copy(update={"mail": mail.model_copy(update={"sender": _NOBODY})})
        kept = replace(kept, options=options)
    readers = mail.readers_of(kept.manifest.kind).everyone or (Recipient(address=_NOBODY),)
    groups: dict[object, list[Recipient]] = {}
    for one in readers:
        groups.setdefault(one.attach if one.attach is not None else mail.attach, []).append(one)
    address = kept.manifest.address
    name = plain_file_name(f"{address.report}-{address.store}-{address.period}")
    for number, group in enumerate(groups.values(), 1):
        written = kept.write(group, Occasion(at))
        stem = name if len(groups) == 1 else f"{name}-{number}"
        for suffix, content in ((".eml", written.content), (".html", show_html(written).encode())):
            yield _write(folder / f"{stem}{suffix}", content)


def show_html(written: Written) -> str:
    """Put a message's pictures into its HTML, so that a browser shows them."""
    html = written.html
    for name, picture in written.pictures.items():
        html = html.replace(f"cid:{name}", f"data:image/png;base64,{base64.b64encode(picture).decode()}")
    return html


def _write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        came = error.strerror or str(error)
        raise UnexpectedError(Problem(str(path), "preview", "a folder that can be written to", came)) from None
    return path
