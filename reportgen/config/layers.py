"""Lays configs over one another: what one extends beneath it, a store's options over the config's own."""

from __future__ import annotations

from pathlib import Path

import yaml

from reportgen.config.nodes import compose_file, find_repeated_keys, is_plain_file, plain_value, problem_at
from reportgen.errors import ConfigError, Problem

MAX_EXTENDS = 20
_SOURCES = ("path", "database")


def compose_with_bases(path: Path, problems: list[Problem], *, _seen: tuple[Path, ...] = ()) -> yaml.MappingNode:
    """Compose a file and, beneath it, the files that it `extends`; the nearer file wins.

    Keys that one file states twice are added to `problems` here: once files are merged they can no longer be seen.
    """
    node = compose_file(path)
    problems += find_repeated_keys(node)
    bases = [pair for pair in node.value if pair[0].value == "extends"]
    if not bases:
        return node
    target = bases[0][1]
    if not isinstance(target, yaml.ScalarNode):
        raise ConfigError(problem_at(target, "extends", expected="the path of one config", came="something else"))
    try:
        base_path = (path.parent / target.value).resolve()
        is_there = is_plain_file(base_path)
    except (OSError, RuntimeError) as error:
        came = getattr(error, "strerror", None) or "a link that leads back"
        raise ConfigError(problem_at(target, "extends", expected="the path of a config", came=came)) from None
    if base_path in (*_seen, path.resolve()) or len(_seen) >= MAX_EXTENDS:
        raise ConfigError(problem_at(target, "extends", expected="a config that does not lead back", came=target.value))
    if not is_there:
        came = f"no file '{target.value[:200]}'"
        raise ConfigError(problem_at(target, "extends", expected="the path of a config", came=came))
    own = yaml.MappingNode(node.tag, [p for p in node.value if p[0].value != "extends"], node.start_mark, node.end_mark)
    return lay_over(compose_with_bases(base_path, problems, _seen=(*_seen, path.resolve())), own)


def lay_over(base: yaml.MappingNode, over: yaml.MappingNode) -> yaml.MappingNode:
    """Lay a config over another: as `merge_nodes` does, but a file to read takes the place of a database, and so on."""
    stated = list_sources(over)
    for name in _SOURCES if stated else ():
        if name not in stated:
            base = without(base, "source", name)
    return merge_nodes(base, over)


def list_sources(root: yaml.MappingNode) -> list[str]:
    """List what a config names to read from: `path`, `database`."""
    source = next((value for key, value in root.value if key.value == "source"), None)
    found = source.value if isinstance(source, yaml.MappingNode) else []
    return [key.value for key, value in found if key.value in _SOURCES and not _is_null(value)]


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style and plain_value(node.value) is None


def without(root: yaml.MappingNode, *path: str) -> yaml.MappingNode:
    """Copy a mapping without one of its inner keys."""
    kept = []
    for key, value in root.value:
        if key.value != path[0]:
            kept.append((key, value))
        elif len(path) > 1 and isinstance(value, yaml.MappingNode):
            kept.append((key, without(value, *path[1:])))
    return yaml.MappingNode(root.tag, kept, root.start_mark, root.end_mark)


def merge_nodes(base: yaml.MappingNode, over: yaml.MappingNode) -> yaml.MappingNode:
    """Lay one mapping over another: maps merge, lists and scalars replace."""
    merged = list(base.value)
    places = {key.value: n for n, (key, _) in reversed(list(enumerate(merged)))}
    for key, value in over.value:
        at = places.get(key.value)
        both_maps = (
            at is not None and isinstance(merged[at][1], yaml.MappingNode) and isinstance(value, yaml.MappingNode)
        )
        if at is None:
            places[key.value] = len(merged)
            merged.append((key, value))
        elif both_maps:
            merged[at] = (key, merge_nodes(merged[at][1], value))
        else:
            merged[at] = (key, value)
    return yaml.MappingNode(base.tag, merged, over.start_mark, over.end_mark)
