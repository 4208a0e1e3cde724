"""The terminal must show how a run goes on, in the shades its owner allows, and nothing where nobody looks."""

from __future__ import annotations

import io
import re
import sys
from decimal import Decimal

import pytest

from reportgen.cli.console import STAGES, Progress, summarise, summarise_all
from reportgen.errors import Problem
from reportgen.model.lines import LineCounts
from reportgen.model.outcome import Outcome
from reportgen.runs.execute import figures_of
from tests.conftest import ROOT
from tests.made import make_report

COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;\d]*m")


class Terminal(io.StringIO):
    """A stderr that claims to be a terminal."""

    def isatty(self) -> bool:
        """Claim it."""
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make a terminal and the environment of an ordinary one; pytest lets only the test itself put it in place."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return Terminal()


def test_a_terminal_shows_the_stage(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal shows what is being done, in people's words, and in colour."""
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress(quiet=False) as progress:
        progress.announce("segments")
    shown = terminal.getvalue()
    assert "finding segments" in shown
    assert COLOUR.search(shown)


def test_a_terminal_shows_how_much_is_left(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """One report is measured by its steps, several by those that have ended; the order lines are told of both."""
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "200")
    with Progress(quiet=False) as progress:
        progress.expect(1, 541_909)
        progress.announce("segments")
    assert "541,909 order lines" in terminal.getvalue()
    with Progress(quiet=False) as progress:
        progress.expect(2, 3_000)
        progress.expect(1, 500)
        counts = LineCounts(1_200, 1_000, {"return": 200}, 0.1)
        progress.tell(Outcome("shop", "Leeds", "2026-01", "unchanged"))
        progress.tell(Outcome("shop", "[red]Bath[/]", "2026-01", "done", counts=counts))
    assert "1 of 3 reports, 1,200 of 3,500 order lines" in terminal.getvalue()
    assert "[red]Bath[/] 2026-01 done" in terminal.getvalue()


def test_a_step_that_comes_again_does_not_set_it_back(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar goes on only; with the next report it begins anew."""
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress(quiet=False) as progress:
        assert progress._bar is not None
        reached = []
        for stage in ("read", "change", "describe", "change", "products", "sending e-mail"):
            progress.announce(stage)
            reached.append(progress._bar.tasks[0].completed)
        progress.tell(Outcome("shop", "Bath", "2026-01", "done"))
        assert progress._bar.tasks[0].completed == 0
    assert reached == sorted(reached)
    assert reached[-1] > reached[0]


def test_no_color_is_honoured(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR the stage is shown without any colour."""
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("NO_COLOR", "1")
    with Progress(quiet=False) as progress:
        progress.announce("segments")
    shown = terminal.getvalue()
    assert "finding segments" in shown
    assert not COLOUR.search(shown)


def test_quiet_shows_nothing_on_a_terminal(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asked for quiet gets it."""
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress(quiet=True) as progress:
        progress.announce("segments")
    assert terminal.getvalue() == ""


def test_a_pipe_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where stderr is no terminal, nothing is written to it."""
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    with Progress(quiet=False) as progress:
        progress.announce("segments")
    assert pipe.getvalue() == ""


def test_the_terminal_is_tidy_after_a_fault(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault passes through, and the cursor that was hidden is shown again."""
    monkeypatch.setattr(sys, "stderr", terminal)
    with pytest.raises(RuntimeError, match="boom"), Progress(quiet=False):
        raise RuntimeError("boom")
    hidden, shown = "\x1b[?25l", "\x1b[?25h"
    assert terminal.getvalue().rfind(shown) > terminal.getvalue().rfind(hidden) > -1


def test_every_stage_of_a_run_has_a_name() -> None:
    """Each stage that the package runs is called something on the terminal, and no other name is kept."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "reportgen").rglob("*.py")]
    assert {name for text in texts for name in re.findall(r'\bstages(?:\.meanwhile)?\("(\w+)"', text)} == set(STAGES)


def made(store: str | None = None, period: str = "2026-01", **parts: object) -> Outcome:
    """Make the outcome of a run."""
    return Outcome("shop", store, period, **{"status": "done", **parts})


def test_the_summary_tells_lines_files_and_time() -> None:
    """The end of one run names the counts by fate, every file with its size, and the time with its stages."""
    report = make_report()
    outcome = made(
        figures=figures_of(report),
        counts=report.lines,
        later_lines=7,
        path="out",
        sizes={"report.pdf": 1_234_567, "facts.json": 21_499},
        seconds={"read": 0.25, "segments": 1.05},
    )
    first, *rest = summarise(outcome).splitlines()
    assert first.startswith(f"shop 2026-01: {report.customers:,} customers")
    assert f"{Decimal(str(report.total_sales)):,} {report.report.currency}" in first
    assert rest[0].split() == [f"{report.lines.read + 7:,}", "lines", "in", "the", "source"]
    assert rest[1].split() == ["7", "not", "seen:", "ordered", "after", "the", "period"]
    assert f"  {report.lines.kept:>9,} kept" in rest
    assert rest[-3:] == ["  out/facts.json  21.5 kB", "  out/report.pdf  1.23 MB", "  1.3 s (read 0.2, segments 1.1)"]


def test_several_reports_are_a_table_of_ends() -> None:
    """Each store has a line with how its months ended, the newest reason beside it, and the last line adds them up."""
    problem = Problem("lines.csv", "period", "lines in 2026-02", "none")
    outcomes = [
        made("Lyon", "2025-12", status="held", reason="3 customers, fewer than 30"),
        made("Lyon", status="held", reason="5 customers, fewer than 30"),
        made("Paris"),
        made("Paris", "2026-02", status="failed", problems=(problem,), exit_code=3),
        made(kind="chain", status="unchanged"),
    ]
    assert summarise_all(outcomes).splitlines() == [
        "shop Lyon   held 2025-12..2026-01: 5 customers, fewer than 30",
        "shop Paris  done 2026-01; failed 2026-02: expected lines in 2026-02, got none",
        "shop chain  unchanged 2026-01",
        "5 reports: 1 done, 1 unchanged, 2 held, 1 failed",
    ]


def test_warnings_are_told_with_their_codes() -> None:
    """One report's warnings stand below its lines, with what silences them."""
    report = make_report()
    outcome = made(
        figures=figures_of(report), warnings=(("total_line", "One line is the sum."), ("order_status", "Some."))
    )
    lines = summarise(outcome).splitlines()
    assert lines[1:4] == [
        "  warning (total_line): One line is the sum.",
        "  warning (order_status): Some.",
        "  If a warning is in order as it is, list its code in 'accept' and it is not told again.",
    ]


def test_warnings_of_many_reports_are_told_once() -> None:
    """Each code is told once, with the words of its newest month and how many reports have it."""
    outcomes = [
        made("North", "2026-01", warnings=(("total_line", "Older."),)),
        made("North", "2026-02", warnings=(("total_line", "Newer."), ("order_status", "Some."))),
        made("South", "2026-01", warnings=(("total_line", "Other."),)),
    ]
    told = [line for line in summarise_all(outcomes).splitlines() if line.startswith("warning")]
    assert told == [
        "warning (total_line), North 2026-02 and 2 more: Newer.",
        "warning (order_status), North 2026-02: Some.",
    ]


def test_very_many_small_stores_are_one_line() -> None:
    """Three hundred stores with a customer each are counted; ten of them are listed."""
    small = [made(f"S{n:03}", status="held", reason="1 customer, fewer than 30") for n in range(300)]
    lines = summarise_all([made("Large"), *small]).splitlines()
    assert lines == [
        "shop Large  done 2026-01",
        "300 stores held as too small, such as S000, S001, S002 (1 customer, fewer than 30)",
        "301 reports: 1 done, 300 held",
    ]
    assert len(summarise_all(small[:10]).splitlines()) == 11
