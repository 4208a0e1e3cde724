"""The command that makes reports: `reportgen run`."""

from __future__ import annotations

import argparse
import gc
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from reportgen import BEGUN
from reportgen.cli.clock import read_clock, read_last_day
from reportgen.cli.mailing import add_new_archive, check_first, check_mail, end_mail, mail_made
from reportgen.errors import EXIT_DONE, EXIT_LATE, EXIT_SOME_FAILED, ArchiveError, ConfigError, Problem
from reportgen.garbage import collect_garbage
from reportgen.text.terminal import say, say_json

if TYPE_CHECKING:
    from datetime import date

    from reportgen.cli.console import Progress
    from reportgen.model.mail import Delivery
    from reportgen.model.outcome import Outcome
    from reportgen.runs.configs import LoadedConfig
    from reportgen.runs.request import Request


def add_run(commands: Any) -> None:
    """Add the command `run`."""
    run = commands.add_parser("run", help="make the reports of each config", allow_abbrev=False)
    run.add_argument("configs", nargs="+", metavar="CONFIG", type=Path, help="YAML config file, or a folder of them")
    run.add_argument("--source", metavar="PATH", help="order lines to read instead of the config's source.path")
    add_which_runs(run)
    run.add_argument("--jobs", metavar="N", type=_jobs, help="processes to share the work; default: the cores")
    run.add_argument("--resume", action="store_true", help="go on with an interrupted run: make only what is missing")
    run.add_argument(
        "--shard",
        metavar="N/OF",
        type=_shard,
        help="make only this share of the stores, as 3/10",
    )
    run.add_argument("--no-cache", action="store_true", help="read all files anew, and keep nothing of them")
    run.add_argument("--send", action="store_true", help="e-mail the reports to their readers; see 'send'")
    add_new_archive(run)
    run.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else")
    run.add_argument(
        "--profile", metavar="FILE", type=Path, help="write what took how long, for Perfetto or speedscope"
    )
    run.add_argument("--verbose", action="store_true", help="log each step and how long it took, on stderr")
    run.add_argument("--quiet", action="store_true", help="print nothing but errors")
    run.set_defaults(do=_run)


def add_which_runs(command: argparse.ArgumentParser) -> None:
    """Add the flags that say which runs of a config are meant."""
    command.add_argument(
        "--period", metavar="MONTHS", help="YYYY-MM, YYYY-MM..YYYY-MM or last, instead of the config's"
    )
    command.add_argument("--store", metavar="NAME", action="append", default=[], help="only this store's reports")
    command.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="set any option, such as segments.n_clusters=5"
    )
    command.add_argument("--output", metavar="PLACE", help="folder or URL of the archive instead of the config's")


def _jobs(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,2}", text):
        raise argparse.ArgumentTypeError("a number of processes from 1 to 999")
    return int(text)


def _shard(text: str) -> Any:
    from reportgen.runs.shards import parse_shard  # noqa: PLC0415

    try:
        return parse_shard(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _run(parsed: argparse.Namespace) -> int:
    gc.disable()  # a run makes millions of small objects and no cycles worth the search; collected between configs
    _log_steps(is_asked=parsed.verbose)
    if parsed.profile is None:
        return _run_configs(parsed)
    from reportgen.tracing import name_process, record, tell_process, write_span  # noqa: PLC0415

    with record(parsed.profile):
        name_process("first process")
        try:
            return _run_configs(parsed)
        finally:
            write_span("run", "run", BEGUN, perf_counter())
            tell_process()


def _run_configs(parsed: argparse.Namespace) -> int:
    from reportgen.cli.console import Progress  # noqa: PLC0415
    from reportgen.config.files import list_configs  # noqa: PLC0415
    from reportgen.runs.workers import count_cores  # noqa: PLC0415

    if parsed.shard is not None and parsed.send:
        hint = "When all shares are made, 'reportgen run CONFIG --send' compares the stores and sends."
        expected = "no mail from a single share of the stores"
        raise ConfigError(Problem("command line", "--send", expected, f"--shard {parsed.shard}", hint))
    configs, overrides = list_configs(parsed.configs), list_overrides(parsed)
    loaded = load_all(configs, overrides)
    _check_any(loaded)
    if parsed.send:
        check_mail([loaded_config for loaded_config in loaded if not isinstance(loaded_config, ConfigError)])
    from reportgen.runs.request import Request  # noqa: PLC0415

    jobs = parsed.jobs or count_cores()
    stores = tuple(parsed.store)
    request = Request(
        parsed.output,
        stores,
        jobs,
        parsed.resume,
        last_day=read_last_day(),
        keeps_owner=True,
        keeps_lines=not parsed.no_cache,
        shard=parsed.shard,
    )
    _check_ids(
        [
            (config, loaded_config)
            for config, loaded_config in zip(configs, loaded, strict=True)
            if not isinstance(loaded_config, ConfigError)
        ],
        request,
    )
    if parsed.send:
        loaded = [check_first(config, one, request, parsed) for config, one in zip(configs, loaded, strict=True)]
        _check_any(loaded)
    with Progress(quiet=parsed.quiet or parsed.json) as progress:
        outcomes, deliveries = _make_and_mail(list(zip(configs, loaded, strict=True)), request, progress, parsed)
    outcomes = _tell(outcomes, deliveries, parsed)
    sent = end_mail(deliveries, is_shown=not (parsed.json or parsed.quiet))
    return _end(outcomes) or sent or _end_late(outcomes, is_shown=not (parsed.json or parsed.quiet))


def _tell(outcomes: list[Outcome], deliveries: Sequence[Delivery], parsed: argparse.Namespace) -> list[Outcome]:
    """Print how all ended; return it with what was held by the checks of the mail."""
    from reportgen.cli.console import summarise_all, summarise_mail  # noqa: PLC0415

    if deliveries:
        from reportgen.mail.send import hold_back  # noqa: PLC0415

        outcomes = hold_back(outcomes, deliveries)
    if parsed.json:
        _say_all(outcomes, deliveries if parsed.send else None)
    elif not parsed.quiet:
        say(summarise_all(outcomes))
        if parsed.send:
            say(summarise_mail(deliveries))
    return outcomes


def _make_and_mail(
    loaded: Sequence[tuple[Path, LoadedConfig | ConfigError]],
    request: Request,
    progress: Progress,
    parsed: argparse.Namespace,
) -> tuple[list[Outcome], list[Delivery]]:
    """Make the reports of each config, and send them before those of the next are made."""
    outcomes: list[Outcome] = []
    deliveries: list[Delivery] = []
    for number, (config, loaded_config) in enumerate(loaded):
        if number:
            collect_garbage()
        if isinstance(loaded_config, ConfigError):
            outcomes.append(_broken(config, loaded_config))
            continue
        is_mailed = parsed.send and loaded_config.base.options.mail.is_stated
        try:
            ended = _run_config(loaded_config, replace(request, is_mailed=is_mailed), progress)
        except (ConfigError, ArchiveError) as error:  # nothing was made there, and nothing is to be mailed from there
            outcomes.append(_broken(config, error))
            continue
        outcomes += ended
        if is_mailed:
            progress.announce("sending e-mail")
            deliveries += mail_made(loaded_config, request, ended)
    return outcomes, deliveries


def _log_steps(*, is_asked: bool) -> None:
    from reportgen.logs import ask_for_logs  # noqa: PLC0415 - logging is not needed to tell --help

    if is_asked:
        ask_for_logs()


def _check_any(loaded: Sequence[LoadedConfig | ConfigError]) -> None:
    """Stop when no config could be loaded."""
    broken = [error for error in loaded if isinstance(error, ConfigError)]
    if len(broken) == len(loaded):
        raise ConfigError(*(problem for error in broken for problem in error.problems))


def load_all(configs: Sequence[Path], overrides: Sequence[str]) -> list[LoadedConfig | ConfigError]:
    """Load configs; one that cannot be loaded is its error."""
    made_on, begun_at = read_clock()
    return [_try_load(config, overrides, made_on=made_on, begun_at=begun_at) for config in configs]


def _check_ids(loaded_configs: Sequence[tuple[Path, LoadedConfig]], request: Request) -> None:
    """Stop when two configs would take each other's place in one archive."""
    seen: dict[tuple[str, str], Path] = {}
    for config, loaded_config in loaded_configs:
        key = (request.place_of(loaded_config), loaded_config.base.options.report.id)
        if key in seen:
            came = f"'{key[1]}', as in {seen[key]}"
            hint = "Give each config its own 'report: {id: ...}'."
            raise ConfigError(Problem(str(config), "report.id", "an id that no other config has", came, hint))
        seen[key] = config


def _try_load(config: Path, overrides: Sequence[str], *, made_on: date, begun_at: str) -> LoadedConfig | ConfigError:
    from reportgen.runs.load import load_config_to_run  # noqa: PLC0415

    try:
        return load_config_to_run(config, overrides, made_on=made_on, begun_at=begun_at)
    except ConfigError as error:
        return error


def _run_config(loaded_config: LoadedConfig, request: Request, progress: Progress) -> list[Outcome]:
    from reportgen.runs.printing import start_printer  # noqa: PLC0415

    with start_printer(loaded_config, request) as printer:
        from reportgen.runs.schedule import run_config  # noqa: PLC0415 - heavy

        return run_config(loaded_config, request, progress, printer)


def _broken(config: Path, error: ConfigError | ArchiveError) -> Outcome:
    from reportgen.model.outcome import Outcome  # noqa: PLC0415

    return Outcome(str(config), None, "", "failed", problems=tuple(error.problems), exit_code=error.exit_code)


def _say_all(outcomes: Sequence[Outcome], deliveries: Sequence[Delivery] | None) -> None:
    from reportgen.cli.as_json import mail_as_json, runs_as_json  # noqa: PLC0415

    told: dict[str, Any] = {"runs": runs_as_json(outcomes), "seconds": round(perf_counter() - BEGUN, 3)}
    say_json(told if deliveries is None else {**told, "mail": mail_as_json(deliveries)})


def _end(outcomes: Sequence[Outcome]) -> int:
    """Print what failed, and tell the exit code: the failure's own where nothing was made."""
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    for problem in dict.fromkeys(problem for outcome in failed for problem in outcome.problems):
        say(str(problem), is_error=True)
    if not failed:
        return EXIT_DONE
    is_any_made = any(outcome.status in ("done", "unchanged", "held") for outcome in outcomes)
    return EXIT_SOME_FAILED if is_any_made else failed[0].exit_code


def _end_late(outcomes: Sequence[Outcome], *, is_shown: bool) -> int:
    """Print which months are missed, unless it is shown already, and tell the exit code."""
    late = [outcome for outcome in outcomes if outcome.status == "late"]
    if late and not is_shown:
        from reportgen.cli.console import summarise  # noqa: PLC0415

        say("\n".join(summarise(outcome) for outcome in late), is_error=True)
    return EXIT_LATE if late else EXIT_DONE


def list_overrides(parsed: argparse.Namespace) -> list[str]:
    """List the options that flags set, as overrides."""
    from reportgen.config.load import quote_override  # noqa: PLC0415

    overrides = list(parsed.set)
    if getattr(parsed, "source", None) is not None:
        overrides.append(quote_override("source.path", parsed.source))
    if parsed.period is not None:
        overrides.append(quote_override("period", parsed.period))
    return overrides
