"""YAML as nodes that remember their place: composing, merging with `extends`, filling in `${VAR}`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import ReaderError

from reportgen.config.variables import Variables, mask_stated
from reportgen.config.yaml_mistakes import say_mistake
from reportgen.errors import ConfigError, Problem, did_you_mean

_INTEGER = re.compile(r"[-+]?(?:0|[1-9]\d*)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")
_VARIABLE = re.compile(r"\$(?:\$|\{([A-Za-z_]\w*)(?:(:-|:\?)([^}]*))?\})")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_SCALAR_TAG, _MAP_TAG = "tag:yaml.org,2002:str", "tag:yaml.org,2002:map"
MAX_CONFIG_BYTES = 1_000_000
MAX_ENTRIES = 50_000
_NEVER, _NEVER_IN_PATH = re.compile("[\x00\ud800-\udfff]"), re.compile("[\x00\ud800-\udc7f\udd00-\udfff]")
"""Signs that no text can hold; in a path Python writes bytes that are no UTF-8 as U+DC80 to U+DCFF."""


class _PlainLoader(yaml.SafeLoader):
    """SafeLoader without YAML 1.1's surprises: `no`, `12:30`, `010` and dates stay the text they are."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - the base's own shape

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        """Refuse aliases: a config that needs them is better off with `extends`, and they can blow up in memory."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem="aliases are not supported, use 'extends'", problem_mark=event.start_mark
            )
        return super().compose_node(parent, index)  # type: ignore[arg-type]

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Refuse lists and blocks as keys: no option has such a name, and `{{ x }}` without quotes is read as one."""
        node = super().compose_mapping_node(anchor)
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a list or block where a key belongs", problem_mark=key.start_mark)
        return node


def place_of(node: yaml.Node) -> str:
    """Return ``file:line:column`` of a node, counted from 1."""
    mark = node.start_mark
    return f"{mark.name}:{mark.line + 1}:{mark.column + 1}"


def excerpt_of(node: yaml.Node) -> str:
    """Return the node's line with a caret below its first character."""
    mark = node.start_mark
    text = mark.buffer.rstrip("\0") if mark.buffer else _text_of(mark.name)
    return _show_line(text, mark.line, mark.column)


def _show_line(text: str, line: int, column: int) -> str:
    """Show a line with a caret below a column; where a secret is stated, stars stand for it."""
    lines = text.splitlines()
    return f"    {mask_stated(lines[line])}\n    {' ' * column}^" if line < len(lines) else ""


def _text_of(name: str) -> str:
    path = Path(name)
    return path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""


def problem_at(node: yaml.Node, thing: str, *, expected: str, came: str, hint: str = "") -> Problem:
    """Make a `Problem` that points at a node."""
    return Problem(place_of(node), thing, expected, came, hint, excerpt_of(node))


def compose_file(path: Path) -> yaml.MappingNode:
    """Read one YAML file as a mapping node.

    Raises
    ------
    ConfigError
        When the file is missing, unreadable, not YAML, or not a mapping.
    """
    try:
        if path.exists() and not path.is_dir() and not is_plain_file(path):
            came = "a pipe, a device, or something that the system makes up"
            raise ConfigError(Problem(str(path), "config", "a YAML file", came))
        with path.open("rb") as file:
            raw = file.read(MAX_CONFIG_BYTES + 1)
        if len(raw) > MAX_CONFIG_BYTES:
            came = f"{path.stat().st_size:,} bytes"
            raise ConfigError(Problem(str(path), "config", "a YAML file of at most 1 MB", came))
        text = raw.decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        near = sorted(p.name for p in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
        hint = did_you_mean(path.name, near)
        raise ConfigError(Problem(str(path), "config", "a YAML file", "no such file", hint)) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "text that is not UTF-8"
        reason = "a path with the sign U+0000" if "null" in str(error) else reason
        raise ConfigError(Problem(str(path)[:200], "config", "a readable YAML file", str(reason))) from None
    return compose_text(text, str(path))


def is_plain_file(path: Path) -> bool:
    """Tell whether a path leads to a file on a disk: no pipe, no device, nothing that the system makes up."""
    return path.is_file() and not str(path.resolve()).startswith(("/proc/", "/sys/", "/dev/"))


def compose_text(text: str, name: str, *, is_text: bool = True) -> yaml.MappingNode:
    """Compose YAML text to a mapping node whose marks carry `name`; an empty text is an empty mapping.

    Parameters
    ----------
    text, name : str
        What to compose, and what messages call it.
    is_text : bool
        Whether its values are printed; those of a path may have bytes that are no UTF-8.
    """
    try:
        loader = _PlainLoader(text)
        loader.name = name
        node = loader.get_single_node()
    except (yaml.MarkedYAMLError, ReaderError) as error:
        raise ConfigError(_yaml_problem(error, text, name)) from None
    except RecursionError:
        came = "lists or blocks inside one another without end"
        raise ConfigError(Problem(name, "YAML", "valid YAML", came)) from None
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        start = yaml.Mark(name, 0, 0, 0, None, 0)
        return yaml.MappingNode(_MAP_TAG, [], start, start)
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(problem_at(node, "config", expected="options as 'key: value'", came="something else"))
    _check_texts(node, _NEVER if is_text else _NEVER_IN_PATH)
    return node


def _check_texts(root: yaml.MappingNode, never: re.Pattern[str]) -> None:
    """Refuse texts with signs that no file name, report or message can hold, and configs without end.

    Raises
    ------
    ConfigError
        At the first of them.
    """
    left: list[yaml.Node] = [root]
    count = 0
    while left:
        node = left.pop()
        count += 1
        if count > MAX_ENTRIES:
            expected = f"a config of at most {MAX_ENTRIES:,} entries"
            raise ConfigError(problem_at(node, "config", expected=expected, came="more"))
        if isinstance(node, yaml.MappingNode):
            left += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            left += node.value
        elif found := never.search(node.value):
            came = f"the sign U+{ord(found[0]):04X}"
            raise ConfigError(problem_at(node, "text", expected="a text that can be written", came=came))


def _yaml_problem(error: yaml.MarkedYAMLError | ReaderError, text: str, name: str) -> Problem:
    """Tell what PyYAML found; a character that YAML does not allow comes with its position only."""
    if isinstance(error, ReaderError):
        line, column = text.count("\n", 0, error.position), error.position - text.rfind("\n", 0, error.position) - 1
        came, hint = f"the control character U+{ord(text[error.position]):04X}", "Leave it out."
    else:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        came, hint = say_mistake(error, text, line, column)
    shown = _show_line(text, line, column)
    return Problem(f"{name}:{line + 1}:{column + 1}", "YAML", "valid YAML", came, hint, shown)


def find_repeated_keys(node: yaml.Node, prefix: str = "") -> list[Problem]:
    """List every key that a mapping states twice (PyYAML would silently keep the last)."""
    problems: list[Problem] = []
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            problems += find_repeated_keys(item, prefix)
    if not isinstance(node, yaml.MappingNode):
        return problems
    first_seen: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = key.value
        if name in first_seen:
            line = first_seen[name].start_mark.line + 1
            problems.append(
                problem_at(key, prefix + name, expected="each key once", came=f"it again (first in line {line})")
            )
        first_seen.setdefault(name, key)
        problems += find_repeated_keys(value, f"{prefix}{name}.")
    return problems


def build_data(node: yaml.Node, variables: Variables, problems: list[Problem], option: str = "") -> object:
    """Turn nodes into plain data, with `${VAR}` filled in; what cannot be filled is added to `problems`.

    Parameters
    ----------
    node : yaml.Node
        What to turn.
    variables : Variables
        What `${VAR}` is filled from.
    problems : list of Problem
        Grows.
    option : str
        Dotted name of the node; items of a list have that of the list.
    """
    if isinstance(node, yaml.MappingNode):
        inside = f"{option}." if option else ""
        return {
            str(key.value): build_data(value, variables, problems, f"{inside}{key.value}") for key, value in node.value
        }
    if isinstance(node, yaml.SequenceNode):
        return [build_data(item, variables, problems, option) for item in node.value]
    quoted = getattr(node, "style", None) in ("'", '"', "|", ">")
    text = _fill_variables(node, variables, problems, option)
    return text if quoted else plain_value(text)


def plain_value(text: str) -> object:
    """Read a text without quotes as YAML 1.2 does: a number, true, false or null; anything else stays text."""
    if text.lower() in _WORDS and text in (text.lower(), text.title(), text.upper()):
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 20 else text
    return float(text) if _NUMBER.fullmatch(text) and not re.fullmatch(r"0\d+", text) else text


def _fill_variables(node: yaml.Node, variables: Variables, problems: list[Problem], option: str) -> str:
    def fill(match: re.Match[str]) -> str:
        name, kind, rest = match[1], match[2], match[3]
        if name is None:
            return "$"
        value = variables.value_of(name, option)
        if value is not None:
            return value
        if kind == ":-":
            return rest or ""
        expected = rest if kind == ":?" and rest else f"the environment variable {name} to be set"
        hint = "" if kind == ":?" else f"Set it, or give a default: ${{{name}:-default}}"
        problems.append(problem_at(node, name, expected=expected, came="nothing", hint=hint))
        return ""

    return _VARIABLE.sub(fill, node.value)
