"""Downloads that are paused or wait for another export: how they look, and the keys that resume them."""

from __future__ import annotations

import pytest

from omni_tui.downloads.errors import JobElsewhere
from omni_tui.downloads.job.models import FailureKind, JobFailure, JobState
from omni_tui.downloads.job.runner import WAITS_FOR_OTHER
from tests.tui.downloads.test_actions import PLACES, opened, order, services_with
from tests.tui.fake_services import FakeServices, fake_app
from tests.tui.waiting import screen_text, wait_for, wait_for_text

SIZE = (120, 40)


def held(
    kind: FailureKind, message: str = "The disk is full: ~/exports has no room for this file."
) -> FakeServices:
    services = services_with(order())
    failure = JobFailure(message, "Make room.", kind=kind)
    services.engine.move(services.engine.jobs()[0].id, JobState.FAILED, failure=failure)
    return services


def waiting() -> FakeServices:
    services = services_with(order())
    job = services.engine.jobs()[0]
    services.engine.move(job.id, JobState.QUEUED, note=WAITS_FOR_OTHER, conflicting_job_id="theirs")
    return services


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (FailureKind.FILE_SAVE_ERROR, "needs attention"),
        (FailureKind.UNAUTHORIZED, "needs attention"),
        (FailureKind.TIMED_OUT, "timed out"),
    ],
)
async def test_a_paused_download_needs_attention_and_a_resumes_it(
    place: str, kind: FailureKind, words: str
) -> None:
    services = held(kind)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot, place)
        await wait_for_text(pilot, f"! {words}" if place != PLACES[0] else words)
        assert "The disk is full" in screen_text(pilot)
        assert "1 needs attention" in screen_text(pilot) or place != PLACES[0]
        await pilot.press("a")
        await wait_for(
            pilot, lambda: services.engine.resumed == [services.engine.jobs()[0].id], "it to go on"
        )


async def test_a_failed_download_does_not_need_attention() -> None:
    async with fake_app(held(FailureKind.RENDER_FAILED, "It failed.")).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "failed")
        assert "needs attention" not in screen_text(pilot)


async def test_a_download_of_another_program_cannot_be_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    services = held(FailureKind.FILE_SAVE_ERROR)

    def elsewhere(job_id: str) -> None:
        raise JobElsewhere

    monkeypatch.setattr(services.engine, "resume", elsewhere)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("a")
        await wait_for_text(pilot, "Another omni-tui is working on this download.")


@pytest.mark.parametrize("place", PLACES)
async def test_t_uses_the_conflicting_exports_file(place: str) -> None:
    services = waiting()
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot, place)
        await wait_for_text(pilot, WAITS_FOR_OTHER)
        await pilot.press("t")
        await wait_for(
            pilot, lambda: services.engine.taken == [services.engine.jobs()[0].id], "it to be taken"
        )
        await wait_for_text(pilot, "downloading the other export's file")


async def test_t_without_a_conflict_shows_a_message() -> None:
    async with fake_app(services_with(order())).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("t")
        await wait_for_text(pilot, "not waiting for another export")


async def test_downloads_of_an_earlier_run_are_listed_but_not_counted() -> None:
    services = held(FailureKind.FILE_SAVE_ERROR)
    services.engine.opened_at = services.clock.time() + 1
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "Sales Overview")
        assert "1 failed" not in screen_text(pilot)
