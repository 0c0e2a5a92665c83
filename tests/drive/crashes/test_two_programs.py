"""Two programs share a journal and a rate limit; one of them is killed halfway.

The server enforces the limit strictly. Its minute is short here, on both sides; OMNI_TUI_WHOLE_MINUTES=1 uses
whole minutes.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from omni_tui.demo.access import rate_limit
from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.demo.server import DemoServer
from omni_tui.downloads.job.models import JobState
from tests.drive.crashes.random_kills import Home

LIMIT = 60
HAS_WHOLE_MINUTES = os.environ.get("OMNI_TUI_WHOLE_MINUTES") == "1"
MINUTE_SECONDS = 60.0 if HAS_WHOLE_MINUTES else 6.0
MAX_SECONDS = 600.0
JOBS = 50
# The server's minute is as short.
SHORT_MINUTE = f"""
import functools, sys
from omni_tui.api.rate_limit import shared_file
from omni_tui.cli import main
shared_file.RateLimiter = functools.partial(shared_file.RateLimiter, window_seconds={MINUTE_SECONDS})
shared_file.SharedFile = functools.partial(shared_file.SharedFile, window_seconds={MINUTE_SECONDS})
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setattr(rate_limit, "WINDOW_SECONDS", MINUTE_SECONDS)
    with DemoServer(dashboards=2 * JOBS, speed=1.0 if HAS_WHOLE_MINUTES else 10.0, limit=LIMIT) as server:
        program = (sys.executable, "-c", SHORT_MINUTE)
        yield Home(tmp_path, server, requests_per_minute=LIMIT, program=program)


def dashboards() -> list[str]:
    """Return that many dashboards without special behavior."""
    documents = (each for each in SampleDocuments(2 * JOBS, now=datetime.now(UTC)) if each.has_dashboard)
    plain = [
        each.identifier for each in documents if not each.special and each.identifier != names.HOSTILE_ID
    ]
    return plain[:JOBS]


def done(home: Home, ids: Sequence[str]) -> int:
    """Return how many of those have their file."""
    of_ids = (each.job for each in home.listed() if each.job.order.request.dashboard_id in ids)
    return sum(job.state is JobState.DONE for job in of_ids)


@pytest.mark.slow
def test_fifty_exports_by_two_programs_one_of_which_is_killed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = dashboards()
    assert len(ids) == JOBS
    ours, theirs = ids[::2], ids[1::2]
    export = ("download", "--format", "pdf", "--quiet")
    killed, lives = home.start(*export, *ours), home.start(*export, *theirs)
    end = time.monotonic() + MAX_SECONDS
    while done(home, ours) < len(ours) // 2:
        assert killed.poll() is None, f"it ended before it could be killed: {home.errors.read_text()}"
        assert time.monotonic() < end
        time.sleep(0.05)
    home.kill(killed.pid)
    killed.wait()
    home.note_unanswered()
    assert done(home, ours) < len(ours)
    takes_up = home.start("resume", "--quiet")  # next to the one that is alive
    assert takes_up.wait(MAX_SECONDS) == 0, home.errors.read_text()
    assert lives.wait(MAX_SECONDS) == 0, home.errors.read_text()
    assert home.server.demo.rejected_count == 0
    monkeypatch.setattr(rate_limit, "WINDOW_SECONDS", 0.0)  # later requests don't count
    home.check()
    assert Counter(each.job.order.request.dashboard_id for each in home.listed()) == Counter(ids)
    print(home.summary, dict(home.server.requests))
