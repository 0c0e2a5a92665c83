"""Four lines on the first start, and never again."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from omni_tui.launch_options import Arguments
from omni_tui.settings.locations import state_folder
from omni_tui.tui import app as app_module
from omni_tui.tui.app import OmniTui, run_app
from omni_tui.tui.common.key_labels import with_keys
from omni_tui.tui.dashboards.first_time import is_first_time, remember_welcome
from omni_tui.tui.dashboards.welcome import LINES
from omni_tui.tui.export_form.screen import ExportScreen
from tests.tui.fake_services import FakeApp, FakeServices
from tests.tui.starts import ALL
from tests.tui.waiting import screen_lines, screen_text, wait_for, wait_for_text


@asynccontextmanager
async def welcomed(*, is_open: bool = True, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    """Run the program as a first-time user."""
    app = FakeApp(FakeServices(documents=ALL) if is_open else None)
    app.shows_welcome = True
    async with app.run_test(size=size) as pilot:
        await wait_for_text(pilot, "Welcome")
        if is_open:
            await wait_for(pilot, lambda: app.services is not None, "the services")
        yield pilot


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_its_four_lines_fit_at_any_size(size: tuple[int, int]) -> None:
    async with welcomed(size=size) as pilot:
        text = screen_text(pilot)
        for line in LINES:
            assert with_keys(line, {}) in text
        assert "Churn Cohorts" in text


async def test_inside_tmux_it_shows_the_same_keys_as_the_footer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux-1/default,1,0")
    async with welcomed(is_open=False, size=(80, 24)) as pilot:
        await wait_for_text(pilot, "ctrl+n profiles   ctrl+t downloads   ctrl+l requests")
        await wait_for_text(pilot, "ctrl+s exports")
        await wait_for_text(pilot, "^t downloads  ^l requests")
        await wait_for_text(pilot, "/ searches as you type; enter opens")


async def test_it_is_in_the_first_paint_and_nothing_moves_when_the_list_loads() -> None:
    async with welcomed(is_open=False) as pilot:
        before = [index for index, line in enumerate(screen_lines(pilot)) if "Welcome" in line]
        cast(Any, pilot.app)._fake_services = FakeServices(documents=ALL)
        await cast(Any, pilot.app)._open_services()
        await wait_for_text(pilot, "Churn Cohorts")
        assert [index for index, line in enumerate(screen_lines(pilot)) if "Welcome" in line] == before


async def test_it_is_shown_again_if_the_list_never_opened() -> None:
    async with welcomed(is_open=False):
        assert is_first_time()
    async with welcomed() as pilot:
        await wait_for(pilot, lambda: not is_first_time(), "that it is remembered")


async def test_escape_only_dismisses_it() -> None:
    async with welcomed() as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        await pilot.press("space", "escape")
        await wait_for(pilot, lambda: "Welcome" not in screen_text(pilot))
        assert "1 selected" in screen_text(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: "1 selected" not in screen_text(pilot))


async def test_opening_a_form_dismisses_it() -> None:
    async with welcomed() as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ExportScreen), "the form")
        await pilot.press("escape")
        await wait_for_text(pilot, "Churn Cohorts")
        assert "Welcome" not in screen_text(pilot)


async def test_it_makes_room_for_a_pane_however_large() -> None:
    async with welcomed() as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        await pilot.press("f3", "z")
        await wait_for_text(pilot, "Downloads")
        await wait_for(pilot, lambda: "Welcome" not in screen_text(pilot))
        assert "F1 help" in screen_lines(pilot)[-1]


def test_it_is_shown_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[bool] = []
    monkeypatch.setattr(app_module.OmniTui, "run", lambda app: shown.append(app.shows_welcome))
    run_app(Arguments())
    remember_welcome()
    run_app(Arguments())
    assert shown == [True, False]
    mark = state_folder() / "welcomed"
    assert stat.S_IMODE(mark.stat().st_mode) == 0o600


def test_a_disk_error_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    remember_welcome()
    assert is_first_time()


async def test_it_is_not_shown_to_tests_and_scripts() -> None:
    assert not OmniTui(Arguments()).shows_welcome
