"""The application around its screens: quitting, settings, themes and failures."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES

import omni_tui.services
from omni_tui.api.errors.types import NotReached
from omni_tui.downloads.job.models import FailureKind, JobFailure, JobState
from omni_tui.errors import OmniTuiError
from omni_tui.launch_options import Arguments
from omni_tui.settings.errors import SettingsError
from omni_tui.tui.app import KEY_REJECTED, OmniTui, run_app
from omni_tui.tui.common.work import run_in_background
from omni_tui.tui.connection.error_screen import ErrorScreen
from omni_tui.tui.dashboards.list import DashboardList
from omni_tui.tui.dashboards.screen import DashboardsScreen
from omni_tui.tui.quit_dialog import QuitDialog
from tests.tui.fake_services import FakeServices, fake_app
from tests.tui.starts import ALL, started
from tests.tui.waiting import screen_text, wait_for, wait_for_text

SIZE = (80, 24)


@asynccontextmanager
async def opened(
    monkeypatch: pytest.MonkeyPatch, *answers: FakeServices | Exception, size: tuple[int, int] = SIZE
) -> AsyncIterator[Pilot[Any]]:
    """Run the program; each attempt to open its services has the next of these outcomes."""
    outcomes = iter(answers)

    async def open_services(*_: object) -> Any:
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(omni_tui.services, "open_services", open_services)
    app = OmniTui(Arguments())
    async with app.run_test(size=size, notifications=True) as pilot:
        yield pilot


def with_settings(**values: Any) -> FakeServices:
    """Return services with these settings."""
    services = FakeServices(documents=ALL)
    for name, value in {"notices": (), **values}.items():
        setattr(services.settings, name, value)
    return services


# starting


async def test_garbage_collection_runs_after_start_up_without_scanning_permanent_objects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = gc.get_freeze_count()
    gc.disable()  # as the command line does
    try:
        async with opened(monkeypatch, FakeServices(documents=ALL)) as pilot:
            await wait_for(pilot, gc.isenabled, "the services")
            assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
        gc.enable()


# leaving


async def test_ctrl_q_quits_and_closes_the_services() -> None:
    async with started() as start:
        await start.press("ctrl+q")
        await wait_for(start.pilot, lambda: start.app._exit)
        assert start.app.return_value == 0
        assert start.services.is_closed


async def test_ctrl_q_quits_before_the_services_are_open() -> None:
    app = fake_app(None)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+q")
    assert app.return_value == 0


async def test_quitting_asks_while_exports_run_and_escape_stays() -> None:
    async with started() as start:
        job = start.services.engine.add()
        start.services.engine.move(job.id, JobState.STARTING)
        await start.press("ctrl+q")
        await start.shows("1 export is still running.")
        await start.shows("quit now and resume it next time")
        await start.press("escape")
        assert start.app.screen is start.screen
        assert not start.services.is_closed
        assert start.services.engine.job(job.id).state is JobState.STARTING


@pytest.mark.parametrize("key", ["enter", "ctrl+q"])
async def test_enter_or_ctrl_q_confirms_quitting(key: str) -> None:
    async with started() as start:
        start.services.engine.add()
        start.services.engine.add()
        await start.press("ctrl+q")
        await start.shows("2 exports are still running.")
        assert isinstance(start.app.screen, QuitDialog)
        await start.press(key)
        await wait_for(start.pilot, lambda: start.app._exit)
        assert start.app.return_value == 0
        assert start.services.is_closed
        assert all(job.state is JobState.QUEUED for job in start.services.engine.jobs())


async def test_c_cancels_running_exports_and_quits() -> None:
    async with started() as start:
        start.services.engine.add()
        await start.press("ctrl+q")
        await start.shows("cancel it and quit")
        await start.press("c")
        await wait_for(start.pilot, lambda: start.app._exit)
        assert [job.state for job in start.services.engine.jobs()] == [JobState.CANCELED]


async def test_w_quits_when_all_exports_finish() -> None:
    async with started() as start:
        first, second = start.services.engine.add(), start.services.engine.add()
        await start.press("ctrl+q")
        await start.shows("quit when they finish")
        await start.press("w")
        await start.shows("Quitting when all exports finish")
        start.services.engine.move(first.id, JobState.DONE)
        await start.pilot.pause()
        assert not start.app._exit
        start.services.engine.move(second.id, JobState.CANCELED)
        await wait_for(start.pilot, lambda: start.app._exit)
        assert start.app.return_value == 0


async def test_the_question_counts_the_exports_that_end_meanwhile() -> None:
    async with started() as start:
        first, second = start.services.engine.add(), start.services.engine.add()
        await start.press("ctrl+q")
        await start.shows("2 exports are still running.")
        start.services.engine.move(first.id, JobState.DONE)
        await start.shows("1 export is still running.")
        start.services.engine.move(second.id, JobState.DONE)
        await start.shows("Quit omni-tui?")
        assert "running." not in screen_text(start.pilot)
        await start.press("enter")
        await wait_for(start.pilot, lambda: start.app._exit)


async def test_the_demo_does_not_offer_to_resume_later() -> None:
    async with started() as start:
        start.services.engine.is_lasting = False
        start.services.engine.add()
        await start.press("ctrl+q")
        await start.shows("The demo ends with this program.")
        assert "next time" not in screen_text(start.pilot)
        await start.press("enter")
        assert isinstance(start.app.screen, QuitDialog)


async def test_a_rejected_key_is_reported_once_for_all_paused_exports() -> None:
    async with started() as start:
        refused = JobFailure("The token was refused.", kind=FailureKind.UNAUTHORIZED)
        for _ in range(3):
            job = start.services.engine.add()
            start.services.engine.move(job.id, JobState.FAILED, failure=refused)
        await start.shows("Omni rejected the API key.")
        words = KEY_REJECTED.format_map({"profiles": "F2", "new-key": "k"})
        assert [each.message for each in start.app._notifications] == [words]


async def test_a_second_signal_waits_for_the_first_shutdown(monkeypatch: pytest.MonkeyPatch) -> None:
    may_close, is_closed = asyncio.Event(), []
    async with started() as start:

        async def aclose() -> None:
            await may_close.wait()
            is_closed.append(True)

        monkeypatch.setattr(start.services, "aclose", aclose)
        start.app._quit_on_signal(1)
        await start.pilot.pause()
        start.app._quit_on_signal(15)
        await start.pilot.pause()
        assert not start.app._exit
        may_close.set()
        await wait_for(start.pilot, lambda: start.app._exit)
        assert is_closed == [True]
        assert start.app.return_value == 129


# settings


async def test_the_keymap_changes_a_key(monkeypatch: Any) -> None:
    services = with_settings(keymap={"reload": "f8", "select": "m,insert", "nothing-of-ours": "x"})
    async with opened(monkeypatch, services, size=(120, 40)) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        assert "f8 reload" in screen_text(pilot)
        await pilot.press("r")
        await pilot.press("f8", "m", "insert")
        await wait_for(pilot, lambda: services.catalog.refreshed_count == 2)
        assert len(pilot.app.screen.query_one(DashboardList).selection) == 2
        await pilot.press("f1")
        await wait_for_text(pilot, "m, insert")


@pytest.mark.parametrize("key", ["", " ", ",", "no such key", "ctrl+", "🔥", "[red]"])
async def test_an_invalid_keymap_entry_is_ignored(key: str, monkeypatch: Any) -> None:
    async with opened(monkeypatch, with_settings(keymap={"reload": key})) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        await pilot.press("space", "f1")
        await wait_for_text(pilot, "ctrl+p")


async def test_the_configured_theme_is_used(monkeypatch: Any) -> None:
    async with opened(monkeypatch, with_settings(theme="omni-light")) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        assert pilot.app.theme == "omni-light"


async def test_an_unknown_theme_is_ignored(monkeypatch: Any) -> None:
    async with opened(monkeypatch, with_settings(theme="no such theme")) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        assert pilot.app.theme == "omni-dark"


async def test_every_theme_can_be_chosen() -> None:
    async with started(size=(120, 40)) as start:
        await start.press("f3")
        assert set(BUILTIN_THEMES) | {"omni-dark", "omni-light"} <= set(start.app.available_themes)
        for name in start.app.available_themes:
            start.app.theme = name
            await start.pilot.pause()
            assert start.app.theme == name
            assert "Churn Cohorts" in screen_text(start.pilot)
        await start.press("enter")


async def test_settings_notices_are_shown_once(monkeypatch: Any) -> None:
    notice = "The API key of the profile [red]old[/] is for old.omniapp.co only."
    async with opened(monkeypatch, with_settings(notices=(notice,))) as pilot:
        await wait_for_text(pilot, "Churn Cohorts")
        [told] = pilot.app._notifications
        assert (told.message, told.markup, told.severity) == (notice, False, "information")


# failures


async def test_unreadable_settings_are_reported_and_r_retries(monkeypatch: Any) -> None:
    broken = SettingsError("config.toml, line 3: that is [no] TOML.", "Look at line 3.")
    async with opened(monkeypatch, broken, broken, with_settings()) as pilot:
        await wait_for_text(pilot, "line 3: that is [no] TOML.")
        assert "OMNI_API_TOKEN" in screen_text(pilot)
        first = pilot.app.screen
        await pilot.press("r")
        await wait_for(
            pilot, lambda: isinstance(pilot.app.screen, ErrorScreen) and pilot.app.screen is not first
        )
        await pilot.press("enter")
        await wait_for_text(pilot, "Churn Cohorts")


async def test_other_errors_do_not_mention_the_settings(monkeypatch: Any) -> None:
    async with opened(monkeypatch, OmniTuiError("The demo is not installed.", "pip install it")) as pilot:
        await wait_for_text(pilot, "The demo is not installed.")
        assert "OMNI_API_TOKEN" not in screen_text(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: pilot.app._exit)


async def test_an_error_while_opening_is_reported(monkeypatch: Any) -> None:
    async with opened(monkeypatch, ZeroDivisionError("secret")) as pilot:
        await wait_for_text(pilot, "Internal error")
        assert "secret" not in screen_text(pilot)
        assert pilot.app._exception is None


async def test_an_error_in_a_screens_worker_is_reported_and_the_program_continues(monkeypatch: Any) -> None:
    async with started() as start:

        async def refresh() -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(start.services.catalog, "refresh", refresh)
        await start.press("r")
        await start.shows("Internal error")
        await start.press("space")
        assert start.rows.selection


async def test_an_error_in_the_worker_of_any_widget_is_reported() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    async with started() as start:
        run_in_background(start.rows, fail)
        await start.shows("Internal error (ZeroDivisionError)")


async def test_an_expected_failure_is_not_an_internal_error(monkeypatch: Any) -> None:
    async with started() as start:
        start.services.catalog.failure = NotReached("It does not answer.")
        await start.press("r")
        await start.shows("reload failed")
        assert "Internal error" not in screen_text(start.pilot)


def test_an_error_in_a_screen_quits_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(screen: DashboardsScreen) -> None:
        raise ZeroDivisionError("a screen that fails")

    monkeypatch.setattr(DashboardsScreen, "focus_body", fail)
    monkeypatch.setattr(DashboardsScreen, "on_mount", fail)
    monkeypatch.setattr(OmniTui, "run", lambda app: App.run(app, headless=True, size=SIZE))
    with pytest.raises(ZeroDivisionError, match="a screen that fails"):
        run_app(Arguments())
    told = capfd.readouterr()
    assert "Traceback" not in told.out + told.err


def test_quitting_normally_returns_the_exit_status(monkeypatch: pytest.MonkeyPatch) -> None:
    async def leave(app: OmniTui) -> None:
        await app.shut_down(143)

    monkeypatch.setattr(OmniTui, "_open_services", leave)
    monkeypatch.setattr(OmniTui, "run", lambda app: App.run(app, headless=True, size=SIZE))
    assert run_app(Arguments()) == 143
