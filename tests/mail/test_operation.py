"""Tests of what goes wrong between two months: each of it is told, and nobody is mailed twice for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reportgen.archive.open import open_storage
from tests.chain_shop import HEAD, Shop, note, to
from tests.mail_servers import serve_mail

YORK, BATH = "york@example.org", "bath@example.org"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Set up two stores without a report on both, in January."""
    with serve_mail() as inbox:
        shop = Shop.of(tmp_path, inbox, ["York", "Bath"])
        config = shop.configure(expect={})
        config.write_text(config.read_text().replace('"by": "branch"', '"by": "branch", "chain": false'))
        shop.export(1)
        yield shop


def hold_february(shop: Shop) -> str:
    """Send January, and let York's February be held; return its run."""
    shop.send("2025-02-04", "--new-archive")
    shop.amounts["York", "2025-02"] = 0.1
    shop.export(2)
    assert to(shop.send("2025-03-04", code=4)[1]) == [BATH]
    run = open_storage(shop.where).pointed("report/york/2025-02")
    assert run is not None
    return run


def test_a_test_is_no_first_mail(shop: Shop) -> None:
    """A test mail neither asks nor answers: the first real one still has to be agreed to, once."""
    config = str(shop.folder / "shop.yaml")
    shop.call("2025-02-04", "run", config)
    shop.call("2025-02-04", "send", config, "--to", "me@example.org")
    assert "has never mailed it" in shop.send("2025-02-04", code=2)[0]
    assert to(shop.call("2025-02-04", "send", config, "--new-archive")[1]) == [BATH, YORK]
    assert "expected an archive that has never mailed" in shop.send("2025-02-05", "--new-archive", code=2)[0]
    assert to(shop.send("2025-02-05")[1]) == []


def test_what_is_agreed_to_before_there_is_a_reader_holds(shop: Shop) -> None:
    """Without any reader, or any report, the agreement of the first time is kept all the same."""
    config = shop.folder / "shop.yaml"
    text = config.read_text()
    config.write_text(text.replace(f'["{YORK}"]', "[]").replace(f'["{BATH}"]', "[]").replace(f'["{HEAD}"]', "[]"))
    shop.send("2025-02-04", "--new-archive")
    shop.send("2025-02-05")
    config.write_text(text)
    assert to(shop.send("2025-02-06")[1]) == [BATH, YORK]


def test_a_damaged_hold_stops_no_other_mail(shop: Shop) -> None:
    """An old hold that cannot be read is told as such; the month's reports go out, and their mail is told as sent."""
    run = hold_february(shop)
    shop.amounts.clear()
    shop.export(3)
    (shop.folder / f"out/mail/report/york/2025-02/{run}/held").write_text("{")
    told, mailed = shop.send("2025-04-04", code=4)
    assert to(mailed) == [BATH, YORK]
    assert "York 2025-02: held: why cannot be read any more" in told
    assert "2 sent, 1 held" in note(mailed)
    manifest = shop.folder / f"out/report/york/2025-02/{run}/manifest.json"
    manifest.write_text("{}")
    told, _ = shop.send("2025-04-05", code=4)
    assert "its manifest cannot be read any more" in told


def test_what_nobody_reads_can_be_released(shop: Shop) -> None:
    """A held report whose readers have been taken off the list is released all the same, and no longer told."""
    run = hold_february(shop)
    shop.stores["York"]["mail"]["to"] = []
    config = shop.configure(expect={})
    config.write_text(config.read_text().replace('"by": "branch"', '"by": "branch", "chain": false'))
    shop.export(3)
    assert "York 2025-02: held: since 2025-03-04" in shop.send("2025-04-04", code=4)[0]
    shop.call("2025-04-04", "release", run, "--config", str(config))
    shop.send("2025-04-05")


def test_pruning_keeps_what_readers_have(shop: Shop) -> None:
    """Of a month whose correction is held, the run that was sent stays: the next report is compared with it."""
    shop.send("2025-02-04", "--new-archive")
    storage = open_storage(shop.where)
    sent = storage.pointed("report/york/2025-01")
    shop.export(2)
    shop.send("2025-03-04")
    read = storage.pointed("report/york/2025-02")
    shop.amounts["York", "2025-02"] = 0.1
    shop.export(2)
    shop.send("2025-03-05", code=4)
    assert storage.pointed("report/york/2025-02") != read
    shop.call("2025-03-05", "archive", "prune", "--keep", "last run of each month", "--yes")
    assert {f"report/york/2025-01/{sent}", f"report/york/2025-02/{read}"} <= set(storage.runs())


def test_a_note_that_could_not_be_sent_is_sent_again_and_once(shop: Shop) -> None:
    """Who is no longer a reader hears of the correction when their server takes it, and of the next one not again."""
    shop.send("2025-02-04", "--new-archive")
    shop.stores["York"]["mail"]["to"] = ["ann@example.org"]
    config = shop.configure(expect={})
    config.write_text(config.read_text().replace('"by": "branch"', '"by": "branch", "chain": false'))
    shop.amounts["York", "2025-01"] = 1.1
    shop.export(1)
    shop.inbox.refused.add(YORK)
    assert "refused by the mail server" in shop.send("2025-02-05", code=4)[0]
    shop.inbox.refused.clear()
    assert to(shop.send("2025-02-06")[1]) == [YORK]
    assert to(shop.send("2025-02-07")[1]) == []
    shop.amounts["York", "2025-01"] = 1.2
    shop.export(1)
    assert to(shop.send("2025-02-08")[1]) == ["ann@example.org"]
