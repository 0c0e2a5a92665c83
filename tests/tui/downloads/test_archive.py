"""The downloads pane as an archive: groups, search, clearing, and checks of the files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from textual.pilot import Pilot

from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.options.spec import ExportRequest, Format
from omni_tui.tui.downloads.list import JobList
from omni_tui.tui.downloads.pane import DownloadsPane
from omni_tui.tui.preview.files_screen import FilesScreen
from omni_tui.tui.preview.screen import PreviewScreen
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import screen_lines, screen_text, wait_for, wait_for_text, widget_lines

SIZE = (120, 40)
SMALL = (80, 24)
DAY = 86_400


async def opened(pilot: Pilot[object]) -> DownloadsPane:
    """Open the pane with its key; its list has the focus."""
    await wait_for_text(pilot, "blobsrus")
    await pilot.press("f3")
    await wait_for(pilot, lambda: isinstance(pilot.app.focused, JobList), "the list to have the keys")
    return pilot.app.screen.query_one(DownloadsPane)


def services_in(folder: Path) -> FakeServices:
    services = FakeServices(documents=[document("Blob Web Traffic")], download_folder=folder)
    services.engine.opened_at = services.clock.time() - 3600
    return services


def saved(services: FakeServices, path: Path, rows: int, *, days: int = 0, name: str = "Orders") -> Job:
    """Return a CSV saved this many days ago; the dashboard's name distinguishes requests."""
    order = Order(ExportRequest(f"id-{name}", Format.CSV), name, path.parent)
    job = services.engine.add(order)
    moment = services.clock.time() - days * DAY
    job = services.engine.move(job.id, JobState.DONE, path=path, rows=rows, bytes_received=9)
    times = {JobState.QUEUED: moment - 5, JobState.DONE: moment}
    return services.engine._put(dataclasses.replace(job, times=times))


def rows(pilot: Pilot[object], pane: DownloadsPane) -> list[str]:
    lines = (" ".join(line.split()) for line in widget_lines(pilot, pane.query_one(JobList)))
    return [line for line in lines if line]


def footer(pilot: Pilot[object]) -> str:
    return screen_lines(pilot)[-1]


@pytest.mark.usefixtures("one_time_zone")
async def test_exports_of_one_request_are_grouped_with_dates_and_row_counts() -> None:
    folder = Path("/exports")
    services = services_in(folder)
    saved(services, folder / "a.csv", 1_204, days=2)
    saved(services, folder / "b.csv", 7, days=1, name="Churn")
    saved(services, folder / "a (2).csv", 1_180)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        assert rows(pilot, pane) == [
            "● ▸ Orders CSV saved 9 B 5 s 1,204 → 1,180 rows · /exports/a (2).csv",
            "● Churn CSV saved 9 B 17 Nov /exports/b.csv",
        ]
        assert "→ expand" in footer(pilot)
        await pilot.press("right")
        await wait_for_text(pilot, "▾ Orders")
        assert rows(pilot, pane)[1] == "● 16 Nov 11:06 saved 9 B 16 Nov 1,204 rows · /exports/a.csv"
        assert "← collapse" in footer(pilot)
        await pilot.press("down", "left")  # from the earlier one, back to the entry
        await wait_for_text(pilot, "▸ Orders")
        assert len(rows(pilot, pane)) == 2
        assert pane.query_one(JobList).cursor == 0


async def test_search_filters_the_list_and_escape_ends_it() -> None:
    folder = Path("/exports")
    services = services_in(folder)
    for name in ("Orders", "Churn"):
        saved(services, folder / f"{name}.csv", 7, days=1, name=name)
    failed = services.engine.add(name="Orders by region")
    services.engine.fail(failed.id, "A tile failed to render.")
    async with fake_app(services).run_test(size=SMALL) as pilot:
        pane = await opened(pilot)
        await pilot.press("slash", *"orders")
        await wait_for(pilot, lambda: len(rows(pilot, pane)) == 2, "two rows")
        await wait_for_text(pilot, "2 of 3 downloads")
        await pilot.press(*" state:fai")
        await wait_for(pilot, lambda: len(rows(pilot, pane)) == 1, "one row")
        await pilot.press("enter", "i")  # letters are keys in the list again
        await wait_for_text(pilot, "A tile failed to render.")
        await pilot.press("escape")
        await wait_for_text(pilot, "1 of 3 downloads")
        await pilot.press("slash", "x")
        await wait_for_text(pilot, "Unknown state “faix”")
        await pilot.press("escape")
        await wait_for(pilot, lambda: len(rows(pilot, pane)) == 3, "all rows")
        assert isinstance(pilot.app.focused, JobList)


async def test_pressing_the_key_twice_clears_finished_downloads() -> None:
    folder = Path("/exports")
    services = services_in(folder)
    saved(services, folder / "a.csv", 7, days=1)
    saved(services, folder / "b.csv", 7, days=1, name="Churn")
    services.engine.add(name="Queued")
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        assert "x clear" not in footer(pilot)
        await pilot.press("down", "x")
        await wait_for_text(pilot, "Press x again to clear this download from the list. Files are kept.")
        assert len(rows(pilot, pane)) == 3
        await pilot.press("down", "x")  # another row: it asks again
        assert len(services.engine.jobs()) == 3
        await pilot.press("X")
        await wait_for_text(pilot, "Press X again to clear 2 downloads")
        await pilot.press("X")
        await wait_for_text(pilot, "Cleared 2 downloads.")
        assert [job.order.dashboard_name for job in services.engine.jobs()] == ["Queued"]
        assert "clear" not in footer(pilot)


@pytest.mark.usefixtures("checked_files")
async def test_files_that_were_moved_changed_or_deleted_are_marked(tmp_path: Path) -> None:
    services = services_in(tmp_path)
    for name in ("kept", "deleted", "changed"):
        (tmp_path / f"{name}.csv").write_text("a,b\n1,2\n\n")
        saved(services, tmp_path / f"{name}.csv", 1, name=name)
    (tmp_path / "deleted.csv").unlink()
    (tmp_path / "changed.csv").write_text("a,b\n1,2\n1,3\n")
    async with fake_app(services).run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await wait_for_text(pilot, "deleted")
        shown = [row.split(" CSV ")[0] + " " + row.split(" CSV ")[1].split()[0] for row in rows(pilot, pane)]
        assert shown == ["! changed changed", "! deleted deleted", "● kept saved"]
        assert "enter preview" in footer(pilot)
        await pilot.press("down")
        await wait_for(pilot, lambda: "enter details" in footer(pilot), "no file: the details")
        assert "copy path" not in footer(pilot)
        await pilot.press("enter")
        await wait_for_text(pilot, "The file was deleted after it was saved.")
        await pilot.press("escape", "down")
        (tmp_path / "kept.csv").unlink()
        await pilot.press("escape", "f3")  # back in the pane: checked again
        await wait_for(pilot, lambda: "! kept CSV deleted" in " ".join(rows(pilot, pane)), "the mark")


async def test_any_file_of_the_folder_opens_in_the_preview(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("a,b\n17,2\n")
    (tmp_path / "notes.md").write_text("no preview")
    (tmp_path / "older").mkdir()
    (tmp_path / "older" / "theirs.csv").write_text("c\n42\n")
    services = services_in(tmp_path)
    async with fake_app(services).run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("f")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, FilesScreen), "the files")
        await wait_for_text(pilot, "mine.csv")
        assert "notes.md" not in screen_text(pilot)
        await pilot.press("enter")
        await wait_for_text(pilot, "theirs.csv")
        await pilot.press("left")
        await wait_for_text(pilot, "mine.csv")
        await pilot.press("slash", *"mine", "enter", "enter")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, PreviewScreen), "the preview")
        await wait_for_text(pilot, "17")
        await pilot.press("escape", "escape", "escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.focused, JobList), "the pane")


async def test_the_pane_can_be_enlarged() -> None:
    services = services_in(Path("/exports"))
    for number in range(20):
        saved(services, Path(f"/exports/{number}.csv"), 1, name=f"Job {number}")
    async with fake_app(services).run_test(size=SMALL) as pilot:
        pane = await opened(pilot)
        usual = len(rows(pilot, pane))
        await pilot.press("z")
        await wait_for(pilot, lambda: len(rows(pilot, pane)) >= 15, "more rows")
        await pilot.press("z")
        await wait_for(pilot, lambda: len(rows(pilot, pane)) == usual, "as many as before")
