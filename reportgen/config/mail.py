"""The options of e-mail: who gets a report, how it leaves, and when it is held back."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from reportgen.config.addresses import (
    MailAddress,
    check_unsubscribe_url,
    check_web_url,
    parse_address,
    write_address,
)
from reportgen.config.section import Section, Share
from reportgen.model.artefacts import Attachment

Address = Annotated[
    MailAddress,
    BeforeValidator(parse_address),
    PlainSerializer(write_address, when_used="json"),
    WithJsonSchema({"type": "string", "format": "email"}),
]
Attachments = Annotated[tuple[Attachment, ...], Field(strict=False)]


def check_variable(value: str) -> str:
    """Accept the name of an environment variable."""
    if re.fullmatch(r"[A-Za-z_]\w{0,199}", value, re.ASCII):
        return value
    raise ValueError("the name of an environment variable, such as 'SMTP_PASSWORD', never the secret itself")


def check_user(value: str) -> str:
    """Accept a name that can be sent to a server."""
    if value.isascii() and value.isprintable() and 0 < len(value) <= 320:
        return value
    raise ValueError("a name of ASCII signs")


def check_host(value: str) -> str:
    """Accept the name or address of a server."""
    if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|[0-9A-Fa-f:]{2,45}", value):
        return value
    raise ValueError("the name of a server such as 'smtp.example.org', without a scheme or a port")


class Recipient(Section):
    """One who gets the report, and what is attached for them."""

    address: Address
    """Address, with or without a name: `Ann Lee <ann@example.org>`."""
    attach: Attachments | None = None
    """What is attached for them; without it what `mail.attach` says."""


def _as_recipient(value: object) -> object:
    if isinstance(value, str):
        return {"address": value}
    if isinstance(value, dict | Recipient):
        return value
    raise ValueError("an address, or a block with 'address' and 'attach'")


def _as_list(value: object) -> object:
    """Take a single address for a list of one."""
    return [value] if isinstance(value, str) else value


_ADDRESS_SCHEMA = {"type": "string", "format": "email"}
_RECIPIENT_SCHEMA = {
    "anyOf": [
        _ADDRESS_SCHEMA,
        {
            "type": "array",
            "items": {
                "anyOf": [
                    _ADDRESS_SCHEMA,
                    {
                        "type": "object",
                        "required": ["address"],
                        "additionalProperties": False,
                        "properties": {
                            "address": _ADDRESS_SCHEMA,
                            "attach": {"type": "array", "items": {"enum": ["pdf", "summary_pdf", "html"]}},
                        },
                    },
                ]
            },
        },
    ]
}
Recipients = Annotated[
    tuple[Annotated[Recipient, BeforeValidator(_as_recipient)], ...],
    Field(strict=False),
    BeforeValidator(_as_list),
    WithJsonSchema(_RECIPIENT_SCHEMA),
]


class Readers(Section):
    """Who gets a report."""

    to: Recipients = ()
    """Who gets the report: addresses, or blocks with `address` and `attach`."""
    cc: Recipients = ()
    """Who gets a copy, for all to see."""
    bcc: Recipients = ()
    """Who gets a copy that the others do not see."""

    @property
    def everyone(self) -> tuple[Recipient, ...]:
        """All of them, each once."""
        found: dict[str, Recipient] = {}
        for recipient in (*self.to, *self.cc, *self.bcc):
            found.setdefault(recipient.address.address.casefold(), recipient)
        return tuple(found.values())


class SmtpOptions(Section):
    """The mail server that takes the reports."""

    host: Annotated[str, AfterValidator(check_host)] | None = None
    """Name of the server, such as `smtp.example.org`."""
    port: int | None = Field(default=None, ge=1, le=65535)
    """Port; without it 587 for `starttls`, 465 for `tls`, 25 for `none`."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`starttls` encrypts the connection before anything is said, `tls` begins with an encrypted one, `none` never has
    one. Certificates are always checked."""
    user: Annotated[str, AfterValidator(check_user)] | None = None
    """Name to log in with; without it nobody logs in."""
    password_env: Annotated[str, AfterValidator(check_variable)] | None = None
    """Environment variable that holds the password or token."""
    password_file: str | None = None
    """File whose first line is the password or token, relative to this config."""
    ca_file: str | None = None
    """File with the certificates (PEM) to trust instead of the system's, for a server of your own."""
    timeout_seconds: int = Field(default=30, ge=1, le=600)
    """How long to wait for each answer."""
    message_seconds: int = Field(default=300, ge=1, le=3600)
    """How long connecting, and sending one message, may take."""
    attempts: int = Field(default=4, ge=1, le=10)
    """How often one message is tried when the server has a passing trouble; the wait doubles each time."""
    per_minute: int | None = Field(default=None, ge=1, le=10_000)
    """Messages a minute at most, for a relay that allows no more."""

    @model_validator(mode="after")
    def _check_login(self) -> Self:
        if self.password_env is not None and self.password_file is not None:
            raise ValueError("either password_env or password_file")
        if (self.user is None) != (self.password_env is None and self.password_file is None):
            raise ValueError("both user and password_env (or password_file), or none of them")
        if self.user is not None and self.security == "none" and not is_loopback(self.host):
            raise ValueError("security: starttls or tls, for a password must not cross the network in the clear")
        return self

    @property
    def actual_port(self) -> int:
        """The port that is connected to."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


def is_loopback(host: str | None) -> bool:
    """Whether a server is this very machine."""
    if host in (None, "localhost"):
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


class MailOptions(Readers):
    """Who gets the report by e-mail, and how it is sent; nothing is sent without `send` or `run --send`."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_alias=True)

    sender: Address | None = Field(default=None, alias="from")
    """Whom the mail comes from, such as `Shop reports <reports@example.org>`."""
    reply_to: Address | None = None
    """Where answers go, when not to the sender."""
    attach: Attachments = ("pdf",)
    """What is attached for those who state nothing of their own: `pdf`, `summary_pdf`, `html`."""
    chain: Readers | None = None
    """Who gets the chain report; without it those of the config itself."""
    operators: Annotated[
        tuple[Address, ...],
        Field(strict=False),
        BeforeValidator(_as_list),
        WithJsonSchema({"anyOf": [_ADDRESS_SCHEMA, {"type": "array", "items": _ADDRESS_SCHEMA}]}),
    ] = ()
    """Who is told, in short, what was held or failed, and how a run of many stores went."""
    base_url: Annotated[str, AfterValidator(check_web_url)] | None = None
    """Where readers find the archive in a browser: the mail then links to the report and to all months."""
    unsubscribe_url: Annotated[str, AfterValidator(check_unsubscribe_url)] | None = None
    """Where a reader can leave the list: a web address or `mailto:`."""
    max_attachment_mb: float = Field(default=5, gt=0, le=100, strict=False)
    """A file that is larger as it is sent, which is a third more than on disk, is not attached: the mail says so, and
    links it with `base_url`."""
    max_message_mb: float = Field(default=10, gt=0, le=100, strict=False)
    """A message that is larger, which many servers refuse, goes without its largest file, and says so."""
    smtp: SmtpOptions = SmtpOptions()

    @model_validator(mode="after")
    def _check_whole(self) -> Self:
        if (self.everyone or self.operators) and self.sender is None:
            raise ValueError("from, the address that the mail comes from")
        return self

    @property
    def is_stated(self) -> bool:
        """Whether the config says anything of mail; of several configs those that do not are not sent."""
        return self.sender is not None or self.smtp.host is not None

    def readers_of(self, kind: str) -> Readers:
        """Return who gets a report of a kind, `store` or `chain`."""
        return self.chain if kind == "chain" and self.chain is not None else self


class CheckOptions(Section):
    """When a report is held back from its readers, for a person to look at; `null` switches a check off."""

    min_customers: int | None = Field(default=30, ge=1)
    """Held with fewer customers in the window."""
    max_dropped_share: Share | None = 0.6
    """Held when a larger share of the order lines was dropped."""
    max_sales_fall: Share | None = 0.6
    """Held when the month's sales are lower than the previous month's by more than this share. Where the lines reach a
    year back, two of three must be: that month, the same month a year ago, and what last year's step between the two
    months leads to. Months with fewer than 30 orders are not compared."""
    max_sales_rise: Annotated[float, Field(ge=0, strict=False)] | None = 2.0
    """Held when they are higher by more than this share (2.0: three times as high)."""
    min_segment_customers: int | None = Field(default=5, ge=1)
    """Held when a segment has fewer customers, or when the customers could not be divided at all."""
    max_age_days: int | None = Field(default=45, ge=1)
    """Held when the data end longer ago than this on the day of sending."""
    max_doubtful_share: Share | None = 0.01
    """Held when a warning about the data concerns a larger share of the sales, orders or customers, until an option
    answers it or `accept` lists it."""
    hold_partial_month: bool = True
    """Held when the month is not complete."""
    hold_empty_month: bool = True
    """Held when nobody has ordered in the month: the store has closed, or its lines are missing."""
    max_held_stores: Share | None = 0.2
    """The report on all stores is held when those whose own reports are held have a larger share of its sales."""
