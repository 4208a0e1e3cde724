"""Reads a playbook: plays a marketer can edit, their texts sandboxed Jinja, a mistake told like one in the config."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from jinja2 import StrictUndefined, Template, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import AfterValidator, Field, ValidationError

from reportgen.config.mistakes import by_place, explain_mistakes, node_at
from reportgen.config.nodes import build_data, compose_file, find_repeated_keys, problem_at
from reportgen.config.options import Kind, Shop
from reportgen.config.section import Section
from reportgen.config.variables import NOTHING
from reportgen.errors import ConfigError, Problem, did_you_mean
from reportgen.model.actions import NUMBERS, Play, Wording
from reportgen.model.trials import Audience

_MAX_TEXT = 2_000
_TEXTS = ("title", "what", "channel", "offer", "measure", "avoid")


def _check_text(text: str) -> str:
    if not text.strip():
        raise ValueError("a text")
    return text


Text = Annotated[str, Field(max_length=_MAX_TEXT), AfterValidator(_check_text)]


class PlayOptions(Section):
    """One play as it is written."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    """Short name, unique: lower-case letters, digits and hyphens."""
    kinds: Annotated[tuple[Kind, ...], Field(alias="for", min_length=1, strict=False)]
    """The kinds of segment it is for."""
    recency: Literal["recent", "lapsed"] | None = None
    """Only for segments that are recent, or lapsed; without it for all."""
    shops: Annotated[tuple[Shop, ...], Field(alias="shop", strict=False)] = ()
    """Only for these kinds of shop: `web`, `till`, `wholesale`; without it for all."""
    audience: Audience | None = None
    """Which customers of the segment are to be written to: `all`, `not_new` (first order not of the last 60 days),
    `overdue` or `one_order`; without it the play is for a place, such as the cart, and for no list of customers."""
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
    data = build_data(root, NOTHING, problems)
    playbook = None
    try:
        playbook = PlaybookOptions.model_validate(data)
    except ValidationError as error:
        problems += explain_mistakes(error, root, PlaybookOptions)
    problems += _find_repeated_ids(root)
    wordings = _compile_all(root, data, problems)
    if problems or playbook is None:
        raise ConfigError(*sorted(problems, key=by_place))
    return tuple(
        Play(play.id, play.kinds, play.recency, play.shops, texts, play.audience)
        for play, texts in zip(playbook.plays, wordings, strict=True)
    )


def _find_repeated_ids(root: yaml.MappingNode) -> list[Problem]:
    problems: list[Problem] = []
    seen: set[str] = set()
    for position, play in enumerate(_items(node_at(root, ["plays"]))):
        node = node_at(play, ["id"])
        if not isinstance(node, yaml.ScalarNode):
            continue
        if node.value in seen:
            thing, came = f"plays.{position}.id", f"'{node.value}' again"
            problems.append(problem_at(node, thing, expected="an id of its own", came=came))
        seen.add(node.value)
    return problems


def _compile_all(root: yaml.MappingNode, data: object, problems: list[Problem]) -> list[dict[str, Wording]]:
    """Compile the texts of every play, also when other parts of the playbook are at fault: all mistakes at once."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    environment.globals.clear()  # no `range` nor `lipsum`: a text knows its numbers and nothing else
    plays = data.get("plays") if isinstance(data, dict) else None
    wordings: list[dict[str, Wording]] = []
    for position, play in enumerate(plays if isinstance(plays, list) else ()):
        texts: dict[str, Wording] = {}
        for key in _TEXTS:
            text = play.get(key) if isinstance(play, dict) else None
            if isinstance(text, str):
                node = node_at(root, ["plays", position, key])
                wording = _compile(environment, text, node, f"plays.{position}.{key}", problems)
                texts |= {key: wording} if wording is not None else {}
        wordings.append(texts)
    return wordings


def _items(node: yaml.Node) -> list[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else []


_ALLOWED_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Filter,
    nodes.Test,
)
_ALLOWED_FILTERS, _ALLOWED_TESTS = ("lower", "upper", "capitalize", "trim"), ("none", "defined")
_ONLY = "numbers by name, conditions, and the filters lower, upper, capitalize and trim"
_WORDS = {"For": "a loop", "Call": "a call", "Getattr": "an attribute", "Getitem": "an item", "Assign": "'set'"}


def _find_refused(tree: nodes.Template) -> str | None:
    """Tell what of a text is none of what a text may do: it knows its numbers, finished, and conditions on them.

    So no text can run for ever or fill the memory: what it makes is as long as itself and its numbers.
    """
    for node in tree.find_all(nodes.Node):
        kind = type(node).__name__
        if not isinstance(node, _ALLOWED_NODES):
            return _WORDS.get(kind, f"'{kind.lower()}'")
        if isinstance(node, nodes.Filter) and (node.name not in _ALLOWED_FILTERS or node.args or node.kwargs):
            return f"the filter '{node.name}'"
        if isinstance(node, nodes.Test) and node.name not in _ALLOWED_TESTS:
            return f"the test '{node.name}'"
    return None


def _compile(
    environment: ImmutableSandboxedEnvironment, text: str, node: yaml.Node, thing: str, problems: list[Problem]
) -> Wording | None:
    try:
        tree = environment.parse(text)
        refused = _find_refused(tree)
        if refused is not None:
            expected = "a text that can be filled in"
            problems.append(problem_at(node, thing, expected=expected, came=refused, hint=f"It may hold {_ONLY}."))
            return None
        unknown = sorted(meta.find_undeclared_variables(tree) - set(NUMBERS))
        template = environment.from_string(text)
        if not unknown:
            template.render(dict.fromkeys(NUMBERS, "1"))
            template.render(dict.fromkeys(NUMBERS))
    except Exception as error:  # whatever a text runs into is a mistake in the text
        came = " ".join(str(getattr(error, "message", None) or error).split()) or type(error).__name__
        problems.append(problem_at(node, thing, expected="a text that can be filled in", came=came))
        return None
    for name in unknown:
        hint = did_you_mean(name, NUMBERS) or f"Known here: {', '.join(NUMBERS)}"
        problems.append(problem_at(node, thing, expected="a known number", came=f"'{name}'", hint=hint))
    return None if unknown else _wording(template)


def _wording(template: Template) -> Wording:
    def fill(numbers: Mapping[str, str | None]) -> str:
        return " ".join(template.render(numbers).split())

    return fill
