"""Starts `omni-tui` commands as processes of their own, without importing the program anew for each.

A server process imports the program once and forks for each command: most of a short command's processor time
is its imports. What a command does at its start and end, its signals, pipes and exit code are as with
`python -m omni_tui`; how that starts is tested in test_cli.py, test_sinks.py and tests/drive.
"""

from __future__ import annotations

import atexit
import functools
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

# Demo exports are ready at once: polling them as rarely as a real server wastes the time of tests.
POLL_GAP_SECONDS = 0.2
_LEFT_OUT = ("omni_tui.tui", "omni_tui.demo", "omni_tui.__main__", "omni_tui.preview.pages")
_NUMBER = struct.Struct("i")
_starting = threading.Lock()


class ForkedProcess:
    """The part of `subprocess.Popen` that tests use, for a process that the server forked."""

    def __init__(self, pid: int, status: int, stdout: IO[bytes], stderr: IO[bytes]) -> None:
        self.pid, self._status = pid, status
        self.stdout, self.stderr = stdout, stderr
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code (negative for a signal), or None if the process is running."""
        return self._wait(0)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code. Raises TimeoutExpired."""
        code = self._wait(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("omni-tui", timeout or 0)
        return code

    def communicate(self) -> tuple[bytes, bytes]:
        """Return the rest of its output, once it has ended."""
        errors: list[bytes] = []
        reader = threading.Thread(target=lambda: errors.append(self.stderr.read()))
        reader.start()
        output = self.stdout.read()
        reader.join()
        self.wait()
        self.stdout.close()
        self.stderr.close()
        return output, errors[0]

    def send_signal(self, number: int) -> None:
        """Send a signal unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def __enter__(self) -> ForkedProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        self.stderr.close()
        self.wait()

    def _wait(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], timeout)[0]:
            (self.returncode,) = _NUMBER.unpack(os.read(self._status, _NUMBER.size))
            os.close(self._status)
        return self.returncode


def start(typed: Sequence[str], folder: Path, environment: Mapping[str, str]) -> ForkedProcess:
    """Start `omni-tui` with these arguments, in a folder, with standard input from nowhere."""
    (out, its_out), (err, its_err), (status, its_status) = os.pipe(), os.pipe(), os.pipe()
    order = json.dumps([list(typed), str(folder), dict(environment)]).encode()
    connection = socket.socket(socket.AF_UNIX)
    with connection:
        connection.connect(_address())
        socket.send_fds(connection, [_NUMBER.pack(len(order))], [its_out, its_err, its_status])
        connection.sendall(order)
        for theirs in (its_out, its_err, its_status):
            os.close(theirs)
        (pid,) = _NUMBER.unpack(os.read(status, _NUMBER.size))
    return ForkedProcess(pid, status, os.fdopen(out, "rb"), os.fdopen(err, "rb"))


def _address() -> str:
    """Start the server at the first call; return the name of its socket."""
    with _starting:
        return _start_server()


@functools.cache
def _start_server() -> str:
    """Start the server, with an abstract socket: no file is left."""
    name = f"\0omni-tui-tests-{os.getpid()}"
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/nonexistent"}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.commands.fork_server", name[1:]],
        cwd=Path(__file__).parents[2],
        env=environment,
        stdin=subprocess.PIPE,  # never written: its end stops the server
        stdout=subprocess.PIPE,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    server.stdout.close()
    lifeline = server.stdin

    def stop() -> None:
        lifeline.close()
        server.wait()

    atexit.register(stop)
    return name


# in the server


def _import_program() -> None:
    for module in pkgutil.walk_packages(importlib.import_module("omni_tui").__path__, "omni_tui."):
        if not module.name.startswith(_LEFT_OUT):
            importlib.import_module(module.name)


def _serve(name: str) -> list[str]:
    """Fork for each order; return, in the forked process only, the arguments to run."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"\0{name}")
        listening.listen()
        print("ready", flush=True)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
        while True:
            if 0 in select.select([listening, 0], [], [])[0]:
                os._exit(0)
            connection, _ = listening.accept()
            with connection:
                head, files, _, _ = socket.recv_fds(connection, _NUMBER.size, 3)
                order = json.loads(_received(connection, *_NUMBER.unpack(head)))
                if os.fork() == 0:
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    break
                for file in files:
                    os.close(file)
    out, err, status = files
    if pid := os.fork():
        os.close(out)
        os.close(err)
        os.write(status, _NUMBER.pack(pid))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.write(status, _NUMBER.pack(code))
        os._exit(0)
    os.close(status)
    for file, place in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(file, place)
        os.close(file)
    typed, folder, environment = order
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    return typed


def _received(connection: socket.socket, size: int) -> bytes:
    content = b""
    while len(content) < size:
        content += connection.recv(size - len(content))
    return content


if __name__ == "__main__":
    import gc

    _import_program()
    from omni_tui.cli import main
    from omni_tui.downloads.polling import schedule

    schedule.MIN_GAP_SECONDS = POLL_GAP_SECONDS
    gc.freeze()
    sys.exit(main(_serve(sys.argv[1])))
