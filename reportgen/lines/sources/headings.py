"""Matches our column names to the headings of a file, as the config states them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions, ColumnOptions
from reportgen.config.presets import load_presets, recognise
from reportgen.errors import DataError, Problem, did_you_mean
from reportgen.lines.sources.raw import tidy_heading

_CHOICES = ("keep_only", "leave_out", "negative")
_OF_ORDERS = ("order_total", "order_discount", "order_refund")


@dataclass(frozen=True, slots=True)
class Matched:
    """The headings of a file that are read, and what for.

    Attributes
    ----------
    headings : mapping
        By our name of the column.
    chosen : mapping
        By the option ``keep_only``, ``leave_out`` or ``negative``: values by heading.
    watched : tuple of str
        Columns that the config does not name, and that may speak against a line.
    """

    headings: Mapping[str, tuple[str, ...]]
    chosen: Mapping[str, Mapping[str, tuple[str, ...]]]
    watched: tuple[str, ...] = ()

    @property
    def named(self) -> list[str]:
        """The headings that the config names, each once."""
        ours = [heading for named in self.headings.values() for heading in named]
        return list(dict.fromkeys((*ours, *(heading for values in self.chosen.values() for heading in values))))

    @property
    def loaded(self) -> list[str]:
        """All headings that are read."""
        return [*self.named, *self.watched]


def stated_headings(columns: ColumnOptions) -> dict[str, tuple[str, ...]]:
    """Return the headings that a config names, by our name; a price that nobody asked for is none beside an amount."""
    values = {name: getattr(columns, name) for name in ColumnOptions.model_fields}
    has_money = columns.amount is not None or columns.order_total is not None
    if has_money and c.UNIT_PRICE not in columns.model_fields_set:
        values[c.UNIT_PRICE] = None
    return {name: (value,) if isinstance(value, str) else value for name, value in values.items() if value is not None}


def match_headings(
    known: Sequence[str], columns: ColumnOptions, place: str, preset: str | None = None
) -> dict[str, tuple[str, ...]]:
    """Match our column names to the headings that a file has.

    A heading that the config states must be there; one that it leaves at its default, or to its preset, may be absent
    if we can do without that column.

    Raises
    ------
    DataError
        With a problem for each heading that is not there.
    """
    has_money = columns.amount is not None or columns.order_total is not None
    needed = {c.CUSTOMER_ID, c.ORDERED_AT} | (set() if has_money else {c.UNIT_PRICE, c.QUANTITY})
    found: dict[str, tuple[str, ...]] = {}
    problems = []
    for name, headings in stated_headings(columns).items():
        absent = [heading for heading in headings if not _find(heading, known)]
        twice = [heading for heading in headings if _is_twice(heading, known)]
        if twice:
            problems.append(_ambiguous(name, tidy_heading(twice[0]), known, place))
        elif not absent:
            found[name] = tuple(_find(heading, known) for heading in headings)
        elif name in needed or (name in columns.model_fields_set and not _is_of_preset(name, headings, preset)):
            came = "none" if problems else f"the headings {', '.join(repr(heading) for heading in known[:20])}"
            hint = did_you_mean(absent[0], known) or f"Set 'columns: {{{name}: ...}}'."
            problems.append(Problem(place, f"columns.{name}", f"a column headed '{absent[0]}'", came, hint))
    if not problems and not has_money and not {c.QUANTITY, c.UNIT_PRICE} <= set(found):
        expected = "the headings of quantity and unit_price, or of amount"
        problems.append(Problem(place, "columns", expected, "neither", "Set 'columns: {amount: ...}'."))
    for name in _OF_ORDERS:
        if name in found and c.ORDER_ID not in found:
            hint = "Set 'columns: {order_id: ...}'."
            problems.append(Problem(place, f"columns.{name}", "a column of order numbers beside it", "none", hint))
    if problems:
        raise DataError(*_with_platform(problems, known))
    return found


def _is_of_preset(name: str, headings: Sequence[str], preset: str | None) -> bool:
    stated = load_presets()[preset].options.get("columns", {}).get(name) if preset is not None else None
    return stated is not None and list(headings) == ([stated] if isinstance(stated, str) else stated)


def _with_platform(problems: Sequence[Problem], known: Sequence[str]) -> list[Problem]:
    """Add which platform's export it seems to be, and what to do with it."""
    preset = recognise(known)
    if preset is None:
        return list(problems)
    do = preset.refused or f"State 'source: {{preset: {preset.name}}}'."
    hint = f"It looks like an export of {preset.title}. {do}"
    return [replace(problems[0], hint=hint), *problems[1:]]


def match_chosen(
    known: Sequence[str], cleansing: CleansingOptions, place: str, preset: str | None = None
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Match the columns whose values decide what becomes of a line to the headings that a file has.

    Raises
    ------
    DataError
        With a problem for each heading that is not there.
    """
    chosen: dict[str, dict[str, tuple[str, ...]]] = {}
    problems = []
    for option in _CHOICES:
        for heading, values in getattr(cleansing, option).items():
            found = _find(heading, known)
            of_preset = load_presets()[preset].options.get("cleansing", {}).get(option, {}) if preset else {}
            if found:
                chosen.setdefault(option, {})[found] = values
            elif heading not in of_preset:
                hint = did_you_mean(heading, known)
                came = f"the headings {', '.join(repr(other) for other in known[:20])}"
                problems.append(Problem(place, f"cleansing.{option}", f"a column headed '{heading}'", came, hint))
    if problems:
        raise DataError(*problems)
    return chosen


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
