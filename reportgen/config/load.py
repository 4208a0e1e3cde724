"""The front door: a YAML file becomes frozen `Options`, or every mistake in it at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import yaml
from pydantic import ValidationError

from reportgen.config.mistakes import by_place, explain_mistakes, node_at
from reportgen.config.nodes import (
    build_data,
    compose_text,
    compose_with_bases,
    is_secret,
    mask_stated,
    merge_nodes,
    problem_at,
)
from reportgen.config.options import NOT_PER_STORE, PATH_OPTIONS, Options
from reportgen.errors import ConfigError, Problem

_OVERRIDE = "--set "
_ONE_LINE = 1_000_000
_SHORT_SECRET = 4


def load_options(path: Path, overrides: Sequence[str] = (), *, environ: Mapping[str, str] | None = None) -> Options:
    """Read a config file.

    Parameters
    ----------
    path : Path
        The YAML file.
    overrides : sequence of str
        ``KEY=VALUE`` pairs laid over it, such as ``segments.n_clusters=5``; the value is read as YAML. Paths
        in them are relative to the present folder.
    environ : mapping, optional
        What `${VAR}` is filled from; the process's environment by default.

    Raises
    ------
    ConfigError
        With every problem found, each with its place.
    """
    environ = os.environ if environ is None else environ
    problems: list[Problem] = []
    root = compose_with_bases(path, problems)
    for override in overrides:
        root = merge_nodes(root, compose_override(override))
    return options_from(root, environ, problems)


def load_stores(
    path: Path, overrides: Sequence[str] = (), *, environ: Mapping[str, str] | None = None
) -> tuple[Options, dict[str, Options]]:
    """Read a config file and, beside its own options, those of each store that it states.

    What is given on the command line is laid over both.

    Returns
    -------
    options : Options
        The config's own.
    stores : dict
        By the name under `stores.each`: the config's options with the store's laid over them.

    Raises
    ------
    ConfigError
        With every problem found in any of them, each with its place.
    """
    environ = os.environ if environ is None else environ
    options = load_options(path, overrides, environ=environ)
    ignored: list[Problem] = []
    root = compose_with_bases(path, ignored)
    stores: dict[str, Options] = {}
    problems = _two_columns(root, options)
    for name in options.stores.each:
        own = node_at(root, ("stores", "each", name))
        if not isinstance(own, yaml.MappingNode):
            continue
        problems += [*_not_per_store(own, name), *_source_of_all(own, name, overrides)]
        merged = merge_nodes(_without(root, "stores", "each"), own)
        for override in overrides:
            merged = merge_nodes(merged, compose_override(override))
        try:
            stores[name] = options_from(merged, environ)
        except ConfigError as error:
            problems += [replace(problem, thing=f"stores.each.{name}.{problem.thing}") for problem in error.problems]
        else:
            problems += _unreachable(own, name, options, stores[name])
    if problems:
        raise ConfigError(*sorted(set(problems), key=by_place))
    return options, stores


def _two_columns(root: yaml.MappingNode, options: Options) -> list[Problem]:
    """Tell of a config that names two columns for the store."""
    by, stated = options.stores.by, options.columns.store
    if by is None or stated in (None, by):
        return []
    expected = f"the heading of columns.store, '{stated}', or no columns.store"
    return [problem_at(node_at(root, ("stores", "by")), "stores.by", expected=expected, came=f"'{by}'")]


def _source_of_all(own: yaml.MappingNode, name: str, overrides: Sequence[str]) -> list[Problem]:
    """Tell of a source given on the command line that would take the place of a store's own."""
    given = any(override.partition("=")[0].strip() == "source.path" for override in overrides)
    if not given or not isinstance(node_at(own, ("source", "path")), yaml.ScalarNode):
        return []
    came = f"one for all, though the store '{name}' has its own"
    return [Problem("command line", "--source", "no source where stores have their own", came, "Change the config.")]


def _not_per_store(own: yaml.MappingNode, name: str) -> list[Problem]:
    expected = f"an option of the store; {', '.join(NOT_PER_STORE)} are the config's"
    found = [(dotted, node_at(own, dotted.split("."), want_key=True)) for dotted in NOT_PER_STORE]
    return [
        problem_at(node, f"stores.each.{name}.{dotted}", expected=expected, came=f"'{dotted}'")
        for dotted, node in found
        if isinstance(node, yaml.ScalarNode) and node.value == dotted.split(".")[-1]
    ]


def _unreachable(own: yaml.MappingNode, name: str, options: Options, store: Options) -> list[Problem]:
    """Tell of a store without a source of its own in a config that does not say how to find its lines."""
    if options.stores.by is not None or store.source != options.source:
        return []
    hint = "Give the store its own 'source: {path: ...}', or name the column of the stores with 'stores: {by: ...}'."
    expected = "a way to tell the store's lines"
    return [problem_at(own, f"stores.each.{name}", expected=expected, came="the same source for all", hint=hint)]


def _without(root: yaml.MappingNode, *path: str) -> yaml.MappingNode:
    """Copy a mapping without one of its inner keys."""
    kept = []
    for key, value in root.value:
        if key.value != path[0]:
            kept.append((key, value))
        elif len(path) > 1 and isinstance(value, yaml.MappingNode):
            kept.append((key, _without(value, *path[1:])))
    return yaml.MappingNode(root.tag, kept, root.start_mark, root.end_mark)


def options_from(root: yaml.MappingNode, environ: Mapping[str, str], problems: Sequence[Problem] = ()) -> Options:
    """Build and check options from composed nodes; raises `ConfigError` with every problem, those given included."""
    unfilled: list[Problem] = []
    data = build_data(root, environ, unfilled)
    assert isinstance(data, dict)  # noqa: S101 - a mapping node gives a dict
    _anchor_paths(root, data)
    options = None
    try:
        options = Options.model_validate(data)
    except ValidationError as error:
        told = {problem.place for problem in unfilled}  # what a missing variable leaves behind is no second mistake
        mistakes = explain_mistakes(error, root, Options)
        problems = [*problems, *(mistake for mistake in mistakes if mistake.place not in told)]
    problems = [*problems, *unfilled]
    if problems or options is None:
        secrets = {value: name for name, value in environ.items() if is_secret(name) and len(value) >= _SHORT_SECRET}
        raise ConfigError(*sorted((_hide(problem, secrets) for problem in problems), key=by_place))
    return options


def _hide(problem: Problem, secrets: Mapping[str, str]) -> Problem:
    """Put the names of secrets where their values were filled in by mistake."""
    came = problem.came
    for value, name in secrets.items():
        came = came.replace(value, f"${{{name}}}")
    return replace(problem, came=came)


def compose_override(override: str) -> yaml.MappingNode:
    """Turn ``a.b=value`` into the mapping node ``{a: {b: value}}``, marked with where it came from."""
    key, equals, value = override.partition("=")
    name = f"{_OVERRIDE}{mask_stated(override)}"
    if not equals or not key.strip() or not all(key.strip().split(".")):
        raise ConfigError(Problem("--set", override, "KEY=VALUE such as segments.n_clusters=5", f"'{override}'"))
    parts = key.strip().split(".")
    text = "".join(f"{'  ' * depth}{part}:\n" for depth, part in enumerate(parts[:-1]))
    return compose_text(f"{text}{'  ' * (len(parts) - 1)}{parts[-1]}: {value}\n", name)


def quote_override(key: str, value: str) -> str:
    """Write an override whose value is taken to the letter, whatever signs it holds."""
    text = yaml.safe_dump(value.replace("$", "$$"), default_style='"', allow_unicode=True, width=_ONE_LINE)
    return f"{key}={text.strip()}"


def _anchor_paths(root: yaml.MappingNode, data: dict[str, object]) -> None:
    for dotted in PATH_OPTIONS:
        *blocks, last = dotted.split(".")
        holder: object = data
        for block in blocks:
            holder = holder.get(block) if isinstance(holder, dict) else None
        if isinstance(holder, dict) and isinstance(holder.get(last), str):
            stated = node_at(root, dotted.split(".")).start_mark.name
            is_file = not stated.startswith(_OVERRIDE) and Path(stated).is_file()
            folder = Path(stated).parent if is_file else Path.cwd()
            path = Path(holder[last])  # only `~/` is a home: `~old.csv` is a file, and nobody's home
            holder[last] = str(folder.absolute() / (path.expanduser() if path.parts[:1] == ("~",) else path))
