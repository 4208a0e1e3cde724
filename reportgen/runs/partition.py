"""Reads a group of stores once: opens their source, plans their runs, lays their lines out for other processes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from reportgen import columns as c
from reportgen.archive.storage import Storage
from reportgen.cachedir import usual_cache
from reportgen.errors import DataError, Problem, ReportgenError, did_you_mean
from reportgen.lines.sources.cached import LinesCache
from reportgen.lines.sources.databases.bounds import EVERYTHING, Bounds
from reportgen.lines.sources.digests import Digests
from reportgen.lines.sources.open import OpenOptions, Source, open_source
from reportgen.lines.sources.parts import Part, write_parts
from reportgen.lines.transform.customers import count_customers
from reportgen.lines.transform.periods import Days, choose_period
from reportgen.model.archive import Input
from reportgen.model.lines import OrderLines
from reportgen.model.outcome import Outcome
from reportgen.months import list_months
from reportgen.report.build import hold_small
from reportgen.runs.configs import LoadedConfig, StoreConfig
from reportgen.runs.execute import hold_run
from reportgen.runs.fetching import count_from, needed_from
from reportgen.runs.groups import Group
from reportgen.runs.outcomes import fail
from reportgen.runs.plan import PlannedRun, plan_run
from reportgen.runs.request import Request
from reportgen.stages import Stages

Tell = Callable[[Outcome], None]


def find_cache(request: Request) -> LinesCache | None:
    """Find where lines are kept that earlier runs have read; None where they are to be read anew."""
    place = usual_cache() if request.keeps_lines else None
    return None if place is None else LinesCache(place)


@contextmanager
def open_group(
    group: Group, stages: Stages, kept: LinesCache | None = None, bounds: Bounds = EVERYTHING
) -> Iterator[Source]:
    """Open a group's source, or what an earlier run kept of it, as a stage of its own; keep it open for the block."""
    options = group.reading.options
    columns = options.columns
    if group.split_by is not None:
        columns = columns.model_copy(update={c.STORE: group.split_by})
    signs = group.reading.setting.formats.currency_signs
    with ExitStack() as stack:
        with stages("read"):
            opened = open_source(
                options.source,
                columns,
                signs,
                options.timezone,
                options.locale,
                cleansing=options.cleansing,
                opening=OpenOptions(kept, bounds, options.engine),
            )
            try:
                source = stack.enter_context(opened)
            except DataError as error:
                raise DataError(*(_as_stated(problem, group) for problem in error.problems)) from None
        yield source


def _as_stated(problem: Problem, group: Group) -> Problem:
    """Name the option that a person has stated, where the column of the stores is not there."""
    if group.split_by is None or problem.thing != "columns.store":
        return problem
    return replace(problem, thing="stores.by", hint=problem.hint.replace("columns: {store:", "stores: {by:"))


def plan_runs(
    loaded_config: LoadedConfig,
    group: Group,
    chosen: Mapping[str | None, StoreConfig],
    known: tuple[Days, Digests, str],
    tell: Tell,
) -> Iterator[PlannedRun]:
    """Plan the runs of a group, oldest month first; a month or store that the data do not have has failed."""
    days, digests, has = known
    for store, store_config in chosen.items():
        options = store_config.options
        own = None if group.split_by is None else [store or ""]
        for month in list_months(options.period):
            try:
                period = choose_period(days, month, options.window, options.complete_to)
                if options.closed is not None and period.month > options.closed:
                    continue
                if own is not None and not digests.lines_of(store):
                    raise _no_such_store(group, store or "", digests)
            except ReportgenError as error:
                failed = Outcome(options.report.id, store, "" if month == "last" else month, "failed")
                tell(fail(failed, error))
                continue
            counted = count_from(options, digests, period.month)
            seen = Input(counted.fingerprint(period.month, own), counted.lines_until(period.month, own))
            later = digests.later_lines(period.month, own)
            planned_run = plan_run(
                loaded_config,
                store_config,
                store,
                split_by=group.split_by,
                period=period,
                seen=seen,
                has=has,
                later_lines=later,
            )
            yield replace(planned_run, marks=counted.marks(own), since=needed_from(options, period.month))


def _no_such_store(group: Group, store: str, digests: Digests) -> DataError:
    known = sorted(name for name in digests.by_store if name is not None)
    hint = did_you_mean(store, known) or f"The data have: {', '.join(known[:20])}."
    expected = f"lines of the store '{store}' in the column '{group.split_by}'"
    return DataError(Problem(group.reading.options.source.place, "stores", expected, "none", hint))


def lay_out(
    folder: Path, planned_runs: Sequence[PlannedRun], source: Source, classified: OrderLines
) -> dict[str | None, Part]:
    """Lay out the lines of each store on disk, for other processes."""
    stores = sorted({planned_run.manifest.store for planned_run in planned_runs}, key=lambda store: store or "")
    folder = Path(tempfile.mkdtemp(dir=folder))
    if planned_runs[0].is_split:
        return write_parts(source.engine, classified, stores, folder, source.malformed)
    return {stores[0]: write_parts(source.engine, classified, [None], folder, source.malformed)[None]}


def hold_small_stores(
    planned_runs: Sequence[PlannedRun], classified: OrderLines, storage: Storage, tell: Tell
) -> list[PlannedRun]:
    """Hold stores that are too small without a way to another process; return the others."""
    counts = {
        period: count_customers(classified, period) for period in {planned_run.period for planned_run in planned_runs}
    }
    large = []
    for planned_run in planned_runs:
        customers = counts[planned_run.period].get(planned_run.manifest.store or "", 0)
        held = hold_small(customers, planned_run.store_config.options.stores.min_customers)
        if held is None:
            large.append(planned_run)
        else:
            tell(hold_run(planned_run, held, storage))
    return large


def list_flags(lines: OrderLines) -> str:
    """Say which of orders, products and units a source tells: columns of nulls are not the same as no columns."""
    flags = {"orders": lines.has_order_ids, "products": lines.has_products, "units": lines.has_units}
    return " ".join(name for name, has in flags.items() if has)


def note_stray(days: Days) -> list[str]:
    """Note lines that do not tell how far the data reach."""
    if not days.stray:
        return []
    first, last = min(days.stray), max(days.stray)
    count = sum(days.stray.values())
    which = f"1 line is dated {first}" if count == 1 else f"{count:,} lines are dated {first} to {last}"
    after = f"alone after the rest, which ends on {max(days.seen)}, or in the future"
    return [f"{which}: {after}, so the months up to then are not taken to be complete"]


def note_alike(stores: Sequence[str]) -> list[str]:
    """Note stores whose names differ only in capital letters or spaces: each gets a report of its own."""
    alike: dict[str, list[str]] = {}
    for store in sorted(stores):
        alike.setdefault("".join(store.casefold().split()), []).append(store)
    several = [names for names in alike.values() if len(names) > 1]
    return [f"stores that differ only in capital letters or spaces: {', '.join(map(repr, names))}" for names in several]


def no_stores(loaded_config: LoadedConfig) -> DataError:
    """Make the error for a config that leads to no report at all."""
    hint = "Check 'stores: {by, only, except}'."
    place, by = loaded_config.base.options.source.place, loaded_config.base.options.stores.by
    return DataError(Problem(place, "stores", f"a store in the column '{by}'", "none to report on", hint))
