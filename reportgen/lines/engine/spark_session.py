"""Starts a session of Spark, here or on a cluster, and opens the engine on it."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reportgen.config.engine import SparkOptions
from reportgen.errors import ConfigError, Problem
from reportgen.lines.engine.spark import SparkEngine, place_of, unwarned
from reportgen.tempdirs import open_tempdir

_PORT, _SECONDS = 15002, 15
"""Of Spark Connect, where an address names none; and how long to wait for an answer."""
_SETTINGS = {
    "spark.sql.timestampType": "TIMESTAMP_NTZ",  # as the embedded engine has them: without a zone
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, not another number
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
_LOCAL_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "ERROR",
}
_HERE = {"spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1))}
"""Two hundred, the usual number, are for a cluster."""


@contextmanager
def open_spark(options: SparkOptions) -> Iterator[SparkEngine]:
    """Open an engine on a Spark session, whose files vanish when the block ends; the session lasts as the process does.

    Raises
    ------
    ConfigError
        When PySpark or Java is not installed, nobody answers, or executors elsewhere have no place for files.
    """
    if not options.is_here and options.scratch is None:
        expected = "a folder or URL that this machine and all executors can reach"
        raise ConfigError(Problem(place_of(options), "engine.spark.scratch", expected, "none"))
    with open_tempdir() as folder:
        session = _start(options, folder)
        own = f"reportgen-{uuid.uuid4().hex}"  # several runs may share the place
        scratch = f"{options.scratch.rstrip('/')}/{own}" if options.scratch else str(folder)
        engine = SparkEngine(session, options, folder, scratch)
        try:
            yield engine
        finally:
            engine.close()


def _start(options: SparkOptions, folder: Path) -> Any:
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra
    except ImportError:
        hint = "Install it: pip install 'reportgen[spark]'."
        raise ConfigError(Problem(place_of(options), "engine.spark", "PySpark", "none", hint)) from None
    if options.master is not None and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        hint = "Install a Java runtime of version 17 or newer (Debian: apt-get install default-jre-headless)."
        raise ConfigError(Problem("environment", "engine.spark", "Java", "none", hint))
    _check_reached(options)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("reportgen")
    builder = builder.remote(options.remote) if options.remote else builder.master(str(options.master))
    if options.master and options.is_here:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    for name, value in _list_settings(options).items():
        builder = builder.config(name, value)
    log = folder / "spark.log"
    try:
        with _quiet(log), unwarned():
            return builder.getOrCreate()
    except Exception as error:
        said = _last_words(log) or " ".join(str(error).split())[:300]
        hint = "Check the address, and that a Spark of the same version is there."
        raise ConfigError(Problem(place_of(options), "engine.spark", "a Spark that starts", said, hint)) from None


def _check_reached(options: SparkOptions) -> None:
    """Stop when nobody answers at a server's address: Spark's own client would try again for ten minutes."""
    found = urlsplit(options.remote or "")
    if found.scheme != "sc":
        return
    try:
        socket.create_connection((found.hostname or "", found.port or _PORT), timeout=_SECONDS).close()
    except (OSError, ValueError) as error:
        came = str(error)[:200]
        hint = "Check the address, and that a Spark Connect server runs there."
        raise ConfigError(
            Problem(place_of(options), "engine.spark.remote", "a server that answers", came, hint)
        ) from None


def _list_settings(options: SparkOptions) -> dict[str, str]:
    """Return the settings of a session: those that figures depend on, over a person's, over those for one machine."""
    usual = _HERE if options.is_here else {}
    if options.is_here and options.master:
        usual = {**usual, **_LOCAL_SETTINGS}
    return {**usual, **options.settings, **_SETTINGS}


@contextmanager
def _quiet(log: Path) -> Iterator[None]:
    """Let what Java says on stderr while it starts, and later, go to a file."""
    sys.stderr.flush()
    kept = os.dup(2)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if "rror" in line]
    return " ".join(lines[-1].split())[:300] if lines else ""
