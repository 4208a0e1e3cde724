"""Mail servers that answer with anything: the outbox raises nothing, ends soon, and says `sent` only when it was."""

from __future__ import annotations

import socket
import time
import tracemalloc
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Self

from hypothesis import example, given, note
from hypothesis import strategies as st

from reportgen.config.mail import SmtpOptions
from reportgen.delivery.secret import Secret
from reportgen.delivery.smtp import Outbox, Parcel
from reportgen.model.mail import MailState
from tests.fuzz.common import fuzzing

RECIPIENTS = ("ann@example.org", "bob@example.org")
CONTENT = b"Subject: x\r\n\r\nHello\r\n.dot\r\n"
MAX_SECONDS, MAX_MEMORY_MB = 25, 30
_LIMIT = 50_000_000


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server says to one command.

    Attributes
    ----------
    content : bytes
        What is sent.
    times : int
        How often, up to 50 MB.
    is_last : bool
        Whether the connection is closed after it.
    """

    content: bytes
    times: int = 1
    is_last: bool = False


GOOD: dict[str, bytes] = {
    "greeting": b"220 hi\r\n",
    "ehlo": b"250 hi\r\n",
    "data": b"354 go on\r\n",
    "end": b"250 taken\r\n",
}
STAGES = ("greeting", "ehlo", "mail", "rcpt", "data", "end", "rset", "quit")


class Server:
    """A server that answers each stage with given replies in turn, and properly when there are no more."""

    def __init__(self, replies: dict[str, list[Reply]]) -> None:
        self._replies = {stage: list(given) for stage, given in replies.items()}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port = self._listener.getsockname()[1]
        self.taken: list[tuple[str, ...]] = []
        self.recipients: list[str] = []

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            with connection, suppress(OSError):
                self._talk(connection)

    def _answer(self, connection: socket.socket, stage: str) -> tuple[bool, bytes]:
        """Answer; return whether the connection goes on, and what was said."""
        waiting = self._replies.get(stage)
        reply = waiting.pop(0) if waiting else Reply(GOOD.get(stage, b"250 OK\r\n"))
        block = reply.content * max(1, min(reply.times, 100_000 // max(1, len(reply.content))))
        sent, whole = 0, min(len(reply.content) * reply.times, _LIMIT)
        while sent < whole:
            connection.sendall(block[: whole - sent])
            sent += len(block)
        return not reply.is_last, reply.content

    def _talk(self, connection: socket.socket) -> None:
        recipients: list[str] = []
        goes_on, _ = self._answer(connection, "greeting")
        reader = connection.makefile("rb")
        while goes_on and (line := reader.readline(10_000)):
            word = line.split(b":")[0].split()[0].lower().decode("latin-1") if line.strip() else ""
            stage = {"helo": "ehlo"}.get(word, word)
            if stage == "mail":
                recipients = []
            elif stage == "rcpt":
                recipients.append(line.split(b"<")[1].split(b">")[0].decode())
            goes_on, said = self._answer(connection, stage)
            if stage == "data" and said.startswith(b"354"):
                while (line := reader.readline(100_000)) and line != b".\r\n":
                    pass
                if not line:
                    return
                waiting = self._replies.get("end")
                if not waiting or waiting[0].content.startswith(b"250"):
                    self.taken.append(tuple(recipients))
                goes_on, _ = self._answer(connection, "end")
            if stage == "quit":
                return


@dataclass
class Notes:
    """A book that writes down what it is told."""

    begun: list[str] = field(default_factory=list)
    ended: list[tuple[str, MailState | None, str]] = field(default_factory=list)

    def begin(self, address: str) -> bool:
        """Note who is begun."""
        self.begun.append(address)
        return True

    def end(self, address: str, state: MailState | None, detail: str) -> None:
        """Note the end."""
        self.ended.append((address, state, detail))


TEXTS = st.sampled_from((
    *(b"OK", b"", b" ", b"\x00", b"\xff\xfe", b"\x1b[2J", b"8BITMIME", b"SIZE 10", b"SIZE 99999999999999999999", b"SIZE -1", b"SIZE x"),
    *(b"AUTH LOGIN PLAIN", b"AUTH=", b"AUTH " + b"X" * 600, b"STARTTLS", b"x" * 400, b"x" * 9_000, b"\xe2\x80\xa8", b"secret"),
))  # fmt: skip


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    """Draw a reply: proper, of several lines, odd, long, or not whole."""
    code = draw(
        st.sampled_from(
            (
                220,
                250,
                250,
                251,
                334,
                354,
                421,
                450,
                451,
                452,
                500,
                501,
                530,
                535,
                550,
                552,
                554,
                0,
                99,
                199,
                299,
                600,
                999,
            )
        )
    )
    kind = draw(
        st.sampled_from(
            ("line", "line", "lines", "binary", "half", "nothing", "odd", "mixed", "flood", "endless", "early")
        )
    )
    first, second = draw(TEXTS), draw(TEXTS)
    number = str(code).encode()
    is_last = draw(st.sampled_from((False, False, True)))
    contents = {
        "line": number + b" " + first + b"\r\n",
        "lines": number + b"-" + first + b"\r\n" + number + b" " + second + b"\r\n",
        "binary": draw(st.binary(max_size=30)) + b"\r\n",
        "half": number + b" " + first,
        "nothing": b"",
        "odd": draw(
            st.sampled_from(
                (
                    b"250",
                    b"250\r\n",
                    b"250\n",
                    b"2 50 OK\r\n",
                    b"+250 OK\r\n",
                    b"\r\n",
                    b"250OK\r\n",
                    b"\xb2\xb5\xb0 x\r\n",
                )
            )
        ),
        "mixed": b"250-" + first + b"\r\n" + number + b" " + second + b"\r\n",
        "early": number + b" a\r\n250 b\r\n250 c\r\n",
    }
    if kind == "flood":
        return Reply(b"x" * 1_000, draw(st.sampled_from((10, 50_000))), is_last)
    if kind == "endless":
        return Reply(number + b"-" + first + b"\r\n", draw(st.sampled_from((3, 2_000, 10_000_000))), is_last)
    return Reply(contents[kind], 1, is_last or kind in ("half", "nothing"))


SCRIPTS = st.dictionaries(st.sampled_from(STAGES), st.lists(replies(), min_size=1, max_size=3), min_size=1, max_size=3)


@fuzzing(6)
@example(script={"data": [Reply(b"250 OK\r\n")]}, wants_login=False)
@example(
    script={"ehlo": [Reply(b"250 a\r\n250 b\r\n250 c\r\n250 d\r\n")], "end": [Reply(b"554 no\r\n")]}, wants_login=False
)
@given(script=SCRIPTS, wants_login=st.sampled_from((False, False, True)))
def test_whatever_a_server_answers(script: dict[str, list[Reply]], wants_login: bool) -> None:
    """Nothing is raised, it ends in time and in bounds, and only what the server took after the last dot is sent."""
    login = {"user": "ann", "password_env": "X"} if wants_login else {}
    limits = {"timeout_seconds": 1, "message_seconds": 3, "attempts": 2}
    options = SmtpOptions.model_validate({"host": "localhost", "security": "none", "port": 1, **limits, **login})
    books = [Notes(), Notes()]
    tracemalloc.start()
    begun = time.monotonic()
    try:
        with Server(script) as server:
            here = options.model_copy(update={"port": server.port})
            with Outbox(here, Secret("secret-word"), sleep=lambda _: None) as outbox:
                for book in books:
                    outbox.post(Parcel("ops@example.org", RECIPIENTS, CONTENT), book)
        took, peak = time.monotonic() - begun, tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    note(f"{took:.1f} s, {peak:.0f} MB, {[book.ended for book in books]}")
    assert took < MAX_SECONDS
    assert peak < MAX_MEMORY_MB
    check_books(books, server.taken)


def check_books(books: Sequence[Notes], taken: Sequence[tuple[str, ...]]) -> None:
    """Check that each recipient has one last state, and that what is told as sent was taken."""
    arrived = [address for recipients in taken for address in recipients]
    for book in books:
        states = {address: state for address, state, _ in book.ended}
        assert set(states) == set(RECIPIENTS)
        assert all(state in ("sent", "failed", "refused", "unknown") for state in states.values())
        assert all("secret-word" not in detail and detail.isprintable() for _, _, detail in book.ended)
    for address in RECIPIENTS:
        told = sum((address, "sent") == (whom, state) for book in books for whom, state, _ in book.ended)
        assert told <= arrived.count(address), f"{told} times sent, {arrived.count(address)} times taken"
