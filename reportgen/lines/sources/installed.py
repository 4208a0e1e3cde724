"""Tells which engines, drivers of databases and libraries of lakes are installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from reportgen.lines.engine.memory import memory_limit
from reportgen.lines.sources.databases.known import SYSTEMS
from reportgen.model.findings import Finding

_LIBRARIES = (("s3fs", "s3://", "s3"), ("deltalake", "Delta Lake", "delta"))


def find_installed() -> Iterator[Finding]:
    """Look for each engine, driver and library."""
    yield Finding("engine", "DuckDB", "ok", f"{version('duckdb')}, which may use {memory_limit()} of memory")
    yield _find_spark()
    for system in SYSTEMS:
        yield _find("driver", system.name, system.module, system.extra)
    for module, name, extra in _LIBRARIES:
        yield _find("library", name, module, extra)


def _find_spark() -> Finding:
    found = _find("engine", "Spark", "pyspark", "spark")
    if found.state == "ok" and shutil.which("java") is None:
        hint = (
            "For 'engine: {spark: {master: …}}' install a Java runtime (Debian: apt-get install default-jre-headless)."
        )
        return Finding("engine", "Spark", "optional", f"{found.detail}, and no Java", hint)
    return found


def _find(area: str, name: str, module: str, extra: str) -> Finding:
    needs = (module, "adbc_driver_manager") if module.startswith("adbc_") else (module,)
    if any(find_spec(one) is None for one in needs):
        return Finding(
            area, name, "optional", "not installed", f"Where a config needs it: pip install 'reportgen[{extra}]'."
        )
    try:
        return Finding(area, name, "ok", version(module.replace("_", "-")))
    except PackageNotFoundError:
        return Finding(area, name, "ok", "installed")
