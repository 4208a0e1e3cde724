"""Tests of `reportgen doctor`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command
from tests.mail_servers import PASSWORD, USER, Authority, serve_mail

Look = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def look(call: Command) -> Look:
    """Return a function that asks the doctor and returns its findings by name."""

    def ask(*arguments: object, code: int = 0, **environment: str) -> dict[str, dict[str, Any]]:
        done = call("doctor", *arguments, "--json", **environment)
        assert done.returncode == code, done.stdout
        return {f"{found['area']} {found['name']}": found for found in json.loads(done.stdout)["findings"]}

    return ask


def test_a_machine_that_has_what_is_needed(call: Command, look: Look) -> None:
    """What the tests run with is there; what is not installed says how it would be, and is no fault."""
    found = look()
    for name in ("program Python", "printing WeasyPrint and Pango", "fonts Latin", "engine DuckDB", "driver SQLite"):
        assert found[name]["state"] == "ok", name
    lacking = [finding for finding in found.values() if finding["state"] != "ok"]
    assert all(finding["hint"] for finding in lacking)
    assert found["driver Snowflake"]["hint"] == "Where a config needs it: pip install 'reportgen[snowflake]'."
    done = call("doctor")
    assert "  ok   Python: 3." in done.stdout
    assert "   -   Snowflake: not installed — Where a config needs it" in done.stdout


def test_a_key_is_told_to_be_set_and_nothing_more(call: Command) -> None:
    """Of a secret it is told that it is there."""
    done = call("doctor", REPORTGEN_ARCHIVE_KEY="s3cr3t-s3cr3t-s3cr3t")
    assert "ok   REPORTGEN_ARCHIVE_KEY: set" in done.stdout
    assert "s3cr3t" not in done.stdout


def test_a_config_that_reaches_all(look: Look, shop: Callable[..., Path], tmp_path: Path) -> None:
    """The source, the engine and the archive are looked at, and nothing is made."""
    found = look(shop(), "--output", tmp_path / "reports")
    assert found["source order lines"]["detail"].endswith("lines.csv: 1 file, 0.0 MB")
    assert found["archive reports"]["detail"] == f"{tmp_path / 'reports'}: 0 runs"
    assert found["engine computed on"]["detail"] == "the embedded one"
    assert "mail server" not in found
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("options", "name", "told"),
    [
        ("", "source order lines", "no such file"),
        (
            "mail: {from: a@example.org, to: [b@example.org], smtp: {host: 127.0.0.1, port: 1, security: none}}",
            "mail server",
            "",
        ),
        ("engine: {spark: {remote: 'sc://127.0.0.1:1'}}", "engine computed on", "a server that answers"),
        ("archive: {path: 'nosuch://bucket/x'}", "archive reports", "whose library is installed"),
    ],
)
def test_what_cannot_be_reached_is_a_fault(
    look: Look, shop: Callable[..., Path], options: str, name: str, told: str
) -> None:
    """Each thing that a config names and that is not there is told with what to do, and the exit code is 1."""
    config = shop(options)
    if not options:
        (config.parent / "lines.csv").unlink()
    finding = look(config, code=1)[name]
    assert (finding["state"], told in finding["detail"]) == ("fault", True), finding
    assert finding["hint"]


def test_a_mail_server_that_lets_us_in(look: Look, shop: Callable[..., Path], tmp_path: Path) -> None:
    """A server is greeted, encrypted, logged in to and left, and gets no message."""
    authority = Authority.make()
    with serve_mail(starttls=authority.context("localhost"), auth=True) as inbox:
        smtp = f"host: localhost, port: {inbox.port}, security: starttls, ca_file: '{authority.write(tmp_path / 'ca.pem')}'"
        login = f"user: {USER}, password_env: MAIL_TOKEN"
        config = shop(f"mail: {{from: a@example.org, to: [b@example.org], smtp: {{{smtp}, {login}}}}}")
        assert look(config, MAIL_TOKEN=PASSWORD)["mail server"]["detail"].endswith("answers and lets us in")
        wrong = look(config, code=1, MAIL_TOKEN="wr0ng-t0ken")["mail server"]
        assert (wrong["state"], "wr0ng-t0ken" in str(wrong)) == ("fault", False)
        assert inbox.messages == []
