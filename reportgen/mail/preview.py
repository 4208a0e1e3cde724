"""Writes the e-mails of a report to look at: the message itself, and its HTML with the pictures inside."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from reportgen.config.addresses import MailAddress
from reportgen.config.mail import Recipient
from reportgen.delivery.message import plain_file_name
from reportgen.errors import ConfigError, Problem, UnexpectedError
from reportgen.mail.archived_report import ArchivedReport
from reportgen.mail.compose import Occasion, Written, write_letter

_NOBODY = MailAddress("Reports", "reports@example.org")
_MARKS = {".eml": b"X-Auto-Response-Suppress: All", ".html": b"<!-- a preview made by reportgen -->"}
"""What every file that this module writes holds, by its suffix; one without is not replaced."""


def write_preview(kept: ArchivedReport, folder: Path, at: datetime) -> Iterator[tuple[Path, str]]:
    """Write one message for each choice of attachments; sends nothing, and leaves the ledger alone.

    Parameters
    ----------
    kept : ArchivedReport
        The run. A config without readers or a sender gets an example's.
    folder : Path
        Where to write; it is made.
    at : datetime
        The date of the message.

    Yields
    ------
    path, whom : Path, str
        A file that was written, and the addresses of those who would get it.

    Raises
    ------
    ConfigError
        When a file of that name is there that is no preview.
    UnexpectedError
        When the folder cannot be written to.
    """
    mail = kept.options.mail
    if mail.sender is None:
        options = kept.options.model_copy(update={"mail": mail.model_copy(update={"sender": _NOBODY})})
        kept = replace(kept, options=options)
    readers = mail.readers_of(kept.manifest.kind).everyone
    groups: dict[tuple[str, ...], list[Recipient]] = {}
    for reader in readers or (Recipient(address=_NOBODY),):
        groups.setdefault(reader.attach if reader.attach is not None else mail.attach, []).append(reader)
    address = kept.manifest.address
    for attach, group in groups.items():
        written = write_letter(kept, group, Occasion(at))
        stem = plain_file_name("-".join([address.report, address.store, address.period, *attach]))
        whom = (
            ", ".join(reader.address.address for reader in group) if readers else "nobody: the config names no readers"
        )
        for suffix, content in ((".eml", written.content), (".html", show_html(written).encode())):
            yield _write(folder / f"{stem}{suffix}", content), whom


def show_html(written: Written) -> str:
    """Put a message's pictures into its HTML, so that a browser shows them."""
    html = written.html
    for name, picture in written.pictures.items():
        html = html.replace(f"cid:{name}", f"data:image/png;base64,{base64.b64encode(picture).decode()}")
    return f"{html}\n{_MARKS['.html'].decode()}\n"


def _write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(path) and not _is_ours(path):
            hint = "Name another folder with --folder."
            raise ConfigError(Problem(str(path), "preview", "no file of this name, or a preview", "another one", hint))
        path.write_bytes(content)
    except OSError as error:
        came = error.strerror or str(error)
        raise UnexpectedError(Problem(str(path), "preview", "a folder that can be written to", came)) from None
    return path


def _is_ours(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and _MARKS[path.suffix] in path.read_bytes()
