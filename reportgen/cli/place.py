"""Opens the archive that a command names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.errors import ConfigError, Problem

if TYPE_CHECKING:
    from reportgen.archive.storage import Storage


def open_archive(place: str) -> Storage:
    """Open the archive that a command names.

    Raises
    ------
    ConfigError
        When it is a folder that is not there.
    """
    from reportgen.archive.open import open_storage  # noqa: PLC0415

    storage = open_storage(place)
    if "://" not in place and not Path(place).is_dir():
        hint = "Name it with --output."
        raise ConfigError(Problem(place, "archive", "the folder of an archive", "no such folder", hint))
    return storage
