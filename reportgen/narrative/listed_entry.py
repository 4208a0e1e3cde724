"""An entry of the list of sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reportgen.narrative import headline_sentences as hs
from reportgen.narrative import sentences


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the list of sentences.

    Attributes
    ----------
    code : str
        What it is called.
    when, against : str
        When it is said, and what its figures are held against, each as the rest of a sentence.
    functions : tuple of callables
        That word it.
    source : str
        Of the method; empty where it is arithmetic.
    texts : tuple of str
        Words that stand outside the functions.
    """

    code: str
    when: str
    against: str
    functions: tuple[Callable[..., Any], ...]
    source: str = ""
    texts: tuple[str, ...] = ()


def words_of(finding: type) -> Callable[..., Any]:
    """Return what words a finding of a segment or of the headline."""
    wordings: dict[Any, Callable[..., Any]] = {**sentences.say.registry, **hs.say_finding.registry}
    return wordings[finding]
