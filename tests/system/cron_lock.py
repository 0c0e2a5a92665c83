"""Lets one test at a time run a cron daemon: two of them get in each other's way."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def cron_lock() -> Iterator[None]:
    """Wait until no other test runs a cron daemon."""
    with (Path(tempfile.gettempdir()) / "omni-tui-tests-cron.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
