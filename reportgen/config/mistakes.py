"""Turns a validation error into problems a person can mend: the option, its place, what was expected, what came."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from reportgen.config.nodes import problem_at
from reportgen.config.variables import is_secret, mask_stated
from reportgen.errors import Problem, did_you_mean

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_MOST = 100
"""Mistakes that are explained: nobody reads more at once."""
_PLAIN_NAMES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a block of 'key: value' lines",
    "model_type": "a block of 'key: value' lines",
    "model_attributes_type": "a block of 'key: value' lines",
}


def explain_mistakes(error: ValidationError, root: yaml.MappingNode, model: type[BaseModel]) -> list[Problem]:
    """List the problems of a validation error, each at the place of the node that caused it.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    root : yaml.MappingNode
        The nodes the data came from.
    model : type of BaseModel
        The options that the data was checked against, for "did you mean".
    """
    found = error.errors(include_url=False)
    explained = [_explain(details, root, model) for details in found[:_MOST] if not _follows(details, found[:_MOST])]
    if len(found) > _MOST:
        came = f"{len(found):,} mistakes"
        explained.append(problem_at(root, "config", expected=f"at most {_MOST} mistakes to explain", came=came))
    return explained


def node_at(root: yaml.Node, loc: Sequence[int | str], *, want_key: bool = False) -> yaml.Node:
    """Find the node that a location names, or the nearest one above it that exists."""
    node = root
    for depth, part in enumerate(loc):
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                return node
            key, value = found[-1]
            node = key if want_key and depth == len(loc) - 1 else value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            return node
    return node


def by_place(problem: Problem) -> tuple[str, int, int]:
    """Return what sorts problems: the file, then line and column as numbers."""
    name, _, tail = problem.place.partition(":")
    numbers = [int(part) for part in problem.place.rsplit(":", 2)[1:] if part.isdigit()] if tail else []
    return (name, *(numbers if len(numbers) == 2 else (0, 0)))


def _follows(details: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """Whether a list is called too short only because its wrong items were not counted."""
    depth = len(details["loc"])
    return details["type"] == "too_short" and any(
        len(other["loc"]) > depth and other["loc"][:depth] == details["loc"] for other in found
    )


def _explain(details: ErrorDetails, root: yaml.MappingNode, model: type[BaseModel]) -> Problem:
    loc = [part for part in details["loc"] if part != "[key]"]
    thing = ".".join(str(part) for part in loc)
    if details["type"] == "extra_forbidden":
        known = _known_options(model, loc[:-1])
        nearest = did_you_mean(str(loc[-1]), known)
        hint = nearest or f"Known here: {', '.join(sorted(known))}"
        if is_secret(str(loc[-1])) and "password_env" in known:
            hint = "A secret stands in the environment or in a file: name the variable (password_env) or the file."
        node = node_at(root, loc, want_key=True)
        return problem_at(node, thing, expected="a known option", came=f"'{loc[-1]}'", hint=hint)
    node = node_at(root, loc, want_key=details["loc"][-1:] == ("[key]",))
    if details["type"] == "missing":
        return problem_at(node, thing, expected="this option to be stated", came="nothing")
    hint = _hint_for(details)
    is_whole = details["type"] == "value_error"  # options that do not go together
    came = (
        "something that is not shown"
        if is_secret(str(loc[-1]) if loc else "")
        else _came(details["input"], is_whole=is_whole)
    )
    return problem_at(node, thing, expected=_expected(details), came=came, hint=hint)


def _hint_for(details: ErrorDetails) -> str:
    if details["type"] == "string_type" and isinstance(details["input"], bool | int | float):
        return "Put it in quotes."
    if details["type"] != "literal_error":
        return ""
    if "\\" in str(details["input"]):
        return "Put it in double quotes: only there does a backslash make a tab."
    allowed = str(details["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    return did_you_mean(str(details["input"]), allowed)


def _expected(details: ErrorDetails) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"one of {context['expected']}"
    bounds = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}
    if kind in bounds:
        sign, words = bounds[kind]
        return f"a number of {words} {context[sign]}"
    if kind == "too_short":
        return f"at least {context['min_length']} of them"
    if kind == "string_too_long":
        return f"a text of at most {context['max_length']} characters"
    if kind == "string_pattern_mismatch":
        return f"a text of the form {context['pattern']}"
    return _PLAIN_NAMES.get(kind, details["msg"].removeprefix("Input should be ").removeprefix("a valid "))


def _came(value: object, *, is_whole: bool = False) -> str:
    if value is None:
        return "nothing (null)"
    if isinstance(value, dict) and is_whole:
        return "another combination"
    if isinstance(value, dict):
        return "a block of 'key: value' lines"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{mask_stated(text[:80])}'".replace("\n", "\\n")  # a problem is told in one line


def _known_options(model: type[BaseModel], loc: Sequence[int | str]) -> list[str]:
    current: Any = model
    for part in loc:
        if isinstance(part, int):  # an item of a list: the model inside was found with the list
            continue
        if not (isinstance(current, type) and issubclass(current, BaseModel)) or part not in current.model_fields:
            return []
        current = _model_inside(current.model_fields[part].annotation)
    if not (isinstance(current, type) and issubclass(current, BaseModel)):
        return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _model_inside(annotation: Any) -> Any:
    if get_origin(annotation) is Annotated:
        return _model_inside(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType, list, tuple):
        inside = [_model_inside(arg) for arg in get_args(annotation)]
        return next((arg for arg in inside if isinstance(arg, type) and issubclass(arg, BaseModel)), None)
    return annotation
