"""Style sheets are laid out so that a difference of two versions reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import tinycss2

from tests.conftest import ROOT

TEMPLATES = ROOT / "templates"


def sheet_of(path: Path) -> str:
    """Return a style sheet, or what stands in the style elements of a page."""
    text = path.read_text(encoding="utf-8")
    return text if path.suffix == ".css" else "\n".join(re.findall(r"(?s)<style[^>]*>(.*?)</style>", text))


def without_jinja(sheet: str) -> str:
    """Put a letter for each value and nothing for tags and comments, so that CSS remains, on the same lines."""
    sheet = re.sub(r"(?s)\{\{.*?\}\}", "x", sheet)
    return re.sub(r"(?s)\{%.*?%\}|\{#.*?#\}", lambda tag: "\n" * tag[0].count("\n"), sheet)


SHEETS = {
    path.relative_to(TEMPLATES).as_posix(): sheet_of(path)
    for path in sorted([*TEMPLATES.rglob("*.css"), *TEMPLATES.rglob("*.html")])
    if without_jinja(sheet_of(path)).strip(" \nx")
}


def declarations(nodes: Iterable[Any]) -> Iterator[Any]:
    """List every declaration, at any depth."""
    for node in nodes:
        assert node.type != "error", f"line {node.source_line}: {node.message}"
        if node.type == "declaration":
            yield node
        elif node.content is not None:
            yield from declarations(tinycss2.parse_blocks_contents(node.content, True, True))


@pytest.mark.parametrize("name", SHEETS)
def test_a_line_holds_one_declaration_and_at_most_120_characters(name: str) -> None:
    """No two declarations share a line, and no line has over 120 characters."""
    rules = tinycss2.parse_stylesheet(without_jinja(SHEETS[name]), True, True)
    lines = [one.source_line for one in declarations(rules)]
    assert lines
    assert [line for line, following in pairwise(lines) if line == following] == []
    assert [line for line in SHEETS[name].splitlines() if len(line) > 120] == []
