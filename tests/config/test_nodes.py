"""YAML must be read without surprises, every node must know its place, and merging must lose nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reportgen.config.nodes import (
    build_data,
    compose_file,
    compose_text,
    excerpt_of,
    find_repeated_keys,
    place_of,
    plain_value,
)
from reportgen.config.variables import NOTHING, Environment
from reportgen.errors import ConfigError, Problem

TEXTS = st.text(st.sampled_from("abcXYZ019 _-.:#'\"\\/éß€{}[],&*!|>%@`"), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(allow_nan=False) | TEXTS
FINITE = SCALARS.filter(lambda value: not isinstance(value, float) or abs(value) < float("inf"))
VALUES = st.recursive(FINITE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))
MAPPINGS = st.dictionaries(TEXTS, VALUES, max_size=4)


def read(text: str, environ: dict[str, str] | None = None) -> Any:
    """Read YAML text as plain data and insist that nothing was wrong with it."""
    problems: list[Problem] = []
    data = build_data(compose_text(text, "c.yaml"), Environment(environ or {}), problems)
    assert problems == []
    return data


@given(MAPPINGS)
def test_json_is_read_as_json(data: dict[str, Any]) -> None:
    """Whatever JSON says, our reader says too, for JSON is YAML."""
    assert read(json.dumps(data, ensure_ascii=False)) == data


@pytest.mark.parametrize("text", ["no", "yes", "off", "on", "y", "12:30", "010", "2026-05-31", "0x1F", "1_000", ".inf"])
def test_yaml_surprises_stay_text(text: str) -> None:
    """What YAML 1.1 would turn into truth values, times, octals and dates stays the text it is."""
    assert read(f"a: {text}") == {"a": text}


@pytest.mark.parametrize("text", ["no", "12:30", "010", "2026-05-31"])
def test_plain_pyyaml_would_surprise(text: str) -> None:
    """The surprises are real: PyYAML's own loader reads something else than text."""
    assert not isinstance(yaml.safe_load(f"a: {text}")["a"], str)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("-5", -5),
        ("0", 0),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("tRuE", "tRuE"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("1.2.3", "1.2.3"),
        ("12 months", "12 months"),
    ],
)
def test_plain_texts_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    """Numbers, truth values and null are read; a number too long for a computer word stays an id."""
    found = plain_value(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("quoted", ["'5'", '"5"', "|-\n  5", ">-\n  5"])
def test_quotes_keep_text_as_text(quoted: str) -> None:
    """A number in quotes or in a text block is text."""
    assert read(f"a: {quoted}") == {"a": "5"}


PIECES = st.lists(
    st.one_of(
        st.text(st.sampled_from("ab {}:-?"), max_size=5).map(lambda text: (text, text)),
        st.just(("$$", "$")),
        st.just(("${SET}", "it's $5: #1 ${OTHER}")),
        st.just(("${SET:-other}", "it's $5: #1 ${OTHER}")),
        st.just(("${SET:?say}", "it's $5: #1 ${OTHER}")),
        st.just(("${UNSET:-}", "")),
        st.just(("${EMPTY:-x y}", "x y")),
        st.just(("${UNSET:-a:-b}", "a:-b")),
    ),
    max_size=6,
)


@given(PIECES)
def test_variables_are_filled_in_once(pieces: list[tuple[str, str]]) -> None:
    """Every variable gives its value to the letter, is never filled in a second time, and `$$` gives one `$`."""
    node = yaml.ScalarNode("tag:yaml.org,2002:str", "".join(written for written, _ in pieces), style="'")
    problems: list[Problem] = []
    found = build_data(node, Environment({"SET": "it's $5: #1 ${OTHER}", "EMPTY": ""}), problems)
    assert found == "".join(meant for _, meant in pieces)
    assert problems == []


def test_plain_variables_are_read_like_plain_texts() -> None:
    """A number from the environment is a number, unless quotes say that it is text."""
    assert read("a: ${N}\nb: '${N}'\nc: ${N}x", {"N": "5"}) == {"a": 5, "b": "5", "c": "5x"}


@pytest.mark.parametrize(
    ("text", "thing", "expected", "hint"),
    [
        ("${SHOP}", "SHOP", "the environment variable SHOP to be set", "Set it, or give a default: ${SHOP:-default}"),
        ("${SHOP:?the shop's folder}", "SHOP", "the shop's folder", ""),
        ("${SHOP:?}", "SHOP", "the environment variable SHOP to be set", ""),
    ],
)
def test_a_missing_variable_is_a_problem_at_its_place(text: str, thing: str, expected: str, hint: str) -> None:
    """A variable that is not set is told with the place of the value, and its own message where it has one."""
    problems: list[Problem] = []
    build_data(compose_text(f"a:\n  b: {text}\n", "c.yaml"), Environment({"SHOP": ""}), problems)
    assert problems == [Problem("c.yaml:2:6", thing, expected, "nothing", hint, f"      b: {text}\n         ^")]


def test_every_missing_variable_of_a_text_is_told() -> None:
    """Two variables missing from one text are two problems."""
    problems: list[Problem] = []
    build_data(compose_text("a: ${ONE}/${TWO}", "c.yaml"), NOTHING, problems)
    assert [problem.thing for problem in problems] == ["ONE", "TWO"]


def test_repeated_keys_are_found_at_every_depth() -> None:
    """A key stated twice is told at the second place, with the line of the first; in lists too."""
    text = "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 2\ne:\n  - f: 1\n    f: 2\n"
    found = find_repeated_keys(compose_text(text, "c.yaml"))
    assert {(problem.place, problem.thing, problem.came) for problem in found} == {
        ("c.yaml:6:1", "a", "it again (first in line 1)"),
        ("c.yaml:5:3", "b.c", "it again (first in line 3)"),
        ("c.yaml:9:5", "e.f", "it again (first in line 8)"),
    }


def test_the_same_key_in_two_blocks_is_no_repetition() -> None:
    """Blocks have keys of their own."""
    assert find_repeated_keys(compose_text("a: {x: 1}\nb: {x: 1}\nc: [{x: 1}, {x: 1}]", "c.yaml")) == []


def test_endless_nesting_is_refused() -> None:
    """Thousands of open brackets are a mistake in the config and not a fault of the program."""
    with pytest.raises(ConfigError, match="lists or blocks inside one another without end"):
        compose_text("a: " + "[" * 5000, "c.yaml")


@pytest.mark.parametrize(("text", "place"), [("- a\n- b\n", "c.yaml:1:1"), ("\n  just words\n", "c.yaml:2:3")])
def test_a_document_that_is_no_mapping_is_refused(text: str, place: str) -> None:
    """A list or a bare text is no config."""
    with pytest.raises(ConfigError) as caught:
        compose_text(text, "c.yaml")
    (problem,) = caught.value.problems
    assert (problem.place, problem.expected) == (place, "options as 'key: value'")


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing but a comment\n", "---\n", "{}"])
def test_an_empty_document_is_an_empty_mapping(text: str) -> None:
    """A file that says nothing says nothing wrong."""
    assert read(text) == {}


@given(st.integers(0, 30), st.integers(0, 20), st.sampled_from(["\n", "\r\n"]))
def test_a_caret_stands_below_the_node(above: int, before: int, newline: str) -> None:
    """Place and excerpt name the same line and column, wherever the node is."""
    inner = f"{' ' * before}k: v"
    text = f"# x{newline}" * above + inner + newline
    value = compose_text(text, "c.yaml").value[0][1]
    assert place_of(value) == f"c.yaml:{above + 1}:{before + 4}"
    assert excerpt_of(value).split("\n") == [f"    {inner}", " " * (4 + before + 3) + "^"]


def test_a_byte_order_mark_does_not_move_columns(tmp_path: Path) -> None:
    """A UTF-8 byte order mark is no part of the first key."""
    path = tmp_path / "c.yaml"
    path.write_bytes(b"\xef\xbb\xbflocale: de_DE\n")
    key, value = compose_file(path).value[0]
    assert (key.value, value.value) == ("locale", "de_DE")
    assert place_of(value) == f"{path}:1:9"


@pytest.mark.parametrize(
    ("text", "place", "came"),
    [
        (
            "a: 1\nb: [1, 2\n",
            "c.yaml:3:1",
            "a bracket or brace that is never closed. Close it; part what is in it by commas.",
        ),
        ("a: b: c\n", "c.yaml:1:5", "a second colon in one line. Put the text in quotes, or begin a new line."),
        (
            "a:\n\tb: 1\n",
            "c.yaml:2:1",
            "a sign that no value can begin with. Put the text in quotes; indent with spaces, not tabs.",
        ),
        ("a: &x 1\nb: *x\n", "c.yaml:2:4", "aliases are not supported, use 'extends'"),
        ("a: &x [1]\nb: [*x, *x]\n", "c.yaml:2:5", "aliases are not supported, use 'extends'"),
        ('a: "b\n', "c.yaml:2:1", "a quotation mark that is never closed. Close it."),
        ("a: 1\n---\nb: 2\n", "c.yaml:2:1", "but found another document"),
        ("? [a, b]\n: 1\n", "c.yaml:1:3", "a list or block where a key belongs"),
        ("a:\n  b: {{ c }}\n", "c.yaml:2:7", "a list or block where a key belongs"),
        ("a: 1\nb: x\x07y\n", "c.yaml:2:5", "the control character U+0007. Leave it out."),
        ("\x00", "c.yaml:1:1", "the control character U+0000. Leave it out."),
    ],
)
def test_bad_yaml_is_told_at_its_place(text: str, place: str, came: str) -> None:
    """What is not YAML, or more YAML than a config needs, is one problem at the right line and column."""
    with pytest.raises(ConfigError) as caught:
        compose_text(text, "c.yaml")
    (line, *_) = str(caught.value).splitlines()
    assert line == f"{place}: YAML: expected valid YAML, got {came}"
