"""Copies an archive to another place, whole and verified, and makes anew what a copy of another kind has lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reportgen.archive.identity import check_place, give_identity, list_lost, note_moved, read_identity, read_moved
from reportgen.archive.runs import copy_run, has_whole_run, list_manifests, point_to, read_made
from reportgen.archive.storage import LATEST, Storage
from reportgen.archive.verify import verify_archive
from reportgen.config.values import ACTIONS_FOLDER, MAIL_FOLDER
from reportgen.errors import ArchiveError, ConfigError, Problem
from reportgen.model.archive import Address, Fault, Manifest
from reportgen.model.artefacts import MANIFEST, RUN_FILE

_BESIDE = (f"{MAIL_FOLDER}/", f"{ACTIONS_FOLDER}/")


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied to another place.

    Attributes
    ----------
    runs, files : int
        Runs, and files of the mail and of actions.
    identity : str
        The archive's id, the same in both places.
    left : tuple of str
        Files that no archive has, which stay where they are.
    """

    runs: int
    files: int
    identity: str
    left: tuple[str, ...]


@contextmanager
def move_archive(storage: Storage, other: Storage) -> Iterator[Moved]:
    """Copy an archive to another place; when the block, which makes the pages there, ends well, verify it there.

    From the beginning on a run stops in both places; when the copy is whole it goes on in the other one, and when
    something is wrong in the old one. Nothing of the old one is removed. What an interrupted copy has left in the other
    place is gone on with, and what was removed here meanwhile is removed there.

    Parameters
    ----------
    storage, other : Storage
        From where and to where.

    Raises
    ------
    ConfigError
        When the other place holds another archive or is within this one, or this one has moved somewhere else.
    ArchiveError
        When something of it is not as it was written, here or there.
    """
    to = absolute_place(other)
    if read_moved(storage) != to:
        check_place(storage, None, is_new=False)
    _check_apart(storage, other)
    _refuse_faults(storage, "Mend that first: a copy would hide it.")
    identity = give_identity(storage)
    there = read_identity(other)
    if there not in (None, identity) or (there is None and other.runs()):
        came = "another archive" if there is None else f"the archive '{there}'"
        raise ConfigError(Problem(other.place, "PLACE", "a place without an archive", came, "Name another place."))
    try:
        with storage.session(), storage.alone(MAIL_FOLDER), other.session():
            note_moved(other, "here, which is not done yet: give 'reportgen archive move' again")
            note_moved(storage, to)
            give_identity(other, identity)
            yield _copy(storage, other, identity)
        _refuse_faults(other, "The old place is used on; give the same command again.")
        note_moved(other, None)
    except Exception:
        note_moved(storage, None)
        raise


def _copy(storage: Storage, other: Storage, identity: str) -> Moved:
    manifests = list_manifests(storage)
    paths = {manifest.address.path for manifest in manifests}
    for path in set(other.runs()) - paths:
        other.remove_run(path)
    for manifest in manifests:
        path = manifest.address.path
        if not has_whole_run(other, manifest.address) or not _is_same(storage, other, f"{path}/{MANIFEST}"):
            copy_run(storage, manifest, other)
    for month, run in storage.list_pointed(sorted({manifest.address.month for manifest in manifests})).items():
        other.point(month, run)
    beside, there = ([path for path in one.files() if path.startswith(_BESIDE)] for one in (storage, other))
    for path in beside:
        other.replace(path, storage.read(path))
    for path in set(there) - set(beside):
        other.remove(path)
    return Moved(len(manifests), len(beside), identity, tuple(_list_left(storage)))


def _is_same(storage: Storage, other: Storage, path: str) -> bool:
    return storage.read(path) == other.read(path)


def absolute_place(storage: Storage) -> str:
    """Return the place of an archive as it can be named anywhere."""
    return storage.place if "://" in storage.place else str(Path(storage.place).resolve())


def _check_apart(storage: Storage, other: Storage) -> None:
    """Refuse a place that is within the other one, or the same."""
    here, there = (f"{absolute_place(one).rstrip('/')}/" for one in (storage, other))
    if here.startswith(there) or there.startswith(here):
        came = f"{other.place}, which is the same, or one within the other"
        raise ConfigError(Problem(other.place, "PLACE", "a place beside the archive", came, "Name another place."))


def _refuse_faults(storage: Storage, hint: str) -> None:
    _, faults = verify_archive(storage)
    if faults:
        raise ArchiveError(*(_to_problem(storage, fault, hint) for fault in faults[:20]))


def _to_problem(storage: Storage, fault: Fault, hint: str) -> Problem:
    return Problem(storage.shown(fault.path), "archive", "an archive that is as it was written", fault.what, hint)


def _list_left(storage: Storage) -> Iterator[str]:
    """List the files outside of all reports: no archive has written them."""
    reports = {Address.parse(path).report for path in storage.runs()}
    known = {*reports, MAIL_FOLDER, ACTIONS_FOLDER}
    for path in storage.files():
        first, _, rest = path.partition("/")
        if rest and first not in known:
            yield path


def repair_links(storage: Storage) -> list[tuple[Manifest, int]]:
    """Let `latest` name a run in each month where it names none: the one that was made last.

    Returns
    -------
    list of (Manifest, int)
        The run that is now the present one, and how many its month has.
    """
    months: dict[str, list[Manifest]] = {}
    for manifest in list_manifests(storage):
        months.setdefault(manifest.address.month, []).append(manifest)
    for month, runs in months.items():
        _drop_followed(storage, month, runs)
    chosen = []
    lost = {address.month for address in list_lost(storage, [runs[0].address for runs in months.values()])}
    for month, runs in sorted(months.items()):
        if month in lost or storage.pointed(month) not in [run.run for run in runs]:
            newest = max(runs, key=lambda run: (_made_at(storage, run), run.run))
            point_to(storage, newest.address)
            chosen.append((newest, len(runs)))
    return chosen


def _drop_followed(storage: Storage, month: str, runs: Sequence[Manifest]) -> None:
    """Remove the files that a copy has put where a link was, where they are those of a run beside."""
    if storage.is_atomic:
        return  # a folder's own links take the place of such copies when they are made
    folder = f"{month}/{LATEST}/"
    for path in storage.files(folder.rstrip("/")):
        name = path.removeprefix(folder)
        if path.startswith(folder) and RUN_FILE.fullmatch(name):
            content = storage.read(path)
            if content in storage.read_many([f"{run.address.path}/{name}" for run in runs]).values():
                storage.remove(path)


def _made_at(storage: Storage, manifest: Manifest) -> str:
    try:
        return read_made(storage, manifest.address.path).made_at
    except (FileNotFoundError, ValueError):
        return ""
