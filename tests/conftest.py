"""What many tests share: the sample and its finished report, real data where there are any, a small shop."""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings

from tests.called import EPOCH, call_command
from tests.databases import PostgreSQL, find_binaries, start_postgresql
from tests.made import CREDENTIALS
from tests.shops import UNTRIED

# Tests are never timed: a busy machine is no failure. REPORTGEN_FUZZ asks for more examples, as for tests/fuzz.
settings.register_profile("untimed", deadline=None, max_examples=int(os.environ.get("REPORTGEN_FUZZ") or 40))
settings.register_profile("mutants", deadline=None, derandomize=True, database=None, max_examples=12)
settings.load_profile("untimed")

os.environ["REPORTGEN_CACHE"] = "off"  # tests leave nothing in the user's folder; those of the cache name their own

ROOT = Path(__file__).parent.parent
QUICK = ("--set", "outputs=[]", "--set", "trust.draws=0")
BY_STORE = ("--set", "stores.by=Store")


_LONGEST = (
    "test_year.py",
    "mail/test_send.py",
    "test_kills.py",
    "report/",
    "runs/",
    "archive/test_verify.py",
    "test_hostile_archive.py",
    "test_faults.py",
    "fuzz/",
)
"""Where the longest tests are; they begin first, lest one core works on the last of them alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; pytest-xdist hands files out in this order (`--no-loadscope-reorder`)."""

    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(ROOT / "tests").as_posix()
        return next((n for n, start in enumerate(_LONGEST) if path.startswith(start)), len(_LONGEST))

    items.sort(key=place)


@dataclass(frozen=True)
class Finished:
    """A run of the real command that ended well."""

    folder: Path
    facts: dict[str, Any]
    stderr: str

    @property
    def html(self) -> str:
        """The HTML report."""
        return (self.folder / "report.html").read_text(encoding="utf-8")

    @property
    def pdf(self) -> Path:
        """The PDF report."""
        return self.folder / "report.pdf"


T = TypeVar("T")
Command = Callable[..., subprocess.CompletedProcess[str]]
Runs = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def command() -> Command:
    """Return a function that runs the real command line in a process of its own."""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        settings = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": EPOCH, **environment}
        words = [
            sys.executable,
            "-W",
            "error",
            "-W",
            "ignore::ResourceWarning",
            "-m",
            "reportgen",
            *map(str, arguments),
        ]
        return subprocess.run(
            words, capture_output=True, text=True, env=settings, check=False, stdin=subprocess.DEVNULL
        )

    return run


@pytest.fixture(scope="session")
def call() -> Command:
    """Return a function that calls the command line in this process, for tests of anything but the start of one."""
    return call_command


def read_finished(done: subprocess.CompletedProcess[str]) -> Finished:
    """Read what a run with --json left."""
    assert done.returncode == 0, done.stderr
    folder = Path(json.loads(done.stdout)["runs"][0]["path"])
    return Finished(folder, json.loads((folder / "facts.json").read_text(encoding="utf-8")), done.stderr)


@pytest.fixture(scope="session")
def finish() -> Callable[..., Finished]:
    """Return a function that runs a config to its end in this process and reads what it left."""

    def run(config: Path, output: Path, *arguments: str | Path) -> Finished:
        return read_finished(call_command("run", config, "--output", output, "--json", *arguments))

    return run


MakeOnce = Callable[[str, Callable[[Path], T]], T]


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> MakeOnce[Any]:
    """Return a function that makes something for all of pytest-xdist's processes, which no test may change.

    ``make_once(name, make)`` calls ``make(folder)`` in the process that comes first, and gives all of them what that
    returned.
    """
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def once(name: str, make: Callable[[Path], T]) -> T:
        folder, made = root / name, root / f"{name}.made"
        with (root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                folder.mkdir()
                made.write_bytes(pickle.dumps(make(folder)))
        found: T = pickle.loads(made.read_bytes())  # noqa: S301 - written by the line above
        return found

    return once


@pytest.fixture(scope="session")
def sample(make_once: MakeOnce[Path]) -> Path:
    """Write the sample once; return its folder. How far segments can be trusted is tried where a test says so alone."""

    def make(folder: Path) -> Path:
        assert call_command("sample", folder).returncode == 0
        config = folder / "sample.yaml"
        config.write_text(f"{config.read_text(encoding='utf-8').rstrip()}\ntrust: {{draws: 0}}\n", encoding="utf-8")
        return folder

    return make_once("sample", make)


@pytest.fixture(scope="session")
def sample_run(command: Command, sample: Path, make_once: MakeOnce[Finished]) -> Finished:
    """Make the sample's report once, in a process of its own."""
    words = ("run", sample / "sample.yaml", "--json", "--set", "trust.draws=20")
    return make_once("sample_run", lambda output: read_finished(command(*words, "--output", output)))


def shared(name: str, variable: str, folder: str) -> Path:
    """Find a file that the project does not hold, or skip with a reason."""
    path = Path(os.environ.get(variable, ROOT.parent / "shared" / folder)) / name
    if not path.exists():
        pytest.skip(f"needs {name}: put it into ../shared/{folder}, or name its folder in {variable}")
    return path


@pytest.fixture(scope="session")
def online_retail() -> Path:
    """Find UCI Online Retail."""
    return shared("online_retail.csv.gz", "REPORTGEN_DATA", "data")


@pytest.fixture(scope="session")
def first_workbook() -> Path:
    """Find the workbook with the first 70,051 lines of it."""
    return shared("online_retail_first70051.xlsx", "REPORTGEN_DATA", "data")


@pytest.fixture(scope="session")
def reference() -> dict[str, Any]:
    """Read the tutorial's figures."""
    path = shared("online_retail_tutorial.json", "REPORTGEN_REFERENCE", "reference")
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures


@pytest.fixture(scope="session")
def stability() -> dict[str, Any]:
    """Read an independent computation of stability and gap statistic."""
    path = shared("stability.json", "REPORTGEN_REFERENCE", "reference")
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures


Shop = Callable[..., Path]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a function that writes a small shop of 60 customers and its config, and returns the config's path."""

    def write(
        options: str = "", *, product: str = "Tea", customer: str = "c{n:03}", heading: str = "order,customer,date"
    ) -> Path:
        lines = [f"{heading},code,name,quantity,price"]
        for n in range(60):
            for order in range(1 + n % 4):
                for item in range(3):
                    who = customer.format(n=n).replace('"', '""')
                    what = (product if item == 0 else f"Item {item}").replace('"', '""')
                    day = 1 + (n * 7 + order * 5) % 28
                    price = (5 + n % 9 * 4) * (item + 1)
                    lines.append(f'{n}-{order},"{who}",2026-01-{day:02} 10:00,P{item},"{what}",{1 + n % 3},{price}.50')
        lines.append('last,"zz",2026-01-31 10:00,P1,Item 1,1,1.00')
        (tmp_path / "lines.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        config = tmp_path / "shop.yaml"
        few = "" if "segments:" in options else "segments: {clusters_from: 2}\n"
        config.write_text(
            "source: {path: lines.csv}\n"
            "columns: {order_id: order, customer_id: customer, ordered_at: date, quantity: quantity,"
            f" unit_price: price, product_id: code, product_name: name}}\n{options.rstrip()}\n{few}{UNTRIED}",
            encoding="utf-8",
        )
        return config

    return write


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Start a PostgreSQL server."""
    pytest.importorskip("adbc_driver_postgresql", reason="needs the extra postgresql")
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("needs a PostgreSQL server (Debian: apt-get install postgresql)")
    with (
        tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder,
        start_postgresql(binaries, Path(folder)) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Start an S3 server; return its address."""
    pytest.importorskip("s3fs", reason="needs the extra s3")
    pytest.importorskip("moto.server", reason="needs moto in server mode")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(__file__).with_name("s3_server.py")
    server = subprocess.Popen([sys.executable, program, str(port)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, "the S3 server ended"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture(scope="session")
def s3_bucket(s3_server: str) -> str:
    """Make a bucket; return its URL. The environment names the server from then on."""
    os.environ.update(CREDENTIALS, AWS_ENDPOINT_URL=s3_server)
    import s3fs

    s3fs.S3FileSystem(use_listings_cache=False).mkdir("reports")
    return "s3://reports"


@pytest.fixture(scope="session")
def runs() -> Runs:
    """Return a function that runs a config to its end in this process and returns what --json tells of each run."""

    def run(config: Path, output: object, *arguments: object, code: int = 0) -> list[dict[str, Any]]:
        done = call_command("run", config, "--output", output, "--json", *arguments)
        assert done.returncode == code, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)["runs"]
        return found

    return run
