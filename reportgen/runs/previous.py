"""Finds the report that a new one is compared with: first by its path, then, to be read, with all it said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reportgen.archive.actions import read_marks
from reportgen.archive.diff import flatten_options
from reportgen.archive.held import find_read_run
from reportgen.archive.lists import list_name
from reportgen.archive.names import store_folder
from reportgen.archive.options import parse_options
from reportgen.archive.plausible import check_previous
from reportgen.archive.runs import read_manifest
from reportgen.archive.seals import digest
from reportgen.archive.segment_models import read_model
from reportgen.archive.storage import MAX_RECORD, Storage, StorageError
from reportgen.config.options import Options
from reportgen.errors import ArchiveError, Problem
from reportgen.model.archive import Address, Manifest
from reportgen.model.artefacts import FACTS, MODEL, OPTIONS
from reportgen.model.previous import READING, Previous
from reportgen.model.trials import MONTHS_OPEN, ActionMark
from reportgen.model.upgrade import is_readable, read_report
from reportgen.months import count_months
from reportgen.runs.plan import PlannedRun, link, note_action_marks

_PARTS = (*READING, "segments.", "trust.", "window", "currency")


def list_months_kept(storage: Storage) -> list[Address]:
    """List one run of each month that an archive has runs of."""
    return list({address.month: address for address in map(Address.parse, storage.runs())}.values())


def link_runs(planned_runs: Sequence[PlannedRun], storage: Storage, months: Sequence[Address]) -> list[PlannedRun]:
    """Give each planned run the one that it is compared with.

    It is the store's latest earlier month, whether planned just now or kept in the archive, that was complete when it
    was reported; of several runs of that month the one that readers were sent last, where they were sent any.

    Parameters
    ----------
    planned_runs : sequence of PlannedRun
        Of any stores; the months of a store oldest first.
    storage : Storage
        The archive.
    months : sequence of Address
        From `list_months_kept`.
    """
    last: dict[str | None, PlannedRun] = {}
    linked = []
    reports = {planned_run.manifest.report for planned_run in planned_runs}
    marks = {report: read_marks(storage, report) for report in reports}
    for planned_run in planned_runs:
        store = planned_run.manifest.store
        found = _list_action_marks(planned_run, marks[planned_run.manifest.report])
        planned_run = note_action_marks(planned_run, found)  # noqa: PLW2901
        planned = last.get(store)
        after = "" if planned is None else planned.manifest.period
        archived = _find_archived(planned_run, storage, months, after)
        previous = archived or (None if planned is None else planned.manifest.address.path)
        planned_run = link(planned_run, previous)  # noqa: PLW2901
        linked.append(planned_run)
        if not planned_run.period.is_partial:
            last[store] = planned_run
    return linked


def _find_archived(planned_run: PlannedRun, storage: Storage, months: Sequence[Address], after: str) -> str | None:
    """Find the archive's latest month between two, under the store's name or the one that it had."""
    manifest, folders = planned_run.manifest, _folders_of(planned_run)
    of_store = [address for address in months if address.report == manifest.report and address.store in folders]
    found = [address for address in of_store if after < address.period < manifest.period]
    for month in sorted(
        found, key=lambda address: (address.period, address.store == manifest.store_folder), reverse=True
    ):
        for run in dict.fromkeys((_find_read(storage, month), storage.pointed(month.month))):
            try:
                kept = None if run is None else read_manifest(storage, replace(month, run=run).path)
            except (FileNotFoundError, ValueError):
                continue  # `archive verify` names it
            if kept is not None and kept.kind == "store" and not kept.origin.get("is_partial"):
                return kept.address.path
    return None


def _find_read(storage: Storage, month: Address) -> str | None:
    """Find the run that readers have of a month: what they are told is compared with that, not with what is held."""
    try:
        return find_read_run(storage, month.month)
    except StorageError:
        return None  # nothing of that month is mailed before its ledger is whole again


def _folders_of(planned_run: PlannedRun) -> list[str]:
    """List the folders of a run's store: under its name, and under the one that it had."""
    formerly = planned_run.store_config.options.report.formerly
    return [planned_run.manifest.store_folder, *([store_folder(formerly)] if formerly else [])]


def _list_action_marks(planned_run: PlannedRun, marks: Mapping[str, Mapping[str, ActionMark]]) -> list[ActionMark]:
    """List what was said of a store's actions of the months before, by month; for a year."""
    period = planned_run.manifest.period
    said = [mark for folder in _folders_of(planned_run) for mark in marks.get(folder, {}).values()]
    open_ = [
        mark for mark in said if mark.trial.month < period and count_months(mark.trial.month, period) <= 2 * MONTHS_OPEN
    ]
    return sorted(open_, key=lambda mark: (mark.trial.month, mark.trial.id))


def relink(planned_run: PlannedRun, instead: Mapping[str, str | None]) -> PlannedRun:
    """Link a planned run anew where the one that it should be compared with could not be made.

    Parameters
    ----------
    planned_run : PlannedRun
        As planned.
    instead : mapping
        What stands in the place of a planned run, by path.
    """
    previous = planned_run.manifest.previous
    while previous is not None and previous in instead:
        previous = instead[previous]
    return planned_run if previous == planned_run.manifest.previous else link(planned_run, previous)


def chain_of(storage: Storage, manifest: Manifest) -> Iterator[Manifest]:
    """Yield the run that another is compared with; after a held one the one that it would have been compared with."""
    path = manifest.previous
    while path is not None:
        try:
            found = read_manifest(storage, path)
        except FileNotFoundError:
            return
        except ValueError as error:
            raise _damaged(storage, path, str(error)) from None
        yield found
        path = found.previous if found.status == "held" else None


def load_previous(storage: Storage, manifest: Manifest, options: bytes) -> Previous | None:
    """Load the report that a run is compared with.

    Parameters
    ----------
    storage : Storage
        The archive.
    manifest : Manifest
        Of the run that is to be made.
    options : bytes
        What it is made with, as it will be archived.

    Returns
    -------
    Previous or None
        None when there is none, when it was pruned, or when a version before 3 of facts.json has made it.

    Raises
    ------
    ArchiveError
        When it is damaged.
    """
    found = next((run for run in chain_of(storage, manifest) if run.status == "done"), None)
    if found is None or not is_readable(found.versions.get("facts")):
        return None
    path = found.address.path
    try:
        facts = read_report(_read(storage, found, FACTS))
        model = read_model(_read(storage, found, MODEL))
        check_previous(facts, model, found)
        other = list_other_options(parse_options(options), parse_options(_read(storage, found, OPTIONS)))
    except ValueError as error:
        raise _damaged(storage, path, str(error).splitlines()[0]) from None
    return Previous(path, found.made_on, facts, model, other)


def load_earlier_list(storage: Storage, manifest: Manifest) -> bytes | None:
    """Load the list of customers of the report that a run is compared with, if it names them in the same way."""
    found = next((run for run in chain_of(storage, manifest) if run.status == "done"), None)
    if found is None or found.customer_ids != manifest.customer_ids:
        return None
    if found.origin.get("key") != manifest.origin.get("key"):
        return None
    name = list_name(found)
    return None if name is None else _read(storage, found, name)


def _read(storage: Storage, manifest: Manifest, name: str) -> bytes:
    path = manifest.address.path
    try:
        content = storage.read(f"{path}/{name}", MAX_RECORD)
        came = "" if digest(content) == manifest.files[name].sha256 else f"another content in {name}"
    except (FileNotFoundError, KeyError, ValueError):
        content, came = b"", f"no {name}"
    if came:
        raise _damaged(storage, path, came)
    return content


def _damaged(storage: Storage, path: str, came: str) -> ArchiveError:
    hint = "See 'reportgen archive verify', and make that month again first."
    return ArchiveError(Problem(storage.shown(path), "run", "the previous report as it was written", came, hint))


def list_other_options(options: Mapping[str, Any], earlier: Mapping[str, Any]) -> tuple[str, ...]:
    """List the options that have a part in the figures and are others than before, by dotted name.

    An option that one of them does not know, as it is newer than the run, had its default there.
    """
    usual = flatten_options(Options().model_dump(mode="json"))
    now, was = (usual | flatten_options(stated) for stated in (options, earlier))
    names = {name for name in (*now, *was) if name.startswith(_PARTS) and not name.startswith("segments.names")}
    return tuple(sorted(name for name in names if json.dumps(now.get(name)) != json.dumps(was.get(name))))
