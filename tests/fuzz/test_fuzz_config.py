"""Configs: whatever a YAML file holds, `validate` and `show` end soon, with the options or with what is wrong."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import yaml
from hypothesis import example, given, note
from hypothesis import strategies as st

from reportgen.config.options import Options
from tests.conftest import ROOT
from tests.fuzz.common import EXAMPLES, fuzzing, new_folder, run_command

SAMPLE = (ROOT / "configs" / "sample.yaml").read_bytes()
MAX_SECONDS = 20
ODD_TEXTS = (
    *(
        "",
        " ",
        "\0",
        "\x07",
        "\x1b[2J",
        "\u2028",
        "\ud800",
        "\U0010ffff",
        "\ufeff",
        "a" * 5_000,
        "%",
        "%Q",
        "%d/%m/%Y",
        "../../x",
    ),
    *(
        "/dev/stdin",
        "/proc/self/environ",
        "~/x",
        "~nobody/x",
        "http://[::1",
        "s3://b/p",
        "null",
        "NaN",
        ".inf",
        "0x1F",
        "1e400",
    ),
    *(
        "2026-13",
        "2026-01..2025-01",
        "0001-01..9999-12",
        "99999999 months",
        "2..10",
        "10..2",
        "en_GB",
        "xx_XX",
        "EUR",
        "XXX",
    ),
    *(
        "${HOME}",
        "${NO_SUCH_VARIABLE}",
        "${PATH:-x}",
        "${A:?b}",
        "${",
        "$$",
        "${A:-${B}}",
        "Europe/London",
        "../etc/passwd",
    ),
    *(
        "Ann <ann@example.org>",
        "ann@example.org\r\nBcc: x@example.org",
        "a@[127.0.0.1]",
        "@",
        "ann@exämple.org",
        "*" * 300,
    ),
)
NUMBERS = st.sampled_from(
    (0, -1, 1, 2, 10, 2**31, 2**63, 2**200, -(2**64), 10**4_000, 0.5, 1e308, float("nan"), float("inf"), -0.0)
)
SCALARS = st.none() | st.booleans() | NUMBERS | st.sampled_from(ODD_TEXTS) | st.text(max_size=12)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=6) | st.sampled_from(ODD_TEXTS), inner, max_size=4)
    ),
    max_leaves=8,
)


def list_options(schema: dict[str, Any], prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """List the paths of all options, blocks among them."""
    found = []
    for name, one in schema.get("properties", {}).items():
        found.append((*prefix, name))
        for inner in (one, *one.get("allOf", ()), *one.get("anyOf", ())):
            target = DEFINED.get(inner.get("$ref", "").rpartition("/")[2], {})
            found += list_options(target, (*prefix, name))
    return found


_SCHEMA = Options.model_json_schema()
DEFINED: dict[str, Any] = _SCHEMA["$defs"]
PATHS = sorted(set(list_options(_SCHEMA)))
LIKELY: dict[str, tuple[Any, ...]] = {
    "segments": ({"n_clusters": "2..4", "normalise": "log"}, {"names": {"rare_big": "X"}}),
    "stores": ({"by": "Store", "each": {"Leeds": {"locale": "de_DE"}}}, {"each": {"a": {"source": {"path": "x"}}}}),
    "mail": ({"to": "ann@example.org", "from": "b@example.org", "smtp": {"host": "localhost", "security": "none"}},),
    "columns": ({"ordered_at": ["Date", "Time"], "amount": "Sales", "quantity": None, "unit_price": None},),
    "extends": ("config.yaml", "other.yaml", ".", "/dev/null", "\0", "x" * 400, ["other.yaml"], {"a": 1}, "${HOME}"),
}


@st.composite
def options(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a config as a value: some options that exist, some that do not, with any values."""
    made: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(sorted(LIKELY)), max_size=2, unique=True)):
        made[name] = draw(st.sampled_from(LIKELY[name]))
    for path in draw(st.lists(st.sampled_from(PATHS), max_size=6)):
        holder = made
        for name in path[:-1]:
            inner = holder.get(name)
            holder[name] = dict(inner) if isinstance(inner, dict) else {}
            holder = holder[name]
        holder[path[-1]] = draw(VALUES)
    if draw(st.booleans()):
        made[draw(st.text(max_size=8) | st.sampled_from(ODD_TEXTS))] = draw(VALUES)
    return made


def write_yaml(value: Any, *, is_json: bool) -> bytes:
    """Write a value as YAML, or as JSON, which is YAML too and holds every sign as an escape."""
    text = json.dumps(value) if is_json else yaml.safe_dump(value, allow_unicode=True)
    return text.encode("utf-8", "surrogatepass")


class Text(bytes):
    """A text that is not printed whole."""

    def __repr__(self) -> str:
        return repr(bytes(self[:200]))


@st.composite
def wild_texts(draw: st.DrawFn) -> Text:
    """Draw texts that are hard on a reader of YAML: deep, wide, repeated, full of anchors, tags and odd keys."""
    deep, wide = (
        draw(st.sampled_from((30, 300, 3_000, 100_000 if EXAMPLES else 3_000))),
        draw(st.sampled_from((10, 500, 4_000))),
    )
    kinds = {
        "lists": "a: " + "[" * deep,
        "closed": "a: " + "[" * deep + "]" * deep,
        "maps": "{a: " * deep + "}" * deep,
        "blocks": "".join(f"{' ' * n}a:\n" for n in range(min(deep, 1_000))),
        "aliases": "a: &a [x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)),
        "keys": "".join(f"key{n}: {n}\n" for n in range(wide)),
        "repeated": "locale: en_GB\n" * wide,
        "stores": "stores:\n  by: S\n  each:\n"
        + "".join(f"    s{n}: {{locale: de_DE}}\n" for n in range(min(wide, 40))),
        "recipients": "mail:\n  from: a@example.org\n  to:\n"
        + "".join(f"    - r{n}@example.org\n" for n in range(min(wide, 40))),
        "tags": "a: !!python/object/apply:os.system [true]\nb: !!binary aGk=\nc: !x y\n",
        "merge": "base: {a: 1}\n<<: {locale: en_GB}\n? [a, b]\n: 1\n",
        "documents": "locale: en_GB\n---\nlocale: de_DE\n...\n%YAML 1.9\n---\n",
        "directives": "%TAG ! tag:x,2000:\n---\na: !b c\n",
        "long": "report: {title: '" + "x" * 900_000 + "'}",
        "large": "# " + "x" * 1_100_000,
        "folded": "report:\n  title: >-\n" + "    x\n" * wide + "  id: |+\n\n\n",
        "digits": "currency: "
        + "9" * 5_000
        + "\nwindow: "
        + "9" * 5_000
        + " months\nsegments: {random_state: "
        + "9" * 5_000
        + "}",
        "dollars": "report: {title: '" + "${A:-" * deep + "}" * deep + "'}",
    }
    return Text(kinds[draw(st.sampled_from(sorted(kinds)))].encode())


PIECES = (
    *(
        b": ",
        b"- ",
        b"#",
        b"\n",
        b"\r",
        b"\t",
        b"  ",
        b"{",
        b"}",
        b"[",
        b"]",
        b"'",
        b'"',
        b"&a ",
        b"*a",
        b"!!x ",
        b"|",
        b">",
        b"%",
        b"@",
        b"`",
    ),
    *(
        b"\0",
        b"\x07",
        b"\x85",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xe2\x80\xa8",
        b"\xef\xbb\xbf",
        b"\xf4\x90\x80\x80",
        b"${X}",
        b"${",
        b"---\n",
        b"...\n",
    ),
    *(
        b"extends: config.yaml\n",
        b"<<: ",
        b"? ",
        b'"\\ud800"',
        b'"\\x00"',
        b"'\\0'",
        b"1e999",
        b"0o17",
        b"~",
        b"- - - -",
    ),
)


@st.composite
def mutated_samples(draw: st.DrawFn) -> bytes:
    """Mutate the bytes of the config that is shipped."""
    content = SAMPLE
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, max(0, len(content) - 1))), draw(st.integers(0, 40))
        piece = draw(st.sampled_from((*PIECES, content[at : at + length], b"")) | st.binary(max_size=3))
        content = content[:at] + piece + content[at + draw(st.sampled_from((0, length))) :]
    return content


def check_config(folder: Path, content: bytes, *more: str) -> None:
    """Validate and show a config: each ends soon, well or with a problem in the config, and both agree."""
    note(repr(content[:2_000]))
    config = folder / "config.yaml"
    config.write_bytes(content)
    (folder / "other.yaml").write_text("extends: config.yaml\n", encoding="utf-8")
    begun = time.process_time()
    shown = run_command("show", config, *more)
    shown.check(0, 2)
    run_command("validate", config).check(0, 2)
    assert time.process_time() - begun < 2 * MAX_SECONDS
    if not shown.code:
        again = folder / "shown.yaml"
        again.write_text(shown.stdout, encoding="utf-8")  # it states paths that were left at their defaults before
        second = run_command("show", again)
        second.check(0)
        again.write_text(second.stdout, encoding="utf-8")
        assert run_command("show", again).stdout == second.stdout


@fuzzing(20)
@example(value={"extends": "\0"}, is_json=True)
@example(value={"extends": "x" * 400}, is_json=True)
@given(value=options(), is_json=st.booleans())
def test_options_with_any_values(value: dict[str, Any], is_json: bool) -> None:
    """Any value of any option is taken, or refused with a reason; what is shown can be read again."""
    with new_folder() as folder:
        check_config(folder, write_yaml(value, is_json=is_json))


@fuzzing(3)
@given(content=wild_texts())
def test_texts_that_are_hard_to_read(content: Text) -> None:
    """Deep, wide, repeated and tagged YAML ends soon, well or with a reason."""
    with new_folder() as folder:
        check_config(folder, content)


@fuzzing(30)
@given(content=mutated_samples())
def test_a_mutated_config(content: bytes) -> None:
    """A config whose bytes were changed is read, or refused with a reason."""
    with new_folder() as folder:
        check_config(folder, content)


@fuzzing(40)
@given(path=st.sampled_from(PATHS), value=st.sampled_from(ODD_TEXTS) | st.text(max_size=10), raw=st.text(max_size=20))
def test_options_given_on_the_command_line(path: tuple[str, ...], value: str, raw: str) -> None:
    """Any text after --set is taken, or refused with a reason."""
    words = [f"{'.'.join(path)}={value}", f"{'.'.join(path)}={json.dumps(value)}", raw]
    with new_folder() as folder:
        config = folder / "config.yaml"
        config.write_bytes(SAMPLE)
        for word in words:
            note(repr(word))
            run_command("show", config, "--set", word).check(0, 2)
