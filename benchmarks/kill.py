"""Kills multi-store runs at random instants and checks that nothing is ever lost, half there, or other than it was.

    python benchmarks/kill.py --kills 200
    python benchmarks/kill.py --kills 20 --place s3://bucket/prefix
    python benchmarks/kill.py --kills 50 --one      # one report, drawn and printed by a process beside
    python benchmarks/kill.py --kills 20 --shards 2     # shares of the stores by two runs at once, each killed
    python benchmarks/kill.py --kills 20 --small    # a small shop instead of the sample

After each kill: `archive verify` is clean, `run --resume` completes, `archive verify` is clean again, and the archive
is byte for byte the one of a run that nobody killed (`made.json`, which keeps the time, apart). Every second kill
spares the worker processes, which must then end by themselves. Order lines are kept in a cache, which is emptied after
every third kill; what is in it is whole. Shares of the stores are resumed at once too, and then a run of all completes
them. Ends with exit code 1 at the first thing that is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from reportgen.archive.open import open_storage
from reportgen.archive.seals import digest
from reportgen.archive.storage import IDENTITY
from reportgen.archive.verify import verify_archive
from reportgen.cachedir import VARIABLE, CacheDir
from tests.chain_shop import write_chain

ROOT = Path(__file__).parent.parent
WORKERS_END_WITHIN = 20.0
"""Seconds in which orphans must be gone; they end at once when the machine is free."""


def command(config: Path, place: str, *more: str, jobs: str = "2", one: bool = False) -> list[str]:
    """Return the command line of a run of all stores and the chain, or of one report."""
    by = "Store" if config.name == "sample.yaml" else "branch"
    wanted = ["--set", "outputs=[html]"] if one else ["--set", f"stores.by={by}", "--set", "outputs=[]"]
    wanted += ["--jobs", jobs]
    return [sys.executable, "-m", "reportgen", "run", str(config), "--output", place, "--quiet", *wanted, *more]


def environment(cache: Path) -> dict[str, str]:
    """Return an environment in which equal runs give equal bytes."""
    stated = {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1767225600", VARIABLE: str(cache)}
    return {**os.environ, **stated}


def check_cache(cache: Path, when: str) -> None:
    """Stop unless every entry of a cache is whole."""
    for key in CacheDir(cache).list_sizes():
        record = json.loads((cache / key / "source.json").read_bytes())
        if digest((cache / key / "lines.parquet").read_bytes()) != record["sha256"]:
            sys.exit(f"{when}: {cache / key} is not whole")


def snapshot(place: str) -> dict[str, str]:
    """Return the digest of every file of an archive that does not keep the time, and what `latest` names."""
    storage = open_storage(place)
    found = {}
    for path in storage.files():
        if path.endswith("/latest"):
            found[path] = storage.pointed(path.removesuffix("/latest")) or ""
        elif not path.endswith(("/made.json", IDENTITY)):
            found[path] = digest(storage.read(path))
    return found


def check(place: str, when: str) -> None:
    """Stop unless the archive is as its manifests say."""
    _, faults = verify_archive(open_storage(place))
    if faults:
        sys.exit(f"{when}: {'; '.join(f'{fault.path}: {fault.what}' for fault in faults)}")


def kill_after(delays: list[float], runs: list[list[str]], cache: Path, *, spare_workers: bool) -> int:
    """Start runs at once and kill each with SIGKILL when its time has come; return how many were still alive."""
    begun = time.monotonic()
    processes = [subprocess.Popen(words, env=environment(cache), start_new_session=True) for words in runs]
    alive = 0
    for delay, process in sorted(zip(delays, processes, strict=True), key=lambda one: one[0]):
        time.sleep(max(0.0, begun + delay - time.monotonic()))
        alive += _kill(process, spare_workers=spare_workers)
    return alive


def try_kills(delays: list[float], runs: list[list[str]], cache: Path, place: str, *, spare_workers: bool) -> int:
    """Kill runs, and stop unless what they left is whole; shares are resumed at once. Return how many were alive."""
    alive = kill_after(delays, runs, cache, spare_workers=spare_workers)
    when = f"kills after {', '.join(f'{one:.2f} s' for one in delays)}"
    check(place, when)
    check_cache(cache, when)
    if len(runs) > 1:
        resume_at_once(runs, cache)
        check(place, f"shares resumed after {when}")
    return alive


def resume_at_once(runs: list[list[str]], cache: Path) -> None:
    """Start runs at once, and stop unless all of them end well."""
    processes = [subprocess.Popen([*words, "--resume"], env=environment(cache)) for words in runs]
    codes = [process.wait() for process in processes]
    if any(codes):
        sys.exit("a share of the stores was not completed")


def _kill(process: subprocess.Popen[bytes], *, spare_workers: bool) -> bool:
    alive = process.poll() is None
    if spare_workers:
        process.kill()
        process.wait()
        deadline = time.monotonic() + WORKERS_END_WITHIN
        while _is_alive(process.pid):
            if time.monotonic() > deadline:
                sys.exit("worker processes outlive the one that started them")
            time.sleep(0.05)
    else:
        if _is_alive(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return alive


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def write_sample(name: str, cache: Path) -> Path:
    """Write the sample, and return its config."""
    config = Path(name) / "sample" / "sample.yaml"
    words = [sys.executable, "-m", "reportgen", "sample", str(config.parent)]
    subprocess.run(words, env=environment(cache), check=True, stdout=subprocess.DEVNULL)
    with config.open("a", encoding="utf-8") as file:
        file.write("\ntrust: {draws: 0}\n")  # computes and writes nothing, and would take half of the time
    return config


def main() -> None:
    """Kill as often as asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shards", type=int, default=1, help="so many runs at once, each of a share of the stores")
    parser.add_argument("--small", action="store_true", help="a small shop instead of the sample")
    parser.add_argument("--one", action="store_true", help="one report instead of all stores")
    parser.add_argument("--place", help="folder or URL to make archives below; default: a temporary folder")
    parsed = parser.parse_args()
    chance = random.Random(parsed.seed)
    shards = [[f"--shard={n}/{parsed.shards}"] if parsed.shards > 1 else [] for n in range(1, parsed.shards + 1)]
    with tempfile.TemporaryDirectory() as name:
        base = (parsed.place or name).rstrip("/")
        cache = Path(name) / "cache"
        config = (
            write_chain(Path(name), ["York", "Bath", "Hull", "Leeds"], 3) if parsed.small else write_sample(name, cache)
        )
        begun = time.monotonic()
        subprocess.run(command(config, f"{base}/whole", one=parsed.one), env=environment(cache), check=True)
        whole = time.monotonic() - begun
        expected, hits = snapshot(f"{base}/whole"), 0
        print(f"one run takes {whole:.1f} s and leaves {len(expected)} files", flush=True)
        for n in range(1, parsed.kills + 1):
            place, seconds = f"{base}/killed-{n}", [chance.uniform(0, whole) for _ in range(parsed.shards)]
            if n % 3 == 0:
                CacheDir(cache).clear()
            runs = [command(config, place, *shard, one=parsed.one) for shard in shards]
            when = f"kill {n} after {', '.join(f'{one:.2f} s' for one in seconds)}"
            hits += try_kills(seconds, runs, cache, place, spare_workers=n % 2 == 0)
            resume = command(config, place, "--resume", jobs="1", one=parsed.one)
            subprocess.run(resume, env=environment(cache), check=True)
            check(place, f"resumed after {when}")
            if snapshot(place) != expected:
                sys.exit(f"{when}: the resumed archive in {place} is another")
            storage = open_storage(place)
            for path in storage.runs():
                storage.remove_run(path)
            if n % 20 == 0:
                print(f"{n} kills, {hits} of a living run: nothing lost", flush=True)
        print(f"{parsed.kills} kills, {hits} of a living run: every archive whole, every resumed one the same")


if __name__ == "__main__":
    main()
