"""Reads mail addresses and web addresses as configs state them."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import urlsplit

_NAMED = re.compile(r"(?s)(?P<name>.*)<(?P<address>[^<>]*)>\s*")
_LONGEST_NAME, _LONGEST_URL = 200, 900
_CONTROL = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_INTERNAL = ("local", "localhost", "test")
"""Top-level names that never reach the internet, but may well reach the shop's own relay."""


class MailAddress(NamedTuple):
    """A mail address and the name shown beside it (empty for none); the address is ASCII, its domain in lower case."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def parse_address(value: object) -> object:
    """Read ``ann@example.org`` or ``Ann Lee <ann@example.org>``; anything else is a ValueError."""
    if isinstance(value, MailAddress):
        return value
    if not isinstance(value, str):
        raise ValueError("one address such as 'Ann Lee <ann@example.org>'")
    named = _NAMED.fullmatch(value)
    name, address = (named["name"].strip(), named["address"]) if named else ("", value)
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"')
    if len(name) > _LONGEST_NAME or any(unicodedata.category(sign) in _CONTROL for sign in name):
        raise ValueError(f"a name of at most {_LONGEST_NAME} characters without control signs")
    return MailAddress(name, _check_address(address.strip()))


def _check_address(address: str) -> str:
    import email_validator  # noqa: PLC0415 - keeps `--help` fast

    reserved = email_validator.SPECIAL_USE_DOMAIN_NAMES
    reserved[:] = [name for name in reserved if name not in _INTERNAL]
    try:
        found = email_validator.validate_email(
            address, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False
        )
    except email_validator.EmailNotValidError as error:
        raise ValueError(f"an address such as 'ann@example.org' or 'Ann Lee <ann@example.org>' ({error})") from None
    return f"{found.local_part}@{found.ascii_domain}"


def write_address(address: MailAddress) -> str:
    """Write an address as it is read."""
    return str(address)


def check_web_url(value: str) -> str:
    """Accept an address that begins with `https://` or `http://`."""
    if _is_url(value, ("https", "http")):
        return value
    raise ValueError("a web address such as 'https://reports.example.org'")


def check_unsubscribe_url(value: str) -> str:
    """Accept what may stand in `List-Unsubscribe` (RFC 2369): an address with `https:`, `http:` or `mailto:`."""
    if _is_url(value, ("https", "http", "mailto")):
        return value
    raise ValueError("a web address or 'mailto:stop@example.org'")


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    if len(value) > _LONGEST_URL or not value.isascii() or re.search(r"[\s<>\"\\\x00-\x1f\x7f]", value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname if parts.scheme != "mailto" else "@" in parts.path)
    except ValueError:
        return False
