"""An archive behind a URL that fsspec knows, such as `s3://bucket/prefix`: the manifest is written last."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from reportgen.archive.storage import (
    LATEST,
    MAX_FILE,
    RUN,
    STAGING,
    StorageError,
    check_inside,
    refuse_foreign,
    storage_error,
)
from reportgen.filesystems import open_filesystem
from reportgen.model.archive import Address
from reportgen.model.artefacts import MANIFEST, RUN_FILE

_MAX_POINTER = 1_000
_MARK = re.compile(rf"{re.escape(STAGING)}/[0-9a-f]{{32}}\.json")
_STALE = timedelta(days=1)
"""A mark that is older belongs to a run that was killed: none takes a day."""


class RemoteStorage:
    """A place behind a URL.

    Parameters
    ----------
    place : str
        The URL; credentials and endpoint come from the environment, as the library of that store reads them.

    Raises
    ------
    ConfigError
        When the URL's library is not installed, or nobody knows the URL's kind.
    """

    is_atomic = False

    def __init__(self, place: str) -> None:
        filesystem, root = open_filesystem(place, "archive.path")
        self.place = place.rstrip("/")
        self._fs: Any = filesystem
        self._root = root

    @contextmanager
    def session(self) -> Iterator[None]:
        """Sweep what was killed long ago, then mark that a run is under way until the block ends well."""
        mark = f"{STAGING}/{uuid.uuid4().hex}.json"
        with self._told():
            self._put(mark, json.dumps({"since": datetime.now(tz=UTC).isoformat()}).encode())
        self._sweep(mark)
        yield
        self.remove(mark)  # not after an interruption: the mark says that something may be left

    def is_unfinished(self) -> bool:
        """Whether a session is open or was killed."""
        return bool(self._find_marks())

    def files(self, path: str = "") -> list[str]:
        """List all files below a path, relative to the archive, sorted; staging left out."""
        return [found for found in self._find(path) if not found.startswith(f"{STAGING}/")]

    def runs(self) -> list[str]:
        """List the paths of all runs that exist, sorted."""
        ends = f"/{MANIFEST}"
        found = (path.removesuffix(ends) for path in self._find("") if path.endswith(ends))
        return [path for path in found if Address.is_path(path)]

    def has_run(self, path: str) -> bool:
        """Whether a run exists."""
        try:
            manifest = self._at(f"{path}/{MANIFEST}")
        except StorageError:
            return False
        with self._told():
            try:
                self._fs.info(manifest)
            except FileNotFoundError:
                return False
        return True

    def read(self, path: str, limit: int = MAX_FILE) -> bytes:
        """Read a file; `FileNotFoundError` when there is no plain file, `ValueError` when it is larger than a limit."""
        try:
            place = self._at(path)
        except StorageError:
            raise FileNotFoundError(path) from None
        with self._told():
            content: bytes = self._fs.cat_file(place)
        if len(content) > limit:
            raise ValueError(f"{len(content):,} bytes, more than the {limit:,} that are read")
        return content

    def read_many(self, paths: Sequence[str], limit: int = MAX_FILE) -> dict[str, bytes]:
        """Read files side by side: each alone would wait for the network."""
        places = {}
        for path in paths:
            with suppress(StorageError):
                places[self._at(path)] = path
        if not places:
            return {}
        with self._told():
            found = self._fs.cat(list(places), on_error="return")
            for content in found.values():
                if isinstance(content, Exception) and not isinstance(content, FileNotFoundError):
                    raise content
        return {
            places[place]: content
            for place, content in found.items()
            if isinstance(content, bytes) and len(content) <= limit
        }

    def put_run(self, path: str, files: Mapping[str, bytes]) -> None:
        """Write a run's files, the manifest last: without it the run does not exist."""
        there = self._find(path)
        self._refuse_foreign(path, there)
        if f"{path}/{MANIFEST}" in there:  # a damaged run: it stops to exist before it is made again
            self.remove(f"{path}/{MANIFEST}")
        for left in there:
            if left.removeprefix(f"{path}/") not in files:
                self.remove(left)
        with self._told():
            for name, content in files.items():
                if name != MANIFEST:
                    self._put(f"{path}/{name}", content)
            self._put(f"{path}/{MANIFEST}", files[MANIFEST])

    def replace(self, path: str, content: bytes) -> None:
        """Write one file; an object store shows the old one or the new one."""
        with self._told():
            self._put(path, content)

    def create(self, path: str, content: bytes) -> bool:
        """Write one file on the condition that there is none."""
        with self._told():
            try:
                self._fs.pipe_file(self._at(path), content, mode="create")
            except FileExistsError:
                return False
        return True

    @contextmanager
    def alone(self, path: str) -> Iterator[None]:  # noqa: ARG002
        """Go on: behind a URL nobody can be waited for, and `create` alone decides."""
        yield

    def remove(self, path: str) -> None:
        """Remove one file, if it is there."""
        with self._told(), suppress(FileNotFoundError):
            self._fs.rm_file(self._at(path))

    def remove_run(self, path: str) -> None:
        """Remove a run's manifest first, so that it stops to exist at once, then the rest."""
        there = self._find(path)
        self._refuse_foreign(path, there)
        self.remove(f"{path}/{MANIFEST}")
        for left in there:
            self.remove(left)

    def list_foreign(self, path: str) -> list[str]:
        """List the files below a run's folder that no run has, relative to it."""
        return _pick_foreign(path, self._find(path))

    def _refuse_foreign(self, path: str, there: Sequence[str]) -> None:
        foreign = _pick_foreign(path, there)
        if foreign:
            raise refuse_foreign(self.shown(path), foreign)

    def point(self, path: str, target: str) -> None:
        """Let the file `latest` below a path name a target."""
        if self.pointed(path) != target:
            self.replace(f"{path}/{LATEST}", f"{target}\n".encode())

    def pointed(self, path: str) -> str | None:
        """Return the run that the file `latest` below a path names; None when it names none."""
        return self.list_pointed([path]).get(path)

    def list_pointed(self, paths: Sequence[str]) -> dict[str, str]:
        """Return by path the run that the file `latest` below it names."""
        named = {f"{path}/{LATEST}": path for path in paths}
        targets = {
            named[file]: content.decode("utf-8", "replace").removesuffix("\n")
            for file, content in self.read_many(list(named), _MAX_POINTER).items()
        }
        return {path: target for path, target in targets.items() if RUN.fullmatch(target)}

    def shown(self, path: str) -> str:
        """Return the URL of a path."""
        return f"{self.place}/{path}" if path else self.place

    def _at(self, path: str) -> str:
        return f"{self._root}/{check_inside(path)}" if path else self._root

    def _put(self, path: str, content: bytes) -> None:
        self._fs.pipe_file(self._at(path), content)

    def _find(self, path: str) -> list[str]:
        with self._told():
            self._fs.invalidate_cache()
            try:
                found = self._fs.find(self._at(path))
            except FileNotFoundError:
                return []
        return sorted(key.removeprefix(self._root).lstrip("/") for key in found)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell whatever the library reports as one clear error, but for a file that is not there."""
        try:
            yield
        except FileNotFoundError as error:
            if self.place.startswith("s3") and "bucket" in str(error).lower():
                raise storage_error(self.place, str(error), "Make the bucket first.") from None
            raise
        except Exception as error:
            came = " ".join(str(error).split())[:200] or type(error).__name__
            hint = "Check the URL, the credentials in the environment, and the network."
            raise storage_error(self.place, came, hint) from None

    def _sweep(self, own: str) -> None:
        """Remove marks of runs that were killed long ago, and files that never became a run.

        Parameters
        ----------
        own : str
            The mark that was put just now: the time that the place gives it is now, whatever this machine's clock says.
        """
        now = self._written(own)
        marks = [mark for mark in self._find_marks() if mark != own]
        stale = [mark for mark in marks if self._is_old(mark, now)]
        if not stale or len(stale) < len(marks):
            return
        files = self.files()  # before the runs: what becomes a run meanwhile is seen as one
        runs = set(self.runs())
        for path in files:
            try:
                address, name = Address.parse_file(path)
            except ValueError:
                continue
            if RUN_FILE.fullmatch(name) and address.path not in runs and self._is_old(path, now):
                self.remove(path)
        for address in map(Address.parse, runs):
            if self.pointed(address.month) is None:
                self.point(address.month, address.run)
        for mark in stale:
            self.remove(mark)

    def _find_marks(self) -> list[str]:
        """List the marks of runs; whatever else stands beside them is not ours."""
        return [path for path in self._find(STAGING) if _MARK.fullmatch(path)]

    def _written(self, path: str) -> datetime | None:
        """Return when a file was written, by the clock of the place; None when that is not known."""
        try:
            with self._told():
                written: datetime = self._fs.modified(self._at(path))
        except (FileNotFoundError, StorageError):
            return None
        return written if written.tzinfo else written.replace(tzinfo=UTC)

    def _is_old(self, path: str, now: datetime | None) -> bool:
        """Whether a file was written so long ago that no living run can have written it."""
        written = self._written(path)
        return written is not None and now is not None and now - written > _STALE


def _pick_foreign(path: str, there: Sequence[str]) -> list[str]:
    names = (name.removeprefix(f"{path}/") for name in there)
    return [name for name in names if not RUN_FILE.fullmatch(name)]
