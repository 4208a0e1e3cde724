"""A letter becomes a message that every mail program can read, the same bytes each time, and nobody can smuggle in a header."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.config.addresses import MailAddress
from reportgen.delivery.message import Enclosure, Letter, make_message_id, one_line, plain_file_name, to_message
from tests.mail_servers import parse_strictly

OPS = MailAddress("Évry Ops", "ops@example.org")
ANN = MailAddress("", "ann@example.org")
BOB = MailAddress('Bob "the cook" O’Hara, Leeds', "bob@example.org")
PNG = b"\x89PNG\r\n\x1a\n picture"


def make_letter(**changes: Any) -> Letter:
    """Make a letter with everything."""
    usual: dict[str, Any] = {
        "message_id": "<abc@example.org>",
        "sent_at": datetime(2026, 2, 1, 6, 15, tzinfo=UTC),
        "sender": OPS,
        "reply_to": ANN,
        "to": [ANN, BOB],
        "cc": [MailAddress("", "eve@example.org")],
        "subject": "Customer segments: Évry, January 2026",
        "text": "Hello £5\n",
        "html": '<p>Hello £5<img src="cid:chart"></p>',
        "pictures": {"chart": PNG},
        "enclosures": [Enclosure("report.pdf", "pdf", b"%PDF-1.7")],
        "unsubscribe_url": "https://example.org/stop",
    }
    return Letter(**(usual | changes))


def read(**changes: Any) -> EmailMessage:
    """Write a letter and parse it strictly."""
    return parse_strictly(to_message(make_letter(**changes)))


def test_the_headers_of_a_message() -> None:
    """Who, to whom, when, what; that it is automatic; how to leave the list."""
    message = read()
    assert str(message["From"]) == "Évry Ops <ops@example.org>"
    assert str(message["Reply-To"]) == "ann@example.org"
    assert [one.addr_spec for one in message["To"].addresses] == ["ann@example.org", "bob@example.org"]
    assert message["To"].addresses[1].display_name == BOB.name
    assert str(message["Cc"]) == "eve@example.org"
    assert str(message["Subject"]) == "Customer segments: Évry, January 2026"
    assert message["Date"].datetime == datetime(2026, 2, 1, 6, 15, tzinfo=UTC)
    assert str(message["Message-ID"]) == "<abc@example.org>"
    assert str(message["Auto-Submitted"]) == "auto-generated"
    assert str(message["List-Unsubscribe"]) == "<https://example.org/stop>"
    assert message["Bcc"] is None
    assert message["In-Reply-To"] is None


def test_the_parts_of_a_message() -> None:
    """A text, beside it HTML with its picture, then the file: the structure that mail programs expect."""
    message = read()
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<chart>"
    assert picture["Content-Disposition"].content_disposition == "inline"
    (pdf,) = message.iter_attachments()
    assert pdf.get_filename() == "report.pdf"
    assert pdf.get_content() == b"%PDF-1.7"
    text = message.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == ["Hello £5"]


def test_a_message_is_ascii_in_short_lines_and_always_the_same() -> None:
    """Every server can carry it: seven bits, lines of at most 998 signs; the same letter gives the same bytes."""
    content = to_message(make_letter(text="£" * 5000, subject="é" * 400))
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert content == to_message(make_letter(text="£" * 5000, subject="é" * 400))


@pytest.mark.parametrize("length", [10, 60, 200, 850])
def test_an_unsubscribe_address_is_never_coded(length: int) -> None:
    """However long, it stands in the header as it is: mail programs read no encoded words there."""
    url = f"https://example.org/{'a' * length}"
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in to_message(make_letter(unsubscribe_url=url))
    assert str(read(unsubscribe_url=url)["List-Unsubscribe"]) == f"<{url}>"


def test_a_correction_hangs_on_what_it_corrects() -> None:
    """It refers to the earlier message, so that mail programs show them together."""
    message = read(replaces="<old@example.org>")
    assert str(message["In-Reply-To"]) == str(message["References"]) == "<old@example.org>"


def test_a_message_to_hidden_readers_alone() -> None:
    """With nobody to be seen the message says so, as RFC 5322 wants it."""
    assert str(read(to=[], cc=[])["To"]) == "undisclosed-recipients:;"


def test_a_plain_note() -> None:
    """Without HTML the message is a text and nothing else."""
    message = read(html=None, pictures={}, enclosures=())
    assert message.get_content_type() == "text/plain"


@given(st.text(max_size=300), st.text(max_size=100))
def test_no_text_becomes_a_header(subject: str, name: str) -> None:
    """Whatever a store or a person is called, the message has the headers we gave it, and the words survive."""
    letter = make_letter(
        subject=subject, sender=MailAddress(name, "ops@example.org"), to=[MailAddress(name, "a@b.org")]
    )
    content = to_message(letter)
    message = parse_strictly(content)
    assert [key.lower() for key in message] == [
        "message-id",
        "date",
        "from",
        "reply-to",
        "to",
        "cc",
        "subject",
        "auto-submitted",
        "x-auto-response-suppress",
        "list-unsubscribe",
        "mime-version",
        "content-type",
    ]
    assert message["From"].addresses[0].addr_spec == "ops@example.org"
    assert [one.addr_spec for one in message["To"].addresses] == ["a@b.org"]


NAMES = st.one_of(
    st.text(max_size=120),
    st.sampled_from(
        [
            "",
            "Müller, Ann",
            "Zoë (Lyon)",
            'Bob "B" O\'Hara',
            "李小龍",
            "A. B. Lee",
            "x@y",
            "é" * 150,
            "Lee, Bob",
            "back\\slash",
        ]
    ),
)


@given(st.lists(NAMES, min_size=1, max_size=8))
def test_every_reader_stays_in_the_headers(names: list[str]) -> None:
    """Whatever readers are called, each is found in To and Cc with the name and the address, in order."""
    readers = [MailAddress(name, f"reader{n}@example.org") for n, name in enumerate(names)]
    message = read(to=readers, cc=readers)
    for header in ("To", "Cc"):
        found = message[header].addresses
        assert [one.addr_spec for one in found] == [one.address for one in readers]
        # the library's parser keeps spaces between coded words, which RFC 2047 (6.2) has no reader show
        assert ["".join(one.display_name.split()) for one in found] == [
            "".join(one_line(name).split()) for name in names
        ]


def test_long_identifiers_are_not_coded() -> None:
    """A Message-ID of a long domain threads as any other."""
    long = f"<{'a' * 32}@{'long-domain.' * 8}example.org>"
    content = to_message(make_letter(message_id=long, replaces=long))
    assert content.count(long.encode()) == 3
    assert str(parse_strictly(content)["In-Reply-To"]) == long


INJECTIONS = ["a\r\nBcc: x@y.z", "a\nX: 1", "a\rX: 1", "a\x00b", "a\u2028b", "a\x0bb", "\r\n\r\nbody"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_line_ends_in_a_subject_are_spaces(text: str) -> None:
    """A store's name with a line end in it adds no header and breaks no message."""
    message = read(subject=text)
    assert message["Bcc"] is None
    assert message["X"] is None
    assert "Hello" in (message.get_body(("plain",)) or message).get_content()


def test_one_line() -> None:
    """Spaces are folded, what is too long is cut with a mark."""
    assert one_line(" a\n\tb  c ") == "a b c"
    assert one_line("x" * 181) == "x" * 179 + "…"
    assert one_line("x" * 180) == "x" * 180


def test_message_ids_are_our_own() -> None:
    """The same content gives the same id, another one another; the domain is the sender's."""
    first = make_message_id("a", OPS)
    assert first == make_message_id("a", OPS) != make_message_id("b", OPS)
    assert first.endswith("@example.org>")


def test_names_of_attached_files() -> None:
    """They hold nothing that a file system or a header could stumble over."""
    assert plain_file_name("sample-évry/2026-01") == "sample-vry-2026-01"
    assert plain_file_name("../..") == "report"
