"""The letters that move in lists, as in vim and less, and `q`."""

from __future__ import annotations

import pytest

from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.dashboards.list import DashboardList
from omni_tui.tui.downloads.list import JobList
from omni_tui.tui.quit_dialog import QuitDialog
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import screen_text, wait_for, wait_for_text


def services() -> FakeServices:
    services = FakeServices(documents=[document(f"Board {number}") for number in range(4)])
    for number in range(4):
        services.engine.add(name=f"Board {number}")
    return services


@pytest.mark.parametrize("place", [DashboardList, JobList])
async def test_j_k_g_and_big_g_move_in_lists(place: type[RowList[object]]) -> None:
    async with fake_app(services()).run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Board 3")
        if place is JobList:
            await pilot.press("f3")
        rows = pilot.app.screen.query_one(place)
        await wait_for(pilot, lambda: rows.has_focus and len(rows.rows) == 4, "the list")
        places = []
        for key in ("j", "j", "k", "G", "j", "g", "k"):
            await pilot.press(key)
            places.append(rows.cursor)
        assert places == [1, 2, 1, 3, 3, 0, 0]


@pytest.mark.parametrize("runs", [True, False])
async def test_q_asks_before_it_quits(runs: bool) -> None:
    told = services() if runs else FakeServices(documents=[document("Board 3")])
    app = fake_app(told)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Board 3")
        await pilot.press("q")
        await wait_for(pilot, lambda: isinstance(app.screen, QuitDialog), "the question")
        assert ("still running" in screen_text(pilot)) is runs
        await pilot.press("escape")
        await wait_for(pilot, lambda: not isinstance(app.screen, QuitDialog), "the list")
        assert not app._exit
        await pilot.press("q")
        await wait_for(pilot, lambda: isinstance(app.screen, QuitDialog), "the question")
        await pilot.press("enter")
        await wait_for(pilot, lambda: app._exit, "the end")


async def test_q_in_a_dialog_closes_it_and_k_keeps_its_meaning_there() -> None:
    app = fake_app(services())
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Board 3")
        await pilot.press("f2")
        await wait_for(pilot, lambda: len(app.screen_stack) == 2, "the profiles")
        assert "new key" in screen_text(pilot)
        await pilot.press("q")
        await wait_for(pilot, lambda: len(app.screen_stack) == 1, "the list")
        assert not app._exit
