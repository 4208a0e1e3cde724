"""Compares the mail of an archive with what its ledger says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reportgen.archive.ledger import AGREED, DROPPED, KEY_LENGTH, split_mail_path
from reportgen.archive.seals import digest, tell_unsigned, unseal
from reportgen.archive.storage import MAX_RECORD, Storage
from reportgen.config.values import MAIL_FOLDER
from reportgen.model.archive import Fault

_NAME = re.compile(
    r"[0-9a-f]{16}\.(?:json|eml)|(?:test-[0-9a-f]{16}-)?[0-9a-f]{16}\.(?:\d+\.(?:began|ended)|failed)|held|released|dropped|agreed"
)


def verify_mail(storage: Storage, paths: Sequence[str]) -> Iterator[Fault]:
    """Compare the mail with what the ledger says of it.

    Parameters
    ----------
    storage : Storage
        The archive.
    paths : sequence of str
        All files of the mail.
    """
    known = set(paths)
    written = {split_mail_path(path)[0] for path in paths if path.endswith(".json")}
    for path in paths:
        run, name = split_mail_path(path)
        stem, _, kind = name.rpartition(".")
        if not _NAME.fullmatch(name):
            yield Fault(path, "extra: no mail has written it")
        elif kind == "eml":
            try:
                is_same = digest(storage.read(path))[:KEY_LENGTH] == stem
            except (FileNotFoundError, ValueError):
                is_same = False
            if not is_same:
                yield Fault(path, "damaged: other content than was written")
        else:
            yield from _verify_record(storage, path, name)
        message, folder = path.removesuffix("json") + "eml", f"{MAIL_FOLDER}/{run}"
        if kind == "json" and message not in known and f"{folder}/{DROPPED}" not in known:
            yield Fault(message, "missing")
        if kind == "ended" and (began := path.removesuffix("ended") + "began") not in known:
            yield Fault(began, "missing")
        if kind in ("began", "ended", "failed") and run not in written:
            yield Fault(f"{folder}/*.json", "missing: what was sent is not written down")


def _verify_record(storage: Storage, path: str, name: str) -> Iterator[Fault]:
    try:
        content = storage.read(path, MAX_RECORD)
        unseal(content, path)
        if name != AGREED:  # it is of no run that could be signed
            yield from tell_unsigned(path, content)
    except (ValueError, FileNotFoundError) as error:
        yield Fault(path, f"damaged: {error}")
