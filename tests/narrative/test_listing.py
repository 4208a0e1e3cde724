"""The page of docs lists every sentence that the code can say, with when and against what."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from reportgen.narrative.listed import SECTIONS
from reportgen.narrative.listed_entry import Listed
from reportgen.narrative.listing import find_texts, is_sentence, list_texts, texts_of, write_page
from tests.conftest import ROOT

LISTED = [one for listed in SECTIONS.values() for one in listed]
OTHERS = {"warnings", "listed", "listed_entry", "listed_later", "listing"}
"""Modules whose sentences stand elsewhere (docs/warnings.md), or are of the list itself."""


def test_the_page_is_made_from_the_code() -> None:
    """docs/sentences.md is what the code writes today: `python -m reportgen.narrative.listing > docs/sentences.md`."""
    assert (ROOT / "docs" / "sentences.md").read_text(encoding="utf-8") == write_page()


def test_every_function_that_words_a_sentence_is_listed() -> None:
    """No function of the narrative holds two words in a row that the page does not show."""
    listed = {
        (Path(inspect.getsourcefile(function) or "").stem, inspect.getsourcelines(function)[1])
        for one in LISTED
        for function in one.functions
    }
    missing = []
    for path in sorted((ROOT / "reportgen" / "narrative").glob("*.py")):
        if path.stem in OTHERS:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and any(texts_of(node)):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                if (path.stem, first) not in listed:
                    missing.append(f"{path.stem}.{node.name}")
    assert missing == []


@pytest.mark.parametrize("one", LISTED, ids=lambda one: one.code)
def test_every_entry_is_whole(one: Listed) -> None:
    """Each entry has words, when they are said and what they are held against; no code stands twice."""
    assert list_texts(one)
    assert one.when and one.against
    assert [other.code for other in LISTED].count(one.code) == 1


def example(count: int, *, is_late: bool) -> str:
    """Say something: of which this is not said."""
    if count < 0:
        raise ValueError("this is an error's text")
    kind = "some_key"
    late = f"{'they are late' if is_late else 'they are not'} by {len(kind)} days or more"
    return f"There are {count:,} of them, and {late}."


def test_words_are_found_in_the_code() -> None:
    """Sentences are found with their places named; docstrings, errors and keys are no words."""
    assert list(find_texts(example)) == [
        "(they are late|they are not) by {kind} days or more",
        "There are {count} of them, and {late}.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("two words", True), ("{a b c} two", False), ("avg_order_value", False), ("3 4 5 6", False)],
)
def test_what_counts_as_a_sentence(text: str, expected: bool) -> None:
    """Two words make a part of a sentence; places, keys and numbers are none."""
    assert is_sentence(text) is expected
