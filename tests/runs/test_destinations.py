"""A file for a mailing tool has those to write to alone, with its headings, and no consent that nobody gave."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pytest

from reportgen.archive.lists import name_customers
from reportgen.config.load import load_options
from reportgen.errors import ReportgenError
from reportgen.model.trials import ActionMark, MarkedTrial
from reportgen.runs.contacts import UNKNOWN, Contact, read_contacts
from reportgen.runs.destinations import write_for
from tests.made_change import make_followed

MARK = ActionMark(make_followed()[0], "shop/all/2025-12/" + "0" * 16, "audiences/a-write.csv", None, "")
CONTACTS = {
    "ann": Contact("Ann@Example.com", "yes"),
    "bob": Contact("bob@example.com", "no"),
    "cyd": Contact("+cyd@example.com", UNKNOWN),
    "held": Contact("held@example.com", "yes"),
    "other": Contact("other@example.com", "yes"),
}
LISTED = MarkedTrial(MARK, {"ann": "treat", "bob": "treat", "cyd": "treat", "nobody": "treat", "held": "hold"})


def rows_of(content: bytes) -> list[list[str]]:
    """Read a file's rows."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize(
    ("tool", "headings"),
    [("klaviyo", ["Email", "Email Marketing Consent"]), ("mailchimp", ["Email Address", "Consent at source"])],
)
def test_consent_is_carried_as_it_stands(tool: str, headings: list[str]) -> None:
    """Who agreed, who refused and of whom nobody knows are told apart; who is held back or was never chosen is not there."""
    done = write_for(tool, LISTED, CONTACTS)
    assert rows_of(done.content) == [
        headings,
        ["+cyd@example.com", "unknown"],
        ["Ann@Example.com", "yes"],
        ["bob@example.com", "no"],
    ]
    assert (done.written, done.without_address, done.held, done.refused, done.unknown) == (3, 1, 0, 0, 1)


def test_google_gets_digests_and_nobody_who_refused() -> None:
    """Addresses in small letters, hashed by SHA-256; a tool that takes no consent is not given who refused."""
    done = write_for("google", LISTED, CONTACTS)
    digests = [hashlib.sha256(one).hexdigest() for one in (b"+cyd@example.com", b"ann@example.com")]
    assert rows_of(done.content) == [["Email"], *([one] for one in digests)]
    assert (done.written, done.without_address, done.held, done.refused, done.unknown) == (2, 1, 0, 1, 1)


def test_one_address_of_several_customers() -> None:
    """It is written once, with the most cautious word, and not at all when one of them is held back."""
    contacts = {
        "a": Contact("both@example.com", "yes"),
        "b": Contact("Both@Example.com", "NOT_SUBSCRIBED"),
        "c": Contact("away@example.com", "yes"),
        "d": Contact("AWAY@example.com", "yes"),
        "e": Contact("one@example.com", "yes"),
        "f": Contact("one@example.com", UNKNOWN),
    }
    listed = MarkedTrial(MARK, {"a": "treat", "b": "treat", "c": "treat", "d": "hold", "e": "treat", "f": "treat"})
    for tool, rows in (
        ("klaviyo", [["Both@Example.com", "NOT_SUBSCRIBED"], ["one@example.com", "unknown"]]),
        ("google", None),
    ):
        done = write_for(tool, listed, contacts)
        assert (done.held, done.refused, done.written) == (1, int(rows is None), 2 - int(rows is None))
        assert rows is None or rows_of(done.content)[1:] == rows


def test_hashed_lists_find_their_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Customers of a keyed list are found by the key."""
    monkeypatch.setenv("REPORTGEN_CUSTOMER_KEY", "0123456789abcdef0123456789abcdef")
    keyed = dict(zip(name_customers(LISTED.arms or {}, "hashed"), (LISTED.arms or {}).values(), strict=True))
    done = write_for("klaviyo", replace(LISTED, arms=keyed, ids="hashed"), CONTACTS)
    assert done == write_for("klaviyo", LISTED, CONTACTS)


LINES = """\
Order,Date,Customer,Mail,Agrees,SKU,Quantity,Price
1,2026-01-01,7,old@example.com,no,A,1,2.00
2,2026-01-09,7, new@example.com ,yes,A,1,2.00
2,2026-01-09,7,,,B,1,2.00
3,2026-01-03,8,not an address,yes,A,1,2.00
4,2026-01-04,9,nine@example.com,,A,1,2.00
5,2026-01-05,,guest@example.com,yes,A,1,2.00
6,2026-01-06,10,ten@example.com,yes,A,1,2.00
7,2026-01-06,10,ten@example.com,no,A,1,2.00
8,2026-01-07,11,=eleven@example.com,yes,A,1,2.00
"""
CONFIG = """\
source: {path: lines.csv}
columns: {order_id: Order, customer_id: CUSTOMER, ordered_at: Date, quantity: Quantity, unit_price: Price, product_id: SKU}
audiences: {ids: plain, email: Mail, consent: Agrees}
"""


def config_of(folder: Path, text: str = CONFIG, customer: str = "Customer") -> Path:
    """Write a config and its lines."""
    (folder / "lines.csv").write_text(LINES, encoding="utf-8")
    config = folder / "c.yaml"
    config.write_text(text.replace("CUSTOMER", customer), encoding="utf-8")
    return config


def test_the_latest_lines_tell(tmp_path: Path) -> None:
    """The last address and word count, of one moment the most cautious; what is no address is none, what nobody said unknown."""
    assert read_contacts(load_options(config_of(tmp_path))) == {
        "7": Contact("new@example.com", "yes"),
        "9": Contact("nine@example.com", UNKNOWN),
        "10": Contact("ten@example.com", "no"),
    }


def test_ids_that_are_addresses_are_addresses(tmp_path: Path) -> None:
    """Without a column of its own the id is taken, where it is one."""
    config = config_of(tmp_path, CONFIG.replace(", email: Mail", ""), customer="Mail")
    found = read_contacts(load_options(config))
    assert set(found) == {
        "old@example.com",
        "new@example.com",
        "nine@example.com",
        "guest@example.com",
        "ten@example.com",
    }
    assert found["old@example.com"].consent == "no"


def test_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A heading that the source does not have is a mistake of the config, by its name."""
    with pytest.raises(ReportgenError, match="Nowhere"):
        read_contacts(load_options(config_of(tmp_path, CONFIG.replace("email: Mail", "email: Nowhere"))))
