"""The command that lists what a run would make: `reportgen plan`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.cli.run import add_which_runs, list_overrides, load_all
from reportgen.errors import EXIT_DONE, EXIT_SOME_FAILED
from reportgen.text.terminal import say, say_json, visible_line

if TYPE_CHECKING:
    from reportgen.runs.listing import ListedRun


def add_plan(commands: Any) -> None:
    """Add the command `plan`."""
    plan = commands.add_parser("plan", help="list the runs that a config leads to, and make none", allow_abbrev=False)
    plan.add_argument("config", metavar="CONFIG", type=Path, help="YAML config file")
    add_which_runs(plan)
    plan.add_argument("--shards", metavar="N", type=_shards, help="tell to which of so many shares each store belongs")
    plan.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else")
    plan.set_defaults(do=_plan)


def _shards(text: str) -> int:
    from reportgen.runs.shards import parse_shard  # noqa: PLC0415

    try:
        return parse_shard(f"1/{text}").of
    except ValueError:
        raise argparse.ArgumentTypeError("a number of shares such as 10") from None


def _plan(parsed: argparse.Namespace) -> int:
    from reportgen.cli.clock import read_last_day  # noqa: PLC0415
    from reportgen.errors import ConfigError  # noqa: PLC0415
    from reportgen.runs.listing import list_runs  # noqa: PLC0415
    from reportgen.runs.request import Request  # noqa: PLC0415

    (loaded,) = load_all([parsed.config], list_overrides(parsed))
    if isinstance(loaded, ConfigError):
        raise loaded
    request = Request(parsed.output, tuple(parsed.store), last_day=read_last_day(), keeps_lines=True)
    listed = list_runs(loaded, request)
    if parsed.json:
        say_json({"runs": [_as_json(run, parsed.shards) for run in listed]})
    else:
        for run in listed:
            say(visible_line(_describe(run, parsed.shards)))
    for run in listed:
        for problem in run.problems:
            say(str(problem), is_error=True)
    failed = [run for run in listed if run.status == "failed"]
    return EXIT_SOME_FAILED if failed else EXIT_DONE


def _as_json(run: ListedRun, shards: int | None) -> dict[str, Any]:
    from reportgen.archive.names import ALL_STORES  # noqa: PLC0415

    told: dict[str, Any] = {
        "report": run.report,
        "store": run.store or ALL_STORES,
        "period": run.period,
        "status": run.status,
        "run": run.run,
        "lines": run.lines,
        "reason": "; ".join(str(problem) for problem in run.problems),
    }
    return told if shards is None else {**told, "shard": f"{_shard(run, shards)}/{shards}"}


def _describe(run: ListedRun, shards: int | None) -> str:
    from reportgen.archive.names import ALL_STORES  # noqa: PLC0415

    share = "" if shards is None else f", shard {_shard(run, shards)}/{shards}"
    return f"{run.report} {run.store or ALL_STORES} {run.period or '-'}: {run.status}, {run.lines:,} lines{share}"


def _shard(run: ListedRun, shards: int) -> int:
    from reportgen.runs.shards import shard_of  # noqa: PLC0415

    return shard_of(run.report, run.store, shards)
