"""Finds what a source is made of: files here or behind a URL, alone or as the parts of one table."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reportgen.errors import DataError, Problem
from reportgen.filesystems import is_url, open_filesystem
from reportgen.lines.sources.delta import DeltaTable
from reportgen.lines.sources.files import SourceFile, find_files, fixed_part, is_data, is_of_lake, partition_of
from reportgen.tempdirs import open_tempdir

_DELTA_LOG = "_delta_log"


@dataclass(frozen=True, slots=True)
class Lake:
    """Parquet files that make one table, some of whose columns may be told by the names of their folders.

    Attributes
    ----------
    files : tuple of SourceFile
        All of it.
    place : str
        What messages call it.
    """

    files: tuple[SourceFile, ...]
    place: str

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(file.size for file in self.files)

    def digest(self) -> str:
        """Return a digest of the content of all files, and of where in the table each stands."""
        parts = [f"{file.digest()} {file.partition}" for file in self.files]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def check_unchanged(self) -> None:
        """Stop when one of the files is not any more what was found; see `SourceFile.check_unchanged`."""
        for file in self.files:
            file.check_unchanged()


@contextmanager
def find_parts(pattern: str) -> Iterator[Sequence[SourceFile | Lake | DeltaTable]]:
    """Find what a path, a glob or a URL names; what is fetched stays for the block.

    Parquet files that are found together are one table; other files are read one by one.

    Raises
    ------
    ConfigError
        When the library that a URL needs is not installed.
    DataError
        When there is nothing, or a file is empty, unreadable, or of a kind that reportgen does not read.
    """
    if is_delta(pattern):
        yield [DeltaTable(pattern)]
        return
    if not is_url(pattern):
        files = find_files(pattern)
        _refuse_inside_delta(pattern, {folder for file in files for folder in file.path.parents})
        yield _joined(files, pattern)
        return
    with open_tempdir() as folder:
        yield _joined(_fetch(pattern, folder), pattern)


@contextmanager
def at_hand(part: Any) -> Iterator[Any]:
    """Give a part whose files are on this machine: those that another one has fetched are fetched anew."""
    files = part.files if isinstance(part, Lake) else (part,) if isinstance(part, SourceFile) else ()
    if all(file.path.exists() or not file.url for file in files):
        yield part
        return
    with open_tempdir() as folder:
        near = [
            replace(found, partition=file.partition)
            for n, file in enumerate(files)
            for found in _fetch(file.url, folder / str(n))
        ]
        yield replace(part, files=tuple(near)) if isinstance(part, Lake) else near[0]


def is_delta(place: str) -> bool:
    """Tell whether a folder or URL is a table of Delta Lake."""
    if not is_url(place):
        return (Path(place) / _DELTA_LOG).is_dir()
    filesystem, asked = open_filesystem(place, "source.path")
    with suppress(Exception):  # whatever it is, it is told when the place is read
        return not glob.has_magic(asked) and bool(filesystem.isdir(f"{asked}/{_DELTA_LOG}"))
    return False


def _refuse_inside_delta(pattern: str, folders: Iterable[Path]) -> None:
    """Stop at single files of a Delta table: some of them may be of versions that are no more."""
    table = next((folder for folder in sorted(folders) if (folder / _DELTA_LOG).is_dir()), None)
    if table is not None:
        came = "files of one, of which some may be of earlier versions"
        hint = f"Write 'source: {{path: {table}}}'."
        raise DataError(Problem(pattern, "source", "the folder of a Delta table", came, hint))


def _joined(files: Sequence[SourceFile], place: str) -> Sequence[SourceFile | Lake]:
    is_lake = all(file.kind == "parquet" for file in files) and any(file.partition for file in files)
    return [Lake(tuple(files), place)] if is_lake else files


def _fetch(url: str, folder: Path) -> list[SourceFile]:
    """Fetch the files behind a URL into a folder, under the names that they have there."""
    filesystem, asked = open_filesystem(url, "source.path")
    target = folder / "fetched"
    try:
        names = _list_files(filesystem, asked)
        root = _fixed_part(asked) if names != [asked] else asked.rpartition("/")[0]
        local = {name: target / name.removeprefix(root).lstrip("/") for name in names}
        for path in {path.parent for path in local.values()}:
            path.mkdir(parents=True, exist_ok=True)
        filesystem.get_file(names[0], str(local[names[0]])) if len(names) == 1 else filesystem.get(
            list(local), [str(path) for path in local.values()]
        )
    except FileNotFoundError:
        came = "nothing of that name"
        raise DataError(Problem(url, "source", "a file with order lines", came)) from None
    except Exception as error:
        came = " ".join(str(error).split())[:200] or type(error).__name__
        hint = "Check the URL, the credentials in the environment, and the network."
        raise DataError(Problem(url, "source", "a place that can be read", came, hint)) from None
    scheme = url.partition("://")[0]
    return [_find_fetched(path, f"{scheme}://{name}", target) for name, path in local.items()]


def _find_fetched(path: Path, url: str, target: Path) -> SourceFile:
    try:
        (file,) = find_files(glob.escape(str(path)))
    except DataError as error:
        raise DataError(*(replace(problem, place=url) for problem in error.problems)) from None
    return replace(file, url=url, partition=partition_of(path, target))


def _list_files(filesystem: Any, asked: str) -> list[str]:
    """List what a path or glob names, or what lies below a folder; raises `FileNotFoundError` when it is nothing."""
    if glob.has_magic(asked):
        found = [name for name, told in filesystem.glob(asked, detail=True).items() if told["type"] == "file"]
    else:
        found = filesystem.find(asked)
    root = _fixed_part(asked)
    within = {name: name.removeprefix(root).lstrip("/").split("/") for name in found}
    plain = sorted(name for name, parts in within.items() if is_data(parts))
    if not plain:
        raise FileNotFoundError(asked)
    if plain != [asked] and not glob.has_magic(asked) and not any(map(is_of_lake, within.values())):
        raise IsADirectoryError(f"a folder: name its files, such as {asked}/*.csv")
    return plain


def _fixed_part(asked: str) -> str:
    return fixed_part(Path(asked)).as_posix()
