"""Where `${VAR}` is filled from, and what of it may be written: a value of the environment is masked unless it may."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Protocol

SECRET_NAME = re.compile(
    r"(?:PASSW\w*|PASSPHRASE|(?:^|_)PASS|_PWD|(?:^|_)PW|SECRETS?|TOKENS?|KEYS?|CREDENTIALS?|(?:^|_)(?:AUTH|DSN|SIG|SAS))"
    r"\d*(?:_|$)",
    re.IGNORECASE,
)
"""What the name of a secret looks like, in the environment and in a config."""
PRINTED_OPTIONS = ("report.title", "report.formerly", "segments.names")
"""Options that the report itself prints: a variable whose name looks like a secret's stands for itself there."""
SHOWN_OPTIONS = (
    *PRINTED_OPTIONS,
    "report.id",
    "period",
    "source.path",
    "source.sheet",
    "playbook",
    "template_dir",
    "output",
    "archive.path",
    "stores.by",
    "stores.only",
    "stores.except",
)
"""Options whose values are written by their nature: titles, paths, months, stores."""
EVERY = "*"
_STATED = re.compile(r"([\w-]+)[\"']?\s*[:=]\s*")
_LOGIN_IN_URL = re.compile(r"(//[^/\s:@]*:)([^@/\s]+)(?=@)")


def is_secret(name: str) -> bool:
    """Whether something with this name is not to be shown."""
    return SECRET_NAME.search(name) is not None


def mask_stated(text: str) -> str:
    """Put stars where a line states a secret, and over all that comes after it: ``password: ****``."""
    text = _LOGIN_IN_URL.sub(lambda found: f"{found[1]}{'*' * len(found[2])}", text)
    found = next(
        (statement for statement in _STATED.finditer(text) if is_secret(statement[1]) or statement[1].lower() == "pwd"),
        None,
    )
    return text if found is None else f"{text[: found.end()]}{'*' * (len(text) - found.end())}"


def mask(name: str) -> str:
    """Return what stands for a variable whose value is not written."""
    return f"${{{name}}}"


class Variables(Protocol):
    """Whatever `${VAR}` is filled from."""

    def value_of(self, name: str, option: str) -> str | None:
        """Return what stands for a variable in an option, by its dotted name; None when it is not set."""


class Environment:
    """The values themselves, for the run.

    Parameters
    ----------
    values : mapping
        By name.
    public : collection of str
        Names whose values may be written anywhere.
    """

    def __init__(self, values: Mapping[str, str], public: Collection[str] = ()) -> None:
        self._values, self._public = values, public
        self.hidden: dict[str, str] = {}

    def value_of(self, name: str, option: str) -> str | None:
        """Return the value; where it would be printed, a secret's name."""
        value = self._values.get(name) or None
        if value is None or name in self._public:
            return value
        if is_secret(name) and is_one_of(option, PRINTED_OPTIONS):
            return mask(name)
        if is_secret(name) or not is_one_of(option, SHOWN_OPTIONS):
            self.hidden[value] = name
        return value


class MaskedEnvironment:
    """Names in the place of values, for what is written.

    Parameters
    ----------
    values : mapping
        By name.
    public : collection of str
        Names whose values may be written anywhere.
    shown : collection of str
        Dotted names of options that hold values, but for secrets.
    forced : collection of str
        Dotted names of options that must hold values: numbers and words of a closed list, which no name can stand for.
    """

    def __init__(
        self, values: Mapping[str, str], public: Collection[str], shown: Collection[str], forced: Collection[str]
    ) -> None:
        self._values, self._public, self._shown, self._forced = values, public, shown, forced
        self.masked: set[str] = set()

    def value_of(self, name: str, option: str) -> str | None:
        """Return the name as it is written in a config, unless the value may be shown."""
        value = self._values.get(name) or None
        may_be_shown = is_one_of(option, self._shown) or is_one_of(option, self._forced)
        if value is None or name in self._public or (may_be_shown and not is_secret(name)):
            return value
        self.masked.add(name)
        return mask(name)


class Unfilled:
    """Every variable stands for itself."""

    def value_of(self, name: str, option: str) -> str | None:  # noqa: ARG002 - whatever the option
        """Return the name as it is written in a config."""
        return mask(name)


NOTHING = Environment({})
"""Fills nothing in."""


def is_one_of(option: str, known: Collection[str]) -> bool:
    """Tell whether an option, by its dotted name, is one of some, or inside one of them; all are inside of `EVERY`."""
    return any(name in (EVERY, option) or option.startswith(f"{name}.") for name in known)
