"""A year of a chain, month by month: nobody gets a report twice, and no month is missed or held in silence."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from reportgen.archive.open import open_storage
from reportgen.archive.verify import verify_archive
from tests.chain_shop import CHAIN, HEAD, OPERATORS, STORES, Shop, everyone, note, text_of, to
from tests.mail_servers import serve_mail


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Set the chain up."""
    with serve_mail() as inbox:
        yield Shop(tmp_path, inbox)


def see_january(shop: Shop) -> None:
    """January: an archive that has never mailed is asked about, before anything is made."""
    shop.export(1)
    told, mailed = shop.send("2025-02-04", code=2)
    assert "say so once with --new-archive" in told
    assert (mailed, (shop.folder / "out").exists()) == ([], False)
    _, mailed = shop.send("2025-02-04", "--new-archive")
    assert to(mailed) == everyone()
    assert "6 sent" in note(mailed)
    assert to(shop.send("2025-02-04")[1]) == []


def see_february(shop: Shop) -> None:
    """February's export is late: on the second nobody minds, on the fourth it is missed, and told once."""
    assert shop.send("2025-03-02")[1] == []
    told, mailed = shop.send("2025-03-04", code=7)
    assert to(mailed) == []
    assert note(mailed).count("2025-02: its order lines were expected by 3 March 2025; the newest report") == 5
    assert "late 2025-02" in told
    assert shop.send("2025-03-05", code=7)[1] == []
    shop.export(2)
    assert to(shop.send("2025-03-06")[1]) == everyone()


def see_march(shop: Shop) -> None:
    """March: lines of January are others though its money is not, and York's February brought half as much more."""
    shop.amounts["York", "2025-02"] = 1.5
    shop.export(3)
    _, mailed = shop.send("2025-04-04")
    assert to(mailed) == everyone()
    (york,) = [message for message in mailed if "york@example.org" in str(message["To"])]
    assert "February 2025 has other order lines than when it was last reported" in text_of(york)


def see_april(shop: Shop) -> None:
    """April: the mail server is down; the next run sends what is left, once."""
    shop.export(4)
    shop.configure(smtp={"port": 9})
    told, mailed = shop.send("2025-05-04", code=4)
    assert (mailed, "not sent" in told) == ([], True)
    shop.configure()
    assert to(shop.send("2025-05-05")[1]) == everyone()


def see_may(shop: Shop) -> None:
    """May: four exports were cut in the middle; they are held, and so is the report on all stores."""
    for store in STORES[:4]:
        shop.amounts[store, "2025-05"] = 0.1
    shop.export(5)
    _, mailed = shop.send("2025-06-04", code=4)
    assert to(mailed) == ["lyon@example.org"]
    assert "the reports of stores with" in note(mailed)
    assert note(mailed).count("the month's sales fell by 90%, more than 60%") == 4
    assert "- all stores 2025-05 the month's sales fell by 7" in note(mailed)
    shop.amounts = {key: factor for key, factor in shop.amounts.items() if key[1] != "2025-05"}
    shop.export(5)
    assert to(shop.send("2025-06-05")[1]) == everyone("Lyon")


def see_june(shop: Shop) -> None:
    """June: May of Bath comes again, too low; that is held, June is compared with what readers have, and it is said."""
    shop.amounts["Bath", "2025-05"] = 0.2
    _, mailed = shop.corrected("2025-06-20", 5)
    assert to(mailed) == [CHAIN]
    of_all = text_of(next(message for message in mailed if str(message["To"]) == CHAIN))
    assert of_all.startswith("Corrected. ")
    assert "Not certain yet. The report of this store waits until a person has looked at it" in of_all
    assert "- Bath 2025-05" in note(mailed)
    shop.amounts["Bath", "2025-05"] = 1.0
    shop.export(6)
    _, mailed = shop.send("2025-07-04", code=4)
    assert to(mailed) == everyone()
    assert "- Bath 2025-05 since 2025-06-20 the month's sales fell by" in note(mailed)
    facts = json.loads((shop.folder / "out/report/bath/2025-06/latest/facts.json").read_text(encoding="utf-8"))
    assert (facts["change"]["previous"]["month"], facts["change"]["restated"]) == ("2025-05", None)
    _, mailed = shop.call("2025-07-05", "release", str(shop.folder / "shop.yaml"))
    assert [str(message["Subject"]) for message in mailed] == ["Corrected: Customer segments: Bath, May 2025"]
    assert (
        "expected reports of 'report' that are held, got none"
        in shop.call("2025-07-05", "release", str(shop.folder / "shop.yaml"), code=2)[0]
    )


def see_july(shop: Shop) -> None:
    """July: the archive is somewhere else and nobody has told the config: nothing is mailed a second time."""
    shop.export(7)
    (shop.folder / "out").rename(shop.folder / "arch")
    told, mailed = shop.send("2025-08-04", code=2)
    assert "expected the archive that 'report' has been mailed from, got one that has never mailed it" in told
    assert (mailed, (shop.folder / "out").exists()) == ([], False)
    shop.place = "arch"
    assert to(shop.send("2025-08-04")[1]) == everyone()


def move_to_an_object_store(shop: Shop, place: str) -> None:
    """Move the archive to an object store: the old place says so, and nobody gets July again."""
    told, _ = shop.call("2025-08-05", "archive", "move", place)
    assert f"a run on {shop.where} stops from now on" in told
    assert f"one that has moved to {place}" in shop.send("2025-08-05", code=2)[0]
    shop.place = place
    assert shop.send("2025-08-05")[1] == []


def see_august(shop: Shop) -> None:
    """August: Hull has closed in July, and Lyon's lines are missing without anybody having said so."""
    shop.stores["Hull"]["closed"] = "2025-07"
    shop.configure()
    del shop.named["Hull"]
    shop.amounts["Lyon", "2025-08"] = 0
    shop.export(8)
    _, mailed = shop.send("2025-09-04", code=4)
    assert to(mailed) == everyone("Hull", "Lyon")
    assert "- Lyon 2025-08 nobody has ordered in August 2025" in note(mailed)
    shop.amounts["Lyon", "2025-08"] = 1.0
    shop.export(8)
    assert "lyon@example.org" in to(shop.send("2025-09-05")[1])


def see_september(shop: Shop) -> None:
    """September: York is called York Centre in the lines; the config learns of it a day later."""
    shop.named["York"] = "York Centre"
    shop.export(9)
    _, mailed = shop.send("2025-10-04", code=5)
    assert HEAD in to(mailed)
    assert "expected lines of the store 'York' in the column 'branch', got none" in note(mailed)
    stated = shop.stores.pop("York")
    shop.stores["York Centre"] = {**stated, "report": {"formerly": "York"}}
    shop.configure()
    _, mailed = shop.send("2025-10-05")
    assert {"york@example.org", HEAD} <= set(to(mailed))
    (replaced,) = [message for message in mailed if str(message["To"]) == HEAD]
    assert str(replaced["Subject"]) == "Replaced: Customer segments: York Centre, September 2025"


def see_october(shop: Shop) -> None:
    """October is forgotten; in December it is told, and made."""
    shop.export(11)
    _, mailed = shop.send("2025-12-04", code=7)
    assert to(mailed) == sorted({*everyone("Hull")})
    assert note(mailed).count("2025-10: it was left out; 'reportgen run … --period 2025-10' makes it if") == 4
    late = ("--set", "checks.max_age_days=null")
    _, mailed = shop.send("2025-12-05", "--period", "2025-10", *late)
    assert len(to(mailed)) == 5


def see_the_whole_year(shop: Shop) -> None:
    """All year: the archive is whole, and nobody got the same report twice."""
    assert verify_archive(open_storage(shop.where))[1] == []
    twice = {key: count for key, count in shop.mailed.items() if count > 1 and key[0] != OPERATORS}
    assert twice == {}
    got = {key for key, _ in shop.mailed.items() if not key[1].startswith(("Corrected", "Replaced"))}
    for store in STORES:
        months = [subject for address, subject in got if address == f"{store.lower()}@example.org"]
        assert len(months) == (7 if store == "Hull" else 11)


def test_a_year(shop: Shop, s3_bucket: str) -> None:
    """Late exports, corrections, holds, a dead server, a closed and a renamed store, an archive elsewhere, a lost month."""
    shop.configure()
    see_january(shop)
    see_february(shop)
    see_march(shop)
    see_april(shop)
    see_may(shop)
    see_june(shop)
    see_july(shop)
    move_to_an_object_store(shop, f"{s3_bucket}/{uuid.uuid4().hex}")
    see_august(shop)
    see_september(shop)
    see_october(shop)
    see_the_whole_year(shop)
