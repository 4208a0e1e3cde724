"""The house keeps the sizes that ARCHITECTURE.md promises, and SQL where it says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted((ROOT / "reportgen").rglob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_fit_on_a_screen(module: Path) -> None:
    """A module has at most 300 lines, a function at most 50."""
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    assert [one.name for one in functions if (one.end_lineno or 0) - one.lineno + 1 > 50] == []


SQL = re.compile(r"\b(SELECT|INSERT INTO|CREATE (OR REPLACE )?(TEMP )?TABLE|COPY|DROP TABLE|GROUP BY|ORDER BY)\b")
WITHOUT_SQL = [
    path
    for path in MODULES
    if path.parent.relative_to(ROOT / "reportgen").as_posix()
    not in ("lines/engine", "lines/sources", "lines/sources/databases")
]


@pytest.mark.parametrize("module", WITHOUT_SQL, ids=lambda path: str(path.relative_to(ROOT)))
def test_sql_stands_at_the_engine_alone(module: Path) -> None:
    """Only lines/engine and lines/sources hold SQL, or ask a native frame for it: another engine may not speak it."""
    tree = list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))
    texts = [node.value for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [text for text in texts if SQL.search(text)] == []
    names = {node.attr for node in tree if isinstance(node, ast.Attribute)}
    assert not names & {"sql", "sql_query", "execute", "executemany"}
