"""What a spreadsheet reads: texts that it does not take for formulas, and tables as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guard(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula, and before what begins with one."""
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def unguard(text: str) -> str:
    """Return the text that `guard` was given."""
    return text.removeprefix("'")


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[str | int | float | None]]) -> str:
    """Write a table as CSV (RFC 4180): texts guarded, numbers with a point and in full, no figure as an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guard(heading) for heading in headings])
    writer.writerows([guard(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue()
