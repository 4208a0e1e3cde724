"""Removes one person from every list of an archive, and says that it did, never who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from reportgen.archive.lists import KEY_VARIABLE, customer_key, drop_customers, hash_customer, key_mark, list_name
from reportgen.archive.runs import is_signed, read_manifest, write_manifest
from reportgen.archive.seals import digest
from reportgen.archive.storage import Storage
from reportgen.errors import ArchiveError, ConfigError, Problem
from reportgen.model.archive import FileSeal, Forgotten, Manifest
from reportgen.model.artefacts import LIST, MANIFEST, holds_customers, next_edition


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What forgetting did.

    Attributes
    ----------
    lists : int
        Lists looked through.
    changed : tuple of str
        Paths of the runs whose list lost a row.
    """

    lists: int
    changed: tuple[str, ...]


def forget_customer(storage: Storage, customer: str, today: date) -> Forgetting:
    """Remove a customer from every archived list and renew the manifests.

    The new list has a name of its own, and the manifest that names it replaces the old one in one move: at every
    instant the run is whole. What a killed `forget` left is removed by the next.

    Parameters
    ----------
    storage : Storage
        The archive.
    customer : str
        The id as it stands in the source. Hashed lists need the secret that they were made with.
    today : date
        The day to note.

    Raises
    ------
    ConfigError
        When a list is hashed and the environment does not hold its secret, or a manifest cannot be read; nothing is
        changed then.
    ArchiveError
        When a list is not what its manifest says; nothing is changed then.
    """
    manifests = [manifest for manifest in _all_manifests(storage) if list_name(manifest) is not None]
    ids = {"plain": customer}
    hashed = [manifest for manifest in manifests if manifest.customer_ids == "hashed"]
    if hashed:
        key = customer_key()
        ids["hashed"] = hash_customer(customer, key)
        other = [manifest for manifest in hashed if manifest.origin.get("key") != key_mark(key)]
        if other:
            came = f"another: {other[0].address.path} and {len(other) - 1} more are hashed with a different one"
            raise ConfigError(Problem("environment", KEY_VARIABLE, "the secret that the lists were made with", came))
    _check_lists(storage, manifests)
    changed = [
        manifest.address.path
        for manifest in manifests
        if _forget_in(storage, manifest, ids[manifest.customer_ids], today)
    ]
    return Forgetting(len(manifests), tuple(changed))


def _all_manifests(storage: Storage) -> list[Manifest]:
    """Read every manifest; one that cannot be read could hide a list."""
    try:
        return [read_manifest(storage, path) for path in storage.runs()]
    except (ValueError, FileNotFoundError) as error:
        hint = "See 'reportgen archive verify'; mend or remove that run first."
        raise ConfigError(Problem(storage.place, "archive", "manifests that can be read", str(error), hint)) from None


def _check_lists(storage: Storage, manifests: Sequence[Manifest]) -> None:
    """See that every list is what its manifest says before anything is changed: what is renewed gets a new digest."""
    problems = []
    for manifest in manifests:
        path, name = manifest.address.path, list_name(manifest) or LIST
        try:
            if digest(storage.read(f"{path}/{name}")) != manifest.files[name].sha256:
                raise ValueError("another content than was written")
        except (FileNotFoundError, ValueError) as error:
            came = "none" if isinstance(error, FileNotFoundError) else str(error)
            hint = "See 'reportgen archive verify'; mend or remove that run first. Nothing was changed."
            problems.append(Problem(storage.shown(f"{path}/{name}"), "list", "a list as it was written", came, hint))
    if problems:
        raise ArchiveError(*problems)


def _forget_in(storage: Storage, manifest: Manifest, customer: str, today: date) -> bool:
    path, name = manifest.address.path, list_name(manifest) or LIST
    for left in storage.files(path):
        if holds_customers(left.removeprefix(f"{path}/")) and left != f"{path}/{name}":
            storage.remove(left)
    content, rows = drop_customers(storage.read(f"{path}/{name}"), [customer])
    if not rows:
        return False
    renewed = next_edition(name)
    files = {key: value for key, value in manifest.files.items() if key != name}
    files[renewed] = FileSeal(digest(content), len(content))
    note = (*manifest.forgotten, Forgotten(today, rows))
    storage.replace(f"{path}/{renewed}", content)
    renewed_manifest = replace(manifest, files=dict(sorted(files.items())), forgotten=note)
    storage.replace(f"{path}/{MANIFEST}", write_manifest(renewed_manifest, sign=is_signed(storage, path)))
    storage.remove(f"{path}/{name}")
    return True
