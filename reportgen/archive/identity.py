"""Tells one archive from another, and stops where one is not what it was: elsewhere, or without its links."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from reportgen.archive.seals import seal, unseal
from reportgen.archive.storage import IDENTITY, MAX_RECORD, MOVED, Storage
from reportgen.errors import ArchiveError, ConfigError, Problem
from reportgen.model.archive import Address

_LETTERS, _LENGTH = "bcdfghjkmnpqrstvwxz", 12
"""An id is of letters alone, so that no config reads it as a number, and without vowels, so that it is no word."""


def read_identity(storage: Storage) -> str | None:
    """Return an archive's id: twelve letters, the same wherever it is moved; None when it has none yet.

    Raises
    ------
    ArchiveError
        When what says so is damaged.
    """
    try:
        return str(unseal(storage.read(IDENTITY, MAX_RECORD), IDENTITY)["id"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError) as error:
        hint = "Put it back from a backup, or remove it: the next run gives the archive a new id."
        came = f"one that cannot be read ({error})"
        raise ArchiveError(Problem(storage.shown(IDENTITY), "archive", "the id of an archive", came, hint)) from None


def give_identity(storage: Storage, identity: str | None = None) -> str:
    """Give an archive an id, unless it has one; return the one that it has.

    Parameters
    ----------
    storage : Storage
        The archive.
    identity : str, optional
        The one to give; a new one otherwise.
    """
    found = read_identity(storage)
    if found is not None:
        return found
    fresh = identity or "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    is_ours = storage.create(IDENTITY, seal({"id": fresh}, IDENTITY, sign=False))
    return fresh if is_ours else read_identity(storage) or fresh


def check_place(storage: Storage, stated: str | None, *, is_new: bool) -> None:
    """Stop unless an archive is the one that is meant.

    Parameters
    ----------
    storage : Storage
        The archive.
    stated : str or None
        The id that the config names.
    is_new : bool
        Whether nothing is in it.

    Raises
    ------
    ConfigError
        When it has moved away, or is not the one that the config names.
    """
    moved = read_moved(storage)
    if moved is not None:
        hint = "State its place with 'archive: {path: …}', or --output."
        came = f"one that has moved to {moved}"
        raise ConfigError(Problem(storage.place, "archive", "the place where the archive is now", came, hint))
    found = read_identity(storage)
    if stated is not None and found != stated:
        came = f"'{found}'" if found is not None else "a new one" if is_new else "one without an id"
        hint = (
            "Name its place with --output or 'archive: {path: …}'. If another archive is to take its place, take"
            " 'archive.id' out of the config first."
        )
        raise ConfigError(Problem(storage.place, "archive.id", f"the archive '{stated}'", came, hint))


def check_links(storage: Storage, report: str, months: Sequence[Address]) -> None:
    """Stop where an archive has runs of a report of which nothing says which ones are present.

    Parameters
    ----------
    storage : Storage
        The archive, in which no run is under way: what that one has made is not pointed at yet.
    report : str
        Whose runs are meant.
    months : sequence of Address
        One run of each month that it has runs of.

    Raises
    ------
    ArchiveError
        Naming one of the months.
    """
    lost = list_lost(storage, [address for address in months if address.report == report])
    if lost:
        came = f"{len(lost)} without it, such as {lost[0].month}"
        hint = f"Was it copied without its links? 'reportgen archive repair --output {storage.place}' makes them anew."
        expected = "'latest' in each month that has runs"
        raise ArchiveError(Problem(storage.place, "archive", expected, came, hint))


def list_lost(storage: Storage, months: Sequence[Address]) -> list[Address]:
    """List the months of which nothing says which run is the present one."""
    known = storage.list_pointed([address.month for address in months])
    return [address for address in months if address.month not in known]


def read_moved(storage: Storage) -> str | None:
    """Return where an archive has moved to; None when it has not."""
    try:
        return str(unseal(storage.read(MOVED, MAX_RECORD), MOVED)["to"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError):
        return "a place that cannot be read any more"


def note_moved(storage: Storage, place: str | None) -> None:
    """Write into an archive where it has moved to; None: that it has not."""
    if place is None:
        storage.remove(MOVED)
    else:
        storage.replace(MOVED, seal({"to": place}, MOVED, sign=False))
