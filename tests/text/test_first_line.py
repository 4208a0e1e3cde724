"""Tests of reading a file that holds one secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from reportgen.text.first_line import read_first_line


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"secret\nmore\n", ("secret", "an empty first line")),
        ("\ufeffgeheim ü".encode(), ("geheim ü", "an empty first line")),
        (b"\nsecret", ("", "an empty first line")),
        (b"", ("", "an empty first line")),
        (b"\xff\xfe\x00", ("", "a file that is not text")),
    ],
)
def test_the_first_line_is_what_counts(tmp_path: Path, content: bytes, told: tuple[str, str]) -> None:
    """It comes without its end and without a byte order mark, and with what to say should it be empty."""
    path = tmp_path / "secret"
    path.write_bytes(content)
    assert read_first_line(path) == told


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """No file and a folder are told in words."""
    assert read_first_line(tmp_path / "none") == ("", "no such file")
    assert read_first_line(tmp_path)[1] == "Is a directory"
