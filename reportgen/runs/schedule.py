"""A round: every store and month of a config, read once, made side by side, each with an end of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import replace
from threading import Thread
from time import perf_counter

from reportgen import BEGUN
from reportgen.archive.identity import check_links, check_place, give_identity
from reportgen.archive.open import open_storage
from reportgen.archive.runs import has_whole_run, point_to, read_manifest
from reportgen.archive.storage import Storage, StorageError
from reportgen.errors import ConfigError, Problem, did_you_mean
from reportgen.lines.engine.compute import materialise
from reportgen.lines.sources.open import Source
from reportgen.lines.sources.parts import Part
from reportgen.lines.transform.cleansing import classify
from reportgen.model.archive import Address, Manifest
from reportgen.model.outcome import Outcome
from reportgen.runs.chain_plan import ChainLoad, count_outside, plan_chain
from reportgen.runs.configs import LoadedConfig
from reportgen.runs.execute import WorkItem, hear_series, make_here, make_series
from reportgen.runs.expected import find_late
from reportgen.runs.fetching import group_bounds
from reportgen.runs.group_plan import plan_group
from reportgen.runs.groups import Group, group_stores
from reportgen.runs.index_pages import write_index
from reportgen.runs.listener import Listener
from reportgen.runs.outcomes import attempt, fail, outcome_of
from reportgen.runs.owner import check_owner
from reportgen.runs.partition import (
    find_cache,
    hold_small_stores,
    lay_out,
    no_stores,
    open_group,
)
from reportgen.runs.plan import PlannedRun
from reportgen.runs.previous import list_months_kept
from reportgen.runs.printing import Printer, PrinterHere, is_new
from reportgen.runs.request import Request
from reportgen.runs.state import RunState
from reportgen.runs.warmup import warm_segmenting
from reportgen.runs.workers import Workers, start_workers
from reportgen.stages import Stages
from reportgen.tempdirs import open_tempdir, sweep_tempdirs


def run_config(
    loaded_config: LoadedConfig, request: Request, listener: Listener, printer: Printer | None = None
) -> list[Outcome]:
    """Make every run that a config asks for.

    Parameters
    ----------
    loaded_config : LoadedConfig
        The config.
    request : Request
        What of it, and how.
    listener : Listener
        Told what goes on.
    printer : Printer, optional
        From `start_printer`; without it this process prints.

    Returns
    -------
    list of Outcome
        One for each store and month, in that order; a failure is one of them, and stops no other.

    Raises
    ------
    ConfigError, ArchiveError
        When another config makes reports of this id in the archive, or the archive is not one to go on with.
    StorageError
        When the archive's place fails: then nothing can be kept.
    """
    storage = open_storage(request.place_of(loaded_config))
    sweep_tempdirs()
    kept_months = _check_archive(loaded_config, storage)
    with storage.session(), open_tempdir() as folder:
        warming = _warm_early() if is_new(loaded_config, storage) else None
        if request.keeps_owner:
            check_owner(loaded_config, storage, kept_months)
        state = RunState(loaded_config, request, storage, folder, listener, kept_months, printer or PrinterHere())
        try:
            with start_workers(request.jobs, loaded_config.base.options) as workers:
                _make_all(state, workers)
        except KeyboardInterrupt:
            _write_index(state)  # what was finished stays, and is shown
            raise
        _settle(state)
        if not request.is_mailed:
            _write_index(state)
        if warming is not None and not any(outcome.status == "done" for outcome in state.outcomes):
            warming.join()  # a process must not end in the middle of an import
    return sorted(state.outcomes, key=lambda outcome: (outcome.store or "", outcome.period))


def _settle(state: RunState) -> None:
    """Tell of stores and months that should be there and are not, and give an archive that has runs its id."""
    tell_unknown_stores(state)
    tell_nothing_made(state)
    if any(outcome.run for outcome in state.outcomes):
        give_identity(state.storage)
    if not state.request.stores and state.request.shard is None:
        for outcome in find_late(state.loaded_config, state.storage, state.outcomes, list_months_kept(state.storage)):
            state.tell(outcome)


def _check_archive(loaded_config: LoadedConfig, storage: Storage) -> list[Address]:
    """Look at the archive before a session marks it as being worked on; return one run of each month that it has."""
    months, options = list_months_kept(storage), loaded_config.base.options
    check_place(storage, options.archive.id, is_new=not months)
    if not storage.is_unfinished():  # what another run has just made is not pointed at yet
        check_links(storage, options.report.id, months)
    return months


def _make_all(state: RunState, workers: Workers) -> None:
    """Make the stores' reports, then, when all of them have ended, the chain reports."""
    pending: dict[Future[list[Outcome]], Sequence[PlannedRun]] = {}
    begun: float | None = BEGUN
    for group in group_stores(state.loaded_config):
        stages = Stages(state.listener.announce)
        if begun is not None:
            stages.add("start", perf_counter() - begun)
            begun = None
        pending |= _begin(state, workers, group, stages)
    if pending:
        state.listener.announce("making reports")
    for future in as_completed(pending):
        for outcome in hear_series(future, pending[future], state.storage):
            state.tell(outcome)
    for outcome in _make_chains(state, workers):
        state.tell(outcome)


def _warm_early() -> Thread:
    """Import what segmenting needs while the lines are read."""
    thread = Thread(target=warm_segmenting, daemon=True)
    thread.start()
    return thread


def _begin(
    state: RunState, workers: Workers, group: Group, stages: Stages
) -> dict[Future[list[Outcome]], Sequence[PlannedRun]]:
    """Read a group's lines, settle what needs no work, and hand in the rest; a group that cannot be read has failed."""
    only = group.only
    if only is not None:
        state.known.add(only)
        if not state.request.asks_for(group.reading.options.report.id, only):
            return {}
    try:
        bounds = group_bounds(group, state.request.last_day)
        with open_group(group, stages, find_cache(state.request), bounds) as source:
            return _hand_in(state, workers, group, source, stages)
    except StorageError:
        raise
    except Exception as error:
        state.tell(fail(Outcome(group.reading.options.report.id, only, "", "failed"), error))
        return {}


def _hand_in(
    state: RunState, workers: Workers, group: Group, source: Source, stages: Stages
) -> dict[Future[list[Outcome]], Sequence[PlannedRun]]:
    """Settle what the archive has, make a single store's reports here, and hand in the rest, the largest first."""
    with stages("plan"):
        planned_runs, digests = plan_group(state, group, source)
        missing = list(_list_missing(state, planned_runs))
    classified = classify(source.lines, group.reading.options.cleansing, group.reading.options.currency)
    needs_chain = state.wants_chain and bool(planned_runs) and not state.has_chains(planned_runs, digests)
    if group.split_by is not None and (missing or needs_chain):
        classified = replace(classified, frame=materialise(source.engine, "classified", classified.frame))
        missing = hold_small_stores(missing, classified, state.storage, state.tell)
    state.listener.expect(len(missing), sum(planned_run.lines for planned_run in missing))
    if missing and group.split_by is None and not state.wants_chain:
        for outcome in make_here(missing, source, classified, stages, storage=state.storage, printer=state.printer):
            state.tell(outcome)
        return {}
    parts = {}
    if missing or needs_chain:
        parts = lay_out(state.folder, planned_runs if state.wants_chain else missing, source, classified)
    if state.wants_chain:
        # only the source of all other stores has lines of no store; a store read apart may share that very source
        _note_for_chain(
            state,
            planned_runs,
            parts,
            lambda month: count_outside(group.reading.options, digests, month) if group.others else {},
        )
    series: dict[str | None, list[PlannedRun]] = {}
    for planned_run in missing:
        series.setdefault(planned_run.manifest.store, []).append(
            replace(planned_run, part=parts[planned_run.manifest.store])
        )
    largest_first = sorted(
        series.values(), key=lambda planned_runs: -sum(planned_run.lines for planned_run in planned_runs)
    )
    place = state.storage.place
    return {
        workers.submit(make_series, WorkItem(tuple(planned_runs), place)): planned_runs
        for planned_runs in largest_first
    }


def _list_missing(state: RunState, planned_runs: Sequence[PlannedRun]) -> Iterator[PlannedRun]:
    """Give the runs that the archive does not have; those that it has have ended."""
    for planned_run in planned_runs:
        kept = _find_archived_run(state, planned_run.manifest)
        if kept is None:
            yield planned_run
        else:
            state.tell(kept)


def _note_for_chain(
    state: RunState,
    planned_runs: Sequence[PlannedRun],
    parts: Mapping[str | None, Part],
    outside: Callable[[str], Mapping[str, int]],
) -> None:
    for planned_run in planned_runs:
        month = planned_run.manifest.period
        state.months.setdefault(month, []).append(replace(planned_run, part=parts.get(planned_run.manifest.store)))
        state.outside.setdefault(month, Counter())
    for month in {planned_run.manifest.period for planned_run in planned_runs}:
        state.outside[month].update(outside(month))


def _make_chains(state: RunState, workers: Workers) -> Iterator[Outcome]:
    """Make the chain report of each month in which at least two stores can be compared."""
    if not state.months:
        return
    from reportgen.runs.chain import make_chain  # noqa: PLC0415 - heavy, and most configs have no chain

    state.listener.announce("comparing all stores")
    pending: dict[Future[Outcome], ChainLoad] = {}
    for month, planned_runs in sorted(state.months.items()):
        load = plan_chain(state.loaded_config, planned_runs, state.ended, state.outside[month])
        if len(load.links) < 2:
            continue
        kept = _find_archived_run(state, load.manifest)
        if kept is not None:
            yield kept
        else:
            pending[workers.submit(make_chain, replace(load, place=state.storage.place))] = load
    for future in as_completed(pending):
        yield attempt(pending[future], future.result)


def _find_archived_run(state: RunState, planned: Manifest) -> Outcome | None:
    """Find a run in the archive, whole; when the request is to go on, its manifest is trusted."""
    address = planned.address
    there = state.storage.has_run(address.path) if state.request.resume else has_whole_run(state.storage, address)
    if not there:
        return None
    try:
        manifest = read_manifest(state.storage, address.path)
    except (FileNotFoundError, ValueError):
        return None
    point_to(state.storage, address)
    return outcome_of(manifest, state.storage, status="held" if manifest.status == "held" else "unchanged")


def _write_index(state: RunState) -> None:
    """Write the pages of all runs; not for a share of the stores, whose others are being made elsewhere."""
    if state.request.shard is None:
        write_index(state.storage)


def tell_unknown_stores(state: RunState) -> None:
    """Tell of stores that were asked for by name and that nobody knows."""
    for name in state.request.stores:
        if name not in state.known:
            hint = did_you_mean(name, state.known) or f"Known: {', '.join(sorted(state.known)[:20]) or 'none'}."
            problem = Problem("command line", "--store", "a store of the config", f"'{name}'", hint)
            failed = Outcome(state.loaded_config.base.options.report.id, name, "", "failed")
            state.tell(fail(failed, ConfigError(problem)))


def tell_nothing_made(state: RunState) -> None:
    """Tell of a config that has no store at all; that what was asked for has closed is no fault."""
    config = state.loaded_config
    asked = [config.each.get(store, config.base) for store in state.request.stores] or [config.base]
    have_closed = all(one.options.closed is not None for one in asked)
    if not state.outcomes and state.request.shard is None and not have_closed:
        failed = Outcome(state.loaded_config.base.options.report.id, None, "", "failed")
        state.tell(fail(failed, no_stores(state.loaded_config)))
