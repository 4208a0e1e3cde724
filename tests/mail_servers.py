"""Mail servers for the tests: a real one that keeps what it gets, and one that fails where it is told to."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, strict
from typing import Any

import aiosmtpd.smtp
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

USER, PASSWORD = "reports", "correct-horse-7391"


def parse_strictly(content: bytes) -> EmailMessage:
    """Parse a message as the standard library's strict policy does: any defect is an error."""
    message = message_from_bytes(content, policy=SMTP + strict)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert part.defects == []
        assert all(header.defects == () for header in part.values())
    return message


@dataclass
class Inbox:
    """What a server has got."""

    port: int = 0
    received: list[Envelope] = field(default_factory=list)
    connections: int = 0
    refused: set[str] = field(default_factory=set)

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages, parsed strictly."""
        return [parse_strictly(bytes(one.content or b"")) for one in self.received]

    @property
    def deliveries(self) -> list[tuple[str, str]]:
        """Subject and recipient of each delivery."""
        return [
            (str(message["Subject"]), to)
            for message, one in zip(self.messages, self.received, strict=True)
            for to in one.rcpt_tos
        ]

    async def handle_RCPT(  # noqa: N802 - the server's own names
        self, server: Any, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        """Accept recipients, but for those that are refused."""
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a message."""
        self.received.append(envelope)
        return "250 2.0.0 queued"


def check_login(server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    """Let in whoever knows the password."""
    known = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=known, handled=False)


class _Counting(aiosmtpd.smtp.SMTP):
    """A server's end of one connection that is counted."""

    def __init__(self, inbox: Inbox, **settings: Any) -> None:
        super().__init__(inbox, **settings)
        self._inbox = inbox

    def connection_made(self, transport: Any) -> None:
        if self._original_transport is None:  # else the same connection, encrypted now
            self._inbox.connections += 1
        super().connection_made(transport)


@dataclass(frozen=True)
class Authority:
    """A certificate authority, and a server context that it vouches for."""

    ca: trustme.CA

    @classmethod
    def make(cls) -> Authority:
        """Make one."""
        return cls(trustme.CA())

    def context(self, *names: str, **given: Any) -> ssl.SSLContext:
        """Return a server's context with a certificate for some names."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.ca.issue_cert(*(names or ("localhost", "127.0.0.1")), **given).configure_cert(context)
        return context

    def write(self, path: Any) -> str:
        """Write the authority's own certificate; return the path."""
        self.ca.cert_pem.write_to_path(str(path))
        return str(path)


@contextmanager
def serve_mail(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, auth: bool = False
) -> Iterator[Inbox]:
    """Run a real mail server on the loopback; give what it gets."""
    inbox = Inbox()

    class _Controller(Controller):
        def factory(self) -> aiosmtpd.smtp.SMTP:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # of a password without STARTTLS: it is inside TLS already
                return _Counting(
                    self.handler,
                    hostname="localhost",
                    tls_context=starttls,
                    require_starttls=starttls is not None,
                    auth_required=auth,
                    auth_require_tls=starttls is not None,
                    authenticator=check_login if auth else None,
                    decode_data=False,
                )

    controller = _Controller(inbox, hostname="127.0.0.1", port=_free_port(), ssl_context=tls)
    controller.start()
    inbox.port, inbox.connections = controller.port, 0  # the controller has tried it once
    try:
        yield inbox
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


Answer = str | Callable[["Wire"], None]


class Wire:
    """The server's end of one connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.reader = connection.makefile("rb")

    def say(self, text: str) -> None:
        """Send one line."""
        self.connection.sendall(f"{text}\r\n".encode())


def drop(wire: Wire) -> None:
    """Close the connection without a word."""
    wire.connection.shutdown(socket.SHUT_RDWR)


def drip(wire: Wire) -> None:
    """Answer a sign at a time, without end."""
    with suppress(OSError):
        while True:
            wire.connection.sendall(b"2")
            time.sleep(0.05)


def gush(wire: Wire) -> None:
    """Answer in line after line, as fast as they are taken, and never end the answer."""
    with suppress(OSError):
        while True:
            wire.connection.sendall(b"250-and more\r\n" * 5_000)


def hang(wire: Wire) -> None:
    """Say nothing until the other side gives up."""
    with suppress(OSError):
        while wire.connection.recv(4096):
            pass


class FailingServer:
    """A mail server that follows a script: for each stage what it answers, one after another, the last for ever.

    Parameters
    ----------
    **script : sequence of answers
        By stage: `greeting`, `ehlo`, `starttls`, `auth`, `mail`, `data`, `end` (after the final dot), `rcpt` or
        `rcpt_<first letters of the address>`; an answer is a line, or what is done to the wire.
    """

    def __init__(self, **script: Sequence[Answer]) -> None:
        self._script = {stage: list(answers) for stage, answers in script.items()}
        self._seen: dict[str, int] = {}
        self.taken: list[tuple[str, ...]] = []
        self.arrived: list[tuple[str, ...]] = []
        self.contents: list[bytes] = []
        self.connections = 0
        self.pause = 0.0
        self.extensions = ["STARTTLS", "AUTH PLAIN LOGIN"]
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> FailingServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _answer(self, stage: str, usual: str) -> Answer:
        answers = self._script.get(stage)
        if not answers:
            return usual
        at = self._seen.get(stage, 0)
        self._seen[stage] = at + 1
        return answers[min(at, len(answers) - 1)]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._attend, args=[connection], daemon=True).start()

    def _attend(self, connection: socket.socket) -> None:
        wire = Wire(connection)
        with suppress(OSError), connection:
            if not self._speak(wire, "greeting", "220 localhost ready"):
                return
            recipients: list[str] = []
            while line := wire.reader.readline():
                words = line.decode(errors="replace").strip()
                verb = words[:4].upper()
                if verb == "EHLO":
                    lines = ["localhost", *self.extensions]
                    usual = "\r\n".join(f"250{'-' if one is not lines[-1] else ' '}{one}" for one in lines)
                    going = self._speak(wire, "ehlo", usual)
                elif verb == "RCPT":
                    address = words.split("<")[1].split(">")[0]
                    stage = next(
                        (one for one in self._script if one.startswith("rcpt_") and address.startswith(one[5:])), "rcpt"
                    )
                    answer = self._answer(stage, "250 OK")
                    if answer == "250 OK":
                        recipients.append(address)
                    going = self._do(wire, answer)
                elif verb == "DATA":
                    going = self._take(wire, recipients)
                    recipients = []
                elif verb == "QUIT":
                    wire.say("221 bye")
                    return
                else:
                    if verb in ("MAIL", "RSET"):
                        recipients = []
                    stage = {"STAR": "starttls", "AUTH": "auth", "MAIL": "mail"}.get(verb, "other")
                    usual = {"auth": "235 welcome", "starttls": "220 go on"}.get(stage, "250 OK")
                    going = self._speak(wire, stage, usual)
                if not going:
                    return

    def _take(self, wire: Wire, recipients: list[str]) -> bool:
        """Take a message; it has arrived unless it was answered with a refusal."""
        answer = self._answer("data", "354 go on")
        if answer != "354 go on":
            return self._do(wire, answer)
        wire.say("354 go on")
        content = b""
        while (line := wire.reader.readline()) not in (b".\r\n", b""):
            content += line
        if not line:
            return False
        answer = self._answer("end", "250 queued")
        self.contents.append(content)
        if not isinstance(answer, str) or answer[0] not in "45":
            self.arrived.append(tuple(recipients))  # a server that is cut off here has the message
        if isinstance(answer, str) and answer.startswith("2"):
            self.taken.append(tuple(recipients))
        return self._do(wire, answer)

    def _speak(self, wire: Wire, stage: str, usual: str) -> bool:
        return self._do(wire, self._answer(stage, usual))

    def _do(self, wire: Wire, answer: Answer) -> bool:
        """Answer, after a pause; tell whether the connection goes on."""
        time.sleep(self.pause)
        if isinstance(answer, str):
            wire.say(answer)
            return not answer.startswith("421")
        answer(wire)
        return False
