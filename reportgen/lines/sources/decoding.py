"""Decodes text line by line: a line that is not in the file's encoding is decoded by itself, counted and told."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reportgen.errors import DataError, Problem
from reportgen.lines.engine.base import MAX_LINE_BYTES

_BLOCK = 1 << 20
_SINGLE = "cp1252"
UTF_8 = "utf-8"


@dataclass(slots=True)
class Decoded:
    """What decoding a file met.

    Attributes
    ----------
    has_utf_8 : bool
        Whether there are signs beyond ASCII that are valid UTF-8.
    single : int
        Lines that are not UTF-8 and were read as Windows-1252 (or Latin-1, where that has no such sign).
    first_single : int
        Number of the first such line, counted from 1.
    """

    has_utf_8: bool = False
    single: int = 0
    first_single: int = 0

    @property
    def is_mixed(self) -> bool:
        """Whether the file has lines of both kinds."""
        return self.has_utf_8 and self.single > 0


def decode_lines(path: Path, encoding: str, met: Decoded) -> Iterator[str]:
    """Give the lines of a file without their ends, whichever they are (LF, CR and LF, or CR alone).

    Parameters
    ----------
    path : Path
        The file, unpacked.
    encoding : str
        ``detect``: UTF-8, and Windows-1252 for each line that is not; or the name of an encoding.
    met : Decoded
        Filled in on the way.

    Raises
    ------
    DataError
        When bytes are not in a stated encoding, or a line is longer than any record.
    """
    for block in _decode_detected(path, met) if encoding == "detect" else _decode_stated(path, encoding):
        text = block.replace("\r\n", "\n").replace("\r", "\n") if "\r" in block else block
        lines = text.split("\n")
        if not lines[-1]:
            lines.pop()
        yield from lines


def _decode_detected(path: Path, met: Decoded) -> Iterator[str]:
    number, is_first = 0, True
    for block in _blocks(path):
        lines = block.removeprefix(codecs.BOM_UTF8) if is_first else block
        is_first = is_first and not block
        text = _decode_block(lines, met, number)
        number += text.count("\n") + text.count("\r") - text.count("\r\n")
        yield text


def decode_start(start: bytes) -> str:
    """Decode the first bytes of a file line by line, whatever of the last line is there."""
    return _decode_block(start.removeprefix(codecs.BOM_UTF8), Decoded(), 0)


def _decode_block(block: bytes, met: Decoded, number: int) -> str:
    try:
        text = block.decode(UTF_8)
    except UnicodeDecodeError:
        return "".join(_decode_apart(block, met, number))
    met.has_utf_8 = met.has_utf_8 or not block.isascii()
    return text


def _decode_apart(block: bytes, met: Decoded, number: int) -> Iterator[str]:
    for n, line in enumerate(block.splitlines(keepends=True), 1):
        try:
            text = line.decode(UTF_8)
            met.has_utf_8 = met.has_utf_8 or not line.isascii()
        except UnicodeDecodeError:
            met.single += 1
            met.first_single = met.first_single or number + n
            try:
                text = line.decode(_SINGLE)
            except UnicodeDecodeError:
                text = line.decode("latin-1")
        yield text


def _decode_stated(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == UTF_8 else encoding)()
    rest = ""
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                text = rest + decoder.decode(block)
                end = max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1
                rest = text[end:]
                _check_length(path, len(rest))
                yield text[:end]
        yield rest + decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise DataError(wrong_encoding(path, encoding)) from None


def _blocks(path: Path) -> Iterator[bytes]:
    """Give whole lines, some at a time."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            text = rest + block
            end = max(text.rfind(b"\n"), text.rfind(b"\r", 0, -1)) + 1
            rest = text[end:]
            _check_length(path, len(rest))
            yield text[:end]
    yield rest


def _check_length(path: Path, length: int) -> None:
    if length > MAX_LINE_BYTES + _BLOCK:
        came = f"one of more than {MAX_LINE_BYTES // 1_000_000} MB"
        hint = "Is it a text file with one order line in each line?"
        raise DataError(Problem(str(path), "source", "lines that can be told apart", came, hint))


def wrong_encoding(path: Path, encoding: str) -> Problem:
    """Tell of bytes that are not in the encoding that the config states."""
    return Problem(str(path), "source.encoding", f"text in {encoding}", "bytes that are not", "Try 'encoding: detect'.")
