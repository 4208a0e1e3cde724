"""The password comes from the environment or a file, and shows nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from reportgen.config.mail import SmtpOptions
from reportgen.delivery.secret import Secret, read_secret
from reportgen.errors import ConfigError


def options(**given: object) -> SmtpOptions:
    """Return options with a user."""
    return SmtpOptions.model_validate({"host": "h.example", "user": "u", **given})


def test_from_the_environment() -> None:
    """The variable's value is the secret."""
    assert read_secret(options(password_env="TOKEN"), {"TOKEN": "s3cret"}).reveal() == "s3cret"


def test_from_a_file(tmp_path: Path) -> None:
    """The first line is the secret, whatever the line ends and the mark at the beginning."""
    for content in (b"s3cret\nmore\n", b"s3cret\r\n", b"\xef\xbb\xbfs3cret", b"s3cret"):
        (tmp_path / "token").write_bytes(content)
        assert read_secret(options(password_file=str(tmp_path / "token")), {}).reveal() == "s3cret"


def test_none_is_asked_for() -> None:
    """Without a user there is no secret."""
    assert read_secret(SmtpOptions(host="h.example"), {}).reveal() == ""


@pytest.mark.parametrize("value", ["", "pässword", "a\tb"])
def test_what_cannot_be_one(value: str) -> None:
    """Nothing, or what smtplib cannot send, is told without showing it."""
    with pytest.raises(ConfigError) as caught:
        read_secret(options(password_env="TOKEN"), {"TOKEN": value})
    assert "password_env" in str(caught.value)
    assert not value or value not in str(caught.value)


def test_a_secret_in_place_of_the_variable_s_name() -> None:
    """A variable is named only where its name is written as names of variables are."""
    for name, is_told in (("MAIL_TOKEN", True), ("hunter2", False)):
        with pytest.raises(ConfigError) as caught:
            read_secret(options(password_env=name), {})
        assert (name in str(caught.value)) == is_told


def test_files_that_hold_none(tmp_path: Path) -> None:
    """A missing, an empty, a binary file and a folder are each told in one line."""
    (tmp_path / "empty").write_text("\nx")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name, said in (
        ("none", "no such file"),
        ("empty", "an empty first line"),
        ("binary", "not text"),
        (".", "directory"),
    ):
        with pytest.raises(ConfigError, match=said):
            read_secret(options(password_file=str(tmp_path / name)), {})


def test_it_does_not_show() -> None:
    """Neither as a value in a trace, nor in a text that holds it."""
    secret = Secret("s3cret")
    assert "s3cret" not in repr(secret) + str(secret) + f"{secret}"
    assert secret.scrub("no s3cret here, nor czNjcmV0, nor AHUAczNjcmV0", "u") == "no *** here, nor ***, nor ***"
    assert Secret("").scrub("as it is") == "as it is"
