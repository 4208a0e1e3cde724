"""An archive in a folder: written beside, flushed to disk, renamed."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from reportgen.archive.disk import drop_empty, flush_folder, is_same, link_new, write_through
from reportgen.archive.storage import LATEST, MANIFEST, RUN_PATH, STAGING, StorageError, storage_error

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no flock; a run of another process is then not waited for
    fcntl = None  # type: ignore[assignment]

_TRIES = 20
_OLD, _TARGET = "old", "target"
_IN_THE_WAY = (errno.ENOTEMPTY, errno.EEXIST, errno.EISDIR)


class LocalStorage:
    """A folder.

    Parameters
    ----------
    place : str
        Path of the folder; it is made when something is written.
    """

    is_atomic = True

    def __init__(self, place: str) -> None:
        self.place = place
        self.root = Path(place)
        self._staging = self.root / STAGING

    @contextmanager
    def session(self) -> Iterator[None]:
        """Sweep what a killed run left, then mark that a run is under way until the block ends well."""
        made = self._missing_above(self._staging / "x")
        with self._told():
            self._sweep()
        try:
            with self._staged(made) as mark:
                yield
                with self._told():
                    shutil.rmtree(mark)
        finally:
            with suppress(OSError, StorageError):  # what processes left that were stopped with us
                self._sweep()
            drop_empty([*made, self._staging])

    def is_unfinished(self) -> bool:
        """Whether a session is open or was killed."""
        return self._staging.is_dir() and any(self._staging.iterdir())

    def files(self, path: str = "") -> list[str]:
        """List all files below a path, relative to the archive, sorted; staging left out."""
        found = []
        for folder, folders, names in os.walk(self.root / path, onerror=self._tell):
            inside = Path(folder).relative_to(self.root)
            links = [name for name in folders if (Path(folder) / name).is_symlink()]
            folders[:] = [name for name in folders if name != STAGING and name not in links]
            found += [(inside / name).as_posix() for name in (*names, *links)]
        return sorted(found)

    def runs(self) -> list[str]:
        """List the paths of all runs that exist, sorted."""
        found = (path.parent.relative_to(self.root).as_posix() for path in self.root.glob(f"*/*/*/*/{MANIFEST}"))
        return sorted(path for path in found if RUN_PATH.fullmatch(path))

    def has_run(self, path: str) -> bool:
        """Whether a run exists."""
        return (self.root / path / MANIFEST).is_file()

    def read(self, path: str) -> bytes:
        """Read a file; `FileNotFoundError` when it is not there."""
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise FileNotFoundError(path) from error
        except OSError as error:
            raise storage_error(self.shown(path), error.strerror or str(error)) from None

    def put_run(self, path: str, files: Mapping[str, bytes]) -> None:
        """Write a run beside the archive, flush it, and rename it into place."""
        target = self.root / path
        made = self._missing_above(target)
        with self._staged(made) as fresh, self._told():
            for name, content in files.items():
                write_through(fresh / name, content)
            flush_folder(fresh)
            fresh.chmod(stat.S_IMODE(self.root.stat().st_mode))
            _make_folder(target.parent, made)
            self._move_into_place(fresh, target)
            flush_folder(target.parent)

    def replace(self, path: str, content: bytes) -> None:
        """Write one file beside the archive, flush it, and rename it over the old one."""
        target = self.root / path
        made = self._missing_above(target)
        with self._staged(made) as fresh, self._told():
            write_through(fresh / "file", content)
            _make_folder(target.parent, made)
            (fresh / "file").replace(target)
            flush_folder(target.parent)
            shutil.rmtree(fresh, ignore_errors=True)

    def create(self, path: str, content: bytes) -> bool:
        """Write one file beside the archive, flush it, and link it into place unless there is one."""
        target = self.root / path
        made = self._missing_above(target)
        with self._staged(made) as fresh, self._told():
            write_through(fresh / "file", content)
            _make_folder(target.parent, made)
            is_ours = link_new(fresh / "file", target)
            flush_folder(target.parent)
            shutil.rmtree(fresh, ignore_errors=True)
        return is_ours

    @contextmanager
    def alone(self, path: str) -> Iterator[None]:
        """Lock a folder against other processes until the block ends."""
        with self._told():
            _make_folder(self.root / path, self._missing_above(self.root / path / "x"))
            lock = os.open(self.root / path, os.O_RDONLY) if fcntl is not None else None
        try:
            if lock is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            if lock is not None:
                os.close(lock)

    def remove(self, path: str) -> None:
        """Remove one file, if it is there."""
        with self._told():
            (self.root / path).unlink(missing_ok=True)
            flush_folder((self.root / path).parent)

    def remove_run(self, path: str) -> None:
        """Move a run out of sight with one rename, then remove it."""
        target = self.root / path
        with self._staged(()) as away, self._told():
            target.rename(away / "run")
            shutil.rmtree(away)
            drop_empty([target.parent, target.parent.parent])

    def point(self, path: str, target: str) -> None:
        """Let the link `latest` below a path name a target, with one rename."""
        if self.pointed(path) == target:
            return
        with self._staged(()) as fresh, self._told():
            (fresh / LATEST).symlink_to(target, target_is_directory=True)
            (fresh / LATEST).replace(self.root / path / LATEST)
            flush_folder(self.root / path)
            fresh.rmdir()

    def pointed(self, path: str) -> str | None:
        """Return what the link `latest` below a path names."""
        link = self.root / path / LATEST
        return str(link.readlink()) if link.is_symlink() else None

    def shown(self, path: str) -> str:
        """Return the path as a person types it."""
        return str(self.root / path)

    def _tell(self, error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise storage_error(str(error.filename or self.place), error.strerror or str(error)) from None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell whatever the system refuses as one clear error."""
        try:
            yield
        except OSError as error:
            raise storage_error(self.place, error.strerror or str(error)) from None

    @contextmanager
    def _staged(self, made: Sequence[Path]) -> Iterator[Path]:
        """Give a new folder in the staging area, held by a shared lock; nothing of it stays if the block fails."""
        fresh, lock = None, None
        try:
            with self._told():
                fresh, lock = self._begin_staging()
            yield fresh
        except BaseException:  # an interruption must leave no more behind than a full disk does
            if fresh is not None:
                shutil.rmtree(fresh, ignore_errors=True)
            drop_empty([*made, self._staging])
            raise
        finally:
            if lock is not None:
                os.close(lock)

    def _begin_staging(self) -> tuple[Path, int | None]:
        """Make and lock a folder in the staging area; again, if another process that ended took the area away."""
        for _ in range(_TRIES):
            lock = None
            try:
                self._staging.mkdir(parents=True, exist_ok=True)
                lock = self._lock(shared=True)
                return Path(tempfile.mkdtemp(dir=self._staging)), lock
            except FileNotFoundError:
                if lock is not None:
                    os.close(lock)
        raise FileNotFoundError(errno.ENOENT, "the staging area vanishes", str(self._staging))

    def _lock(self, *, shared: bool) -> int | None:
        """Lock the staging area; None when another process holds it and the lock was to be ours alone."""
        if fcntl is None:  # pragma: no cover
            return None
        descriptor = os.open(self._staging, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def _sweep(self) -> None:
        """Clear the staging area unless a living process uses it, and finish what a killed run began to point."""
        if not self.is_unfinished():
            return
        lock = self._lock(shared=False)
        if lock is None:
            return
        try:
            for left in self._staging.iterdir():
                self._put_back(left)
                shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        finally:
            os.close(lock)
        for path in self.runs():
            month, run = path.rsplit("/", 1)
            if self.pointed(month) is None:
                self.point(month, run)

    def _put_back(self, left: Path) -> None:
        """Put a run back that was taken away to be replaced, when the other did not come."""
        if (left / _OLD).is_dir() and (left / _TARGET).is_file():
            target = self.root / (left / _TARGET).read_text(encoding="utf-8")
            if not target.exists():
                (left / _OLD).rename(target)

    def _missing_above(self, target: Path) -> list[Path]:
        return [folder for folder in (target.parent, *target.parent.parents) if not folder.exists()]

    def _move_into_place(self, fresh: Path, target: Path) -> None:
        try:
            fresh.rename(target)
        except OSError as error:
            if error.errno not in _IN_THE_WAY:
                raise
            if is_same(fresh, target):
                shutil.rmtree(fresh)  # another process was quicker with the same run
                return
            old = Path(tempfile.mkdtemp(dir=self._staging))
            write_through(old / _TARGET, target.relative_to(self.root).as_posix().encode())
            target.rename(old / _OLD)
            fresh.rename(target)
            shutil.rmtree(old, ignore_errors=True)


def _make_folder(folder: Path, missing: Sequence[Path]) -> None:
    """Make a folder, and see that the names of all folders that were missing are on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in missing:
        flush_folder(one.parent)
