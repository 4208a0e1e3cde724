"""Makes an archived run again on the present source, and compares byte for byte."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.archive.actions import read_dumped, write_mark
from reportgen.archive.diff import compare_bytes, why_other
from reportgen.archive.open import open_storage
from reportgen.archive.options import read_options
from reportgen.archive.runs import copy_run, has_whole_run, is_signed, read_made, read_manifest
from reportgen.archive.seals import KEY_VARIABLE
from reportgen.archive.storage import MAX_RECORD, Storage
from reportgen.config.load import load_options, quote_override
from reportgen.errors import ArchiveError, ConfigError, Problem
from reportgen.filesystems import is_url
from reportgen.model.archive import Address, Circumstances, Manifest
from reportgen.model.artefacts import MARKS, OPTIONS, PLAYBOOK, holds_customers
from reportgen.model.outcome import Outcome
from reportgen.model.trials import ActionMark
from reportgen.runs.listener import Listener
from reportgen.runs.load import load_config_to_run
from reportgen.runs.previous import chain_of
from reportgen.runs.request import Request
from reportgen.runs.schedule import run_config
from reportgen.tempdirs import open_tempdir


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A run that was made again.

    Attributes
    ----------
    files : dict
        `same`, `other content`, `missing` or `extra`, by file name.
    reasons : tuple of str
        Which of config, version and data is other now.
    forgotten : bool
        Whether the archived list has lost customers on purpose.
    """

    files: Mapping[str, str]
    reasons: tuple[str, ...]
    forgotten: bool

    @property
    def is_same(self) -> bool:
        """Whether every byte is the same, but for lists that forgot somebody."""
        return all(state == "same" or (self.forgotten and holds_customers(name)) for name, state in self.files.items())


def reproduce(
    storage: Storage, manifest: Manifest, *, source: str | None, template_dir: str | None, begun_at: str
) -> Reproduction:
    """Make a run again from its archived options on the present source, and compare byte for byte.

    Where the order lines and a user's own templates are is taken from the archive only when it is signed with our key:
    else anybody's archive could name any file to read and any template to run.

    Parameters
    ----------
    storage : Storage
        The archive; nothing in it is touched.
    manifest : Manifest
        The run.
    source, template_dir : str, optional
        Where the order lines and the user's own templates are now; a config (``.yaml``) stands for what it reads.
    begun_at : str
        When the command began.

    Raises
    ------
    ConfigError
        When the run is a chain report, which follows from its stores' runs, when it is not said where the lines are, or
        when its options no longer load.
    ArchiveError
        When a file of it is not what a run keeps.
    """
    if manifest.kind == "chain":
        expected = "the run of a store; a chain report follows from those it refers to"
        raise ConfigError(Problem(storage.place, "RUN", expected, f"the chain report {manifest.run}"))
    made = _read_whole(storage, manifest)
    said = made.source if made.source == made.source.removeprefix("database ") else made.config
    source = source or _outside(storage, manifest, "--source", "where the order lines are now", said)
    if made.template_dir is not None:
        expected = "where the templates are that it was made with"
        template_dir = template_dir or _outside(storage, manifest, "--template-dir", expected, made.template_dir)
    with open_tempdir() as folder:
        overrides = _lay_out(storage, manifest, folder)
        overrides.append(_override_source(source))
        if template_dir is not None:
            overrides.append(quote_override("template_dir", str(Path(template_dir).absolute())))
        if made.split_by is not None:
            overrides.append(quote_override("stores.by", made.split_by))
        loaded_config = load_config_to_run(folder / OPTIONS, overrides, made_on=manifest.made_on, begun_at=begun_at)
        loaded_config = loaded_config.for_one(manifest.store, is_split=made.split_by is not None)
        again = open_storage(str(folder / "again"))
        _copy_earlier(storage, manifest, again)
        stores = (manifest.store,) if manifest.store is not None else ()
        outcomes = run_config(loaded_config, Request(str(folder / "again"), stores), Listener())
        return _compare(storage, manifest, outcomes, again)


def _override_source(source: str) -> str:
    """Return the override that reads from a file or URL, or from what another config reads."""
    if is_url(source):
        return quote_override("source.path", source)
    if not source.endswith((".yaml", ".yml")):
        return quote_override("source.path", str(Path(source).absolute()))
    options = load_options(Path(source)).source
    if options.database is None:
        return quote_override("source.path", options.path)
    dumped = options.database.model_dump(mode="json")  # in which `before_window: all` is a word, and no null
    stated = {name: value for name, value in dumped.items() if value is not None}
    return f"source.database={json.dumps(stated).replace('$', '$$')}"


def _lay_out(storage: Storage, manifest: Manifest, folder: Path) -> list[str]:
    """Copy a run's options and playbook into a folder; return what makes the one use the other."""
    for file in (OPTIONS, PLAYBOOK):
        if file in manifest.files:
            (folder / file).write_bytes(storage.read(f"{manifest.address.path}/{file}", MAX_RECORD))
    return [quote_override("playbook", str(folder / PLAYBOOK))] if PLAYBOOK in manifest.files else []


def _copy_earlier(storage: Storage, manifest: Manifest, again: Storage) -> None:
    """Copy what a run was made with of earlier ones: the marked actions' lists, and the report it is compared with."""
    for mark in _read_marks(storage, manifest):
        if storage.has_run(mark.run):
            _copy(storage, read_manifest(storage, mark.run), again)
        write_mark(again, mark, Address.parse(mark.run))
    for earlier in chain_of(storage, manifest):  # after those: the last that is copied of a month is its latest
        _copy(storage, earlier, again)


def _read_marks(storage: Storage, manifest: Manifest) -> list[ActionMark]:
    """Read what a run saw that was said of earlier actions."""
    path = f"{manifest.address.path}/{MARKS}"
    return read_dumped(storage.read(path, MAX_RECORD)) if MARKS in manifest.files else []


def _read_whole(storage: Storage, manifest: Manifest) -> Circumstances:
    """Read how a run was made, and see that its files and its options are what a run keeps."""
    path = manifest.address.path
    try:
        if not has_whole_run(storage, manifest.address):
            raise ValueError("files that its manifest does not describe")
        options = read_options(storage, path)
        if (options.get("report", {}).get("id"), options.get("period")) != (manifest.report, manifest.period):
            raise ValueError("options of another run")
        return read_made(storage, path)
    except (FileNotFoundError, ValueError, AttributeError) as error:
        came = f"another ({' '.join(str(error).split())[:200]})"
        hint = "See 'reportgen archive verify'."
        raise ArchiveError(Problem(storage.shown(path), "run", "one as it was written", came, hint)) from None


def _outside(storage: Storage, manifest: Manifest, flag: str, expected: str, said: str) -> str:
    """Return a path that the archive names, if it is signed with our key; else ask for it."""
    path = manifest.address.path
    if is_signed(storage, path):
        return _fill_secrets(said)
    came = f"nothing; the archive says '{said[:200]}'"
    hint = f"A path that an archive names is followed only when it is signed with the key in {KEY_VARIABLE}."
    raise ConfigError(Problem(storage.shown(path), flag, expected, came, hint))


def _fill_secrets(path: str) -> str:
    """Put the environment's values where a path has the names of secrets."""
    return re.sub(r"\$\{(\w+)\}", lambda found: os.environ.get(found[1], found[0]), path)


def _copy(storage: Storage, manifest: Manifest, other: Storage) -> None:
    try:
        copy_run(storage, manifest, other)
    except (FileNotFoundError, ValueError) as error:
        place = storage.shown(manifest.address.path)
        hint = "See 'reportgen archive verify'."
        raise ArchiveError(Problem(place, "run", "the previous report, whole", str(error)[:200], hint)) from None


def _compare(storage: Storage, manifest: Manifest, outcomes: Sequence[Outcome], again: Storage) -> Reproduction:
    failed = [problem for outcome in outcomes for problem in outcome.problems]
    if failed:
        raise ConfigError(*failed)
    remade = read_manifest(again, f"{manifest.address.month}/{outcomes[0].run}")
    files = compare_bytes(storage, manifest, again, remade)
    reasons = why_other(manifest, remade)
    if any(
        read_manifest(storage, run).forgotten
        for run in {mark.run for mark in _read_marks(storage, manifest)}
        if storage.has_run(run)
    ):
        reasons.append("who is in the lists of earlier actions (somebody was forgotten)")
    return Reproduction(files, tuple(reasons), bool(manifest.forgotten))
