"""S3-compatible storage on this machine: moto's server, and rclone to look into it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Storage:
    """A server, with the remote `s3` in the rclone.conf of a home folder."""

    home: Path

    def rclone(self, *words: str) -> bytes:
        """Run rclone with the server as its remote; its output."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home)}
        done = subprocess.run(["rclone", *words], env=environment, capture_output=True, check=True)
        return done.stdout


def can_serve_s3() -> bool:
    """Whether moto's server and rclone are here."""
    return shutil.which("rclone") is not None and find_spec("moto") is not None


@contextmanager
def s3_storage(home: Path, bucket: str) -> Iterator[Storage]:
    """Serve an empty bucket; skip the test without moto's server or rclone."""
    if not can_serve_s3():
        pytest.skip("needs rclone and moto's server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = home / ".config" / "rclone" / "rclone.conf"
    config.parent.mkdir(parents=True)
    config.write_text(
        f"[s3]\ntype = s3\nprovider = Other\nendpoint = http://127.0.0.1:{port}\n"
        "access_key_id = x\nsecret_access_key = x\n"
    )
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    with (
        (home / "moto.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as server,
    ):
        try:
            storage = Storage(home)
            storage.rclone("mkdir", "--retries", "40", "--retries-sleep", "250ms", f"s3:{bucket}")
            yield storage
        finally:
            server.terminate()
