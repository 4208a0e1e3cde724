"""Sealed JSON: one way to write a value, with its own digest inside, so that any flipped bit shows."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_SEAL = "seal"


def digest(content: bytes) -> str:
    """Return the SHA-256 of some bytes as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def canonical(value: Any) -> bytes:
    """Write a value as JSON in the one way that digests are made of: keys sorted, no escapes, one line end."""
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def seal(value: dict[str, Any]) -> bytes:
    """Write a value as JSON with its digest under the key `seal`."""
    return canonical({**value, _SEAL: digest(canonical(value))})


def unseal(content: bytes) -> dict[str, Any]:
    """Read what `seal` wrote.

    Raises
    ------
    ValueError
        When a single bit is not as it was written.
    """
    value = json.loads(content.decode("utf-8"))
    if not isinstance(value, dict) or _SEAL not in value:
        raise ValueError("not sealed")
    inner = {key: one for key, one in value.items() if key != _SEAL}
    if seal(inner) != content:
        raise ValueError("the seal is broken")
    return inner


PAGE_SEAL = b"<!-- sha256:"
_PAGE_END = len(PAGE_SEAL) + 64 + len(b" -->\n")


def seal_page(html: str) -> bytes:
    """Add to an HTML page a last line with the digest of all before it."""
    content = html.encode()
    return content + PAGE_SEAL + digest(content).encode() + b" -->\n"


def is_page(content: bytes) -> bool:
    """Tell whether a page ends as `seal_page` ends one, even if a bit of it has flipped since."""
    return PAGE_SEAL in content[-_PAGE_END:]


def is_sealed_page(content: bytes) -> bool:
    """Tell whether a page is as `seal_page` wrote it."""
    before, mark, after = content.rpartition(PAGE_SEAL)
    return bool(mark) and after == digest(before).encode() + b" -->\n"
