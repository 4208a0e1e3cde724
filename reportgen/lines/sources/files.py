"""Finds the files of a source and tells what each is by its first bytes, not by its name."""

from __future__ import annotations

import codecs
import glob
import hashlib
import os
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast
from urllib.parse import unquote

from reportgen.errors import DataError, Problem, did_you_mean
from reportgen.lines.sources.child import files_within
from reportgen.lines.sources.decoding import wide_encoding

FileKind = Literal["text", "gzip", "zstd", "zip", "parquet", "xlsx", "xls", "html"]
_MAGIC: tuple[tuple[bytes, FileKind], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PAR1", "parquet"),
    (b"PK\x03\x04", "xlsx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
)
_KINDS_WE_READ = "CSV or TSV (also .gz, .zst or .zip), Parquet, XLSX, XLS or a table in HTML"
_PACKED_ENDS = (".xlsx", ".xls", ".xlsm", ".parquet", ".gz", ".zst", ".zip", ".pdf")
_PARTITION = re.compile("([^=]+)=(.*)")
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
_SPECIAL = ("/proc/", "/sys/", "/dev/")
_State = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source and what it is.

    Attributes
    ----------
    path : Path
        Where it is.
    kind : str
        What its first bytes say.
    state : tuple of int
        Device, inode, size and time of the last change, as it was found.
    url : str
        Where it was fetched from; empty for a file that was here.
    partition : tuple of (str, str or None)
        Columns that the names of its folders tell, and their value in all of its lines (``store=York``).
    """

    path: Path
    kind: FileKind
    state: _State
    url: str = ""
    partition: tuple[tuple[str, str | None], ...] = ()

    @property
    def place(self) -> str:
        """What messages call it."""
        return self.url or str(self.path)

    @property
    def size(self) -> int:
        """Bytes."""
        return self.state[2]

    def digest(self) -> str:
        """Return the SHA-256 of the content.

        Raises
        ------
        DataError
            When it cannot be read.
        """
        try:
            with self.path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise DataError(Problem(str(self.path), "source", "a readable file", str(error.strerror))) from None

    def check_unchanged(self) -> None:
        """Stop when the file is not any more what was found: nobody knows what of it was read.

        Raises
        ------
        DataError
            When it was written to, replaced or removed meanwhile.
        """
        if _state_of(self.path) != self.state:
            hint = "Run again when whatever writes it has ended."
            raise DataError(Problem(str(self.path), "source", "a file that stays as it is", "one that changed", hint))


def _state_of(path: Path) -> _State | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def find_files(pattern: str) -> list[SourceFile]:
    """List the files that a path or glob names, sorted by name.

    Raises
    ------
    DataError
        When there is none, or one is empty, unreadable, or of a kind that reportgen does not read.
    """
    path = Path(pattern)
    try:
        if path.is_dir() and is_lake(path):
            files = list_data_files(path)
        else:
            files = [path] if path.exists() else [found for found in _match(path) if not found.is_dir()]
        if (files == [path] and path.is_dir()) or not files:
            raise DataError(_nothing_there(path))
    except OSError as error:
        raise DataError(Problem(pattern[:200], "source", "a file or a glob", str(error.strerror))) from None
    found: dict[tuple[int, int], SourceFile] = {}
    for file in files:  # a link within the glob, even to a folder above it, is no second file
        state = _check_plain(file)
        if state[:2] not in found:
            found[state[:2]] = SourceFile(file, _kind_of(file), state)
    root = fixed_part(path)
    return [replace(file, partition=partition_of(file.path, root)) for file in found.values()]


def is_lake(folder: Path) -> bool:
    """Tell whether a folder is a table that a program has laid out in files, and not just any folder."""
    names = [path.name for path in folder.iterdir()]
    return "_SUCCESS" in names or any(_PARTITION.fullmatch(name) and (folder / name).is_dir() for name in names)


def list_data_files(folder: Path) -> list[Path]:
    """List the files below a folder, those behind links to folders too, but not what programs leave beside their data.

    Raises
    ------
    OSError
        When a folder cannot be read: nothing is left out in silence.
    """

    def fail(error: OSError) -> None:
        raise error

    found: list[Path] = []
    seen: set[tuple[int, int]] = set()
    for root, folders, files in os.walk(folder, followlinks=True, onerror=fail):
        state = Path(root).stat()
        if (state.st_dev, state.st_ino) in seen:
            folders.clear()  # a link that leads back
            continue
        seen.add((state.st_dev, state.st_ino))
        folders[:] = [name for name in folders if is_data([name])]
        found += [Path(root) / name for name in files if is_data([name])]
    return sorted(found)


def is_of_lake(parts: Sequence[str]) -> bool:
    """Tell by the names on the way to a file whether the folder is a table that a program has laid out."""
    return parts[-1] == "_SUCCESS" or any(_PARTITION.fullmatch(part) for part in parts[:-1])


def is_data(parts: Sequence[str]) -> bool:
    """Tell data below a folder from what programs leave beside them, by the names on the way to a file."""
    return not any(part[:1] in ("_", ".") for part in parts)


def fixed_part(pattern: Path) -> Path:
    """Return the folder of a glob above its first sign that stands for others; of a plain path, the path."""
    fixed = next((n for n, part in enumerate(pattern.parts) if glob.has_magic(part)), len(pattern.parts))
    return Path(*pattern.parts[:fixed])


def partition_of(path: Path, root: Path) -> tuple[tuple[str, str | None], ...]:
    """Return what the names of the folders between a root and a file tell of its lines, as Hive writes them."""
    inner = path.relative_to(root).parts[:-1] if path.is_relative_to(root) else ()
    told = [match for match in map(_PARTITION.fullmatch, inner) if match]
    return tuple((unquote(match[1]), None if match[2] == _NO_VALUE else unquote(match[2])) for match in told)


def _match(pattern: Path) -> list[Path]:
    """List what a glob matches, sorted; ``**`` follows no link, which could lead back, and finds no hidden files."""
    if "**" not in pattern.parts:
        return [Path(name) for name in sorted(glob.glob(str(pattern)))]  # noqa: PTH207 - any root
    root = fixed_part(pattern)
    found = (path.relative_to(root) for path in root.glob(str(pattern.relative_to(root))))
    return sorted(root / path for path in found if not any(part.startswith(".") for part in path.parts))


def _check_plain(path: Path) -> _State:
    """Refuse what is no file on a disk: a pipe, a device, or something that the system makes up while it is read."""
    try:
        is_plain = path.is_file() and not str(path.resolve()).startswith(_SPECIAL)
    except (OSError, RuntimeError):
        is_plain = False
    state = _state_of(path)
    if state is None or not is_plain:
        came = "a pipe, a device, or a link that leads nowhere"
        hint = "Write the order lines to a file first."
        raise DataError(Problem(str(path), "source", "a plain file", came, hint))
    return state


def _nothing_there(path: Path) -> Problem:
    if path.is_dir():
        return Problem(str(path), "source", "a file or a glob", "a folder", f"Try '{path / '*.csv'}'.")
    beside = [p.name for p in path.parent.iterdir() if p.is_file()] if path.parent.is_dir() else []
    came = "no such file" if path.parent.is_dir() else f"no folder '{path.parent}'"
    return Problem(str(path), "source", "a file with order lines", came, did_you_mean(path.name, beside))


def _is_page(path: Path, start: bytes) -> bool:
    """Tell whether a file is an HTML page with a table; refuse what another program has written in XML."""
    if not start.startswith(b"<"):
        return False
    hint = "Open it in a spreadsheet and save it as XLSX or CSV, or export it as CSV."
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start or b"excel.sheet" in start:
        came = "a spreadsheet saved as XML by Excel 2003"
        raise DataError(Problem(str(path), "source", _KINDS_WE_READ, came, hint))
    return b"<table" in start or b"<html" in start or b"<!doctype html" in start


def _archive_kind(path: Path) -> FileKind:
    """Tell a workbook from a zip archive with one text in it; refuse any other; what cannot be listed fails later."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return "xlsx"
    if any(name.replace("\\", "/").lstrip("/").startswith("xl/") for name in names):
        return "xlsx"
    within = files_within(names)
    if len(within) == 1 and not within[0].lower().endswith(_PACKED_ENDS):
        return "zip"
    came = f"a zip archive that is no workbook, with {len(within)} files: {', '.join(within[:5])}"
    raise DataError(Problem(str(path), "source", _KINDS_WE_READ, came, "Unpack it first, and name the file in it."))


def _kind_of(path: Path) -> FileKind:
    try:
        with path.open("rb") as stream:
            start = stream.read(4096)
    except OSError as error:
        raise DataError(Problem(str(path), "source", "a readable file", str(error.strerror))) from None
    if not start.strip():
        raise DataError(Problem(str(path), "source", "a heading line and order lines", "an empty file"))
    kind = next((kind for magic, kind in _MAGIC if start.startswith(magic)), "text")
    if kind == "text":
        kind = "html" if _is_page(path, start.lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower()) else "text"
    if kind == "xlsx":
        kind = _archive_kind(path)
    if kind == "text" and b"\0" in start and wide_encoding(start) is None:
        raise DataError(Problem(str(path), "source", _KINDS_WE_READ, "a binary file of another kind"))
    return cast("FileKind", kind)
