"""What is on its way must not stay behind, and nobody's living work be taken away."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from reportgen.scratch import PREFIX, open_scratch, sweep_scratch
from tests.conftest import ROOT

OLD = time.time() - 3600


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use a temporary folder of our own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_scratch_folder_is_gone_at_the_end(temporary: Path) -> None:
    """However the block ends, nothing is left of the folder."""
    with pytest.raises(RuntimeError), open_scratch() as folder:
        (folder / "lines").write_text("x")
        raise RuntimeError
    assert list(temporary.iterdir()) == []


def test_a_living_folder_is_left_alone(temporary: Path) -> None:
    """A folder in use is not swept, however old it is."""
    with open_scratch() as folder:
        os.utime(folder, (OLD, OLD))
        sweep_scratch()
        assert folder.is_dir()


def test_a_killed_process_s_folder_is_swept(temporary: Path) -> None:
    """What a killed process left goes; what is young, and what is not ours, stays."""
    code = "import os, signal\nfrom reportgen.scratch import open_scratch\n"
    code += (
        "with open_scratch() as folder:\n    (folder / 'x').write_text('x')\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    (left,) = temporary.iterdir()
    assert left.name.startswith(PREFIX)
    (temporary / "other").mkdir()
    sweep_scratch()
    assert left.is_dir()
    os.utime(left, (OLD, OLD))
    sweep_scratch()
    assert [path.name for path in temporary.iterdir()] == ["other"]
