"""Says in words what went wrong with the mail server, and whether trying again could help."""

from __future__ import annotations

import smtplib
import socket
import ssl

from reportgen.config.mail import SmtpOptions


class Trouble(Exception):  # noqa: N818 - not every trouble is an error of the program's
    """Something that keeps a message from leaving.

    Parameters
    ----------
    came : str
        What happened, without any secret.
    hint : str
        What to try; may be empty.
    is_passing : bool
        Whether trying again could help.
    is_ours : bool
        Whether it lies with the connection, and so with every message, not with this one.
    is_told : bool
        Whether the book knows it already, each recipient with its own words.
    """

    def __init__(
        self, came: str, hint: str = "", *, is_passing: bool, is_ours: bool = True, is_told: bool = False
    ) -> None:
        super().__init__(f"{came}. {hint}" if hint else came)
        self.is_passing, self.is_ours, self.is_told = is_passing, is_ours, is_told


def is_passing(code: int) -> bool:
    """Whether a server's answer is of the passing kind (RFC 5321, 4.2.1): 4xx, or none that could be read."""
    return not 500 <= code < 600


def explain(error: Exception, options: SmtpOptions, *, late: bool = False) -> Trouble:
    """Turn what the library raised into a trouble with a hint.

    Parameters
    ----------
    error : Exception
        From `smtplib`, `socket` or `ssl`.
    options : SmtpOptions
        The server it was about.
    late : bool
        Whether our own time limit ended it.
    """
    server = f"{options.host}:{options.actual_port}"
    if late:
        came = f"{server} was slower than the {options.message_seconds} seconds that a message may take"
        return Trouble(came, "See mail.smtp.message_seconds.", is_passing=True)
    if isinstance(error, ssl.SSLError):
        return _explain_tls(error, server)
    if isinstance(error, socket.gaierror):
        passing = error.errno == socket.EAI_AGAIN
        return Trouble(f"no server called '{options.host}' is known", "Check mail.smtp.host.", is_passing=passing)
    if isinstance(error, smtplib.SMTPException):
        return _explain_answer(error, options, server)
    reason = "no answer in time" if isinstance(error, TimeoutError) else getattr(error, "strerror", None) or str(error)
    hint = "Check mail.smtp.host, port and security, and whether a firewall lets this machine out."
    return Trouble(f"{server} cannot be reached ({reason})", hint, is_passing=True)


def _explain_tls(error: ssl.SSLError, server: str) -> Trouble:
    if isinstance(error, ssl.SSLCertVerificationError):
        hint = "Renew it; or, if the server is your own, name the certificate of its authority with mail.smtp.ca_file."
        return Trouble(f"the certificate of {server} is not valid: {error.verify_message}", hint, is_passing=False)
    hint = "A server on port 587 mostly wants security: starttls, one on 465 security: tls."
    reason = error.reason or str(error)
    return Trouble(f"no encrypted connection with {server} ({reason})", hint, is_passing=error.reason is None)


def _explain_answer(error: smtplib.SMTPException, options: SmtpOptions, server: str) -> Trouble:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        where = options.password_env or options.password_file
        came = f"{server} did not accept user '{options.user}' with the password in {where} ({_quote(error)})"
        hint = "Check both; some relays want a token of their own."
        return Trouble(came, hint, is_passing=is_passing(error.smtp_code))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        hint = "Ask for its settings: security may be 'tls', or the port another."
        return Trouble(f"{server} does not offer what the config asks for ({error})", hint, is_passing=False)
    if isinstance(error, smtplib.SMTPResponseException):
        return Trouble(f"{server} answered {_quote(error)}", is_passing=is_passing(error.smtp_code))
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Trouble(f"{server} closed the connection ({error})", is_passing=True)
    return Trouble(f"{server} cannot be talked to ({error})", "See mail.smtp.", is_passing=False)


def quote(code: int, reply: bytes | str) -> str:
    """Quote a server's answer in one line."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:300]
    return f"{code} {line}".strip() if code > 0 else f"'{line}'"


def _quote(error: smtplib.SMTPResponseException) -> str:
    return quote(error.smtp_code, error.smtp_error)
