"""How soon the screen responds to a key while a large file arrives at full speed.

    python -m tests.bench.keys [-n 60] [--mebibytes 4096] [--folder FOLDER]

The program runs on a pseudo-terminal. A letter is typed into the search and timed until it is painted, first
while idle and then while the file arrives. A busy machine slows both: compare them.
"""

from __future__ import annotations

import argparse
import os
import select
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.bench.parts.terminals import PROGRAM, plain, running
from tests.bench.throughput import MEBIBYTE, environment, serving

GOAL_MILLISECONDS = 50.0
DEADLINE_SECONDS = 60.0
LETTER, BACKSPACE, EXPORT, ESCAPE = b"Q", b"\x7f", b"\x1b[15~", b"\x1b"  # no other text has that letter
PAUSE_SECONDS, SETTLE_SECONDS = 0.3, 1.5  # between two keys, as users type; and for a screen


def wait_for(terminal: int, text: bytes) -> None:
    """Wait until it is painted."""
    painted = bytearray()
    end = time.monotonic() + DEADLINE_SECONDS
    while text not in plain(painted):
        assert time.monotonic() < end, f"not painted: {text!r}"
        if select.select([terminal], [], [], 1.0)[0]:
            painted += os.read(terminal, 1 << 20)


def drain(terminal: int, seconds: float) -> None:
    """Read for this long."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            os.read(terminal, 1 << 20)


def milliseconds_to_paint(terminal: int) -> float:
    """Return the time from typing a letter to painting it; the letter is deleted again."""
    began = time.perf_counter()
    os.write(terminal, LETTER)
    wait_for(terminal, LETTER)
    taken = time.perf_counter() - began
    os.write(terminal, BACKSPACE)
    drain(terminal, PAUSE_SECONDS)
    return taken * 1000


def keys(terminal: int, count: int, folder: Path | None = None) -> Iterator[float]:
    """Measure this many keys; with a folder, only while a file arrives in it."""
    for _ in range(count):
        if folder is not None and not list(folder.glob("*.part")):
            return
        yield milliseconds_to_paint(terminal)


def begin_export(terminal: int, folder: Path) -> None:
    """Start an export from the form, and wait until its file arrives."""
    os.write(terminal, EXPORT)
    end = time.monotonic() + DEADLINE_SECONDS
    while not list(folder.glob("*.part")):
        assert time.monotonic() < end, "nothing comes in"
        drain(terminal, PAUSE_SECONDS)


def measured(settings: Mapping[str, str], size: str, count: int, exports: Path | None) -> list[float]:
    """Measure the keys of one program, with an export into that folder or without one."""
    with running((*PROGRAM, size), settings) as program:
        terminal = program.handle
        wait_for(terminal, b"Paper")
        drain(terminal, SETTLE_SECONDS)
        if exports is not None:
            begin_export(terminal, exports)
        os.write(terminal, ESCAPE)
        wait_for(terminal, b"Dashboard 10")  # the list
        drain(terminal, SETTLE_SECONDS)
        os.write(terminal, b"/")
        drain(terminal, SETTLE_SECONDS)
        return list(keys(terminal, count, exports))


def tell(name: str, taken: list[float]) -> float:
    """Print the results; return the 95th percentile."""
    high = statistics.quantiles(taken, n=20)[-1]
    print(
        f"{name:14} median {statistics.median(taken):5.1f} ms   95 % within {high:5.1f} ms   n={len(taken)}"
    )
    return high


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=60, help="keys at most")
    parser.add_argument("--mebibytes", type=int, default=8192, help="how large the export is")
    parser.add_argument("--folder", type=Path, help="where the files go; without it, a temporary folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name, serving(Path(name), 64 * MEBIBYTE) as url:
        home = Path(name, "home")
        exports = home / "exports"
        exports.mkdir(parents=True)
        settings = {**environment(url, home), "TERM": "xterm-256color", "OMNI_TUI_DOWNLOAD_DIR": str(exports)}
        size = str(arguments.mebibytes * MEBIBYTE)
        tell("idle", measured(settings, size, arguments.n, None))
        high = tell("while it comes", measured(settings, size, arguments.n, exports))
    print(f"{high:.1f} ms (at most {GOAL_MILLISECONDS:g})")


if __name__ == "__main__":
    main()
