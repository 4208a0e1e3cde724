"""Tests of addresses and of what is kept out of messages."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.config.databases import DatabaseOptions
from reportgen.errors import ConfigError
from reportgen.lines.sources.databases.address import Address, read_address

PASSWORDS = st.text(st.characters(codec="ascii", exclude_categories=["C", "Z"]), min_size=6, max_size=20)


@pytest.mark.parametrize(
    ("uri", "scheme"),
    [
        ("postgresql://a:b@h/d", "postgresql"),
        ("postgres+psycopg2://h/d", "postgres"),
        ("SQLite:///x.db", "sqlite"),
        ("grpc+tls://h:1", "grpc+tls"),
        ("host=h dbname=d", ""),
        ("", ""),
    ],
)
def test_the_scheme_is_the_first_word(uri: str, scheme: str) -> None:
    """A driver that another library is told of after a plus makes no difference."""
    assert Address(uri, "db").scheme == scheme


@given(PASSWORDS)
def test_a_password_is_in_no_message(password: str) -> None:
    """However a server or library repeats an address, its password is covered: as it is written, as it is meant."""
    for written in (password, quote(password, safe="")):
        address = Address(f"postgresql://reader:{written}@db.example/shop?sslpassword=Zq7-{written}", "db")
        for said in (address.reveal(), password, written, f"cannot use <{password}> for it", repr(address)):
            covered = address.scrub(said)
            assert password not in covered
            assert written not in covered


@given(PASSWORDS, st.data())
def test_no_part_of_a_password_is_told_by_a_broken_address(password: str, data: st.DataObject) -> None:
    """A library that stumbles over an address tells the rest of it, from somewhere within the password on."""
    address = Address(f"postgresql://reader:{password}@db.example/shop", "db")
    at = data.draw(st.integers(0, len(password) - 4))
    said = f'invalid URI query parameter: "{password[at:]}@db.example/shop"'
    assert password[at:] not in address.scrub(said)


def test_an_address_comes_from_a_variable_or_a_file(tmp_path: Path) -> None:
    """A file gives its first line; what is missing is told by the name of the variable or file."""
    file = tmp_path / "address"
    file.write_text("sqlite:///x.db \nsecond\n", encoding="utf-8-sig")
    assert read_address(DatabaseOptions(uri_file=str(file), table="t"), {}).reveal() == "sqlite:///x.db"
    assert read_address(DatabaseOptions(uri_env="DB", table="t"), {"DB": "sqlite:///y.db"}).reveal() == "sqlite:///y.db"
    file.write_text("\nsqlite:///x.db", encoding="utf-8")
    for options, told in (
        (DatabaseOptions(uri_file=str(file), table="t"), "an empty first line"),
        (DatabaseOptions(uri_file=str(tmp_path / "none"), table="t"), "no such file"),
        (DatabaseOptions(uri_env="DB", table="t"), "nothing in DB"),
        (DatabaseOptions(uri_env="postgresql://a:s3cr3t@h/d", table="t"), "got an address"),
        (DatabaseOptions(uri_file="postgresql://a:s3cr3t@h/d", table="t"), "got an address"),
    ):
        with pytest.raises(ConfigError) as raised:
            read_address(options, {})
        assert told in str(raised.value)
        assert "s3cr3t" not in str(raised.value)
