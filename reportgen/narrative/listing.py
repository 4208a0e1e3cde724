"""Lists every sentence of a report in a page of docs: `python -m reportgen.narrative.listing` writes it."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from reportgen.narrative.listed import SECTIONS
from reportgen.narrative.listed_entry import Listed

_PREAMBLE = """\
# Every sentence of a report

Each sentence is made from numbers of its own run. Here they all stand by their code, with the words as the code has
them (`{...}` is a number, a name or a part that depends on the figures, `(a|b)` one of both), when they are said, what
the figure is held against, and where the method comes from. What is said of doubtful data stands in
[warnings.md](warnings.md); what a playbook recommends, in `configs/playbook.yaml`.

This page is made from the code.
"""
_LEAST_WORDS = 2


def write_page() -> str:
    """Write the page of docs."""
    parts = [_PREAMBLE]
    for title, listed in SECTIONS.items():
        parts.append(f"\n## {title}")
        for one in listed:
            parts.append(f"\n### `{one.code}`\n")
            parts += [f"- {text.strip()}" for text in list_texts(one)]
            parts.append(
                f"\nSaid {one.when}. Held against {one.against}.{f' Source: {one.source}.' if one.source else ''}"
            )
    return "\n".join(parts) + "\n"


def list_texts(listed: Listed) -> list[str]:
    """List the words of an entry, in the order of the code, each once."""
    found = [text for function in listed.functions for text in find_texts(function)]
    return list(dict.fromkeys([*listed.texts, *found]))


def find_texts(function: Callable[..., Any]) -> Iterator[str]:
    """Find the sentences, and parts of sentences, in a function's source; no docstring and no error's text."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    yield from texts_of(tree.body[0])


def texts_of(tree: ast.AST) -> Iterator[str]:
    """Find the sentences, and parts of sentences, below a node of a syntax tree."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            continue
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            text = _write(node)
            if is_sentence(text):
                yield text
            continue
        yield from texts_of(node)


def is_sentence(text: str) -> bool:
    """Tell whether a text is more than a word or a place."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"\{[^}]*\}", "", text))
    return " " in text.strip() and len(words) >= _LEAST_WORDS


def _write(node: ast.expr) -> str:
    """Write a text with its places: ``{own} on average``."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_write(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _write_place(node.value)
    return ""


def _write_place(value: ast.expr) -> str:
    if isinstance(value, ast.IfExp):
        both = [
            _write(one) if isinstance(one, ast.Constant | ast.JoinedStr) else "" for one in (value.body, value.orelse)
        ]
        if any(both):
            return f"({'|'.join(both)})"
    return "{" + _name(value) + "}"


def _name(value: ast.expr) -> str:
    """Name a place after the last name in it that says what it holds."""
    if isinstance(value, ast.Name):
        return value.id
    if isinstance(value, ast.Attribute):
        return value.attr
    if isinstance(value, ast.Call) and value.args:
        return _name(value.args[0])
    if isinstance(value, ast.Subscript):
        return _name(value.value)
    inner = [one for one in ast.walk(value) if isinstance(one, ast.Name | ast.Attribute) and one is not value]
    return _name(inner[0]) if inner else "number"


if __name__ == "__main__":
    sys.stdout.write(write_page())
