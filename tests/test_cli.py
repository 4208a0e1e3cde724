"""The door: what goes in, what comes out, and the exit code, through the real command."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reportgen import cli
from reportgen.errors import ConfigError, DataError, Interrupted, UnexpectedError
from tests.conftest import QUICK, ROOT, Command, Shop

HEAVY = ("pandas", "sklearn", "altair", "duckdb", "weasyprint", "pydantic", "yaml", "jinja2", "rich", "vl_convert")


def test_help_imports_nothing_heavy() -> None:
    """`--help` is quick because no heavy library is imported for it."""
    code = (
        "import sys\nfrom reportgen.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.rstrip().endswith("[]")


def test_help_names_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """Help and the README name every exit code and command."""
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    shown, readme = capsys.readouterr().out, (ROOT / "README.md").read_text(encoding="utf-8")
    for code in (0, 1, 2, 3, 130):
        assert f"\n  {code} " in shown
        assert f"| {code} |" in readme
    for name in ("run", "validate", "show", "schema", "sample"):
        assert f"\n    {name} " in shown
        assert f"reportgen {name}" in readme


def test_each_exit_code_has_its_class() -> None:
    """Each exit code belongs to one class of error."""
    classes = (UnexpectedError, ConfigError, DataError, Interrupted)
    assert [one.exit_code for one in classes] == [1, 2, 3, 130]


@pytest.mark.parametrize(
    "words", [["fly"], ["run"], ["run", "x.yaml", "--fast"], ["run", "x.yaml", "--set", "nonsense"]]
)
def test_a_wrong_command_line_is_one_message(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake on the command line is told in one line with exit code 2."""
    assert cli.main(words) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def _sources(folder: Path) -> dict[str, tuple[bytes | None, str]]:
    head = b"order,customer,date,code,name,quantity,price\n"
    lines = b"".join(b"%d,c%d,2026-01-31 10:00,P,Tea,1,2.50\n" % (n, n) for n in range(4000))
    packed = gzip.compress(os.urandom(20_000).hex().encode() + head + lines)
    words = b"".join(b"%d,c%d,2026-01-31 10:00,P,Tea,some,cheap\n" % (n, n) for n in range(40))
    either = b"".join(b"%d,c,%d/%d/2026,P,Tea,1,1\n" % (n, 1 + n % 12, 1 + n % 5) for n in range(40))
    return {
        "missing": (None, "no such file"),
        "empty": (b"", "an empty file"),
        "header only": (head, "nothing below it"),
        "wrong column": (lines and head.replace(b"customer", b"client") + lines, "a column headed 'customer'"),
        "binary": (bytes(range(256)) * 40, "binary"),
        "truncated gzip": (packed[: len(packed) // 2], "damaged or cut short"),
        "words for numbers": (head + words, "numbers in at least one line"),
        "day or month": (head + either, "source.date_format"),
        "not a workbook": (b"PK\x03\x04" + b"x" * 500, "cannot be read"),
        "not parquet": (b"PAR1" + b"x" * 500, "damaged"),
    }


@pytest.mark.parametrize("fault", _sources(Path()))
def test_a_faulty_source_is_one_message(fault: str, command: Command, shop: Shop, tmp_path: Path) -> None:
    """Each fault of a source is told in one line, with exit code 3 and no folder left behind."""
    content, expected = _sources(tmp_path)[fault]
    source = tmp_path / "faulty"
    if content is not None:
        source.write_bytes(content)
    done = command("run", shop(), "--source", source, "--output", tmp_path / "out")
    assert done.returncode == 3, done.stderr
    assert expected in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert str(source) in done.stderr
    assert not (tmp_path / "out").exists()


def test_unreadable_numbers_are_counted_with_examples(command: Command, shop: Shop, tmp_path: Path) -> None:
    """Single unreadable numbers and dates are fates of their own, counted, with up to three examples."""
    config = shop()
    lines = tmp_path / "lines.csv"
    bad = [f"x{n},c001,2026-01-05,P1,Item 1,{what},2.00" for n, what in enumerate(("few", "many", "some", "tons"))]
    bad.append("y,c001,someday,P1,Item 1,1,2.00")
    lines.write_text(lines.read_text() + "\n".join(bad) + "\n")
    done = command("run", config, "--output", tmp_path / "out", *QUICK)
    assert done.returncode == 0, done.stderr
    counts = json.loads((tmp_path / "out/report/all/2026-01/facts.json").read_text())["lines"]
    assert counts["dropped"] == {"unreadable_date": 1, "unreadable_number": 4}
    assert counts["examples"]["unreadable_date"] == ["someday"]
    assert [text.split("'")[1] for text in counts["examples"]["unreadable_number"]] == ["few", "many", "some"]
    assert "4 dropped" in done.stdout


def test_an_unexpected_fault_is_one_message(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault of the program ends with exit code 1 and one line, without a traceback."""

    def fail(*arguments: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("reportgen.config.load.load_options", fail)
    assert cli.main(["validate", str(shop())]) == 1
    shown = capsys.readouterr().err
    assert "RuntimeError: boom" in shown
    assert len(shown.splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_nothing(number: signal.Signals, sample: Path, tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM end a run with exit code 130, no traceback and no folder."""
    words = [sys.executable, "-m", "reportgen", "run", str(sample / "sample.yaml"), "--output", str(tmp_path / "out")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    time.sleep(2)
    process.send_signal(number)
    _, shown = process.communicate(timeout=60)
    assert process.returncode == 130, shown
    assert "Traceback" not in shown
    assert not (tmp_path / "out").exists()


def test_quiet_prints_nothing(command: Command, shop: Shop, tmp_path: Path) -> None:
    """With --quiet nothing is printed."""
    done = command("run", shop(), "--output", tmp_path / "out", "--quiet", *QUICK)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_end_of_a_run_says_what_was_left(command: Command, shop: Shop, tmp_path: Path) -> None:
    """Without --json the end of a run names lines, files with sizes and the time by stage."""
    done = command("run", shop(), "--output", tmp_path / "out", "--set", "outputs=[html]")
    for words in ("lines read", "kept", "report.html  0.", "facts.json", "s (read "):
        assert words in done.stdout


def test_another_month_can_be_asked_for(command: Command, sample: Path, tmp_path: Path) -> None:
    """`--period` reports another month, and a month without lines says which months there are."""
    done = command("run", sample / "sample.yaml", "--period", "2025-11", "--output", tmp_path, "--json", *QUICK)
    assert json.loads(done.stdout)["runs"][0]["period"] == "2025-11"
    none = command("run", sample / "sample.yaml", "--period", "2031-01", "--output", tmp_path, *QUICK)
    assert none.returncode == 3
    assert "2025-01, 2025-02" in none.stderr


def test_an_unfinished_month_is_called_partial(command: Command, sample: Path, tmp_path: Path) -> None:
    """A month that the data do not cover to its end can be asked for by name and is labelled partial."""
    done = command("run", sample / "sample.yaml", "--period", "2026-02", "--output", tmp_path, "--json", *QUICK)
    facts = json.loads((Path(json.loads(done.stdout)["runs"][0]["path"]) / "facts.json").read_text())
    assert facts["period"]["is_partial"]
    assert facts["period"]["as_of"] == "2026-02-11"
    assert "not complete" in facts["headline"][0]


def test_a_bad_clock_is_told(command: Command, shop: Shop, tmp_path: Path) -> None:
    """A SOURCE_DATE_EPOCH that is no number is a mistake with exit code 2."""
    done = command("run", shop(), "--output", tmp_path / "out", *QUICK, SOURCE_DATE_EPOCH="yesterday")
    assert done.returncode == 2
    assert "SOURCE_DATE_EPOCH" in done.stderr


def test_what_cannot_be_written_is_one_message(command: Command, shop: Shop, tmp_path: Path) -> None:
    """An output that is a file is told in one line with exit code 1, and the file is left as it was."""
    (tmp_path / "out").write_text("mine")
    done = command("run", shop(), "--output", tmp_path / "out", *QUICK)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert (tmp_path / "out").read_text() == "mine"


def test_the_schemas_are_published(command: Command) -> None:
    """The committed schemas are what the command prints."""
    assert command("schema").stdout == (ROOT / "reportgen.schema.json").read_text(encoding="utf-8")
    assert command("schema", "--facts").stdout == (ROOT / "facts.schema.json").read_text(encoding="utf-8")


def test_show_never_resolves_secrets(command: Command, shop: Shop) -> None:
    """A variable that looks like a secret is shown as its name, any other as its value."""
    config = shop("report: {title: 'by ${AUTHOR} with ${SMTP_PASSWORD}'}\n")
    done = command("show", config, AUTHOR="Ann", SMTP_PASSWORD="hunter2")
    assert "by Ann with ${SMTP_PASSWORD}" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr
