"""ctrl+c during a download, progress on a terminal, and readers that close the pipe."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from omni_tui import demo
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.commands.runs import LIMIT, PROGRAM, SPEED, finish, run, start


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


def read_until(process: subprocess.Popen[bytes], words: bytes) -> bytes:
    """Return what it wrote to standard error, up to the line with these words."""
    assert process.stderr is not None
    read = b""
    for line in process.stderr:
        read += line
        if words in line:
            return read
    raise AssertionError(f"never told: {read!r}")


@pytest.mark.parametrize(
    ("signals", "status"),
    [((signal.SIGINT,), 130), ((signal.SIGINT, signal.SIGINT), 130), ((signal.SIGTERM,), 143)],
)
def test_a_signal_while_the_server_renders_ends_it_cleanly(
    signals: tuple[signal.Signals, ...], status: int, server: DemoServer, tmp_path: Path
) -> None:
    """ctrl+c cancels everything; any other signal leaves the downloads to be finished later."""
    folder = tmp_path / "run"
    process = start(folder, server, "download", names.SLOW_ID, "--format", "pdf", "--json", program=PROGRAM)
    read_until(process, b"rendering")
    for number in signals:
        process.send_signal(number)
    ran = finish(process, folder)
    assert (ran.status, ran.files) == (status, [])
    (line,) = map(json.loads, ran.lines)
    is_orphaned = signals == (signal.SIGTERM,)
    assert (line["state"], line["path"]) == ("rendering" if is_orphaned else "cancelled", None)
    left = "omni-tui download: 1 download is unfinished; run omni-tui resume to finish it.\n"
    stopped = "omni-tui download: stopped. Saved files are kept.\n"
    assert ran.err.endswith(left + stopped if is_orphaned else stopped)
    assert is_orphaned == (left in ran.err)
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("output", ["exports/", "-"])
def test_a_signal_while_the_file_is_received_leaves_no_part_of_it(
    output: str, server: DemoServer, tmp_path: Path
) -> None:
    folder, temporary = tmp_path / "run", tmp_path / "temporary"
    temporary.mkdir()
    typed = ("download", names.HUGE_ID, "--format", "csv", "--output", output)
    process = start(folder, server, *typed, program=PROGRAM, TMPDIR=str(temporary))
    read_until(process, b"saving")
    deadline = time.monotonic() + 60
    while not list(tmp_path.rglob("*.part")):
        assert time.monotonic() < deadline, "no part file ever came"
    process.send_signal(signal.SIGINT)
    ran = finish(process, folder)
    assert (ran.status, ran.out) == (130, b"")
    home = tmp_path / "run-home"
    assert [path for path in tmp_path.rglob("*") if path.is_file() and home not in path.parents] == []
    assert list(temporary.iterdir()) == []


def test_a_closed_pipe_is_reported_without_a_traceback(server: DemoServer, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    typed = ("download", "08cd7e36", "--format", "pdf", "--output", "-", "--quiet")
    process = start(folder, server, *typed, program=PROGRAM)
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate()
    assert process.returncode == 1
    assert err.decode() == ("omni-tui download: Standard output didn't accept the whole file: Broken pipe.\n")


def test_on_a_terminal_a_bar_is_painted_and_cleared(server: DemoServer, tmp_path: Path) -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path / "home"),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "OMNI_BASE_URL": server.url,
        "OMNI_API_TOKEN": demo.TOKEN,
    }
    folder = tmp_path / "run"
    folder.mkdir()
    typed = [*PROGRAM[1:], "download", "b17e4f90", names.FAILING_ID, "--format", "pdf"]
    child = pexpect.spawn(
        PROGRAM[0], typed, cwd=str(folder), env=environment, dimensions=(24, 70), timeout=60, encoding="utf-8"
    )
    painted = child.read()
    child.close()
    assert child.exitstatus == 1
    assert "0 of 2 saved · 2 rendering" in painted
    assert "━" in painted
    shown = [line.rsplit("\x1b[2K", 1)[-1] for line in painted.replace("\r\n", "\n").split("\n")]
    assert shown[-1] == ""
    assert f"{folder}/Top Customers.pdf" in shown
    assert any(line.startswith(f"omni-tui download: {names.FAILING_ID}: ") for line in shown)


def test_no_file_is_written_to_a_terminal(server: DemoServer, tmp_path: Path) -> None:
    typed = [*PROGRAM[1:], "download", "b17e4f90", "--format", "csv", "--output", "-"]
    child = pexpect.spawn(PROGRAM[0], typed, cwd=str(tmp_path), timeout=60, encoding="utf-8")
    told = child.read()
    child.close()
    assert child.exitstatus == 2
    assert "standard output is a terminal" in told


def test_a_download_never_loads_the_screens(server: DemoServer, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom omni_tui.cli import main\nstatus = main(sys.argv[1:])\n"
        "heavy = [name for name in ('textual', 'omni_tui.tui') if name in sys.modules]\n"
        "print(status, heavy, file=sys.stderr)"
    )
    folder = tmp_path / "run"
    folder.mkdir()
    environment = {"HOME": str(tmp_path), "OMNI_BASE_URL": server.url, "OMNI_API_TOKEN": demo.TOKEN}
    ran = subprocess.run(
        [sys.executable, "-c", code, "download", "76f3c1b9", "--format", "csv", "--quiet"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.stderr.splitlines()[-1] == "0 []"
    assert [path.name for path in folder.iterdir()] == ["Umsatz nach Ländern.zip"]


def test_the_demo_server_prints_its_address_and_ends_with_ctrl_c(server: DemoServer, tmp_path: Path) -> None:
    folder = tmp_path / "serving"
    serving = start(
        folder, server, "demo-server", "--speed", str(SPEED), program=PROGRAM, PYTHONUNBUFFERED="1"
    )
    assert serving.stdout is not None
    address = ""
    while "http://" not in address:
        address = serving.stdout.readline().decode()
        assert address, "it never told its address"
    url = next(word for word in address.split() if word.startswith("http://")).rstrip(".,;")
    typed = ("download", "15b9e3c8", "--format", "pdf", "--quiet")
    saved = run(tmp_path / "run", server, *typed, OMNI_BASE_URL=url)
    serving.send_signal(signal.SIGINT)
    out, err = serving.communicate(timeout=60)
    assert saved.files == ["Accounts at Risk.pdf"]
    assert serving.returncode in (0, 130)
    assert b"Traceback" not in out + err
