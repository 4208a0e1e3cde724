"""Errors must have one exit code each, and one shape of message."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.errors import (
    ConfigError,
    DataError,
    Interrupted,
    Problem,
    ReportgenError,
    UnexpectedError,
    did_you_mean,
)


def test_every_exit_code_has_one_class() -> None:
    """The children of the base have the codes 1, 2, 3, 6 and 130, each once."""
    children = {child.__name__: child.exit_code for child in ReportgenError.__subclasses__()}
    assert children == {"UnexpectedError": 1, "ConfigError": 2, "DataError": 3, "ArchiveError": 6, "Interrupted": 130}


def test_a_problem_is_told_in_one_shape() -> None:
    """Place, thing, what was expected and what came stand in this order."""
    assert str(Problem("c.yaml:1:2", "locale", "a locale", "'x'")) == "c.yaml:1:2: locale: expected a locale, got 'x'"


def test_hint_and_excerpt_follow_when_there_are_any() -> None:
    """A hint ends the line as a sentence of its own, and the excerpt stands on the lines below."""
    problem = Problem("c.yaml:1:2", "a", "b", "c", "Try d.", "    x: y\n     ^")
    assert str(problem) == "c.yaml:1:2: a: expected b, got c. Try d.\n    x: y\n     ^"


@pytest.mark.parametrize("kind", [UnexpectedError, ConfigError, DataError, Interrupted])
def test_an_error_tells_all_its_problems(kind: type[ReportgenError]) -> None:
    """Each problem has a line of its own, in the order given."""
    one, two = Problem("a", "b", "c", "d"), Problem("e", "f", "g", "h")
    error = kind(one, two)
    assert error.problems == (one, two)
    assert str(error) == "a: b: expected c, got d\ne: f: expected g, got h"


def test_an_error_survives_being_sent_to_another_process() -> None:
    """Problems are not lost when an error is pickled."""
    error = pickle.loads(pickle.dumps(DataError(Problem("a", "b", "c", "d"))))  # noqa: S301 - our own bytes
    assert str(error) == "a: b: expected c, got d"


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("reprot", ["report", "source"], "Did you mean 'report'?"),
        ("REPORT", ["report", "source"], "Did you mean 'report'?"),
        ("customerid", ["CustomerID", "Country"], "Did you mean 'CustomerID'?"),
        ("zzz", ["report", "source"], ""),
        ("report", [], ""),
        ("", ["report"], ""),
    ],
)
def test_the_nearest_known_word_is_offered(word: str, known: list[str], hint: str) -> None:
    """A word that is nearly right is named in its own spelling; a far one gives no hint."""
    assert did_you_mean(word, known) == hint


@given(st.lists(st.text(st.sampled_from("abcdefgh_"), min_size=1), min_size=1, unique=True), st.data())
def test_a_known_word_is_nearest_to_itself(known: list[str], data: st.DataObject) -> None:
    """Whatever else is known, a word that is right but for its case is found."""
    word = data.draw(st.sampled_from(known))
    assert did_you_mean(word.upper(), known) == f"Did you mean '{word}'?"
