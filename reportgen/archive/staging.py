"""The staging area of an archive in a folder: what is on its way there, each in a marked folder of its own."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reportgen.archive.disk import drop_empty, read_plain
from reportgen.archive.storage import STAGING, storage_error
from reportgen.locks import lock_folder, unlock
from reportgen.model.archive import Address
from reportgen.tempdirs import content_of, drop_unmarked, is_marked, make_marked, remove_marked

_TRIES, _MAX_PATH = 20, 1_000
OLD, TARGET = "old", "target"
"""A run that was taken away to be replaced, and where it was, within a folder of the staging area."""


class StagingArea:
    """The folder `.reportgen` of an archive; only what this program made in it is listed or removed.

    Parameters
    ----------
    root : Path
        The archive.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / STAGING

    def list_left(self) -> Iterator[Path]:
        """List the folders that this program made; whatever else is there is somebody else's."""
        if self._is_there():
            yield from (folder for folder in self.folder.iterdir() if is_marked(folder, by_anybody=True))

    @contextmanager
    def open_folder(self) -> Iterator[Path]:
        """Give a new folder, held by a shared lock; nothing of it stays when the block ends.

        Raises
        ------
        OSError
            When it cannot be made.
        """
        fresh, lock = self._begin()
        try:
            yield content_of(fresh)
        finally:
            with suppress(OSError):
                remove_marked(fresh)
            unlock(lock)

    def make_beside(self) -> Path:
        """Make a further folder while one is open, and return where its content stands."""
        return content_of(make_marked(self.folder))

    @contextmanager
    def swept(self) -> Iterator[list[Path]]:
        """Give the contents of what killed runs left, and remove it when the block ends; nothing while a run lives."""
        lock = lock_folder(self.folder) if self._is_there() and any(self.folder.iterdir()) else None
        if lock is None:
            yield []
            return
        try:
            left = list(self.list_left())
            yield [content_of(folder) for folder in left]
            for folder in left:
                remove_marked(folder)
            for folder in self.folder.glob("tmp*"):
                with suppress(OSError):
                    drop_unmarked(folder)
        finally:
            unlock(lock)

    def drop_if_empty(self) -> None:
        """Remove the area itself if nothing is in it."""
        drop_empty([self.folder])

    def _is_there(self) -> bool:
        return self.folder.is_dir() and not self.folder.is_symlink()

    def _begin(self) -> tuple[Path, int | None]:
        """Make and lock a folder; again, if another process that ended took the area away."""
        for _ in range(_TRIES):
            if self.folder.is_symlink():
                hint = "Within an archive no link is followed: put the folder itself there."
                raise storage_error(str(self.folder), "a link to somewhere else", hint)
            lock = None
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                lock = lock_folder(self.folder, shared=True, wait=True)
                return make_marked(self.folder), lock
            except OSError as error:
                unlock(lock)
                if not isinstance(error, FileNotFoundError):
                    self.drop_if_empty()
                    raise
        raise FileNotFoundError(errno.ENOENT, "the staging area vanishes", str(self.folder))


def read_target(left: Path) -> str | None:
    """Return where a run was that was taken away to be replaced; None when there is none."""
    try:
        path = read_plain(left / TARGET, _MAX_PATH).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None
    is_run = Address.is_path(path) and (left / OLD).is_dir() and not (left / OLD).is_symlink()
    return path if is_run else None
