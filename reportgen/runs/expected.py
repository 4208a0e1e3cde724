"""Finds the months whose reports should be there by now: late, left out, or of a store that has vanished."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from reportgen.archive.names import ALL_STORES, CHAIN, store_folder
from reportgen.archive.renames import find_successors
from reportgen.archive.runs import current_runs, list_manifests, read_manifest
from reportgen.archive.storage import Storage
from reportgen.config.options import Options
from reportgen.model.archive import Address
from reportgen.model.outcome import Outcome
from reportgen.months import add_months, count_months, month_of
from reportgen.runs.configs import LoadedConfig, StoreConfig
from reportgen.text.formats import Formats

_YEAR = 12
"""Months that are looked back at for one that was left out."""


def find_late(
    loaded_config: LoadedConfig, storage: Storage, outcomes: Sequence[Outcome], months: Sequence[Address]
) -> list[Outcome]:
    """Find the months of each store that have no report although they should.

    Parameters
    ----------
    loaded_config : LoadedConfig
        The config; `expect` says from which day on a month is missed.
    storage : Storage
        The archive.
    outcomes : sequence of Outcome
        How the runs ended; what has failed is told by itself.
    months : sequence of Address
        One run of each month that the archive has runs of, those of the round included.

    Returns
    -------
    list of Outcome
        One for each store and month, with the status `late`; empty where the config expects nothing, or asks for
        certain months.
    """
    report = loaded_config.base.options.report.id
    kept: dict[str, list[Address]] = {}
    for address in months:
        if address.report == report and address.store != CHAIN:
            kept.setdefault(address.store, []).append(address)
    failed = {(outcome.store, outcome.period) for outcome in outcomes if outcome.status == "failed"}
    late: list[Outcome] = []
    for store, settings in _list_stores(loaded_config, storage, outcomes, kept).items():
        for month, reason in _missed(settings, _kept_of(store, settings.options, kept)):
            if not {(store, month), (store, "")} & failed:
                late.append(Outcome(report, store, month, "late", reason=reason))
    return late


def _list_stores(
    loaded_config: LoadedConfig, storage: Storage, outcomes: Sequence[Outcome], kept: Mapping[str, Sequence[Address]]
) -> dict[str | None, StoreConfig]:
    """List the stores of the round, and those that the archive has and the order lines no longer."""
    options = loaded_config.base.options
    if not options.stores.are_many:
        return {None: loaded_config.base}
    found = {outcome.store for outcome in outcomes if outcome.kind == "store" and outcome.store is not None}
    found |= set(loaded_config.each)
    former = {store_folder(one.options.report.formerly) for one in loaded_config.each.values() if _was(one.options)}
    strange = set(kept) - {store_folder(store) for store in found} - former - {ALL_STORES}
    if strange:  # seldom: only then all manifests are read
        manifests = list_manifests(storage)
        current = current_runs(storage, manifests)
        renamed = find_successors([run for run in manifests if run.address.path in current])
        strange -= {before for report, before in renamed if report == options.report.id}
    for folder in strange:
        name = _name_of(storage, max(kept[folder], key=lambda address: address.period))
        if name is not None and name not in options.stores.leave_out and name in (options.stores.only or (name,)):
            found.add(name)
    return {store: loaded_config.each.get(store, loaded_config.base) for store in sorted(found)}


def _was(options: Options) -> bool:
    return options.report.formerly is not None


def _name_of(storage: Storage, address: Address) -> str | None:
    """Return the name of a store as its newest report has it."""
    run = storage.pointed(address.month)
    try:
        return None if run is None else read_manifest(storage, replace(address, run=run).path).store
    except (FileNotFoundError, ValueError):
        return None  # `archive verify` names it


def _kept_of(store: str | None, options: Options, kept: Mapping[str, Sequence[Address]]) -> set[str]:
    folders = [store_folder(store), *([store_folder(options.report.formerly)] if _was(options) else [])]
    return {address.period for folder in folders for address in kept.get(folder, ())}


def _missed(settings: StoreConfig, kept: set[str]) -> Iterator[tuple[str, str]]:
    """Give each month that is missed, and why it is."""
    options, today = settings.options, settings.made_on
    due = _due(options, today)
    if due is None or (options.closed is not None and not kept):
        return
    first = max(min(kept, default=due), add_months(due, -_YEAR))
    formats = Formats(options.locale, options.currency)
    for count in range(count_months(first, due) + 1):
        month = add_months(first, count)
        if month in kept:
            continue
        if kept and month < max(kept):
            yield month, f"it was left out; 'reportgen run … --period {month}' makes it if its lines are there"
            continue
        newest = f"the newest report is for {formats.month(max(kept))}" if kept else "there is no report yet"
        by = add_months(month, 1)
        day = formats.day(date.fromisoformat(f"{by}-{options.expect.by:02}"))
        yield month, f"its order lines were expected by {day}; {newest}"


def _due(options: Options, today: date) -> str | None:
    """Return the newest month that has to be there; None where nothing is expected."""
    if options.expect.by is None or options.period != "last":
        return None
    due = add_months(month_of(today), -1 if today.day >= options.expect.by else -2)
    return due if options.closed is None else min(due, options.closed)
