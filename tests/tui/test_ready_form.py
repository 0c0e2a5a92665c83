"""The form that is put together ahead opens as any other; nothing of one dashboard is in that of the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot

from omni_tui.api.models import Document, KeyKind
from omni_tui.downloads.models import JobState
from omni_tui.options.rules import payload
from omni_tui.presets.memory import Remembered
from omni_tui.tui import ready_form
from omni_tui.tui.app import OmniTui
from omni_tui.tui.screens import export
from omni_tui.tui.screens.dashboards import DashboardsScreen
from omni_tui.tui.screens.export import ExportScreen
from omni_tui.tui.widgets.dashboard_list import DashboardList
from omni_tui.tui.widgets.export_form import ExportForm
from omni_tui.tui.widgets.folder_line import FolderLine
from omni_tui.tui.widgets.key_line import KeyLine
from omni_tui.tui.widgets.pane_dock import DOWNLOADS
from tests.tui.fake_services import FakeServices, fake_app
from tests.tui.forms import BLOBS, SALES, Form, services_for, show_form
from tests.tui.waiting import screen_lines, wait_for, wait_for_text

SIZE = (100, 40)


@dataclass
class Opening:
    """The list, and the forms that are opened from it."""

    pilot: Pilot[int]
    services: FakeServices

    @property
    def app(self) -> OmniTui:
        assert isinstance(self.pilot.app, OmniTui)
        return self.pilot.app

    @property
    def rows(self) -> DashboardList:
        return self.pilot.app.screen.query_one(DashboardList)

    async def ready(self) -> ExportScreen:
        """The form that is put together, which takes a key and a rest."""
        await self.pilot.press("down", "home")
        await wait_for(self.pilot, lambda: self.app.ready_form.form, "the next form")
        form = self.app.ready_form.form
        assert form is not None
        return form

    async def open(self, document: Document) -> Form:
        """By the keys, from the list."""
        rows = self.rows
        rows.cursor = rows.rows.index(document)
        await self.pilot.press("enter")
        return await self.shown()

    async def shown(self) -> Form:
        await wait_for(self.pilot, lambda: isinstance(self.app.screen, ExportScreen), "the form")
        screen = self.app.screen
        assert isinstance(screen, ExportScreen)
        form = Form(self.pilot, self.services, screen)
        await wait_for(self.pilot, lambda: form.focused == "format", "the keys on the format")
        return form

    async def close(self) -> None:
        await self.pilot.press("escape")
        await wait_for(self.pilot, lambda: isinstance(self.app.screen, DashboardsScreen), "the list")


@pytest.fixture(autouse=True)
def short_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready_form, "REST_SECONDS", 0.01)


@asynccontextmanager
async def opening(
    services: FakeServices | None = None, size: tuple[int, int] = SIZE
) -> AsyncIterator[Opening]:
    used = services or services_for(BLOBS, SALES)
    async with fake_app(used).run_test(size=size, notifications=True) as pilot:
        await wait_for_text(pilot, BLOBS.name)
        here = Opening(pilot, used)
        here.rows.focus()
        await wait_for(pilot, lambda: here.rows.has_focus, "the list")
        yield here


async def fresh_lines(document: Document) -> list[str]:
    """How the form for a dashboard looks that was made for it, in a program of its own."""
    services = services_for(BLOBS, SALES)
    async with fake_app(services).run_test(size=SIZE) as pilot:
        await show_form(pilot, services, [document])
        return await still_lines(pilot)


async def still_lines(pilot: Pilot[int]) -> list[str]:
    """The screen when nothing changes any more, but for the header, which counts requests."""
    lines: list[str] = []

    def is_still() -> bool:
        before, lines[:] = list(lines), screen_lines(pilot)
        return before == lines and not any("Loading" in line for line in lines)

    await wait_for(pilot, is_still, "a screen that is still")
    return lines[1:]


async def test_after_a_key_and_a_rest_the_next_form_is_ready_and_is_what_opens() -> None:
    async with opening() as here:
        ready = await here.ready()
        form = await here.open(SALES)
        assert form.screen is ready
        assert f"Export · {SALES.name}" in screen_lines(here.pilot)[1]
        await form.press("f5")
        (order,) = here.services.engine.submitted
        assert (order.request.dashboard_id, payload(order.request)) == (SALES.identifier, {"format": "pdf"})


async def test_it_looks_as_one_that_was_made_for_the_dashboard() -> None:
    for document in (BLOBS, SALES):
        async with opening() as here:
            await here.ready()
            await here.open(document)
            assert await still_lines(here.pilot) == await fresh_lines(document)


async def test_nothing_of_one_dashboard_is_in_the_form_of_the_next(tmp_path: Path) -> None:
    """Options, what is typed, a tile, a filter, what was refused, where one was."""
    async with opening() as here:
        await here.ready()
        form = await here.open(BLOBS)
        await form.shows("Status")
        await form.type("filename", "My own name {")
        await form.focus("hideTitle")
        await form.press("space")
        form.widget.focus_field("folder")
        await form.press(*str(tmp_path / "not there"))
        await form.press("f5")
        await wait_for(here.pilot, lambda: form.problems, "what is wrong with it")
        form.widget.focus_first()
        await form.press("j")  # one tile of it, and a search for it
        await form.type("queryIdentifierMapKey", "Top")
        form.widget.scroll_end(animate=False)
        form.widget.focus_first()
        await here.close()
        await here.ready()
        form = await here.open(SALES)
        assert form.screen.query_one(ExportForm).scroll_offset.y == 0
        assert form.problems == []
        assert await still_lines(here.pilot) == await fresh_lines(SALES)


@pytest.mark.parametrize("is_ready", [True, False], ids=["ready", "made for it"])
async def test_the_keys_that_there_are_can_be_asked_for_at_any_moment(is_ready: bool) -> None:
    """As the footer does, whenever something has changed."""
    async with opening() as here:
        if is_ready:
            assert (await here.ready()).active_bindings
        await here.app.run_action("open", here.app.screen)
        for _ in range(200):
            if here.app.screen.query(KeyLine):
                assert here.app.screen.active_bindings
            await asyncio.sleep(0)
        await here.shown()


async def test_it_hears_of_no_job_before_it_is_a_dashboards() -> None:
    async with opening() as here:
        ready = await here.ready()
        form = await here.open(BLOBS)
        assert form.screen is ready
        await form.press("f5")
        await here.close()
        await here.ready()
        (job,) = here.services.engine.jobs()
        here.services.engine.move(job.id, JobState.CANCELLED)
        await here.pilot.pause()
        form = await here.open(BLOBS)
        assert "Cancelled" not in screen_lines(here.pilot)[-2]


async def test_what_is_remembered_counts_as_it_is_when_the_form_opens(tmp_path: Path) -> None:
    async with opening() as here:
        await here.ready()
        here.services.remembered = Remembered(folder=tmp_path, name_template="{dashboard} {format}")
        form = await here.open(SALES)
        await form.shows(f"{SALES.name} pdf.pdf")
        assert "{dashboard} {format}" in form.line("Name")
        assert form.screen.query_one(FolderLine).folder == tmp_path


async def test_for_several_dashboards_another_is_made() -> None:
    async with opening() as here:
        ready = await here.ready()
        await here.pilot.press("space", "space")
        await wait_for(here.pilot, lambda: len(here.rows.marked) == 2, "the marks")
        await here.pilot.press("enter")
        form = await here.shown()
        assert form.screen is not ready
        assert "Export · 2 dashboards" in screen_lines(here.pilot)[1]
        await wait_for(here.pilot, lambda: not ready.is_attached, "the end of the one that did not suit")


async def test_for_another_kind_of_key_another_is_made() -> None:
    async with opening() as here:
        ready = await here.ready()
        here.services.client.key_kind = KeyKind.PERSONAL
        form = await here.open(BLOBS)
        assert form.screen is not ready
        assert not form.screen.query("#field-userId")


@pytest.mark.parametrize("change", ["size", "theme"])
async def test_for_another_look_another_is_made(change: str) -> None:
    async with opening() as here:
        ready = await here.ready()
        if change == "size":
            await here.pilot.resize_terminal(80, 24)
            await wait_for(here.pilot, lambda: here.app.screen.size == (80, 24), "the other size")
        else:
            here.app.theme = "omni-light"
        form = await here.open(BLOBS)
        assert form.screen is not ready
        assert form.screen.size == here.app.size


async def test_each_is_used_once() -> None:
    async with opening() as here:
        first = await here.ready()
        await here.open(BLOBS)
        await here.close()
        await wait_for(here.pilot, lambda: not first.is_attached, "the end of the first form")
        second = await here.ready()
        assert second is not first
        with pytest.raises(AssertionError):
            first.begin((SALES,))


@pytest.mark.parametrize("turns", [0, 1, 3, 10, 30])
async def test_a_program_that_ends_meanwhile_ends_without_a_fault(turns: int) -> None:
    async with opening() as here:
        app = here.app
        app.pane = DOWNLOADS
        work = asyncio.create_task(app.ready_form._put_together(export))
        for _ in range(turns):
            await asyncio.sleep(0)
        app.exit(0)
        await wait_for(here.pilot, lambda: not app.is_running or app._exception or app._closed, "the end")
        work.cancel()
    assert app._exception is None


async def test_whoever_leaves_waits_for_what_is_under_way() -> None:
    async with opening() as here:
        work = asyncio.create_task(here.app.ready_form._use_the_rest())
        await asyncio.sleep(0)
        await here.app.leave(0)
        assert work.done()


async def test_a_program_that_nobody_has_touched_puts_nothing_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opening() as here:
        timers: list[float] = []
        monkeypatch.setattr(here.app, "set_timer", lambda seconds, *_: timers.append(seconds))
        here.app.ready_form.prepare()
        assert timers == []
        await here.pilot.press("down")
        assert ready_form.REST_SECONDS in timers
