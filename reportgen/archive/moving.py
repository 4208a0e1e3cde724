"""Copies an archive to another place, whole and verified, and makes anew what a copy of another kind has lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reportgen.archive.identity import check_place, give_identity, list_lost, note_moved, read_identity
from reportgen.archive.runs import copy_run, has_whole_run, list_manifests, point_to, read_made
from reportgen.archive.storage import Storage
from reportgen.archive.verify import verify_archive
from reportgen.config.values import ACTIONS_FOLDER, MAIL_FOLDER
from reportgen.errors import ArchiveError, ConfigError, Problem
from reportgen.model.archive import Address, Fault, Manifest


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


def move_archive(storage: Storage, other: Storage) -> Moved:
    """Copy an archive to another place, verify it there, and note in the old place where it is now.

    Nothing is removed. What an interrupted copy has left there already is gone on with. The pages are left to be made
    by the caller.

    Parameters
    ----------
    storage, other : Storage
        From where and to where.

    Raises
    ------
    ConfigError
        When another archive is there, or this one has moved already.
    ArchiveError
        When something of it is not as it was written, here or there.
    """
    check_place(storage, None, is_new=False)
    _refuse_faults(storage, "Mend that first: a copy would hide it.")
    identity = give_identity(storage)
    there = read_identity(other)
    if there not in (None, identity) or (there is None and other.runs()):
        came = "another archive" if there is None else f"the archive '{there}'"
        raise ConfigError(Problem(other.place, "PLACE", "a place without an archive", came, "Name another place."))
    with storage.session(), storage.alone(MAIL_FOLDER), other.session():
        give_identity(other, identity)
        manifests = list_manifests(storage)
        for manifest in manifests:
            if not has_whole_run(other, manifest.address):
                copy_run(storage, manifest, other)
        for month in {manifest.address.month for manifest in manifests}:
            run = storage.pointed(month)
            if run is not None:
                other.point(month, run)
        beside = [path for path in storage.files() if path.startswith((f"{MAIL_FOLDER}/", f"{ACTIONS_FOLDER}/"))]
        for path in beside:
            other.replace(path, storage.read(path))
        return Moved(len(manifests), len(beside), identity, tuple(_list_left(storage)))


def end_move(storage: Storage, other: Storage) -> None:
    """Verify a copy, pages included, and note in the old place where the archive is now.

    Raises
    ------
    ArchiveError
        When something there is not as it was written; the old place is used on then.
    """
    _refuse_faults(other, "The old place is as it was: give the same command again.")
    note_moved(storage, other.place)


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
    chosen = []
    lost = {address.month for address in list_lost(storage, [runs[0].address for runs in months.values()])}
    for month, runs in sorted(months.items()):
        if month in lost or storage.pointed(month) not in [run.run for run in runs]:
            newest = max(runs, key=lambda run: (_made_at(storage, run), run.run))
            point_to(storage, newest.address)
            chosen.append((newest, len(runs)))
    return chosen


def _made_at(storage: Storage, manifest: Manifest) -> str:
    try:
        return read_made(storage, manifest.address.path).made_at
    except (FileNotFoundError, ValueError):
        return ""
