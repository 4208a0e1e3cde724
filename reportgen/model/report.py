"""A report as it is printed and kept: its facts, and the words that say them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from reportgen.model.chain import ChainFacts
from reportgen.model.facts import Facts
from reportgen.model.words import ChainWords, Words

_DESCRIBED = ConfigDict(use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class Report(Facts):
    """One store's report of one month: facts.json is its dump."""

    __pydantic_config__ = _DESCRIBED

    words: Words
    """Every sentence."""

    @classmethod
    def of(cls, facts: Facts, words: Words) -> Report:
        """Put facts and words together."""
        return cls(**{field.name: getattr(facts, field.name) for field in fields(Facts)}, words=words)


@dataclass(frozen=True, slots=True)
class ChainReport(ChainFacts):
    """A chain report: its facts.json is its dump."""

    __pydantic_config__ = _DESCRIBED

    words: ChainWords
    """Every sentence."""

    @classmethod
    def of(cls, facts: ChainFacts, words: ChainWords) -> ChainReport:
        """Put facts and words together."""
        return cls(**{field.name: getattr(facts, field.name) for field in fields(ChainFacts)}, words=words)


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    """Return what reads and writes a kind of report; it takes a while to be made, so that it is made once."""
    return TypeAdapter(kind)
