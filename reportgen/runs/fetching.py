"""How much of a database the runs of a config need, and whether what was fetched is enough for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from reportgen.config.options import Options
from reportgen.errors import DataError, Problem
from reportgen.lines.sources.databases.bounds import EVERYTHING, Bounds, find_bounds
from reportgen.lines.sources.databases.load import is_bounded
from reportgen.lines.sources.digests import Digests
from reportgen.model.archive import Address
from reportgen.model.lines import LAST_YEAR
from reportgen.model.outcome import Outcome
from reportgen.months import month_of, window_start
from reportgen.runs.groups import Group
from reportgen.runs.outcomes import fail_run
from reportgen.runs.plan import PlannedRun


def group_bounds(group: Group, last_day: date | None) -> Bounds:
    """Return the lines to fetch for all stores of a group.

    Parameters
    ----------
    group : Group
        Read together.
    last_day : date or None
        Day after which nobody can have ordered; None where a past month is made again.
    """
    if group.reading.options.source.database is None:
        return EVERYTHING
    last = last_day or date(LAST_YEAR, 12, 31)
    found = [find_bounds(options.period, _months_needed(options), last) for options in _options_of(group)]
    first_days = [bounds.first_day for bounds in found if bounds.first_day is not None]
    first_day = min(first_days) if len(first_days) == len(found) else None
    return Bounds(first_day, max(bounds.end for bounds in found))


def needed_from(options: Options, month: str) -> datetime | None:
    """Return where the lines begin that count for the report of a month; None: with the first."""
    return window_start(month, _months_needed(options))


def count_from(options: Options, digests: Digests, month: str) -> Digests:
    """Return the digests of the lines that count for the report of a month."""
    since = needed_from(options, month)
    return digests.since(None if since is None else month_of(since))


def keep_fetched(
    planned_runs: Iterable[PlannedRun], bounds: Bounds, tell: Callable[[Outcome], None]
) -> Iterator[PlannedRun]:
    """Keep the runs that have the lines that they and their previous reports need; the others have failed.

    Parameters
    ----------
    planned_runs : iterable of PlannedRun
        Linked to the ones that they are compared with.
    bounds : Bounds
        What was fetched.
    tell : callable
        Hears of those that have failed.
    """
    for planned_run in planned_runs:
        problem = None if planned_run.since is None else _what_is_missing(planned_run, planned_run.since, bounds)
        if problem is None:
            yield planned_run
        else:
            tell(fail_run(planned_run, DataError(problem)))


def _what_is_missing(planned_run: PlannedRun, since: datetime, bounds: Bounds) -> Problem | None:
    manifest, options = planned_run.manifest, planned_run.store_config.options
    place = options.source.place
    if bounds.first_day is not None and since < bounds.first_day:
        expected = f"the lines from {since:%Y-%m-%d} on, which the report of {manifest.period} needs"
        came = f"those from {bounds.first_day:%Y-%m-%d} on"
        hint = f"The data end long before today: ask for the month by name, '--period {manifest.period}'."
        return Problem(place, "period", expected, came, hint)
    before = None if manifest.previous is None else Address.parse(manifest.previous).period
    start = None if before is None else window_start(before, options.window)
    if start is None or start >= since:
        return None
    expected = f"the lines from {start:%Y-%m-%d} on, for the report of {before} that this one is compared with"
    came = f"those from {since:%Y-%m-%d} on"
    hint = "Fetch more: 'source: {database: {before_window: …}}'."
    return Problem(place, "source.database.before_window", expected, came, hint)


def note_fetched(planned_run: PlannedRun, notes: Sequence[str]) -> PlannedRun:
    """Note with a run what a person should know of its lines, and that earlier ones were not looked at."""
    if planned_run.since is not None:
        day = f"{planned_run.since:%Y-%m-%d}"
        what = "who ordered only before then counts as new"
        notes = (*notes, f"lines before {day} were not fetched (source.database.before_window): {what}")
    return replace(planned_run, made=replace(planned_run.made, notes=tuple(notes)))


def _options_of(group: Group) -> Iterator[Options]:
    stated = list(group.stated.values())
    for store_config in (*stated, *([group.others] if group.others is not None else [])):
        yield store_config.options


def _months_needed(options: Options) -> int | None:
    """Return how many months of lines a report needs, its own included; None for all."""
    database = options.source.database
    if database is None or options.window is None or database.before_window is None or not is_bounded(database):
        return None
    return options.window + database.before_window
