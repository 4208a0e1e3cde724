"""Removes of the mail what is not needed once its runs are pruned."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reportgen.archive.ledger import DROPPED, mail_folder
from reportgen.archive.names import OPERATORS
from reportgen.archive.seals import seal
from reportgen.archive.storage import Storage
from reportgen.config.values import MAIL_FOLDER
from reportgen.model.archive import NO_MONTH, Address, Manifest

_MESSAGE = re.compile(r"[0-9a-f]{16}\.eml")


def drop_messages(storage: Storage, address: Address) -> None:
    """Remove the messages that were written of a run; the ledger stays, so that none is sent anew."""
    folder = mail_folder(address)
    messages = [path for path in storage.files(folder) if _MESSAGE.fullmatch(path.removeprefix(f"{folder}/"))]
    if messages:
        storage.replace(f"{folder}/{DROPPED}", seal({}, f"{folder}/{DROPPED}"))
    for path in messages:
        storage.remove(path)


def drop_notes(storage: Storage, staying: Sequence[Manifest]) -> None:
    """Remove the notes to the operators of months that no report is of any more, the ledger of them too.

    Parameters
    ----------
    storage : Storage
        The archive.
    staying : sequence of Manifest
        The runs that it has.
    """
    oldest: dict[str, str] = {}
    for run in staying:
        oldest[run.report] = min(oldest.get(run.report, run.period), run.period)
    for report, period in oldest.items():
        folder = f"{MAIL_FOLDER}/{report}/{OPERATORS}"
        for path in storage.files(folder):
            month = path.removeprefix(f"{folder}/").partition("/")[0]
            if NO_MONTH < month < period:
                storage.remove(path)
