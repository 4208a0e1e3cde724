"""A message goes through a real mail server, Exim, into the mailboxes of its readers."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reportgen.config.mail import SmtpOptions
from reportgen.delivery.message import to_message
from reportgen.delivery.smtp import Outbox, Parcel
from tests.delivery.test_message import make_letter
from tests.delivery.test_smtp import Notes
from tests.mail_servers import parse_strictly

EXIM, USER = "/usr/sbin/exim4", "Debian-exim"
CONFIG = """\
primary_hostname = localhost
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
acl_smtp_rcpt = check_rcpt
acl_smtp_data = check_data
never_users =
keep_environment =
begin acl
check_rcpt:
  deny local_parts = nobody
       message = no such mailbox
  accept
check_data:
  deny condition = ${{if > {{$max_received_linelength}}{{998}}}}
       message = a line is too long
  require verify = header_syntax
  accept
begin routers
all:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  directory = {folder}/box
  maildir_format
  create_directory
  envelope_to_add
  user = {user}
  group = {user}
"""


@pytest.fixture
def exim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """Run Exim on the loopback; give its port and the folder of the mailboxes."""
    if not Path(EXIM).exists() or os.getuid() != 0:
        pytest.skip("needs Exim, and root to run it: apt-get install exim4-daemon-light")
    folder = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    owner = pwd.getpwnam(USER)
    for name in (".", "spool", "log", "box"):
        (folder / name).mkdir(exist_ok=True)
        os.chown(folder / name, owner.pw_uid, owner.pw_gid)
    config = folder.parent / f"{folder.name}.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, user=USER))
    server = subprocess.Popen([EXIM, "-C", str(config), "-bdf"], stderr=subprocess.PIPE)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, server.stderr.read() if server.stderr else ""
            time.sleep(0.05)
        yield port, folder / "box"
    finally:
        server.kill()
        server.communicate()
        config.unlink()
        shutil.rmtree(folder)


def test_exim_delivers_a_message_once_to_each(exim: tuple[int, Path]) -> None:
    """Three readers find it in their boxes as it was sent; one whom Exim does not know is refused; nobody gets two."""
    port, boxes = exim
    content = to_message(make_letter(text="Hello £5\n.dot\n" + "x" * 3000))
    readers = ("ann@example.org", "bob@example.org", "nobody@example.org", "hidden@example.org")
    notes = Notes()
    with Outbox(SmtpOptions(host="127.0.0.1", port=port, security="none")) as outbox:
        outbox.post(Parcel("ops@example.org", readers, content), notes)
    assert [notes.ended[one][0] for one in readers] == ["sent", "sent", "refused", "sent"]
    assert "no such mailbox" in notes.ended["nobody@example.org"][1]
    for _ in range(200):
        files = list(boxes.glob("new/*"))
        if len(files) >= 3:
            break
        time.sleep(0.05)
    got = [parse_strictly(file.read_bytes().replace(b"\n", b"\r\n")) for file in files]
    assert sorted(str(one["Envelope-To"]) for one in got) == [
        "ann@example.org",
        "bob@example.org",
        "hidden@example.org",
    ]
    sent = parse_strictly(content)
    for one in got:
        assert one["Message-ID"] == sent["Message-ID"]
        assert "hidden" not in str(one["To"]) + str(one["Cc"])
        assert [part.get_payload() for part in one.walk() if not part.is_multipart()] == [
            part.get_payload() for part in sent.walk() if not part.is_multipart()
        ]
