"""Completes what is typed in a shell: commands, options, runs, stores, actions; nothing heavy, no network."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reportgen.archive.storage import Storage

_SHELLS = ("bash", "zsh", "fish")
_MARK = "_ARGCOMPLETE"
"""Variable of the environment that a shell sets when it asks what could come next."""
_OUTPUT = "output"
_Completer = Callable[..., Iterable[str]]


def add_completion(commands: Any) -> None:
    """Add the command that tells a shell how to ask."""
    text = 'print what makes a shell complete commands, runs and stores: eval "$(reportgen completion bash)"'
    completion = commands.add_parser("completion", help=text, allow_abbrev=False)
    completion.add_argument("shell", metavar="SHELL", choices=_SHELLS, help=", ".join(_SHELLS))
    completion.set_defaults(do=_print_code)


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer a shell that asks what could come next, and end; does nothing in any other case."""
    if _MARK not in os.environ:
        return
    import argcomplete  # noqa: PLC0415 - a run has no use for it

    _attach(parser)
    argcomplete.autocomplete(parser)


def _print_code(parsed: argparse.Namespace) -> int:
    import argcomplete  # noqa: PLC0415 - as above

    sys.stdout.write(argcomplete.shell_integration.shellcode(["reportgen"], shell=parsed.shell) + "\n")
    return 0


def _attach(parser: argparse.ArgumentParser) -> None:
    """Give each argument that names something of an archive or of a config what it may be."""
    completers: dict[str, _Completer] = {
        "RUN": _runs,
        "RUN|CONFIG": _runs_and_files,
        "REPORT": _reports,
        "ACTION": _actions,
        "KEY=VALUE": _options,
    }
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _attach(command)
        elif action.dest == "store":
            action.completer = _stores  # type: ignore[attr-defined]
        elif isinstance(action.metavar, str) and action.metavar in completers:
            action.completer = completers[action.metavar]  # type: ignore[attr-defined]


def _archive_of(parsed: argparse.Namespace) -> Storage | None:
    """Open the archive that the line names so far; None where it is none, or far away."""
    place = getattr(parsed, "output", None) or _OUTPUT
    if "://" in place or not Path(place).is_dir():
        return None
    from reportgen.archive.open import open_storage  # noqa: PLC0415

    return open_storage(place)


def _addresses(parsed: argparse.Namespace) -> Iterator[tuple[str, str, str, str]]:
    """Give report, store's folder, month and id of each run."""
    from reportgen.model.archive import Address  # noqa: PLC0415

    storage = _archive_of(parsed)
    for path in storage.runs() if storage is not None else ():
        address = Address.parse(path)
        yield address.report, address.store, address.period, address.run


def _runs(prefix: str, parsed_args: argparse.Namespace, **_: object) -> Iterable[str]:
    found = list(_addresses(parsed_args))
    names = {f"{report}/{store}/{month}" for report, store, month, _ in found}
    return sorted(names) if not prefix or "/" in prefix else sorted({*names, *(run for *_, run in found)})


def _runs_and_files(prefix: str, parsed_args: argparse.Namespace, **_: object) -> Iterable[str]:
    from argcomplete.completers import FilesCompleter  # noqa: PLC0415

    return [*_runs(prefix, parsed_args), *FilesCompleter(["yaml", "yml"])(prefix)]


def _reports(parsed_args: argparse.Namespace, **_: object) -> Iterable[str]:
    return sorted({report for report, *_ in _addresses(parsed_args)})


def _stores(parsed_args: argparse.Namespace, **_: object) -> Iterable[str]:
    from reportgen.archive.history import read_history  # noqa: PLC0415

    storage = _archive_of(parsed_args)
    reports = read_history(storage) if storage is not None else ()
    return sorted({one.store for report in reports for one in report.stores if one.store is not None})


def _actions(parsed_args: argparse.Namespace, **_: object) -> Iterable[str]:
    from reportgen.archive.actions import list_actions  # noqa: PLC0415

    storage = _archive_of(parsed_args)
    return sorted({kept.mark.trial.id for kept in list_actions(storage)}) if storage is not None else []


def _options(**_: object) -> Iterable[str]:
    from reportgen.archive.diff import flatten_options  # noqa: PLC0415
    from reportgen.config.options import Options  # noqa: PLC0415

    return [f"{name}=" for name in flatten_options(Options().model_dump(mode="json"))]
