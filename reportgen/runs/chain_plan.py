"""Plans the chain report of a month: its id follows from the stores' runs, so it can be told before it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reportgen.archive.names import CHAIN
from reportgen.archive.seals import canonical, digest
from reportgen.archive.storage import Storage
from reportgen.config.options import Options
from reportgen.lines.sources.digests import Digests
from reportgen.lines.sources.parts import Part
from reportgen.model.archive import Circumstances, Input, Manifest
from reportgen.model.chain import StoreLink
from reportgen.model.lines import MALFORMED, NO_STORE, Period
from reportgen.model.outcome import Outcome
from reportgen.runs.configs import LoadedConfig, StoreConfig
from reportgen.runs.fetching import count_from, needed_from
from reportgen.runs.plan import PlannedRun, identify, tell_observed, trim_options


@dataclass(frozen=True, eq=False, slots=True)
class ChainLoad:
    """All that another process needs for one month's chain report.

    Attributes
    ----------
    store_config : StoreConfig
        The config's own setting.
    manifest : Manifest
        Complete but for files and figures.
    made : Circumstances
        Complete but for the time it takes.
    period : Period
        The month.
    parts : mapping
        The lines of each store.
    links : mapping
        The stores' own reports.
    left_out : mapping
        Stores that cannot be compared, and why.
    sources : mapping
        Where each store's lines are from.
    outside : mapping
        Lines that belong to no store, by reason.
    place : str
        The archive's.
    since : datetime or None
        Where the lines begin that count; None: all.
    """

    store_config: StoreConfig
    manifest: Manifest
    made: Circumstances
    period: Period
    parts: Mapping[str, Part]
    links: Mapping[str, StoreLink]
    left_out: Mapping[str, str]
    sources: Mapping[str, str]
    outside: Mapping[str, int]
    place: str
    since: datetime | None = None


def plan_chain(
    loaded_config: LoadedConfig,
    planned_runs: Sequence[PlannedRun],
    ended: Mapping[tuple[str, str], Outcome],
    outside: Mapping[str, int],
) -> ChainLoad:
    """Plan the chain report of one month: its id follows from the stores' runs.

    Parameters
    ----------
    loaded_config, planned_runs
        The config, and the month's runs, one for each store.
    ended : mapping
        How runs ended so far, by month and store; one that has not ended counts as made.
    outside : mapping
        Lines that belong to no store, by reason.
    """
    store_config = loaded_config.base
    planned_runs = [_as_made(planned_run, ended) for planned_run in planned_runs]
    in_order = sorted(planned_runs, key=lambda run: run.manifest.store or "")
    by_store = {run.manifest.store or "": run for run in in_order}
    first = next(iter(by_store.values()))
    month = first.manifest.period
    left_out = _in_other_currency(by_store, store_config)
    compared = {store: planned_run for store, planned_run in by_store.items() if store not in left_out}
    left_out |= _unread(ended, month, by_store)
    links = {store: _link(planned_run, ended.get((month, store))) for store, planned_run in compared.items()}
    period = _common_period([planned_run.period for planned_run in planned_runs])
    manifest = replace(
        first.manifest,
        title=store_config.kept["report"]["title"],
        store=None,
        store_folder=CHAIN,
        kind="chain",
        status="done",
        input=_input(compared, links, outside),
        options_sha256=digest(canonical({**trim_options(store_config.identity, month), "chain": True})),
        playbook_sha256=digest(store_config.playbook),
        templates_sha256=store_config.templates,
        customer_ids="none",
        audience_ids="none",
        refers_to=tuple(sorted(compared[store].manifest.address.path for store, link in links.items() if link.path)),
        origin={**tell_observed(period), "left_out": canonical(left_out).decode()},
    )
    parts = {store: planned_run.part for store, planned_run in compared.items() if planned_run.part is not None}
    made = replace(first.made, source=loaded_config.base.source_place, later_lines=0)
    sources = {store: planned_run.made.source for store, planned_run in compared.items()}
    since = needed_from(store_config.options, month)
    load = ChainLoad(store_config, identify(manifest), made, period, parts, links, left_out, sources, outside, place="")
    return replace(load, since=since)


def _in_other_currency(by_store: Mapping[str, PlannedRun], base: StoreConfig) -> dict[str, str]:
    currencies = {store: planned_run.store_config.options.currency for store, planned_run in by_store.items()}
    own = base.options.currency
    return {store: f"its money is in {currency}" for store, currency in currencies.items() if currency != own}


def _as_made(planned_run: PlannedRun, ended: Mapping[tuple[str, str], Outcome]) -> PlannedRun:
    """Return a planned run under the id that it got: another one where its previous month could not be made."""
    outcome = ended.get((planned_run.manifest.period, planned_run.manifest.store or ""))
    if outcome is None or not outcome.run or outcome.run == planned_run.manifest.run:
        return planned_run
    return replace(planned_run, manifest=replace(planned_run.manifest, run=outcome.run))


def _input(compared: Mapping[str, PlannedRun], links: Mapping[str, StoreLink], outside: Mapping[str, int]) -> Input:
    """Tell what a chain report is made from: the stores' runs, how they ended, and the lines of no store."""
    runs = [[store, planned_run.manifest.run, links[store].status] for store, planned_run in compared.items()]
    lines = sum(planned_run.manifest.input.lines for planned_run in compared.values()) + sum(outside.values())
    return Input(digest(canonical([runs, sorted(outside.items())]))[:32], lines)


def _unread(ended: Mapping[tuple[str, str], Outcome], month: str, known: Mapping[str, PlannedRun]) -> dict[str, str]:
    """Tell which stores could not even be planned for a month; the reason itself stands at the end of the run."""
    failed = {store for (at, store), outcome in ended.items() if outcome.status == "failed" and at in ("", month)}
    return dict.fromkeys(sorted(failed - {"", *known}), "its lines could not be read")


def _common_period(periods: Sequence[Period]) -> Period:
    """Return the month as all stores see it: begun with the first, observed to the last, whole if it is for all."""
    last = max(periods, key=lambda period: period.as_of)
    first_day = min(period.first_day for period in periods)
    return replace(last, first_day=first_day, is_partial=any(period.is_partial for period in periods))


def _link(planned_run: PlannedRun, outcome: Outcome | None) -> StoreLink:
    address = planned_run.manifest.address
    path = f"../../../{address.store}/{address.period}/{address.run}"
    if outcome is None or outcome.status in ("done", "unchanged"):
        return StoreLink("done", "", path)
    if outcome.status == "held":
        return StoreLink("held", outcome.reason, None)
    return StoreLink("failed", "it could not be made", None)


def has_chains(
    loaded_config: LoadedConfig,
    planned_runs: Sequence[PlannedRun],
    digests: Digests,
    ended: Mapping[tuple[str, str], Outcome],
    storage: Storage,
) -> bool:
    """Whether the archive has every chain report that the runs of a config's only source lead to."""
    months = {planned_run.manifest.period for planned_run in planned_runs}
    by_month = {
        month: [planned_run for planned_run in planned_runs if planned_run.manifest.period == month] for month in months
    }
    kept, options = {path for path in storage.runs() if f"/{CHAIN}/" in path}, loaded_config.base.options
    return all(
        plan_chain(loaded_config, planned, ended, count_outside(options, digests, month)).manifest.address.path in kept
        for month, planned in by_month.items()
    )


def count_outside(options: Options, digests: Digests, month: str) -> dict[str, int]:
    """Count the lines of a source that belong to no store."""
    digests = count_from(options, digests, month)
    return {NO_STORE: digests.lines_until(month, [None]), MALFORMED: digests.malformed_lines}
