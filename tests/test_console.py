"""The terminal must show how a run goes on, in the shades its owner allows, and nothing where nobody looks."""

from __future__ import annotations

import io
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from reportgen.console import STAGES, show_progress, summarise
from reportgen.pipeline import Run
from reportgen.stages import Stages, say_nothing
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
    """A terminal shows the report's id and what is being done, in people's words, and in colour."""
    monkeypatch.setattr(sys, "stderr", terminal)
    with show_progress("shop", quiet=False) as announce:
        announce("segments")
    shown = terminal.getvalue()
    assert "shop: finding segments" in shown
    assert COLOUR.search(shown)


def test_no_color_is_honoured(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR the stage is shown without any colour."""
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("NO_COLOR", "1")
    with show_progress("shop", quiet=False) as announce:
        announce("segments")
    shown = terminal.getvalue()
    assert "shop: finding segments" in shown
    assert not COLOUR.search(shown)


def test_quiet_shows_nothing_on_a_terminal(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asked for quiet gets it."""
    monkeypatch.setattr(sys, "stderr", terminal)
    with show_progress("shop", quiet=True) as announce:
        announce("segments")
    assert terminal.getvalue() == ""


def test_a_pipe_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where stderr is no terminal, nothing is written to it."""
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    with show_progress("shop", quiet=False) as announce:
        announce("segments")
    assert pipe.getvalue() == ""
    assert announce is say_nothing


def test_the_terminal_is_tidy_after_a_fault(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault passes through, and the cursor that was hidden is shown again."""
    monkeypatch.setattr(sys, "stderr", terminal)
    with pytest.raises(RuntimeError, match="boom"), show_progress("shop", quiet=False):
        raise RuntimeError("boom")
    hidden, shown = "\x1b[?25l", "\x1b[?25h"
    assert terminal.getvalue().rfind(shown) > terminal.getvalue().rfind(hidden) > -1


def test_every_stage_of_a_run_has_a_name() -> None:
    """Each stage that the package runs is called something on the terminal, and no other name is kept."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "reportgen").glob("*.py")]
    assert {name for text in texts for name in re.findall(r'\bstages\("(\w+)"\)', text)} == set(STAGES)


def test_stages_are_announced_in_order_and_timed_once_each() -> None:
    """A stage is announced whenever it begins, and its times add up under its name."""
    heard: list[str] = []
    stages = Stages(heard.append)
    for name in ("read", "write", "read"):
        with stages(name):
            pass
    assert heard == ["read", "write", "read"]
    assert list(stages.seconds) == ["read", "write"]
    assert all(seconds >= 0 for seconds in stages.seconds.values())


def test_the_summary_tells_lines_files_and_time() -> None:
    """The end of a run names the counts by fate, every file with its size, and the time with its stages."""
    report = make_report()
    run = Run(report, Path("out"), {"report.pdf": 1_234_567, "facts.json": 21_499}, {"read": 0.25, "segments": 1.05})
    first, *rest = summarise(run).splitlines()
    assert first.startswith(f"{report.report.id} {report.period.month}: {report.customers:,} customers")
    assert f"{Decimal(str(report.total_sales)):,} {report.report.currency}" in first
    assert rest[0].split() == [f"{report.lines.read:,}", "lines", "read"]
    assert f"  {report.lines.kept:>9,} kept" in rest
    assert rest[-3:] == ["  out/facts.json  21.5 kB", "  out/report.pdf  1.23 MB", "  1.3 s (read 0.2, segments 1.1)"]
