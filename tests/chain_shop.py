"""A chain of stores that is reported and mailed month by month, as a scheduler does it."""

from __future__ import annotations

import calendar
import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.called import call_command
from tests.mail_servers import Inbox
from tests.shops import UNTRIED

STORES = ("York", "Bath", "Hull", "Leeds", "Lyon")
HEAD, CHAIN, OPERATORS = "head@example.org", "chain@example.org", "op@example.org"
COLUMNS = ("order", "customer", "date", "quantity", "price", "branch")


@dataclass
class Shop:
    """A chain of five stores, its config, its readers, and the day that it is."""

    folder: Path
    inbox: Inbox
    place: str = "out"
    mailed: Counter[tuple[str, str]] = field(default_factory=Counter)
    named: dict[str, str] = field(default_factory=lambda: {store: store for store in STORES})
    amounts: dict[tuple[str, str], float] = field(default_factory=dict)
    stores: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {store: {"mail": {"to": [f"{store.lower()}@example.org"]}} for store in STORES}
    )

    @classmethod
    def of(cls, folder: Path, inbox: Inbox, stores: Sequence[str]) -> Shop:
        """Make a smaller chain."""
        each: dict[str, dict[str, Any]] = {
            store: {"mail": {"to": [f"{store.lower()}@example.org"]}} for store in stores
        }
        return cls(folder, inbox, named={store: store for store in stores}, stores=each)

    def export(self, last: int) -> None:
        """Write the order lines of January up to a month, as the shop's system has them today."""
        with (self.folder / "lines.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for month in range(1, last + 1):
                for number, (store, name) in enumerate(self.named.items()):
                    for row in self._month(f"2025-{month:02}", number, store):
                        writer.writerow([*row, name])

    def _month(self, month: str, number: int, store: str) -> Iterator[tuple[object, ...]]:
        """Give the order lines of a store: 36 orders, the last of them on the last day."""
        factor, last_day = self.amounts.get((store, month), 1.0), calendar.monthrange(*map(int, month.split("-")))[1]
        if not factor:
            return
        for n in range(36):
            day = last_day if n == 35 else 1 + n % 27
            price = f"{(5 + n % 12 * (2 + number % 3)) * factor:.2f}"
            yield f"{month}-{number}-{n}", f"c{n % 12}", f"{month}-{day:02} 10:00", 1 + n % 2, price

    def configure(self, **more: Any) -> Path:
        """Write the config."""
        smtp = {"host": "localhost", "port": self.inbox.port, "security": "none", "attempts": 1}
        readers = {"to": [HEAD], "chain": {"to": [CHAIN]}, "operators": [OPERATORS]}
        parts = {
            "mail": {
                "from": "Shop <shop@example.org>",
                "attach": [],
                "smtp": {**smtp, **more.pop("smtp", {})},
                **readers,
            },
            "stores": {"by": "branch", "min_customers": 5, "each": self.stores},
            "checks": {"min_customers": None, "min_segment_customers": None},
            "expect": {"by": 3},
            "outputs": [],
            "segments": {"n_clusters": 2},
            **more,
        }
        config = self.folder / "shop.yaml"
        names = ("order_id", "customer_id", "ordered_at", "quantity", "unit_price")
        columns = dict(zip(names, COLUMNS, strict=False))
        head = f"source: {{path: lines.csv}}\ncolumns: {json.dumps(columns)}\n{UNTRIED}"
        config.write_text(head + "".join(f"{key}: {json.dumps(value)}\n" for key, value in parts.items()))
        return config

    def call(self, day: str, *words: str, code: int = 0) -> tuple[str, list[EmailMessage]]:
        """Call the command line on a day at noon; return what it printed and what was mailed."""
        self.inbox.received.clear()
        at = str(int(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp()))
        done = call_command(*words, "--output", self.where, SOURCE_DATE_EPOCH=at)
        assert done.returncode == code, done.stdout + done.stderr
        mailed = []
        for envelope, message in zip(self.inbox.received, self.inbox.messages, strict=True):
            for address in envelope.rcpt_tos:
                self.mailed[address, str(message["Subject"])] += 1
                mailed.append(message)
        return done.stdout + done.stderr, mailed

    def corrected(self, day: str, last: int) -> tuple[str, list[EmailMessage]]:
        """Run a month again after its lines have changed."""
        self.export(last)
        return self.send(day, code=4)

    def send(self, day: str, *words: str, code: int = 0) -> tuple[str, list[EmailMessage]]:
        """Run the month and send it, as a scheduler does."""
        return self.call(day, "run", str(self.folder / "shop.yaml"), "--send", *words, code=code)

    @property
    def where(self) -> str:
        """The archive's place, as it is typed."""
        return self.place if "://" in self.place else str(self.folder / self.place)


def write_chain(folder: Path, stores: Sequence[str], months: int) -> Path:
    """Write the order lines of a small chain from January 2025 on, and a config that mails nobody."""
    shop = Shop.of(folder, Inbox(), stores)
    shop.stores = {}
    shop.export(months)
    return shop.configure(mail={}, expect={})


def to(messages: list[EmailMessage]) -> list[str]:
    """Return whom messages go to, sorted, but for the operators."""
    return sorted(str(message["To"]) for message in messages if OPERATORS not in str(message["To"]))


def note(messages: list[EmailMessage]) -> str:
    """Return the one note to the operators, in one line."""
    (found,) = [message for message in messages if OPERATORS in str(message["To"])]
    return " ".join(str(found.get_content()).split())


def everyone(*left_out: str) -> list[str]:
    """Return the readers of all reports but those of some stores."""
    return sorted([CHAIN, *(f"{store.lower()}@example.org" for store in STORES if store not in left_out)])


def text_of(message: EmailMessage) -> str:
    """Return the plain text of a message, in one line."""
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())
