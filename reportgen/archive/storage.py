"""What an archive is kept on: the promises that a folder and an object store both keep."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from reportgen.errors import Problem, UnexpectedError

STAGING = ".reportgen"
LATEST = "latest"
INDEX = "index.html"
IDENTITY, MOVED = "archive.json", "moved.json"
"""What tells an archive from others, and where it has moved to."""
RUN = re.compile("[0-9a-f]{16}")
RUN_DEPTH = 4
"""Folders from the archive to a run."""
MAX_FILE, MAX_RECORD = 512_000_000, 32_000_000
"""Bytes that any file of an archive may have, and one that is read as JSON or YAML."""


class StorageError(UnexpectedError):
    """The archive's place failed: a full disk, a read-only folder, a network that is down (exit code 1)."""


def storage_error(place: str, came: str, hint: str = "") -> StorageError:
    """Make the one error for a place that cannot be used."""
    hint = hint or "See that it may be written to and has space left, or name another folder with --output."
    return StorageError(Problem(place, "archive", "a place that can be read and written", came, hint))


def check_inside(path: str) -> str:
    """Return a path that leads to something within the archive.

    Raises
    ------
    StorageError
        When it is absolute, or leads out of the archive.
    """
    if path and (any(part in ("", ".", "..") for part in path.split("/")) or re.search(r"[\\\x00]", path)):
        raise storage_error("archive", f"'{path[:80]}'", "No path may lead out of an archive.")
    return path


def refuse_foreign(shown: str, foreign: Sequence[str]) -> StorageError:
    """Make the error for a run's folder that cannot be removed or replaced, as others' files are in it."""
    came = f"others in it: {', '.join(repr(name) for name in foreign[:5])}"
    return StorageError(Problem(shown, "run", "files of the run alone", came, "Move them somewhere else first."))


class Storage(Protocol):
    """A place for an archive. Paths are relative to it and joined by ``/``."""

    place: str
    is_atomic: bool
    """Whether a run appears with all its files at once, so that one without its manifest is always a fault."""

    def session(self) -> AbstractContextManager[None]:
        """Sweep what a killed run left, then mark that a run is under way until the block ends well."""

    def is_unfinished(self) -> bool:
        """Whether a session is open or was killed."""

    def files(self, path: str = "") -> list[str]:
        """List all files below a path, relative to the archive, sorted; staging left out."""

    def runs(self) -> list[str]:
        """List the paths of all runs that exist, sorted."""

    def has_run(self, path: str) -> bool:
        """Whether a run exists."""

    def read(self, path: str, limit: int = MAX_FILE) -> bytes:
        """Read a file; `FileNotFoundError` when there is no plain file, `ValueError` when it is larger than a limit."""

    def read_many(self, paths: Sequence[str], limit: int = MAX_FILE) -> dict[str, bytes]:
        """Read plain files, side by side where that is faster; those that are not there, or larger, are left out."""

    def put_run(self, path: str, files: Mapping[str, bytes]) -> None:
        """Write a run, whole or not at all; `manifest.json` is what makes it exist."""

    def replace(self, path: str, content: bytes) -> None:
        """Write one file; readers see the old one or the new one."""

    def create(self, path: str, content: bytes) -> bool:
        """Write one file unless it is there; of several processes that try, one alone is told that it has."""

    def alone(self, path: str) -> AbstractContextManager[None]:
        """Wait until no other process holds a folder, and hold it; a place that cannot do so goes on at once."""

    def remove(self, path: str) -> None:
        """Remove one file, if it is there."""

    def remove_run(self, path: str) -> None:
        """Remove a run: it stops to exist at once, then its files go; a `StorageError` when others are among them."""

    def list_foreign(self, path: str) -> list[str]:
        """List the files below a run's folder that no run has, relative to it."""

    def point(self, path: str, target: str) -> None:
        """Let `latest` below a path name a target, atomically."""

    def pointed(self, path: str) -> str | None:
        """Return the run that `latest` below a path names; None when it names none."""

    def list_pointed(self, paths: Sequence[str]) -> dict[str, str]:
        """Return by path the run that `latest` below it names, of those of some paths where it names one."""

    def shown(self, path: str) -> str:
        """Return how a person opens a path."""
