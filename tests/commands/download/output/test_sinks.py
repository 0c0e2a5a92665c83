"""`--output` to something that isn't a regular file: it gets the bytes, and no file is created."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.cli import main
from omni_tui.demo.server import DemoServer
from tests.commands.runs import LIMIT, SPEED, run

EXPORT = ("download", "b17e4f90", "--format", "pdf", "--quiet")


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


def test_a_pipe_gets_the_bytes(server: DemoServer, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.pdf"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    ran = run(tmp_path / "run", server, *EXPORT, "--output", str(pipe))
    assert (ran.status, ran.out, ran.err) == (0, b"", "")
    reader.join(30)
    assert got[0].startswith(b"%PDF-")
    assert [path.name for path in tmp_path.iterdir() if path.suffix] == ["pipe.pdf"]


def test_dev_null_takes_it(server: DemoServer, tmp_path: Path) -> None:
    before = set(os.listdir("/dev"))
    ran = run(tmp_path / "run", server, *EXPORT, "--output", "/dev/null")
    assert (ran.status, ran.out, ran.err) == (0, b"", "")
    assert {name for name in set(os.listdir("/dev")) - before if "null" in name} == set()


def test_what_accepts_no_bytes_is_rejected_before_anything_starts(server: DemoServer, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        ran = run(tmp_path / "run", server, *EXPORT, "--output", str(tmp_path / "socket"))
    assert (ran.status, ran.out) == (2, b"")
    assert "isn't a file, a folder or a pipe" in ran.err


def test_a_closed_standard_output_is_rejected_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout", None)
    assert main([*EXPORT, "--output", "-"]) == 2
    assert "--output -: standard output is closed." in capsys.readouterr().err
