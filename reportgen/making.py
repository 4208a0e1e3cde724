"""Makes one run: builds the report, prints it, keeps it in the archive; what fails here stops no other run."""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Protocol

from reportgen.archive.lists import LIST, write_list
from reportgen.archive.models import MODEL, write_model
from reportgen.archive.options import OPTIONS
from reportgen.archive.runs import keep_run, read_manifest
from reportgen.archive.storage import Storage, StorageError, open_storage
from reportgen.config.show import show_data
from reportgen.earlier import load_earlier_list, load_previous, relink
from reportgen.errors import Problem, ReportgenError, UnexpectedError, unexpected
from reportgen.lines.cleansing import show_malformed
from reportgen.lines.engine import materialise
from reportgen.lines.parts import open_parts
from reportgen.lines.periods import list_days
from reportgen.lines.sources import Source
from reportgen.model.archive import Figures, Manifest, Status
from reportgen.model.lines import OrderLines, Period
from reportgen.model.report import Report
from reportgen.outcomes import Outcome
from reportgen.pipeline import Held, Stock, build_report
from reportgen.plan import Prepared, Unit, trim_options
from reportgen.stages import Stages

PLAYBOOK = "playbook.yaml"


class Planned(Protocol):
    """Whatever has the manifest of a run that is to be made."""

    @property
    def manifest(self) -> Manifest:
        """Complete but for files and figures."""


@dataclass(frozen=True, eq=False, slots=True)
class Load:
    """One store's runs on their way to a process, the oldest month first, with the archive's place."""

    units: tuple[Unit, ...]
    place: str


def make_series(load: Load) -> list[Outcome]:
    """Make a store's runs one after the other from its lines on disk; this is what each process of a crew does.

    Raises
    ------
    StorageError
        When the archive's place fails. Every other failure is an outcome.
    """
    storage = open_storage(load.place)
    return list(make_in_turn(load.units, lambda unit: _make_from_part(unit, storage)))


def make_in_turn(units: Sequence[Unit], do: Callable[[Unit], Outcome]) -> Iterator[Outcome]:
    """Make a store's runs, each of which is compared with the one before; what cannot be made is passed over.

    Parameters
    ----------
    units : sequence of Unit
        The oldest month first.
    do : callable
        Makes one.
    """
    instead: dict[str, str | None] = {}
    for planned in units:
        unit = relink(planned, instead)
        outcome = attempt(unit, partial(do, unit))
        gc.collect()
        if outcome.status == "failed":
            instead[planned.manifest.address.path] = unit.manifest.previous
        elif unit is not planned:
            instead[planned.manifest.address.path] = unit.manifest.address.path
        yield outcome


def make_here(
    units: Sequence[Unit], storage: Storage, source: Source, judged: OrderLines, stages: Stages
) -> Iterator[Outcome]:
    """Make the runs of a source's only store without a way over the disk."""
    if len(units) > 1:
        judged = replace(judged, frame=materialise(source.engine, "judged", judged.frame))
    one_stages = iter([stages, *(Stages(stages.announce) for _ in units[1:])])

    def make(unit: Unit) -> Outcome:
        fingerprint, store = unit.manifest.input.fingerprint, unit.manifest.store
        stock = Stock(source.engine, judged, source.malformed, store, unit.period, fingerprint, unit.marks)
        return run_report(unit, stock, storage, next(one_stages))

    return make_in_turn(units, make)


def hear_series(future: Future[list[Outcome]], units: Sequence[Unit], storage: Storage) -> list[Outcome]:
    """Hear how a store's runs ended; of a process that died, what it had kept by then is kept."""
    try:
        return future.result()
    except StorageError:
        raise
    except Exception as error:
        return [_find_made(unit, storage) or fail_unit(unit, error) for unit in units]


def _find_made(unit: Unit, storage: Storage) -> Outcome | None:
    """Find what a process that died had kept of a run, under the planned id or the one that it was linked anew to."""
    month = unit.manifest.address.month
    for run in (unit.manifest.run, storage.pointed(month)):
        if run is not None and storage.has_run(f"{month}/{run}"):
            made = read_manifest(storage, f"{month}/{run}")
            if made.input == unit.manifest.input and made.options_sha256 == unit.manifest.options_sha256:
                return tell_run(made, storage, status=made.status)
    return None


def attempt(planned: Planned, do: Callable[[], Outcome]) -> Outcome:
    """Do what makes a run; a failure of the archive's place goes on, every other failure is how that run ended."""
    try:
        return do()
    except StorageError:
        raise
    except Exception as error:
        return fail_unit(planned, error)


def _make_from_part(unit: Unit, storage: Storage) -> Outcome:
    assert unit.part is not None  # noqa: S101 - a unit goes to another process with its lines
    with open_parts({unit.manifest.store: unit.part}) as (engine, judged):
        period = replace(unit.period, first_day=_first_day(list_days(judged), unit.period))
        fingerprint = unit.manifest.input.fingerprint
        stock = Stock(engine, judged, unit.part.malformed, unit.manifest.store, period, fingerprint, unit.marks)
        return run_report(unit, stock, storage, Stages())


def _first_day(days: list[date], period: Period) -> date:
    seen = [day for day in days if day <= period.as_of and (period.start is None or day >= period.start.date())]
    return min(seen, default=period.first_day)


def run_report(unit: Unit, stock: Stock, storage: Storage, stages: Stages) -> Outcome:
    """Build a report, print it, and keep it, whole or not at all.

    Parameters
    ----------
    unit : Unit
        Which run.
    stock : Stock
        Its lines.
    storage : Storage
        The archive.
    stages : Stages
        Keeps the time.

    Raises
    ------
    ReportgenError
        When the data or a template do not allow a report, or the archive's place fails; nothing is kept then.
    """
    prepared, manifest = unit.prepared, unit.manifest
    options = write_options(prepared, manifest.period)
    previous = load_previous(storage, manifest, options)
    built = build_report(prepared.setting, stock, stages, previous)
    if isinstance(built, Held):
        return hold_unit(unit, built, storage)
    _check_lines(built.report.lines.read, unit)
    from reportgen.printing import print_report  # noqa: PLC0415 - heavy; imported meanwhile by `warm_up`

    files = {OPTIONS: options, PLAYBOOK: prepared.playbook, MODEL: write_model(built.model)}
    files |= print_report(built.report, built.points, prepared.options, stages)
    if manifest.customer_ids != "none":
        earlier = load_earlier_list(storage, manifest)
        files[LIST] = write_list(built.listed, manifest.customer_ids, manifest.period, earlier)
    manifest = replace(manifest, figures=figures_of(built.report))
    with stages("write"):
        seconds = {name: round(value, 3) for name, value in stages.seconds.items()}
        manifest = keep_run(storage, manifest, files, replace(unit.made, seconds=seconds))
    outcome = tell_run(manifest, storage, status=manifest.status)
    return replace(
        outcome,
        counts=show_malformed(built.report.lines, stock.malformed),
        later_lines=unit.made.later_lines,
        notes=unit.made.notes,
        seconds=dict(stages.seconds),
    )


def _check_lines(read: int, unit: Unit) -> None:
    """Stop when the fates do not add up to the lines that the source has: a report may not lose any."""
    if read != unit.lines:
        expected = f"{unit.lines:,} lines with a fate, as many as the source has up to the month's end"
        problem = Problem(unit.made.source, "order lines", expected, f"{read:,}", "This is a fault of reportgen.")
        raise UnexpectedError(problem)


def hold_unit(unit: Unit, held: Held, storage: Storage) -> Outcome:
    """Keep in the archive that no report was made, and why."""
    manifest = replace(unit.manifest, status="held", reason=held.reason)
    manifest = keep_run(storage, manifest, {OPTIONS: write_options(unit.prepared, manifest.period)}, unit.made)
    return tell_run(manifest, storage, status="held")


def write_options(prepared: Prepared, month: str) -> bytes:
    """Write the options that a run keeps, as YAML."""
    return show_data(trim_options(prepared.kept, month), prepared.masked).encode()


def figures_of(report: Report) -> Figures:
    """Pick the key figures that the history shows."""
    return Figures(
        customers=report.customers,
        orders=report.orders,
        total_sales=report.total_sales,
        avg_order_value=report.avg_order_value,
        repeat_share=report.repeat_share,
        n_clusters=report.n_clusters,
        currency=report.report.currency,
        locale=report.report.locale,
        is_partial=report.period.is_partial,
    )


def tell_run(manifest: Manifest, storage: Storage, *, status: Status) -> Outcome:
    """Tell of a run that is in the archive."""
    return Outcome(
        report=manifest.report,
        store=manifest.store,
        period=manifest.period,
        status=status,
        kind=manifest.kind,
        reason=manifest.reason,
        run=manifest.run,
        path=storage.shown(manifest.address.path),
        figures=manifest.figures,
        sizes={name: one.size for name, one in manifest.files.items()},
    )


def fail_unit(unit: Planned, error: BaseException) -> Outcome:
    """Tell of a run that could not be made."""
    manifest = unit.manifest
    failed = Outcome(manifest.report, manifest.store, manifest.period, "failed", kind=manifest.kind)
    return fail(failed, error)


def fail(outcome: Outcome, error: BaseException) -> Outcome:
    """Add to an outcome what went wrong; what is nobody's mistake is told as a fault of the program."""
    if not isinstance(error, ReportgenError):
        if os.environ.get("REPORTGEN_DEBUG"):
            traceback.print_exception(error)
        error = unexpected(error)
    return replace(outcome, problems=tuple(error.problems), exit_code=error.exit_code)
