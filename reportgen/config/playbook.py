"""Reads a playbook: plays a marketer can edit, their texts sandboxed Jinja, a mistake told like one in the config."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import AfterValidator, Field, ValidationError

from reportgen.config.mistakes import explain_mistakes, node_at
from reportgen.config.nodes import build_data, compose_file, find_repeated_keys, problem_at
from reportgen.config.options import Kind, Section
from reportgen.errors import ConfigError, Problem, did_you_mean
from reportgen.model.actions import NUMBERS, Play, Wording

_MAX_TEXT = 2_000
_TEXTS = ("title", "what", "channel", "offer", "measure", "avoid")


def _check_text(text: str) -> str:
    if not text.strip():
        raise ValueError("a text")
    return text


Text = Annotated[str, Field(max_length=_MAX_TEXT), AfterValidator(_check_text)]


class PlayOptions(Section):
    """One play as it is written."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    """Short name, unique: lower-case letters, digits and hyphens."""
    kinds: Annotated[tuple[Kind, ...], Field(alias="for", min_length=1, strict=False)]
    """The kinds of segment it is for."""
    recency: Literal["recent", "lapsed"] | None = None
    """Only for segments that are recent, or lapsed; without it for all."""
    title: Text
    """The play in a few words."""
    what: Text
    """What to do, and for whom."""
    channel: Text
    """Through which channel."""
    offer: Text
    """What is offered; say so if nothing is."""
    measure: Text
    """How to tell whether it worked."""
    avoid: Text
    """What not to do."""


class PlaybookOptions(Section):
    """A playbook as it is written."""

    plays: Annotated[tuple[PlayOptions, ...], Field(min_length=1, strict=False)]
    """The plays; for a segment the first that fit are taken, so the order is the order of importance."""


def load_playbook(path: Path) -> tuple[Play, ...]:
    """Read a playbook and try every text once, so that a mistake shows before any work is done.

    Raises
    ------
    ConfigError
        With every problem, each with its place in the file.
    """
    root = compose_file(path)
    problems = find_repeated_keys(root)
    data = build_data(root, {}, problems)
    try:
        playbook = PlaybookOptions.model_validate(data)
    except ValidationError as error:
        raise ConfigError(*problems, *explain_mistakes(error, root, PlaybookOptions)) from None
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    plays = []
    seen: set[str] = set()
    for position, play in enumerate(playbook.plays):
        if play.id in seen:
            node = node_at(root, ["plays", position, "id"])
            problems.append(
                problem_at(node, f"plays.{position}.id", expected="an id of its own", came=f"'{play.id}' again")
            )
        seen.add(play.id)
        texts: dict[str, Wording] = {}
        for key in _TEXTS:
            node = node_at(root, ["plays", position, key])
            wording = _compile(environment, getattr(play, key), node, f"plays.{position}.{key}", problems)
            if wording is not None:
                texts[key] = wording
        plays.append(Play(play.id, play.kinds, play.recency, texts))
    if problems:
        raise ConfigError(*problems)
    return tuple(plays)


def _compile(
    environment: ImmutableSandboxedEnvironment, text: str, node: yaml.Node, thing: str, problems: list[Problem]
) -> Wording | None:
    try:
        tree = environment.parse(text)
        unknown = sorted(meta.find_undeclared_variables(tree) - set(NUMBERS))
        template = environment.from_string(text)
        if not unknown:
            template.render(dict.fromkeys(NUMBERS, "1"))
            template.render(dict.fromkeys(NUMBERS))
    except (TemplateError, TypeError, ValueError, ZeroDivisionError) as error:
        problems.append(problem_at(node, thing, expected="a text that can be filled in", came=str(error)))
        return None
    for name in unknown:
        hint = did_you_mean(name, NUMBERS) or f"Known here: {', '.join(NUMBERS)}"
        problems.append(problem_at(node, thing, expected="a known number", came=f"'{name}'", hint=hint))
    return None if unknown else _wording(template)


def _wording(template: Template) -> Wording:
    def fill(numbers: Mapping[str, str | None]) -> str:
        return " ".join(template.render(numbers).split())

    return fill
