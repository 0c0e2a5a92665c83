"""The downloads pane: its list, changes of jobs, and the details of one."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import pytest

from omni_tui.downloads.job.models import JobState, Order
from omni_tui.downloads.job.truncation import CutOff
from omni_tui.options.spec import ExportRequest, Format
from omni_tui.tui.downloads import pane as downloads_pane
from omni_tui.tui.downloads.detail_screen import JobScreen
from omni_tui.tui.downloads.list import JobList
from tests.tui.downloads.panes import SIZE, opened, services_with
from tests.tui.fake_engine import FrozenClock
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import screen_lines, screen_text, wait_for, wait_for_text, widget_lines


async def test_shows_existing_downloads_newest_first() -> None:
    services = services_with("Sales Overview", "Churn Cohorts", "Weekly Web Traffic", "Blob Web Traffic")
    engine = services.engine
    sales, churn, weekly, blob = engine.jobs()
    saved_at = Path.home() / "exports" / "Sales Overview.pdf"
    engine.move(sales.id, JobState.DONE, after_seconds=14.7, bytes_received=1_234_567, path=saved_at)
    engine.fail(churn.id, "A tile failed to render.", "Leave it out.", after_seconds=31)
    engine.move(weekly.id, JobState.QUEUED, note="waiting for another export of this dashboard")
    engine.move(blob.id, JobState.RENDERING)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        rows = [" ".join(line.split()) for line in widget_lines(pilot, pane)]
        assert rows[:5] == [
            "◐ Blob Web Traffic PDF rendering 0 s",
            "○ Weekly Web Traffic PDF queued waiting for another export of this dashboard",
            "✗ Churn Cohorts PDF failed 31 s A tile failed to render.",
            "● Sales Overview PDF saved 1.2 MB 14 s ~/exports/Sales Overview.pdf",
            "",
        ]
        assert pane.note == "1 saved · 1 running · 1 queued · 1 failed"
        assert "1 saved · 1 running · 1 queued · 1 failed" in screen_text(pilot)


async def test_a_file_that_may_be_cut_off_is_marked_in_list_and_details() -> None:
    services = services_with("Sales Overview", "Churn Cohorts")
    engine = services.engine
    sales, churn = engine.jobs()
    cut_off = (CutOff("All orders.csv", 1000, "8"), CutOff("Shops.csv", 10))
    engine.move(
        sales.id, JobState.DONE, path=Path("/exports/a.zip"), rows=1010, cut_off=cut_off, empty=("No.csv",)
    )
    engine.move(churn.id, JobState.DONE, path=Path("/exports/b.csv"), rows=0, empty=("",))
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "no rows · /exports/b.csv")
        await wait_for_text(pilot, "no rows in No · 2 tables may be cut off")
        await pilot.press("i")
        await wait_for_text(pilot, "No rows matched. Check the filter values.")
        await pilot.press("escape", "down", "i")
        await wait_for_text(pilot, "All orders may be cut off at 1,000 rows")
        for words in (
            "No rows in No. Check the filter values.",
            "Shops may be cut off at 10 rows",
            "o to open the form",
        ):
            assert words in screen_text(pilot)


async def test_a_job_from_its_order_to_its_file() -> None:
    services = services_with()
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        assert widget_lines(pilot, pane)[0] == JobList.EMPTY
        job = services.engine.add(name="Sales Overview", fmt=Format.XLSX)
        await wait_for_text(pilot, "queued")
        services.engine.move(job.id, JobState.STARTING)
        await wait_for_text(pilot, "starting")
        services.engine.move(job.id, JobState.SAVING, bytes_received=450_000, bytes_expected=1_000_000)
        await wait_for_text(pilot, "saving 45%")
        assert "450 kB" in screen_text(pilot)
        services.engine.move(job.id, JobState.SAVING, bytes_received=1_000_000, bytes_expected=1_000_000)
        await wait_for_text(pilot, "saving 99%")
        services.engine.move(job.id, JobState.CANCELED)
        await wait_for_text(pilot, "canceled")
        await wait_for(pilot, lambda: pane.note == "", "nothing to count")


async def test_an_end_is_shown_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads_pane, "REPAINT_SECONDS", 600.0)
    services = services_with("Sales Overview", "Churn Cohorts")
    sales, churn = services.engine.jobs()
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        services.engine.move(churn.id, JobState.SAVING, bytes_received=1, bytes_expected=4)
        await wait_for_text(pilot, "saving 25%")
        services.engine.move(churn.id, JobState.SAVING, bytes_received=2, bytes_expected=4)
        services.engine.move(sales.id, JobState.DONE, path=Path("/x/Sales Overview.pdf"))
        services.engine.move(churn.id, JobState.DONE, path=Path("/x/Churn Cohorts.pdf"))
        await wait_for(pilot, lambda: pane.note == "2 saved", "both to be saved")
        assert "saving" not in screen_text(pilot)


async def test_names_and_reasons_are_plain_text() -> None:
    services = services_with("Sales [EMEA] [/] \x1b[31m\u202eQ3")
    job = services.engine.jobs()[0]
    services.engine.fail(job.id, "[red]x[/] \x1b[31mred \u2066hidden")
    async with fake_app(services).run_test(size=(160, 40)) as pilot:
        await opened(pilot)
        text = screen_text(pilot)
        assert "Sales [EMEA] [/] Q3" in text
        assert "[red]x[/] red hidden" in text
        assert not set(text) & set("\x1b\u202e\u2066")
        await pilot.press("i")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, JobScreen), "the details")
        await wait_for_text(pilot, "[red]x[/] red hidden")
        assert "Sales [EMEA] [/] Q3" in screen_text(pilot)


async def test_the_cursor_stays_on_its_job_while_others_are_added() -> None:
    services = services_with(*(f"Job {number}" for number in range(30)))
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        jobs = pane.query_one(JobList)
        await pilot.press("down", "down")
        assert jobs.current is not None
        assert jobs.current.job.order.dashboard_name == "Job 27"
        services.engine.add(name="Newer")
        await wait_for(pilot, lambda: len(jobs.rows) == 31, "the new job")
        assert jobs.current.job.order.dashboard_name == "Job 27"
        assert "Newer" in screen_text(pilot)


async def test_a_new_download_is_visible_while_another_widget_has_the_focus() -> None:
    services = services_with(*(f"Job {number}" for number in range(30)))
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: not isinstance(pilot.app.focused, JobList), "the pane to be left")
        services.engine.add(name="Newest")
        await wait_for(pilot, lambda: "Newest" in widget_lines(pilot, pane)[0], "the newest job on top")
        assert pane.query_one(JobList).cursor == 0


@pytest.mark.parametrize(
    ("size", "rows_at_least"), [((60, 16), 3), ((80, 24), 5), ((120, 40), 10), ((200, 60), 15)]
)
async def test_nothing_is_cut_at_any_size(size: tuple[int, int], rows_at_least: int) -> None:
    services = services_with(*(f"Job {number}" for number in range(30)))
    newest = services.engine.jobs()[-1]
    path = Path.home() / "exports" / "a rather deep folder" / "Weekly numbers by region and channel (2).pdf"
    services.engine.move(newest.id, JobState.DONE, after_seconds=3725, bytes_received=987_654_321, path=path)
    failed = services.engine.jobs()[-2]
    services.engine.fail(
        failed.id, "A tile failed to render and the server gave the whole job up because of it."
    )
    async with fake_app(services).run_test(size=size) as pilot:
        pane = await opened(pilot)
        jobs = pane.query_one(JobList)
        assert jobs.size.height >= rows_at_least
        assert not jobs.show_horizontal_scrollbar
        first, second, *_ = widget_lines(pilot, pane)
        assert "saved" in first
        assert "failed" in second
        assert "A tile failed" in second
        assert first.rstrip(" ▁▂▃▄▅▆▇█").endswith("(2).pdf")
        if size[0] >= 80:
            assert "988 MB" in first
            assert "1:02:05" in first
        height = pane.size.height
        assert len({len(line) for line in screen_lines(pilot)}) == 1
        services.engine.add(name="One more")
        await wait_for_text(pilot, "One more")
        assert pane.size.height == height


async def test_a_file_of_unknown_length_shows_the_received_size() -> None:
    services = services_with("Sales Overview")
    job = services.engine.jobs()[0]
    services.engine.move(job.id, JobState.SAVING, bytes_received=45_600_000)
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        pane = await opened(pilot)
        assert "saving 46 MB" in widget_lines(pilot, pane)[0]


class TickingClock(FrozenClock):
    """Real seconds, from a fixed start."""

    def time(self) -> float:
        return self.now + time.monotonic()


async def test_elapsed_time_updates_only_while_something_runs() -> None:
    services = FakeServices(documents=[document("Blob Web Traffic")], clock=TickingClock())
    job = services.engine.add(name="Sales Overview")
    services.engine.move(job.id, JobState.RENDERING)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await wait_for(pilot, lambda: " 2 s" in widget_lines(pilot, pane)[0], "two seconds to pass")
        assert pane._tick is not None
        assert pane._tick._active.is_set()
        services.engine.move(job.id, JobState.FAILED)
        await wait_for_text(pilot, "failed")
        assert not pane._tick._active.is_set()


async def test_unsubscribes_when_the_screen_closes() -> None:
    services = services_with("Sales Overview")
    async with fake_app(services).run_test(size=SIZE) as pilot:
        # the header, the details, the application and its notifications
        await wait_for(pilot, lambda: len(services.engine.subscribers) == 4, "all that listen from the start")
        before = len(services.engine.subscribers)
        await opened(pilot)
        assert len(services.engine.subscribers) == before + 1
        await pilot.press("i")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, JobScreen), "the details")
        await wait_for(pilot, lambda: len(services.engine.subscribers) > before + 1, "the details to listen")
        await pilot.press("escape")
        await wait_for(
            pilot, lambda: len(services.engine.subscribers) == before + 1, "the details to stop listening"
        )
    assert len(services.engine.subscribers) == 0
    services.engine.move(services.engine.jobs()[0].id, JobState.RENDERING)


async def test_the_details_show_everything_and_follow_the_job() -> None:
    services = services_with("Sales Overview")
    job = services.engine.jobs()[0]
    status = {"type": "string", "kind": "EQUALS", "values": ["[open]"], "is_negative": False}
    values = {
        "hideTitle": True,
        "filename": "[x]",
        "maxRowLimit": 5,
        "filterConfig": {"orders.status": status},
    }
    services.engine._put(
        dataclasses.replace(
            job,
            order=dataclasses.replace(
                job.order, request=dataclasses.replace(job.order.request, values=values)
            ),
        )
    )
    async with fake_app(services).run_test(size=(80, 40)) as pilot:
        await opened(pilot)
        await pilot.press("i")
        await wait_for_text(pilot, "Options")
        text = screen_text(pilot)
        for words in (
            "Hide title  yes",
            "[x]",
            "Filter      Status is [open]",
            "whole dashboard",
            "queued",
            "~/exports",
        ):
            assert words in text
        assert "Row limit" not in text  # set for another format, so not sent
        await pilot.press("y")
        await wait_for_text(pilot, "no file yet")
        services.engine.move(
            job.id,
            JobState.DONE,
            after_seconds=125,
            path=Path.home() / "exports" / "Sales.pdf",
            bytes_received=1_200_000,
            sha256="ab" * 32,
            server_job_id="550e8400",
        )
        await wait_for_text(pilot, "~/exports/Sales.pdf")
        text = screen_text(pilot)
        for words in ("● saved", "1.2 MB", "ab" * 32, "2 min 05 s", "550e8400"):
            assert words in text
        await pilot.press("y")
        assert pilot.app.clipboard == str(Path.home() / "exports" / "Sales.pdf")


async def test_planned_files_of_one_dashboard_are_distinguishable() -> None:
    services = services_with()
    for region in ("EMEA", "APAC"):
        asked = ExportRequest("12db1a0a", Format.PDF, {"filename": f"Blob Web Traffic {region}"})
        services.engine.add(Order(asked, "Blob Web Traffic", Path.home()))
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        rows = widget_lines(pilot, pane)
        assert "Blob Web Traffic APAC.pdf" in rows[0]
        assert "Blob Web Traffic EMEA.pdf" in rows[1]


async def test_a_fan_outs_rows_show_their_value() -> None:
    services = services_with("Sales", "Sales")
    for job, value in zip(services.engine.jobs(), ("EMEA", "APAC"), strict=True):
        order = dataclasses.replace(job.order, value=value)
        note = "waiting for another export of this dashboard"
        services.engine.move(job.id, JobState.QUEUED, order=order, note=note)
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        for value in ("EMEA", "APAC"):
            await wait_for_text(pilot, f"{value} · waiting for")
