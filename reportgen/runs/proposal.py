"""Proposes a config for an export: the platform's preset or a guess for each column, and what only a person knows."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions, ColumnOptions, SourceOptions
from reportgen.config.presets import load_presets, recognise
from reportgen.errors import DataError, Problem
from reportgen.lines.sources.open import open_source
from reportgen.lines.sources.peek import Peek, peek_file
from reportgen.lines.transform.cancelled import find_cancelled_prefix
from reportgen.lines.transform.currencies import currency_of
from reportgen.lines.transform.periods import count_unread_dates
from reportgen.runs.guesses import guess_columns
from reportgen.runs.proposed_config import Proposal, Question
from reportgen.text.formats import Formats

_MOST_QUESTIONS = 8
_EVIDENCE = 3
_OPEN: Mapping[str, str] = {
    "source.decimal": "Which mark is the decimal one, '.' or ','",
    "source.date_format": "Does the day or the month come first, day-first or month-first",
    "timezone": "Whose calendar counts, as a time zone",
    "source.timezone": "In which time zone are the dates",
    "source.sheet": "Which sheet, or * for all that have the headings",
    "source.encoding": "Which encoding",
}
"""What a file can leave open, by the option that settles it."""
_ZONES = {"GBP": "Europe/London", "EUR": "Europe/Berlin", "USD": "America/New_York", "JPY": "Asia/Tokyo"}
_ABBREVIATIONS = {
    "CES?T": "Europe/Berlin",
    "BST": "Europe/London",
    "E[SD]T": "America/New_York",
    "P[SD]T": "America/Los_Angeles",
    "M[SD]T": "America/Denver",
    "C[SD]T": "America/Chicago",
    "JST": "Asia/Tokyo",
    "IST": "Asia/Kolkata",
    "AE[SD]T": "Australia/Sydney",
}
_LANGUAGES = (
    "de_DE",
    "fr_FR",
    "es_ES",
    "it_IT",
    "nl_NL",
    "pl_PL",
    "pt_PT",
    "sv_SE",
    "da_DK",
    "nb_NO",
    "fi_FI",
    "cs_CZ",
)
"""Whose names of months are tried where dates cannot be read."""


def propose_config(files: Sequence[Path], config: Path) -> Proposal:
    """Look at an export and propose the config that reads it.

    Parameters
    ----------
    files : sequence of Path
        Of one export, with the same headings.
    config : Path
        Where the config is to stand.

    Raises
    ------
    DataError
        When a file cannot be read, is an export that names no customer, or has no columns that a report can be made of.
    """
    peek = peek_file(str(files[0]), _all_known())
    preset = recognise(peek.headings)
    if preset is not None and preset.refused:
        came = f"an export of {preset.title}"
        raise DataError(Problem(str(files[0]), "init", "an export of order lines", came, preset.refused))
    columns = {} if preset is not None else guess_columns(peek.sample)
    if preset is None:
        _check_enough(columns, peek, str(files[0]))
    proposal = Proposal(config, _path_of(files, config), preset, columns, peek.headings, [])
    proposal.store = columns.get(c.STORE, (None,))[0]
    proposal.evidence = _say_found(proposal, peek)
    _settle_currency(proposal, peek)
    _try_to_read(proposal)
    return proposal


def _all_known() -> set[str]:
    return {heading for preset in load_presets().values() for heading in preset.recognised_by}


def _check_enough(columns: Mapping[str, Any], peek: Peek, place: str) -> None:
    needed = {
        c.CUSTOMER_ID: "a column that tells customers apart, such as an id or an e-mail address",
        c.ORDERED_AT: "a column of dates",
    }
    problems = [
        Problem(place, f"columns.{name}", expected, f"the headings {', '.join(map(repr, peek.headings[:20]))}")
        for name, expected in needed.items()
        if name not in columns
    ]
    if not {c.QUANTITY, c.UNIT_PRICE} <= set(columns) and c.AMOUNT not in columns:
        came = f"the headings {', '.join(map(repr, peek.headings[:20]))}"
        problems.append(Problem(place, "columns", "quantity and price, or the money of each line", came))
    if problems:
        raise DataError(*problems)


def _path_of(files: Sequence[Path], config: Path) -> str:
    """Return the path or glob of the files, relative to the config."""
    relative = [os.path.relpath(file.absolute(), config.parent.absolute()) for file in files]
    if len(relative) == 1:
        return relative[0]
    return f"{_common(relative)}*{_common([name[::-1] for name in relative])[::-1]}"


def _common(names: Sequence[str]) -> str:
    """Return the signs that all names begin with."""
    signs = takewhile(lambda column: len(set(column)) == 1, zip(*names, strict=False))
    return "".join(column[0] for column in signs)


def _say_found(proposal: Proposal, peek: Peek) -> list[str]:
    lines = [f"{proposal.path}: {peek.described}"]
    if proposal.preset is not None:
        return [*lines, f"  it is an export of {proposal.preset.title}: preset '{proposal.preset.name}'"]
    for name, headings in proposal.columns.items():
        shown = ", ".join(repr(text) for text in peek.sample[headings[0]][:_EVIDENCE])
        lines.append(f"  {name:<13} {' + '.join(map(repr, headings))}, such as {shown}")
    return lines


def _settle_currency(proposal: Proposal, peek: Peek) -> None:
    """Find the currency in the file; else ask."""
    found = currency_of(peek.currencies)
    if found is not None:
        proposal.settled["currency"] = found
    else:
        proposal.questions.append(
            Question("currency", "Which currency is the money in", "EUR" if peek.has_commas else "GBP")
        )


def _try_to_read(proposal: Proposal) -> None:
    """Open the source as proposed until nothing is open; what is becomes a question."""
    for _ in range(_MOST_QUESTIONS):
        try:
            unread, proposal.cancelled_prefix = _read(proposal)
        except DataError as error:
            _ask(proposal, error)
        else:
            _find_locale(proposal, unread)
            return


def _read(proposal: Proposal) -> tuple[int, str | None]:
    """Open the source as proposed; return how many dates cannot be read, and what marks cancelled orders."""
    data = proposal.options()
    columns, source = ColumnOptions(**data.get("columns", {})), SourceOptions(**data["source"])
    cleansing, signs = CleansingOptions(**data.get("cleansing", {})), Formats("en_GB", data["currency"]).currency_signs
    opened = open_source(source, columns, signs, data.get("timezone"), data["locale"], cleansing=cleansing)
    with opened as found:
        return count_unread_dates(found.lines), find_cancelled_prefix(found.lines)


def _ask(proposal: Proposal, error: DataError) -> None:
    """Turn what keeps a source from being read into a question; raise it again where no option settles it."""
    (problem, *_) = error.problems
    if "serial days" in problem.hint:
        problem = replace(problem, thing="source.date_format")
    elif problem.thing == "columns.ordered_at" and _zone_in(problem.came) is not None:
        problem = replace(problem, thing="timezone")
    if problem.thing not in _OPEN or proposal.answer_of(problem.thing) is not None:
        raise error
    text = f"{_OPEN[problem.thing]} (the file has {problem.came})"
    proposal.questions.append(Question(problem.thing, text, _propose(problem.thing, proposal, problem)))
    if problem.thing == "source.timezone":  # dates in another zone than the one whose calendar counts
        proposal.questions.append(Question("timezone", _OPEN["timezone"], _propose("timezone", proposal)))


def _find_locale(proposal: Proposal, unread: int) -> None:
    """Find the language whose names of months make more dates readable."""
    for locale in _LANGUAGES if unread else ():
        before, proposal.locale = proposal.locale, locale
        left, _ = _read(proposal)
        if left < unread:
            unread = left
        else:
            proposal.locale = before
        if not unread:
            return


def _propose(option: str, proposal: Proposal, problem: Problem | None = None) -> str:
    currency = proposal.answer_of("currency") or ""
    if problem is not None and "serial days" in problem.hint:
        return "excel"
    named = None if problem is None else _zone_in(problem.came)
    proposed = {
        "source.decimal": "," if currency == "EUR" else ".",
        "source.date_format": "month-first" if currency == "USD" else "day-first",
        "timezone": named or _ZONES.get(currency, "UTC"),
        "source.timezone": "UTC",
        "source.sheet": "*",
        "source.encoding": "cp1252",
    }
    return proposed[option]


def _zone_in(text: str) -> str | None:
    """Return the time zone that an abbreviation in a date stands for most often; None without one."""
    return next((zone for word, zone in _ABBREVIATIONS.items() if re.search(rf" {word}\b", text)), None)
