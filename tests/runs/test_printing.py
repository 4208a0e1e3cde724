"""A report is the same wherever it is printed, and one whose printing process ends early is printed all the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reportgen.config.options import Options
from reportgen.errors import ConfigError
from reportgen.model.artefacts import Printed
from reportgen.runs.printing import Printer, PrinterBeside, PrinterHere
from reportgen.runs.workers import Workers, start_one_beside
from reportgen.stages import Stages
from tests.conftest import Finished
from tests.made import make_points
from tests.made_change import make_full_report

REPORT = make_full_report()
HTML = Options(outputs=("html",))


def die(_: None) -> None:
    """Die as a process does that the system kills for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Start one process."""
    with start_one_beside() as started:
        yield started


def print_with(printer: Printer, options: Options = HTML, stages: Stages | None = None) -> Printed:
    """Draw and print a made-up report."""
    printer.draw(options, REPORT, make_points())
    return printer.print(options, REPORT)(stages or Stages())


def test_files_are_the_same_from_another_process(
    sample_run: Finished, finish: Callable[..., Finished], sample: Path, tmp_path: Path
) -> None:
    """The sample's report, printed beside, has the bytes of one that is printed by the process that computed it."""
    here = finish(sample / "sample.yaml", tmp_path, "--jobs", "1", "--set", "trust.draws=20")
    for name in ("report.html", "report.pdf", "charts.json", "facts.json", "model.json"):
        assert (here.folder / name).read_bytes() == (sample_run.folder / name).read_bytes(), name


def test_both_printers_tell_what_took_how_long(workers: Workers) -> None:
    """What this process does are stages of its own; of the other one it waits for the end, and its stages are beside."""
    here, waited = Stages(), Stages()
    assert print_with(PrinterHere(), stages=here) == print_with(PrinterBeside(workers), stages=waited)
    assert (list(here.seconds), list(here.beside)) == (["charts", "html"], [])
    assert (list(waited.seconds), list(waited.beside)) == (["print"], ["charts", "html"])


def test_what_was_drawn_ahead_changes_nothing(workers: Workers) -> None:
    """Of facts that lack trust and what changed, as they are drawn ahead of the rest, nothing is left in the report."""
    draft = replace(REPORT, votes=None, verdict=None, segments=REPORT.segments[:1])
    printer, stages = PrinterBeside(workers), Stages()
    assert printer.draws_ahead
    printer.draw(HTML, draft, make_points())
    assert print_with(printer, stages=stages) == print_with(PrinterHere())
    assert list(stages.beside) == ["charts", "html"]


def test_a_process_that_dies_costs_only_time(workers: Workers, caplog: pytest.LogCaptureFixture) -> None:
    """Killed after it has drawn, its report is printed here, with a word of it, and the next one beside again."""
    printer = PrinterBeside(workers)
    printer.draw(HTML, REPORT, make_points())
    workers.submit(die, None)
    stages = Stages()
    printed = printer.print(HTML, REPORT)(stages)
    assert printed == print_with(PrinterHere())
    assert "html" in stages.seconds
    assert "printing here" in caplog.text
    after = Stages()
    assert print_with(printer, stages=after) == printed
    assert "html" in after.beside


def test_a_broken_pool_costs_only_time() -> None:
    """Where no task can be handed in any more, the report is printed here."""
    with start_one_beside() as workers:
        workers.submit(abs, -1).result()
    assert print_with(PrinterBeside(workers)) == print_with(PrinterHere())


def test_a_wrong_template_is_told_from_there(workers: Workers, tmp_path: Path) -> None:
    """What is wrong with a template of the user's is told as such, and not tried again here."""
    (tmp_path / "screen.html").write_text("{% if %}", encoding="utf-8")
    stages = Stages()
    with pytest.raises(ConfigError, match=r"screen\.html:1: template"):
        print_with(PrinterBeside(workers), Options(outputs=("html",), template_dir=str(tmp_path)), stages)
    assert list(stages.seconds) == []
