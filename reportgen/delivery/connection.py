"""Connections to a mail server that are cut when their time is over, or when an answer does not end."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from threading import Timer
from typing import Any, Self

from reportgen.config.mail import SmtpOptions

MAX_REPLY_BYTES, MAX_REPLY_LINES = 64_000, 200
"""What an answer may have: RFC 5321 (4.5.3.1.5) lets a line have 512 bytes, and servers send a few dozen lines."""


class Limit:
    """A limit of time for talking to a server that answers in drops: when it is over, the connection is cut."""

    def __init__(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True
        self._watched: smtplib.SMTP | None = None
        self.is_over = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def watch(self, connection: smtplib.SMTP) -> None:
        """Cut this connection when the time is over."""
        self._watched = connection

    def _cut(self) -> None:
        self.is_over = True
        found = self._watched.sock if self._watched is not None else None
        if found is not None:
            with suppress(OSError):
                socket.socket.shutdown(found, socket.SHUT_RDWR)  # of TLS too: its own would wait for an answer


class _Reply:
    """The lines of one answer, read from the connection's file as smtplib does, but only so many of them."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.begin()

    def begin(self) -> None:
        """Begin with another answer."""
        self._bytes, self._lines = MAX_REPLY_BYTES, MAX_REPLY_LINES

    def readline(self, size: int = -1) -> bytes:
        """Read a line; an answer that has no end is no answer."""
        line: bytes = self._file.readline(size)
        self._bytes -= len(line)
        self._lines -= 1
        if self._bytes < 0 or self._lines < 0:
            raise OSError(f"an answer of more than {MAX_REPLY_BYTES:,} bytes or {MAX_REPLY_LINES} lines")
        return line

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _LimitedReplies:
    """Reads answers within limits, each after its command; before the methods of `smtplib.SMTP`.

    The file is not buffered, so that what the server has said beyond its answer can be seen before anything is sent:
    an answer that was there before its command is none, and would be taken for that of a later one.
    """

    file: Any
    sock: Any

    def getreply(self) -> tuple[int, bytes]:
        """Read one answer; `SMTPServerDisconnected` when it is larger than any server's."""
        if self.file is None:
            self.file = _Reply(self.sock.makefile("rb", buffering=0))
        elif isinstance(self.file, _Reply):
            self.file.begin()
        reply: tuple[int, bytes] = super().getreply()  # type: ignore[misc]
        return reply

    def send(self, s: Any) -> None:
        """Send a command or a message; `SMTPServerDisconnected` when the server has spoken out of turn."""
        unread = None if self.sock is None else _read_waiting(self.sock)
        if unread is not None:
            self.close()  # type: ignore[attr-defined]
            why = "the server spoke out of turn" if unread else "Connection unexpectedly closed"
            raise smtplib.SMTPServerDisconnected(why)
        super().send(s)  # type: ignore[misc]


def _read_waiting(connection: socket.socket) -> bytes | None:
    """Read what has arrived beyond the last answer: a sign, or none when the other side has closed; None: nothing has.

    It is read, not looked for: what TLS says for itself, such as a ticket for the next session, is no sign.
    """
    patience = connection.gettimeout()
    connection.settimeout(0)
    try:
        return connection.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return None
    finally:
        connection.settimeout(patience)


class Connection(_LimitedReplies, smtplib.SMTP):
    """A connection that is watched from its first moment."""

    def __init__(self, limit: Limit, options: SmtpOptions, **given: Any) -> None:
        limit.watch(self)
        super().__init__(options.host or "", options.actual_port, **given)


class TlsConnection(_LimitedReplies, smtplib.SMTP_SSL):
    """The same, encrypted from the beginning."""

    def __init__(self, limit: Limit, options: SmtpOptions, **given: Any) -> None:
        limit.watch(self)
        super().__init__(options.host or "", options.actual_port, **given)
