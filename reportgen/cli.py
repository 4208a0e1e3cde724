"""The door: flags in, one library call, exit code out. Whatever is heavy is imported inside the commands."""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from reportgen import __version__
from reportgen.errors import EXIT_DONE, ConfigError, Interrupted, Problem, ReportgenError, UnexpectedError

if TYPE_CHECKING:
    from datetime import date

    from reportgen.config.options import Options

_LAST_SECOND = 253_402_300_799  # of the year 9999
_EXIT_CODES = """\
exit codes:
  0    done
  1    unexpected: a fault of the program or the machine
  2    the config, the playbook, a template or the command line is at fault
  3    the data are missing, unreadable, or not what the config says
  130  interrupted
"""


class _Parser(argparse.ArgumentParser):
    """Argument parser whose mistakes look like all others."""

    def error(self, message: str) -> NoReturn:
        raise ConfigError(
            Problem(self.prog, "command line", "flags as in --help", message, f"Try '{self.prog} --help'.")
        )


def make_parser() -> argparse.ArgumentParser:
    """Make the command line's parser."""
    parser = _Parser(
        prog="reportgen",
        description="Customer-segment reports from a shop's order lines.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"reportgen {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    run = commands.add_parser("run", help="make the report of each config", allow_abbrev=False)
    run.add_argument("configs", nargs="+", metavar="CONFIG", type=Path, help="YAML config file")
    run.add_argument("--source", metavar="PATH", help="order lines to read instead of the config's source.path")
    run.add_argument("--period", metavar="YYYY-MM", help="month to report instead of the config's")
    run.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="set any option, such as segments.n_clusters=5"
    )
    run.add_argument("--output", metavar="DIR", type=Path, help="folder to write to instead of the config's")
    run.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else")
    run.add_argument("--quiet", action="store_true", help="print nothing but errors")
    run.set_defaults(do=_run)

    validate = commands.add_parser(
        "validate", help="list every mistake in configs and their playbooks", allow_abbrev=False
    )
    validate.add_argument("configs", nargs="+", metavar="CONFIG", type=Path, help="YAML config file")
    validate.set_defaults(do=_validate)

    show = commands.add_parser("show", help="print the resolved options of a config", allow_abbrev=False)
    show.add_argument("config", metavar="CONFIG", type=Path, help="YAML config file")
    show.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="set any option")
    show.set_defaults(do=_show)

    schema = commands.add_parser("schema", help="print the JSON Schema of the config", allow_abbrev=False)
    schema.add_argument("--facts", action="store_true", help="the JSON Schema of facts.json instead")
    schema.set_defaults(do=_schema)

    sample = commands.add_parser("sample", help="write a sample data set and its config", allow_abbrev=False)
    sample.add_argument("folder", metavar="DIR", type=Path, help="folder to write to")
    sample.set_defaults(do=_sample)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    previous = signal.signal(signal.SIGTERM, _interrupt)
    try:
        parsed = make_parser().parse_args(arguments)
        do: Callable[[argparse.Namespace], int] = parsed.do
        code = do(parsed)
        sys.stdout.flush()  # here, where a closed pipe or a full disk can still be told
        return code
    except ReportgenError as error:
        return _fail(error)
    except KeyboardInterrupt:
        return _fail(
            Interrupted(Problem("reportgen", "run", "to go on to the end", "an interruption; nothing was written"))
        )
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except Exception as error:
        if os.environ.get("REPORTGEN_DEBUG"):
            traceback.print_exc()
        came = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        hint = "This is a fault of reportgen: run again with REPORTGEN_DEBUG=1 and report what it prints."
        return _fail(UnexpectedError(Problem("reportgen", "run", "no fault", came, hint)))
    finally:
        signal.signal(signal.SIGTERM, previous)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _fail(error: ReportgenError) -> int:
    for problem in error.problems:
        print(problem, file=sys.stderr)
    return error.exit_code


def _run(parsed: argparse.Namespace) -> int:
    overrides = _overrides(parsed)
    loaded = [_load(config, overrides) for config in parsed.configs]
    from reportgen.console import show_progress, summarise  # noqa: PLC0415
    from reportgen.pipeline import ALL_STORES, Setting, run_report  # noqa: PLC0415

    made_on = _made_on()
    gc.disable()  # a run makes millions of small objects and no cycles worth the search; collected between configs
    runs: list[dict[str, Any]] = []
    for options, plays in loaded:
        folder = parsed.output if parsed.output is not None else Path(options.output)
        with show_progress(options.report.id, quiet=parsed.quiet or parsed.json) as announce:
            run = run_report(Setting(options, plays, made_on), folder, announce)
        runs.append(
            {
                "report": run.report.report.id,
                "store": run.report.report.store or ALL_STORES,
                "period": run.report.period.month,
                "status": "done",
                "path": str(run.path),
                "files": run.sizes,
                "seconds": {name: round(seconds, 3) for name, seconds in run.seconds.items()},
            }
        )
        if not parsed.quiet and not parsed.json:
            print(summarise(run))
        gc.collect()
    if parsed.json:
        print(json.dumps({"runs": runs}, ensure_ascii=False))
    return EXIT_DONE


def _overrides(parsed: argparse.Namespace) -> list[str]:
    from reportgen.config.load import quote_override  # noqa: PLC0415

    overrides = list(parsed.set)
    if parsed.source is not None:
        overrides.append(quote_override("source.path", parsed.source))
    if parsed.period is not None:
        overrides.append(quote_override("period", parsed.period))
    return overrides


def _load(config: Path, overrides: Sequence[str]) -> tuple[Options, Any]:
    from reportgen.config.load import load_options  # noqa: PLC0415
    from reportgen.config.playbook import load_playbook  # noqa: PLC0415
    from reportgen.shipped import shipped_folder  # noqa: PLC0415

    options = load_options(config, overrides)
    own = Path(options.playbook) if options.playbook else shipped_folder("configs") / "playbook.yaml"
    return options, load_playbook(own)


def _made_on() -> date:
    """Return the day to print: SOURCE_DATE_EPOCH if set, else today."""
    from datetime import UTC, datetime  # noqa: PLC0415

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(tz=UTC).astimezone().date()
    if not re.fullmatch("[0-9]{1,12}", epoch) or int(epoch) > _LAST_SECOND:
        expected = "seconds since 1970 as a whole number"
        raise ConfigError(Problem("environment", "SOURCE_DATE_EPOCH", expected, f"'{epoch}'"))
    return datetime.fromtimestamp(int(epoch), tz=UTC).date()


def _validate(parsed: argparse.Namespace) -> int:
    problems: list[Problem] = []
    for config in parsed.configs:
        try:
            _load(config, ())
        except ConfigError as error:
            problems += error.problems
        else:
            print(f"{config}: valid")
    if problems:
        raise ConfigError(*problems)
    return EXIT_DONE


def _show(parsed: argparse.Namespace) -> int:
    from reportgen.config.load import load_options  # noqa: PLC0415
    from reportgen.config.show import mask_secrets, show_options  # noqa: PLC0415

    print(show_options(load_options(parsed.config, parsed.set, environ=mask_secrets(os.environ))), end="")
    return EXIT_DONE


def _schema(parsed: argparse.Namespace) -> int:
    if parsed.facts:
        from reportgen.render.facts import facts_schema_text  # noqa: PLC0415

        print(facts_schema_text(), end="")
    else:
        from reportgen.config.show import config_schema_text  # noqa: PLC0415

        print(config_schema_text(), end="")
    return EXIT_DONE


def _sample(parsed: argparse.Namespace) -> int:
    from reportgen.sample.write import write_sample  # noqa: PLC0415
    from reportgen.shipped import shipped_folder  # noqa: PLC0415

    text = (shipped_folder("configs") / "sample.yaml").read_text(encoding="utf-8")
    try:
        config = write_sample(parsed.folder, text)
    except OSError as error:
        came = error.strerror or str(error)
        raise UnexpectedError(Problem(str(parsed.folder), "sample", "a folder that can be written to", came)) from None
    print(f"{config}\nNow run: reportgen run {config}")
    return EXIT_DONE
