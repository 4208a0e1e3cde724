"""Compares an archive with its manifests: bit rot, missing and extra files are named."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from reportgen.archive.actions import MARK_NAME, parse_mark
from reportgen.archive.runs import read_made, read_manifest
from reportgen.archive.seals import digest, is_sealed_page, tell_unsigned, unseal
from reportgen.archive.storage import IDENTITY, INDEX, LATEST, MAX_RECORD, MOVED, Storage
from reportgen.archive.verify_mail import verify_mail
from reportgen.config.values import ACTIONS_FOLDER, MAIL_FOLDER
from reportgen.model.archive import Address, Fault, Manifest
from reportgen.model.artefacts import MADE, MANIFEST, SEALED

_MONTH = re.compile(r"\d{4}-\d{2}")


def verify_archive(storage: Storage, report: str | None = None) -> tuple[int, list[Fault]]:
    """Recompute every digest of an archive.

    Parameters
    ----------
    storage : Storage
        The archive.
    report : str, optional
        Only this report's runs.

    Returns
    -------
    count : int
        Files verified.
    faults : list of Fault
        By path. What a run that is under way, or was killed, has not written yet is no fault: it does not exist.
    """
    begun = storage.is_unfinished()
    files = storage.files()
    ledgers = (f"{MAIL_FOLDER}/", f"{ACTIONS_FOLDER}/")
    mail, actions = ([path for path in files if path.startswith(folder)] for folder in ledgers)
    files = [path for path in files if not path.startswith(ledgers)]
    reports = {path.split("/")[0] for path in files if _is_ours(path)}
    chosen = [path for path in files if path.split("/")[0] in reports and report in (None, path.split("/")[0])]
    by_run: dict[str, set[str]] = {}
    others = []
    for path in chosen:
        try:
            address, name = Address.parse_file(path)
        except ValueError:
            others.append(path)
        else:
            by_run.setdefault(address.path, set()).add(name)
    others += [path for path in (INDEX, IDENTITY, MOVED) if report is None and path in files]
    faults = [fault for run, names in by_run.items() for fault in _verify_run(storage, run, names, set(by_run), begun)]
    mail, actions = ([path for path in some if report in (None, path.split("/")[1])] for some in (mail, actions))
    faults += [*verify_mail(storage, mail), *_verify_actions(storage, actions)]
    unfinished = begun or storage.is_unfinished()
    faults += [fault for path in others for fault in _verify_other(storage, path, by_run)]
    if not unfinished:
        faults += _find_missing(set(others), by_run, with_index=report is None)
    return len({*chosen, *others}) + len(mail) + len(actions), sorted(faults, key=lambda fault: fault.path)


def _verify_actions(storage: Storage, paths: Sequence[str]) -> Iterator[Fault]:
    """Compare what was said of actions with its digests."""
    for path in paths:
        parts = path.split("/")
        if len(parts) != 5 or not MARK_NAME.fullmatch(parts[-1]):
            yield Fault(path, "extra: nothing has written it")
            continue
        try:
            content = storage.read(path, MAX_RECORD)
            parse_mark(content, path)
            yield from tell_unsigned(path, content)
        except (ValueError, FileNotFoundError) as error:
            yield Fault(path, _unreadable(error))


def _is_ours(path: str) -> bool:
    """Whether a path is in a month's folder, so that its first folder must be a report's."""
    parts = path.split("/")
    return len(parts) > 3 and bool(_MONTH.fullmatch(parts[2]))


def _verify_run(storage: Storage, run: str, names: set[str], runs: Collection[str], begun: bool) -> Iterator[Fault]:
    if MANIFEST not in names:
        if storage.is_atomic or not begun:
            yield Fault(f"{run}/{MANIFEST}", "missing")
        return
    try:
        manifest = read_manifest(storage, run)
    except (ValueError, FileNotFoundError) as error:
        yield Fault(f"{run}/{MANIFEST}", _unreadable(error))
        return
    yield from tell_unsigned(f"{run}/{MANIFEST}", storage.read(f"{run}/{MANIFEST}", MAX_RECORD))
    for other in manifest.refers_to:
        if other not in runs:
            yield Fault(f"{run}/{MANIFEST}", f"refers to {other}, which is not there")
    yield from _verify_files(storage, run, names, manifest)


def _verify_files(storage: Storage, run: str, names: set[str], manifest: Manifest) -> Iterator[Fault]:
    for name in sorted({*manifest.files, MADE} - names):
        yield Fault(f"{run}/{name}", "missing")
    for name in sorted(names - {*manifest.files, *SEALED}):
        yield Fault(f"{run}/{name}", "extra: the manifest does not know it")
    contents = storage.read_many([f"{run}/{name}" for name in manifest.files if name in names])
    for name, expected in manifest.files.items():
        if name in names:
            path = f"{run}/{name}"
            try:
                content = contents[path] if path in contents else storage.read(path)
            except (FileNotFoundError, ValueError) as error:
                yield Fault(f"{run}/{name}", _unreadable(error))
                continue
            if digest(content) != expected.sha256:
                size = "" if len(content) == expected.size else f", {len(content):,} bytes instead of {expected.size:,}"
                yield Fault(f"{run}/{name}", f"damaged: other content than was written{size}")
    if MADE in names:
        try:
            read_made(storage, run)
            yield from tell_unsigned(f"{run}/{MADE}", storage.read(f"{run}/{MADE}", MAX_RECORD))
        except (FileNotFoundError, ValueError) as error:
            yield Fault(f"{run}/{MADE}", _unreadable(error))


def _unreadable(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "damaged: no plain file, but a link, a pipe or the like"
    return f"damaged: {error}"


def _verify_other(storage: Storage, path: str, by_run: Mapping[str, set[str]]) -> Iterator[Fault]:
    parts = path.split("/")
    if parts[-1] == INDEX and len(parts) in (1, 3):
        try:
            is_whole = is_sealed_page(storage.read(path))
        except (FileNotFoundError, ValueError):
            is_whole = False
        if not is_whole:
            yield Fault(path, "damaged: rebuild it with 'reportgen archive index'")
    elif path in (IDENTITY, MOVED):
        try:
            unseal(storage.read(path, MAX_RECORD), path)
        except (FileNotFoundError, ValueError) as error:
            yield Fault(path, _unreadable(error))
    elif parts[-1] == LATEST and len(parts) == 4 and _MONTH.fullmatch(parts[2]):
        month = path.removesuffix(f"/{LATEST}")
        target = storage.pointed(month)
        if target is None:
            yield Fault(path, "damaged: it names no run")
        elif f"{month}/{target}" not in by_run or MANIFEST not in by_run[f"{month}/{target}"]:
            yield Fault(path, f"damaged: it names '{target}', which is not there")
    else:
        yield Fault(path, "extra: no run has written it")


def _find_missing(others: set[str], by_run: Mapping[str, set[str]], *, with_index: bool) -> Iterator[Fault]:
    for month in sorted({Address.parse(run).month for run, names in by_run.items() if MANIFEST in names}):
        if f"{month}/{LATEST}" not in others:
            yield Fault(f"{month}/{LATEST}", "missing")
    stores = {Address.parse(run).store_path for run in by_run}
    pages = [f"{store}/{INDEX}" for store in sorted(stores)] + ([INDEX] if with_index and by_run else [])
    for page in pages:
        if page not in others:
            yield Fault(page, "missing: rebuild it with 'reportgen archive index'")
