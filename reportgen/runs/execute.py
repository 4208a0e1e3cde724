"""Makes one run: builds the report, prints it, keeps it in the archive; what fails here stops no other run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from reportgen.archive.actions import dump_marks, load_marked
from reportgen.archive.audiences import write_audience
from reportgen.archive.lists import write_list
from reportgen.archive.open import open_storage
from reportgen.archive.runs import keep_run, read_manifest
from reportgen.archive.segment_models import write_model
from reportgen.archive.storage import Storage, StorageError
from reportgen.config.show import show_data
from reportgen.errors import Problem, UnexpectedError
from reportgen.garbage import collect_garbage
from reportgen.lines.engine.compute import materialise
from reportgen.lines.sources.open import Source
from reportgen.lines.sources.parts import open_parts
from reportgen.lines.transform.cleansing import see_from, show_malformed
from reportgen.lines.transform.periods import list_days
from reportgen.logs import LOG
from reportgen.model.archive import Figures, Manifest
from reportgen.model.artefacts import FACTS, LIST, MARKS, MODEL, OPTIONS, PLAYBOOK
from reportgen.model.facts import Facts
from reportgen.model.lines import OrderLines, Period
from reportgen.model.outcome import Outcome
from reportgen.model.report import Report
from reportgen.render.facts import to_facts
from reportgen.report.build import Built, Held, build_report
from reportgen.report.input import ReportInput
from reportgen.runs.configs import StoreConfig
from reportgen.runs.outcomes import attempt, fail_run, outcome_of
from reportgen.runs.plan import PlannedRun, trim_options
from reportgen.runs.previous import load_earlier_list, load_previous, relink
from reportgen.runs.printing import Printer, PrinterHere
from reportgen.runs.warmup import warm_pages
from reportgen.stages import Stages
from reportgen.text.terminal import visible_line


@dataclass(frozen=True, eq=False, slots=True)
class WorkItem:
    """One store's runs on their way to a process, the oldest month first, with the archive's place."""

    planned_runs: tuple[PlannedRun, ...]
    place: str


@dataclass(frozen=True, eq=False, slots=True)
class RunTools:
    """What a run is made with.

    Attributes
    ----------
    storage : Storage
        The archive.
    stages : Stages
        Keeps the time.
    printer : Printer
        Draws and prints.
    meanwhile : callable
        What else is to be done while it prints.
    """

    storage: Storage
    stages: Stages
    printer: Printer
    meanwhile: Callable[[], None] = lambda: None


def make_series(load: WorkItem) -> list[Outcome]:
    """Make a store's runs one after the other from its lines on disk; this is what each worker process does.

    Raises
    ------
    StorageError
        When the archive's place fails. Every other failure is an outcome.
    """
    collect_garbage()  # of the store before
    storage = open_storage(load.place)
    return list(make_in_turn(load.planned_runs, lambda planned_run: _make_from_part(planned_run, storage)))


def make_in_turn(planned_runs: Sequence[PlannedRun], do: Callable[[PlannedRun], Outcome]) -> Iterator[Outcome]:
    """Make a store's runs, each of which is compared with the one before; what cannot be made is passed over.

    Parameters
    ----------
    planned_runs : sequence of PlannedRun
        The oldest month first.
    do : callable
        Makes one.
    """
    instead: dict[str, str | None] = {}
    for number, planned in enumerate(planned_runs):
        if number:
            collect_garbage()
        planned_run = relink(planned, instead)
        outcome = attempt(planned_run, partial(do, planned_run))
        if outcome.status == "failed":
            instead[planned.manifest.address.path] = planned_run.manifest.previous
        elif planned_run is not planned:
            instead[planned.manifest.address.path] = planned_run.manifest.address.path
        yield outcome


def make_here(
    planned_runs: Sequence[PlannedRun],
    source: Source,
    classified: OrderLines,
    stages: Stages,
    *,
    storage: Storage,
    printer: Printer,
) -> Iterator[Outcome]:
    """Make the runs of a source's only store without a way over the disk."""
    if len(planned_runs) > 1 or not source.engine.repeats_cheaply:
        classified = replace(classified, frame=materialise(source.engine, "classified", classified.frame))
    one_stages = iter([stages, *(Stages(stages.announce) for _ in planned_runs[1:])])

    def meanwhile() -> None:
        source.keep()
        warm_pages()

    def make(planned_run: PlannedRun) -> Outcome:
        fingerprint, store = planned_run.manifest.input.fingerprint, planned_run.manifest.store
        seen = see_from(classified, planned_run.since)
        report_input = ReportInput(
            source.engine, seen, source.malformed, store, planned_run.period, fingerprint, planned_run.marks
        )
        tools = RunTools(storage, next(one_stages), printer, meanwhile)
        return run_report(planned_run, report_input, tools)

    return make_in_turn(planned_runs, make)


def hear_series(future: Future[list[Outcome]], planned_runs: Sequence[PlannedRun], storage: Storage) -> list[Outcome]:
    """Hear how a store's runs ended; of a process that died, what it had kept by then is kept."""
    try:
        return future.result()
    except StorageError:
        raise
    except Exception as error:
        return [_find_made(planned_run, storage) or fail_run(planned_run, error) for planned_run in planned_runs]


def _find_made(planned_run: PlannedRun, storage: Storage) -> Outcome | None:
    """Find what a process that died had kept of a run, under the planned id or the one that it was linked anew to."""
    month = planned_run.manifest.address.month
    for run in (planned_run.manifest.run, storage.pointed(month)):
        if run is not None and storage.has_run(f"{month}/{run}"):
            made = read_manifest(storage, f"{month}/{run}")
            if made.input == planned_run.manifest.input and made.options_sha256 == planned_run.manifest.options_sha256:
                return outcome_of(made, storage, status=made.status)
    return None


def _make_from_part(planned_run: PlannedRun, storage: Storage) -> Outcome:
    assert planned_run.part is not None  # noqa: S101 - a planned run goes to another process with its lines
    with open_parts({planned_run.manifest.store: planned_run.part}) as (engine, classified):
        period = replace(planned_run.period, first_day=_first_day(list_days(classified), planned_run.period))
        fingerprint = planned_run.manifest.input.fingerprint
        report_input = ReportInput(
            engine,
            see_from(classified, planned_run.since),
            planned_run.part.malformed,
            planned_run.manifest.store,
            period,
            fingerprint,
            planned_run.marks,
        )
        return run_report(planned_run, report_input, RunTools(storage, Stages(has_cores=False), PrinterHere()))


def _first_day(days: list[date], period: Period) -> date:
    seen = [day for day in days if day <= period.as_of and (period.start is None or day >= period.start.date())]
    return min(seen, default=period.first_day)


def run_report(planned_run: PlannedRun, report_input: ReportInput, tools: RunTools) -> Outcome:
    """Build a report, print it, and keep it, whole or not at all.

    Parameters
    ----------
    planned_run : PlannedRun
        Which run.
    report_input : ReportInput
        Its lines.
    tools : RunTools
        What makes and keeps it.

    Raises
    ------
    ReportgenError
        When the data or a template do not allow a report, or the archive's place fails; nothing is kept then.
    """
    storage, stages, printer = tools.storage, tools.stages, tools.printer
    store_config, manifest = planned_run.store_config, planned_run.manifest
    LOG.info("run %s of %s, %s", manifest.run, visible_line(manifest.store or manifest.report), manifest.period)
    options = write_options(store_config, manifest.period)
    built = _build(planned_run, report_input, tools, options)
    if isinstance(built, Held):
        return hold_run(planned_run, built, storage)
    _check_lines(built.report.lines.read, planned_run)
    printing = printer.print(store_config.options, built.report)
    with stages("records"):
        files = {OPTIONS: options, PLAYBOOK: store_config.playbook, **_write_records(built, manifest, storage)}
        if planned_run.action_marks:
            files[MARKS] = dump_marks(planned_run.action_marks)
        tools.meanwhile()
    printed = printing(stages)
    with stages("write"):
        seconds = {name: round(value, 3) for name, value in stages.seconds.items()}
        manifest = replace(manifest, figures=figures_of(built.report))
        manifest = keep_run(storage, manifest, files | printed.files, replace(planned_run.made, seconds=seconds))
    return replace(
        outcome_of(manifest, storage, status=manifest.status),
        counts=show_malformed(built.report.lines, report_input.malformed),
        later_lines=planned_run.made.later_lines,
        notes=(*planned_run.made.notes, *printed.notes),
        warnings=_warnings_of(built.report),
        seconds=dict(stages.seconds),
        beside=dict(stages.beside),
    )


def _build(planned_run: PlannedRun, report_input: ReportInput, tools: RunTools, options: bytes) -> Built | Held:
    storage, stages, store_config = tools.storage, tools.stages, planned_run.store_config
    with stages("previous"):
        previous = load_previous(storage, planned_run.manifest, options)
        marked = tuple(load_marked(storage, mark) for mark in planned_run.action_marks)
    draw = partial(tools.printer.draw, store_config.options)
    ahead = draw if tools.printer.draws_ahead else None
    report_input = replace(report_input, marked=marked)
    return build_report(store_config.setting, report_input, stages, previous, draw, draw_ahead=ahead)


def _write_records(built: Built, manifest: Manifest, storage: Storage) -> dict[str, bytes]:
    """Write what of a report is data: its facts, what placed the customers, and who they are where that is kept."""
    records = {FACTS: to_facts(built.report), MODEL: write_model(built.model)}
    if manifest.customer_ids != "none":
        earlier = load_earlier_list(storage, manifest)
        records[LIST] = write_list(built.listed, manifest.customer_ids, manifest.period, earlier)
    for file, audience in built.audiences.items():
        records[file] = write_audience(audience, manifest.audience_ids)
    return records


def _warnings_of(report: Report) -> tuple[tuple[str, str], ...]:
    codes = [warning.code for warning in report.warnings or ()]
    return tuple(zip(codes, report.words.warnings, strict=True))


def _check_lines(read: int, planned_run: PlannedRun) -> None:
    """Stop when the fates do not add up to the lines that the source has: a report may not lose any."""
    if read != planned_run.lines:
        expected = f"{planned_run.lines:,} lines with a fate, as many as the source has up to the month's end"
        problem = Problem(
            planned_run.made.source, "order lines", expected, f"{read:,}", "This is a fault of reportgen."
        )
        raise UnexpectedError(problem)


def hold_run(planned_run: PlannedRun, held: Held, storage: Storage) -> Outcome:
    """Keep in the archive that no report was made, and why."""
    manifest = replace(planned_run.manifest, status="held", reason=held.reason)
    manifest = keep_run(
        storage, manifest, {OPTIONS: write_options(planned_run.store_config, manifest.period)}, planned_run.made
    )
    return outcome_of(manifest, storage, status="held")


def write_options(store_config: StoreConfig, month: str) -> bytes:
    """Write the options that a run keeps, as YAML."""
    return show_data(trim_options(store_config.kept, month), store_config.masked).encode()


def figures_of(report: Facts) -> Figures:
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
