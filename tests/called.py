"""The command line called in this process: some hundreds of starts of Python less than if each were a process."""

from __future__ import annotations

import gc
import io
import subprocess
import warnings
from contextlib import redirect_stderr, redirect_stdout
from itertools import count

import pytest

from reportgen.cli.main import main

EPOCH = "1767225600"
"""The moment at which all tests are run: the first of January 2026."""
_calls = count()


def call_command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call the command line, and return its exit code and what it printed; whatever it raises but `SystemExit` is raised."""
    words = [str(word) for word in arguments]
    if words[0] == "run" and "--jobs" not in words:
        words += ["--jobs", "1"]  # tests share the cores already
    out, errors = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(errors):
        for name, value in {"SOURCE_DATE_EPOCH": EPOCH, **environment}.items():
            patch.setenv(name, value)
        patch.setattr("sys.stdin", io.StringIO(""))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # a library leaves a file open
            _set_aside()
            try:
                code = main(words)
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 1
            finally:
                gc.collect()
                gc.freeze()
                gc.enable()  # which a run leaves off
    return subprocess.CompletedProcess(words, code, out.getvalue(), errors.getvalue())


def _set_aside() -> None:
    """Let no collection look at what is there already, and is mostly libraries; now and then collect all of it."""
    if next(_calls) % 100 == 0:
        gc.unfreeze()
        gc.collect()
    gc.freeze()
