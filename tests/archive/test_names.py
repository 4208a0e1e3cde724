"""Whatever a store is called, its folder must be safe on every system, the same every time, and its own."""

from __future__ import annotations

import hashlib
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reportgen.archive.names import store_folder

SAFE = re.compile(r"[a-z0-9-]{1,60}")
FORBIDDEN = {
    *("con", "prn", "aux", "nul", "all", "chain", "latest", "index"),
    *(f"{device}{n}" for device in ("com", "lpt") for n in range(1, 10)),
}
NAMES = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="aAbB éÉe\u0301ıİßſK\u212a.-_/\\:~", max_size=8),
    st.sampled_from(sorted(FORBIDDEN)).flatmap(lambda word: st.sampled_from([word, word.upper(), word.title()])),
    st.lists(st.sampled_from(["Paris", "Lyon", "paris", "Nul", "12", "É"]), max_size=9).map(" ".join),
)
CHANGES = (
    str.upper,
    str.lower,
    str.title,
    str.swapcase,
    str.strip,
    str.casefold,
    lambda name: f"{name} ",
    lambda name: f"{name}.",
    lambda name: f"{name}-{name}",
    lambda name: name.replace(" ", "-"),
    lambda name: name.replace(" ", "  "),
    lambda name: unicodedata.normalize("NFC", name),
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode(),
    store_folder,
    lambda name: store_folder(name).replace("-", " ").title(),
)


def as_seen(folder: str) -> str:
    """Return what a file system that sees no difference of case or Unicode form makes of a name."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", folder).casefold())


@pytest.mark.parametrize(
    ("store", "folder"),
    [
        (None, "all"),
        ("Paris", "paris"),
        ("United Kingdom", "united-kingdom"),
        ("Store 12", "store-12"),
        ("2nd Street", "2nd-street"),
        ("A" + "b" * 39, "a" + "b" * 39),
    ],
)
def test_a_plain_name_is_its_own_folder(store: str | None, folder: str) -> None:
    """ASCII words with one capital each become the same words with hyphens; all lines together are `all`."""
    assert store_folder(store) == folder


@pytest.mark.parametrize(
    ("store", "begins"),
    [
        ("PARIS", "paris"),
        ("paris", "paris"),
        ("Paris!", "paris"),
        ("United  Kingdom", "united-kingdom"),
        ("United-Kingdom", "united-kingdom"),
        ("../x", "x"),
        ("a/b", "a-b"),
        ("..\\..\\X", "x"),
        ("...", "store"),
        ("", "store"),
        (" ", "store"),
        ("東京", "store"),
        ("a\0b", "a-b"),
        (unicodedata.normalize("NFC", "Évry"), "evry"),
        (unicodedata.normalize("NFD", "Évry"), "evry"),
        ("Chain", "chain"),
        ("All", "all"),
        ("Latest", "latest"),
        ("CON", "con"),
        ("Con", "con"),
        ("Nul", "nul"),
        ("Com1", "com1"),
        ("A" + "b" * 299, "a" + "b" * 39),
    ],
)
def test_any_other_name_gets_its_digest_behind(store: str, begins: str) -> None:
    """What is written otherwise, is too long, or is taken, ends with the first twelve digits of its SHA-256."""
    assert store_folder(store) == f"{begins}-{hashlib.sha256(store.encode()).hexdigest()[:12]}"


@settings(max_examples=50)
@given(NAMES)
@example("x" * 300)
@example("-" * 300)
@example(f"{'A' + 'b' * 38} C")
def test_a_folder_is_safe_everywhere(store: str) -> None:
    """A folder has small ASCII letters, digits and hyphens, at most 60, is no reserved word, and stays the same."""
    folder = store_folder(store)
    assert SAFE.fullmatch(folder)
    assert folder not in FORBIDDEN
    assert folder.strip("-") == folder
    assert store_folder(str(store)) == folder


@settings(max_examples=50)
@given(st.lists(NAMES, max_size=20, unique=True))
def test_different_stores_have_different_folders(stores: list[str]) -> None:
    """No two texts share a folder, on file systems that see no difference of case or Unicode form too."""
    assert len({as_seen(store_folder(one)) for one in (None, *stores)}) == 1 + len(stores)


@settings(max_examples=50)
@given(NAMES)
@example("PARIS")
@example("a/b")
@example(unicodedata.normalize("NFD", "Évry"))
def test_names_alike_have_different_folders(store: str) -> None:
    """A name and all that looks like it, or like its folder, are stores of their own."""
    alike = {store, *(change(store) for change in CHANGES)}
    alike |= {change(one) for one in alike for change in CHANGES}
    assert len({as_seen(store_folder(one)) for one in alike}) == len(alike)


@pytest.mark.parametrize("store", ["PARIS", "a/b", "Chain", "..."])
def test_a_store_called_like_another_s_folder_has_its_own(store: str) -> None:
    """A plain name that ends as another store's digest does cannot take that store's folder."""
    words = [word.capitalize() for word in store_folder(store).split("-")]
    assert store_folder(" ".join(words)) != store_folder(store)
