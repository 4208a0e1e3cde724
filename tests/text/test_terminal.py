"""What names and files say is shown on a terminal, never obeyed by it."""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.cli.main import main
from reportgen.errors import Problem
from reportgen.text.terminal import say, say_json, visible, visible_line
from tests.conftest import QUICK, Shop

TRICKS = "\x1b[2J\x1b]0;title\x07\r\u202egnp.exe\u2066\x9b31m\x00\ud800\u2028"


def obeyed(text: str, allowed: str = "\n\t") -> list[str]:
    """List the signs that a terminal would obey: control signs, those that turn the writing, halves of pairs."""
    kinds = ("Cc", "Cs", "Zl", "Zp")
    turning = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return [
        sign
        for sign in text
        if sign not in allowed and (unicodedata.category(sign) in kinds or unicodedata.bidirectional(sign) in turning)
    ]


@given(st.text(st.characters(), max_size=40))
def test_no_sign_is_obeyed(text: str) -> None:
    """Whatever a text holds, what is shown holds no control sign; what holds none is shown as it is."""
    assert obeyed(visible(text)) == []
    assert obeyed(visible_line(text), allowed="") == []
    if text.isprintable() and text.isascii():
        assert visible(text) == text


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3))
def test_json_stays_the_same_json(value: dict[str, str]) -> None:
    """A program that reads the JSON gets the very names."""
    assert json.loads(visible(json.dumps(value, ensure_ascii=False))) == value


def test_a_problem_is_one_line() -> None:
    """Line ends in what came are shown as escapes, so that no message can be made to look like two."""
    told = str(Problem("a\nb", "c", "d", TRICKS + "\nforged: all is well"))
    assert "\n" not in told
    assert obeyed(told, allowed="") == []
    assert r"\u001b[2J\u001b]0;title\u0007\u000d\u202egnp.exe" in told


def test_a_poor_encoding_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs that the terminal's encoding does not have are escaped."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    say("5 £")
    say_json({"store": "Café 😀"})
    sys.stdout.flush()
    first, second = raw.getvalue().splitlines()
    assert first == b"5 \\xa3"
    assert json.loads(second) == {"store": "Café 😀"}


def test_names_from_files_and_configs_are_shown(shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A title, a store and a heading full of tricks go through run, list, show and errors without being obeyed."""
    config = shop()
    lines = next(tmp_path.glob("*.csv"))
    (tmp_path / "other.csv").write_bytes(lines.read_bytes())
    store = r'"\e[31m\u202eevil\r\n"'
    config.write_text(f"{config.read_text()}\nstores: {{each: {{{store}: {{source: {{path: other.csv}}}}}}}}\n")
    place = ["--output", str(tmp_path / "out")]
    assert main(["run", str(config), *place, *QUICK, "--jobs", "1", "--set", "stores.chain=false"]) == 0
    for words in (["archive", "list", *place], ["archive", "list", "--json", *place], ["archive", "verify", *place]):
        assert main(words) == 0
    assert main(["archive", "show", "\x1b[31m", *place]) == 2
    assert main(["run", str(config), "--store", "\u202eno", *place]) == 2
    shown = capsys.readouterr()
    assert obeyed(shown.out + shown.err) == []
    assert r"\u001b[31m\u202eevil" in shown.out
