"""Reads the options that a run keeps: plain values, and none that leads out of the archive."""

from __future__ import annotations

from typing import Any

from reportgen.archive.storage import MAX_RECORD, Storage
from reportgen.config.nodes import build_data, compose_text
from reportgen.config.variables import Unfilled
from reportgen.errors import ConfigError
from reportgen.model.artefacts import OPTIONS

_NEVER = ("extends", "playbook", "template_dir", "output", "public_env", "engine", "mail", "checks")
_ALONE = {"archive": {"customers"}, "stores": {"min_customers"}}
"""Blocks of which only these options are kept."""


def read_options(storage: Storage, path: str) -> dict[str, Any]:
    """Read the options of the run in a folder.

    Raises
    ------
    FileNotFoundError
        When it keeps none.
    ValueError
        When they are no options that a run keeps: where files are, whom to mail, and another config are never among
        them, and an archive may come from anybody.
    """
    content = storage.read(f"{path}/{OPTIONS}", MAX_RECORD)
    return parse_options(content)


def parse_options(content: bytes) -> dict[str, Any]:
    """Parse the options that a run keeps; raises `ValueError` as `read_options` does."""
    try:
        data = build_data(compose_text(content.decode("utf-8"), OPTIONS), Unfilled(), [])
    except ConfigError as error:
        raise ValueError(str(error.problems[0])) from None
    assert isinstance(data, dict)  # noqa: S101 - a mapping node gives a dict
    source = data.get("source")
    strange = [name for name in _NEVER if data.get(name) is not None]
    strange += [f"source.{name}" for name in ("path", "database") if isinstance(source, dict) and name in source]
    for block, known in _ALONE.items():
        inside = data.get(block)
        strange += [f"{block}.{name}" for name in inside if name not in known] if isinstance(inside, dict) else []
    if strange:
        raise ValueError(f"no run keeps the option {strange[0]}")
    return data
