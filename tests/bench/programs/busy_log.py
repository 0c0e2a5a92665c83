"""The program with its request log open and 20 simulated requests per second, more than any limit allows."""

from __future__ import annotations

import hashlib
import itertools
import sys
import time

from omni_tui.api.request_log.log import Exchange
from omni_tui.launch_options import Arguments
from omni_tui.tui.app import OmniTui

EACH_SECONDS = 0.05


class BusyLog(OmniTui):
    """Adds an exchange to the log when it is sent, and again when its response ends."""

    def on_mount(self) -> None:
        """Start when the log is open."""
        super().on_mount()
        self._numbers = itertools.count(10_000)
        self.set_interval(EACH_SECONDS, self._send)

    def _send(self) -> None:
        if self.services is None or self.pane != "requests":
            return
        number = next(self._numbers)
        job = hashlib.sha256(str(number).encode()).hexdigest()
        path = f"/api/v1/dashboards/{job[:8]}/download/{job[:8]}-{job[8:12]}-{job[12:16]}/status"
        sent = Exchange(number, time.time(), "GET", f"https://blobsrus.omniapp.co{path}", path, ())
        self.services.exchanges.put(sent)
        self.set_timer(EACH_SECONDS * 3, lambda: self._answer(number, path))

    def _answer(self, number: int, path: str) -> None:
        if self.services is not None:
            answered = Exchange(
                number,
                time.time(),
                "GET",
                f"https://blobsrus.omniapp.co{path}",
                path,
                (),
                status=200,
                response_bytes=120 + number % 50,
                duration_seconds=0.1 + number % 90 / 1000,
                is_complete=True,
            )
            self.services.exchanges.put(answered)


if __name__ == "__main__":
    sys.exit(BusyLog(Arguments()).run())
