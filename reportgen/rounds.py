"""A round: every store and month of a config, read once, made side by side, each with an end of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

from reportgen.archive.names import store_folder
from reportgen.archive.runs import has_whole_run, point_to, read_manifest
from reportgen.archive.storage import Storage, StorageError, open_storage
from reportgen.chain_plan import ChainLoad, count_outside, has_chains, plan_chain
from reportgen.crew import Crew, gather_crew
from reportgen.earlier import link_units, list_months_kept
from reportgen.errors import ConfigError, Problem, did_you_mean
from reportgen.groups import Group, choose_stores, group_stores
from reportgen.indexing import write_index
from reportgen.lines.cleansing import judge
from reportgen.lines.digests import Digests
from reportgen.lines.engine import materialise
from reportgen.lines.parts import Part
from reportgen.lines.periods import list_days
from reportgen.lines.sources import Source
from reportgen.making import Load, attempt, fail, hear_series, make_here, make_series, tell_run
from reportgen.model.archive import Manifest
from reportgen.outcomes import Outcome
from reportgen.plan import Shop, Unit
from reportgen.reading import Tell, hold_small_stores, lay_out, list_flags, no_stores, open_group, plan_units
from reportgen.stages import Announce, Stages, say_nothing
from reportgen.tempdirs import open_tempdir, sweep_tempdirs
from reportgen.warmup import warm_up


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line.

    Attributes
    ----------
    place : str or None
        The archive's folder or URL, instead of each config's own.
    stores : tuple of str
        Stores to make; empty for all.
    jobs : int
        Processes.
    resume : bool
        Trust what the archive has: only what is missing is made.
    """

    place: str | None = None
    stores: tuple[str, ...] = ()
    jobs: int = 1
    resume: bool = False

    def place_of(self, shop: Shop) -> str:
        """Return where a config's runs are kept."""
        options = shop.base.options
        return self.place or options.archive.path or options.output


@dataclass(frozen=True, eq=False, slots=True)
class _Room:
    """What the groups of a config share.

    Attributes
    ----------
    kept_months : sequence of str
        Months that the archive had when the round began; those of the round are known to be planned.
    known : set of str
        Stores that the config and the data have.
    months, outside : dict
        For the chain: all planned runs, and lines that belong to no store by reason, by month.
    """

    shop: Shop
    request: Request
    storage: Storage
    folder: Path
    announce: Announce
    listener: Tell
    kept_months: Sequence[str]
    outcomes: list[Outcome] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    months: dict[str, list[Unit]] = field(default_factory=dict)
    outside: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def wants_chain(self) -> bool:
        """Whether a chain report is made: of all stores or not at all."""
        stores = self.shop.base.options.stores
        return stores.are_many and stores.chain and not self.request.stores

    def tell(self, outcome: Outcome) -> None:
        """Note how a run ended, and tell it on."""
        self.outcomes.append(outcome)
        self.listener(outcome)

    @property
    def ended(self) -> dict[tuple[str, str], Outcome]:
        """How the stores' runs ended so far, by month and store."""
        return {(one.period, one.store or ""): one for one in self.outcomes if one.kind == "store"}

    def has_chains(self, units: Sequence[Unit], digests: Digests) -> bool:
        """Whether the archive has the chain reports that runs lead to; of several sources nobody knows yet."""
        return not self.shop.each and has_chains(self.shop, units, digests, self.ended, self.storage)


def run_shop(shop: Shop, request: Request, tell: Tell, announce: Announce = say_nothing) -> list[Outcome]:
    """Make every run that a config asks for.

    Parameters
    ----------
    shop : Shop
        The config.
    request : Request
        What of it, and how.
    tell : callable
        Given each outcome as it comes.
    announce : callable
        Told what is being done.

    Returns
    -------
    list of Outcome
        One for each store and month, in that order; a failure is one of them, and stops no other.

    Raises
    ------
    StorageError
        When the archive's place fails: then nothing can be kept.
    """
    storage = open_storage(request.place_of(shop))
    sweep_tempdirs()
    with storage.session(), open_tempdir() as folder:
        warming = _warm_early(shop, storage)
        room = _Room(shop, request, storage, folder, announce, tell, list_months_kept(storage))
        try:
            with gather_crew(request.jobs, shop.base.options.outputs) as crew:
                _make_all(room, crew)
        except KeyboardInterrupt:
            write_index(storage)  # what was finished stays, and is shown
            raise
        _tell_unknown_stores(room)
        if not room.outcomes:
            room.tell(fail(Outcome(shop.base.options.report.id, None, "", "failed"), no_stores(shop)))
        write_index(storage)
        if warming is not None and not any(one.status == "done" for one in room.outcomes):
            warming.join()  # a process must not end in the middle of an import
    return sorted(room.outcomes, key=lambda one: (one.store or "", one.period))


def _make_all(room: _Room, crew: Crew) -> None:
    """Make the stores' reports, then, when all of them have ended, the chain reports."""
    pending: dict[Future[list[Outcome]], Sequence[Unit]] = {}
    for group in group_stores(room.shop):
        pending |= _begin(room, crew, group)
    for future in as_completed(pending):
        for outcome in hear_series(future, pending[future], room.storage):
            room.tell(outcome)
    for outcome in _make_chains(room, crew):
        room.tell(outcome)


def _warm_early(shop: Shop, storage: Storage) -> Thread | None:
    """Import what printing needs while the lines are read, where a new report is likely to be made in this process."""
    options = shop.base.options
    before = shop.base.made_on.replace(day=1) - timedelta(days=1)
    month = f"{before:%Y-%m}" if options.period == "last" else options.period
    folder = f"{options.report.id}/{store_folder(None)}/{month}"
    if options.stores.are_many or storage.pointed(folder) is not None:
        return None
    thread = Thread(target=warm_up, args=("pdf" in options.outputs,), daemon=True)
    thread.start()
    return thread


def _begin(room: _Room, crew: Crew, group: Group) -> dict[Future[list[Outcome]], Sequence[Unit]]:
    """Read a group's lines, settle what needs no work, and hand in the rest; a group that cannot be read has failed."""
    stages = Stages(room.announce)
    only = next(iter(group.stated)) if group.split_by is None else None
    if only is not None:
        room.known.add(only)
        if room.request.stores and only not in room.request.stores:
            return {}
    try:
        with open_group(group, stages) as source:
            return _hand_in(room, crew, group, source, stages)
    except StorageError:
        raise
    except Exception as error:
        room.tell(fail(Outcome(group.reading.options.report.id, only, "", "failed"), error))
        return {}


def _hand_in(
    room: _Room, crew: Crew, group: Group, source: Source, stages: Stages
) -> dict[Future[list[Outcome]], Sequence[Unit]]:
    """Settle what the archive has, make a single store's reports here, and hand in the rest, the largest first."""
    days, digests = list_days(source.lines), source.digests.result()
    found = [one for one in digests.by_store if one is not None]
    room.known.update(one for one in choose_stores(group, found, ()) if one is not None)
    chosen = choose_stores(group, found, room.request.stores)
    planned = list(plan_units(room.shop, group, chosen, (days, digests, list_flags(source.lines)), room.tell))
    noted = [replace(unit, made=replace(unit.made, notes=source.notes)) for unit in planned]
    units = link_units(noted, room.storage, room.kept_months)
    missing = []
    for unit in units:
        kept = _find_kept(room, unit.manifest)
        if kept is not None:
            room.tell(kept)
        else:
            missing.append(unit)
    judged = judge(source.lines, group.reading.options.cleansing)
    needs_chain = room.wants_chain and bool(units) and not room.has_chains(units, digests)
    if group.split_by is not None and (missing or needs_chain):
        judged = replace(judged, frame=materialise(source.engine, "judged", judged.frame))
        missing = hold_small_stores(missing, judged, room.storage, room.tell)
    if missing and group.split_by is None and not room.wants_chain:
        for outcome in make_here(missing, room.storage, source, judged, stages):
            room.tell(outcome)
        return {}
    parts = {}
    if missing or needs_chain:
        parts = lay_out(room.folder, units if room.wants_chain else missing, source, judged)
    if room.wants_chain:
        # only the source of all other stores has lines of no store; a store read apart may share that very source
        _note_for_chain(room, units, parts, lambda month: count_outside(digests, month) if group.others else {})
    series: dict[str | None, list[Unit]] = {}
    for unit in missing:
        series.setdefault(unit.manifest.store, []).append(replace(unit, part=parts[unit.manifest.store]))
    largest_first = sorted(series.values(), key=lambda units: -sum(one.lines for one in units))
    place = room.storage.place
    return {crew.submit(make_series, Load(tuple(units), place)): units for units in largest_first}


def _note_for_chain(
    room: _Room, units: Sequence[Unit], parts: Mapping[str | None, Part], outside: Callable[[str], Mapping[str, int]]
) -> None:
    for unit in units:
        month = unit.manifest.period
        room.months.setdefault(month, []).append(replace(unit, part=parts.get(unit.manifest.store)))
        room.outside.setdefault(month, Counter())
    for month in {unit.manifest.period for unit in units}:
        room.outside[month].update(outside(month))


def _make_chains(room: _Room, crew: Crew) -> Iterator[Outcome]:
    """Make the chain report of each month in which at least two stores can be compared."""
    from reportgen.chaining import make_chain  # noqa: PLC0415 - heavy, and most configs have no chain

    pending: dict[Future[Outcome], ChainLoad] = {}
    for month, units in sorted(room.months.items()):
        load = plan_chain(room.shop, units, room.ended, room.outside[month])
        if len(load.links) < 2:
            continue
        kept = _find_kept(room, load.manifest)
        if kept is not None:
            yield kept
        else:
            pending[crew.submit(make_chain, replace(load, place=room.storage.place))] = load
    for future in as_completed(pending):
        yield attempt(pending[future], future.result)


def _find_kept(room: _Room, planned: Manifest) -> Outcome | None:
    """Find a run in the archive, whole; when the request is to go on, its manifest is trusted."""
    address = planned.address
    there = room.storage.has_run(address.path) if room.request.resume else has_whole_run(room.storage, address)
    if not there:
        return None
    try:
        manifest = read_manifest(room.storage, address.path)
    except (FileNotFoundError, ValueError):
        return None
    point_to(room.storage, address)
    return tell_run(manifest, room.storage, status="held" if manifest.status == "held" else "unchanged")


def _tell_unknown_stores(room: _Room) -> None:
    """Tell of stores that were asked for by name and that nobody knows."""
    for name in room.request.stores:
        if name not in room.known:
            hint = did_you_mean(name, room.known) or f"Known: {', '.join(sorted(room.known)[:20]) or 'none'}."
            problem = Problem("command line", "--store", "a store of the config", f"'{name}'", hint)
            failed = Outcome(room.shop.base.options.report.id, name, "", "failed")
            room.tell(fail(failed, ConfigError(problem)))
