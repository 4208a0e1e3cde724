"""Lets each system call that changes the disk fail, or kills the command at it, and checks that nothing is lost.

    python benchmarks/faults.py --step 5
    python benchmarks/faults.py --commands prune,forget --syscalls rename,unlinkat --faults KILL --go-on

strace refuses the N-th call of a kind, for N from 1 until the command ends without having been hit; with KILL the
process ends before that call is made. strace counts the calls of each thread apart.

After each fault: the exit code is one of those in `--help`, there is no traceback, `archive verify` is clean (a
failed run may lack history pages and `latest`, a `forget` cut short may leave a list that the manifest does not
know). Then the same command, undisturbed, ends with 0, `archive verify` is clean, the archive is byte for byte that
of a command that nobody disturbed (`made.json`, which keeps the time, apart), nothing is left in the staging area,
nothing but the marked folder that runs share in the temporary folder, and nothing else has changed. Ends with exit
code 1 at the first thing that is wrong, or with `--go-on` at the end.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reportgen.archive.open import open_storage
from reportgen.archive.seals import KEY_VARIABLE
from reportgen.archive.storage import INDEX, LATEST, STAGING
from reportgen.archive.verify import verify_archive
from reportgen.tempdirs import MARKER

ROOT = Path(__file__).parent.parent
SYSCALLS = (
    *("write", "pwrite64", "fsync", "ftruncate", "copy_file_range", "chmod", "fchmod", "fchmodat"),
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"),
    *("mkdir", "mkdirat", "rmdir", "unlink", "unlinkat"),
)
FAULTS = ("KILL", "ENOSPC", "EIO", "EACCES")
DOCUMENTED = (0, 1, 2, 3, 4, 5, 6, 130)
KILLED = (-9, 137)
HOUR = 3_600
"""Seconds by which what a fault left is made older: what is young may belong to a run that lives."""
_PROBE = re.compile(r"[a-z0-9_]{8}")
"""The file by which Python's own `tempfile` tries whether a folder can be written to."""


@dataclass(frozen=True)
class Action:
    """A command that is disturbed.

    Attributes
    ----------
    base : str
        The archive that it begins with.
    words : tuple of str
        Its arguments.
    environment : dict
        What it needs besides.
    is_whole_before : bool
        Whether `archive verify` is clean before it.
    may_leave : str
        Pattern of the files that `archive verify` may name as extra until the command was repeated.
    """

    base: str
    words: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    is_whole_before: bool = True
    may_leave: str = ""


_RUN = ("run", "shop.yaml", "--output", "archive", "--set", "outputs=[]", "--jobs", "1", "--quiet")
_LISTED = (*_RUN, "--set", "archive.customers=plain")
_ARCHIVE = ("--output", "archive")
ACTIONS = {
    "run": Action("none", _RUN),
    "second": Action("first", (*_LISTED, "--set", "report.title=Second")),
    "repair": Action("damaged", _LISTED, is_whole_before=False),
    "forget": Action("both", ("archive", "forget", "c001", *_ARCHIVE), may_leave=r".*/customers(-\d+)?\.csv"),
    "prune": Action("both", ("archive", "prune", "--keep", "last run of each month", "--yes", *_ARCHIVE)),
    "index": Action("stale", ("archive", "index", *_ARCHIVE)),
    "sign": Action("both", ("archive", "sign", "--all", *_ARCHIVE), {KEY_VARIABLE: "0123456789abcdef" * 4}),
}


class Wrong(Exception):  # noqa: N818 - nothing that is raised to be mended
    """Something is not as it should be."""


class Shop:
    """A small shop in a folder of its own, with archives to begin with, a temporary folder and a home.

    Parameters
    ----------
    folder : Path
        Where; it is empty.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place, self.temporary, self.trace = folder / "archive", folder / "tmp", folder / "trace"
        for name in ("home", "tmp", "bases/none"):
            (folder / name).mkdir(parents=True)
        _write_shop(folder)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("REPORTGEN_", "XDG_", "MPL"))},
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SOURCE_DATE_EPOCH": "1767225600",
            "TMPDIR": str(self.temporary),
            "HOME": str(folder / "home"),
        }

    def prepare(self, names: Sequence[str]) -> None:
        """Make the archives that some actions begin with."""
        wanted = {ACTIONS[name].base for name in names}
        self._do(_RUN)  # libraries write their caches into the home
        if wanted == {"none"}:
            return
        shutil.rmtree(self.place)
        self._do(_LISTED)
        self._keep("first")
        self._keep("damaged")
        for facts in (self.folder / "bases" / "damaged").rglob("facts.json"):
            facts.write_text("{}")
        self._do(ACTIONS["second"].words)
        self._keep("both")
        self._keep("stale")
        for page in (self.folder / "bases" / "first").rglob("index.html"):
            shutil.copy(page, self.folder / "bases" / "stale" / page.relative_to(self.folder / "bases" / "first"))

    def begin(self, action: Action) -> None:
        """Put an action's archive into place, and empty the temporary folder."""
        shutil.rmtree(self.place, ignore_errors=True)
        if action.base != "none":
            shutil.copytree(self.folder / "bases" / action.base, self.place, symlinks=True)
        shutil.rmtree(self.temporary)
        self.temporary.mkdir()

    def call(self, action: Action, *before: str) -> subprocess.CompletedProcess[str]:
        """Run an action's command, with other words before it."""
        words = [*before, sys.executable, "-P", "-m", "reportgen", *action.words]
        environment = {**self.environment, **action.environment}
        return subprocess.run(
            words,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def disturb(self, action: Action, syscall: str, fault: str, number: int) -> tuple[int, str, str]:
        """Run an action's command with a fault; return its exit code, what it said, and the call that was hit."""
        what = "signal=KILL" if fault == "KILL" else f"error={fault}"
        quick = [] if fault == "KILL" else ["--seccomp-bpf"]  # with it, strace 6.1 sends no signal
        strace = ["strace", "-f", "-qq", *quick, "-o", str(self.trace), "-e", f"trace={syscall}"]
        done = self.call(action, *strace, "-e", f"inject={syscall}:{what}:when={number}")
        said = self.trace.read_text(errors="replace") if self.trace.exists() else ""
        self.trace.unlink(missing_ok=True)
        hit = [line.partition(" ")[2].strip() for line in said.splitlines() if "(INJECTED)" in line or "= ?" in line]
        return done.returncode, done.stderr, hit[-1] if hit else ""

    def others(self) -> dict[str, str]:
        """Return all that is neither the archive nor in the temporary folder."""
        left_out = (self.place, self.temporary, self.trace)
        return {
            name: what
            for path in self.folder.iterdir()
            if path not in left_out
            for name, what in _tree(path, self.folder).items()
        }

    def make_older(self) -> None:
        """Let what is in the temporary folder and in the staging area look as if it was written an hour ago."""
        then = time.time() - HOUR
        for folder in (self.temporary, self.place / STAGING):
            for path in (folder, *folder.rglob("*")):
                with contextlib.suppress(FileNotFoundError):
                    os.utime(path, (then, then), follow_symlinks=False)

    def _do(self, words: tuple[str, ...]) -> None:
        done = self.call(Action("", words))
        if done.returncode:
            sys.exit(f"not even undisturbed: {' '.join(words)}: {done.stderr}")

    def _keep(self, name: str) -> None:
        shutil.copytree(self.place, self.folder / "bases" / name, symlinks=True)


def _write_shop(folder: Path) -> None:
    """Write a shop of 60 customers and its config."""
    lines = ["order,customer,date,code,name,quantity,price"]
    for n in range(60):
        for order in range(1 + n % 4):
            day = 1 + (n * 7 + order * 5) % 28
            lines += [
                f"{n}-{order},c{n:03},2026-01-{day:02} 10:00,P{i},Item {i},{1 + n % 3},{(5 + n % 9 * 4) * (i + 1)}.50"
                for i in range(3)
            ]
    lines.append("last,zz,2026-01-31 10:00,P1,Item 1,1,1.00")
    (folder / "lines.csv").write_text("\n".join(lines) + "\n")
    (folder / "shop.yaml").write_text(
        "source: {path: lines.csv}\ncolumns: {order_id: order, customer_id: customer, ordered_at: date,"
        " quantity: quantity, unit_price: price, product_id: code, product_name: name}\n"
    )


def _tree(folder: Path, base: Path) -> dict[str, str]:
    """Return what is at a path and below it: kind, and content."""
    found = {}
    for path in (folder, *sorted(folder.rglob("*"))):
        if path.is_symlink():
            what = f"link to {path.readlink()}"
        elif path.is_file():
            what = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            what = "folder"
        found[str(path.relative_to(base))] = what
    return found


def _snapshot(shop: Shop) -> dict[str, str]:
    """Return what is in the archive, but for what keeps the time."""
    found = _tree(shop.place, shop.place) if shop.place.exists() else {}
    if not any(name.startswith(f"{STAGING}/") for name in found):
        found.pop(STAGING, None)  # the area itself, empty
    return {name: "" if name.endswith("/made.json") else what for name, what in found.items()}


@contextlib.contextmanager
def _key(action: Action) -> Iterator[None]:
    os.environ.update(action.environment)
    try:
        yield
    finally:
        for name in action.environment:
            del os.environ[name]


def _verify(shop: Shop, when: str, may_leave: str = "", *, may_lack_links: bool = False) -> None:
    _, faults = verify_archive(open_storage(str(shop.place)))
    if may_lack_links:
        faults = [one for one in faults if not (one.path.endswith((INDEX, LATEST)) and one.what.startswith("missing"))]
    faults = [one for one in faults if not (re.fullmatch(may_leave, one.path) and one.what.startswith("extra"))]
    if faults:
        raise Wrong(f"{when}, verify: {'; '.join(f'{fault.path}: {fault.what}' for fault in faults)}")


def _left(shop: Shop) -> list[str]:
    """Return what is in the temporary folder that should not be."""
    shared = f"reportgen-{os.getuid()}.tmp"
    known = ("", shared, f"{shared}/{MARKER}")
    found = (path.relative_to(shop.temporary) for path in shop.temporary.rglob("*"))
    return [str(path) for path in found if str(path) not in known and not _PROBE.fullmatch(str(path))]


def _differences(expected: dict[str, str], came: dict[str, str]) -> str:
    names = [name for name in sorted({*expected, *came}) if expected.get(name) != came.get(name)]
    return "; ".join(f"{name}: {came.get(name, 'not there')[:40]}" for name in names[:8])


def check(shop: Shop, action: Action, expected: dict[str, str], case: tuple[str, str, int]) -> bool:
    """Disturb a command once and look at all that must hold; return whether the fault came at all."""
    shop.begin(action)
    before = shop.others()
    code, said, hit = shop.disturb(action, *case)
    if not hit:
        return False
    try:
        _look(shop, action, expected, before, (case[1], code, said))
    except Wrong as error:
        raise Wrong(f"{error} [{hit[:200]}]") from None
    return True


def _look(
    shop: Shop, action: Action, expected: dict[str, str], before: dict[str, str], ended: tuple[str, int, str]
) -> None:
    """Look at what a fault left, repeat the command, and look at what that has left."""
    fault, code, said = ended
    shown = " ".join(said.split())[-300:]
    if code not in DOCUMENTED and not (fault == "KILL" and code in KILLED):
        raise Wrong(f"exit code {code}: {shown}")
    if "Traceback" in said:
        raise Wrong(f"a traceback: {shown}")
    if "a fault of reportgen" in said:
        raise Wrong(f"a failing disk is told as a fault of reportgen: {shown}")
    if shop.others() != before:
        raise Wrong(f"something else has changed: {_differences(before, shop.others())}")
    if action.is_whole_before:
        _verify(shop, f"after exit code {code}", action.may_leave, may_lack_links=code == 1)
    shop.make_older()
    done = shop.call(action)
    if done.returncode:
        raise Wrong(f"the same command again ends with {done.returncode}: {' '.join(done.stderr.split())[-300:]}")
    with _key(action):
        _verify(shop, "after the same command again")
    if _snapshot(shop) != expected:
        raise Wrong(f"after exit code {code} and again, another archive: {_differences(expected, _snapshot(shop))}")
    if _left(shop):
        raise Wrong(f"left in the temporary folder: {', '.join(_left(shop))}")
    if shop.others() != before:
        raise Wrong(f"something else has changed: {_differences(before, shop.others())}")


def _cases(shop: Shop, parsed: argparse.Namespace) -> Iterator[tuple[str, bool, str]]:
    """Give, for each case: what it is, whether the fault came, and what was wrong."""
    for name in parsed.commands:
        action = ACTIONS[name]
        shop.begin(action)
        done = shop.call(action)
        if done.returncode:
            sys.exit(f"not even undisturbed: {name}: {done.stderr}")
        expected = _snapshot(shop)
        for syscall in parsed.syscalls:
            for fault in parsed.faults:
                for number in range(parsed.first, parsed.last + 1, parsed.step):
                    case = f"{name}, {fault} at {syscall} {number}"
                    try:
                        hit = check(shop, action, expected, (syscall, fault, number))
                    except Wrong as error:
                        yield case, True, str(error)
                        continue
                    yield case, hit, ""
                    if not hit:
                        break


def _choice(known: Sequence[str]) -> Callable[[str], list[str]]:
    def split(typed: str) -> list[str]:
        words = typed.split(",")
        unknown = [word for word in words if word not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(known)}")
        return words

    return split


def main() -> None:
    """Disturb as asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--step", type=int, default=1, help="take every n-th call")
    parser.add_argument("--first", type=int, default=1, help="the first call to take")
    parser.add_argument("--last", type=int, default=10_000, help="the last call to take")
    for flag, known in (("--syscalls", SYSCALLS), ("--faults", FAULTS), ("--commands", tuple(ACTIONS))):
        parser.add_argument(flag, type=_choice(known), default=list(known), help="joined by commas")
    parser.add_argument("--go-on", action="store_true", help="tell of all that is wrong, not of the first alone")
    parsed = parser.parse_args()
    hits = wrong = tried = 0
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder).resolve())
        shop.prepare(parsed.commands)
        for case, hit, told in _cases(shop, parsed):
            tried, hits, wrong = tried + 1, hits + hit, wrong + bool(told)
            if told:
                print(f"{case}: {told}", flush=True)
            if told and not parsed.go_on:
                sys.exit(1)
            if tried % 50 == 0:
                print(f"{hits} faults, {wrong} with something wrong", flush=True)
    if wrong or not hits:
        sys.exit(f"{hits} faults, {wrong} with something wrong")
    print(f"{hits} faults: every archive whole, every repeated command ends with the same")


if __name__ == "__main__":
    main()
