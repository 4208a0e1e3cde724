"""Reads a database's address from where it may stand, and keeps what is secret of it out of all that is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, unquote_plus

from reportgen.config.databases import DatabaseOptions, is_address
from reportgen.errors import ConfigError, Problem
from reportgen.text.first_line import read_first_line

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_LEAST_SECRET = 3
"""Signs from which a part of an address is taken out of messages: shorter ones are in every word."""
_LEAST_PART = 4


class Address:
    """The address of a database, which no message, log or trace shows.

    Parameters
    ----------
    uri : str
        The address.
    place : str
        What messages call the database instead.
    """

    __slots__ = ("_uri", "place")

    def __init__(self, uri: str, place: str) -> None:
        self._uri = uri
        self.place = place

    def __repr__(self) -> str:
        return f"Address({self.place!r})"

    @property
    def scheme(self) -> str:
        """The word before the first colon, in small letters, without a driver named after it (``postgresql+x``)."""
        found = _SCHEME.match(self._uri)
        scheme = found[1].lower() if found else ""
        return scheme if scheme.startswith("grpc") else scheme.partition("+")[0]

    def reveal(self) -> str:
        """Return the address itself, for the driver alone."""
        return self._uri

    def scrub(self, text: str) -> str:
        """Put stars where a text holds the address or anything secret of it, as it is written or as it is meant."""
        for secret in sorted(self._secrets(), key=len, reverse=True):
            text = text.replace(secret, "***")
        return _cover(text, self._password())

    def _password(self) -> str:
        """Return what is behind the user, up to the last @: it may have signs that an address cannot hold."""
        return self._uri.partition("://")[2].rpartition("@")[0].partition(":")[2]

    def _secrets(self) -> set[str]:
        """List the address, its password, and the values of its options, which may be keys."""
        before_query, _, query = self._uri.partition("?")
        values = [pair.partition("=")[2] for pair in re.split("[&;]", query)]
        behind_user = self._uri.partition("://")[2].partition(":")[2]
        # A password may have an @ as it is, and so may an option: it is taken to end at each of them.
        logins = [behind_user[:at] for at, sign in enumerate(behind_user) if sign == "@"]
        parts = [self._uri, before_query, *logins, *(value for value in values if not value.isalpha())]
        return {
            form for part in parts for form in (part, unquote(part), unquote_plus(part)) if len(form) >= _LEAST_SECRET
        }


def _cover(text: str, secret: str) -> str:
    """Put stars over each part of a secret in a text: a library that cannot read an address tells where it fails."""
    at = 0
    while at <= len(text) - _LEAST_PART:
        length = next((n for n in range(len(text) - at, _LEAST_PART - 1, -1) if text[at : at + n] in secret), 0)
        if length:
            text = f"{text[:at]}***{text[at + length :]}"
        at += 3 if length else 1
    return text


def read_address(options: DatabaseOptions, environ: Mapping[str, str]) -> Address:
    """Read the address that the config points to.

    Parameters
    ----------
    options : DatabaseOptions
        Where it stands: an environment variable, or a file whose first line it is.
    environ : mapping
        The environment.

    Raises
    ------
    ConfigError
        When it is not there.
    """
    stated = options.uri_env or str(options.uri_file)
    if is_address(stated):
        expected = "the name of a variable or file that holds the address"
        hint = "An address may hold a password, and a config is no place for it."
        raise ConfigError(Problem("config", "source.database", expected, "an address", hint))
    if options.uri_env is not None:
        place, thing, value = "environment", "source.database.uri_env", environ.get(options.uri_env, "").strip()
        known = re.fullmatch(r"[A-Za-z_]\w*", options.uri_env) is not None  # else it may be the address itself
        came = f"nothing in {options.uri_env if known else 'the variable that it names'}"
    else:
        place, thing = str(options.uri_file), "source.database.uri_file"
        value, came = read_first_line(Path(place))
        value = value.strip()
    if value:
        return Address(value, options.place if options.uri_file or known else "database")
    expected = "the address of a database, such as postgresql://reader@db.example/shop"
    raise ConfigError(Problem(place, thing, expected, came))
