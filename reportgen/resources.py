"""Finds the files that come with the program, whether it is installed or runs from a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped_folder(name: str) -> Path:
    """Return the folder `templates` or `configs` that was shipped: inside the package, else beside pyproject.toml.

    The JSON Schemas of a config and of facts.json stand in `schemas` within `configs`.
    """
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name
