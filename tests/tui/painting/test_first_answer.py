"""A key that opens a screen paints one line first, before the whole screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual._compositor import ChopsUpdate
from textual.pilot import Pilot
from textual.screen import Screen

from omni_tui.tui.app import OmniTui
from omni_tui.tui.common.titled_frame import TitledFrame
from omni_tui.tui.dashboards.list import DashboardList
from omni_tui.tui.dashboards.screen import DashboardsScreen
from omni_tui.tui.export_form.screen import ExportScreen
from tests.tui.export_form.forms import BLOBS, SALES, services_for
from tests.tui.fake_services import FakeServices, fake_app
from tests.tui.waiting import screen_lines, wait_for, wait_for_text


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Screen[Any], set[int], str]]:
    """What was painted: the screen, its lines, and their text. A whole screen has no lines here."""
    found: list[tuple[Screen[Any], set[int], str]] = []
    display: Callable[..., None] = OmniTui._display

    def record(app: OmniTui, screen: Screen[Any], update: Any) -> None:
        if isinstance(update, ChopsUpdate):
            lines = {row for row, _, _ in update.spans}
            found.append((screen, lines, update.render_segments(app.console)))
        elif update is not None:
            found.append((screen, set(), ""))
        display(app, screen, update)

    monkeypatch.setattr(OmniTui, "_display", record)
    return found


async def _on_the_list(pilot: Pilot[int], services: FakeServices) -> None:
    await wait_for_text(pilot, BLOBS.name)
    pilot.app.screen.query_one(DashboardList).focus()
    await wait_for(pilot, lambda: pilot.app.screen.query_one(DashboardList).has_focus, "the list")


async def _open(pilot: Pilot[int], key: str = "enter") -> None:
    await pilot.press(key)
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, ExportScreen), "the form")
    await wait_for_text(pilot, "Orientation")


async def test_the_form_is_named_before_it_is_put_together(painted: list[Any]) -> None:
    services = services_for(BLOBS, SALES)
    async with fake_app(services).run_test(size=(100, 30)) as pilot:
        await _on_the_list(pilot, services)
        painted.clear()
        await _open(pilot)
        screen, lines, text = painted[0]
        assert isinstance(screen, DashboardsScreen)
        assert lines == {1}
        assert f"Export · {BLOBS.name}" in text


async def test_of_several_it_says_how_many(painted: list[Any]) -> None:
    services = services_for(BLOBS, SALES)
    async with fake_app(services).run_test(size=(100, 30)) as pilot:
        await _on_the_list(pilot, services)
        await pilot.press("space", "space")
        await wait_for(
            pilot, lambda: len(pilot.app.screen.query_one(DashboardList).selection) == 2, "the marks"
        )
        painted.clear()
        await _open(pilot)
        assert "Export · 2 dashboards" in painted[0][2]


async def test_the_way_back_is_named_first_too(painted: list[Any]) -> None:
    services = services_for(BLOBS, SALES)
    async with fake_app(services).run_test(size=(100, 30)) as pilot:
        await _on_the_list(pilot, services)
        await _open(pilot)
        painted.clear()
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, DashboardsScreen), "the list")
        await wait_for_text(pilot, SALES.name)
        first = next(each for each in painted if isinstance(each[0], DashboardsScreen))
        assert first[1] == {1}
        assert "Dashboards" in first[2]
        assert pilot.app.screen.query_one("#dashboards-frame", TitledFrame).title == "Dashboards"
        assert screen_lines(pilot)[1].startswith("╭─ Dashboards ─")


async def test_a_terminal_that_was_resized_meanwhile_is_painted_as_it_is_now() -> None:
    services = services_for(BLOBS, SALES)
    async with fake_app(services).run_test(size=(100, 30)) as pilot:
        await _on_the_list(pilot, services)
        await _open(pilot)
        await pilot.resize_terminal(80, 24)
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, DashboardsScreen), "the list")
        await wait_for_text(pilot, SALES.name)
        assert len(screen_lines(pilot)[1]) == 80
        assert screen_lines(pilot)[1].endswith("╮")


async def test_an_unchanged_pointer_shape_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of painting it would cause a full repaint: the terminal's content would be unknown."""
    services = services_for(BLOBS, SALES)
    async with fake_app(services).run_test(size=(100, 30)) as pilot:
        sent: list[str] = []
        monkeypatch.setattr(pilot.app, "send", sent.append)
        await _on_the_list(pilot, services)
        await _open(pilot)
        assert sent == []
        pilot.app._set_pointer_shape("text")
        assert sent == ["\x1b]22;text\x07"]
