"""Counts the records of a delimited file by itself, so that no parser that errs can lose lines unnoticed."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from reportgen.lines.engine.base import MAX_LINE_BYTES

_BLOCK = 1 << 20
_NEWLINE, _RETURN, _QUOTE = b'\n\r"'
_BORDERS = (_NEWLINE, _RETURN)
Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file's bytes show before it is parsed.

    Attributes
    ----------
    records : int
        Lines that are not empty, the heading line among them.
    is_plain : bool
        Whether every parser must read it alike: UTF-8, one kind of line end, every quotation mark at the border of a
        cell, no line end between quotation marks, no line of more than `MAX_LINE_BYTES`.
    """

    records: int
    is_plain: bool


_NOT_PLAIN = Survey(0, is_plain=False)


def survey_text(path: Path, separator: str) -> Survey:
    """Survey a file of bytes that may be UTF-8.

    Parameters
    ----------
    path : Path
        The file, unpacked.
    separator : str
        The mark between its columns, one ASCII sign.

    Notes
    -----
    By RFC 4180 a quotation mark opens a cell where a cell begins, and ends it where the next sign is a separator or a
    line end; doubled it is one within the cell. So in a plain file every mark at an even position opens one (or is the
    second of a pair), every mark at an odd position ends one (or is the first of a pair).
    """
    borders = (*_BORDERS, ord(separator))
    records, kinds = 0, set()
    for number, lines in enumerate(_blocks_of_lines(path)):
        if len(lines) > _BLOCK + MAX_LINE_BYTES:
            return _NOT_PLAIN
        counted = _survey_lines(lines, borders, is_first=number == 0)
        if counted is None:
            return _NOT_PLAIN
        records += counted[0]
        kinds.add(counted[1])
    return Survey(records, is_plain=True) if len(kinds) < 2 else _NOT_PLAIN


def _blocks_of_lines(path: Path) -> Iterator[bytes]:
    """Give whole lines, some at a time; the last one ends as the others do."""
    rest, line_end = b"", b"\n"
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            text = rest + block
            if b"\r" in block and b"\r\n" in block:  # one sign is found much faster than two
                line_end = b"\r\n"
            end = text.rfind(b"\n") + 1
            rest = text[end:]
            if end or len(rest) > _BLOCK + MAX_LINE_BYTES:
                yield text[:end] or text
    if rest:
        yield rest.removesuffix(b"\r") + line_end


def _survey_lines(text: bytes, borders: tuple[int, ...], *, is_first: bool) -> tuple[int, bool] | None:
    """Count the records in whole lines, and tell whether they end with CR and LF; None when they are not plain."""
    if not _is_utf8(text):
        return None
    text = text.removeprefix(codecs.BOM_UTF8) if is_first else text
    signs = np.frombuffer(text, np.uint8)
    line_ends = np.flatnonzero(signs == _NEWLINE)
    has_returns = b"\r" in text
    if has_returns and not text.count(b"\r") == text.count(b"\r\n") == len(line_ends):
        return None
    if b'"' in text and not _has_plain_quotes(signs, line_ends, borders):
        return None
    empty = np.diff(line_ends, prepend=-1) == (2 if has_returns else 1)
    return len(line_ends) - int(np.count_nonzero(empty)), has_returns


def _is_utf8(text: bytes) -> bool:
    if text.isascii():
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _has_plain_quotes(text: Bytes, line_ends: Positions, borders: tuple[int, ...]) -> bool:
    quotes = np.flatnonzero(text == _QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = text[np.maximum(opening - 1, 0)]
    after = text[closing + 1]  # a text ends with a line end, so there is one
    opens = (opening == 0) | np.isin(before, borders)
    closes = np.isin(after, borders)
    paired = closing[:-1] + 1 == opening[1:]  # a doubled mark within a cell
    opens[1:] |= paired
    closes[:-1] |= paired
    if not (opens.all() and closes.all()):
        return False
    return not (np.searchsorted(quotes, line_ends) % 2).any()
