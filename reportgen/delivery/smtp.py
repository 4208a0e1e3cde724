"""Hands messages to the mail server; the only user of the network."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, Self

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

from reportgen.config.mail import SmtpOptions
from reportgen.delivery.connection import Connection, Limit, TlsConnection
from reportgen.delivery.secret import NO_SECRET, Secret
from reportgen.delivery.trouble import Trouble, explain, is_passing, quote
from reportgen.model.mail import MailState

_FIRST_WAIT, _LONGEST_WAIT = 2.0, 60.0
"""Seconds before the second try, and at most."""
_ACCEPTED, _CLOSING, _WANTS_LOGIN = (250, 251), 421, 530


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message and its envelope."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


class Book(Protocol):
    """Whoever keeps account: asked before a message is handed over, told what became of it."""

    def begin(self, address: str) -> bool:
        """Note that a message is handed over from now on; refuse it where another process does so."""

    def end(self, address: str, state: MailState | None, detail: str) -> None:
        """Note what became of it; `None`: another process has it."""


@dataclass(frozen=True, slots=True)
class _End:
    """What became of one recipient in one transaction; no state: another process has it."""

    state: MailState | None
    detail: str = ""


class Outbox:
    """One connection to the mail server for many messages, made when the first is to leave.

    Parameters
    ----------
    options : SmtpOptions
        The server, with its limits.
    secret : Secret
        Password or token; the empty one where nobody logs in.
    sleep : callable
        Waits some seconds.
    """

    def __init__(
        self, options: SmtpOptions, secret: Secret = NO_SECRET, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._options = options
        self._secret = secret
        self._sleep = sleep
        self._smtp: smtplib.SMTP | None = None
        self._broken: Trouble | None = None
        self._next_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException), Limit(self._options.timeout_seconds) as limit:
                limit.watch(self._smtp)
                self._smtp.quit()
        self._drop()

    def reach(self) -> None:
        """Connect, encrypt and log in, and send nothing.

        Raises
        ------
        Trouble
            When that is not possible.
        """
        with Limit(self._options.message_seconds) as limit:
            try:
                self._connect(limit)
            except (smtplib.SMTPException, OSError) as error:
                self._drop()
                raise explain(error, self._options, late=limit.is_over) from None

    def post(self, parcel: Parcel, book: Book) -> None:
        """Send one message to all its recipients; what becomes of each is told to the book, and nothing raised.

        Notes
        -----
        What has a passing trouble is tried again, after a wait that doubles and varies. What was refused is not, nor is
        what may have been delivered: whether a message has arrived whose last answer is lost, nobody can tell
        (RFC 1047).
        """
        left = list(dict.fromkeys(parcel.recipients))
        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, Trouble) and error.is_passing),
            stop=stop_after_attempt(self._options.attempts),
            wait=wait_exponential(multiplier=_FIRST_WAIT, max=_LONGEST_WAIT) + wait_random(0, 1),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            if self._broken is not None:
                raise self._broken
            retrying(self._try, parcel, left, book)
        except Trouble as trouble:
            if trouble.is_ours:
                self._broken = trouble  # the next message need not find out again
            for address in left if not trouble.is_told else ():
                book.end(address, "failed", self._secret.scrub(str(trouble), self._options.user or ""))

    def _try(self, parcel: Parcel, left: list[str], book: Book) -> None:
        """Try once; recipients who are settled leave the list. Raises `Trouble` when somebody is left."""
        self._pace()
        with Limit(self._options.message_seconds) as limit:
            try:
                smtp = self._connect(limit)
            except (smtplib.SMTPException, OSError) as error:
                self._drop()
                raise explain(error, self._options, late=limit.is_over) from None
            try:
                ends = self._transact(smtp, parcel, tuple(left), book)
            except (smtplib.SMTPException, OSError) as error:
                self._drop()
                trouble = explain(error, self._options, late=limit.is_over)
                trouble.is_ours = False
                raise trouble from None
            for address, end in ends.items():  # at once: the next step may be the last
                book.end(address, end.state, self._secret.scrub(end.detail, self._options.user or ""))
                if end.state != "failed":
                    left.remove(address)
            if any(end.state != "sent" for end in ends.values()):
                self._reset()
        if left:
            raise Trouble(ends[left[0]].detail, is_passing=True, is_ours=False, is_told=True)

    def _connect(self, limit: Limit) -> smtplib.SMTP:
        """Return the open connection, or make one: greeted, encrypted, logged in."""
        options = self._options
        if self._smtp is not None:
            limit.watch(self._smtp)
            return self._smtp
        given: dict[str, Any] = {"timeout": options.timeout_seconds}
        if options.security == "tls":
            smtp: smtplib.SMTP = TlsConnection(limit, options, context=self._trust(), **given)
        else:
            smtp = Connection(limit, options, **given)
        self._smtp = smtp
        if options.security == "starttls":
            smtp.starttls(context=self._trust())
        smtp.ehlo_or_helo_if_needed()
        if options.user is not None:
            smtp.login(options.user, self._secret.reveal())
        return smtp

    def _trust(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._options.ca_file)
        except (OSError, ssl.SSLError) as error:
            came = f"{self._options.ca_file} holds no certificates that can be read ({error})"
            raise Trouble(came, "Check mail.smtp.ca_file: PEM is wanted.", is_passing=False) from None

    def _transact(self, smtp: smtplib.SMTP, parcel: Parcel, wanted: Sequence[str], book: Book) -> dict[str, _End]:
        """Go through one transaction (RFC 5321, 3.3); return what became of each recipient."""
        ends = self._address(smtp, parcel, wanted)
        accepted = [address for address in wanted if address not in ends]
        granted = _begin(book, accepted)
        if granted and len(granted) < len(accepted):  # the server must not send to those whom another process serves
            smtp.rset()
            ends |= self._address(smtp, parcel, granted)
        ends |= {address: _End(None) for address in accepted if address not in granted}
        granted = [address for address in granted if address not in ends]
        if not granted:
            return ends
        return ends | dict.fromkeys(granted, self._hand_over(smtp, parcel.content))

    def _address(self, smtp: smtplib.SMTP, parcel: Parcel, wanted: Sequence[str]) -> dict[str, _End]:
        """Say whom the message is from and for; return those who were not accepted."""
        limit = smtp.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(parcel.content):
            detail = f"the server takes messages up to {int(limit):,} bytes, this one has {len(parcel.content):,}"
            return dict.fromkeys(wanted, _End("refused", detail))
        code, reply = smtp.mail(parcel.sender, [f"size={len(parcel.content)}"] if smtp.has_extn("size") else [])
        if code == _WANTS_LOGIN:
            hint = "State mail.smtp.user, and password_env or password_file." if self._options.user is None else ""
            came = f"{self._options.host} wants a login ({quote(code, reply)})"
            raise Trouble(came, hint, is_passing=False)
        if code != 250:
            detail = f"the server did not accept the sender {parcel.sender} ({quote(code, reply)})"
            if code == _CLOSING:
                self._drop()
            return dict.fromkeys(wanted, _End("failed" if is_passing(code) else "refused", detail))
        ends = {}
        for address in wanted:
            code, reply = smtp.rcpt(address)
            if code not in _ACCEPTED:
                state: MailState = "failed" if is_passing(code) else "refused"
                ends[address] = _End(state, f"the server did not accept the recipient ({quote(code, reply)})")
            if code == _CLOSING:
                self._drop()
                closed = _End("failed", f"the server closed the connection ({quote(code, reply)})")
                return dict.fromkeys(wanted, closed) | ends
        return ends

    def _hand_over(self, smtp: smtplib.SMTP, content: bytes) -> _End:
        """Send the message itself; from here on a lost connection leaves it unknown whether it was delivered."""
        try:
            code, reply = smtp.data(content)
        except smtplib.SMTPDataError as error:  # not even begun
            code, reply = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
            code = code if 400 <= code < 600 else 451  # 250 instead of 354: nothing was asked for, nor handed over
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return _End("unknown", f"the connection was lost while the message was handed over ({error})")
        if not 400 <= code < 600 and code != 250:
            self._drop()
            return _End("unknown", f"no clear answer after the message was handed over ({quote(code, reply)})")
        if code == _CLOSING:
            self._drop()
        if code == 250:
            return _End("sent", quote(code, reply))
        detail = f"the server did not take the message ({quote(code, reply)})"
        return _End("failed" if is_passing(code) else "refused", detail)

    def _pace(self) -> None:
        """Wait until the next message may leave."""
        if self._options.per_minute is None:
            return
        now = time.monotonic()
        if now < self._next_at:
            self._sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + 60.0 / self._options.per_minute

    def _reset(self) -> None:
        """End a transaction that did not come to its end; the next must not begin inside it."""
        if self._smtp is not None:
            try:
                self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            with suppress(OSError):
                self._smtp.close()
        self._smtp = None


def _begin(book: Book, accepted: Sequence[str]) -> list[str]:
    """Note whose message is handed over from now on; where that cannot be noted, nobody's is."""
    granted: list[str] = []
    try:
        for address in accepted:
            if book.begin(address):
                granted.append(address)  # noqa: PERF401 - those before a failure must be known
    except BaseException:
        for address in granted:
            with suppress(Exception):  # what is raised below says more
                book.end(address, "failed", "the ledger could not be written, so nothing was handed over")
        raise
    return granted
