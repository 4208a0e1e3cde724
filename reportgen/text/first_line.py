"""Reads the first line of a file that holds one secret: a password, or the address of a database."""

from __future__ import annotations

from pathlib import Path


def read_first_line(path: Path) -> tuple[str, str]:
    """Return a file's first line, and what to say when it is empty or cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return "", "no such file"
    except OSError as error:
        return "", error.strerror or str(error)
    except UnicodeDecodeError:
        return "", "a file that is not text"
    return next(iter(text.splitlines()), ""), "an empty first line"
