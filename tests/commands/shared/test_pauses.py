"""What commands say while the server asks them to wait."""

from __future__ import annotations

import re
from pathlib import Path

from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.commands.shared.log_flags import MIN_MENTIONED_SECONDS, tell_pauses
from omni_tui.demo.faults.modes import Situation
from omni_tui.demo.server import DemoServer
from tests.commands.runs import start
from tests.fakes import FakeClock

MESSAGE = r"Omni asks to wait\. The next request is sent at \d\d:\d\d:\d\d\."


async def test_each_long_pause_is_mentioned_once() -> None:
    clock = FakeClock()
    told: list[str] = []
    limiter = RateLimiter(clock=clock)
    tell_pauses(limiter, told.append, clock.time)

    async def pause() -> None:
        limiter.pause(MIN_MENTIONED_SECONDS / 2)
        assert told == []
        limiter.pause(30)
        limiter.pause(30)
        assert len(told) == 1
        await clock.sleep(31)
        limiter.pause(60)

    await clock.run(pause())
    assert len(told) == len(set(told)) == 2
    assert all(re.fullmatch(MESSAGE, each) for each in told)


def test_a_check_during_maintenance_says_how_long_it_waits(tmp_path: Path) -> None:
    with DemoServer(limit=1000) as server:
        server.demo.situation = Situation.MAINTENANCE
        process = start(tmp_path / "run", server, "config", "check")
        assert process.stderr is not None
        line = process.stderr.readline()
        process.terminate()
        process.communicate()
    assert re.fullmatch(f"omni-tui config: {MESSAGE}\n", line.decode())
