"""Write finished requests to files while the program runs: the stored log of the run, and `--log-file`.

A separate thread writes, so that a slow disk blocks nothing else.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from omni_tui import __version__
from omni_tui.api.request_log.log import Exchange, ExchangeLog
from omni_tui.support.kept_requests import RUN_NAME, StoredLog, requests_folder
from omni_tui.support.request_lines import request_line

# How long the program waits for the disk when it exits.
MAX_END_SECONDS = 2.0


class RequestRecorder:
    """Records the finished requests of a log until it is closed. `log_path` is the user's file, or empty.

    `failure` says why lines are missing in that file, in a sentence; it is empty if none are missing.
    """

    def __init__(self, exchanges: ExchangeLog, log_path: str = "") -> None:
        self.failure = ""
        self._log_path = log_path
        self._log: IO[bytes] | None = None
        self._queue: queue.SimpleQueue[Exchange | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()  # closing in another thread waits until the thread has started
        self._unsubscribe: Callable[[], None] = exchanges.subscribe(self._put)

    def close(self) -> None:
        """Write the rest, and stop. Blocks for up to MAX_END_SECONDS."""
        self._unsubscribe()
        with self._starting:
            thread = self._thread
        if thread is not None:
            self._queue.put(None)
            thread.join(MAX_END_SECONDS)

    def _put(self, exchange: Exchange) -> None:
        if not exchange.is_complete:
            return
        self._queue.put(exchange)
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._write_all, name="request log", daemon=True)
                self._thread.start()

    def _write_all(self) -> None:
        kept: StoredLog | None = StoredLog(requests_folder(), RUN_NAME)
        while (exchange := self._queue.get()) is not None:
            try:
                self._append(exchange)
            except OSError as error:
                self.failure = f"{self._log_path} is incomplete: it can't be written ({error.strerror})."
            if kept is not None:
                try:
                    kept.write(exchange)
                except OSError:  # a full or read-only disk: only what `omni-tui requests` shows is missing
                    kept = None
        for each in (kept, self._log):
            with suppress(OSError):
                if each is not None:
                    each.close()

    def _append(self, exchange: Exchange) -> None:
        """Append a line to the user's file, if any, after a first line about the program and the system."""
        if not self._log_path:
            return
        lines = [request_line(exchange, has_date=True)]
        if self._log is None:
            import platform

            self._log = open_log_file(self._log_path)
            start = f"# omni-tui {__version__}, Python {platform.python_version()}, {platform.platform()}"
            lines.insert(0, start)
        self._log.writelines(line.encode("utf-8", "replace") + b"\n" for line in lines)
        self._log.flush()


def open_log_file(path: str) -> IO[bytes]:
    """Open a log for appending; a new one is readable only by its owner. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK
    return os.fdopen(os.open(os.path.expanduser(path), flags, 0o600), "ab")
