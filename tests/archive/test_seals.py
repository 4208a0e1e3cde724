"""What is sealed must read back as it was, and no flipped bit may pass."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from reportgen.archive.seals import (
    KEY_VARIABLE,
    archive_key,
    canonical,
    check_signature,
    digest,
    is_page,
    is_sealed_page,
    seal,
    seal_page,
    unseal,
)
from reportgen.errors import ConfigError

PLACE = "shop/all/2026-01/0123456789abcdef/made.json"
KEYS = ("0123456789abcdef", "fedcba9876543210")
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False), st.text())
VALUES = st.dictionaries(
    st.text(max_size=10).filter(lambda key: key not in ("seal", "signature")),
    st.recursive(
        PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_size=5,
)


def flip(content: bytes, at: int) -> bytes:
    """Flip one bit, counted around."""
    byte, bit = divmod(at % (8 * len(content)), 8)
    return content[:byte] + bytes([content[byte] ^ 1 << bit]) + content[byte + 1 :]


def test_digests_are_sha_256() -> None:
    """The digest of nothing and of `abc` are those that FIPS 180-4 publishes."""
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_there_is_one_way_to_write_a_value() -> None:
    """Keys are sorted, signs beyond ASCII stay as they are, and one line end closes the text."""
    assert canonical({"b": [1], "a": "é"}) == '{\n "a": "é",\n "b": [\n  1\n ]\n}\n'.encode()
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


def test_a_seal_is_the_digest_of_the_rest() -> None:
    """The seal is the SHA-256 of the value written without it."""
    expected = hashlib.sha256(b'{\n "run": "1"\n}\n').hexdigest()
    assert json.loads(seal({"run": "1"}, PLACE)) == {"run": "1", "seal": expected}


@settings(max_examples=50)
@given(VALUES)
def test_what_was_sealed_reads_back(value: dict[str, object]) -> None:
    """Any JSON value with names for keys is read as it was written."""
    assert unseal(seal(value, PLACE), PLACE) == value


@settings(max_examples=50)
@given(VALUES, st.integers(0, 10**9))
@example({"note": "Tud800"}, 83)
def test_any_flipped_bit_of_a_sealed_value_is_noticed(value: dict[str, object], at: int) -> None:
    """One bit anywhere, within the seal and its name too, makes it a ValueError."""
    with pytest.raises(ValueError):
        unseal(flip(seal(value, PLACE), at), PLACE)


def test_every_bit_of_a_sealed_value_counts() -> None:
    """Each single bit of a small value, one after the other, is noticed."""
    content = seal({"a": 1.5, "text": 'Tud800 é \\ "', "none": None, "list": [True, 0, -1]}, PLACE)
    for at in range(8 * len(content)):
        with pytest.raises(ValueError):
            unseal(flip(content, at), PLACE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'"seal"',
        b'{"seal": null}',
        b"\xff",
        seal({"a": 1}, PLACE)[:-1],
        seal({"a": 1}, PLACE) + b"\n",
        seal({"a": 1}, PLACE).replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + seal({"a": 1}, PLACE),
        json.dumps(json.loads(seal({"a": 1}, PLACE))).encode(),
    ],
)
def test_what_is_not_as_it_was_sealed_is_no_value(content: bytes) -> None:
    """What is cut, longer, written in another way, or was never sealed is a ValueError."""
    with pytest.raises(ValueError):
        unseal(content, PLACE)


def test_a_signature_is_an_hmac_of_place_and_content(monkeypatch: pytest.MonkeyPatch) -> None:
    """The signature is the HMAC-SHA-256 of the path, a line end and the value, and is not part of the value."""
    monkeypatch.setenv(KEY_VARIABLE, KEYS[0])
    content = seal({"run": "1"}, PLACE)
    inner = b'{\n "run": "1"\n}\n'
    expected = hmac.digest(KEYS[0].encode(), PLACE.encode() + b"\n" + inner, "sha256").hex()
    assert json.loads(content) == {"run": "1", "seal": hashlib.sha256(inner).hexdigest(), "signature": expected}
    assert unseal(content, PLACE) == {"run": "1"}


def test_a_signature_tells_who_sealed_what_and_where(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another key, another place, a value changed together with its seal: each is noticed by who has the key."""
    plain = seal({"run": "1"}, PLACE)
    monkeypatch.setenv(KEY_VARIABLE, KEYS[0])
    signed = seal({"run": "1"}, PLACE)
    forged = json.loads(signed) | {"run": "2"}
    forged["seal"] = digest(canonical({"run": "2"}))
    for wrong in (canonical(forged), canonical(json.loads(signed) | {"signature": 1})):
        assert check_signature(wrong, PLACE) == "wrong"
        with pytest.raises(ValueError, match="changed, or signed with another key"):
            unseal(wrong, PLACE)
    assert [check_signature(one, PLACE) for one in (signed, plain)] == ["valid", "missing"]
    assert unseal(plain, PLACE) == {"run": "1"}
    assert check_signature(signed, PLACE.replace("made", "manifest")) == "wrong"
    monkeypatch.setenv(KEY_VARIABLE, KEYS[1])
    assert check_signature(signed, PLACE) == "wrong"
    monkeypatch.delenv(KEY_VARIABLE)
    assert check_signature(signed, PLACE) == "unchecked"
    assert unseal(signed, PLACE) == {"run": "1"}
    monkeypatch.setenv(KEY_VARIABLE, "short")
    with pytest.raises(ConfigError, match=f"{KEY_VARIABLE}: expected a secret of 16 characters or more"):
        archive_key()


@settings(max_examples=50)
@given(st.text())
@example("")
@example("<!-- sha256:" + "0" * 64 + " -->\n")
def test_a_sealed_page_is_one(html: str) -> None:
    """A page is sealed by a last line with the digest of all before it, whatever it holds, and sealed but once."""
    content = seal_page(html)
    mark = hashlib.sha256(html.encode()).hexdigest()
    assert content == html.encode() + f"<!-- sha256:{mark} -->\n".encode()
    assert is_sealed_page(content)
    assert not is_sealed_page(html.encode())


@settings(max_examples=50)
@given(st.text(), st.integers(0, 10**9))
def test_any_flipped_bit_of_a_sealed_page_is_noticed(html: str, at: int) -> None:
    """One bit anywhere, within the last line too, makes it a page that is not sealed."""
    assert not is_sealed_page(flip(seal_page(html), at))


@settings(max_examples=50)
@given(st.text(), st.binary(min_size=1, max_size=20), st.integers(0, 10**9))
def test_bytes_put_into_a_sealed_page_are_noticed(html: str, more: bytes, at: int) -> None:
    """What somebody puts in, before, between or behind, makes it a page that is not sealed."""
    content = seal_page(html)
    place = at % (len(content) + 1)
    changed = content[:place] + more + content[place:]
    assume(changed != content)
    assert not is_sealed_page(changed)


def test_every_bit_of_a_page_counts() -> None:
    """Each single bit of a small page, one after the other, is noticed; so is a page that was cut."""
    content = seal_page("<p>é</p>")
    assert not any(is_sealed_page(flip(content, at)) for at in range(8 * len(content)))
    assert not any(is_sealed_page(content[:size]) for size in range(len(content)))


def test_a_page_with_a_flipped_bit_is_still_known_as_ours() -> None:
    """A damaged page may be rebuilt; a page that only talks of seals may not be replaced."""
    page = seal_page("<p>x</p>")
    assert is_page(page)
    assert is_page(page.replace(b"x", b"y"))
    assert not is_page(b"<!-- sha256: what is that? -->" + b"<p>x</p>" * 20)
