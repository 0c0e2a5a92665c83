"""Keys for one download, in the list and in its details: run again, open the form, run as, failures."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from omni_tui.downloads.errors import OptionsRejected
from omni_tui.downloads.job.models import Job, JobFailure, JobState, Order
from omni_tui.options.spec import ExportRequest, Format
from omni_tui.tui.downloads.detail_screen import JobScreen
from omni_tui.tui.downloads.pane import DownloadsPane
from omni_tui.tui.messages import OpenForm
from tests.options.reasons import problems_from_reason
from tests.tui.downloads.panes import PLACES, opened
from tests.tui.fake_services import FakeApp, FakeServices, document
from tests.tui.waiting import screen_lines, screen_text, wait_for, wait_for_text, widget_lines

ADA = "9e8719d9-276a-4964-9395-a493189a247c"


class Listening(FakeApp):
    """Records the requests to open the form, and opens none."""

    def __init__(self, services: FakeServices) -> None:
        super().__init__(services)
        self.wanted: list[Order] = []

    def on_open_form(self, event: OpenForm) -> None:
        event.prevent_default()
        self.wanted.append(event.order)


def order(name: str = "Sales Overview", run_as: str = "", **values: str) -> Order:
    request = ExportRequest("dash0001", Format.XLSX, values)
    return Order(request, name, Path.home() / "exports", "Sales.xlsx", run_as)


def services_with(*orders: Order) -> FakeServices:
    services = FakeServices(documents=[document("Blob Web Traffic")])
    for each in orders:
        services.engine.add(each)
    return services


def done(services: FakeServices, job: Job) -> Job:
    path = Path.home() / "exports" / "Sales.xlsx"
    return services.engine.move(job.id, JobState.DONE, path=path, bytes_received=9)


@pytest.mark.parametrize("place", PLACES)
async def test_a_finished_download_runs_again_as_a_new_one(place: str) -> None:
    services = services_with(order())
    (first,) = services.engine.jobs()
    done(services, first)
    async with Listening(services).run_test(size=(120, 40)) as pilot:
        await opened(pilot, place)
        await pilot.press("a")
        await wait_for_text(pilot, "started as a new download")
        assert services.engine.submitted == [first.order]
        assert services.engine.resumed == []
        assert services.engine.job(first.id).state is JobState.DONE
        await wait_for_text(pilot, "queued")


async def test_the_details_follow_the_new_download() -> None:
    services = services_with(order())
    done(services, services.engine.jobs()[0])
    async with Listening(services).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "in full")
        await pilot.press("a")
        await wait_for_text(pilot, "○ queued")
        newest = services.engine.jobs()[-1]
        services.engine.move(newest.id, JobState.RENDERING)
        await wait_for_text(pilot, "◐ rendering")
        await pilot.press("c")
        assert services.engine.canceled == [newest.id]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELED])
async def test_a_download_without_a_file_is_resumed(place: str, state: JobState) -> None:
    services = services_with(order())
    (job,) = services.engine.jobs()
    services.engine.move(job.id, state)
    async with Listening(services).run_test(size=(120, 40)) as pilot:
        await opened(pilot, place)
        await pilot.press("a")
        await wait_for(pilot, lambda: services.engine.resumed == [job.id], "the job to be taken up")
        assert services.engine.submitted == []


@pytest.mark.parametrize("place", PLACES)
async def test_a_download_that_cannot_run_again_shows_the_reason(place: str) -> None:
    services = services_with(order())
    done(services, services.engine.jobs()[0])
    services.engine.refusal = OptionsRejected(problems_from_reason("filename: Too long"))
    async with Listening(services).run_test(size=(120, 40)) as pilot:
        await opened(pilot, place)
        await pilot.press("a")
        await wait_for_text(pilot, "The server says: Too long")


@pytest.mark.parametrize("place", PLACES)
async def test_o_opens_the_form_with_the_options_of_the_job(place: str) -> None:
    services = services_with(order("Older"), order(run_as="Ada Lovelace", userId=ADA))
    app = Listening(services)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, place)
        await pilot.press("o")
        await wait_for(pilot, lambda: app.wanted, "the form to be wanted")
        assert app.wanted == [services.engine.jobs()[-1].order]
        assert not isinstance(app.screen, JobScreen)


async def test_without_jobs_o_does_nothing() -> None:
    app = Listening(services_with())
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("o", "a")
        await pilot.pause()
        assert app.wanted == []


@pytest.mark.parametrize("place", PLACES)
async def test_the_keys_are_in_footer_palette_and_help(place: str) -> None:
    services = services_with(order())
    async with Listening(services).run_test(size=(80, 24)) as pilot:
        await opened(pilot, place)
        footer = screen_lines(pilot)[-1]
        for words in ("c cancel", "o options", "F1 help"):
            assert words in footer
        assert "again" not in footer
        assert "copy" not in footer
        app = pilot.app
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Retry, resume or repeat this download", "Open this download in the form"} <= titles
        await pilot.press("f1")
        await wait_for_text(pilot, "Retry, resume or repeat this download")
        assert "Open this download in the form" in screen_text(pilot)


async def test_the_user_is_shown_next_to_the_name_if_it_fits() -> None:
    services = services_with(order("Sales", "Ada Lovelace", userId=ADA))
    done(services, services.engine.jobs()[0])
    async with Listening(services).run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        (row, *_) = widget_lines(pilot, pilot.app.screen.query_one(DownloadsPane))
        assert "Sales · as Ada Lovelace" in row
        assert row.count("Ada") == 1


@pytest.mark.parametrize("run_as", ["Ada Lovelace, the first of her name", ""])
async def test_the_list_shows_run_as_if_it_fits(run_as: str) -> None:
    waits = order("Waiting", run_as, userId=ADA)
    # another request: a separate entry
    waits = dataclasses.replace(waits, request=dataclasses.replace(waits.request, dashboard_id="dash0002"))
    services = services_with(order("Saved", run_as, userId=ADA), waits)
    saved, waiting = services.engine.jobs()
    done(services, saved)
    who = f"as {run_as or '9e8719d9…'}"
    async with Listening(services).run_test(size=(160, 40)) as pilot:
        await opened(pilot)
        first, second, *_ = widget_lines(pilot, pilot.app.screen.query_one(DownloadsPane))
        assert who in first
        assert "~/exports/Sales.xlsx" in second
        assert second.count(f" · {who}") == 1
        services.engine.move(waiting.id, JobState.QUEUED, note="waiting for another export of this dashboard")
        await wait_for_text(pilot, "waiting for another export of this dashboard")


async def test_the_path_is_shown_first_if_space_is_short() -> None:
    services = services_with(order("Saved", "Ada Lovelace, the first of her name", userId=ADA))
    done(services, services.engine.jobs()[0])
    async with Listening(services).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        (row, *_) = widget_lines(pilot, pilot.app.screen.query_one(DownloadsPane))
        assert "Sales.xlsx" in row
        assert "Ada" not in row


@pytest.mark.parametrize(
    ("run_as", "words"),
    [("Ada [red]\x1b[31m", f"Run as     Ada [red] · {ADA}"), ("", f"Run as     {ADA}")],
)
async def test_the_details_always_show_the_user(run_as: str, words: str) -> None:
    services = services_with(order(run_as=run_as, userId=ADA))
    async with Listening(services).run_test(size=(80, 24)) as pilot:
        await opened(pilot, "in full")
        assert words in screen_text(pilot)


async def test_the_details_show_each_problem_of_a_rejection() -> None:
    services = services_with(order())
    problems = tuple(problems_from_reason("filename: [b]Too long; queryIdentifierMapKey: Required; Odd"))
    failure = JobFailure("The server says: much", "It is about: Name, Tile.", problems=problems)
    (job,) = services.engine.jobs()
    services.engine._put(dataclasses.replace(job, state=JobState.FAILED, failure=failure))
    async with Listening(services).run_test(size=(80, 24)) as pilot:
        await opened(pilot, "in full")
        text = screen_text(pilot)
        for words in ("Name: The server says: [b]Too long", "Tile: The server says: Required", "says: Odd"):
            assert words in text
        assert "It is about: Name, Tile." in text
