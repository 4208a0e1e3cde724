"""A line in another encoding is decoded by itself; the others stay what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.errors import DataError
from reportgen.lines.sources import decoding, survey
from reportgen.lines.sources.decoding import Decoded, decode_lines


def decode(path: Path, content: bytes, encoding: str = "detect") -> tuple[list[str], Decoded]:
    """Decode some bytes."""
    path.write_bytes(content)
    met = Decoded()
    return list(decode_lines(path, encoding, met)), met


@pytest.mark.parametrize(
    ("content", "lines", "single"),
    [
        ("Cé\nx".encode(), ["Cé", "x"], 0),
        ("Cé\n".encode() + b"C\xe9\n" + "Cé\n".encode(), ["Cé", "Cé", "Cé"], 1),
        (b"C\xe9\nC\xe9\n", ["Cé", "Cé"], 2),
        (b"\xef\xbb\xbfa\r\nb\rc\n", ["a", "b", "c"], 0),
        (b"price \x80 5\nback \x81\n", ["price € 5", "back \x81"], 2),
        ("a\u2028b\x85c\x0bd\n".encode(), ["a\u2028b\x85c\x0bd"], 0),
        (b"", [], 0),
    ],
)
def test_each_line_is_decoded_by_itself(tmp_path: Path, content: bytes, lines: list[str], single: int) -> None:
    """UTF-8 where it is; Windows-1252 for each line that is not; no sign but CR and LF ends a line."""
    found, met = decode(tmp_path / "x", content)
    assert (found, met.single) == (lines, single)


def test_only_a_mixture_is_one(tmp_path: Path) -> None:
    """A file wholly in Windows-1252 is no mixture; one with lines of both kinds is, and the first is named."""
    assert not decode(tmp_path / "x", b"C\xe9\nx\n")[1].is_mixed
    assert not decode(tmp_path / "x", "Cé\nx\n".encode())[1].is_mixed
    met = decode(tmp_path / "x", b"x\n" * 5 + b"C\xe9\n" + "Cé\n".encode())[1]
    assert (met.is_mixed, met.first_single) == (True, 6)


@given(lines=st.lists(st.text(st.characters(exclude_characters="\r\n\ufeff", exclude_categories=["Cs"]), min_size=1)))
def test_blocks_make_no_difference(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    """Wherever blocks end, the same lines come out, in UTF-8 and in UTF-16, with any line end."""
    path = tmp_path_factory.getbasetemp() / "blocks"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "_BLOCK", 3)
        for end in ("\n", "\r", "\r\n"):
            text = "".join(f"{line}{end}" for line in lines)
            assert decode(path, text.encode(), "utf-8")[0] == decode(path, text.encode("utf-16"), "utf-16")[0]
            found = decode(path, b"\xef\xbb\xbf" + text.encode())[0]
            assert found == lines


def test_a_stated_encoding_is_kept_to(tmp_path: Path) -> None:
    """Bytes that are not in the encoding that the config states stop the run."""
    with pytest.raises(DataError, match="expected text in utf-8, got bytes that are not"):
        decode(tmp_path / "x", b"C\xe9\n", "utf-8")
    assert decode(tmp_path / "x", b"C\xe9\n", "cp1252")[0] == ["Cé"]


def test_a_line_without_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line longer than any record stops the run before memory is full, and is not plain."""
    monkeypatch.setattr(decoding, "MAX_LINE_BYTES", 100)
    monkeypatch.setattr(decoding, "_BLOCK", 100)
    monkeypatch.setattr(survey, "MAX_LINE_BYTES", 100)
    monkeypatch.setattr(survey, "_BLOCK", 100)
    for encoding in ("detect", "utf-8"):
        with pytest.raises(DataError, match="lines that can be told apart"):
            decode(tmp_path / "x", b"x" * 1000, encoding)
    assert not survey.survey_text(tmp_path / "x", ",").is_plain
