"""Lists the runs that a config leads to, and which of them the archive has; makes none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reportgen.archive.open import open_storage
from reportgen.archive.runs import has_whole_run
from reportgen.archive.storage import StorageError
from reportgen.errors import Problem
from reportgen.model.outcome import Outcome
from reportgen.runs.configs import LoadedConfig
from reportgen.runs.fetching import group_bounds
from reportgen.runs.group_plan import plan_group
from reportgen.runs.groups import group_stores
from reportgen.runs.listener import Listener
from reportgen.runs.outcomes import fail
from reportgen.runs.partition import find_cache, open_group
from reportgen.runs.previous import list_months_kept
from reportgen.runs.printing import PrinterHere
from reportgen.runs.request import Request
from reportgen.runs.schedule import tell_nothing_made, tell_unknown_stores
from reportgen.runs.state import RunState
from reportgen.stages import Stages
from reportgen.tempdirs import open_tempdir


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run that a config leads to.

    Attributes
    ----------
    report, store, period : str
        Which.
    status : {'archived', 'missing', 'failed'}
        Whether the archive has it, whole; `failed` where it cannot even be planned.
    run : str
        Its id; empty for one that has failed.
    lines : int
        Order lines that it is made of.
    problems : tuple of Problem
        Why it has failed.
    """

    report: str
    store: str | None
    period: str
    status: Literal["archived", "missing", "failed"]
    run: str = ""
    lines: int = 0
    problems: tuple[Problem, ...] = ()


def list_runs(loaded_config: LoadedConfig, request: Request) -> list[ListedRun]:
    """Read a config's sources and list the runs of its stores, by store and month.

    Parameters
    ----------
    loaded_config : LoadedConfig
        The config.
    request : Request
        What of it.

    Raises
    ------
    StorageError
        When the archive's place fails.
    """
    storage = open_storage(request.place_of(loaded_config))
    listed: list[ListedRun] = []
    with open_tempdir() as folder:
        kept_months = list_months_kept(storage)
        state = RunState(loaded_config, request, storage, folder, Listener(), kept_months, PrinterHere())
        for group in group_stores(loaded_config):
            only = group.only
            if only is not None and not request.asks_for(group.reading.options.report.id, only):
                continue
            try:
                bounds = group_bounds(group, request.last_day)
                with open_group(group, Stages(), find_cache(request), bounds) as source:
                    planned_runs, _ = plan_group(state, group, source)
            except StorageError:
                raise
            except Exception as error:
                state.tell(fail(Outcome(group.reading.options.report.id, only, "", "failed"), error))
                continue
            for planned_run in planned_runs:
                manifest = planned_run.manifest
                is_there = has_whole_run(storage, manifest.address)
                status: Literal["archived", "missing"] = "archived" if is_there else "missing"
                listed.append(
                    ListedRun(manifest.report, manifest.store, manifest.period, status, manifest.run, planned_run.lines)
                )
    tell_unknown_stores(state)
    if not listed:
        tell_nothing_made(state)
    failed = [outcome for outcome in state.outcomes if outcome.status == "failed"]
    listed += [ListedRun(one.report, one.store, one.period, "failed", problems=one.problems) for one in failed]
    return sorted(listed, key=lambda run: (run.store or "", run.period))
