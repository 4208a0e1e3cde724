"""Finds the files that belong to a config: every config of a folder, the playbook of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportgen.config.nodes import compose_file
from reportgen.config.options import Options
from reportgen.errors import ConfigError, Problem
from reportgen.resources import shipped_folder


def list_configs(paths: Sequence[Path]) -> list[Path]:
    """List config files: those named, and of a folder every YAML file that is no playbook.

    Files whose name begins with ``_`` or ``.`` are bases for others to extend.

    Raises
    ------
    ConfigError
        When a folder holds none.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(
            file for file in path.iterdir() if file.suffix in (".yaml", ".yml") and file.name[0] not in "_."
        )
        configs = [file for file in inside if not _is_playbook(file)]
        if not configs:
            raise ConfigError(Problem(str(path), "config", "a folder with YAML configs", "none in it"))
        found += configs
    return found


def _is_playbook(path: Path) -> bool:
    try:
        return any(key.value == "plays" for key, _ in compose_file(path).value)
    except ConfigError:
        return False  # told when it is loaded


def playbook_of(options: Options) -> Path:
    """Return the playbook's file: the config's own, or the shipped one."""
    return Path(options.playbook) if options.playbook else shipped_folder("configs") / "playbook.yaml"
