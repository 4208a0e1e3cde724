"""An address must be read from a run's path and from nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.model.archive import NO_MONTH, Address

PATH = "shop/united-kingdom/2026-01/0123456789abcdef"
ADDRESS = Address("shop", "united-kingdom", "2026-01", "0123456789abcdef")

ADDRESSES = st.builds(
    Address,
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True),
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True),
    st.from_regex(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])", fullmatch=True),
    st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
)


def test_a_path_has_four_parts() -> None:
    """Report, store folder, month and run are read in this order, and each folder above the run has its path."""
    assert Address.parse(PATH) == ADDRESS
    assert ADDRESS.path == PATH
    assert ADDRESS.month == "shop/united-kingdom/2026-01"
    assert ADDRESS.store_path == "shop/united-kingdom"


@given(ADDRESSES)
def test_an_address_comes_back_from_its_path(address: Address) -> None:
    """Whatever address is written as a path is read as the same address."""
    assert Address.parse(address.path) == address
    assert Address.is_path(address.path)


@given(ADDRESSES, st.text(min_size=1))
def test_a_file_comes_back_from_its_path(address: Address, name: str) -> None:
    """Whatever a file in a run's folder is called, run and name are told apart."""
    assert Address.parse_file(f"{address.path}/{name}") == (address, name)
    assert not Address.is_path(f"{address.path}/{name}")


@given(st.text(alphabet="ab01-/.\n2", max_size=60))
def test_what_is_read_is_written_alike(path: str) -> None:
    """A text is no run path, or the very path of the address that is read from it."""
    assert not Address.is_path(path) or Address.parse(path).path == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "shop/united-kingdom/2026-01",
        f"{PATH}/",
        f"{PATH}\n",
        f"/{PATH}",
        "../united-kingdom/2026-01/0123456789abcdef",
        "shop/United/2026-01/0123456789abcdef",
        "shop/united-kingdom/2026-13/0123456789abcdef",
        "shop/united-kingdom/2026-00/0123456789abcdef",
        "shop/united-kingdom/2226-01/0123456789abcdef",
        "shop/united-kingdom/2026-01/0123456789ABCDEF",
        "shop/united-kingdom/2026-01/0123456789abcde",
        "shop/united-kingdom/2026-01/latest",
        f"{'s' * 65}/united-kingdom/2026-01/0123456789abcdef",
    ],
)
def test_other_paths_are_no_runs(path: str) -> None:
    """A path that is not a run's to the letter is refused by name."""
    with pytest.raises(ValueError, match="is no run$"):
        Address.parse(path)


@pytest.mark.parametrize("path", [PATH, f"{PATH}/", "shop/index.html", "mail/shop/all/2026-01/0123456789abcdef/held"])
def test_other_paths_are_no_files_of_runs(path: str) -> None:
    """A run's folder itself, a page and the mail are no files of a run."""
    with pytest.raises(ValueError, match="is no "):
        Address.parse_file(path)


def test_only_a_note_is_about_no_month() -> None:
    """A note to the operators about no month has an address; a run has not."""
    path = f"shop/operators/{NO_MONTH}/0123456789abcdef"
    assert Address.parse(path, of_note=True).period == "0000-00"
    assert not Address.is_path(path)
