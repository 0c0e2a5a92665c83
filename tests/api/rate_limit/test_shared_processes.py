"""Several programs at once, for real: the demo counts, and refuses nobody."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.demo.access import rate_limit
from omni_tui.demo.server import DemoServer

PROJECT = Path(__file__).parents[2]
LIMIT = 12
WINDOW_SECONDS = 3.0


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoServer]:
    """Its minute is short, and it is as strict as with the whole one."""
    monkeypatch.setattr(rate_limit, "WINDOW_SECONDS", WINDOW_SECONDS)
    with DemoServer(speed=1000, limit=LIMIT) as started:
        yield started


def start(folder: Path, server: DemoServer, requests: int) -> subprocess.Popen[str]:
    numbers = [str(requests), str(LIMIT), str(WINDOW_SECONDS)]
    command = [sys.executable, "-m", "tests.api.rate_limit.shared_program", str(folder), server.url, *numbers]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)


def lines_of(program: subprocess.Popen[str]) -> list[str]:
    output, _ = program.communicate(timeout=120)
    assert program.returncode == 0
    return output.splitlines()


def test_several_programs_stay_within_the_limit(tmp_path: Path, server: DemoServer) -> None:
    began = time.monotonic()
    count = 3
    programs = [start(tmp_path, server, 48 // count) for _ in range(count)]
    for program in programs:
        lines = lines_of(program)
        assert lines[-1].strip() == "refused 0"
        assert lines.count("answered") == 48 // count
    assert server.demo.rejected_count == 0
    assert server.requests.total() == 48
    # the window lets the last of them through after three rounds, not sooner
    assert time.monotonic() - began >= 3 * WINDOW_SECONDS


def test_a_killed_program_neither_blocks_nor_overloads_the_others(tmp_path: Path, server: DemoServer) -> None:
    killed, left = start(tmp_path, server, 200), start(tmp_path, server, 24)
    assert killed.stdout is not None
    for _ in range(8):
        assert killed.stdout.readline() == "answered\n"
    killed.kill()
    killed.communicate()
    lines = lines_of(left)
    assert lines[-1].strip() == "refused 0"
    assert lines.count("answered") == 24
    assert server.demo.rejected_count == 0
