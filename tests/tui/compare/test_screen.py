"""The screen that compares a saved export with the one before it."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest
from textual.pilot import Pilot

from omni_tui.compare import process
from omni_tui.compare.models import Area
from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.options.spec import ExportRequest, Format
from omni_tui.preview.pages.document import PageCells
from omni_tui.tui.compare.page_areas import framed
from omni_tui.tui.compare.screen import CompareScreen
from tests.compare.jobs_made import status_is
from tests.compare.tables_made import write_csv
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import screen_text, wait_for, wait_for_text

SIZE = (80, 24)
HEADER = ("Order ID", "Region", "Sales")
ROWS = [(f"O-{n}", "North" if n % 2 else "South", f"{n}.50") for n in range(1, 7)]


@pytest.fixture
def services() -> FakeServices:
    return FakeServices(documents=[document("Blob Orders")])


def save(services: FakeServices, path: Path, rows: list[tuple[str, ...]], status: str = "Complete") -> Job:
    """Return a saved export of some orders."""
    values = MappingProxyType({"filterConfig": status_is(status)})
    order = Order(ExportRequest("12db1a0a", Format.CSV, values), "Blob Orders", path.parent)
    job = services.engine.add(order)
    write_csv(path, HEADER, rows)
    services.engine.move(job.id, JobState.DONE, path=path, rows=len(rows), after_seconds=1)
    return services.engine.job(job.id)


async def opened(pilot: Pilot[object]) -> CompareScreen:
    await wait_for_text(pilot, "blobsrus")
    await pilot.press("f3")
    await wait_for(pilot, lambda: pilot.app.focused is not None, "something to have the keys")
    await pilot.press("d")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, CompareScreen), "the screen")
    screen = pilot.app.screen
    assert isinstance(screen, CompareScreen)
    return screen


async def test_shows_what_changed_since_the_previous_export_of_the_same_request(
    services: FakeServices, tmp_path: Path
) -> None:
    save(services, tmp_path / "old.csv", ROWS)
    save(services, tmp_path / "new.csv", [*ROWS[:1], ("O-2", "South", "7.25"), *ROWS[3:]])
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "6 → 5 rows: 1 removed, 1 changed.")
        await wait_for_text(pilot, "~ O-2  Sales: 2.50 → 7.25")
        await wait_for_text(pilot, "Rows matched by Order ID (chosen automatically; press k to change).")


async def test_a_different_filter_is_shown_before_the_comparison_finishes(
    services: FakeServices, tmp_path: Path
) -> None:
    save(services, tmp_path / "old.csv", ROWS, "Complete")
    save(services, tmp_path / "new.csv", ROWS[2:], "Returned")
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "Filter: Status is Complete → Status is Returned")
        await wait_for_text(pilot, "6 → 4 rows: 2 removed.")


async def test_the_key_columns_can_be_changed(services: FakeServices, tmp_path: Path) -> None:
    save(services, tmp_path / "old.csv", ROWS)
    save(services, tmp_path / "new.csv", [*ROWS[1:], ("O-9", "West", "1.50")])
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "1 added, 1 removed.")
        await pilot.press("k", "ctrl+u", *"sales", "enter")
        await wait_for_text(pilot, "Rows matched by Sales.")
        await wait_for_text(pilot, "~ 1.50  Order ID: O-1 → O-9 · Region: North → West")
        await pilot.press("k", "ctrl+u", *"nope", "enter")
        await wait_for_text(pilot, "Both files need a column named nope.")


async def test_o_shows_older_exports_one_by_one(services: FakeServices, tmp_path: Path) -> None:
    save(services, tmp_path / "first.csv", ROWS[:2])
    save(services, tmp_path / "second.csv", ROWS[:4])
    save(services, tmp_path / "third.csv", ROWS)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "4 → 6 rows: 2 added.")
        await wait_for_text(pilot, "earlier export 1 of 2")
        await wait_for_text(pilot, "o older  k key  w write CSV")
        await pilot.press("o")
        await wait_for_text(pilot, "2 → 6 rows: 4 added.")
        await pilot.press("o")
        await wait_for_text(pilot, "4 → 6 rows: 2 added.")


async def test_all_changes_are_written_next_to_the_file_under_a_free_name(
    services: FakeServices, tmp_path: Path
) -> None:
    save(services, tmp_path / "old.csv", ROWS)
    save(services, tmp_path / "new.csv", ROWS[1:])
    (tmp_path / "new changes.csv").write_text("mine")
    (tmp_path / "new changes (2).csv").symlink_to(tmp_path / "gone")
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "1 removed.")
        await pilot.press("w")
        await wait_for_text(pilot, "saved new changes (3).csv")
    assert (tmp_path / "new changes.csv").read_text() == "mine"
    assert "removed,O-1" in (tmp_path / "new changes (3).csv").read_text()


async def test_a_message_says_that_there_is_no_earlier_export(services: FakeServices, tmp_path: Path) -> None:
    save(services, tmp_path / "new.csv", ROWS)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "No earlier export in this format. To export again: a in the downloads.")
        assert not any(words in screen_text(pilot) for words in ("o older", "k key", "w write"))


async def test_a_missing_file_shows_an_error(services: FakeServices, tmp_path: Path) -> None:
    save(services, tmp_path / "old.csv", ROWS)
    save(services, tmp_path / "new.csv", ROWS)
    (tmp_path / "old.csv").unlink()
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "old.csv can't be opened")


async def test_closing_ends_the_process(
    services: FakeServices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It compares with a file that never ends, so only a kill ends the process."""
    started = []
    popen = process.subprocess.Popen

    def remembered(*args, **options):
        started.append(popen(*args, **options))
        return started[-1]

    monkeypatch.setattr(process.subprocess, "Popen", remembered)
    save(services, tmp_path / "old.csv", [(str(n), "x", "1") for n in range(300_000)])
    save(services, tmp_path / "new.csv", [(str(n), "y", "1") for n in range(300_000)])
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await wait_for(pilot, lambda: bool(started), "the process")
        assert "Comparing" in screen_text(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: started[0].poll() is not None, "the process to end")
        assert started[0].returncode == -9


def test_a_frame_is_drawn_around_each_area() -> None:
    rows = tuple((("0123456789", 0, 1),) for _ in range(6))
    cells = PageCells(10, rows, ((0, 0, 0), (255, 255, 255)), has_text=True, cut=0)
    drawn = framed(cells, (Area(0.4, 0.5, 0.6, 0.6),))
    assert [line.plain for line in drawn] == [
        "0123456789",
        "0123456789",
        "012┌───┐89",
        "012│456│89",
        "012└───┘89",
        "0123456789",
    ]
