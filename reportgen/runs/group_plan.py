"""Plans the runs of a group of stores from its opened source: which there are, and what each is compared with."""

from __future__ import annotations

from reportgen.lines.sources.digests import Digests
from reportgen.lines.sources.open import Source
from reportgen.lines.transform.periods import find_days
from reportgen.runs.fetching import group_bounds, keep_fetched, note_fetched
from reportgen.runs.groups import Group, choose_stores
from reportgen.runs.partition import list_flags, note_alike, note_stray, plan_runs
from reportgen.runs.plan import PlannedRun
from reportgen.runs.previous import link_runs
from reportgen.runs.state import RunState


def plan_group(state: RunState, group: Group, source: Source) -> tuple[list[PlannedRun], Digests]:
    """Plan the runs of a group's stores, each linked to the one that it is compared with.

    Returns
    -------
    planned_runs : list of PlannedRun
        By store, oldest month first; those that cannot be planned have failed.
    digests : Digests
        What the lines of each store and month are.
    """
    days, digests = find_days(source.lines, state.request.last_day), source.digests.result()
    found = [store for store in digests.by_store if store is not None]
    state.known.update(store for store in choose_stores(group, found, ()) if store is not None)
    chosen = choose_stores(group, found, state.request.stores)
    shard, report = state.request.shard, group.reading.options.report.id
    if shard is not None:
        chosen = {store: own for store, own in chosen.items() if shard.has(report, store)}
    planned = plan_runs(state.loaded_config, group, chosen, (days, digests, list_flags(source.lines)), state.tell)
    notes = (*source.notes, *note_stray(days), *note_alike(found))
    noted = [note_fetched(planned_run, notes) for planned_run in planned]
    linked = link_runs(noted, state.storage, state.kept_months)
    return list(keep_fetched(linked, group_bounds(group, state.request.last_day), state.tell)), digests
