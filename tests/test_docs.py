"""What is written about the program must be true of it."""

from __future__ import annotations

import argparse
import re

import pytest

from reportgen.cli.main import make_parser
from tests.conftest import ROOT

COMMANDS = (
    "run",
    "plan",
    "validate",
    "init",
    "doctor",
    "show",
    "schema",
    "sample",
    "send",
    "release",
    "preview",
    "archive",
    "actions",
    "cache",
    "completion",
)


def readme() -> str:
    """Read the README."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_commands_are_those_that_are_documented() -> None:
    """No command exists beside those that help, README and these tests know."""
    (commands,) = (action for action in make_parser()._actions if isinstance(action, argparse._SubParsersAction))
    assert tuple(commands.choices) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_shows_every_command(name: str) -> None:
    """Each command is shown in the README as it is typed."""
    assert re.search(rf"\breportgen {name}\b", readme())


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 5, 6, 7, 130])
def test_help_and_readme_explain_exit_codes_alike(code: int) -> None:
    """What an exit code means is said with the same words in the help and in the README's table."""
    told = re.search(rf"^  {code} +(.+)$", make_parser().format_help(), re.MULTILINE)
    assert told is not None
    assert f"| {code} | {told[1]} |" in readme()


def test_links_in_the_documents_lead_somewhere() -> None:
    """Every relative link in the README and in docs names a file that is there."""
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} names {target}"


def flags_of(parser: argparse.ArgumentParser) -> set[str]:
    """Collect the flags of a parser and of all commands below it."""
    below = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    return set(parser._option_string_actions).union(*(flags_of(one) for sub in below for one in sub.choices.values()))


def test_options_named_in_the_readme_exist() -> None:
    """A `--set` or `--flag` shown in the README or in docs is one that the command line knows."""
    texts = [readme(), *(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))]
    lines = [line for text in texts for line in text.splitlines() if "reportgen " in line]
    shown = {flag for line in lines for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]*", line.split("reportgen ", 1)[1])}
    assert shown
    assert shown <= flags_of(make_parser())
