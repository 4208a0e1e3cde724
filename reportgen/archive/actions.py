"""The ledger of actions: beside the archive, what was said of each, never changed, the last of it counts.

Below ``actions/<report>/<store>/<month>/`` stands ``<id>.<n>.json`` for the n-th thing that was said of an action,
sealed: the plan as the report proposed it, the run and the file whose customers it was for, and the day on which it was
sent, from which the days of the trial follow. So all of it is fixed before the outcome is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from reportgen.archive.audiences import read_arms
from reportgen.archive.lists import KEY_VARIABLE, customer_key, key_mark
from reportgen.archive.runs import current_runs, list_manifests, read_manifest
from reportgen.archive.seals import digest, seal, unseal
from reportgen.archive.storage import MAX_RECORD, Storage, StorageError, storage_error
from reportgen.config.values import ACTIONS_FOLDER
from reportgen.errors import ArchiveError, ConfigError, Problem, did_you_mean
from reportgen.model.archive import Address, Manifest
from reportgen.model.artefacts import FACTS, first_edition
from reportgen.model.trials import ActionMark, AudienceFile, MarkedTrial
from reportgen.model.upgrade import is_readable, read_report

MARK_NAME = re.compile(r"(?P<id>[0-9a-f]{8})\.(?P<n>[1-9][0-9]{0,5})\.json")
_MARKS, _LISTS = TypeAdapter(ActionMark), TypeAdapter(list[ActionMark])


@dataclass(frozen=True, slots=True)
class KeptAction:
    """An action with a list of customers in the archive.

    Attributes
    ----------
    mark : ActionMark
        What was said of it last; where nothing was, what would be if it were marked now, with no time.
    manifest : Manifest
        The run.
    file : AudienceFile
        Its list.
    is_current : bool
        Whether the run is its month's present one.
    """

    mark: ActionMark
    manifest: Manifest
    file: AudienceFile
    is_current: bool = True

    @property
    def path(self) -> str:
        """Path of the list within the archive; `forget` gives it another name."""
        names = (name for name in self.manifest.files if first_edition(name) == self.file.file)
        return f"{self.manifest.address.path}/{next(names, self.file.file)}"

    @property
    def sha256(self) -> str:
        """Digest of the list; empty where the run does not have it."""
        name = self.path.removeprefix(f"{self.manifest.address.path}/")
        return self.manifest.files[name].sha256 if name in self.manifest.files else ""

    @property
    def is_marked(self) -> bool:
        """Whether anything was said of it."""
        return bool(self.mark.at)


def read_marks(storage: Storage, report: str) -> dict[str, dict[str, ActionMark]]:
    """Read what was said last of each action of a report: by the store's folder and the action's id.

    Raises
    ------
    StorageError
        When something in the ledger cannot be read.
    """
    found: dict[str, dict[str, tuple[int, ActionMark]]] = {}
    for path in storage.files(f"{ACTIONS_FOLDER}/{report}"):
        _, _, store, *rest = path.split("/")
        name = MARK_NAME.fullmatch(rest[-1]) if len(rest) == 2 else None
        if name is None:
            continue  # `archive verify` names it
        last = found.setdefault(store, {}).get(name["id"])
        if last is None or last[0] < int(name["n"]):
            found[store][name["id"]] = int(name["n"]), _read_mark(storage, path)
    return {store: {key: mark for key, (_, mark) in marks.items()} for store, marks in found.items()}


def parse_mark(content: bytes, path: str) -> ActionMark:
    """Read what was said of an action; `ValueError` when it is not as it was written, or of another one."""
    mark = _MARKS.validate_python(unseal(content, path))
    _, report, store, month, name = path.split("/")
    address = Address.parse(mark.run)
    if not name.startswith(f"{mark.trial.id}.") or (address.report, address.store, address.period) != (
        report,
        store,
        month,
    ):
        raise ValueError("what was said of another action")
    return mark


def _read_mark(storage: Storage, path: str) -> ActionMark:
    try:
        return parse_mark(storage.read(path, MAX_RECORD), path)
    except (ValueError, FileNotFoundError) as error:
        raise _damaged(storage, path, error) from None


def _damaged(storage: Storage, path: str, error: Exception) -> StorageError:
    came = " ".join(str(error).split())[:200]
    return storage_error(
        storage.shown(path), f"a ledger of actions that is damaged ({came})", "See 'reportgen archive verify'."
    )


def write_mark(storage: Storage, mark: ActionMark, address: Address) -> str:
    """Write what was said of an action, beside what was said before; return the path.

    Parameters
    ----------
    storage : Storage
        The archive.
    mark : ActionMark
        What is said.
    address : Address
        Of the run that proposed it.
    """
    folder = f"{ACTIONS_FOLDER}/{address.month}"
    number = 1
    while True:
        path = f"{folder}/{mark.trial.id}.{number}.json"
        if storage.create(path, seal(_MARKS.dump_python(mark, mode="json"), path)):
            return path
        number += 1


def list_actions(storage: Storage, report: str | None = None) -> list[KeptAction]:
    """List the actions of an archive whose customers are kept: of all runs, those that were replaced too.

    Parameters
    ----------
    storage : Storage
        The archive.
    report : str, optional
        Only this report's.

    Raises
    ------
    ArchiveError
        When a run is not as it was written.
    """
    manifests = [manifest for manifest in list_manifests(storage) if report in (None, manifest.report)]
    current = current_runs(storage, manifests)
    marks = {name: read_marks(storage, name) for name in sorted({manifest.report for manifest in manifests})}
    return [
        replace(kept, mark=_find_mark(kept, marks), is_current=manifest.address.path in current)
        for manifest in manifests
        for kept in _list_of_run(storage, manifest)
    ]


def _find_mark(kept: KeptAction, marks: Mapping[str, Mapping[str, Mapping[str, ActionMark]]]) -> ActionMark:
    """Find what was said last of an action, if it is of this very run's customers."""
    said = marks[kept.manifest.report].get(kept.manifest.store_folder, {}).get(kept.mark.trial.id)
    return said if said is not None and said.run == kept.manifest.address.path else kept.mark


def _list_of_run(storage: Storage, manifest: Manifest) -> Iterator[KeptAction]:
    is_report = manifest.kind == "store" and manifest.status == "done"
    if manifest.audience_ids == "none" or not is_report or not is_readable(manifest.versions.get("facts")):
        return
    path = manifest.address.path
    try:
        report = read_report(storage.read(f"{path}/{FACTS}", MAX_RECORD))
        titles = {
            (words.number, action.id): action.title for words in report.words.segments for action in words.actions
        }
        trials = {trial.id: trial for trial in report.trials}
        for file in report.audiences:
            trial = replace(trials[file.trial], title=titles[file.segment, file.action])
            yield KeptAction(ActionMark(trial, path, file.file, None, ""), manifest, file)
    except (FileNotFoundError, ValueError, KeyError) as error:
        came = f"one that cannot be read ({' '.join(str(error).split())[:200]})"
        hint = "See 'reportgen archive verify'."
        raise ArchiveError(Problem(storage.shown(path), "run", "one as it was written", came, hint)) from None


def find_action(storage: Storage, typed: str, run: str | None = None) -> KeptAction:
    """Find the one action that a person means.

    Parameters
    ----------
    storage : Storage
        The archive.
    typed : str
        The first digits of its id.
    run : str, optional
        The first digits of the run whose customers are meant, where a month was made more than once.

    Raises
    ------
    ConfigError
        When there is none, or more than one, or the month was made anew with other customers and no run is named.
    """
    actions = list_actions(storage)
    found = [kept for kept in actions if re.fullmatch("[0-9a-f]{4,8}", typed) and kept.mark.trial.id.startswith(typed)]
    if len({kept.mark.trial.id for kept in found}) > 1:
        ids = sorted({kept.mark.trial.id for kept in found})
        came = f"'{typed}', which is the beginning of {len(ids)}: {', '.join(ids[:5])}"
        raise ConfigError(Problem(storage.place, "ACTION", "the id of an action", came))
    if not found:
        hint = did_you_mean(typed, [kept.mark.trial.id for kept in actions]) or "See 'reportgen actions list'."
        raise ConfigError(Problem(storage.place, "ACTION", "the id of an action", f"'{typed}'", hint))
    meant = [kept for kept in found if run is None or kept.manifest.run.startswith(run)]
    contents = {kept.sha256 for kept in meant}
    if len(contents) != 1:
        runs = ", ".join(f"{kept.manifest.run}{' (the latest)' if kept.is_current else ''}" for kept in found)
        came = "none" if run is None else f"'{run}'"
        expected = f"the run whose customers were written to, for the month was made more than once: {runs}"
        raise ConfigError(Problem(storage.place, "--run", expected, came, "See 'reportgen actions list --all'."))
    return next((kept for kept in meant if kept.is_current), meant[-1])


def load_marked(storage: Storage, mark: ActionMark) -> MarkedTrial:
    """Load the list of a marked action, where it was sent and can still be read."""
    if mark.sent_on is None:
        return MarkedTrial(mark)
    try:
        return load_list(storage, mark)
    except (ArchiveError, ConfigError):
        return MarkedTrial(mark)


def load_list(storage: Storage, mark: ActionMark) -> MarkedTrial:
    """Load the list of an action, whatever was said of it.

    Raises
    ------
    ArchiveError
        When it is not as it was written.
    ConfigError
        When its ids are keyed by a secret that the environment does not hold.
    """
    try:
        manifest = read_manifest(storage, mark.run)
        name = next(name for name in manifest.files if first_edition(name) == mark.file)
        content = storage.read(f"{mark.run}/{name}")
        if digest(content) != manifest.files[name].sha256:
            raise ValueError("another content than was written")
        arms = read_arms(content)
    except (FileNotFoundError, ValueError, StopIteration) as error:
        came = f"none that can be read ({' '.join(str(error).split())[:200]})"
        hint = "See 'reportgen archive verify'."
        expected = "the customers of an action, as they were written"
        raise ArchiveError(Problem(storage.shown(mark.run), mark.file, expected, came, hint)) from None
    if manifest.audience_ids == "hashed" and manifest.origin.get("key") != key_mark(customer_key()):
        expected = "the secret that the list's ids were keyed by"
        raise ConfigError(Problem("environment", KEY_VARIABLE, expected, "another"))
    return MarkedTrial(mark, arms, manifest.audience_ids)


def dump_marks(marks: Sequence[ActionMark]) -> bytes:
    """Write what was said of some actions as JSON, for the run that saw it."""
    return _LISTS.dump_json(list(marks), indent=1) + b"\n"


def read_dumped(content: bytes) -> list[ActionMark]:
    """Read what `dump_marks` wrote; `ValueError` when it is something else."""
    marks: list[ActionMark] = _LISTS.validate_json(content)
    return marks
