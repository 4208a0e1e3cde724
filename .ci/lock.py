"""Writes requirements.lock and requirements-dev.lock from a fresh environment: exact versions, no addresses."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOT_OURS = {"pip", "setuptools", "wheel"}


def pip(*arguments: str) -> str:
    """Run pip of this environment and return what it prints."""
    return subprocess.run([sys.executable, "-m", "pip", *arguments], check=True, capture_output=True, text=True).stdout  # noqa: S603


def frozen() -> list[str]:
    """List what is installed as ``name==version``."""
    lines = pip("freeze", "--all").splitlines()
    return sorted((line for line in lines if line.split("==")[0].lower() not in NOT_OURS), key=str.lower)


def main() -> None:
    """Install the runtime's ranges, note the names, then the developers': they may hold back a version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    pip("install", *project["project"]["dependencies"])
    names = {line.split("==")[0] for line in frozen()}
    pip("install", *project["dependency-groups"]["dev"])
    locked = frozen()
    runtime = [line for line in locked if line.split("==")[0] in names]
    head = "# Exact versions, made by `make lock`.\n"
    (ROOT / "requirements.lock").write_text(head + "\n".join(runtime) + "\n")
    developers = [line for line in locked if line not in runtime]
    (ROOT / "requirements-dev.lock").write_text(head + "\n".join(developers) + "\n")


if __name__ == "__main__":
    main()
