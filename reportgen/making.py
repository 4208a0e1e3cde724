"""Makes one run: builds the report, prints it, keeps it in the archive; what fails here stops no other run."""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from reportgen.archive.lists import LIST, write_list
from reportgen.archive.runs import keep_run
from reportgen.archive.storage import Storage, StorageError, open_storage
from reportgen.config.show import show_data
from reportgen.errors import ReportgenError, unexpected
from reportgen.lines.cleansing import show_malformed
from reportgen.lines.parts import open_parts
from reportgen.lines.periods import list_days
from reportgen.model.archive import Figures, Manifest, Status
from reportgen.model.lines import Period
from reportgen.model.report import Report
from reportgen.outcomes import Outcome
from reportgen.pipeline import Held, Stock, build_report
from reportgen.plan import Prepared, Unit, kept_options
from reportgen.stages import Stages

OPTIONS, PLAYBOOK = "options.yaml", "playbook.yaml"


class Planned(Protocol):
    """Whatever has the manifest of a run that is to be made."""

    @property
    def manifest(self) -> Manifest:
        """Complete but for files and figures."""


@dataclass(frozen=True, eq=False, slots=True)
class Load:
    """A unit on its way to a process, with the archive's place."""

    unit: Unit
    place: str


def make_unit(load: Load) -> Outcome:
    """Make one run from its lines on disk; this is what each process of a crew does.

    Raises
    ------
    StorageError
        When the archive's place fails. Every other failure is an outcome.
    """
    try:
        return attempt(load.unit, lambda: _make_from_part(load.unit, open_storage(load.place)))
    finally:
        gc.collect()


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
        stock = Stock(engine, judged, unit.part.malformed, unit.manifest.store, period, fingerprint)
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
    built = build_report(prepared.setting, stock, stages)
    if isinstance(built, Held):
        return hold_unit(unit, built, storage)
    from reportgen.printing import print_report  # noqa: PLC0415 - heavy; imported meanwhile by `warm_up`

    files = {OPTIONS: write_options(prepared, manifest.period), PLAYBOOK: prepared.playbook}
    files |= print_report(built.report, built.points, prepared.options, stages)
    if manifest.customer_ids != "none":
        files[LIST] = write_list(built.listed, manifest.customer_ids)
    manifest = replace(manifest, figures=figures_of(built.report))
    with stages("write"):
        seconds = {name: round(value, 3) for name, value in stages.seconds.items()}
        manifest = keep_run(storage, manifest, files, replace(unit.made, seconds=seconds))
    outcome = tell_run(manifest, storage, status=manifest.status)
    return replace(
        outcome,
        counts=show_malformed(built.report.lines, stock.malformed),
        later_lines=unit.made.later_lines,
        seconds=dict(stages.seconds),
    )


def hold_unit(unit: Unit, held: Held, storage: Storage) -> Outcome:
    """Keep in the archive that no report was made, and why."""
    manifest = replace(unit.manifest, status="held", reason=held.reason)
    manifest = keep_run(storage, manifest, {OPTIONS: write_options(unit.prepared, manifest.period)}, unit.made)
    return tell_run(manifest, storage, status="held")


def write_options(prepared: Prepared, month: str) -> bytes:
    """Write the options that a run keeps, as YAML."""
    return show_data(kept_options(prepared, month)).encode()


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
