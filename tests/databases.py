"""A real PostgreSQL server for the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

PASSWORD = "s3cr3t/?@word"  # noqa: S105 - of a server that lives for the tests alone
"""The password of the role `reader`: with signs that an address must write in another way."""
_WRITTEN = "s3cr3t%2F%3F%40word"


@dataclass(frozen=True)
class PostgreSQL:
    """A running server: `reader` may read, over TCP and with a password; the owner comes by a socket of its folder."""

    binaries: Path
    folder: Path
    port: int

    def address(self, *, user: str = "reader", password: str = _WRITTEN, database: str = "shop", also: str = "") -> str:
        """Return the address of a database for a role."""
        return f"postgresql://{user}:{password}@localhost:{self.port}/{database}{also}"

    def run(self, sql: str, *, database: str = "shop", stdin: str | None = None) -> str:
        """Run SQL as the owner."""
        words = [
            str(self.binaries / "psql"),
            "-h",
            str(self.folder),
            "-p",
            str(self.port),
            "-U",
            "owner",
            "-d",
            database,
        ]
        words += ["-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]
        done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def load(self, table: str, path: Path, columns: str) -> None:
        """Make a table of a CSV file with a heading line; `reader` may read it."""
        self.run(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} ({columns}); GRANT SELECT ON {table} TO reader")
        self.run(f"COPY {table} FROM STDIN (FORMAT csv, HEADER)", stdin=path.read_text(encoding="utf-8"))


def find_binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs; None where there is no server."""
    on_path = shutil.which("initdb")
    found = [
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
        *([Path(on_path).parent] if on_path else []),
    ]
    return next((path for path in found if (path / "initdb").is_file()), None)


@contextmanager
def start_postgresql(binaries: Path, folder: Path) -> Iterator[PostgreSQL]:
    """Start a server in a folder, with TLS and a database `shop`, until the block ends."""
    owner: dict[str, object] = {}
    if os.geteuid() == 0:  # which the server refuses to be
        owner = {"user": "postgres"}
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = PostgreSQL(binaries, folder, port)
    data = folder / "data"

    def run(program: str, *words: str) -> None:
        done = subprocess.run(
            [str(binaries / program), *words], cwd=folder, capture_output=True, text=True, check=False, **owner
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run("initdb", "-D", str(data), "-U", "owner", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    issued = authority.issue_cert("localhost")
    key, certificate = data / "server.key", data / "server.crt"
    key.write_bytes(issued.private_key_pem.bytes())
    certificate.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    key.chmod(0o600)
    if owner:
        for path in (key, certificate):
            shutil.chown(path, "postgres")
    (data / "pg_hba.conf").write_text(
        "local all owner trust\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\n"
    )
    settings = (
        f"-p {server.port} -c listen_addresses=localhost -c unix_socket_directories={folder} -c ssl=on -c fsync=off"
    )
    run("pg_ctl", "-D", str(data), "-o", settings, "-w", "-l", str(folder / "log"), "start")
    try:
        server.run("CREATE DATABASE shop", database="postgres")
        server.run(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'; CREATE ROLE stranger LOGIN PASSWORD 'unknown'")
        yield server
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
