"""Who draws and prints a store's report: this process, or one beside it that draws while products are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from reportgen.archive.names import store_folder
from reportgen.archive.open import open_storage
from reportgen.archive.storage import Storage
from reportgen.errors import ReportgenError
from reportgen.garbage import collect_garbage
from reportgen.logs import LOG
from reportgen.model.artefacts import Printed
from reportgen.months import month_of, previous_month
from reportgen.runs.configs import LoadedConfig
from reportgen.runs.request import Request
from reportgen.runs.workers import Workers, start_one_beside
from reportgen.stages import Stages

if TYPE_CHECKING:
    from reportgen.config.options import Options
    from reportgen.model.charts import MapPoints
    from reportgen.model.facts import Facts
    from reportgen.model.report import Report
    from reportgen.report.publish import Drawn

Printing = Callable[[Stages], Printed]
"""A report that is being printed: waits for its files."""


class Printer(Protocol):
    """Draws and prints one report after the other.

    Attributes
    ----------
    draws_ahead : bool
        Whether time is won by handing in a report's facts before all of them are known, and again when they are.
    """

    draws_ahead: bool

    def draw(self, options: Options, facts: Facts, points: MapPoints) -> None:
        """Begin to draw a report's charts."""

    def print(self, options: Options, report: Report) -> Printing:
        """Begin to print the report that was drawn last."""


class PrinterHere:
    """Draws and prints in this process, when the files are asked for."""

    draws_ahead = False

    def __init__(self) -> None:
        self._asked: tuple[Facts, MapPoints, Options] | None = None

    def draw(self, options: Options, facts: Facts, points: MapPoints) -> None:
        """Note what is to be drawn."""
        self._asked = (facts, points, options)

    def print(self, options: Options, report: Report) -> Printing:
        """Return what draws and prints."""
        assert self._asked is not None  # noqa: S101 - the order of the protocol
        return partial(_draw_and_print, self._asked, report, options)


class PrinterBeside:
    """Draws and prints in a process of its own; should that end early, in this one.

    Parameters
    ----------
    workers : Workers
        One process.
    """

    draws_ahead = True

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._here = PrinterHere()
        self._drawing: list[Future[float]] = []

    def draw(self, options: Options, facts: Facts, points: MapPoints) -> None:
        """Have the charts drawn."""
        self._here.draw(options, facts, points)
        self._drawing.append(self._submit(_draw, (facts, points, options)))

    def print(self, options: Options, report: Report) -> Printing:
        """Have the report printed as soon as it is drawn; return what waits for it."""
        drawing, self._drawing = self._drawing, []
        printing = self._submit(_print, (report, options))
        self._submit(_tidy, None)
        return partial(_wait, drawing, printing, self._here.print(options, report))

    def _submit(self, do: Callable[[Any], Any], task: Any) -> Future[Any]:
        try:
            return self._workers.submit(do, task)
        except RuntimeError as error:  # its process has ended while it had nothing to do
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed


@contextmanager
def start_printer(loaded_config: LoadedConfig, request: Request) -> Iterator[Printer]:
    """Start what prints a config's reports; a process of its own where there are cores for it and one to be made.

    Notes
    -----
    It is started before this process imports what reads and divides, so that both warm up at once. Stores are shared
    among processes, each of which prints its own.
    """
    options = loaded_config.base.options
    if (
        request.jobs == 1
        or not options.outputs
        or not is_new(loaded_config, open_storage(request.place_of(loaded_config)))
    ):
        yield PrinterHere()
        return
    with start_one_beside() as workers:
        workers.submit(_warm_up, options)
        yield PrinterBeside(workers)


def is_new(loaded_config: LoadedConfig, storage: Storage) -> bool:
    """Tell whether a report of all lines is likely to be made, that the archive does not have."""
    options = loaded_config.base.options
    last = previous_month(month_of(loaded_config.base.made_on))
    month = last if options.period == "last" else options.period
    folder = f"{options.report.id}/{store_folder(None)}/{month}"
    return not options.stores.are_many and storage.pointed(folder) is None


def _draw_and_print(
    asked: tuple[Facts, MapPoints, Options], report: Report, options: Options, stages: Stages
) -> Printed:
    from reportgen.report.publish import draw_report, print_report  # noqa: PLC0415 - heavy

    with stages("charts"):
        drawn = draw_report(*asked)
    return print_report(report, drawn, options, stages)


_drawn: list[Drawn] = []
"""Of the process beside: the charts of the report that will be printed next."""


def _warm_up(options: Options) -> None:
    from reportgen.runs.warmup import warm_printing  # noqa: PLC0415 - heavy

    warm_printing(options)


def _draw(asked: tuple[Facts, MapPoints, Options]) -> float:
    """Draw; return the seconds that it took."""
    from reportgen.report.publish import draw_report  # noqa: PLC0415 - heavy

    stages = Stages()
    ahead = _drawn[0] if _drawn else None
    with stages("charts"):
        _drawn[:] = [draw_report(*asked, ahead)]
    return stages.seconds["charts"]


def _print(finished: tuple[Report, Options]) -> tuple[Printed, dict[str, float]]:
    from reportgen.report.publish import print_report  # noqa: PLC0415 - heavy

    report, options = finished
    stages = Stages()
    return print_report(report, _drawn.pop(), options, stages), stages.seconds


def _tidy(_: None) -> None:
    collect_garbage()  # while the next one is built


def _wait(
    drawing: Sequence[Future[float]], printing: Future[tuple[Printed, dict[str, float]]], here: Printing, stages: Stages
) -> Printed:
    """Wait for both; whatever is wrong with the report itself is told, and with the process, made good here."""
    with stages("print"):
        try:
            seconds = sum(each.result() for each in drawing)
            printed, beside = printing.result()
        except ReportgenError:
            raise
        except Exception as error:
            LOG.warning("the process that prints has ended (%s): printing here", type(error).__name__)
        else:
            stages.beside.update({"charts": seconds, **beside})
            return printed
    return here(stages)
