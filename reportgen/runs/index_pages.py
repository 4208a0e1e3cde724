"""Keeps the history pages in step with the archive: rebuilt from what it holds, written only where they change."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.archive.history import read_history
from reportgen.archive.seals import is_page, is_sealed_page, seal_page
from reportgen.archive.segment_history import read_segment_history
from reportgen.archive.storage import INDEX, Storage, storage_error
from reportgen.render.history import to_overview, to_store_page

_TRIES = 5


def write_index(storage: Storage) -> list[str]:
    """Rebuild `index.html` and a page for each store from the manifests, and the facts of each one's newest report.

    Returns
    -------
    list of str
        Paths of all pages; those that were right already are left as they are.

    Notes
    -----
    Another run may end meanwhile: who writes last looks once more whether all runs are shown.
    """
    for _ in range(_TRIES):
        seen = storage.runs()
        pages = _write_once(storage, seen)
        if storage.runs() == seen:
            break
    return pages


def _write_once(storage: Storage, runs: Sequence[str]) -> list[str]:
    reports = read_history(storage, runs)
    if not reports and _read(storage, INDEX) is None:
        return []
    pages = {INDEX: to_overview(reports)}
    for report in reports:
        for history in report.stores:
            pages[f"{history.report}/{history.folder}/{INDEX}"] = to_store_page(
                report, history, read_segment_history(storage, history)
            )
    for path, html in pages.items():
        content, there = seal_page(html), _read(storage, path)
        if there is not None and not is_page(there):
            hint = "Name a folder of its own for the archive with --output."
            raise storage_error(storage.shown(path), "a page that reportgen has not written", hint)
        if there != content:
            storage.replace(path, content)
    for path in storage.files():
        is_store_page = path.count("/") == 2 and path.endswith(f"/{INDEX}")
        if is_store_page and path not in pages and is_sealed_page(_read(storage, path) or b""):
            storage.remove(path)
    return sorted(pages)


def _read(storage: Storage, path: str) -> bytes | None:
    try:
        return storage.read(path)
    except FileNotFoundError:
        return None
    except ValueError:  # larger than any page of ours
        return b""
