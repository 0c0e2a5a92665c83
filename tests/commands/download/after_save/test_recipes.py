"""The delivery scripts of `omni-tui help recipes`, unchanged, with the real tools."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from omni_tui.help.topic import find_topic
from tests.system.s3_server import s3_storage
from tests.system.ssh_server import ssh_options, ssh_server

__all__ = ["ssh_server"]
CONTENT = b"a,b\r\n1,2\r\n"
RECORD = {"path": "", "rows": 1, "state": "done"}


def script(name: str, folder: Path) -> Path:
    """A script of the topic, ready to run."""
    topic = find_topic("recipes")
    assert topic is not None
    (body,) = re.findall(rf"`{name}`.*?```sh\n(.*?)```", topic.markdown(), re.DOTALL)
    path = folder / name
    path.write_text(body)
    path.chmod(0o755)
    return path


def deliver(name: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script like --then does, for a file whose name has spaces and quotes."""
    file = folder / "Blob's report, 50% (2).csv"
    file.write_bytes(CONTENT)
    line = json.dumps({**RECORD, "path": str(file)})
    words = [str(script(name, folder)), str(file)]
    usual = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(
        words, input=line, env=usual | environment, capture_output=True, text=True, timeout=60, check=False
    )


def needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_slack(tmp_path: Path) -> None:
    needs("curl")
    needs("jq")
    posted: list[Any] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(403 if self.path == "/gone" else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Hook) as server, serving(server):
        url = f"http://127.0.0.1:{server.server_port}"
        sent = deliver("to-slack.sh", tmp_path, SLACK_WEBHOOK_URL=url)
        assert (sent.returncode, sent.stderr) == (0, "")
        assert posted == [{"text": f"Saved {tmp_path}/Blob's report, 50% (2).csv (1 rows)"}]
        assert deliver("to-slack.sh", tmp_path, SLACK_WEBHOOK_URL=f"{url}/gone").returncode != 0


class _Mail(socketserver.StreamRequestHandler):
    """The part of SMTP that is needed to receive a message."""

    messages: ClassVar[list[bytes]] = []

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.messages.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")
            if command == b"QUIT":
                return


def test_email(tmp_path: Path) -> None:
    needs("curl")
    _Mail.messages = []
    with socketserver.TCPServer(("127.0.0.1", 0), _Mail) as server, serving(server):
        url = f"smtp://127.0.0.1:{server.server_address[1]}"
        sent = deliver("to-mail.sh", tmp_path, SMTP_URL=url, MAIL_TO="boss@example.com")
        assert (sent.returncode, sent.stderr) == (0, "")
    import email

    (message,) = map(email.message_from_bytes, _Mail.messages)
    assert message["To"] == "boss@example.com"
    (attached,) = [part for part in message.walk() if part.get_filename()]
    assert attached.get_filename() == "Blob's report, 50% (2).csv"
    assert attached.get_payload(decode=True) == CONTENT
    assert base64.b64encode(CONTENT) in _Mail.messages[0].replace(b"\r\n", b"")


def test_sftp_with_a_real_server(tmp_path: Path, ssh_server: int) -> None:
    target = tmp_path / "there"
    target.mkdir()
    options = f"{ssh_options(tmp_path)} -P {ssh_server}"
    place = f"{os.environ.get('USER', 'root')}@127.0.0.1:{target}/"
    sent = deliver("to-sftp.sh", tmp_path, SCP_OPTIONS=options, SFTP_TARGET=place)
    assert sent.returncode == 0, sent.stderr
    assert [(path.name, path.read_bytes()) for path in target.iterdir()] == [
        ("Blob's report, 50% (2).csv", CONTENT)
    ]


@pytest.mark.slow
def test_s3_compatible_storage(tmp_path: Path) -> None:
    with s3_storage(tmp_path, "bucket") as storage:
        sent = deliver("to-s3.sh", tmp_path, S3_TARGET="s3:bucket/exports")
        assert sent.returncode == 0, sent.stderr
        assert storage.rclone("cat", "s3:bucket/exports/Blob's report, 50% (2).csv") == CONTENT
