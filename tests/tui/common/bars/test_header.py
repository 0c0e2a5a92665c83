from __future__ import annotations

from typing import Any, cast

import pytest
from textual.pilot import Pilot

from omni_tui.api.models import KeyKind
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.downloads.job.models import JobState
from omni_tui.tui.common.bars.header import Header
from tests.tui.fake_services import FakeServices, fake_app
from tests.tui.waiting import screen_lines, wait_for


def header(pilot: Pilot[object]) -> str:
    return screen_lines(pilot)[0].rstrip()


async def test_it_shows_the_connection_and_the_activity() -> None:
    services = FakeServices()
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: "blobsrus · organization key" in header(pilot), "the place")
        assert header(pilot).startswith(" omni-tui   blobsrus")
        assert header(pilot).endswith("requests 0/60   running 0")
        slot = await services.limiter.acquire(Priority.INTERACTIVE)
        await wait_for(pilot, lambda: "requests 1/60" in header(pilot), "the request to be counted")
        slot.unsent()
        await wait_for(pilot, lambda: "requests 0/60" in header(pilot), "the request to be given back")
        job = services.engine.add()
        await wait_for(pilot, lambda: header(pilot).endswith("running 1"), "the job")
        services.engine.move(job.id, JobState.CANCELED)
        await wait_for(pilot, lambda: header(pilot).endswith("running 0"), "the end of the job")


async def test_a_pause_is_shown_with_its_end() -> None:
    services = FakeServices()
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: "blobsrus" in header(pilot), "the place")
        services.limiter.pause(0.6)
        await wait_for(pilot, lambda: "rate limited until" in header(pilot), "the pause")
        assert len(header(pilot)) <= 80
        await wait_for(pilot, lambda: "requests 0/60" in header(pilot), "the end of the pause")


async def test_the_place_is_never_markup_and_never_too_long() -> None:
    services = FakeServices(instance="[red]blobs[/]\x1b[31m\u202e" + "x" * 300)
    for width in (45, 60, 120):
        async with fake_app(services).run_test(size=(width, 24)) as pilot:
            await wait_for(pilot, lambda: "running 0" in header(pilot), "the services")
            assert not set(header(pilot)) & set("\x1b\u202e")
            assert header(pilot).endswith("running 0")
            if width >= 60:
                assert "[red]blob" in header(pilot)


async def test_the_kind_of_key_is_dropped_first() -> None:
    services = FakeServices()
    services.client.key_kind = KeyKind.PERSONAL
    async with fake_app(services).run_test(size=(50, 24)) as pilot:
        await wait_for(pilot, lambda: "running" in header(pilot), "the services")
        assert "blobsrus" in header(pilot)
        assert "personal" not in header(pilot)


async def test_it_paints_only_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    services = FakeServices()
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: "blobsrus" in header(pilot), "the place")
        await pilot.pause()
        paints: list[int] = []
        render = Header.render
        monkeypatch.setattr(Header, "render", lambda self: (paints.append(1), render(self))[1])
        job = services.engine.add()
        for state in (JobState.STARTING, JobState.RENDERING):
            services.engine.move(job.id, state)
        await wait_for(pilot, lambda: header(pilot).endswith("running 1"), "the job")
        await pilot.pause()
        assert len(paints) == 1


async def test_other_services_are_followed_and_the_old_ones_left() -> None:
    first, second = FakeServices(), FakeServices(instance="elsewhere")
    app = fake_app(first)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: "blobsrus" in header(pilot), "the place")
        app.services = None
        await wait_for(pilot, lambda: "blobsrus" not in header(pilot), "no services")
        assert len(first.engine.subscribers) == 0
        app.services = cast("Any", second)
        await wait_for(pilot, lambda: "elsewhere" in header(pilot), "the other place")
        assert len(second.engine.subscribers) > 0
    assert len(second.engine.subscribers) == 0
