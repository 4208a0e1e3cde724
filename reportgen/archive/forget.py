"""Removes one person from every file of an archive that names customers, and says that it did, never who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reportgen.archive.lists import (
    KEY_VARIABLE,
    customer_key,
    drop_customers,
    files_with_customers,
    key_mark,
    name_customers,
)
from reportgen.archive.runs import is_signed, read_manifest, write_manifest
from reportgen.archive.seals import digest
from reportgen.archive.storage import Storage
from reportgen.errors import ArchiveError, ConfigError, Problem
from reportgen.model.archive import FileSeal, Forgotten, Manifest
from reportgen.model.artefacts import MANIFEST, holds_customers, next_edition


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What forgetting did.

    Attributes
    ----------
    lists : int
        Files looked through.
    changed : tuple of str
        Paths of the runs whose files lost a row.
    unknown : tuple of int
        Which of the ids, counted from 0, no list had.
    """

    lists: int
    changed: tuple[str, ...]
    unknown: tuple[int, ...] = ()


def forget_customers(storage: Storage, customers: Sequence[str], today: date) -> Forgetting:
    """Remove customers from every archived file that names any, and renew the manifests.

    A new file has a name of its own, and the manifest that names it replaces the old one in one move: at every
    instant the run is whole. What a killed `forget` left is removed by the next.

    Parameters
    ----------
    storage : Storage
        The archive.
    customers : sequence of str
        Ids as they stand in the source, or did: one who has had several is named by all of them. Hashed lists need the
        secret that they were made with.
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
    manifests = [manifest for manifest in _all_manifests(storage) if files_with_customers(manifest)]
    hashed = [manifest for manifest in manifests if "hashed" in files_with_customers(manifest).values()]
    ids = {"plain": list(customers)}
    if hashed:
        ids["hashed"] = list(name_customers(customers, "hashed"))
        other = [manifest for manifest in hashed if manifest.origin.get("key") != key_mark(customer_key())]
        if other:
            came = f"another: {other[0].address.path} and {len(other) - 1} more are hashed with a different one"
            raise ConfigError(Problem("environment", KEY_VARIABLE, "the secret that the lists were made with", came))
    _check_lists(storage, manifests)
    unknown, changed = set(range(len(customers))), []
    for manifest in manifests:
        found = _forget_in(storage, manifest, ids, today)
        unknown -= found
        if found:
            changed.append(manifest.address.path)
    lists = sum(len(files_with_customers(manifest)) for manifest in manifests)
    return Forgetting(lists, tuple(changed), tuple(sorted(unknown)))


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
    for path, name, sha256 in (
        (manifest.address.path, name, manifest.files[name].sha256)
        for manifest in manifests
        for name in files_with_customers(manifest)
    ):
        try:
            if digest(storage.read(f"{path}/{name}")) != sha256:
                raise ValueError("another content than was written")
        except (FileNotFoundError, ValueError) as error:
            came = "none" if isinstance(error, FileNotFoundError) else str(error)
            hint = "See 'reportgen archive verify'; mend or remove that run first. Nothing was changed."
            problems.append(Problem(storage.shown(f"{path}/{name}"), "list", "a list as it was written", came, hint))
    if problems:
        raise ArchiveError(*problems)


def _forget_in(storage: Storage, manifest: Manifest, ids: Mapping[str, Sequence[str]], today: date) -> set[int]:
    """Remove customers from one run's lists; return which of them were there."""
    path, named = manifest.address.path, files_with_customers(manifest)
    for left in storage.files(path):
        if holds_customers(left.removeprefix(f"{path}/")) and left.removeprefix(f"{path}/") not in named:
            storage.remove(left)
    files, gone = dict(manifest.files), []
    found: set[int] = set()
    for name, kind in named.items():
        content, rows = storage.read(f"{path}/{name}"), 0
        for number, one in enumerate(ids[kind]):
            content, dropped = drop_customers(content, [one])
            rows += dropped
            found |= {number} if dropped else set()
        if rows:
            renewed = next_edition(name)
            storage.replace(f"{path}/{renewed}", content)
            del files[name]
            files[renewed] = FileSeal(digest(content), len(content))
            gone.append(name)
    if not gone:
        return found
    note = (*manifest.forgotten, Forgotten(today, len(found)))
    renewed_manifest = replace(manifest, files=dict(sorted(files.items())), forgotten=note)
    storage.replace(f"{path}/{MANIFEST}", write_manifest(renewed_manifest, sign=is_signed(storage, path)))
    for name in gone:
        storage.remove(f"{path}/{name}")
    return found
