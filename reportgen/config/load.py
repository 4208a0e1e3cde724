"""Loads a config: a YAML file becomes frozen `Options`, or every mistake in it at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from pydantic import ValidationError

from reportgen.config.layers import compose_with_bases, lay_over, list_sources
from reportgen.config.mistakes import by_place, explain_mistakes, node_at
from reportgen.config.nodes import build_data, compose_text, problem_at
from reportgen.config.options import PATH_OPTIONS, Options
from reportgen.config.presets import lay_over_preset
from reportgen.config.variables import EVERY, SHOWN_OPTIONS, Environment, MaskedEnvironment, mask, mask_stated
from reportgen.errors import ConfigError, Problem
from reportgen.filesystems import is_url

_OVERRIDE = "--set "
_ONE_LINE = 1_000_000
_SHORT_SECRET = 4


@dataclass(frozen=True, eq=False, slots=True)
class Loaded:
    """Options with the nodes that they were built from.

    Attributes
    ----------
    options : Options
        With the environment's values filled in.
    root : yaml.MappingNode
        As it is written, everything that it extends beneath it.
    """

    options: Options
    root: yaml.MappingNode


@dataclass(frozen=True, eq=False, slots=True)
class MaskedOptions:
    """Options as they may be written down: names in the place of the environment's values.

    Attributes
    ----------
    kept : Options
        With the values alone that are written by their nature, or that the config calls public.
    identity : Options
        With all values but those of secrets: what a run's id is made of.
    names : frozenset of str
        Variables that stand for themselves in `kept`.
    """

    kept: Options
    identity: Options
    names: frozenset[str]


def load_options(path: Path, overrides: Sequence[str] = (), *, environ: Mapping[str, str] | None = None) -> Options:
    """Read a config file; see `load_config`."""
    return load_config(path, overrides, environ=environ).options


def load_config(path: Path, overrides: Sequence[str] = (), *, environ: Mapping[str, str] | None = None) -> Loaded:
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
    root = lay_over_all(root, overrides)
    root = lay_over_preset(root, node_at(root, ("source", "preset")))
    return Loaded(options_from(root, environ, problems), root)


def mask_options(loaded: Loaded, environ: Mapping[str, str] | None = None) -> MaskedOptions:
    """Return loaded options as they may be written down.

    Parameters
    ----------
    loaded : Loaded
        From `load_config` or `load_stores`.
    environ : mapping, optional
        What they were filled from; the process's environment by default.
    """
    environ = os.environ if environ is None else environ
    kept, names = _mask(loaded, environ, SHOWN_OPTIONS)
    identity, _ = _mask(loaded, environ, (EVERY,))
    return MaskedOptions(kept, identity, names)


def _mask(loaded: Loaded, environ: Mapping[str, str], shown: Sequence[str]) -> tuple[Options, frozenset[str]]:
    """Build options with names for values; where no name can stand, there the value does."""
    public, forced = list_public(loaded.root), set[str]()
    while True:
        variables = MaskedEnvironment(environ, public, shown, forced)
        data = build_data(loaded.root, variables, [])
        assert isinstance(data, dict)  # noqa: S101 - a mapping node gives a dict
        _anchor_paths(loaded.root, data)
        try:
            return Options.model_validate(data), frozenset(variables.masked)
        except ValidationError as error:
            wrong = {".".join(part for part in mistake["loc"] if isinstance(part, str)) for mistake in error.errors()}
            if EVERY in forced:
                expected = f"no secret here, or one that may be written: 'public_env: [{', '.join(variables.masked)}]'"
                came = "a variable whose name is a secret's"
                problems = [
                    problem_at(node_at(loaded.root, name.split(".")), name, expected=expected, came=came)
                    for name in sorted(wrong)
                ]
                raise ConfigError(*problems) from None
            forced |= wrong if wrong - forced else {EVERY}


def list_public(root: yaml.MappingNode) -> frozenset[str]:
    """List the variables that a config calls public."""
    node = node_at(root, ["public_env"])
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    return frozenset(item.value for item in items if isinstance(item, yaml.ScalarNode))


def lay_over_all(root: yaml.MappingNode, overrides: Sequence[str]) -> yaml.MappingNode:
    """Lay what is given on the command line over a config."""
    for override in overrides:
        root = lay_over(root, compose_override(override))
    return root


def is_path(override: str) -> bool:
    """Tell whether an override names the file to read."""
    return override.partition("=")[0].strip() == "source.path"


def _two_sources(root: yaml.MappingNode) -> list[Problem]:
    """Tell of a config that names both a file and a database."""
    if len(list_sources(root)) < 2:
        return []
    path = node_at(root, ("source", "path"))
    return [problem_at(path, "source.path", expected="either a path or a database", came="both")]


def options_from(root: yaml.MappingNode, environ: Mapping[str, str], problems: Sequence[Problem] = ()) -> Options:
    """Build and check options from composed nodes; raises `ConfigError` with every problem, those given included."""
    unfilled: list[Problem] = []
    variables = Environment(environ, list_public(root))
    data = build_data(root, variables, unfilled)
    assert isinstance(data, dict)  # noqa: S101 - a mapping node gives a dict
    _anchor_paths(root, data)
    options = None
    try:
        options = Options.model_validate(data)
    except ValidationError as error:
        told = {problem.place for problem in unfilled}  # what a missing variable leaves behind is no second mistake
        mistakes = explain_mistakes(error, root, Options)
        problems = [*problems, *(mistake for mistake in mistakes if mistake.place not in told)]
    problems = [*problems, *unfilled, *_two_sources(root)]
    if options is not None and options.template_dir is not None and not Path(options.template_dir).is_dir():
        came = f"no folder '{options.template_dir}'"
        node = node_at(root, ["template_dir"])
        problems.append(problem_at(node, "template_dir", expected="a folder with templates", came=came))
    if problems or options is None:
        hidden = {value: name for value, name in variables.hidden.items() if len(value) >= _SHORT_SECRET}
        raise ConfigError(*sorted((_hide(problem, hidden) for problem in problems), key=by_place))
    return options


def _hide(problem: Problem, hidden: Mapping[str, str]) -> Problem:
    """Put the names of variables where a message would tell their values."""
    came = problem.came
    for value, name in hidden.items():
        came = came.replace(value, mask(name))
    return replace(problem, came=came)


def compose_override(override: str) -> yaml.MappingNode:
    """Turn ``a.b=value`` into the mapping node ``{a: {b: value}}``, marked with where it came from."""
    key, equals, value = override.partition("=")
    name = f"{_OVERRIDE}{mask_stated(override)}"
    if not equals or not key.strip() or not all(key.strip().split(".")):
        raise ConfigError(Problem("--set", override, "KEY=VALUE such as segments.n_clusters=5", f"'{override}'"))
    parts = key.strip().split(".")
    text = "".join(f"{'  ' * depth}{part}:\n" for depth, part in enumerate(parts[:-1]))
    is_text = key.strip() not in (*PATH_OPTIONS, "period")
    return compose_text(f"{text}{'  ' * (len(parts) - 1)}{parts[-1]}: {value}\n", name, is_text=is_text)


def quote_override(key: str, value: str) -> str:
    """Write an override whose value is taken to the letter, whatever signs it holds."""
    text = yaml.safe_dump(value.replace("$", "$$"), default_style='"', allow_unicode=True, width=_ONE_LINE)
    return f"{key}={text.strip()}"


def _anchor_paths(root: yaml.MappingNode, data: dict[str, object]) -> None:
    """Make paths absolute: each is relative to the file that states it, one that nobody states to the config."""
    source = data.setdefault("source", {})
    if isinstance(source, dict):
        source.setdefault("path", Options.model_fields["source"].default.path)
    for dotted in PATH_OPTIONS:
        *blocks, last = dotted.split(".")
        holder: object = data
        for block in blocks:
            holder = holder.get(block) if isinstance(holder, dict) else None
        if isinstance(holder, dict) and isinstance(holder.get(last), str) and not is_url(holder[last]):
            stated = node_at(root, dotted.split(".")).start_mark.name
            is_file = not stated.startswith(_OVERRIDE) and Path(stated).is_file()
            folder = Path(stated).parent if is_file else Path.cwd()
            path = Path(holder[last])  # only `~/` is a home: `~old.csv` is a file, and nobody's home
            holder[last] = str(folder.absolute() / (path.expanduser() if path.parts[:1] == ("~",) else path))
