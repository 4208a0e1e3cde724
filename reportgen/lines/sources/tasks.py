"""Types a source on a cluster: each of its files where an executor is, by the same code as on the embedded engine."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.config.lines import ColumnOptions
from reportgen.errors import ReportgenError
from reportgen.filesystems import is_url, open_filesystem
from reportgen.lines.engine.duckdb import open_engine
from reportgen.lines.engine.spark import SparkEngine
from reportgen.lines.sources.files import SourceFile
from reportgen.lines.sources.lakes import Lake, at_hand
from reportgen.lines.sources.loading import LoadSummary, SourcePart, add_up, load_parts
from reportgen.lines.sources.typed import TABLE, Notation

_SPLIT_BYTES = 64_000_000
"""Size up to which files of a lake are typed by one task."""


@dataclass(frozen=True, slots=True)
class _Task:
    """A part to type, and where its lines go.

    Attributes
    ----------
    part : SourcePart
        A file, or files of a lake.
    number : int
        Of the file or lake in the source, from 1.
    columns, notation
        What the config says of it.
    place : str
        Folder or URL for the typed lines.
    name : str
        File in it.
    """

    part: SourcePart
    number: int
    columns: ColumnOptions
    notation: Notation
    place: str
    name: str


def load_by_tasks(
    engine: SparkEngine, parts: Sequence[SourcePart], columns: ColumnOptions, notation: Notation
) -> LoadSummary:
    """Type all parts on the executors, and make `TABLE` of what they wrote.

    What is no file, such as a table of a database, is typed by this process.

    Raises
    ------
    ReportgenError
        The first that any part raises.
    """
    place = f"{engine.scratch}/typed"
    tasks = [
        _Task(part, number, columns, notation, place, f"{number:06}-{n:06}.parquet")
        for number, whole in enumerate(parts, 1)
        for n, part in enumerate(_split(whole))
    ]
    told: dict[str, LoadSummary] = {}
    far = [task for task in tasks if isinstance(task.part, SourceFile | Lake)]
    if far:
        given = engine.run_tasks(run_task, [pickle.dumps(task) for task in far])
        told |= {task.name: _result_of(answer) for task, answer in zip(far, given, strict=True)}
    for task in tasks:
        if task.name not in told:
            told[task.name] = _type(task)
    engine.read_parquet(TABLE, [f"{place}/{task.name}" for task in tasks])
    return add_up([told[task.name] for task in tasks])


def run_task(payload: bytes) -> bytes:
    """Type one part; what is wrong with it goes back as a value, for a person at the other end."""
    try:
        return pickle.dumps(_type(pickle.loads(payload)))  # noqa: S301 - made by `load_by_tasks`
    except ReportgenError as error:
        return pickle.dumps(error)


def _result_of(answer: bytes) -> LoadSummary:
    told = pickle.loads(answer)  # noqa: S301 - made by `run_task`
    if isinstance(told, ReportgenError):
        raise told
    assert isinstance(told, LoadSummary)  # noqa: S101 - it gives nothing else
    return told


def _split(part: SourcePart) -> list[SourcePart]:
    """Split a lake into parts of a size that one task can type in a minute; all else is one."""
    if not isinstance(part, Lake):
        return [part]
    groups: list[list[SourceFile]] = [[]]
    size = 0
    for file in part.files:
        if groups[-1] and size + file.size > _SPLIT_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(file)
        size += file.size
    return [Lake(tuple(group), part.place) for group in groups]


def _type(task: _Task) -> LoadSummary:
    """Type a part into a Parquet file."""
    with open_engine() as engine, at_hand(task.part) as part:
        told = load_parts(engine, [(task.number, part)], task.columns, task.notation)
        if is_url(task.place):
            written = engine.new_file(".parquet")
            engine.write_parquet(TABLE, written)
            filesystem, root = open_filesystem(task.place, "engine.spark.scratch")
            filesystem.put_file(str(written), f"{root}/{task.name}")
        else:
            Path(task.place).mkdir(parents=True, exist_ok=True)
            engine.write_parquet(TABLE, Path(task.place) / task.name)
    return told
