"""The versions that a report's bytes depend on."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import version

from reportgen import __version__

_LIBRARIES = ("pandas", "scikit-learn", "duckdb", "altair", "vl-convert-python", "weasyprint")
_OTHERS = ("babel", "fonttools", "jinja2", "narwhals", "numpy", "pydyf", "scipy")


@cache
def list_all_versions() -> dict[str, str]:
    """Return what `list_versions` does, and further libraries that have a part in a report's bytes."""
    return {**list_versions(), **{name: version(name) for name in _OTHERS}}


@cache
def list_versions() -> dict[str, str]:
    """Return version by name: the program, Python, and the libraries that compute and print."""
    return {
        "reportgen": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }
