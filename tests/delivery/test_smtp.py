"""Messages are handed to the mail server once, whatever it does; the book is told the truth."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from reportgen.config.mail import SmtpOptions
from reportgen.delivery.secret import Secret
from reportgen.delivery.smtp import Outbox, Parcel
from reportgen.model.mail import MailState
from tests.mail_servers import PASSWORD, USER, Authority, FailingServer, drip, drop, gush, hang, serve_mail

THREE = ("ann@example.org", "bob@example.org", "eve@example.org")
CONTENT = b"Subject: x\r\n\r\nHello\r\n.dot\r\n"


@dataclass
class Notes:
    """A book that writes down what it is told; some recipients belong to another process."""

    elsewhere: set[str] = field(default_factory=set)
    begun: list[str] = field(default_factory=list)
    ended: dict[str, tuple[MailState | None, str]] = field(default_factory=dict)

    def begin(self, address: str) -> bool:
        """Note who is begun."""
        if address in self.elsewhere:
            return False
        self.begun.append(address)
        return True

    def end(self, address: str, state: MailState | None, detail: str) -> None:
        """Note the end."""
        self.ended[address] = (state, detail)

    @property
    def states(self) -> tuple[MailState | None, ...]:
        """How it ended for the three."""
        return tuple(self.ended[address][0] for address in THREE)


def plain(port: int, **changes: object) -> SmtpOptions:
    """Return options for a server on the loopback."""
    return SmtpOptions.model_validate({"host": "localhost", "port": port, "security": "none", **changes})


def post(options: SmtpOptions, secret: str = "", notes: Notes | None = None, times: int = 1) -> Notes:
    """Post the same parcel to three, without waiting between tries."""
    notes = notes or Notes()
    with Outbox(options, Secret(secret), sleep=lambda _: None) as outbox:
        for _ in range(times):
            outbox.post(Parcel("ops@example.org", THREE, CONTENT), notes)
    return notes


SENT = ("sent", "sent", "sent")
FAILED = ("failed", "failed", "failed")
REFUSED = ("refused", "refused", "refused")
UNKNOWN = ("unknown", "unknown", "unknown")
FAILURES: list[tuple[str, object, tuple[str, ...], int]] = [
    ("greeting", "421 too busy", FAILED, 3),
    ("greeting", "554 go away", FAILED, 1),
    ("greeting", drop, FAILED, 3),
    ("greeting", drip, FAILED, 1),
    ("greeting", gush, FAILED, 3),
    ("ehlo", gush, FAILED, 3),
    ("rcpt", gush, FAILED, 3),
    ("ehlo", drop, FAILED, 3),
    ("mail", "451 later", FAILED, 3),
    ("mail", "421 too many", FAILED, 3),
    ("mail", "550 not you", REFUSED, 1),
    ("mail", drop, FAILED, 3),
    ("rcpt", "450 greylisted", FAILED, 3),
    ("rcpt", "550 no such user", REFUSED, 1),
    ("rcpt", drop, FAILED, 3),
    ("data", "451 later", FAILED, 3),
    ("data", "554 no", REFUSED, 1),
    ("data", "nonsense", FAILED, 3),
    ("data", drop, UNKNOWN, 1),
    ("data", "250 already", FAILED, 3),
    ("ehlo", "199 a\r\n250 b\r\n250 c", FAILED, 3),
    ("data", "354 go on\r\n250 queued", UNKNOWN, 1),
    ("end", "451 disk full", FAILED, 3),
    ("end", "554 spam", REFUSED, 1),
    ("end", drop, UNKNOWN, 1),
    ("end", hang, UNKNOWN, 1),
    ("end", drip, UNKNOWN, 1),
    ("end", gush, UNKNOWN, 1),
    ("end", "nonsense", UNKNOWN, 1),
]


@pytest.mark.parametrize(("stage", "answer", "states", "tries"), FAILURES)
def test_a_server_that_fails_at_a_stage(stage: str, answer: object, states: tuple[str, ...], tries: int) -> None:
    """What is passing is tried three times, what is not once; the book says what became of it, and nothing else."""
    limits = {"timeout_seconds": 1, "message_seconds": 2, "attempts": 3}
    if answer is drip and stage == "greeting":
        limits["attempts"] = 1
    with FailingServer(**{stage: [answer]}) as server:
        notes = post(plain(server.port, **limits))
    assert notes.states == states
    assert server.taken == []
    seen = server._seen.get(stage, 0)
    assert (seen if stage != "rcpt" or answer in (drop, gush) else seen // 3) == tries
    assert server.arrived == ([THREE] if states == UNKNOWN and stage == "end" else [])


@pytest.mark.parametrize("stage", ["greeting", "ehlo", "mail", "rcpt", "data", "end"])
def test_a_passing_trouble_passes(stage: str) -> None:
    """After one failure of the passing kind the message is sent, once, to all."""
    with FailingServer(
        **{stage: ["451 later", {"greeting": "220 hi", "data": "354 go on"}.get(stage, "250 OK")]}
    ) as server:
        server.extensions = []
        notes = post(plain(server.port))
    assert notes.states == SENT
    assert sorted(address for taken in server.taken for address in taken) == sorted(THREE)


@pytest.mark.parametrize("answer", ["550 no such user", "450 later"])
def test_one_of_three_recipients_is_not_taken(answer: str) -> None:
    """The two others get the message once; a passing refusal is tried again, alone, a final one is not."""
    with FailingServer(rcpt_bob=[answer]) as server:
        notes = post(plain(server.port, attempts=2))
    assert notes.states == ("sent", "refused" if answer[0] == "5" else "failed", "sent")
    assert server.taken == [("ann@example.org", "eve@example.org")]
    assert answer in notes.ended["bob@example.org"][1]


def test_one_of_three_is_taken_later() -> None:
    """Who was put off gets the message in a transaction of their own; nobody gets it twice."""
    with FailingServer(rcpt_bob=["450 later", "250 OK"]) as server:
        notes = post(plain(server.port))
    assert notes.states == SENT
    assert server.taken == [("ann@example.org", "eve@example.org"), ("bob@example.org",)]


def test_those_of_another_process_are_left_out() -> None:
    """A recipient whom another process serves gets nothing from this one, though the server had accepted them."""
    with FailingServer() as server:
        notes = post(plain(server.port), notes=Notes(elsewhere={"bob@example.org"}))
    assert notes.states == ("sent", None, "sent")
    assert server.taken == [("ann@example.org", "eve@example.org")]


def test_nobody_is_left_for_this_process() -> None:
    """When another process serves all of them, no message is handed over."""
    with FailingServer() as server:
        notes = post(plain(server.port), notes=Notes(elsewhere=set(THREE)))
    assert notes.states == (None, None, None)
    assert server.arrived == []


def test_begun_is_said_only_before_the_message() -> None:
    """Whoever was refused before the message was handed over was never called begun."""
    with FailingServer(rcpt=["550 no"]) as server:
        assert post(plain(server.port)).begun == []
    with FailingServer(end=["554 spam"]) as server:
        assert post(plain(server.port)).begun == list(THREE)


def test_a_message_larger_than_the_server_takes_is_not_offered() -> None:
    """The server's own limit (SIZE, RFC 1870) is asked for first."""
    with FailingServer() as server:
        server.extensions = ["SIZE 10"]
        notes = post(plain(server.port))
    assert notes.states == REFUSED
    assert "up to 10 bytes" in notes.ended["ann@example.org"][1]
    assert server._seen == {}


def test_lines_that_begin_with_a_dot_arrive_whole() -> None:
    """The content comes out at the other end as it went in."""
    with serve_mail() as inbox:
        post(plain(inbox.port))
    assert [one.content for one in inbox.received] == [CONTENT]


def test_many_messages_go_over_one_connection() -> None:
    """Ten messages need one connection, a lost one is made again."""
    with serve_mail() as inbox:
        post(plain(inbox.port), times=10)
    assert (len(inbox.received), inbox.connections) == (10, 1)
    with FailingServer(mail=["250 OK", drop, "250 OK"]) as server:
        assert post(plain(server.port), times=3).states == SENT
    assert (len(server.taken), server.connections) == (3, 2)


def test_a_server_that_cannot_be_reached_is_asked_for_the_first_message_only() -> None:
    """The second message of a server that is down fails at once, with the same words."""
    waits: list[float] = []
    notes = Notes()
    with FailingServer() as server:
        port = server.port
    with Outbox(plain(port, attempts=3), sleep=waits.append) as outbox:
        for _ in range(5):
            outbox.post(Parcel("ops@example.org", THREE, CONTENT), notes)
    assert notes.states == FAILED
    assert "cannot be reached (Connection refused)" in notes.ended[THREE[0]][1]
    assert len(waits) == 2
    assert 2 <= waits[0] <= 3 <= waits[1] <= 5


def test_a_slow_server_is_cut_off() -> None:
    """A server that answers a sign at a time, each within the time limit, is left when the message's time is over."""
    with FailingServer(greeting=[drip]) as server:
        begun = time.monotonic()
        notes = post(plain(server.port, timeout_seconds=5, message_seconds=1, attempts=1))
        assert time.monotonic() - begun < 4
    assert "slower than the 1 seconds" in notes.ended[THREE[0]][1]


def test_an_answer_without_end_is_no_answer() -> None:
    """A server that never ends its answer is left after some kilobytes, not when memory is full; a long one is read."""
    with FailingServer(greeting=[gush]) as server:
        tracemalloc.start()
        notes = post(plain(server.port, attempts=1))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert notes.states == FAILED
    assert "an answer of more than 64,000 bytes or 200 lines" in notes.ended[THREE[0]][1]
    assert peak < 5_000_000
    with FailingServer() as server:
        server.extensions = [f"X-NUMBER-{n}" for n in range(150)]
        assert post(plain(server.port, attempts=1)).states == SENT


def test_messages_are_paced() -> None:
    """With 60 messages a minute the second waits a second for the first, the third another."""
    waits: list[float] = []
    with serve_mail() as inbox, Outbox(plain(inbox.port, per_minute=60), sleep=waits.append) as outbox:
        for _ in range(3):
            outbox.post(Parcel("ops@example.org", THREE, CONTENT), Notes())
    assert len(waits) == 2
    assert 0.5 < waits[0] <= 1 < waits[1] <= 2


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Make a certificate authority."""
    return Authority.make()


def options_with(authority: Authority, folder: Path, port: int, security: str, **changes: object) -> SmtpOptions:
    """Return options for an encrypted server that the authority vouches for."""
    given = {"security": security, "ca_file": authority.write(folder / "ca.pem"), "attempts": 2, **changes}
    return plain(port, **given)


LOGIN = {"user": USER, "password_env": "X"}


def test_starttls_and_login(authority: Authority, tmp_path: Path) -> None:
    """Over STARTTLS, with a password, the message arrives; nothing is said before the connection is encrypted."""
    with serve_mail(starttls=authority.context(), auth=True) as inbox:
        notes = post(options_with(authority, tmp_path, inbox.port, "starttls", **LOGIN), PASSWORD)
    assert notes.states == SENT
    assert len(inbox.received) == 1


def test_implicit_tls_and_login(authority: Authority, tmp_path: Path) -> None:
    """Over implicit TLS, with a password, the message arrives."""
    with serve_mail(tls=authority.context(), auth=True) as inbox:
        notes = post(options_with(authority, tmp_path, inbox.port, "tls", **LOGIN), PASSWORD)
    assert notes.states == SENT


def test_a_wrong_password_is_told_without_it(authority: Authority, tmp_path: Path) -> None:
    """The message names user and variable; the password stands in it neither plainly nor coded."""
    with serve_mail(starttls=authority.context(), auth=True) as inbox:
        notes = post(options_with(authority, tmp_path, inbox.port, "starttls", **LOGIN), "wrong-secret-22")
    assert notes.states == FAILED
    said = notes.ended[THREE[0]][1]
    assert "did not accept user 'reports' with the password in X" in said
    assert "wrong-secret-22" not in said
    assert inbox.received == []


def test_a_server_that_repeats_the_password_is_not_quoted() -> None:
    """Even where a server's answer holds the password, plainly or coded, what is told does not."""
    coded = "AHJlcG9ydHMAY29ycmVjdC1ob3JzZS03Mzkx"
    with FailingServer(auth=[f"535 not {PASSWORD} nor {coded}"]) as server:
        notes = post(plain(server.port, **LOGIN), PASSWORD)
    said = notes.ended[THREE[0]][1]
    assert "not *** nor ***" in said
    assert PASSWORD not in said
    assert coded not in said


def test_a_passing_trouble_with_the_login_is_tried_again() -> None:
    """454 is no wrong password."""
    with FailingServer(auth=["454 later", "454 later", "235 welcome"]) as server:
        notes = post(plain(server.port, **LOGIN), PASSWORD)
    assert notes.states == SENT


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_nobody_is_refused(authority: Authority, tmp_path: Path, security: str) -> None:
    """A certificate that no trusted authority has signed ends the matter at once."""
    stranger = Authority.make().context()
    served = {"starttls": stranger} if security == "starttls" else {"tls": stranger}
    with serve_mail(**served) as inbox:
        notes = post(options_with(authority, tmp_path, inbox.port, security))
        assert inbox.received == []
    assert notes.states == FAILED
    assert "is not valid" in notes.ended[THREE[0]][1]
    assert "mail.smtp.ca_file" in notes.ended[THREE[0]][1]


def test_a_certificate_for_another_host_is_refused(authority: Authority, tmp_path: Path) -> None:
    """The name must be the server's."""
    with serve_mail(starttls=authority.context("mail.example.org")) as inbox:
        notes = post(options_with(authority, tmp_path, inbox.port, "starttls"))
    assert notes.states == FAILED
    assert "Hostname mismatch" in notes.ended[THREE[0]][1]


def test_an_expired_certificate_is_refused(authority: Authority, tmp_path: Path) -> None:
    """What has expired is not taken."""
    from datetime import UTC, datetime

    expired = authority.context(
        "localhost", not_after=datetime(2020, 1, 2, tzinfo=UTC), not_before=datetime(2020, 1, 1, tzinfo=UTC)
    )
    with serve_mail(starttls=expired) as inbox:
        notes = post(options_with(authority, tmp_path, inbox.port, "starttls"))
    assert notes.states == FAILED
    assert "expired" in notes.ended[THREE[0]][1]


def test_a_server_without_starttls_gets_nothing() -> None:
    """Where the config asks for STARTTLS and the server has none, nothing is sent in the clear."""
    with FailingServer() as server:
        server.extensions = []
        notes = post(plain(server.port, security="starttls"))
    assert notes.states == FAILED
    assert "does not offer" in notes.ended[THREE[0]][1]
    assert server._seen == {}


def test_a_server_that_refuses_starttls_gets_nothing() -> None:
    """454 to STARTTLS is tried again, 501 is not; nothing goes on in the clear."""
    for answer, tries in (("454 not now", 2), ("501 no", 1)):
        with FailingServer(starttls=[answer]) as server:
            notes = post(plain(server.port, security="starttls", attempts=2))
        assert notes.states == FAILED
        assert server._seen == {"starttls": tries}


def test_tls_where_there_is_none() -> None:
    """A plain server on the port of implicit TLS is told as that."""
    with FailingServer() as server:
        notes = post(plain(server.port, security="tls", timeout_seconds=2, attempts=1))
    assert "starttls" in notes.ended[THREE[0]][1]


def test_an_unknown_host() -> None:
    """A name that nobody knows is told once."""
    notes = post(SmtpOptions(host="mail.invalid", security="tls", attempts=1))
    assert notes.states == FAILED
    assert "no server called 'mail.invalid'" in notes.ended[THREE[0]][1]


def test_a_file_of_certificates_that_is_none(tmp_path: Path) -> None:
    """The option is named."""
    (tmp_path / "ca.pem").write_text("nothing")
    with serve_mail() as inbox:
        notes = post(plain(inbox.port, security="tls", ca_file=str(tmp_path / "ca.pem")))
    assert "mail.smtp.ca_file" in notes.ended[THREE[0]][1]


def test_a_connection_that_closes_among_the_recipients() -> None:
    """421 to the second of three leaves nobody begun: it is certain that no message was handed over."""
    with FailingServer(rcpt_bob=["421 too busy"]) as server:
        notes = post(plain(server.port, attempts=1))
    assert notes.states == FAILED
    assert (notes.begun, server.arrived) == ([], [])


class Nested(FailingServer):
    """A server that wants a transaction ended before the next begins, as Postfix does."""

    nested = False

    def _speak(self, wire: Any, stage: str, usual: str) -> bool:
        if stage == "mail" and self.nested:
            return self._do(wire, "503 nested MAIL command")
        self.nested = stage == "mail"
        return super()._speak(wire, stage, usual)


def test_a_transaction_is_ended_before_the_next_begins() -> None:
    """After a message was put off, and after all recipients were refused, the server is asked to forget it."""
    for script in (
        {"data": ["451 later", "354 go on"]},
        {"end": ["451 later", "250 OK"]},
        {"rcpt": ["450 no"] * 3 + ["250 OK"]},
    ):
        with Nested(**script) as server:
            assert post(plain(server.port)).states == SENT


def test_each_recipient_is_told_in_the_server_s_own_words() -> None:
    """Two who are put off for different reasons are not told the same."""
    with FailingServer(rcpt_ann=["450 greylisted"], rcpt_bob=["452 mailbox full"]) as server:
        notes = post(plain(server.port, attempts=1))
    assert notes.states == ("failed", "failed", "sent")
    assert "greylisted" in notes.ended[THREE[0]][1]
    assert "mailbox full" in notes.ended[THREE[1]][1]


def test_a_recipient_named_twice_gets_one() -> None:
    """The envelope holds each address once."""
    with FailingServer() as server, Outbox(plain(server.port)) as outbox:
        outbox.post(Parcel("ops@example.org", (THREE[0], THREE[0]), CONTENT), Notes())
    assert server.taken == [(THREE[0],)]


def test_a_server_that_wants_a_login_is_told_as_that() -> None:
    """530 names the options, once, and refuses nobody."""
    with FailingServer(mail=["530 authentication required"]) as server:
        notes = post(plain(server.port))
    assert notes.states == FAILED
    assert "mail.smtp.user" in notes.ended[THREE[0]][1]


def test_waiting_for_its_turn_does_not_count_against_a_message() -> None:
    """A message may wait longer for the relay's pace than it may take."""
    with serve_mail() as inbox, Outbox(plain(inbox.port, per_minute=30, message_seconds=1, attempts=1)) as outbox:
        notes = Notes()
        for _ in range(2):
            outbox.post(Parcel("ops@example.org", THREE, CONTENT), notes)
    assert notes.states == SENT
    assert len(inbox.received) == 2


class Full(Notes):
    """A book that cannot note the second recipient."""

    def begin(self, address: str) -> bool:
        """Fail at the second."""
        if self.begun:
            raise RuntimeError("disk full")
        return super().begin(address)


def test_a_book_that_cannot_be_kept_stops_the_message() -> None:
    """When a beginning cannot be noted nothing is handed over, and those begun are known not to have it."""
    notes = Full()
    with FailingServer() as server, pytest.raises(RuntimeError, match="disk full"):
        post(plain(server.port), notes=notes)
    assert server.arrived == []
    assert {address: state for address, (state, _) in notes.ended.items()} == {THREE[0]: "failed"}
