"""Looks at what this machine has, and whether what a config names can be reached; makes and sends nothing."""

from __future__ import annotations

import multiprocessing
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from reportgen import __version__
from reportgen.archive.lists import KEY_VARIABLE as CUSTOMER_KEY
from reportgen.archive.open import open_storage
from reportgen.archive.seals import KEY_VARIABLE
from reportgen.archive.storage import Storage
from reportgen.cachedir import usual_cache
from reportgen.delivery.secret import read_secret
from reportgen.delivery.smtp import Outbox
from reportgen.delivery.trouble import Trouble
from reportgen.errors import ReportgenError
from reportgen.filesystems import is_url
from reportgen.lines.sources.installed import find_installed
from reportgen.lines.sources.probe import probe_engine, probe_source
from reportgen.model.findings import Finding
from reportgen.runs.configs import LoadedConfig
from reportgen.runs.request import Request
from reportgen.runs.workers import count_cores

_LEAST_FREE = 1_000_000_000
"""Bytes: a run of a few million lines may need them for what does not fit into memory."""
_SCRIPTS = {
    "Latin": "éßœ",
    "Greek": "αΩ",
    "Cyrillic": "жЯ",
    "Arabic": "عربي",
    "Hebrew": "שלום",
    "Devanagari": "नमस्ते",
    "Thai": "สวัสดี",
    "Chinese": "中文",
    "Japanese": "ひらカナ",
    "Korean": "한국어",
    "emoji": "🛒",
}
"""Some characters of each script that names of customers and products are often in."""


_OPTIONS = {"engine": "engine", "source": "source", "archive": "archive.path", "mail": "mail.smtp"}


def look_at_machine(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look at what every config needs, and at what some do.

    Parameters
    ----------
    environ : mapping
        The environment.
    """
    yield Finding("program", "reportgen", "ok", __version__)
    yield Finding("program", "Python", "ok", f"{platform.python_version()} at {sys.executable}")
    yield _look_at_processes()
    yield from _look_at_fonts()
    yield from find_installed()
    yield _look_at_space("temporary folder", Path(tempfile.gettempdir()), "the environment's TMPDIR")
    cache = usual_cache()
    if cache is None:
        yield Finding("folder", "cache", "ok", "none is kept")
    else:
        used = sum(cache.list_sizes().values())
        yield Finding("folder", "cache", "ok", f"{cache.folder}, {used / 1e6:,.1f} MB of {cache.limit / 1e6:,.0f}")
    for name, use in ((KEY_VARIABLE, "signs archived runs"), (CUSTOMER_KEY, "hashes customers' ids")):
        is_set = bool(environ.get(name))
        hint = "" if is_set else f"It {use}; a config that needs it says so."
        yield Finding("secret", name, "ok" if is_set else "optional", "set" if is_set else "not set", hint)


def look_at_config(loaded_config: LoadedConfig, request: Request, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look whether a config's source, engine, archive and mail server can be reached.

    Parameters
    ----------
    loaded_config : LoadedConfig
        The config.
    request : Request
        Names another place for the archive, if one was.
    environ : mapping
        The environment.
    """
    base = loaded_config.base.options
    yield _try("engine", "computed on", lambda: probe_engine(base.engine))
    places = {one.options.source.place: one.options for one in (loaded_config.base, *loaded_config.each.values())}
    if base.stores.by is None and loaded_config.each:
        del places[base.source.place]  # each store has its own
    for options in places.values():
        yield _try("source", "order lines", lambda options=options: probe_source(options.source, options.timezone))  # type: ignore[misc]
    place = request.place_of(loaded_config)
    yield _try("archive", "reports", lambda: _probe_archive(place))
    if not is_url(place):
        yield _look_at_space("archive's disk", _nearest(Path(place)), "'archive: {path: …}'")
    if base.mail.is_stated and base.mail.smtp.host is not None:
        smtp = base.mail.smtp

        def reach() -> str:
            with Outbox(smtp, read_secret(smtp, environ)) as outbox:
                outbox.reach()
            return f"{smtp.host}:{smtp.actual_port} answers{' and lets us in' if smtp.user else ''}"

        yield _try("mail", "server", reach)


def _look_at_processes() -> Finding:
    """See whether several processes can work together: they share locks in memory."""
    try:
        multiprocessing.get_context("spawn").RLock()
    except OSError as error:
        hint = "Mount a tmpfs at /dev/shm: containers have one unless they are told otherwise."
        return Finding("program", "processes", "fault", f"no shared memory ({error.strerror})", hint)
    return Finding("program", "processes", "ok", f"{count_cores()} cores")


def _look_at_fonts() -> Iterator[Finding]:
    """See whether a PDF can be printed, and in which scripts."""
    try:
        from reportgen.render.complaints import list_packages  # noqa: PLC0415 - heavy
        from reportgen.render.pdf import find_missing  # noqa: PLC0415 - heavy

        missing = find_missing(" ".join(_SCRIPTS.values()))
    except (ImportError, OSError) as error:
        came = " ".join(str(error).split())[:200]
        hint = "Install Pango (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)."
        yield Finding("printing", "WeasyPrint and Pango", "fault", came, hint)
        return
    yield Finding("printing", "WeasyPrint and Pango", "ok", "a page was printed")
    for script, signs in _SCRIPTS.items():
        lacking = missing.intersection(signs)
        if lacking:
            hint = f"Where names are in it: apt-get install {' '.join(list_packages(lacking))}."
            yield Finding("fonts", script, "optional", "no font has it", hint)
        else:
            yield Finding("fonts", script, "ok", "there is a font")


def _look_at_space(name: str, folder: Path, instead: str) -> Finding:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding("folder", name, "fault", f"{folder}: {error.strerror}", f"Name another folder: {instead}.")
    told = f"{folder}, {free / 1e9:,.1f} GB free"
    if not os.access(folder, os.W_OK):
        return Finding("folder", name, "fault", f"{folder} cannot be written to", f"Name another folder: {instead}.")
    if free < _LEAST_FREE:
        return Finding("folder", name, "fault", told, f"Free some space there, or name another folder: {instead}.")
    return Finding("folder", name, "ok", told)


def _nearest(path: Path) -> Path:
    """Return a folder, or the nearest one above it that is there."""
    path = path.absolute()
    return next(one for one in (path, *path.parents) if one.is_dir())


def _probe_archive(place: str) -> str:
    storage: Storage = open_storage(place)
    runs = sum(1 for _ in storage.runs())
    if is_url(place):
        with storage.session():  # which writes a mark and removes it
            pass
    return f"{place}: {runs:,} run{'' if runs == 1 else 's'}"


def _try(area: str, name: str, look: Callable[[], str]) -> Finding:
    """Look at something; what keeps us from it is the finding."""
    try:
        return Finding(area, name, "ok", look())
    except ReportgenError as error:
        (problem, *_) = error.problems
        told = f"{problem.place}: expected {problem.expected}, got {problem.came}"
        return Finding(area, name, "fault", told, problem.hint or f"Check '{_OPTIONS[area]}' in the config.")
    except Trouble as trouble:
        return Finding(area, name, "fault", str(trouble), f"Check '{_OPTIONS[area]}' in the config.")
