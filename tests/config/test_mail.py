"""Mail options: addresses are read, mistakes told at their place, and no secret ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.config.addresses import MailAddress, parse_address
from reportgen.config.load import load_options
from reportgen.config.mail import SmtpOptions, is_loopback
from reportgen.config.show import show_options
from reportgen.config.stores import load_stores
from reportgen.errors import ConfigError
from tests.config.test_load import problems_of, write

FULL = """\
mail:
  from: Évry Ops <ops@Example.org>
  to:
    - Ann Lee <ann@example.org>
    - {address: '"Müller, Jürgen" <jm@exämple.de>', attach: [pdf, html]}
  cc: [ANN@example.org]
  bcc: [bob@shop.local]
  chain: {to: [head@example.org]}
  smtp: {host: mail.example.org, user: u, password_env: TOKEN}
"""


def test_readers_are_read(tmp_path: Path) -> None:
    """Names and addresses are parted, domains written in ASCII, and who is listed twice is one reader."""
    mail = load_options(write(tmp_path, FULL)).mail
    assert mail.sender == MailAddress("Évry Ops", "ops@example.org")
    assert [one.address for one in mail.to] == [
        MailAddress("Ann Lee", "ann@example.org"),
        MailAddress("Müller, Jürgen", "jm@xn--exmple-cua.de"),
    ]
    assert [one.attach for one in mail.to] == [None, ("pdf", "html")]
    assert [one.address.address for one in mail.everyone] == [
        "ann@example.org",
        "jm@xn--exmple-cua.de",
        "bob@shop.local",
    ]
    assert [one.address.address for one in mail.readers_of("chain").everyone] == ["head@example.org"]
    assert mail.readers_of("store") is mail


def test_shown_options_are_read_as_the_same(tmp_path: Path) -> None:
    """What `show` prints of the mail is a config that means the same."""
    options = load_options(write(tmp_path, FULL))
    assert load_options(write(tmp_path, show_options(options), "again.yaml")).mail == options.mail


def test_stores_have_readers_of_their_own(tmp_path: Path) -> None:
    """A store's readers take the place of the config's; the server is the config's alone."""
    text = FULL + "stores: {by: Branch, each: {Lyon: {mail: {to: [lyon@example.org], bcc: []}}}}\n"
    _, stores = load_stores(write(tmp_path, text))
    readers = [one.address.address for one in stores["Lyon"].options.mail.everyone]
    assert readers == ["lyon@example.org", "ANN@example.org"]
    for own in ("smtp: {host: x.example}", "operators: [a@b.c]", "chain: {to: [a@b.c]}"):
        with pytest.raises(ConfigError, match="an option of the store"):
            load_stores(write(tmp_path, FULL + f"stores: {{by: B, each: {{Lyon: {{mail: {{{own}}}}}}}}}\n"))


def test_a_single_reader_needs_no_list(tmp_path: Path) -> None:
    """One address stands for a list of one."""
    mail = load_options(write(tmp_path, "mail: {from: a@b.org, to: ann@example.org, operators: it@example.org}\n")).mail
    assert [one.address.address for one in mail.to] == ["ann@example.org"]
    assert [one.address for one in mail.operators] == ["it@example.org"]


@pytest.mark.parametrize(
    "mail",
    ["from: [a@b.org, c@d.org]", "reply_to: ['', x]", "to: [null]", "to: [[Boss, a@b.org]]", "to: 'a@b.org, c@d.org'"],
)
def test_lists_where_there_are_none(mail: str, tmp_path: Path) -> None:
    """What is no address is told as that, whatever it is."""
    with pytest.raises(ConfigError, match="address"):
        load_options(write(tmp_path, f"mail: {{{mail}}}\n"))


BAD_ADDRESSES = [
    "ann",
    "ann@",
    "@example.org",
    "a b@example.org",
    "a@b@c.org",
    "a@b..c",
    "Ann ann@example.org",
    "",
    "<>",
    "ä@b.org",
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_what_is_no_address(address: str) -> None:
    """It is told with an example."""
    with pytest.raises(ValueError, match="such as 'ann@example.org'"):
        parse_address(address)


@pytest.mark.parametrize(
    "address", ["A\nB <a@b.org>", "A\r\nBcc: x <a@b.org>", "A\x00 <a@b.org>", f"{'x' * 201} <a@b.org>"]
)
def test_names_that_could_break_a_header(address: str) -> None:
    """Control signs in a name are refused, and names without end."""
    with pytest.raises(ValueError, match="without control signs"):
        parse_address(address)


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters='<>"\\'), max_size=60))
def test_any_name_is_kept(name: str) -> None:
    """Whatever a person is called, the name comes out as it went in, spaces around it left out."""
    address = parse_address(f"{name} <a@b.org>")
    assert isinstance(address, MailAddress)
    assert address.name == name.strip()
    assert parse_address(str(address)) == address


def test_mistakes_stand_at_their_place(tmp_path: Path) -> None:
    """Each wrong address, unknown key and wrong value is told with line and column, all at once."""
    text = """\
        mail:
          from: ops
          to:
            - ann@example.org
            - {adress: x@y.z}
            - nobody
          base_url: reports.example.org
          unsubscribe_url: "javascript:x"
          smtp: {host: "smtp://x", port: 99999}
        checks: {min_customers: 0}
        """
    found = {(problem.place.split(":", 1)[1], problem.thing) for problem in problems_of(write(tmp_path, text))}
    assert found == {
        ("2:9", "mail.from"),
        ("5:7", "mail.to.1.address"),
        ("5:8", "mail.to.1.adress"),
        ("6:7", "mail.to.2.address"),
        ("7:13", "mail.base_url"),
        ("8:20", "mail.unsubscribe_url"),
        ("9:16", "mail.smtp.host"),
        ("9:34", "mail.smtp.port"),
        ("10:25", "checks.min_customers"),
    }
    hint = next(problem.hint for problem in problems_of(write(tmp_path, text)) if problem.thing.endswith("adress"))
    assert hint == "Did you mean 'address'?"


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        ("to: [a@b.org]", "from, the address"),
        ("smtp: {user: u}", "both user and password_env"),
        ("smtp: {password_env: X}", "both user and password_env"),
        ("smtp: {user: u, password_env: X, password_file: y}", "either password_env or password_file"),
        (
            "smtp: {host: h.example, user: u, password_env: X, security: none}",
            "must not cross the network in the clear",
        ),
        ("smtp: {user: ü, password_env: X}", "a name of ASCII signs"),
    ],
)
def test_options_that_do_not_go_together(mail: str, said: str, tmp_path: Path) -> None:
    """What would fail when sending is told when loading."""
    with pytest.raises(ConfigError, match=said):
        load_options(write(tmp_path, f"mail: {{{mail}}}\n"))


def test_a_password_in_the_clear_on_this_machine() -> None:
    """It may go to a server on the very machine without encryption."""
    for host in ("localhost", "127.0.0.1", "::1"):
        SmtpOptions(host=host, user="u", password_env="X", security="none")
        assert is_loopback(host)
    assert not is_loopback("192.0.2.1")


@pytest.mark.parametrize(
    "smtp",
    [
        "{password: hunter2-xyz}",
        "{'password': hunter2-xyz, port: x}",
        "{user: u, password_env: hunter2-xyz}",
        "{user: u, password_env: {a: hunter2-xyz}}",
        "{token: hunter2-xyz, host: }: }",
        "{pass: hunter2-xyz}",
        "{pwd: hunter2-xyz}",
        "{api_key: hunter2-xyz}",
        "{password: 'ab,hunter2-xyz', port: x}",
        "{host: 'smtp://u:hunter2-xyz@mail.example.org'}",
    ],
)
def test_a_secret_in_the_config_is_refused_and_not_repeated(smtp: str, tmp_path: Path) -> None:
    """The message points at the place, and stars stand for the secret."""
    with pytest.raises(ConfigError) as caught:
        load_options(write(tmp_path, f"mail:\n  smtp: {smtp}\n"))
    assert "hunter2" not in str(caught.value)


def test_a_secret_on_the_command_line_is_not_repeated(tmp_path: Path) -> None:
    """Neither the option that does not exist nor its value's line shows it."""
    for name in ("password", "pass"):
        with pytest.raises(ConfigError) as caught:
            load_options(write(tmp_path, ""), [f"mail.smtp.{name}=ab,hunter2-xyz"])
        assert "hunter2" not in str(caught.value)


def test_a_secret_filled_in_at_the_wrong_place_is_not_repeated(tmp_path: Path) -> None:
    """A value from a variable that looks like a secret is told by the variable's name."""
    path = write(tmp_path, "mail: {smtp: {host: 'x ${SMTP_PASSWORD}'}}\n")
    with pytest.raises(ConfigError) as caught:
        load_options(path, environ={"SMTP_PASSWORD": "hunter2-xyz"})
    assert "hunter2" not in str(caught.value)
    assert "${SMTP_PASSWORD}" in str(caught.value)


def test_who_gets_mail_is_no_part_of_a_report(tmp_path: Path) -> None:
    """Neither readers nor checks are archived with a run or change its id."""
    from reportgen.runs.plan import trim_options

    kept = trim_options(load_options(write(tmp_path, FULL)).model_dump(mode="json"), "2026-01")
    assert {"mail", "checks"}.isdisjoint(kept)
    assert "example.org" not in str(kept)
