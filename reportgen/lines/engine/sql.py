"""Quotes what comes from outside, so that it is a name or a text in a statement and never a part of it."""

from __future__ import annotations

import re
from pathlib import Path


def quote_name(name: str) -> str:
    """Quote a column name for SQL, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Quote a text for SQL, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"


def quote_path(path: Path) -> str:
    """Quote a path for SQL so that DuckDB does not take signs in it for a glob."""
    return quote_text(re.sub(r"([*?\[])", r"[\1]", str(path)))
