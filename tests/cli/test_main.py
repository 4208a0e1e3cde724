"""The command line: what goes in, what comes out, and the exit code, through the real command."""

from __future__ import annotations

import gzip
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from reportgen import __version__
from reportgen.cli import main as cli
from reportgen.errors import ConfigError, DataError, Interrupted, UnexpectedError
from reportgen.resources import shipped_folder
from tests.conftest import QUICK, ROOT, Command, Shop

HEAVY = ("pandas", "sklearn", "altair", "duckdb", "weasyprint", "pydantic", "yaml", "jinja2", "rich", "vl_convert")


def test_help_imports_nothing_heavy() -> None:
    """`--help` is quick because no heavy library is imported for it."""
    code = (
        "import sys\nfrom reportgen.cli.main import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
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
def test_a_faulty_source_is_one_message(fault: str, call: Command, shop: Shop, tmp_path: Path) -> None:
    """Each fault of a source is told in one line, with exit code 3 and no folder left behind."""
    content, expected = _sources(tmp_path)[fault]
    source = tmp_path / "faulty"
    if content is not None:
        source.write_bytes(content)
    done = call("run", shop(), "--source", source, "--output", tmp_path / "out")
    assert done.returncode == 3, done.stderr
    assert expected in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert str(source) in done.stderr
    assert not (tmp_path / "out").exists()


def test_unreadable_numbers_are_counted_with_examples(call: Command, shop: Shop, tmp_path: Path) -> None:
    """Single unreadable numbers and dates are fates of their own, counted, with up to three examples."""
    config = shop()
    lines = tmp_path / "lines.csv"
    bad = [f"x{n},c001,2026-01-05,P1,Item 1,{what},2.00" for n, what in enumerate(("few", "many", "some", "tons"))]
    bad.append("y,c001,someday,P1,Item 1,1,2.00")
    lines.write_text(lines.read_text() + "\n".join(bad) + "\n")
    done = call("run", config, "--output", tmp_path / "out", *QUICK)
    assert done.returncode == 0, done.stderr
    counts = json.loads((tmp_path / "out/report/all/2026-01/latest/facts.json").read_text())["lines"]
    assert counts["dropped"] == {"unreadable_date": 1, "unreadable_number": 4}
    assert counts["examples"]["unreadable_date"] == ["someday"]
    assert [text.split("'")[1] for text in counts["examples"]["unreadable_number"]] == ["few", "many", "some"]
    assert "4 dropped" in done.stdout


def test_an_unexpected_fault_is_one_message(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault of the program ends with exit code 1 and one line, without a traceback."""

    def fail(*arguments: object, **options: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("reportgen.config.stores.load_config", fail)
    assert cli.main(["validate", str(shop())]) == 1
    shown = capsys.readouterr().err
    assert "RuntimeError: boom" in shown
    assert len(shown.splitlines()) == 1


def _read_until(terminal: int, words: bytes | None) -> bytes:
    """Read what is shown on a terminal until the words come, or until it is closed."""
    shown = b""
    while words is None or words not in shown:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, shown
        try:
            more = os.read(terminal, 4096)
        except OSError:  # Linux's way of saying that nobody holds the other end any more
            more = b""
        if not more:
            break
        shown += more
    return shown


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_nothing(number: signal.Signals, shop: Shop, tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM in the middle of a run end it with exit code 130, no traceback and no folder."""
    words = [sys.executable, "-m", "reportgen", "run", str(shop()), "--output", str(tmp_path / "out")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    terminal, theirs = os.openpty()
    process = subprocess.Popen(words, stderr=theirs, stdout=subprocess.PIPE, env=environment)
    os.close(theirs)
    try:
        assert b"finding segments" in _read_until(terminal, b"finding segments")
        process.send_signal(number)
        shown = _read_until(terminal, None).decode()
        printed, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        os.close(terminal)
    assert (process.returncode, printed) == (130, b""), shown
    assert "reportgen: run: expected to go on to the end, got an interruption. What was finished is kept" in shown
    assert "Traceback" not in shown
    assert not (tmp_path / "out").exists()


def test_quiet_prints_nothing(command: Command, shop: Shop, tmp_path: Path) -> None:
    """With --quiet nothing is printed."""
    done = command("run", shop(), "--output", tmp_path / "out", "--quiet", *QUICK)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_end_of_a_run_says_what_was_left(call: Command, shop: Shop, tmp_path: Path) -> None:
    """Without --json the end of a run names lines, files with sizes and the time by stage."""
    done = call("run", shop(), "--output", tmp_path / "out", "--set", "outputs=[html]")
    for words in ("lines in the source", "kept", "report.html  0.", "facts.json", "s (start "):
        assert words in done.stdout


def test_another_month_can_be_asked_for(call: Command, sample: Path, tmp_path: Path) -> None:
    """`--period` reports another month, and a month without lines says which months there are."""
    done = call("run", sample / "sample.yaml", "--period", "2025-11", "--output", tmp_path, "--json", *QUICK)
    assert json.loads(done.stdout)["runs"][0]["period"] == "2025-11"
    none = call("run", sample / "sample.yaml", "--period", "2031-01", "--output", tmp_path, *QUICK)
    assert none.returncode == 3
    assert "The data go from 2025-01 to" in none.stderr


def test_an_unfinished_month_is_called_partial(call: Command, sample: Path, tmp_path: Path) -> None:
    """A month that the data do not cover to its end can be asked for by name and is labelled partial."""
    done = call("run", sample / "sample.yaml", "--period", "2026-02", "--output", tmp_path, "--json", *QUICK)
    facts = json.loads((Path(json.loads(done.stdout)["runs"][0]["path"]) / "facts.json").read_text())
    assert facts["period"]["is_partial"]
    assert facts["period"]["as_of"] == "2026-02-11"
    assert "not complete" in facts["words"]["headline"][0]


def test_a_bad_clock_is_told(call: Command, shop: Shop, tmp_path: Path) -> None:
    """A SOURCE_DATE_EPOCH that is no number is a mistake with exit code 2."""
    done = call("run", shop(), "--output", tmp_path / "out", *QUICK, SOURCE_DATE_EPOCH="yesterday")
    assert done.returncode == 2
    assert "SOURCE_DATE_EPOCH" in done.stderr


def test_what_cannot_be_written_is_one_message(call: Command, shop: Shop, tmp_path: Path) -> None:
    """An output that is a file is told in one line with exit code 1, and the file is left as it was."""
    (tmp_path / "out").write_text("mine")
    done = call("run", shop(), "--output", tmp_path / "out", *QUICK)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert (tmp_path / "out").read_text() == "mine"


def test_the_schemas_are_published(call: Command) -> None:
    """The committed schemas are what the command prints."""
    schemas = shipped_folder("configs") / "schemas"
    assert call("schema").stdout == (schemas / "reportgen.schema.json").read_text(encoding="utf-8")
    assert call("schema", "--facts").stdout == (schemas / "facts.schema.json").read_text(encoding="utf-8")
    assert call("schema", "--chain").stdout == (schemas / "chain.schema.json").read_text(encoding="utf-8")


def test_show_never_resolves_secrets(call: Command, shop: Shop) -> None:
    """A variable that looks like a secret is shown as its name, any other as its value."""
    config = shop("report: {title: 'by ${AUTHOR} with ${SMTP_PASSWORD}'}\n")
    done = call("show", config, AUTHOR="Ann", SMTP_PASSWORD="hunter2")
    assert "by Ann with ${SMTP_PASSWORD}" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints name and version, and ends well."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"reportgen {__version__}\n"


@pytest.mark.parametrize("name", ["run", "validate", "show", "schema", "sample", "archive"])
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command explains itself and ends well."""
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: reportgen {name} ")


def test_validate_imports_nothing_that_counts_or_draws(shop: Shop) -> None:
    """A config is checked without the libraries that a report needs."""
    code = f"import sys\nfrom reportgen.cli.main import main\nassert main(['validate', {str(shop())!r}]) == 0\n"
    code += "print([name for name in ('pandas', 'sklearn', 'altair', 'duckdb', 'weasyprint') if name in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.splitlines()[-1] == "[]"


def test_printing_imports_nothing_that_computes() -> None:
    """The process that prints spares itself the libraries of the one that computes; the latter's start waits for none."""
    code = "import sys\nimport reportgen.runs.execute, reportgen.report.publish, reportgen.render.html\n"
    code += "print([name for name in ('scipy', 'sklearn') if name in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "reportgen: command line: expected flags as in --help, got the following arguments are required: COMMAND"),
        (
            ["run", "c.yaml", "--jsn"],
            "reportgen: command line: expected flags as in --help, got unrecognized arguments: --jsn",
        ),
        (
            ["run", "c.yaml", "--js"],
            "reportgen: command line: expected flags as in --help, got unrecognized arguments: --js",
        ),
        (["run", "--json"], "reportgen run: command line: expected flags as in --help, got the following arguments"),
        (
            ["show", "a.yaml", "b.yaml"],
            "reportgen: command line: expected flags as in --help, got unrecognized arguments: b",
        ),
        (["run", "c.yaml", "--set"], "reportgen run: command line: expected flags as in --help, got argument --set"),
    ],
)
def test_a_mistyped_command_line_says_where_help_is(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong, shortened, missing or superfluous word is told in the house's shape, with nothing on stdout."""
    assert cli.main(words) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(told)
    assert shown.err.endswith("--help'.\n")
    assert shown.out == ""


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_traceback_is_for_those_who_ask(
    debug: str, shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault shows its traceback only with REPORTGEN_DEBUG, and a message of many lines becomes one."""

    def fail(*arguments: object, **options: object) -> None:
        raise KeyError("first\nsecond")

    monkeypatch.setenv("REPORTGEN_DEBUG", debug)
    monkeypatch.setattr("reportgen.config.stores.load_config", fail)
    assert cli.main(["validate", str(shop())]) == 1
    *above, last = capsys.readouterr().err.splitlines()
    assert last.startswith(
        "reportgen: run: expected no fault, got KeyError: 'first\\nsecond'. This is a fault of reportgen"
    )
    assert (above[:1] == ["Traceback (most recent call last):"]) is bool(debug)
    assert bool(above) is bool(debug)


@pytest.mark.parametrize("command_line", [["validate"], ["run"], ["show"]])
def test_a_missing_config_is_one_message(
    command_line: list[str], shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command that reads a config tells a misspelt name with the right one."""
    missing = shop().with_name("shpo.yaml")
    assert cli.main([*command_line, str(missing)]) == 2
    assert capsys.readouterr().err == (
        f"{missing}: config: expected a YAML file, got no such file. Did you mean 'shop.yaml'?\n"
    )


def test_a_wrong_config_stops_no_other(call: Command, shop: Shop, tmp_path: Path) -> None:
    """A mistake in the second config is told, with exit code 5, and the first config's report is made."""
    good = shop()
    bad = tmp_path / "bad.yaml"
    bad.write_text("curency: GBP\n", encoding="utf-8")
    done = call("run", good, bad, "--output", tmp_path / "out", "--json", *QUICK)
    assert done.returncode == 5
    assert done.stderr.startswith(f"{bad}:1:1: curency: ")
    assert [run["status"] for run in json.loads(done.stdout)["runs"]] == ["done", "failed"]


def test_nothing_is_run_while_every_config_is_wrong(call: Command, tmp_path: Path) -> None:
    """Mistakes in all configs are told at once, with exit code 2, and nothing is made."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("curency: GBP\n", encoding="utf-8")
    done = call("run", tmp_path, "--output", tmp_path / "out", "--json", *QUICK)
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split(":")[0] for line in done.stderr.splitlines() if "curency: expected" in line] == [
        str(tmp_path / "one.yaml"),
        str(tmp_path / "two.yaml"),
    ]
    assert not (tmp_path / "out").exists()


def test_json_is_one_object_for_all_configs(command: Command, shop: Shop, tmp_path: Path) -> None:
    """With --json stdout is one object, one run for each config, whose files are where it says, and not a word more."""
    first = shop("report: {id: one}\n")
    second = tmp_path / "second.yaml"
    second.write_text("extends: shop.yaml\nreport: {id: two}\n", encoding="utf-8")
    done = command("run", first, second, "--output", tmp_path / "out", "--json", *QUICK)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert list(told) == ["runs", "seconds"]
    for run, name in zip(told["runs"], ("one", "two"), strict=True):
        assert (run["report"], run["store"], run["period"], run["status"]) == (name, "all", "2026-01", "done")
        folder = Path(run["path"])
        assert folder == tmp_path / "out" / name / "all" / "2026-01" / run["run"]
        beside = {"manifest.json", "made.json"}
        assert {one.name: one.stat().st_size for one in folder.iterdir() if one.name not in beside} == run["files"]
        assert set(run["files"]) == {"facts.json", "model.json", "options.yaml", "playbook.yaml"}


def test_a_source_may_have_any_name(call: Command, shop: Shop, tmp_path: Path) -> None:
    """A file whose name holds quotes, dollars, colons and hashes is read when --source names it."""
    config = shop()
    source = tmp_path / 'it\'s $5: "a" ${B} #1.csv'
    (tmp_path / "lines.csv").rename(source)
    done = call("run", config, "--source", source, "--output", tmp_path / "out", "--json", *QUICK)
    assert done.returncode == 0, done.stderr


def test_a_wrong_period_is_told_as_it_was_typed(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """A month that is none is a mistake of the command line, whatever signs it holds."""
    assert cli.main(["run", str(shop()), "--period", "$x: #'y'"]) == 2
    assert (
        "period: expected 'last', a month such as '2026-05', or months such as '2026-01..2026-05', got '$x: #'y''"
        in capsys.readouterr().err
    )


def test_the_day_on_the_report_can_be_set(call: Command, shop: Shop, tmp_path: Path) -> None:
    """SOURCE_DATE_EPOCH, counted in UTC, is the day that a report says it was made on."""
    done = call("run", shop(), "--output", tmp_path, "--json", *QUICK, SOURCE_DATE_EPOCH="1322697599")
    facts = json.loads((Path(json.loads(done.stdout)["runs"][0]["path"]) / "facts.json").read_text())
    assert facts["made_on"] == "2011-11-30"


@pytest.mark.parametrize("epoch", ["yesterday", "-1", "1.5", "1e9", "²", "٣", "253402300800", "9" * 5000, " 1"])
def test_every_bad_clock_is_told(
    epoch: str, shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no whole number of seconds before the year 10000 is one message with exit code 2."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert cli.main(["run", str(shop())]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("environment: SOURCE_DATE_EPOCH: expected seconds since 1970 as a whole number, got '")
    assert len(shown.splitlines()) == 1


def _print_into(sink: int) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "reportgen", "schema"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(words, stdout=sink, stderr=subprocess.PIPE, text=True, check=False, env=environment)


def test_a_reader_that_goes_away_is_no_fault() -> None:
    """A closed pipe, as behind `head`, ends the command quietly."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = _print_into(writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is always full")
def test_a_full_disk_behind_stdout_is_told() -> None:
    """What could not be printed is a fault with exit code 1, in one line."""
    with Path("/dev/full").open("w") as full:
        done = _print_into(full.fileno())
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_sample_into_a_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that cannot be made is one message with exit code 1."""
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    assert cli.main(["sample", str(tmp_path / "taken")]) == 1
    shown = capsys.readouterr().err
    assert shown.startswith(f"{tmp_path / 'taken'}: sample: expected a folder that can be written to, got ")
    assert len(shown.splitlines()) == 1


def test_an_edited_sample_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A config of the sample that was edited stays, with exit code 2 and the way on."""
    assert cli.main(["sample", str(tmp_path)]) == 0
    (tmp_path / "sample.yaml").write_text("title: Mine\n", encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["sample", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"{tmp_path / 'sample.yaml'}: sample: expected no file of this name, or the sample's own, got another one."
        " Name another folder, or replace what is there with --force.\n"
    )
    assert (tmp_path / "sample.yaml").read_text(encoding="utf-8") == "title: Mine\n"
    assert cli.main(["sample", str(tmp_path), "--force"]) == 0
    assert (tmp_path / "sample.yaml").read_text(encoding="utf-8") != "title: Mine\n"


def test_show_takes_overrides(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown is what a run with the same `--set` would use."""
    assert cli.main(["show", str(shop()), "--set", "segments.n_clusters=2..3"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["segments"]["n_clusters"] == "2..3"


def test_signals_are_given_back(shop: Shop) -> None:
    """Who calls the command line from Python keeps their own way of being stopped."""
    before = signal.getsignal(signal.SIGTERM)
    assert cli.main(["validate", str(shop())]) == 0
    assert signal.getsignal(signal.SIGTERM) is before
