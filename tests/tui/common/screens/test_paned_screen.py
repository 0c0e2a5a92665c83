from __future__ import annotations

from typing import ClassVar

import pytest
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.pilot import Pilot

from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.common.screens.paned_screen import DOWNLOADS, PanedScreen, PaneHost
from omni_tui.tui.dashboards.list import DashboardList
from omni_tui.tui.downloads.list import JobList
from omni_tui.tui.downloads.pane import DownloadsPane
from omni_tui.tui.requests.list import ExchangeList
from omni_tui.tui.requests.pane import RequestsPane
from tests.tui.fake_services import FakeServices, document, exchange, fake_app
from tests.tui.waiting import screen_lines, screen_text, wait_for, wait_for_text


class OtherScreen(PanedScreen):
    """A second main screen, with one field."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "back")]

    def compose_body(self) -> ComposeResult:
        yield LineInput(placeholder="the other screen", id="field")

    def focus_body(self) -> None:
        self.query_one("#field").focus()


def services() -> FakeServices:
    made = FakeServices(documents=[document("Blob Web Traffic"), document("Churn Cohorts")])
    made.engine.add(name="Sales Overview")
    made.exchanges.put(exchange(1))
    return made


async def focus_on(pilot: Pilot[object], kind: type) -> None:
    await wait_for(pilot, lambda: isinstance(pilot.app.focused, kind), f"the keys to go to {kind.__name__}")


@pytest.mark.parametrize(
    ("keys", "kind", "title"),
    [
        (("f3", "ctrl+t"), JobList, "─ Downloads ─"),
        (("f4", "ctrl+l"), ExchangeList, "─ Requests ─"),
    ],
)
async def test_a_pane_opens_focused_and_restores_the_focus(
    keys: tuple[str, str], kind: type, title: str
) -> None:
    async with fake_app(services()).run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        for key in keys:
            await pilot.press(key)
            await focus_on(pilot, kind)
            await wait_for_text(pilot, title)
            await pilot.press(key)
            await focus_on(pilot, DashboardList)
            await wait_for(pilot, lambda: title not in screen_text(pilot), "the pane to be closed")


async def test_the_focus_returns_to_the_previous_widget() -> None:
    async with fake_app(services()).run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        await pilot.press("slash")
        await focus_on(pilot, LineInput)
        await pilot.press("f3")
        await focus_on(pilot, JobList)
        await pilot.press("f4")
        await focus_on(pilot, ExchangeList)
        await pilot.press("f4")
        await focus_on(pilot, LineInput)


async def test_one_press_focuses_a_pane_opened_by_an_export() -> None:
    app = fake_app(services())
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        app.pane = DOWNLOADS
        await wait_for_text(pilot, "─ Downloads ─")
        await focus_on(pilot, DashboardList)
        await pilot.press("f3")
        await focus_on(pilot, JobList)
        await pilot.press("f3")
        await focus_on(pilot, DashboardList)
        await wait_for(pilot, lambda: "─ Downloads ─" not in screen_text(pilot), "the pane to be closed")


async def test_escape_leaves_the_pane_open() -> None:
    async with fake_app(services()).run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        await pilot.press("f3")
        await focus_on(pilot, JobList)
        await pilot.press("escape")
        await focus_on(pilot, DashboardList)
        assert "─ Downloads ─" in screen_text(pilot)
        await pilot.press("f3")
        await focus_on(pilot, JobList)
        await pilot.press("f3")
        await wait_for(pilot, lambda: "─ Downloads ─" not in screen_text(pilot), "the pane to be closed")
        await focus_on(pilot, DashboardList)


async def test_one_pane_at_a_time_and_each_is_made_once() -> None:
    async with fake_app(services()).run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        assert not pilot.app.screen.query("DownloadsPane, RequestsPane")
        for key in ("f3", "f4", "f3", "f4", "f3"):
            await pilot.press(key)
        await focus_on(pilot, JobList)
        await wait_for_text(pilot, "─ Downloads ─")
        assert "─ Requests ─" not in screen_text(pilot)
        assert len(pilot.app.screen.query(DownloadsPane)) == 1
        assert len(pilot.app.screen.query(RequestsPane)) == 1


async def test_a_pane_stays_open_from_screen_to_screen() -> None:
    made = services()
    async with fake_app(made).run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        subscribed = len(made.engine.subscribers)
        await pilot.press("f3")
        await focus_on(pilot, JobList)
        await pilot.app.push_screen(OtherScreen())
        await wait_for_text(pilot, "the other screen")
        await wait_for_text(pilot, "Sales Overview")
        await focus_on(pilot, LineInput)
        await pilot.press("f3", "f3")
        await wait_for(pilot, lambda: "Sales Overview" not in screen_text(pilot), "the pane to be closed")
        await pilot.press("f4")
        await focus_on(pilot, ExchangeList)
        await pilot.press("escape")
        await focus_on(pilot, LineInput)
        await pilot.press("escape")
        await wait_for_text(pilot, "Churn Cohorts")
        assert "─ Requests ─" in screen_text(pilot)
        assert "─ Downloads ─" not in screen_text(pilot)
        await focus_on(pilot, DashboardList)
        # the header and the pane of the screen below, and nothing of the one that is gone
        await wait_for(
            pilot, lambda: len(made.engine.subscribers) == subscribed + 1, "the others to be silent"
        )


async def test_the_pane_takes_a_third_and_leaves_the_list_useful() -> None:
    for size, least in (((60, 16), 4), ((80, 24), 10), ((120, 40), 20)):
        async with fake_app(services()).run_test(size=size) as pilot:
            await wait_for_text(pilot, "Churn Cohorts")
            await pilot.press("f3")
            await focus_on(pilot, JobList)
            await pilot.pause()
            screen = pilot.app.screen
            assert screen.query_one(PaneHost).size.height <= size[1] // 3 + 1
            assert screen.query_one(DashboardList).size.height >= least
            assert {len(line) for line in screen_lines(pilot)} == {size[0]}
