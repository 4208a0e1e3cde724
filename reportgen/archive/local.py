"""An archive in a folder: written beside, flushed to disk, renamed."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from reportgen.archive.disk import (
    drop_empty,
    flush_folder,
    is_copy_beside,
    is_in_the_way,
    is_same,
    link_new,
    make_folder,
    missing_above,
    place_within,
    read_all,
    read_plain,
    write_through,
)
from reportgen.archive.staging import OLD, TARGET, StagingArea, read_target
from reportgen.archive.storage import (
    LATEST,
    MAX_FILE,
    RUN,
    RUN_DEPTH,
    STAGING,
    StorageError,
    refuse_foreign,
    storage_error,
)
from reportgen.locks import lock_folder, unlock
from reportgen.model.archive import Address
from reportgen.model.artefacts import MANIFEST, RUN_FILE
from reportgen.tempdirs import remove_marked


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
        self._staging = StagingArea(self.root)

    def _at(self, path: str) -> Path:
        """Return where a path of the archive is on disk; a link on the way is never followed."""
        return place_within(self.root, path)

    @contextmanager
    def session(self) -> Iterator[None]:
        """Sweep what a killed run left, then mark that a run is under way until the block ends well."""
        with self._told():
            made = missing_above(self._staging.folder / "x")
            self._sweep()
        try:
            with self._staged(made):
                yield
        finally:
            with suppress(OSError, StorageError):  # what processes left that were stopped with us
                self._sweep()
            drop_empty([*made, self._staging.folder])

    def is_unfinished(self) -> bool:
        """Whether a session is open or was killed."""
        return any(self._staging.list_left())

    def files(self, path: str = "") -> list[str]:
        """List all files below a path, relative to the archive, sorted; staging left out."""
        found: list[str] = []
        top = self._at(path) if path else self.root
        if path and top.is_symlink():
            return found
        for folder, folders, names in os.walk(top, onerror=self._tell):
            inside = Path(folder).relative_to(self.root)
            links = [name for name in folders if (Path(folder) / name).is_symlink()]
            folders[:] = [name for name in folders if name != STAGING and name not in links]
            found += [(inside / name).as_posix() for name in (*names, *links)]
        return sorted(found)

    def runs(self) -> list[str]:
        """List the paths of all runs that exist, sorted."""
        found = [""]
        for _ in range(RUN_DEPTH):
            found = [f"{path}/{name}".lstrip("/") for path in found for name in self._list_folders(path)]
        return sorted(path for path in found if Address.is_path(path) and self.has_run(path))

    def _list_folders(self, path: str) -> list[str]:
        """List the folders in a folder, those of ours that begin with a dot and links left out."""
        try:
            with os.scandir(self.root / path) as entries:
                return [entry.name for entry in entries if entry.name[0] != "." and entry.is_dir(follow_symlinks=False)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise storage_error(self.shown(path), error.strerror or str(error)) from None

    def has_run(self, path: str) -> bool:
        """Whether a run exists."""
        try:
            target = self._at(f"{path}/{MANIFEST}")
        except StorageError:
            return False
        return target.is_file() and not target.is_symlink()

    def read(self, path: str, limit: int = MAX_FILE) -> bytes:
        """Read a file; `FileNotFoundError` when there is no plain file, `ValueError` when it is larger than a limit."""
        try:
            return read_plain(self._at(path), limit)
        except StorageError:
            raise FileNotFoundError(path) from None
        except (FileNotFoundError, NotADirectoryError) as error:
            raise FileNotFoundError(path) from error
        except OSError as error:
            raise storage_error(self.shown(path), error.strerror or str(error)) from None

    def read_many(self, paths: Sequence[str], limit: int = MAX_FILE) -> dict[str, bytes]:
        """Read plain files; those that are not there, or larger than the limit, are left out."""
        return dict(read_all(self.read, paths, limit))

    def put_run(self, path: str, files: Mapping[str, bytes]) -> None:
        """Write a run beside the archive, flush it, and rename it into place."""
        target = self._at(path)
        self._refuse_foreign(path)
        made = missing_above(target)
        with self._staged(made) as fresh, self._told():
            mode = stat.S_IMODE(self.root.stat().st_mode)
            for name, content in files.items():
                (fresh / name).parent.mkdir(exist_ok=True)
                write_through(fresh / name, content)
            for folder in {fresh, *((fresh / name).parent for name in files)}:
                flush_folder(folder)
                folder.chmod(mode)
            make_folder(target.parent, made)
            self._move_into_place(fresh, target)
            flush_folder(target.parent)

    def replace(self, path: str, content: bytes) -> None:
        """Write one file beside the archive, flush it, and rename it over the old one."""
        target = self._at(path)
        made = missing_above(target)
        with self._staged(made) as fresh, self._told():
            write_through(fresh / "file", content)
            make_folder(target.parent, made)
            (fresh / "file").replace(target)
            flush_folder(target.parent)

    def create(self, path: str, content: bytes) -> bool:
        """Write one file beside the archive, flush it, and link it into place unless there is one."""
        target = self._at(path)
        made = missing_above(target)
        with self._staged(made) as fresh, self._told():
            write_through(fresh / "file", content)
            make_folder(target.parent, made)
            is_ours = link_new(fresh / "file", target)
            flush_folder(target.parent)
        return is_ours

    @contextmanager
    def alone(self, path: str) -> Iterator[None]:
        """Lock a folder against other processes until the block ends."""
        folder = self._at(f"{path}/x").parent
        with self._told():
            make_folder(folder, missing_above(folder / "x"))
            lock = lock_folder(folder, wait=True)
        try:
            yield
        finally:
            unlock(lock)

    def remove(self, path: str) -> None:
        """Remove one file, if it is there."""
        target = self._at(path)
        with self._told():
            target.unlink(missing_ok=True)
            flush_folder(target.parent)

    def remove_run(self, path: str) -> None:
        """Move a run out of sight with one rename, then remove it."""
        target = self._at(f"{path}/{MANIFEST}").parent
        self._refuse_foreign(path)
        with self._staged(()) as away, self._told():
            target.rename(away / "run")
            shutil.rmtree(away)
            drop_empty([target.parent, target.parent.parent])

    def list_foreign(self, path: str) -> list[str]:
        """List the files below a run's folder that no run has, relative to it."""
        return [name for one in self.files(path) if not RUN_FILE.fullmatch(name := one.removeprefix(f"{path}/"))]

    def _refuse_foreign(self, path: str) -> None:
        foreign = self.list_foreign(path)
        if foreign:
            raise refuse_foreign(self.shown(path), foreign)

    def point(self, path: str, target: str) -> None:
        """Let the link `latest` below a path name a target, with one rename."""
        if self.pointed(path) == target:
            return
        link = self._at(f"{path}/{LATEST}")
        with self._staged(()) as fresh, self._told():
            if link.is_dir() and not link.is_symlink():
                if not is_copy_beside(link):
                    hint = "Is it a copy of a run that is no longer beside it? Move it somewhere else."
                    raise storage_error(str(link), "a folder where a link should be", hint)
                link.rename(fresh / "copy")
            (fresh / LATEST).symlink_to(target, target_is_directory=True)
            (fresh / LATEST).replace(link)
            flush_folder(link.parent)

    def pointed(self, path: str) -> str | None:
        """Return the run that the link `latest` below a path names; None when it names none."""
        try:
            link = self._at(f"{path}/{LATEST}")
            target = str(link.readlink()) if link.is_symlink() else ""
        except (OSError, StorageError):
            return None
        return target if RUN.fullmatch(target) else None

    def list_pointed(self, paths: Sequence[str]) -> dict[str, str]:
        """Return by path the run that the link `latest` below it names."""
        return {path: run for path in paths if (run := self.pointed(path)) is not None}

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
        """Give a new folder in the staging area; no folder that was missing stays if the block fails."""
        with ExitStack() as stack:
            try:
                with self._told():
                    fresh = stack.enter_context(self._staging.open_folder())
                yield fresh
            except BaseException:  # an interruption must leave no more behind than a full disk does
                stack.close()
                drop_empty([*made, self._staging.folder])
                raise

    def _sweep(self) -> None:
        """Clear the staging area unless a living process uses it, and finish what a killed run began to point."""
        with self._staging.swept() as left:
            for content in left:
                self._put_back(content)
        if not left:
            return
        for address in map(Address.parse, self.runs()):
            if self.pointed(address.month) is None:
                self.point(address.month, address.run)

    def _put_back(self, left: Path) -> None:
        """Put a run back that was taken away to be replaced, when the other did not come."""
        path = read_target(left)
        if path is not None:
            with suppress(StorageError):  # a way by a link: nobody of ours wrote that
                target = self._at(path)
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    (left / OLD).rename(target)

    def _move_into_place(self, fresh: Path, target: Path) -> None:
        try:
            fresh.rename(target)
        except OSError as error:
            if not is_in_the_way(error):
                raise
            if is_same(fresh, target):
                return  # another process was quicker with the same run
            old = self._staging.make_beside()
            write_through(old / TARGET, target.relative_to(self.root).as_posix().encode())
            target.rename(old / OLD)
            fresh.rename(target)
            with suppress(OSError):
                remove_marked(old.parent)
