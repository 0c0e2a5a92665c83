"""Pages of a PDF or picture as cells, drawn by `worker`, a process that can be killed."""

from __future__ import annotations

import base64
import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omni_tui.formatting import plain_line
from omni_tui.preview.errors import PreviewError, Stopped, cannot_draw

# Pages of real exports take less time.
MAX_SECONDS = 20.0
_MAX_REPLY_BYTES = 64 * 1024**2
# like `-m`, without importing runpy
_RUN_WORKER = "import sys; from omni_tui.preview.pages.worker import main; sys.exit(main(sys.argv[1:]))"
FULL_COLORS, FEW_COLORS, NO_COLORS = 64, 16, 0


@dataclass(frozen=True, slots=True)
class PageCells:
    """A page in cells: rows of runs `(text, foreground, background)`, with colors as indexes of `palette`.

    `cut`: how many texts are shortened with "…". `has_text`: the page has a text layer.
    """

    columns: int
    rows: tuple[tuple[tuple[str, int, int], ...], ...]
    palette: tuple[tuple[int, int, int], ...]
    has_text: bool
    cut: int

    def line(self, row: int) -> str:
        """Return a row's characters."""
        return "".join(text for text, _, _ in self.rows[row])


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """A PNG with few colors, and its size in pixels."""

    width: int
    height: int
    png: bytes


class PageDocument:
    """A PDF or PNG. Its process starts with the first call and ends with `close`.

    All methods block; call them from one thread at a time. They raise PreviewError, and Stopped after
    `close`.
    """

    def __init__(self, path: Path) -> None:
        check_libraries(path)
        self.path = path
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._is_closed = False
        self._sizes: list[tuple[float, float]] = []
        self._pages = 0

    @property
    def pages(self) -> int:
        """Return the number of pages."""
        if not self._pages:
            info = self._ask(do="info")
            self._sizes = [(float(width), float(height)) for width, height in info["sizes"]]
            self._pages = int(info["pages"])
        return self._pages

    @property
    def sizes(self) -> Sequence[tuple[float, float]]:
        """Return the widths and heights of the first pages: points (PDF) or pixels (picture)."""
        assert self.pages
        return self._sizes

    def page(self, number: int, columns: int, colors: int = FULL_COLORS) -> PageCells:
        """Draw a page, counted from 0, with that many columns."""
        reply = self._ask(do="page", number=number, columns=max(1, columns), colors=colors)
        return PageCells(
            columns=int(reply["columns"]),
            rows=tuple(
                tuple((_plain(text), int(ink), int(ground)) for text, ink, ground in row)
                for row in reply["rows"]
            ),
            palette=tuple((int(red), int(green), int(blue)) for red, green, blue in reply["palette"]),
            has_text=bool(reply["has_text"]),
            cut=int(reply["cut"]),
        )

    def text(self, number: int) -> str:
        """Return a page's text on one line; untrusted text."""
        return " ".join(str(self._ask(do="text", number=number)).split())

    def pixels(self, number: int) -> str:
        """Return a hash of what a page looks like."""
        return str(self._ask(do="pixels", number=number))

    def find(self, needle: str, start: int, *, backward: bool = False) -> int | None:
        """Return the nearest page, from `start` on or backward, that contains a text, or None."""
        wanted = " ".join(needle.lower().split())
        numbers = range(start, -1, -1) if backward else range(start, self.pages)
        return next((number for number in numbers if wanted in self.text(number).lower()), None)

    def picture(self, width: int, height: int) -> SmallPicture:
        """Return a picture reduced to at most this size in pixels."""
        reply = self._ask(do="picture", width=width, height=height)
        return SmallPicture(int(reply["width"]), int(reply["height"]), base64.b64decode(reply["png"]))

    def close(self) -> None:
        """Kill the process."""
        self._is_closed = True
        self._end()

    def _ask(self, **request: object) -> Any:
        with self._lock:
            if self._is_closed:
                raise Stopped
            process = self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            is_late = threading.Event()

            def end() -> None:
                is_late.set()
                process.kill()

            timer = threading.Timer(MAX_SECONDS, end)
            timer.daemon = True
            timer.start()
            try:
                process.stdin.write(json.dumps(request).encode() + b"\n")
                process.stdin.flush()
                line = process.stdout.readline(_MAX_REPLY_BYTES)
                reply = json.loads(line)
            except (OSError, ValueError) as error:
                self._end()
                if self._is_closed:
                    raise Stopped from error
                why = "it takes too long" if is_late.is_set() else "it is damaged, or needs too much memory"
                raise cannot_draw(self.path.name, why) from error
            finally:
                timer.cancel()
        if "error" in reply:
            raise PreviewError(plain_line(str(reply["error"])), plain_line(str(reply["hint"])))
        return reply["ok"]

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            command = [sys.executable, "-P", "-c", _RUN_WORKER, str(self.path.absolute())]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # unwritten data
                    continue


def check_libraries(path: Path) -> None:
    """Raise PreviewError unless the libraries that draw pages are installed."""
    for module in ("pypdfium2", "PIL"):
        if importlib.util.find_spec(module) is None:
            raise PreviewError(
                f"Previewing {path.name} needs libraries that aren't installed.",
                "Install them with: pip install 'omni-tui[preview]'",
            )


def _plain(text: str) -> str:
    """Return a run with the same number of cells; characters that would affect a terminal become ?."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "?" for character in text)
