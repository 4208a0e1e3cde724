"""Fetches the password of the mail server from where it may stand, and keeps it out of all that is written."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

from reportgen.config.mail import SmtpOptions
from reportgen.errors import ConfigError, Problem
from reportgen.text.first_line import read_first_line


class Secret:
    """A text that no message, log or trace shows.

    Parameters
    ----------
    value : str
        The secret.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "Secret(…)"

    def reveal(self) -> str:
        """Return the secret itself, for the server alone."""
        return self._value

    def scrub(self, text: str, user: str = "") -> str:
        """Put stars where a text holds the secret, plainly or as it goes over the wire (RFC 4616, LOGIN)."""
        spoken = (f"\0{user}\0{self._value}", self._value)  # the longer first: it holds the other
        coded = [base64.b64encode(form.encode()).decode() for form in spoken]
        for form in (*coded, *(code.rstrip("=") for code in coded), *spoken):
            if form:
                text = text.replace(form, "***")
        return text


NO_SECRET = Secret("")


def read_secret(options: SmtpOptions, environ: Mapping[str, str]) -> Secret:
    """Read the password or token that the config points to.

    Parameters
    ----------
    options : SmtpOptions
        Where it is: an environment variable, or a file whose first line it is.
    environ : mapping
        The environment.

    Raises
    ------
    ConfigError
        When it is not there, empty, or holds what cannot be sent.
    """
    if options.password_env is not None:
        name = options.password_env
        place, thing, value = "environment", "mail.smtp.password_env", environ.get(name, "")
        came = f"nothing in {name if name.isupper() else 'the variable that it names'}"  # it may be the secret itself
    elif options.password_file is not None:
        place, thing = options.password_file, "mail.smtp.password_file"
        value, came = read_first_line(Path(options.password_file))
    else:
        return NO_SECRET
    if not value:
        raise ConfigError(Problem(place, thing, "the password or token of the mail server", came))
    if not value.isascii() or not value.isprintable():
        hint = "smtplib, which sends it, knows no others."
        came = "signs beyond ASCII, or control signs"
        raise ConfigError(Problem(place, thing, "a password of ASCII signs", came, hint))
    return Secret(value)
