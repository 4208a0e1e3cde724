"""The command line: flags in, one library call, exit code out. Whatever is heavy is imported inside the commands."""

from __future__ import annotations

import _thread
import argparse
import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, NoReturn

from reportgen import __version__
from reportgen.cli.actions import add_actions
from reportgen.cli.archive import add_archive
from reportgen.cli.cache import add_cache
from reportgen.cli.completion import add_completion, complete
from reportgen.cli.doctor import add_doctor
from reportgen.cli.inspect import add_inspect
from reportgen.cli.mail import add_mail
from reportgen.cli.plan import add_plan
from reportgen.cli.run import add_run
from reportgen.errors import (
    EXIT_DONE,
    ConfigError,
    Interrupted,
    Problem,
    ReportgenError,
    UnexpectedError,
    unexpected,
)
from reportgen.text.terminal import say

if TYPE_CHECKING:
    from types import FrameType


_EXIT_CODES = """\
exit codes:
  0    done
  1    unexpected: a fault of the program or the machine
  2    the config, the playbook, a template or the command line is at fault
  3    the data are missing, unreadable, or not what the config says
  4    reports were made, but mail was not sent: held, refused, or the mail server failed
  5    several reports were asked for, and some failed; the others are made
  6    the archive is not as its manifests say, or a report cannot be reproduced
  7    a month that should have a report by now has none (expect.by); all else is well
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

    add_run(commands)
    add_plan(commands)
    add_inspect(commands)
    add_doctor(commands)
    show = commands.add_parser("show", help="print the resolved options of a config", allow_abbrev=False)
    show.add_argument("config", metavar="CONFIG", type=Path, help="YAML config file")
    show.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="set any option")
    show.set_defaults(do=_show)

    schema = commands.add_parser("schema", help="print the JSON Schema of the config", allow_abbrev=False)
    schema.add_argument("--facts", action="store_true", help="the JSON Schema of facts.json instead")
    schema.add_argument("--chain", action="store_true", help="the JSON Schema of a chain report's facts.json instead")
    schema.set_defaults(do=_schema)

    sample = commands.add_parser("sample", help="write a sample data set and its config", allow_abbrev=False)
    sample.add_argument("folder", metavar="DIR", type=Path, help="folder to write to")
    sample.add_argument("--force", action="store_true", help="replace its files where they were edited")
    sample.set_defaults(do=_sample)
    add_mail(commands)
    add_archive(commands)
    add_actions(commands)
    add_cache(commands)
    add_completion(commands)
    return parser


def command() -> NoReturn:
    """Run the command line, and end the process at once with its exit code.

    Notes
    -----
    All that must be closed is closed by then: no module registers anything for the end. Python would take another 0.4
    seconds to give back, piece by piece, memory that ends with the process anyway; mypy leaves in the same way.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    previous = {number: signal.signal(number, _interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        parser = make_parser()
        complete(parser)
        parsed = parser.parse_args(arguments)
        do: Callable[[argparse.Namespace], int] = parsed.do
        code = do(parsed)
        sys.stdout.flush()  # here, where a closed pipe or a full disk can still be told
        return code
    except ReportgenError as error:
        return _fail(error)
    except KeyboardInterrupt:
        hint = "What was finished is kept; 'reportgen run --resume' makes, and 'reportgen send' sends, the rest."
        return _fail(Interrupted(Problem("reportgen", "run", "to go on to the end", "an interruption", hint)))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except Exception as error:
        if os.environ.get("REPORTGEN_DEBUG"):
            traceback.print_exc()
        return _fail(unexpected(error))
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Interrupt; but an import is let go on first, for it would swallow the interruption and tell it as a fault."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            again = Timer(0.02, _thread.interrupt_main, [number])
            again.daemon = True
            again.start()
            return
        frame = frame.f_back
    raise KeyboardInterrupt


def _fail(error: ReportgenError) -> int:
    for problem in error.problems:
        say(str(problem), is_error=True)
    return error.exit_code


def _show(parsed: argparse.Namespace) -> int:
    from reportgen.config.load import load_config, mask_options  # noqa: PLC0415
    from reportgen.config.show import show_options  # noqa: PLC0415

    masked = mask_options(load_config(parsed.config, parsed.set))
    say(show_options(masked.kept, masked.names), end="")
    return EXIT_DONE


def _schema(parsed: argparse.Namespace) -> int:
    if parsed.facts or parsed.chain:
        from reportgen.model.report import ChainReport, Report  # noqa: PLC0415
        from reportgen.render.facts import facts_schema_text  # noqa: PLC0415

        say(facts_schema_text(ChainReport if parsed.chain else Report), end="")
    else:
        from reportgen.config.show import config_schema_text  # noqa: PLC0415

        say(config_schema_text(), end="")
    return EXIT_DONE


def _sample(parsed: argparse.Namespace) -> int:
    from reportgen.resources import shipped_folder  # noqa: PLC0415
    from reportgen.sample.write import TakenError, write_sample  # noqa: PLC0415

    text = (shipped_folder("configs") / "sample.yaml").read_text(encoding="utf-8")
    try:
        config = write_sample(parsed.folder, text, replace=parsed.force)
    except TakenError as error:
        hint = "Name another folder, or replace what is there with --force."
        expected = "no file of this name, or the sample's own"
        problems = [Problem(str(path), "sample", expected, "another one", hint) for path in error.paths]
        raise ConfigError(*problems) from None
    except OSError as error:
        came = error.strerror or str(error)
        raise UnexpectedError(Problem(str(parsed.folder), "sample", "a folder that can be written to", came)) from None
    say(f"{config}\nNow run: reportgen run {config}")
    return EXIT_DONE
