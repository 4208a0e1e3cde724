"""Runs in the archive: their id, writing one, reading manifests, finding one by what a person types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reportgen.archive.plausible import check_manifest
from reportgen.archive.seals import canonical, check_signature, digest, seal, unseal
from reportgen.archive.storage import MAX_RECORD, Storage
from reportgen.errors import ConfigError, Problem, did_you_mean
from reportgen.model.archive import MANIFEST_VERSION, Address, Circumstances, FileSeal, Manifest
from reportgen.model.artefacts import HTML, MADE, MANIFEST, RUN_FILE, SEALED

_MANIFESTS, _MADE = TypeAdapter(Manifest), TypeAdapter(Circumstances)
_LEFT_OUT = (
    ("source", "path"),
    ("source", "database"),
    ("engine",),
    ("playbook",),
    ("template_dir",),
    ("output",),
    ("public_env",),
    ("archive", "path"),
    ("archive", "id"),
    ("archive", "keep"),
    ("mail",),
    ("checks",),
    ("expect",),
    ("closed",),
)


def strip_paths(options: Mapping[str, Any]) -> dict[str, Any]:
    """Copy dumped options without what does not change a report: where files are, what is pruned, who gets mail."""
    kept = {key: dict(value) if isinstance(value, dict) else value for key, value in options.items()}
    for *blocks, last in _LEFT_OUT:
        holder = kept
        for block in blocks:
            holder = holder[block]
        holder.pop(last, None)
    return kept


def run_id_of(content: Mapping[str, Any]) -> str:
    """Return a run's id: the first 16 hex digits of the SHA-256 of all that its content follows from."""
    return digest(canonical(dict(content)))[:16]


def keep_run(storage: Storage, manifest: Manifest, files: Mapping[str, bytes], made: Circumstances) -> Manifest:
    """Write a run into the archive, whole or not at all, and let `latest` name it.

    Parameters
    ----------
    storage : Storage
        Where.
    manifest : Manifest
        With no files yet.
    files : mapping
        Content by name.
    made : Circumstances
        When and how; kept beside the manifest.

    Returns
    -------
    Manifest
        With the files' digests.
    """
    _refuse_to_bring_back(storage, manifest)
    sealed = {name: FileSeal(digest(content), len(content)) for name, content in sorted(files.items())}
    manifest = replace(manifest, files=sealed)
    written = {**files, MADE: write_made(manifest.address.path, made), MANIFEST: write_manifest(manifest)}
    storage.put_run(manifest.address.path, written)
    point_to(storage, manifest.address)
    return manifest


def copy_run(storage: Storage, manifest: Manifest, other: Storage) -> None:
    """Copy a run to another archive, where `latest` of its month names it."""
    path = manifest.address.path
    strange = [name for name in manifest.files if not RUN_FILE.fullmatch(name)]
    if strange:
        raise ValueError(f"'{strange[0]}' is no file of a run")
    other.put_run(path, {name: storage.read(f"{path}/{name}") for name in (*manifest.files, *SEALED)})
    point_to(other, manifest.address)


def _refuse_to_bring_back(storage: Storage, manifest: Manifest) -> None:
    """Refuse to make a damaged run again from which customers were removed: it would list them anew."""
    path = manifest.address.path
    try:
        forgotten = storage.has_run(path) and read_manifest(storage, path).forgotten
    except (FileNotFoundError, ValueError):
        return
    if forgotten:
        came = "one that is damaged, and from which customers were forgotten"
        hint = "Remove its folder, run again, and forget them again."
        raise ConfigError(Problem(storage.shown(path), "run", "a run that is whole", came, hint))


def point_to(storage: Storage, address: Address) -> None:
    """Let `latest` of the month name a run."""
    storage.point(address.month, address.run)


def write_manifest(manifest: Manifest, *, sign: bool = True) -> bytes:
    """Write a manifest as sealed JSON; see `seal`."""
    return seal(_MANIFESTS.dump_python(manifest, mode="json"), f"{manifest.address.path}/{MANIFEST}", sign=sign)


def write_made(path: str, made: Circumstances) -> bytes:
    """Write when and how a run was made as sealed JSON."""
    return seal(asdict(made), f"{path}/{MADE}")


def read_manifest(storage: Storage, path: str) -> Manifest:
    """Read the manifest of a run's folder.

    Raises
    ------
    FileNotFoundError
        When there is none.
    ValueError
        When it is not as it was written, or says what no manifest of a run in that folder can say: an archive may come
        from anybody.
    """
    return _parse_manifest(storage.read(f"{path}/{MANIFEST}", MAX_RECORD), path)


def _parse_manifest(content: bytes, path: str) -> Manifest:
    try:
        manifest = _MANIFESTS.validate_python(unseal(content, f"{path}/{MANIFEST}"))
    except ValidationError as error:
        raise ValueError("not a manifest of this version") from error
    if manifest.manifest_version != MANIFEST_VERSION:
        raise ValueError(f"a manifest of version {manifest.manifest_version}, this program knows {MANIFEST_VERSION}")
    check_manifest(manifest, path)
    return manifest


def read_made(storage: Storage, path: str) -> Circumstances:
    """Read when and how a run was made; raises as `read_manifest` does."""
    try:
        return _MADE.validate_python(unseal(storage.read(f"{path}/{MADE}", MAX_RECORD), f"{path}/{MADE}"))
    except ValidationError as error:
        raise ValueError("not of this version") from error


def is_signed(storage: Storage, path: str) -> bool:
    """Whether a run is signed with our key, all of it: then what it says of the world outside may be followed."""
    try:
        return all(
            check_signature(storage.read(f"{path}/{name}", MAX_RECORD), f"{path}/{name}") == "valid" for name in SEALED
        )
    except (FileNotFoundError, ValueError):
        return False


def has_whole_run(storage: Storage, address: Address) -> bool:
    """Whether a run is there with all its files as its manifest says."""
    try:
        manifest = read_manifest(storage, address.path)
        return all(
            digest(storage.read(f"{address.path}/{name}")) == file.sha256 for name, file in manifest.files.items()
        )
    except (FileNotFoundError, ValueError):
        return False


def list_manifests(storage: Storage, runs: Sequence[str] | None = None) -> list[Manifest]:
    """Read all manifests that can be read, by path; of the runs that were listed already, where they were."""
    found = []
    files = {f"{path}/{MANIFEST}": path for path in (storage.runs() if runs is None else runs)}
    contents = storage.read_many(list(files), MAX_RECORD)
    for file, path in files.items():
        try:
            found.append(_parse_manifest(contents[file], path))
        except (ValueError, KeyError):
            continue  # `archive verify` names it
    return found


def current_runs(storage: Storage, manifests: Sequence[Manifest]) -> set[str]:
    """Return the paths of the runs that `latest` names, one for each report, store and month."""
    months = {manifest.address.month for manifest in manifests}
    return {f"{month}/{run}" for month, run in storage.list_pointed(sorted(months)).items()}


def find_run(storage: Storage, typed: str) -> Manifest:
    """Find the one run that a person means.

    Parameters
    ----------
    typed : str
        The first digits of its id, the path of its folder, or ``report/store/month`` (its latest run).

    Raises
    ------
    ConfigError
        When there is none, or more than one.
    """
    manifests = list_manifests(storage)
    path = typed.removeprefix(f"{storage.place.rstrip('/')}/").strip("/").removesuffix("/latest")
    path = path.removesuffix(f"/{MANIFEST}").removesuffix(f"/{HTML}").removesuffix("/latest")
    found = [manifest for manifest in manifests if manifest.address.path == path]
    if not found and re.fullmatch("[0-9a-f]{4,16}", typed):
        found = [manifest for manifest in manifests if manifest.run.startswith(typed)]
    if not found:
        latest = storage.pointed(path) if path.count("/") == 2 else None
        found = [manifest for manifest in manifests if manifest.address.month == path and manifest.run == latest]
    if len(found) == 1:
        return found[0]
    expected = "the id of a run, or report/store/month"
    if found:
        came = f"'{typed}', which is the beginning of {len(found)}: {', '.join(manifest.run for manifest in found[:5])}"
        raise ConfigError(Problem(storage.place, "RUN", expected, came))
    known = [manifest.run for manifest in manifests] + [manifest.address.month for manifest in manifests]
    hint = did_you_mean(typed, known) or "See 'reportgen archive list'."
    raise ConfigError(Problem(storage.place, "RUN", expected, f"'{typed}'", hint))
