"""Reads, beside a config's own options, those of each store that it states."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from reportgen.config.layers import lay_over, list_sources, without
from reportgen.config.load import Loaded, is_path, lay_over_all, load_config, options_from
from reportgen.config.mistakes import by_place, node_at
from reportgen.config.nodes import problem_at
from reportgen.config.options import NOT_PER_STORE, Options
from reportgen.errors import ConfigError, Problem


def load_stores(
    path: Path, overrides: Sequence[str] = (), *, environ: Mapping[str, str] | None = None
) -> tuple[Loaded, dict[str, Loaded]]:
    """Read a config file and, beside its own options, those of each store that it states.

    What is given on the command line is laid over both.

    Returns
    -------
    loaded : Loaded
        The config's own.
    stores : dict
        By the name under `stores.each`: the config's options with the store's laid over them.

    Raises
    ------
    ConfigError
        With every problem found in any of them, each with its place.
    """
    environ = os.environ if environ is None else environ
    loaded = load_config(path, overrides, environ=environ)
    options, root = loaded.options, loaded.root
    stores: dict[str, Loaded] = {}
    problems = _two_columns(root, options)
    for name in options.stores.each:
        own = node_at(root, ("stores", "each", name))
        if not isinstance(own, yaml.MappingNode):
            continue
        problems += [*_not_per_store(own, name), *_source_of_all(own, name, overrides)]
        merged = lay_over_all(lay_over(without(root, "stores", "each"), own), overrides)
        try:
            stores[name] = Loaded(options_from(merged, environ), merged)
        except ConfigError as error:
            problems += [replace(problem, thing=f"stores.each.{name}.{problem.thing}") for problem in error.problems]
        else:
            problems += _unreachable(own, name, options, stores[name].options)
    if problems:
        raise ConfigError(*sorted(set(problems), key=by_place))
    return loaded, stores


def _two_columns(root: yaml.MappingNode, options: Options) -> list[Problem]:
    """Tell of a config that names two columns for the store."""
    by, stated = options.stores.by, options.columns.store
    if by is None or stated in (None, by):
        return []
    expected = f"the heading of columns.store, '{stated}', or no columns.store"
    return [problem_at(node_at(root, ("stores", "by")), "stores.by", expected=expected, came=f"'{by}'")]


def _source_of_all(own: yaml.MappingNode, name: str, overrides: Sequence[str]) -> list[Problem]:
    """Tell of a source given on the command line that would take the place of a store's own."""
    if not list_sources(own) or not any(map(is_path, overrides)):
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
