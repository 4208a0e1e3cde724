"""Sealed JSON: one way to write a value, with its own digest inside, so that any flipped bit shows.

Who holds the key in the environment's `REPORTGEN_ARCHIVE_KEY` also signs what is sealed: then a file that was changed
together with its digest shows too, and one that was moved to another place.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from reportgen.errors import ConfigError, Problem
from reportgen.model.archive import Fault

KEY_VARIABLE = "REPORTGEN_ARCHIVE_KEY"
_SEAL, _SIGNATURE = "seal", "signature"
_LEAST_KEY = 16
Signature = Literal["valid", "missing", "wrong", "unchecked"]


def archive_key() -> bytes | None:
    """Return the key that archives are signed with; None when the environment holds none.

    Raises
    ------
    ConfigError
        When it is one that is easily guessed.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    if key and len(key) < _LEAST_KEY:
        hint = "Make one with 'openssl rand -hex 32', and keep it: another key does not know these signatures."
        expected = f"a secret of {_LEAST_KEY} characters or more"
        raise ConfigError(Problem("environment", KEY_VARIABLE, expected, f"{len(key)} characters", hint))
    return key.encode("utf-8", "surrogateescape") or None


def digest(content: bytes) -> str:
    """Return the SHA-256 of some bytes as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def canonical(value: Any) -> bytes:
    """Write a value as JSON in the one way that digests are made of: keys sorted, no escapes, one line end."""
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def seal(value: dict[str, Any], path: str, *, sign: bool = True) -> bytes:
    """Write a value as JSON with its digest under the key `seal` and, where there is a key, its signature.

    Parameters
    ----------
    value : dict
        What to write.
    path : str
        Where it will stand in the archive; the signature holds for that place alone.
    sign : bool
        Whether it is signed where there is a key: what was not signed before does not become ours by being renewed.
    """
    key, inner = archive_key() if sign else None, canonical(value)
    signed = {} if key is None else {_SIGNATURE: _sign(key, path, inner)}
    return canonical({**value, _SEAL: digest(inner), **signed})


def unseal(content: bytes, path: str) -> dict[str, Any]:
    """Read what `seal` wrote.

    Raises
    ------
    ValueError
        When a single bit is not as it was written, or when it was not signed with our key.
    """
    value, inner, _ = _open(content)
    if check_signature(content, path) == "wrong":
        raise ValueError("changed, or signed with another key")
    if canonical(value) != content:
        raise ValueError("the seal is broken")
    return json.loads(inner)  # type: ignore[no-any-return]


def check_signature(content: bytes, path: str) -> Signature:
    """Tell what a sealed file's signature proves.

    Returns
    -------
    {'valid', 'missing', 'wrong', 'unchecked'}
        `unchecked`: there is a signature and no key to check it with.

    Raises
    ------
    ValueError
        When the file is not sealed at all.
    """
    _, inner, signature = _open(content)
    key = archive_key()
    if signature is None:
        return "missing"
    if key is None:
        return "unchecked"
    is_ours = isinstance(signature, str) and hmac.compare_digest(
        signature.encode("utf-8", "replace"), _sign(key, path, inner).encode()
    )
    return "valid" if is_ours else "wrong"


def tell_unsigned(path: str, content: bytes) -> Iterator[Fault]:
    """Tell, where there is a key, of a sealed file that nobody has signed."""
    if archive_key() is not None and check_signature(content, path) == "missing":
        yield Fault(path, "not signed: 'reportgen archive sign' signs what you know to be yours")


def _open(content: bytes) -> tuple[dict[str, Any], bytes, object]:
    """Return a sealed file's value, the bytes that its seal is made of, and its signature."""
    try:
        value = json.loads(content.decode("utf-8"))
    except RecursionError:
        raise ValueError("not sealed") from None
    if not isinstance(value, dict) or _SEAL not in value:
        raise ValueError("not sealed")
    inner = canonical({key: part for key, part in value.items() if key not in (_SEAL, _SIGNATURE)})
    if value[_SEAL] != digest(inner):
        raise ValueError("the seal is broken")
    return value, inner, value.get(_SIGNATURE)


def _sign(key: bytes, path: str, inner: bytes) -> str:
    """Return the HMAC-SHA-256 (RFC 2104) of a file's place and its content."""
    return hmac.new(key, path.encode() + b"\n" + inner, hashlib.sha256).hexdigest()


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


def digest_folder(folder: Path, *, leave_out: Sequence[str] = ()) -> str:
    """Return one digest of all files below a folder, names included, but for some folders in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = [(path.relative_to(folder).as_posix(), path) for path in files]
    kept = [[name, digest(path.read_bytes())] for name, path in named if name.split("/")[0] not in leave_out]
    return digest(canonical(kept))
