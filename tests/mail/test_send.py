"""Archived reports reach their readers: each once, none when broken, through the real command and a real mail server."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from reportgen.archive.identity import read_identity
from reportgen.archive.ledger import has_mailed, read_run_ledgers
from reportgen.archive.open import open_storage
from reportgen.archive.runs import read_manifest, write_manifest
from reportgen.archive.seals import digest, seal
from reportgen.cli.main import main
from reportgen.mail.enclosing import size_as_sent
from reportgen.model.archive import FileSeal
from tests.conftest import ROOT, Command, Finished, Runs
from tests.delivery.test_smtp import FAILURES
from tests.mail_servers import PASSWORD, USER, Authority, FailingServer, Inbox, drip, serve_mail
from tests.render.test_mail import numbers, seen
from tests.shops import write_shop

EPOCH = "1770000000"  # 2 February 2026
ANN, BOB, EVE = "ann@example.org", "bob@example.org", "eve@example.org"


@dataclass
class Desk:
    """A copy of the sample's archive, a config that sends it, and a mail server."""

    folder: Path
    inbox: Inbox
    capsys: pytest.CaptureFixture[str]
    notes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def place(self) -> str:
        """The archive."""
        return str(self.folder / "out")

    def config(self, mail: str = f"to: [{ANN}]", port: int | None = None, **more: str) -> str:
        """Write the config."""
        smtp = f"{{host: localhost, port: {port or self.inbox.port}, security: none, attempts: 1}}"
        text = f"extends: sample.yaml\nmail: {{from: Shop <shop@example.org>, smtp: {smtp}, {mail}}}\n"
        text += "".join(f"{key}: {value}\n" for key, value in more.items())
        path = self.folder / "mail.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def call(self, *words: str) -> int:
        """Call the command line; the first mail of an archive is said to be that."""
        self.capsys.readouterr()
        is_first = words[0] in ("send", "release") and not has_mailed(open_storage(self.place), "sample")
        return main([*words, *(["--new-archive"] if is_first else []), "--output", self.place])

    def send(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Send, and return the exit code and what --json tells of the one report."""
        code = self.call("send", str(self.folder / "mail.yaml"), "--json", *words)
        told = json.loads(self.capsys.readouterr().out)["mail"]
        self.notes = [one for one in told if one["kind"] == "operators"]
        (found,) = [one for one in told if one["kind"] != "operators"]
        return code, found

    def states(self) -> dict[str, str]:
        """Return what the ledger says of each reader."""
        pages = read_run_ledgers(open_storage(self.place), "mail/sample/all")
        return {one.last.address: one.last.state for page in pages.values() for one in page.recipients.values()}


@pytest.fixture
def desk(
    sample: Path,
    sample_run: Finished,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    """Set a desk up."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    shutil.copytree(sample_run.folder.parents[3], tmp_path / "out", symlinks=True)
    shutil.copy(sample / "sample.yaml", tmp_path)
    with serve_mail() as inbox:
        yield Desk(tmp_path, inbox, capsys)


def states_of(told: dict[str, Any]) -> dict[str, str]:
    """Return the state of each reader from what --json tells."""
    return {one["address"]: one["state"] for one in told["recipients"]}


STORES = [f"Store {letter}{number}" for letter in "ABCD" for number in range(10)][:38]


def test_thirty_eight_stores_each_to_its_own(call: Command, tmp_path: Path) -> None:
    """Over one encrypted connection each store's readers get theirs and nobody else's; a rerun sends nothing."""
    authority = Authority.make()
    config = write_shop(tmp_path, STORES, customers=40)
    each = {
        name: {"mail": {"to": [f"to{n}@example.org"], "cc": [f"cc{n}@example.org"], "bcc": [f"bcc{n}@example.org"]}}
        for n, name in enumerate(STORES)
    }
    with serve_mail(starttls=authority.context(), auth=True) as inbox:
        smtp = {
            "host": "localhost",
            "port": inbox.port,
            "user": USER,
            "password_env": "MAIL_TOKEN",
            "ca_file": authority.write(tmp_path / "ca.pem"),
        }
        mail = {
            "from": "Shop <shop@example.org>",
            "to": ["head@example.org"],
            "operators": ["op@example.org"],
            "attach": [],
            "smtp": smtp,
        }
        extra = {"mail": mail, "stores": {"by": "branch", "each": each}, "checks": {"min_segment_customers": None}}
        extra |= {"segments": {"n_clusters": 3}, "outputs": []}  # none of it is attached
        text = config.read_text(encoding="utf-8").split("stores:")[0]
        config.write_text(
            text + "\n".join(f"{key}: {json.dumps(value)}" for key, value in extra.items()), encoding="utf-8"
        )
        words = ("run", config, "--output", tmp_path / "out", "--send", "--json", "--set", "outputs=[]", "--jobs", 1)
        first = call(*words, "--new-archive", MAIL_TOKEN=PASSWORD)
        assert first.returncode == 0, first.stdout + first.stderr
        assert inbox.connections == 1
        sent = inbox.messages
        again = call("send", config, "--output", tmp_path / "out", "--json", MAIL_TOKEN=PASSWORD)
        assert (again.returncode, len(inbox.received)) == (0, len(sent))
    told = json.loads(first.stdout)
    ends = Counter((one["kind"], one["status"]) for one in told["mail"])
    assert ends == {("store", "sent"): 38, ("chain", "sent"): 1, ("operators", "sent"): 1}
    assert Counter(one["status"] for one in json.loads(again.stdout)["mail"]) == {"nothing to send": 39}
    by_subject = {str(message["Subject"]): (message, one) for message, one in zip(sent, inbox.received, strict=True)}
    assert len(by_subject) == len(sent) == 40
    for n, name in enumerate(STORES):
        message, envelope = by_subject[f"Customer segments: {name}, January 2026"]
        assert envelope.rcpt_tos == [f"to{n}@example.org", f"cc{n}@example.org", f"bcc{n}@example.org"]
        assert f"bcc{n}" not in bytes(envelope.content or b"").decode()
        parts = [message.get_body((kind,)) for kind in ("html", "plain")]
        page, plain = (part.get_content() for part in parts if part is not None)
        assert numbers(seen(page)) == numbers(plain)
    assert by_subject["Customer segments: all stores, January 2026"][1].rcpt_tos == ["head@example.org"]
    summary = by_subject["Customer segments: 39 sent"][0].get_content()
    assert all(f"- {name} 2026-01, to 3" in summary for name in STORES)
    assert len({str(message["Message-ID"]) for message in sent}) == 40
    assert call("archive", "verify", "--output", tmp_path / "out").returncode == 0
    find_secret(tmp_path / "out", first, again)


def find_secret(folder: Path, *done: subprocess.CompletedProcess[str]) -> None:
    """Look for the password, plainly and coded, in every file and everything that was printed."""
    plain = f"\0{USER}\0{PASSWORD}".encode()
    marks = [PASSWORD.encode(), *(base64.b64encode(one)[:-2] for one in (PASSWORD.encode(), plain))]
    files = [path for path in folder.rglob("*") if path.is_file()]
    texts = [path.read_bytes() for path in files] + [(one.stdout + one.stderr).encode() for one in done]
    assert len(files) >= 10
    assert not any(mark in text for mark in marks for text in texts)


@pytest.mark.parametrize(
    ("given", "server", "said"),
    [
        ({"MAIL_TOKEN": "wrong-secret-55"}, "auth", "did not accept user 'reports' with the password in MAIL_TOKEN"),
        ({}, "none", "expected the password or token of the mail server, got nothing in MAIL_TOKEN"),
        ({"MAIL_TOKEN": PASSWORD}, "stranger", "is not valid"),
        ({"MAIL_TOKEN": PASSWORD}, "unknown", "no server called 'mail.invalid' is known"),
        ({"MAIL_TOKEN": PASSWORD}, "refusing", "550 5.1.1 no such mailbox"),
    ],
)
def test_one_clear_message(given: dict[str, str], server: str, said: str, desk: Desk, call: Command) -> None:
    """Wrong password, none, a stranger's certificate, an unknown host, a refused reader: told once, code 4 or 2."""
    authority = Authority.make()
    signed = Authority.make() if server == "stranger" else authority
    host = "mail.invalid" if server == "unknown" else "localhost"
    with serve_mail(starttls=signed.context(), auth=True) as inbox:
        inbox.refused.add(ANN)
        smtp = f"{{host: {host}, port: {inbox.port}, user: {USER}, password_env: MAIL_TOKEN, ca_file: ca.pem, attempts: 1}}"
        authority.write(desk.folder / "ca.pem")
        config = desk.folder / "mail.yaml"
        config.write_text(f"extends: sample.yaml\nmail: {{from: a@example.org, to: [{ANN}], smtp: {smtp}}}\n")
        done = call("send", config, "--new-archive", "--output", desk.place, SOURCE_DATE_EPOCH=EPOCH, **given)
        assert inbox.received == []
    assert done.returncode == (2 if server == "none" else 4)
    assert said in done.stdout + done.stderr
    assert (done.stdout + done.stderr).count(said) == 1
    assert "Traceback" not in done.stderr
    assert "wrong-secret-55" not in done.stdout + done.stderr
    find_secret(Path(desk.place), done)


def test_a_message_as_its_reader_gets_it(desk: Desk) -> None:
    """The PDF is attached as the archive has it, links lead to the archive, and the .eml is kept to the byte."""
    desk.config(f"to: [Ann Lee <{ANN}>, {{address: {BOB}, attach: [pdf, html]}}], base_url: 'https://r.example.org/x/'")
    code, told = desk.send()
    assert (code, told["status"], states_of(told)) == (0, "sent", {ANN: "sent", BOB: "sent"})
    folder = Path(told["path"])
    run = f"sample/all/2026-01/{told['run']}"
    by_reader = {
        one.rcpt_tos[0]: message for one, message in zip(desk.inbox.received, desk.inbox.messages, strict=True)
    }
    for reader, kinds in ((ANN, ["pdf"]), (BOB, ["pdf", "html"])):
        message = by_reader[reader]
        assert str(message["To"]) == f"Ann Lee <{ANN}>, {BOB}"
        files = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
        assert files == {f"sample-all-2026-01.{kind}": (folder / f"report.{kind}").read_bytes() for kind in kinds}
        text = message.get_body(("plain",))
        assert text is not None
        assert f"https://r.example.org/x/{run}/report.html" in text.get_content()
        assert "https://r.example.org/x/sample/all/index.html" in text.get_content()
    kept = sorted(path.read_bytes() for path in Path(desk.place, "mail", run).glob("*.eml"))
    assert kept == sorted(bytes(one.content or b"") for one in desk.inbox.received)
    assert desk.call("archive", "verify") == 0
    assert desk.call("archive", "show", run) == 0
    assert f"mail      {ANN}: sent" in desk.capsys.readouterr().out


def test_nobody_gets_it_twice_and_who_is_new_gets_it_once(desk: Desk) -> None:
    """A second call sends nothing; a reader who was added gets the report alone."""
    desk.config()
    assert desk.send()[1]["status"] == "sent"
    code, told = desk.send()
    assert (code, told["status"], states_of(told)) == (0, "nothing to send", {ANN: "already sent"})
    desk.config(f"to: [{ANN.upper()}, {BOB}]")
    code, told = desk.send()
    assert (code, states_of(told)) == (
        0,
        {ANN.upper().replace("EXAMPLE.ORG", "example.org"): "already sent", BOB: "sent"},
    )
    assert [one.rcpt_tos for one in desk.inbox.received] == [[ANN], [BOB]]


@pytest.mark.parametrize(("stage", "answer", "states", "_tries"), [one for one in FAILURES if one[1] is not drip])
def test_the_ledger_after_each_failure(
    stage: str, answer: object, states: tuple[str, ...], _tries: int, desk: Desk
) -> None:
    """Whatever the server does, the ledger says it, and when the server is well again nobody gets two."""
    readers = (ANN, BOB, EVE)
    with FailingServer(**{stage: [answer]}) as server:
        desk.config(f"to: [{', '.join(readers)}]", port=server.port)
        code, told = desk.send("--set", "mail.smtp.timeout_seconds=1")
    wanted = dict(zip(readers, states, strict=True))
    assert (code, told["status"], states_of(told)) == (4, "not sent", wanted)
    assert desk.states() == wanted
    desk.config(f"to: [{', '.join(readers)}]")
    code, told = desk.send()
    got = Counter(to for arrived in server.arrived for to in arrived) + Counter(
        to for one in desk.inbox.received for to in one.rcpt_tos
    )
    assert got == ({} if stage == "data" and "unknown" in states else dict.fromkeys(readers, 1))
    if "unknown" in states:
        assert (code, states_of(told)) == (4, wanted)
    else:
        assert (code, set(states_of(told).values())) == (0, {"sent"})
        assert set(desk.states().values()) == {"sent"}


@pytest.fixture
def unknown(desk: Desk) -> Desk:
    """Set up a desk from which one of two messages may have been delivered."""
    with FailingServer(end=["250 OK", lambda wire: wire.connection.close()]) as server:
        desk.config(f"to: [{ANN}, {{address: {BOB}, attach: []}}]", port=server.port)
        code, told = desk.send()
    assert (code, sorted(states_of(told).values())) == (4, ["sent", "unknown"])
    desk.config(f"to: [{ANN}, {{address: {BOB}, attach: []}}]")
    return desk


def test_what_may_have_been_delivered_waits_for_a_person(unknown: Desk) -> None:
    """It is shown each time, and sent again only when told to; who surely has the report gets nothing."""
    code, told = unknown.send()
    assert (code, len(unknown.inbox.received)) == (4, 0)
    (waiting,) = [address for address, state in states_of(told).items() if state == "unknown"]
    assert unknown.call("send", str(unknown.folder / "mail.yaml")) == 4
    assert f"{waiting}: may have been delivered" in unknown.capsys.readouterr().out
    code, told = unknown.send("--resend")
    assert (code, states_of(told)[waiting]) == (0, "sent")
    assert [one.rcpt_tos for one in unknown.inbox.received] == [[waiting]]
    assert unknown.send("--resend")[0] == 0
    assert len(unknown.inbox.received) == 1


def test_what_has_arrived_is_noted(unknown: Desk) -> None:
    """After a reader has said that it came, nothing is sent and nothing is open."""
    assert unknown.send("--arrived")[0] == 0
    assert unknown.send()[0] == 0
    assert unknown.inbox.received == []
    assert set(unknown.states().values()) == {"sent"}


def test_a_bounced_message_is_sent_to_its_reader_again(desk: Desk) -> None:
    """`--resend --only` sends to one who is noted as having it, as a message of its own, and to nobody else."""
    desk.config(f"to: [{ANN}, {BOB}]")
    desk.send()
    code, told = desk.send("--resend", "--only", BOB)
    assert (code, states_of(told)) == (0, {BOB: "sent"})
    assert [one.rcpt_tos for one in desk.inbox.received] == [[ANN, BOB], [BOB]]
    first, second = (str(message["Message-ID"]) for message in desk.inbox.messages)
    assert first != second
    assert desk.send()[1]["status"] == "nothing to send"


def test_a_corrected_month_says_what_it_replaces(desk: Desk, runs: Runs, sample: Path) -> None:
    """After past lines have changed, readers get a correction with the figures as they were, hung on the first mail."""
    desk.config()
    desk.send()
    lines = (sample / "order_lines.csv").read_text(encoding="utf-8-sig").splitlines()
    kept = [line for n, line in enumerate(lines) if n == 0 or n % 50]
    (desk.folder / "fewer.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    (run,) = runs(sample / "sample.yaml", desk.place, "--source", desk.folder / "fewer.csv")
    code, told = desk.send()
    assert (code, told["run"], states_of(told)) == (0, run["run"], {ANN: "sent"})
    first, second = desk.inbox.messages
    assert str(second["Subject"]) == "Corrected: Customer segments, January 2026"
    assert str(second["In-Reply-To"]) == str(first["Message-ID"])
    text = second.get_body(("plain",))
    assert text is not None
    said = " ".join(text.get_content().split())
    assert "This replaces the report for January 2026 that was sent on 2 February 2026." in said
    assert "Orders: " in said
    assert "before 9,942." in said
    assert desk.send()[1]["status"] == "nothing to send"


def test_a_correction_that_is_taken_back_is_told(desk: Desk, runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the lines are again as they were at first, readers get that report anew, as a correction of the correction."""
    desk.config(f"to: [{ANN}], attach: []")
    config, folder = sample_config(desk), desk.folder
    lines = (config.parent / "order_lines.csv").read_text(encoding="utf-8-sig").splitlines()
    kept = [line for n, line in enumerate(lines) if n == 0 or n % 50]
    (folder / "fewer.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    for n, more in enumerate([(), ("--source", folder / "fewer.csv"), ()]):
        runs(config, desk.place, "--set", "outputs=[]", *more)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(EPOCH) + n * 86_400))
        assert states_of(desk.send()[1]) == {ANN: "sent"}
        assert states_of(desk.send()[1]) == {ANN: "already sent"}
    first, second, third = desk.inbox.messages
    assert [str(one["Subject"]).split(":")[0] for one in (first, second, third)] == [
        "Customer segments, January 2026",
        "Corrected",
        "Corrected",
    ]
    assert str(third["In-Reply-To"]) == str(second["Message-ID"])
    assert len({str(one["Message-ID"]) for one in (first, second, third)}) == 3


def test_a_run_that_says_the_same_is_not_sent_again(desk: Desk, runs: Runs) -> None:
    """A new run of the month that differs in nothing that the mail says leaves the readers in peace."""
    desk.config()
    desk.send()
    words = ("--set", "products.best_sellers=9", *AS_BEFORE)
    (run,) = runs(sample_config(desk), desk.place, *words)
    assert run["status"] == "done"
    code, told = desk.send()
    assert (code, told["run"], states_of(told)) == (0, run["run"], {ANN: "says the same"})
    assert len(desk.inbox.received) == 1


AS_BEFORE = ("--set", "outputs=[]", "--set", "trust.draws=20")
"""What the desk's own run was made with: its sentences are marked by it."""


def sample_config(desk: Desk) -> Path:
    """Return a config whose lines are there."""
    return Path(json.loads(next(Path(desk.place).glob("sample/all/2026-01/*/made.json")).read_text())["config"])


CHECKS = {
    "checks.min_customers=5000": "only 1,730 customers, fewer than 5,000",
    "checks.max_dropped_share=0.01": "of the order lines were dropped, more than 1%",
    "checks.min_segment_customers=400": "has 386 customers, fewer than 400",
    "checks.max_age_days=1": "the report ends on 31 January 2026, 2 days ago, more than 1",
}


@pytest.mark.parametrize("check", CHECKS)
def test_a_broken_report_is_held_noted_and_released(check: str, desk: Desk) -> None:
    """Readers get nothing, operators one note however often it is tried, the archive says held; a release sends it."""
    desk.config(f"to: [{ANN}], operators: [op@example.org]")
    code, told = desk.send("--set", check)
    assert (code, told["status"], told["recipients"]) == (4, "held", [])
    assert CHECKS[check] in told["reasons"][0]
    assert desk.send("--set", check)[0] == 4
    (note,) = desk.inbox.messages
    assert desk.inbox.received[0].rcpt_tos == ["op@example.org"]
    assert CHECKS[check] in " ".join(note.get_content().split())
    assert f"reportgen release {told['run']}" in note.get_content()
    assert desk.call("archive", "list") == 0
    listed = desk.capsys.readouterr().out
    assert " held " in listed
    assert CHECKS[check] in listed
    assert "held: " in Path(desk.place, "sample/all/index.html").read_text(encoding="utf-8")
    assert desk.call("archive", "verify") == 0
    assert desk.call("release", told["run"], "--config", str(desk.folder / "mail.yaml"), "--set", check) == 0
    assert [one.rcpt_tos for one in desk.inbox.received] == [["op@example.org"], [ANN]]
    assert desk.send("--set", check)[1]["status"] == "nothing to send"
    assert "held" not in Path(desk.place, "sample/all/index.html").read_text(encoding="utf-8")
    assert desk.call("release", told["run"], "--config", str(desk.folder / "mail.yaml")) == 2
    assert "expected a report that is held, got one that was released" in desk.capsys.readouterr().err


def test_sales_that_rose_and_a_month_that_is_not_complete(runs: Runs, desk: Desk) -> None:
    """December rises against November by more than allowed; February has only begun: both are held for that."""
    config = sample_config(desk)
    found = runs(config, desk.place, "--period", "2025-12..2026-02", "--set", "outputs=[]")
    assert {one["status"] for one in found} == {"done"}
    desk.config(f"to: [{ANN}], attach: []")
    words = ["--set", "checks.max_sales_rise=0.01", "--set", "checks.max_age_days=100"]
    code, told = desk.send("--period", "2025-12", *words)
    assert (code, told["status"]) == (4, "held")
    assert "the month's sales rose by" in told["reasons"][0]
    code, told = desk.send("--period", "2026-02")
    assert (code, told["status"]) == (4, "held")
    assert "February 2026 is not complete" in told["reasons"][0]


def test_a_hold_ends_with_its_reason(desk: Desk) -> None:
    """When the check no longer speaks against it, the report leaves, and nothing calls it held."""
    desk.config()
    assert desk.send("--set", "checks.min_customers=5000")[1]["status"] == "held"
    code, told = desk.send()
    assert (code, told["status"]) == (0, "sent")
    desk.call("archive", "list")
    assert "held" not in desk.capsys.readouterr().out


def test_a_test_goes_to_one_address_and_counts_for_nothing(desk: Desk) -> None:
    """`--to` sends as often as it is asked, marked as a test, held or not; the readers get theirs afterwards."""
    desk.config(f"to: [{ANN}], operators: [op@example.org]")
    for _ in range(2):
        code, told = desk.send("--to", "Me <me@example.org>", "--set", "checks.min_customers=5000")
        assert (code, states_of(told)) == (0, {"me@example.org": "sent"})
        os.environ["SOURCE_DATE_EPOCH"] = str(int(EPOCH) + 60)
    assert [one.rcpt_tos for one in desk.inbox.received] == [["me@example.org"]] * 2
    message = desk.inbox.messages[0]
    assert str(message["Subject"]).startswith("Test: ")
    assert str(message["To"]) == "Me <me@example.org>"
    assert states_of(desk.send()[1]) == {ANN: "sent"}
    assert desk.call("archive", "verify") == 0


def test_a_dry_run_does_nothing(desk: Desk) -> None:
    """It tells who would get what, without a server, and leaves no trace."""
    desk.config(f"to: [{ANN}]", port=1)
    before = sorted(Path(desk.place).rglob("*"))
    code, told = desk.send("--dry-run")
    assert (code, states_of(told)) == (0, {ANN: "planned"})
    assert told["recipients"][0]["detail"] == "Customer segments, January 2026"
    assert desk.send("--dry-run", "--set", "checks.min_customers=5000")[1]["status"] == "held"
    assert sorted(Path(desk.place).rglob("*")) == before


def test_preview(desk: Desk) -> None:
    """The message and its HTML are written to look at, one for each choice of attachments, without server or sender."""
    assert (
        desk.call(
            "preview", "sample/all/2026-01", "--config", str(sample_config(desk)), "--folder", str(desk.folder / "look")
        )
        == 0
    )
    names = {path.name: path.read_bytes() for path in (desk.folder / "look").iterdir()}
    assert sorted(names) == ["sample-all-2026-01-pdf.eml", "sample-all-2026-01-pdf.html"]
    assert b"data:image/png;base64," in names["sample-all-2026-01-pdf.html"]
    assert b"cid:" not in names["sample-all-2026-01-pdf.html"]
    assert "for nobody: the config names no readers" in desk.capsys.readouterr().out
    config = desk.config(f"to: [{ANN}, {{address: {BOB}, attach: [html]}}, {{address: {EVE}, attach: [pdf]}}]")
    assert desk.call("preview", "sample/all/2026-01", "--config", config, "--folder", str(desk.folder / "two")) == 0
    assert len(list((desk.folder / "two").iterdir())) == 4
    assert f"sample-all-2026-01-pdf.eml  for {ANN}, {EVE}" in desk.capsys.readouterr().out
    assert desk.call("preview", config, "--folder", str(desk.folder / "two")) == 0
    theirs = desk.folder / "look" / "sample-all-2026-01-pdf.html"
    theirs.write_text("mine")
    assert (
        desk.call(
            "preview", "sample/all/2026-01", "--config", str(sample_config(desk)), "--folder", str(desk.folder / "look")
        )
        == 2
    )
    assert "expected no file of this name, or a preview" in desk.capsys.readouterr().err
    assert theirs.read_text() == "mine"
    assert desk.inbox.received == []
    assert not Path(desk.place, "mail").exists()


def said_by(message: Any) -> str:
    """Return the plain text of a message in one line."""
    return " ".join(message.get_body(("plain",)).get_content().split())


def test_what_is_too_large(desk: Desk) -> None:
    """A large PDF is left out, linked where there is a link, and the mail says so; so it is of a message over the limit."""
    desk.config("to: [ann@example.org], max_attachment_mb: 0.01, base_url: 'https://r.example.org'")
    assert desk.send()[1]["status"] == "sent"
    assert list(desk.inbox.messages[0].iter_attachments()) == []
    assert "It opens by its link." in said_by(desk.inbox.messages[0])
    for limit in ("max_attachment_mb: 0.01", "max_message_mb: 0.2"):
        desk.config(f"to: [{limit[4:7].strip('_')}@example.org], {limit}")
        assert desk.send()[1]["status"] == "sent"
        assert list(desk.inbox.messages[-1].iter_attachments()) == []
        text = said_by(desk.inbox.messages[-1])
        assert "Not attached, for it is too large for this e-mail: the report as PDF (" in text
        assert "Answer this e-mail to get it." in text
    desk.config("to: [cob@example.org], max_message_mb: 0.01")
    code, told = desk.send()
    assert (code, "a message of at most 0.01 MB" in told["reasons"][0]) == (4, True)
    assert len(desk.inbox.received) == 3


@pytest.mark.parametrize("size", [0, 1, 2, 3, 56, 57, 58, 100_001])
def test_a_file_is_longer_as_it_is_sent(size: int) -> None:
    """The length within a message is that which the standard library makes of the file."""
    assert size_as_sent(size) == len(base64.encodebytes(bytes(size)).replace(b"\n", b"\r\n"))


def test_a_run_is_named_in_every_way(desk: Desk) -> None:
    """By the digits of its id, by report/store/month, by its folder, or not at all: the newest month is meant."""
    config = desk.config()
    run = next(Path(desk.place, "sample/all/2026-01").glob("[0-9a-f]*")).name
    ways = [[run[:8]], ["sample/all/2026-01"], [f"{desk.place}/sample/all/2026-01/latest"], []]
    for way in ways:
        assert desk.call("send", *way, "--config", config) == 0
    assert len(desk.inbox.received) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["send", "sample/all/2020-01"], 2, "expected the id of a run"),
        (["send", "mail.yaml", "--to", "nobody"], 2, "--to: expected an address"),
        (["send", "mail.yaml", "--to", ""], 2, "--to: expected an address"),
        (["send", "mail.yaml", "--only", "anne@example.org"], 2, "Did you mean 'ann@example.org'?"),
        (["send", "mail.yaml", "--resend", "--arrived"], 2, "not allowed with argument"),
        (["send", "mail.yaml", "--to", "a@b.org", "--resend"], 2, "--to: expected a test"),
        (["send", "sample/all/2026-01", "--store", "Bath"], 2, "a run has one store and one month already"),
        (["send", "mail.yaml", "--set", "mail.smtp.ca_file=none.pem"], 2, "mail.smtp.ca_file: expected a file"),
        (["send", "mail.yaml", "--store", "York"], 2, "--store: expected a store with a report"),
        (["send", "mail.yaml", "--period", "2020-01"], 2, "expected reports of 'sample' for 2020-01, got none"),
        (["send", "none.yaml"], 2, "no such file"),
        (["send", "mail.yaml", "--set", "mail.smtp.host=null"], 2, "mail.smtp.host: expected the mail server"),
        (["send", "mail.yaml", "--set", "mail.from=null", "--set", "mail.to=[]"], 2, "mail.from: expected whom"),
        (["release", "sample/all/2026-01"], 2, "expected a report that is held, got one that is not"),
    ],
)
def test_mistakes_are_told(words: list[str], code: int, said: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, the right exit code, nothing sent."""
    desk.config()
    monkeypatch.chdir(desk.folder)
    assert desk.call(*words, *(["--config", "mail.yaml"] if words[0] == "release" else [])) == code
    told = desk.capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1
    assert desk.inbox.received == []


def test_a_config_that_only_the_archive_names(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A config that an archive names is asked for, unless the archive is signed; one that is gone is asked for too."""
    made = next(Path(desk.place).glob("sample/all/2026-01/[0-9a-f]*/made.json"))
    content = {key: value for key, value in json.loads(made.read_text()).items() if key != "seal"}
    path = f"sample/all/2026-01/{made.parent.name}"
    asked = "--config: expected the config that says who gets mail and how, got nothing; the archive says"
    for words in (["send", path], ["send"], ["preview", path], ["release", path]):
        assert desk.call(*words) == 2
        assert asked in desk.capsys.readouterr().err
    config = desk.config()
    monkeypatch.setenv("REPORTGEN_ARCHIVE_KEY", "0123456789abcdef")
    made.write_bytes(seal({**content, "config": config}, f"{path}/made.json"))
    assert desk.call("send", path) == 2
    assert main(["archive", "sign", "--all", "--output", desk.place]) == 0
    assert desk.call("send", path) == 0
    made.write_bytes(seal({**content, "config": "/nowhere/shop.yaml"}, f"{path}/made.json"))
    assert desk.call("send", path) == 2
    assert "Name the config with --config" in desk.capsys.readouterr().err


def test_nothing_is_made_when_mail_cannot_be_sent(desk: Desk, call: Command) -> None:
    """`run --send` looks for server and secret before it reads a line."""
    desk.config(f"to: [{ANN}]")
    done = call(
        "run", desk.folder / "mail.yaml", "--send", "--output", desk.folder / "new", "--set", "mail.smtp.host=null"
    )
    assert done.returncode == 2
    assert "mail.smtp.host" in done.stderr
    assert not (desk.folder / "new").exists()


def test_resend_leaves_alone_who_has_the_same_already(desk: Desk, runs: Runs) -> None:
    """`--resend` is for what may have been delivered; a new run with the same words is no reason to write again."""
    desk.config()
    desk.send()
    runs(sample_config(desk), desk.place, "--set", "products.best_sellers=9", *AS_BEFORE)
    assert states_of(desk.send("--resend")[1]) == {ANN: "says the same"}
    assert len(desk.inbox.received) == 1


def test_what_may_have_been_delivered_of_an_earlier_run(desk: Desk, runs: Runs) -> None:
    """A new run of the month is not sent to one who may have the same words; other words say what they replace."""
    with FailingServer(end=[lambda wire: wire.connection.close()]) as server:
        desk.config(f"to: [{ANN}], attach: []", port=server.port)
        assert states_of(desk.send()[1]) == {ANN: "unknown"}
    desk.config(f"to: [{ANN}], attach: []")
    runs(sample_config(desk), desk.place, "--set", "products.best_sellers=9", *AS_BEFORE)
    code, told = desk.send()
    assert (code, states_of(told), desk.inbox.received) == (4, {ANN: "unknown"}, [])
    runs(sample_config(desk), desk.place, "--set", "report.title=New", "--set", "outputs=[]")
    assert states_of(desk.send()[1]) == {ANN: "sent"}
    assert "may have reached you on 2 February 2026" in " ".join(
        desk.inbox.messages[0].get_body(("plain",)).get_content().split()
    )
    assert desk.send("--arrived")[0] == 0


def test_a_note_that_could_not_be_sent_is_sent_later(desk: Desk) -> None:
    """Operators listed twice get one; a note that fails is told, ends with code 4, and leaves with the next send."""
    desk.config(f"to: [{ANN}], operators: [op@example.org, OP@example.org]")
    desk.inbox.refused = {"op@example.org", "OP@example.org"}
    assert desk.send("--set", "checks.min_customers=5000")[0] == 4
    assert [one["status"] for one in desk.notes] == ["not sent"]
    assert "no such mailbox" in desk.notes[0]["recipients"][0]["detail"]
    desk.inbox.refused = set()
    assert desk.send()[1]["status"] == "sent"
    assert [one["status"] for one in desk.notes] == ["sent"]
    assert sorted(one.rcpt_tos[0].lower() for one in desk.inbox.received) == [ANN, "op@example.org"]


def test_quiet_is_not_silent(desk: Desk) -> None:
    """With --quiet and with --json what was not sent stands on stderr; with neither it is told once."""
    desk.config()
    for words in (["--quiet"], ["--json"]):
        assert desk.call("send", str(desk.folder / "mail.yaml"), *words, "--set", "checks.min_customers=5000") == 4
        told = desk.capsys.readouterr()
        assert "held: only 1,730 customers" in told.err
        assert ("held" in told.out) == (words == ["--json"])
    assert desk.call("send", str(desk.folder / "mail.yaml"), "--set", "checks.min_customers=5000") == 4
    assert desk.capsys.readouterr().err == ""


def test_a_damaged_file_is_not_sent(desk: Desk) -> None:
    """What is not as it was written is not attached; a run without its facts is told, not a fault of the program."""
    desk.config()
    folder = next(Path(desk.place).glob("sample/all/2026-01/*/report.pdf")).parent
    for name, how in (("report.pdf", b"garbage"), ("facts.json", None)):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(how) if how is not None else (folder / name).unlink()
        code, told = desk.send()
        assert (code, told["status"]) == (4, "not sent")
        assert "a file as it was written" in told["reasons"][0]
        (folder / name).write_bytes(whole)
    assert desk.inbox.received == []
    assert desk.send()[1]["status"] == "sent"


def test_a_run_of_an_older_version_asks_to_be_made_again(desk: Desk) -> None:
    """Facts that lack what the mail says are told as those of another version, with what to do."""
    desk.config()
    storage = open_storage(desk.place)
    (path,) = [one for one in storage.runs() if "/2026-01/" in one]
    facts = json.loads(storage.read(f"{path}/facts.json"))
    del facts["months"]
    content, manifest = json.dumps(facts).encode(), read_manifest(storage, path)
    storage.replace(f"{path}/facts.json", content)
    files = {**manifest.files, "facts.json": FileSeal(digest(content), len(content))}
    storage.replace(f"{path}/manifest.json", write_manifest(replace(manifest, files=files)))
    code, told = desk.send()
    assert (code, told["status"]) == (4, "not sent")
    assert "expected facts of this version" in told["reasons"][0]
    assert "Make the report again with 'reportgen run'" in told["reasons"][0]


def test_a_damaged_ledger_stops_its_own_report_alone(desk: Desk, runs: Runs, call: Command) -> None:
    """Nothing of that month is sent until it is mended; reports are made and others sent all the same, with code 4."""
    desk.config()
    desk.send()
    began = next(Path(desk.place, "mail").rglob("*.began"))
    began.write_bytes(b"{}")
    code, told = desk.send()
    assert (code, told["status"]) == (4, "not sent")
    assert "a mail ledger that is damaged" in told["reasons"][0]
    done = call("run", sample_config(desk), "--output", desk.place, "--set", "outputs=[]", "--set", "products.pairs=3")
    assert done.returncode == 0, done.stderr
    assert desk.call("archive", "verify") == 6


def test_a_hold_that_was_only_seen_is_released(desk: Desk) -> None:
    """What a dry run has shown as held can be released at once, by the config too."""
    config = desk.config()
    words = ("--set", "checks.min_customers=5000")
    assert desk.send("--dry-run", *words)[1]["status"] == "held"
    assert desk.call("release", config, *words) == 0
    assert [one.rcpt_tos for one in desk.inbox.received] == [[ANN]]


def test_of_several_configs_those_without_mail_are_only_made(desk: Desk, call: Command) -> None:
    """In a folder of configs one that says nothing of mail is made and not sent; alone it is a mistake."""
    folder = desk.folder / "configs"
    folder.mkdir()
    write_shop(folder, ["Ulm"], customers=12)
    off = "checks: {min_customers: null, min_segment_customers: null}\n"
    smtp = f"{{host: localhost, port: {desk.inbox.port}, security: none}}"
    mail = f"mail: {{from: a@example.org, to: [{ANN}], attach: [], smtp: {smtp}}}\n{off}"
    for name, more in (("a", ""), ("b", mail)):
        text = (folder / "shop.yaml").read_text(encoding="utf-8").split("stores:")[0]
        (folder / f"{name}.yaml").write_text(f"report: {{id: {name}}}\n{text}{more}", encoding="utf-8")
    (folder / "shop.yaml").unlink()
    words = (
        "run",
        "--send",
        "--new-archive",
        "--output",
        desk.folder / "new",
        "--set",
        "outputs=[]",
        "--jobs",
        1,
        "--quiet",
    )
    done = call(*words, folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert [one.rcpt_tos for one in desk.inbox.received] == [[ANN]]
    assert call(*words, folder / "a.yaml").returncode == 2


def test_pruned_messages_leave_the_ledger(desk: Desk, runs: Runs) -> None:
    """`prune` takes a run's messages with it; nobody gets the report anew when it is made again."""
    desk.config(f"to: [{ANN}], attach: []")
    config = sample_config(desk)
    runs(config, desk.place, "--period", "2025-12", "--set", "outputs=[]")
    words = ["--period", "2025-12", "--set", "checks.max_age_days=null"]
    assert desk.send(*words)[1]["status"] == "sent"
    assert desk.call("archive", "prune", "--keep", "1 month", "--yes") == 0
    assert list(Path(desk.place, "mail").rglob("*.eml")) == []
    assert desk.call("archive", "verify") == 0
    runs(config, desk.place, "--period", "2025-12", "--set", "outputs=[]")
    assert states_of(desk.send(*words)[1]) == {ANN: "already sent"}
    assert len(desk.inbox.received) == 1


def test_two_at_once(desk: Desk) -> None:
    """Of two commands that send the same at the same time, each reader gets one message."""
    config = desk.config(f"to: [{ANN}, {BOB}], cc: [{EVE}]")
    known = f"archive.id={read_identity(open_storage(desk.place))}"
    words = [sys.executable, "-m", "reportgen", "send", config, "--output", desk.place, "--set", known]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": EPOCH}
    both = [subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [one.communicate(timeout=120)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    assert Counter(to for one in desk.inbox.received for to in one.rcpt_tos) == {ANN: 1, BOB: 1, EVE: 1}


def test_an_archive_behind_a_url(desk: Desk, s3_bucket: str) -> None:
    """The ledger works on an object store as it does in a folder."""
    desk.config(f"to: [{ANN}], attach: []")
    place = f"{s3_bucket}/mail-{desk.folder.name}"
    config = sample_config(desk)
    assert main(["run", str(config), "--output", place, "--set", "outputs=[]", "--quiet", "--jobs", "1"]) == 0
    for more in (["--new-archive"], []):
        assert main(["send", str(desk.folder / "mail.yaml"), "--output", place, *more]) == 0
    assert [one.rcpt_tos for one in desk.inbox.received] == [[ANN]]
    assert main(["archive", "verify", "--output", place]) == 0


def test_operators_hear_of_failures_and_readers_of_nothing_else(desk: Desk, runs: Runs, call: Command) -> None:
    """A run of several stores of which one fails and one is too small: one summary, code 5, the others get theirs."""
    each = "each: {Ulm: {mail: {to: [ulm@example.org]}}, Bonn: {cleansing: {leave_out_customers: [c0, c1, c2, c3, c4, c5, c6], max_dropped_share: 0.1}}}"
    config = write_shop(desk.folder, ["Ulm", "Bonn", "Kiel"], customers=12, also=f", {each}")
    with (desk.folder / "lines.csv").open("a", encoding="utf-8") as file:
        file.write("z1,y1,2026-01-09 10:00,P,Tea,1,3.00,Jena\n")
    smtp = f"{{host: localhost, port: {desk.inbox.port}, security: none, attempts: 1}}"
    mail = f"mail: {{from: a@example.org, operators: [op@example.org], attach: [], smtp: {smtp}}}\n"
    off = "checks: {min_customers: null, min_segment_customers: null}\n"
    config.write_text(config.read_text(encoding="utf-8") + mail + off, encoding="utf-8")
    done = call(
        "run", config, "--output", desk.folder / "new", "--set", "outputs=[]", "--send", "--new-archive", "--jobs", 1
    )
    assert done.returncode == 5
    assert [one.rcpt_tos for one in desk.inbox.received] == [["ulm@example.org"], ["op@example.org"]]
    summary = desk.inbox.messages[1]
    assert str(summary["Subject"]) == "Customer segments: 1 sent, 1 failed, 1 too small"
    assert "- Bonn 2026-01" in summary.get_content()
    assert "at most 10% of the lines to be dropped" in " ".join(summary.get_content().split())
    assert "Too small for a report of their own: Jena." in summary.get_content()
    assert "nobody is on its list" in done.stdout


def test_a_killed_send_loses_nothing_and_sends_nothing_twice(tmp_path: Path) -> None:
    """The script that kills sends at random instants ends well."""
    words = [sys.executable, "benchmarks/kill_mail.py", "--kills", "2", "--stores", "2", "--seed", "3"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nobody got two" in done.stdout
