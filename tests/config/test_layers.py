"""Tests of how configs are laid over one another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from reportgen.config.layers import lay_over, list_sources, merge_nodes
from reportgen.config.nodes import build_data, compose_text, place_of
from reportgen.config.variables import NOTHING
from tests.config.test_nodes import MAPPINGS


def merge_naively(base: Any, over: Any) -> Any:
    """Merge plain dicts: the definition that nodes are compared with."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return base | {key: merge_naively(base[key], value) if key in base else value for key, value in over.items()}


@given(MAPPINGS, MAPPINGS)
def test_merging_nodes_is_merging_dicts(base: dict[str, Any], over: dict[str, Any]) -> None:
    """Maps merge at every depth, and lists, scalars and null replace."""
    merged = merge_nodes(compose_text(json.dumps(base), "base"), compose_text(json.dumps(over), "over"))
    assert build_data(merged, NOTHING, []) == merge_naively(base, over)


@given(MAPPINGS)
def test_merging_with_nothing_changes_nothing(data: dict[str, Any]) -> None:
    """An empty mapping on either side leaves the other as it is."""
    node, empty = compose_text(json.dumps(data), "a"), compose_text("", "b")
    assert build_data(merge_nodes(node, empty), NOTHING, []) == data
    assert build_data(merge_nodes(empty, node), NOTHING, []) == data


def test_merged_nodes_keep_the_place_they_came_from() -> None:
    """A value still names its own file and line after a merge."""
    merged = merge_nodes(
        compose_text("a:\n  b: 1\n  c: 2\n", "base.yaml"), compose_text("\n\na:\n  c: 3\n", "over.yaml")
    )
    inner = {key.value: value for key, value in merged.value[0][1].value}
    assert place_of(inner["b"]) == "base.yaml:2:6"
    assert place_of(inner["c"]) == "over.yaml:4:6"


@pytest.mark.parametrize(
    ("base", "over", "sources"),
    [
        ("source: {path: a.csv}", "source: {database: {uri_env: DB, table: t}}", ["database"]),
        ("source: {database: {uri_env: DB, table: t}}", "source: {path: a.csv, sheet: x}", ["path"]),
        ("source: {path: a.csv}", "source: {sheet: x}", ["path"]),
        ("source: {path: a.csv}", "source: {database: null}", ["path"]),
        ("source: {path: a.csv, database: {uri_env: DB, table: t}}", "locale: de_DE", ["path", "database"]),
        ("locale: de_DE", "locale: fr_FR", []),
    ],
)
def test_a_source_takes_the_place_of_another_kind(base: str, over: str, sources: list[str]) -> None:
    """A config that extends one with a file may read a database, and the other way round."""
    assert list_sources(lay_over(compose_text(base, "base"), compose_text(over, "over"))) == sources
