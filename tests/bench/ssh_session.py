"""A whole session over a poor connection: what it costs, and how soon each key gets a response.

    python -m tests.bench.ssh_session TOOLS [--rtt 200] [--kbit 256] [--size 120x40]

TOOLS is a folder with `sshd_here` (a real SSH server on loopback) and `slowlink.py` (a slow link in between).
Start, search, open the form, export, quit: by keys, one after the other, each pressed when the response to
the previous one was complete. A response counts as soon as something of it is visible at this end; when all
of it has arrived is printed next to it. Without an SSH server, it says so and exits with 0.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.many import account, many_dashboards, no_settings_of_this_machine, read_all
from tests.bench.parts.terminals import PROGRAM, Answer, Terminal, in_home, running

DASHBOARDS = 2_000
MAX_KILOBYTES = 120
# Beyond one round trip.
MAX_WAIT_SECONDS = 0.1
KEY_NAMES = {" ": "space"}


@dataclass(frozen=True)
class Line:
    """A line: its round-trip time in milliseconds, and its kilobits per second each way."""

    rtt: float
    kbit: float


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def ssh_server(tools: Path, folder: Path) -> Iterator[list[str]]:
    """Run a server; return the command that connects to it, without its port."""
    port = free_port()
    environment = {**os.environ, "SSHD_HERE": str(folder / "sshd")}
    script = str(tools / "sshd_here")
    told = subprocess.run(
        ["bash", script, "start", str(port)], env=environment, capture_output=True, text=True, check=True
    )
    try:
        yield shlex.split(told.stdout.strip().splitlines()[-1])
    finally:
        subprocess.run(["bash", script, "stop"], env=environment, check=False)


class Link:
    """The slow link, and how much was sent over it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self._process = process
        self.port = port

    def end(self) -> tuple[int, int]:
        """Close it; return how many bytes were sent up and down."""
        self._process.send_signal(signal.SIGINT)
        told, _ = self._process.communicate(timeout=10)
        numbers = dict(re.findall(r"(up|down)\D*(\d+)", told))
        return int(numbers["up"]), int(numbers["down"])


@contextmanager
def slow_link(tools: Path, to_port: int, line: Line) -> Iterator[Link]:
    """Start a slow link to that port."""
    port = free_port()
    options = ["--listen", str(port), "--to", f"127.0.0.1:{to_port}", "--rtt", str(line.rtt)]
    command = [sys.executable, str(tools / "slowlink.py"), *options, "--kbit", str(line.kbit)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            wait_for_listener(port)
            yield Link(process, port)
        finally:
            if process.poll() is None:
                process.kill()


def wait_for_listener(port: int) -> None:
    """Wait until something listens there."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on {port}")


def remote_command(ssh: Sequence[str], port: int, environment: dict[str, str], folder: Path) -> list[str]:
    """Return the command that runs the program at the other end, by ssh through that port."""
    words = list(ssh)
    words[words.index("-p") + 1] = str(port)
    there = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())
    there = f'SSH_CONNECTION="$SSH_CONNECTION" {there}'
    return [*words, f"cd {shlex.quote(str(folder))} && env -i {there} {shlex.join(PROGRAM)}"]


class Session:
    """The keys of a session, and the response to each."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.answers: list[tuple[str, Answer]] = []

    def press(self, keys: Sequence[str]) -> None:
        """Press keys, each when the response to the previous one is complete."""
        for key in keys:
            answer = self._terminal.press(key, silence=0.6)
            self.answers.append((key, answer))

    def wait_for(self, text: bytes, since: int = 0) -> None:
        """Wait until the screen shows it."""
        self._terminal.wait_for(text, since=since)
        self._terminal.be_quiet(0.6)


def run_session(terminal: Terminal, session: Session) -> None:
    """Start, search, open, export, quit."""
    session.wait_for(b"Blob Web Traffic")
    session.press(["/", *"blob web", "enter"])
    session.wait_for(b"Orientation")
    before = len(terminal.written)
    session.press(["F5"])
    session.wait_for(b"aved", since=before)
    session.press(["escape"])
    terminal.press_only("ctrl+q")
    terminal.wait_for_end()


def main() -> None:
    """Run the session and print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tools", type=Path)
    parser.add_argument("--rtt", type=float, default=200.0)
    parser.add_argument("--kbit", type=float, default=256.0)
    parser.add_argument("--size", default="120x40", help="columns x rows")
    arguments = parser.parse_args()
    columns, rows = (int(number) for number in arguments.size.split("x"))
    if not (shutil.which("sshd") or Path("/usr/sbin/sshd").exists()) or not shutil.which("ssh"):
        print("There is no SSH server here: nothing was measured.")
        return
    no_settings_of_this_machine()
    line = Line(arguments.rtt, arguments.kbit)
    with (
        tempfile.TemporaryDirectory() as name,
        many_dashboards(DASHBOARDS) as server,
        ssh_server(arguments.tools, Path(name)) as ssh,
        slow_link(arguments.tools, int(ssh[ssh.index("-p") + 1]), line) as link,
    ):
        folder = Path(name)
        home, work = folder / "home", folder / "work"
        work.mkdir()
        read_all(server, home)
        there = {**account(server, home), "LANG": "C.UTF-8"}
        command = remote_command(ssh, link.port, there, work)
        began = time.monotonic()
        with running(command, in_home(folder / "here"), size=(columns, rows)) as terminal:
            session = Session(terminal)
            run_session(terminal, session)
            seconds = time.monotonic() - began
        up, down = link.end()
        saved = ", ".join(file.name for file in work.iterdir())
        report(session, line, up, down, seconds, saved)


def report(session: Session, line: Line, up: int, down: int, seconds: float, saved: str) -> None:
    """Print the report; return 1 if a limit was exceeded."""
    most = line.rtt / 1000 + MAX_WAIT_SECONDS
    late = [key for key, answer in session.answers if answer.first_seconds > most]
    print(f"{line.rtt:.0f} ms there and back, {line.kbit:.0f} kbit/s: start, search, open, export, quit")
    print(f"down {down / 1000:.1f} kB (at most {MAX_KILOBYTES}), up {up / 1000:.1f} kB, {seconds:.1f} s")
    print(f"saved: {saved}")
    print("key         first seen   all there   bytes")
    for key, answer in session.answers:
        first, whole = 1000 * answer.first_seconds, 1000 * answer.seconds
        print(f"{KEY_NAMES.get(key, key):10} {first:8.0f} ms {whole:8.0f} ms {answer.count:7,}")
    print(f"later than a round trip and {MAX_WAIT_SECONDS * 1000:.0f} ms: {', '.join(late) or 'none'}")
    sys.exit(1 if late or down > MAX_KILOBYTES * 1000 or not saved else 0)


if __name__ == "__main__":
    main()
