"""The commands that look before a report is made: `reportgen validate` and `reportgen init`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.errors import EXIT_DONE, ConfigError, DataError, Problem
from reportgen.text.terminal import say, visible_line

if TYPE_CHECKING:
    from reportgen.runs.inspection import Inspection
    from reportgen.runs.proposed_config import Question

_MONTHS_SHOWN = 24


def add_inspect(commands: Any) -> None:
    """Add the commands `validate` and `init`."""
    validate = commands.add_parser(
        "validate", help="list every mistake in configs, and with --data look at their order lines", allow_abbrev=False
    )
    validate.add_argument(
        "configs", nargs="+", metavar="CONFIG", type=Path, help="YAML config file, or a folder of them"
    )
    validate.add_argument(
        "--data", action="store_true", help="open the order lines too: fates, months, customers, warnings; no report"
    )
    validate.set_defaults(do=_validate)
    init = commands.add_parser(
        "init", help="look at an export of order lines and write a config that reads it", allow_abbrev=False
    )
    init.add_argument("files", nargs="+", metavar="FILE", type=Path, help="files of one export, all of one kind")
    init.add_argument("--config", metavar="PATH", type=Path, default=Path("reportgen.yaml"), help="config to write")
    init.add_argument("--yes", action="store_true", help="take what is proposed where something is open")
    init.add_argument("--force", action="store_true", help="replace a config that is there")
    init.set_defaults(do=_init)


def _validate(parsed: argparse.Namespace) -> int:
    from reportgen.config.files import list_configs, playbook_of  # noqa: PLC0415
    from reportgen.config.playbook import load_playbook  # noqa: PLC0415
    from reportgen.config.stores import load_stores  # noqa: PLC0415

    problems: list[Problem] = []
    failed: list[Problem] = []
    for config in list_configs(parsed.configs):
        try:
            base, stores = load_stores(config)
            for playbook in {playbook_of(loaded.options) for loaded in (base, *stores.values())}:
                load_playbook(playbook)
            if parsed.data:
                _inspect(config)
            else:
                say(f"{config}: valid; the data were not looked at (see --data)")
        except ConfigError as error:
            problems += error.problems
        except DataError as error:
            failed += error.problems
    if problems:
        raise ConfigError(*problems, *failed)
    if failed:
        raise DataError(*failed)
    return EXIT_DONE


def _inspect(config: Path) -> None:
    from reportgen.cli.clock import read_last_day  # noqa: PLC0415
    from reportgen.cli.run import load_all  # noqa: PLC0415
    from reportgen.runs.inspection import inspect_data  # noqa: PLC0415

    (loaded,) = load_all([config], [])
    if isinstance(loaded, ConfigError):
        raise loaded
    say(f"{config}: valid")
    for inspection in inspect_data(loaded, read_last_day()):
        for line in say_inspection(inspection):
            say(visible_line(line))


def say_inspection(inspection: Inspection) -> list[str]:
    """Write what the lines of a source are like, a line each."""
    from reportgen.model.lines import DROP_REASONS  # noqa: PLC0415
    from reportgen.narrative.warnings import say_warning  # noqa: PLC0415
    from reportgen.text.formats import Formats  # noqa: PLC0415

    counts, currency = inspection.counts, inspection.currency
    lines = [f"{inspection.path}", f"  {counts.read:>9,} lines in the source"]
    lines += [f"  {count:>9,} dropped: {DROP_REASONS[reason]}" for reason, count in counts.dropped.items()]
    lines.append(
        f"  {counts.kept:>9,} kept: {inspection.customers:,} customers, {inspection.orders:,} orders,"
        f" {inspection.sales:,} {currency}"
    )
    shown = inspection.months[-_MONTHS_SHOWN:]
    if len(shown) < len(inspection.months):
        lines.append(
            f"  the last {len(shown)} of {len(inspection.months)} months, which begin in {inspection.months[0].month}:"
        )
    lines += [f"  {'month':<8} {'lines':>9} {'orders':>9} {'customers':>9} {currency:>16}"]
    lines += [
        f"  {month.month:<8} {month.lines:>9,} {month.orders:>9,} {month.customers:>9,} {month.sales:>16,}"
        for month in shown
    ]
    lines += [f"  store {store}: {count:,} lines" for store, count in inspection.stores[:20]]
    if len(inspection.stores) > 20:
        lines.append(f"  and {len(inspection.stores) - 20:,} stores more")
    lines.append(
        f"  a run would report on {inspection.reported}"
        if inspection.can_report
        else f"  no report yet: {inspection.reported}"
    )
    lines += [f"  note: {note}" for note in inspection.notes]
    formats = Formats(inspection.locale, currency)
    lines += [f"  warning ({warning.code}): {say_warning(warning, formats)}" for warning in inspection.warnings]
    if not inspection.warnings:
        lines.append("  nothing doubtful was found")
    return lines


def _init(parsed: argparse.Namespace) -> int:
    from reportgen.runs.proposal import propose_config  # noqa: PLC0415

    if parsed.config.exists() and not parsed.force:
        hint = "Name another one with --config, or replace it with --force."
        raise ConfigError(Problem(str(parsed.config), "init", "no file of this name", "one that is there", hint))
    proposal = propose_config(parsed.files, parsed.config)
    for line in proposal.evidence:
        say(visible_line(line))
    _settle(proposal.questions, is_asked=not parsed.yes)
    text = proposal.write()
    parsed.config.write_text(text, encoding="utf-8")
    say(f"\n{parsed.config}: written. What it reads:")
    _inspect(parsed.config)
    say(f"\nNow run: reportgen run {parsed.config}")
    return EXIT_DONE


def _settle(questions: Sequence[Question], *, is_asked: bool) -> None:
    """Settle what is open: by asking on a terminal, by what is proposed with --yes, else not at all."""
    import sys  # noqa: PLC0415

    if not is_asked:
        for question in questions:
            say(visible_line(f"  taken as proposed: {question.option}: {question.answer}  ({question.text}?)"))
        return
    if not questions:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        problems = [
            Problem("init", question.option, question.text, f"proposed: {question.answer}", "Take it with --yes.")
            for question in questions
        ]
        raise ConfigError(*problems)
    for question in questions:
        typed = input(f"{question.text}? [{question.answer}] ").strip()
        question.answer = typed or question.answer
