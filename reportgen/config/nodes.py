"""YAML as nodes that remember their place: composing, merging with `extends`, filling in `${VAR}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import ReaderError

from reportgen.errors import ConfigError, Problem, did_you_mean

_INTEGER = re.compile(r"[-+]?(?:0|[1-9]\d*)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")
_VARIABLE = re.compile(r"\$(?:\$|\{([A-Za-z_]\w*)(?:(:-|:\?)([^}]*))?\})")
SECRET_NAME = re.compile(
    r"(?:PASSW\w*|PASSPHRASE|(?:^|_)PASS|_PWD|SECRETS?|TOKENS?|KEYS?|CREDENTIALS?|(?:^|_)AUTH)(?:_|$)", re.IGNORECASE
)
"""What the name of a secret looks like, in the environment and in a config."""
_STATED = re.compile(r"([\w-]+)[\"']?\s*[:=]\s*")
_LOGIN_IN_URL = re.compile(r"(//[^/\s:@]*:)([^@/\s]+)(?=@)")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_SCALAR_TAG, _MAP_TAG = "tag:yaml.org,2002:str", "tag:yaml.org,2002:map"
MAX_EXTENDS = 20
MAX_CONFIG_BYTES = 1_000_000


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


def is_secret(name: str) -> bool:
    """Whether something with this name is not to be shown."""
    return SECRET_NAME.search(name) is not None


def mask_stated(text: str) -> str:
    """Put stars where a line states a secret, and over all that comes after it: ``password: ****``."""
    text = _LOGIN_IN_URL.sub(lambda found: f"{found[1]}{'*' * len(found[2])}", text)
    found = next((one for one in _STATED.finditer(text) if is_secret(one[1]) or one[1].lower() == "pwd"), None)
    return text if found is None else f"{text[: found.end()]}{'*' * (len(text) - found.end())}"


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
        raw = path.read_bytes()
        if len(raw) > MAX_CONFIG_BYTES:
            raise ConfigError(Problem(str(path), "config", "a YAML file of at most 1 MB", f"{len(raw):,} bytes"))
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        near = sorted(p.name for p in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
        hint = did_you_mean(path.name, near)
        raise ConfigError(Problem(str(path), "config", "a YAML file", "no such file", hint)) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "text that is not UTF-8"
        raise ConfigError(Problem(str(path), "config", "a readable YAML file", str(reason))) from None
    return compose_text(text, str(path))


def compose_text(text: str, name: str) -> yaml.MappingNode:
    """Compose YAML text to a mapping node whose marks carry `name`; an empty text is an empty mapping."""
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
    return node


def _yaml_problem(error: yaml.MarkedYAMLError | ReaderError, text: str, name: str) -> Problem:
    """Tell what PyYAML found; a character that YAML does not allow comes with its position only."""
    if isinstance(error, ReaderError):
        line, column = text.count("\n", 0, error.position), error.position - text.rfind("\n", 0, error.position) - 1
        came, hint = f"the control character U+{ord(text[error.position]):04X}", "Leave it out."
    else:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        came = error.problem or "a mistake"
        hint = "Put the text in quotes." if "mapping values" in came else ""
    shown = _show_line(text, line, column)
    return Problem(f"{name}:{line + 1}:{column + 1}", "YAML", "valid YAML", came, hint, shown)


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
    base_path = (path.parent / target.value).resolve()
    if base_path in (*_seen, path.resolve()) or len(_seen) >= MAX_EXTENDS:
        raise ConfigError(problem_at(target, "extends", expected="a config that does not lead back", came=target.value))
    if not base_path.is_file():
        raise ConfigError(
            problem_at(target, "extends", expected="the path of a config", came=f"no file '{target.value}'")
        )
    own = yaml.MappingNode(node.tag, [p for p in node.value if p[0].value != "extends"], node.start_mark, node.end_mark)
    return merge_nodes(compose_with_bases(base_path, problems, _seen=(*_seen, path.resolve())), own)


def merge_nodes(base: yaml.MappingNode, over: yaml.MappingNode) -> yaml.MappingNode:
    """Lay one mapping over another: maps merge, lists and scalars replace."""
    merged = list(base.value)
    for key, value in over.value:
        at = next((i for i, (k, _) in enumerate(merged) if k.value == key.value), None)
        both_maps = (
            at is not None and isinstance(merged[at][1], yaml.MappingNode) and isinstance(value, yaml.MappingNode)
        )
        if at is None:
            merged.append((key, value))
        elif both_maps:
            merged[at] = (key, merge_nodes(merged[at][1], value))
        else:
            merged[at] = (key, value)
    return yaml.MappingNode(base.tag, merged, over.start_mark, over.end_mark)


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


def build_data(node: yaml.Node, environ: Mapping[str, str], problems: list[Problem]) -> object:
    """Turn nodes into plain data, with `${VAR}` filled in; what cannot be filled is added to `problems`."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): build_data(value, environ, problems) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [build_data(item, environ, problems) for item in node.value]
    quoted = getattr(node, "style", None) in ("'", '"', "|", ">")
    text = _fill_variables(node, environ, problems)
    return text if quoted else plain_value(text)


def plain_value(text: str) -> object:
    """Read a text without quotes as YAML 1.2 does: a number, true, false or null; anything else stays text."""
    if text.lower() in _WORDS and text in (text.lower(), text.title(), text.upper()):
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 20 else text
    return float(text) if _NUMBER.fullmatch(text) and not re.fullmatch(r"0\d+", text) else text


def _fill_variables(node: yaml.Node, environ: Mapping[str, str], problems: list[Problem]) -> str:
    def fill(match: re.Match[str]) -> str:
        name, kind, rest = match[1], match[2], match[3]
        if name is None:
            return "$"
        if environ.get(name):
            return environ[name]
        if kind == ":-":
            return rest or ""
        expected = rest if kind == ":?" and rest else f"the environment variable {name} to be set"
        hint = "" if kind == ":?" else f"Set it, or give a default: ${{{name}:-default}}"
        problems.append(problem_at(node, name, expected=expected, came="nothing", hint=hint))
        return ""

    return _VARIABLE.sub(fill, node.value)
