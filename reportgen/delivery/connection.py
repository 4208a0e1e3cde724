"""Connections to a mail server that are cut when their time is over."""

from __future__ import annotations

import smtplib
import socket
from contextlib import suppress
from threading import Timer
from typing import Any, Self

from reportgen.config.mail import SmtpOptions


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


class Connection(smtplib.SMTP):
    """A connection that is watched from its first moment."""

    def __init__(self, limit: Limit, options: SmtpOptions, **given: Any) -> None:
        limit.watch(self)
        super().__init__(options.host or "", options.actual_port, **given)


class TlsConnection(smtplib.SMTP_SSL):
    """The same, encrypted from the beginning."""

    def __init__(self, limit: Limit, options: SmtpOptions, **given: Any) -> None:
        limit.watch(self)
        super().__init__(options.host or "", options.actual_port, **given)
