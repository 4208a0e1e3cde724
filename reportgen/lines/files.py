"""Finds the files of a source and tells what each is by its first bytes, not by its name."""

from __future__ import annotations

import glob
import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast

import pyarrow as pa

from reportgen.errors import DataError, Problem, did_you_mean

FileKind = Literal["text", "gzip", "zstd", "parquet", "xlsx", "xls"]
_MAGIC: tuple[tuple[bytes, FileKind], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PAR1", "parquet"),
    (b"PK\x03\x04", "xlsx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
)
_TEXT_MARKS = (b"\xff\xfe", b"\xfe\xff")
UNPACKING_ERRORS = (OSError, EOFError, zlib.error)
_KINDS_WE_READ = "CSV or TSV (also .gz or .zst), Parquet, XLSX or XLS"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source and what it is."""

    path: Path
    kind: FileKind

    def open_bytes(self) -> IO[bytes]:
        """Open the file's text as bytes, unpacked."""
        if self.kind == "gzip":
            return cast("IO[bytes]", gzip.open(self.path, "rb"))
        if self.kind == "zstd":  # Arrow's reader, because it notices when the file breaks off
            return cast("IO[bytes]", pa.input_stream(str(self.path), compression="zstd"))
        return self.path.open("rb")

    def read_start(self, size: int) -> bytes:
        """Return the first `size` bytes of the unpacked text; raises `DataError` when it cannot be unpacked."""
        try:
            with self.open_bytes() as stream:
                return stream.read(size)
        except UNPACKING_ERRORS as error:
            raise damaged(self.path, error) from None


def damaged(path: Path, error: Exception) -> DataError:
    """Return the error for a file that breaks off or cannot be unpacked."""
    came = f"one that is damaged or cut short ({str(error).splitlines()[0].rstrip('.')})"
    return DataError(Problem(str(path), "source", "a whole file", came, "Fetch or export it again."))


def find_files(pattern: str) -> list[SourceFile]:
    """List the files that a path or glob names, sorted by name.

    Raises
    ------
    DataError
        When there is none, or one is empty, unreadable, or of a kind that reportgen does not read.
    """
    path = Path(pattern)
    names = [pattern] if path.exists() else sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - any root
    files = [Path(name) for name in names if not Path(name).is_dir()]
    if path.is_dir() or not files:
        raise DataError(_nothing_there(path))
    return [SourceFile(file, _kind_of(file)) for file in files]


def _nothing_there(path: Path) -> Problem:
    if path.is_dir():
        return Problem(str(path), "source", "a file or a glob", "a folder", f"Try '{path / '*.csv'}'.")
    beside = [p.name for p in path.parent.iterdir() if p.is_file()] if path.parent.is_dir() else []
    came = "no such file" if path.parent.is_dir() else f"no folder '{path.parent}'"
    return Problem(str(path), "source", "a file with order lines", came, did_you_mean(path.name, beside))


def _kind_of(path: Path) -> FileKind:
    try:
        with path.open("rb") as stream:
            start = stream.read(4096)
    except OSError as error:
        raise DataError(Problem(str(path), "source", "a readable file", str(error.strerror))) from None
    if not start.strip():
        raise DataError(Problem(str(path), "source", "a heading line and order lines", "an empty file"))
    kind = next((kind for magic, kind in _MAGIC if start.startswith(magic)), "text")
    if kind == "text" and b"\0" in start and not start.startswith(_TEXT_MARKS):
        raise DataError(Problem(str(path), "source", _KINDS_WE_READ, "a binary file of another kind"))
    return cast("FileKind", kind)
