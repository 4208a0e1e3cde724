"""Decodes text line by line: a line that is not in the file's encoding is decoded by itself, counted and told."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reportgen.errors import DataError, Problem
from reportgen.lines.engine.base import MAX_LINE_BYTES

_BLOCK = 1 << 20
_SINGLE = "cp1252"
UTF_8 = "utf-8"
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_PAIR = 2
"""Letters beyond ASCII that Western words have side by side, as `süß` has."""
_LEAST_BEYOND, _BESIDE_SHARE, _GUESS_BYTES = 20, 0.4, 20_000
"""Bytes beyond ASCII that are enough to judge, the share of them beside others that no Western text has, and how many
are looked at to guess."""
_WIDE_SAMPLE, _WIDE_SHARE = 4096, 0.4
"""Bytes looked at, and the share of wide signs whose upper byte is zero, as it is in headings and numbers."""


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


def wide_encoding(start: bytes) -> str | None:
    """Tell UTF-16 by its mark, or by every other byte being zero; None for anything else."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = start[: _WIDE_SAMPLE & ~1]
    pairs = len(sample) // 2
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if pairs and zeros.count(0) > _WIDE_SHARE * pairs and sample.count(0) == zeros.count(0):
            return encoding
    return None


def check_western(path: Path, start: bytes) -> None:
    """Stop when text that is not UTF-8 does not look like a Western European one, which it would be read as.

    There letters beyond ASCII stand alone or in pairs among others; in Cyrillic, Greek, Chinese or Japanese text they
    stand beside one another.

    Parameters
    ----------
    path : Path
        The file, for the message.
    start : bytes
        Its first bytes.

    Raises
    ------
    DataError
        Naming the encoding that it looks like.
    """
    beyond = sum(len(run) for run in _BEYOND_ASCII.findall(start))
    beside = sum(len(run) for run in _BEYOND_ASCII.findall(start) if len(run) > _PAIR)
    if beyond < _LEAST_BEYOND or beside < _BESIDE_SHARE * beyond:
        return
    from charset_normalizer import from_bytes  # noqa: PLC0415 - seldom needed

    lines = b"\n".join(line for line in start.splitlines()[:-1] if not line.isascii())
    best = from_bytes(lines[:_GUESS_BYTES]).best()
    guess = f" It looks like '{best.encoding}'." if best is not None else ""
    hint = f"State it with 'source: {{encoding: ...}}', such as shift_jis, cp1251 or gbk.{guess}"
    came = "neither UTF-8 nor Western European"
    raise DataError(Problem(str(path), "source.encoding", "text whose encoding shows", came, hint))


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
