"""Mistakes in YAML in the words of who writes a config."""

from __future__ import annotations

import yaml

_WORDS = {
    "mapping values are not allowed": ("a second colon in one line", "Put the text in quotes, or begin a new line."),
    "cannot start any token": (
        "a sign that no value can begin with",
        "Put the text in quotes; indent with spaces, not tabs.",
    ),
    "quoted scalar found unexpected end": ("a quotation mark that is never closed", "Close it."),
    "could not find expected ':'": ("a line without a colon", "Write 'option: value'."),
    "expected ',' or": ("a bracket or brace that is never closed", "Close it; part what is in it by commas."),
    "expected <block end>": (
        "a line that is indented otherwise than those above it",
        "Indent what belongs together alike.",
    ),
    "expected the node content": ("a comma or bracket with nothing before it", "Write a value, or leave the sign out."),
    "while scanning an alias": ("a text that begins with *", "Put the text in quotes."),
    "found undefined alias": ("a text that begins with *", "Put the text in quotes."),
    "found unknown escape": ("a backslash within double quotes", "Put the text in single quotes."),
    "could not determine a constructor": ("a text that begins with !", "Put the text in quotes."),
}
"""What PyYAML says, in the words of who writes a config, and what to try."""


def say_mistake(error: yaml.MarkedYAMLError, text: str, line: int, column: int) -> tuple[str, str]:
    """Say what PyYAML found, and what to try.

    Parameters
    ----------
    error : MarkedYAMLError
        Of a text.
    text : str
        The text.
    line, column : int
        Where in it, counted from 0.
    """
    said = f"{error.context or ''} {error.problem or ''}"
    lines = text.splitlines()
    before = lines[line][:column] if line < len(lines) else ""
    if "mapping values" in said and ":" not in before:
        said = "expected <block end>"  # the first colon of its line, where nothing can be stated
    return next((words for part, words in _WORDS.items() if part in said), (error.problem or "a mistake", ""))
