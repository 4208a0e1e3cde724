"""Signs runs that were written before there was a key, with the mail of them and what was said of their actions."""

from __future__ import annotations

from reportgen.archive.ledger import mail_folder
from reportgen.archive.runs import has_whole_run, is_signed, read_made, read_manifest, write_made, write_manifest
from reportgen.archive.seals import check_signature, seal, unseal
from reportgen.archive.storage import MAX_RECORD, Storage
from reportgen.config.values import ACTIONS_FOLDER
from reportgen.model.archive import Manifest
from reportgen.model.artefacts import MADE, MANIFEST


def sign_run(storage: Storage, manifest: Manifest) -> bool:
    """Sign a run that is whole, and the ledgers of its mail and of its month; tell whether there was anything to sign.

    Raises
    ------
    ValueError
        When it is not as its manifest says, or something of its mail is not as it was written.
    FileNotFoundError
        When it has no note of how it was made.
    """
    path = manifest.address.path
    actions = f"{ACTIONS_FOLDER}/{manifest.address.month}"
    entries = _list_unsigned(storage, mail_folder(manifest.address)) | _list_unsigned(storage, actions)
    if is_signed(storage, path) and not entries:
        return False
    manifest, made = read_manifest(storage, path), read_made(storage, path)
    if not has_whole_run(storage, manifest.address):
        raise ValueError("a file of it has another content than was written")
    for entry, value in entries.items():
        storage.replace(entry, seal(value, entry))
    storage.replace(f"{path}/{MADE}", write_made(path, made))
    storage.replace(f"{path}/{MANIFEST}", write_manifest(manifest))
    return True


def _list_unsigned(storage: Storage, folder: str) -> dict[str, dict[str, object]]:
    """List the entries of a ledger that nobody has signed, with what they say; messages are named by their digest."""
    found = {}
    for path in storage.files(folder):
        if not path.endswith(".eml"):
            content = storage.read(path, MAX_RECORD)
            if check_signature(content, path) == "missing":
                found[path] = unseal(content, path)
    return found
