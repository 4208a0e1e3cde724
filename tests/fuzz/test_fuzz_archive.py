"""Archives that somebody has changed and sealed anew: no command touches what is outside, or ends with a fault."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, note
from hypothesis import strategies as st

from reportgen.archive.seals import digest, seal
from tests.fuzz.common import fuzzing, new_folder, run_command
from tests.fuzz.tables import QUICK

CODES = (0, 1, 2, 3, 4, 5, 6)
ADDRESS = "ann@example.org"
MAIL = """\
mail:
  from: reports@example.org
  to: ann@example.org
  attach: [html]
  smtp: {host: localhost, port: 1, security: none, attempts: 1, timeout_seconds: 1}
checks: {max_age_days: null, min_customers: null, min_segment_customers: null}
archive: {customers: plain}
"""


def _shop_lines() -> str:
    rows = ["order,customer,date,name,quantity,price"]
    for month, days in ((1, 31), (2, 28)):
        rows += [
            f"{month}-{n},c{n % 40:02},2026-{month:02}-{1 + n % days:02},Item {n % 6},{1 + n % 3},{2 + n % 17}.50"
            for n in range(80)
        ]
    return "\n".join(rows) + "\n2-last,c00,2026-02-28,Tea,1,1.00\n"


@dataclass(frozen=True, slots=True)
class Kept:
    """An archive to copy, and the shop that it was made of."""

    folder: Path
    runs: tuple[str, ...]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Keep two months of a small shop, with a ledger: mail that could not leave."""
    folder = tmp_path_factory.mktemp("fuzzed")
    (folder / "lines.csv").write_text(_shop_lines(), encoding="utf-8")
    columns = "{order_id: order, customer_id: customer, ordered_at: date, product_name: name, quantity: quantity, unit_price: price, product_id: null}"
    text = f"source: {{path: lines.csv}}\ncolumns: {columns}\nperiod: 2026-01..2026-02\nsegments: {{n_clusters: 2}}\nproducts: {{pairs: 0}}\n"
    (folder / "shop.yaml").write_text(text + MAIL + "outputs: [html]\n", encoding="utf-8")
    made = run_command("run", folder / "shop.yaml", "--output", folder / "archive", "--json", "--jobs", "1")
    assert made.code == 0, made.stderr
    runs = tuple(
        f"report/all/2026-{month}/{(folder / f'archive/report/all/2026-{month}/latest').readlink().name}"
        for month in ("01", "02")
    )
    names = [run.rpartition("/")[2] for run in runs]
    config = folder / "shop.yaml"
    run_command("send", "--new-archive", *names, "--config", config, "--output", folder / "archive", "--quiet").check(4)
    assert (folder / "archive" / "mail").is_dir()
    return Kept(folder, runs)


ODD = st.sampled_from((
    *(None, True, False, 0, -1, 1, 2**63, 10**400, 1.5, float("nan"), float("inf"), "", ".", "..", "/", "a/b", "a" * 5_000),
    *("../../../precious", "../../../../precious/a.txt", "/etc/passwd", "\0", "\x1b[2J", "\r\n", "\ud800", "{{ 7 * 7 }}", "<script>x</script>"),
    *("2026-13", "0000-00", "9999-12", "2026-01-32", "report", "latest", ".reportgen", "mail", "s3://b/p", "~", "NaN", "1e999", "%s", "held", "chain"),
    *([], {}, [[]], [None], ["../../../precious"], {"a": {"b": []}}, {"../../../precious/a.txt": {"sha256": "0" * 64, "size": 1}}),
))  # fmt: skip
DEEP: Any = json.loads("[" * 900 + "]" * 900)
VALUES = ODD | st.just(DEEP) | st.text(max_size=5) | st.integers() | st.floats()
FILES = (
    "manifest.json",
    "manifest.json",
    "manifest.json",
    "made.json",
    "model.json",
    "facts.json",
    "options.yaml",
    "ledger",
    "ledger",
    "latest",
)
LINKS = ("../../../../precious", "/", ".", "..", "nowhere", "latest", "../2026-01/latest", "a" * 250, "0" * 16)
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("archive", "list"),
    ("archive", "list", "--all", "--json"),
    ("archive", "show", "report/all/2026-02"),
    ("archive", "show", "RUN"),
    ("archive", "verify"),
    ("archive", "diff", "report/all/2026-01", "RUN"),
    ("archive", "prune", "--keep", "last run of each month", "--yes"),
    ("archive", "prune", "--keep", "1 months", "--yes"),
    ("archive", "reproduce", "RUN"),
    ("archive", "reproduce", "RUN", "--source", "LINES"),
    ("archive", "index"),
    ("archive", "forget", "c01"),
    ("send", "--dry-run"),
    ("send", "RUN", "--dry-run"),
    ("send", "RUN", "--config", "SHOP", "--quiet"),
    ("send", "SHOP", "--quiet"),
    ("preview", "RUN", "--folder", "PREVIEW"),
    ("preview", "RUN", "--config", "SHOP", "--folder", "PREVIEW"),
    ("release", "RUN", "--config", "SHOP", "--quiet"),
    ("run", "SHOP", *QUICK),
    ("run", "SHOP", "--set", "segments.random_state=1", *QUICK),
)  # fmt: skip


def list_paths(value: Any, prefix: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """List the paths of all values within a value, itself left out; of long lists the first two."""
    inner = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*prefix, key)
        yield from list_paths(one, (*prefix, key))


def change(value: Any, path: tuple[str | int, ...], new: Any, how: str) -> Any:
    """Set, remove or add one value within another."""
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    if how == "remove":
        del holder[path[-1]]
    elif how == "add" and isinstance(holder, dict):
        holder[str(new)[:200] if isinstance(new, str) else "other"] = holder[path[-1]]
    else:
        holder[path[-1]] = new
    return value


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what is changed, and the command that follows."""
    return {
        "file": draw(st.sampled_from(FILES)),
        "month": draw(st.integers(0, 1)),
        "place": draw(st.integers(0, 10**6)),
        "value": draw(VALUES),
        "how": draw(st.sampled_from(("set", "set", "set", "set", "remove", "add"))),
        "link": draw(st.sampled_from(LINKS)),
        "is_listed": draw(st.booleans()),
        "command": draw(st.sampled_from(COMMANDS)),
    }


def mutate(archive: Path, run: str, plan: dict[str, Any]) -> None:
    """Change one value in the archive, as somebody does who can seal what is changed."""
    if plan["file"] == "latest":
        link = (archive / run).parent / "latest"
        link.unlink()
        link.symlink_to(plan["link"])
        return
    paths = [archive / run / plan["file"]]
    if plan["file"] == "ledger":
        paths = sorted(path for path in (archive / "mail" / run).iterdir() if path.suffix != ".eml")
    path = paths[plan["place"] % len(paths)]
    is_yaml = path.suffix == ".yaml"
    value = yaml.safe_load(path.read_text(encoding="utf-8")) if is_yaml else json.loads(path.read_bytes())
    is_sealed = isinstance(value, dict) and value.pop("seal", None) is not None
    places = list(list_paths(value))
    where = places[plan["place"] // 7 % len(places)]
    note(f"{path.relative_to(archive)}: {where}")
    value = change(value, where, plan["value"], plan["how"])
    try:
        text = yaml.safe_dump(value, allow_unicode=True) if is_yaml else json.dumps(value)
        content = seal(value, "anywhere") if is_sealed else text.encode("utf-8", "surrogatepass")
    except (UnicodeEncodeError, ValueError, TypeError, RecursionError):  # what cannot be written cannot be there
        return
    path.write_bytes(content)
    if not is_sealed and plan["is_listed"]:
        _list_anew(archive / run, path.name, content)


def _list_anew(run: Path, name: str, content: bytes) -> None:
    manifest = json.loads((run / "manifest.json").read_bytes())
    manifest["files"][name] = {"sha256": digest(content), "size": len(content)}
    del manifest["seal"]
    (run / "manifest.json").write_bytes(seal(manifest, "anywhere"))


def list_tree(folder: Path, leave_out: tuple[str, ...]) -> dict[str, tuple[int, int, str]]:
    """List everything below a folder with sizes, times and digests; folders that may be written to are left out."""
    found = {}
    for place, folders, names in os.walk(folder):
        if Path(place) == folder:
            folders[:] = [name for name in folders if name not in leave_out]
        for name in (*folders, *names):
            path = Path(place) / name
            state = path.lstat()
            is_file = path.is_file() and not path.is_symlink()
            size = state.st_size if is_file else 0
            found[str(path.relative_to(folder))] = (
                size,
                state.st_mtime_ns,
                digest(path.read_bytes()) if is_file else "",
            )
    return found


def run_plan(kept: Kept, plan: dict[str, Any]) -> None:
    """Copy the archive, change it, run the command, and look at everything beside it."""
    with new_folder() as folder, pytest.MonkeyPatch.context() as patch:
        shutil.copytree(kept.folder, folder, symlinks=True, dirs_exist_ok=True)
        precious, archive = folder / "precious", folder / "archive"
        (precious / "inner").mkdir(parents=True)
        for name in ("a.txt", "inner/b.txt", "manifest.json", "report.html"):
            (precious / name).write_text("precious", encoding="utf-8")
        (folder / "temporary").mkdir()
        patch.setattr("tempfile.tempdir", str(folder / "temporary"))
        patch.setenv("TMPDIR", str(folder / "temporary"))
        patch.chdir(folder)
        run = kept.runs[plan["month"]]
        mutate(archive, run, plan)
        words = {"RUN": run.rpartition("/")[2], "SHOP": str(folder / "shop.yaml"), "PREVIEW": str(folder / "preview")}
        words["LINES"] = str(folder / "lines.csv")
        may_change = ("archive", "preview", "temporary")
        before = list_tree(folder, may_change)
        ended = run_command(*(words.get(word, word) for word in plan["command"]), "--output", archive)
        after = list_tree(folder, may_change)
        note(f"{ended.code}: {ended.stderr[:1_000]}")
        assert after == before
        ended.check(*CODES)
        assert "\x1b" not in ended.stderr + ended.stdout
        assert not list((folder / "temporary").glob("reportgen-*/[!.]*"))


@fuzzing(10)
@given(plan=plans())
def test_a_changed_archive(kept: Kept, plan: dict[str, Any]) -> None:
    """One value of a manifest, a model, facts, options, the ledger or `latest` is another: only the archive changes."""
    run_plan(kept, plan)
