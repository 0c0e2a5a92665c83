"""Run `omni-tui` as a separate process, like a script."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from omni_tui import demo
from omni_tui.demo.server import DemoServer
from tests.commands import fork_server
from tests.commands.fork_server import ForkedProcess

PROGRAM = (sys.executable, "-m", "omni_tui")
# The end of the message about a paused download.
WAITS = "omni-tui download: 1 download is paused; run omni-tui resume once the problem is fixed.\n"
# Rendering is fast, so that tests don't wait for it; the rate limit is never reached.
SPEED, LIMIT = 40.0, 100_000


class Serving(Protocol):
    """A server at an address."""

    @property
    def url(self) -> str: ...


@dataclass(frozen=True)
class Ran:
    """A finished process; `files` is what it left in its folder, by name."""

    status: int
    out: bytes
    err: str
    folder: Path

    @property
    def lines(self) -> list[str]:
        """Return standard output as lines."""
        return self.out.decode().splitlines()

    @property
    def files(self) -> list[str]:
        """Return what is in the folder it ran in."""
        return sorted(path.name for path in self.folder.iterdir())


def start(
    folder: Path, server: Serving, *typed: str, program: Sequence[str] = (), **environment: str
) -> subprocess.Popen[bytes] | ForkedProcess:
    """Start `omni-tui` with these arguments, in a new folder, with its own home; or another `program`."""
    folder.mkdir()
    usual = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder.with_name(f"{folder.name}-home")),
        "OMNI_BASE_URL": server.url,
        "OMNI_API_TOKEN": demo.TOKEN,
    }
    if not program and sys.platform == "linux":
        return fork_server.start(typed, folder, usual | environment)
    return subprocess.Popen(
        [*(program or PROGRAM), *typed],
        cwd=folder,
        env=usual | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[bytes] | ForkedProcess, folder: Path) -> Ran:
    """Wait until it ends."""
    out, err = process.communicate()
    return Ran(process.returncode, out, err.decode(), folder)


def run(folder: Path, server: Serving, *typed: str, program: Sequence[str] = (), **environment: str) -> Ran:
    """Run it to its end."""
    return finish(start(folder, server, *typed, program=program, **environment), folder)


def run_all(
    base: Path, server: DemoServer, cases: Mapping[str, tuple[str, ...]], **environment: str
) -> dict[str, Ran]:
    """Run several concurrently, each in its own folder: they mostly wait."""
    with ThreadPoolExecutor(max_workers=6) as pool:
        running = {
            name: pool.submit(run, base / name, server, "download", *typed, **environment)
            for name, typed in cases.items()
        }
        return {name: future.result() for name, future in running.items()}
