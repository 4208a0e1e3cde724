"""Lends the tests of reports the lines that the tests of lines are made with, a browser, and a report of many things."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reportgen.archive.actions import list_actions
from reportgen.archive.open import open_storage
from reportgen.cli.main import main
from tests.browsers import browser
from tests.conftest import QUICK, Finished, MakeOnce
from tests.made_lines import engine, make_frame, make_lines

__all__ = ["browser", "engine", "make_frame", "make_lines"]


@pytest.fixture(scope="session")
def compared_run(finish: Callable[..., Finished], sample: Path, make_once: MakeOnce[Finished]) -> Finished:
    """Make a report of ten segments that is compared with the three months before it, and keep everything.

    Of December's actions the first is marked as not sent, the last is not marked, and all others were sent.
    """
    return make_once("compared", lambda output: _make_compared(finish, sample, output))


def _make_compared(finish: Callable[..., Finished], sample: Path, output: Path) -> Finished:
    ten = ("--set", "segments.n_clusters=10", "--set", "archive.customers=plain", "--set", "audiences.ids=plain")
    finish(sample / "sample.yaml", output, *QUICK, *ten, "--period", "2025-10..2025-12")
    actions = [
        kept.mark.trial.id for kept in list_actions(open_storage(str(output))) if kept.manifest.period == "2025-12"
    ]
    for words in ((actions[0], "not-sent"), (*actions[1:-1], "sent", "--on", "2026-01-02")):
        assert main(["actions", "mark", *words, "--output", str(output)]) == 0
    everything = ("--set", "outputs=[html, pdf, summary_pdf]", "--set", "trust.draws=10")
    return finish(sample / "sample.yaml", output, *ten, *everything, "--period", "2026-01")
