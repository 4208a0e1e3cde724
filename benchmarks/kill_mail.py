"""Kills sends of many stores at random instants and checks that nobody gets two and nobody is forgotten.

    python benchmarks/kill_mail.py --kills 100

After each kill: the ledger verifies clean; a second `send` completes; then every reader has exactly one message, or is
shown as one who may have it (and has at most one). What the server had taken when the kill came is counted too. Ends
with exit code 1 at the first thing that is wrong.
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
from collections import Counter
from pathlib import Path
from typing import Any

from reportgen.archive.identity import read_identity
from reportgen.archive.open import open_storage
from reportgen.archive.verify import verify_archive
from tests.mail_servers import FailingServer
from tests.shops import write_shop

ROOT = Path(__file__).parent.parent


def environment() -> dict[str, str]:
    """Return the environment of all commands: early in February 2026."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1770000000"}


def command(*words: str) -> list[str]:
    """Return a command line."""
    return [sys.executable, "-m", "reportgen", *words]


def prepare(folder: Path, stores: int, port: int) -> Path:
    """Write a shop with many stores, three readers each, and make its reports."""
    names = [f"Store {n}" for n in range(stores)]
    config = write_shop(folder, names, customers=40)
    each = {name: {"mail": {"to": [f"{kind}{n}@example.org" for kind in "abc"]}} for n, name in enumerate(names)}
    smtp = {"host": "127.0.0.1", "port": port, "security": "none", "attempts": 1}
    mail = {"from": "shop@example.org", "attach": [], "smtp": smtp}
    blocks = {
        "stores": {"by": "branch", "chain": False, "each": each},
        "mail": mail,
        "checks": {"min_segment_customers": None},
    }
    head = config.read_text(encoding="utf-8").split("stores:")[0]
    config.write_text(
        head + "\n".join(f"{key}: {json.dumps(block)}" for key, block in blocks.items()), encoding="utf-8"
    )
    made = command(
        "run", str(config), "--output", str(folder / "made"), "--set", "outputs=[]", "--quiet", "--jobs", "2"
    )
    subprocess.run(made, env=environment(), check=True)
    return config


def kill_after(seconds: float, words: list[str]) -> bool:
    """Start a command and kill it with SIGKILL; return whether it was still alive."""
    process = subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL)
    time.sleep(seconds)
    alive = process.poll() is None
    if alive:
        process.send_signal(signal.SIGKILL)
    process.wait()
    return alive


def states(words: list[str]) -> dict[str, str]:
    """Run a send to its end and return what became of each reader."""
    done = subprocess.run([*words, "--json"], env=environment(), capture_output=True, text=True, check=False)
    if done.returncode not in (0, 4):
        sys.exit(f"the send after a kill ends with {done.returncode}: {done.stderr}")
    told: list[dict[str, Any]] = json.loads(done.stdout)["mail"]
    return {one["address"]: one["state"] for run in told for one in run["recipients"]}


def judge(server: FailingServer, told: dict[str, str], readers: set[str], when: str) -> int:
    """Stop unless everybody has one message, or may have one; return how many are shown as the latter."""
    got = Counter(to for arrived in server.arrived for to in arrived)
    twice = [to for to, count in got.items() if count > 1]
    if twice:
        sys.exit(f"{when}: {', '.join(twice)} got two")
    if set(told) != readers:
        sys.exit(f"{when}: forgotten or strange: {', '.join(set(told) ^ readers)}")
    unknown = {to for to, state in told.items() if state == "unknown"}
    lost = readers - unknown - set(got)
    if lost or not set(told.values()) <= {"sent", "already sent", "unknown"}:
        sys.exit(f"{when}: {', '.join(lost)} got none; {Counter(told.values())}")
    return len(unknown)


def main() -> None:
    """Kill as often as asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--stores", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parsed = parser.parse_args()
    chance, hits, shown = random.Random(parsed.seed), 0, 0
    with tempfile.TemporaryDirectory() as name, FailingServer() as server:
        folder = Path(name)
        config = prepare(folder, parsed.stores, server.port)
        server.pause = 0.03  # so that about every second kill meets messages on their way
        readers = {f"{kind}{n}@example.org" for kind in "abc" for n in range(parsed.stores)}
        begun = time.monotonic()
        for n in range(parsed.kills + 1):
            place = folder / f"killed-{n}"
            subprocess.run(["cp", "-a", str(folder / "made"), str(place)], check=True)
            server.arrived.clear()
            known = f"archive.id={read_identity(open_storage(str(place)))}"
            words = command("send", str(config), "--output", str(place), "--set", known)
            if n == 0:
                begun = time.monotonic()
                judge(server, states(words), readers, "without a kill")
                whole = time.monotonic() - begun
                print(f"one send takes {whole:.1f} s and {len(server.arrived)} messages", flush=True)
            else:
                seconds = chance.uniform(0, whole)
                when = f"kill {n} after {seconds:.2f} s"
                hits += kill_after(seconds, words)
                faults = verify_archive(open_storage(str(place)))[1]
                if faults:
                    sys.exit(f"{when}: {'; '.join(f'{fault.path}: {fault.what}' for fault in faults)}")
                shown += judge(server, states(words), readers, when)
                if n % 20 == 0:
                    print(f"{n} kills, {hits} of a living send, {shown} readers shown as unknown", flush=True)
            subprocess.run(["rm", "-rf", str(place)], check=True)
    print(f"{parsed.kills} kills, {hits} of a living send: nobody got two, nobody was forgotten,")
    print(f"{shown} of {parsed.kills * len(readers)} readers were shown as ones who may have the message")


if __name__ == "__main__":
    main()
