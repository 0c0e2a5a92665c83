"""Keys in the list of downloads: cancel, retry, resume, copy the command or the path."""

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from omni_tui.downloads.job.models import JobState
from omni_tui.errors import OmniTuiError
from omni_tui.tui.downloads.list import JobList
from tests.tui.downloads.panes import SIZE, opened, services_with
from tests.tui.fake_services import fake_app
from tests.tui.waiting import screen_lines, screen_text, wait_for, wait_for_text


async def test_cancel_and_again() -> None:
    services = services_with("Sales Overview")
    job_id = services.engine.jobs()[0].id
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await pilot.press("a")
        assert pane.note == "still running"
        assert services.engine.submitted == []
        await pilot.press("c")
        assert services.engine.canceled == [job_id]
        await wait_for_text(pilot, "canceled")
        await pilot.press("c")
        assert services.engine.canceled == [job_id]
        assert pane.note == "already finished"
        await pilot.press("a")
        assert services.engine.resumed == [job_id]
        await wait_for_text(pilot, "queued")


async def test_a_job_that_cannot_be_resumed_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(job_id: str) -> None:
        raise OmniTuiError("The program is about to end.")

    services = services_with("Sales Overview")
    services.engine.fail(services.engine.jobs()[0].id, "The disk is full.")
    monkeypatch.setattr(services.engine, "resume", refuse)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await pilot.press("a")
        assert pane.note == "The program is about to end."


async def test_keys_do_nothing_without_jobs() -> None:
    services = services_with()
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("c", "a", "y", "enter")
        await pilot.pause()
        assert (services.engine.canceled, services.engine.resumed) == ([], [])
        assert JobList.EMPTY in screen_text(pilot)


async def test_keys_act_only_in_the_list() -> None:
    services = services_with("Sales Overview")
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: not isinstance(pilot.app.focused, JobList), "the pane to be left")
        await pilot.press("slash", "c", "a")
        await wait_for_text(pilot, "ca")
        assert services.engine.canceled == []
        assert "cancel" not in screen_lines(pilot)[-1]


async def test_the_command_that_downloads_the_same_is_copied() -> None:
    services = services_with("Sales Overview")
    order = services.engine.jobs()[0].order
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("m")
        await wait_for_text(pilot, "Copied")
        words = shlex.split(pilot.app.clipboard)
        assert words[:3] == ["omni-tui", "download", order.request.dashboard_id]
        assert words[-2:] == ["--output", f"{order.folder}/"]


async def test_a_copied_command_writes_the_same_file_and_a_manifest() -> None:
    services = services_with("Sales Overview")
    order = services.engine.jobs()[0].order
    services.engine.submit(replace(order, file_name="as typed.bin", has_manifest=True))
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("m")
        await wait_for_text(pilot, "Copied")
        words = shlex.split(pilot.app.clipboard)
        assert words[-3:] == ["--output", str(order.folder / "as typed.bin"), "--manifest"]


async def test_a_download_with_unknown_options_has_no_command() -> None:
    services = services_with("Sales Overview")
    services.engine.submit(replace(services.engine.jobs()[0].order, has_unknown_options=True))
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await pilot.press("m")
        await wait_for(pilot, lambda: pane.note == "its options aren't known")
        assert pilot.app.clipboard == ""


async def test_an_id_that_would_be_a_flag_is_not_copied() -> None:
    services = services_with("Sales Overview")
    order = services.engine.jobs()[0].order
    request = replace(order.request, dashboard_id="--then=touch x")
    services.engine.submit(replace(order, request=request))
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await pilot.press("m")
        await wait_for(pilot, lambda: "would be read as a flag" in pane.note)
        assert pilot.app.clipboard == ""


async def test_the_path_is_copied() -> None:
    services = services_with("Sales Overview")
    job_id = services.engine.jobs()[0].id
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await pilot.press("y")
        assert pane.note == "no file yet"
        assert pilot.app.clipboard == ""
        services.engine.move(job_id, JobState.DONE, path=Path("/srv/exports/Sales [x].pdf"))
        await wait_for_text(pilot, "saved")
        await pilot.press("y")
        assert pilot.app.clipboard == "/srv/exports/Sales [x].pdf"
        await wait_for_text(pilot, "Copied ·")
