"""Tells how much memory an embedded engine may use: what suits the machine, or what a person says."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_MEMORY = 1 << 30
_PART_OF_MACHINE = 2
_CGROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def memory_limit() -> str:
    """Return what the engine may hold in memory before it spills to disk: 1 GB, or half of what a small machine has.

    The environment's REPORTGEN_MEMORY overrides it.
    """
    stated = os.environ.get("REPORTGEN_MEMORY")
    return stated or f"{min(_MEMORY, _machine_memory() // _PART_OF_MACHINE) >> 20}MiB"


def _machine_memory() -> int:
    """Return the bytes of memory that this machine, or the container we are in, has."""
    known = []
    for path in _CGROUPS:
        with suppress(OSError, ValueError):
            known.append(int(Path(path).read_text(encoding="ascii")))
    with suppress(OSError, ValueError, AttributeError):
        known.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return min((size for size in known if size > 0), default=2 * _MEMORY)
