"""The ledger of actions: beside the archive, what was said of each, never changed, the last of it counts.

Below ``actions/<report>/<store>/<month>/`` stands ``<id>.<n>.json`` for the n-th thing that was said of an action,
sealed: the plan as the report proposed it, the run and the file whose customers it was for, and the day on which it was
sent, from which the days of the trial follow. So all of it is fixed before the outcome is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from reportgen.archive.audiences import read_arms
from reportgen.archive.runs import current_runs, list_manifests, read_manifest
from reportgen.archive.seals import digest, seal, unseal
from reportgen.archive.storage import MAX_RECORD, Storage, StorageError, storage_error
from reportgen.config.values import ACTIONS_FOLDER
from reportgen.errors import ConfigError, Problem, did_you_mean
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
    """

    mark: ActionMark
    manifest: Manifest
    file: AudienceFile

    @property
    def path(self) -> str:
        """Path of the list within the archive; `forget` gives it another name."""
        names = (name for name in self.manifest.files if first_edition(name) == self.file.file)
        return f"{self.manifest.address.path}/{next(names, self.file.file)}"

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
            found[store][name["id"]] = int(name["n"]), _read_mark(storage, path, name["id"])
    return {store: {key: mark for key, (_, mark) in marks.items()} for store, marks in found.items()}


def _read_mark(storage: Storage, path: str, key: str) -> ActionMark:
    try:
        mark = _MARKS.validate_python(unseal(storage.read(path, MAX_RECORD), path))
        if mark.trial.id != key or not Address.is_path(mark.run):
            raise ValueError("that of another action")
    except (ValueError, FileNotFoundError) as error:
        raise _damaged(storage, path, error) from None
    return mark


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


def list_actions(storage: Storage, report: str | None = None) -> Iterator[KeptAction]:
    """Yield the actions of an archive whose customers are kept: of each month the latest run's, or the one marked.

    Parameters
    ----------
    storage : Storage
        The archive.
    report : str, optional
        Only this report's.
    """
    manifests = [manifest for manifest in list_manifests(storage) if report in (None, manifest.report)]
    current = current_runs(storage, manifests)
    marks = {name: read_marks(storage, name) for name in sorted({manifest.report for manifest in manifests})}
    for manifest in manifests:
        said = marks[manifest.report].get(manifest.store_folder, {})
        for kept in _list_of_run(storage, manifest):
            mark = said.get(kept.mark.trial.id)
            if mark is not None and mark.run == manifest.address.path:
                yield replace(kept, mark=mark)
            elif mark is None and manifest.address.path in current:
                yield kept


def _list_of_run(storage: Storage, manifest: Manifest) -> Iterator[KeptAction]:
    if manifest.audience_ids == "none" or not is_readable(manifest.versions.get("facts")):
        return
    path = manifest.address.path
    report = read_report(storage.read(f"{path}/{FACTS}", MAX_RECORD))
    titles = {(words.number, action.id): action.title for words in report.words.segments for action in words.actions}
    trials = {trial.id: trial for trial in report.trials}
    for file in report.audiences:
        trial = replace(trials[file.trial], title=titles[file.segment, file.action])
        yield KeptAction(ActionMark(trial, path, file.file, None, ""), manifest, file)


def find_action(storage: Storage, typed: str) -> KeptAction:
    """Find the one action that a person means by the first digits of its id.

    Raises
    ------
    ConfigError
        When there is none, or more than one.
    """
    actions = list(list_actions(storage))
    found = [kept for kept in actions if re.fullmatch("[0-9a-f]{4,8}", typed) and kept.mark.trial.id.startswith(typed)]
    if len(found) == 1:
        return found[0]
    expected = "the id of an action"
    if found:
        came = f"'{typed}', which is the beginning of {len(found)}"
        raise ConfigError(Problem(storage.place, "ACTION", expected, came))
    hint = did_you_mean(typed, [kept.mark.trial.id for kept in actions]) or "See 'reportgen actions list'."
    raise ConfigError(Problem(storage.place, "ACTION", expected, f"'{typed}'", hint))


def load_marked(storage: Storage, mark: ActionMark) -> MarkedTrial:
    """Load the list of a marked action, where it was sent and is still as it was written."""
    return MarkedTrial(mark) if mark.sent_on is None else load_list(storage, mark)


def load_list(storage: Storage, mark: ActionMark) -> MarkedTrial:
    """Load the list of an action, whatever was said of it; no arms where it is not as it was written."""
    try:
        manifest = read_manifest(storage, mark.run)
        name = next(name for name in manifest.files if first_edition(name) == mark.file)
        content = storage.read(f"{mark.run}/{name}")
        if digest(content) != manifest.files[name].sha256:
            raise ValueError("another content than was written")
        return MarkedTrial(mark, read_arms(content), manifest.audience_ids)
    except (FileNotFoundError, ValueError, StopIteration):
        return MarkedTrial(mark)


def dump_marks(marks: Sequence[ActionMark]) -> bytes:
    """Write what was said of some actions as JSON, for the run that saw it."""
    return _LISTS.dump_json(list(marks), indent=1) + b"\n"


def read_dumped(content: bytes) -> list[ActionMark]:
    """Read what `dump_marks` wrote; `ValueError` when it is something else."""
    marks: list[ActionMark] = _LISTS.validate_json(content)
    return marks
