"""Matches our column names to the headings of a file, as the config states them."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen import columns as c
from reportgen.config.options import ColumnOptions
from reportgen.errors import DataError, Problem, did_you_mean
from reportgen.lines.sources.raw import tidy_heading


def stated_headings(columns: ColumnOptions) -> dict[str, tuple[str, ...]]:
    """Return the headings that a config names, by our name; a price that nobody asked for is none beside an amount."""
    values = {name: getattr(columns, name) for name in ColumnOptions.model_fields}
    if columns.amount is not None and c.UNIT_PRICE not in columns.model_fields_set:
        values[c.UNIT_PRICE] = None
    return {name: (value,) if isinstance(value, str) else value for name, value in values.items() if value is not None}


def match_headings(known: Sequence[str], columns: ColumnOptions, place: str) -> dict[str, tuple[str, ...]]:
    """Match our column names to the headings that a file has.

    A heading that the config states must be there; one that it leaves at its default may be absent if we can do
    without that column.

    Raises
    ------
    DataError
        With a problem for each heading that is not there.
    """
    needed = {c.CUSTOMER_ID, c.ORDERED_AT, c.AMOUNT if columns.amount else c.UNIT_PRICE}
    needed |= set() if columns.amount else {c.QUANTITY}
    found: dict[str, tuple[str, ...]] = {}
    problems = []
    for name, headings in stated_headings(columns).items():
        absent = [heading for heading in headings if not _find(heading, known)]
        twice = [heading for heading in headings if _is_twice(heading, known)]
        if twice:
            problems.append(_ambiguous(name, tidy_heading(twice[0]), known, place))
        elif not absent:
            found[name] = tuple(_find(heading, known) for heading in headings)
        elif name in needed or name in columns.model_fields_set:
            came = f"the headings {', '.join(repr(heading) for heading in known[:20])}"
            hint = did_you_mean(absent[0], known) or f"Set 'columns: {{{name}: ...}}'."
            problems.append(Problem(place, f"columns.{name}", f"a column headed '{absent[0]}'", came, hint))
    if not problems and not columns.amount and not {c.QUANTITY, c.UNIT_PRICE} <= set(found):
        expected = "the headings of quantity and unit_price, or of amount"
        problems.append(Problem(place, "columns", expected, "neither", "Set 'columns: {amount: ...}'."))
    if problems:
        raise DataError(*problems)
    return found


def _find(stated: str, known: Sequence[str]) -> str:
    """Return the file's heading that a stated one means; empty when it has none. `Price (1)` is the first `Price`."""
    heading = tidy_heading(stated)
    first = heading.removesuffix(" (1)")
    return heading if heading in known else first if first in known and f"{first} (2)" in known else ""


def _is_twice(stated: str, known: Sequence[str]) -> bool:
    heading = tidy_heading(stated)
    return heading in known and f"{heading} (2)" in known


def _ambiguous(name: str, heading: str, known: Sequence[str], place: str) -> Problem:
    at = [n for n, other in enumerate(known, 1) if other == heading or other.startswith(f"{heading} (")]
    came = f"two columns or more: {', '.join(map(str, at))}"
    hint = f"Say which: 'columns: {{{name}: {heading} (1)}}' is the first of them, '{heading} (2)' the second."
    return Problem(place, f"columns.{name}", f"one column headed '{heading}'", came, hint)
