"""Notices at the start about the downloads of earlier runs."""

from __future__ import annotations

import fcntl
import os
from typing import cast

import pytest

from omni_tui.downloads.engine import Engine
from omni_tui.launch_options import Arguments
from omni_tui.settings.locations import config_folder, state_folder
from omni_tui.tui import app as app_module
from omni_tui.tui.app import OmniTui, resume_jobs
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import screen_text, wait_for, wait_for_text


@pytest.mark.parametrize(("count", "entries"), [(1, "1 entry"), (1200, "1,200 entries")])
async def test_entries_that_cannot_be_read_are_counted(count: int, entries: str) -> None:
    services = FakeServices(documents=[document("Blob Web Traffic")])
    services.engine.unreadable_count = count
    app = fake_app(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Blob Web Traffic")
        await resume_jobs(app, cast(Engine, services.engine))
        await wait_for(pilot, lambda: len(app._notifications), "a notification")
        words = f"Skipped {entries} of the download list that can't be read."
        assert [each.message for each in app._notifications] == [words]


async def test_a_readable_list_shows_no_notice() -> None:
    services = FakeServices(documents=[document("Blob Web Traffic")])
    app = fake_app(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Blob Web Traffic")
        await resume_jobs(app, cast(Engine, services.engine))
        await pilot.pause()
        assert len(app._notifications) == 0


async def test_a_wait_for_a_locked_list_is_shown_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "SLOW_SECONDS", 3600.0)  # not by a later message
    config_folder().mkdir(parents=True)
    config = config_folder() / "config.toml"
    config.write_text('base_url = "http://127.0.0.1:9"\napi_token = "omni_osk_secret"\n')
    config.chmod(0o600)
    state_folder().mkdir(parents=True)
    handle = os.open(state_folder() / "jobs.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    app = OmniTui(Arguments())
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Waiting for the download list: another program may have locked it.")
        await pilot.press("slash", "a")  # keys work meanwhile
        await wait_for(pilot, lambda: " a" in screen_text(pilot), "what was typed")
        assert app.services is None
        os.close(handle)
        await wait_for(pilot, lambda: app.services is not None, "the services")
        await app.shut_down(0)
