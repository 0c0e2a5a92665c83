"""The whole program with its demo, driven by keys: real HTTP and files, only faster."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot

from omni_tui import services
from omni_tui.demo.server import DemoServer
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.downloads.polling import schedule
from omni_tui.launch_options import Arguments
from omni_tui.services import Services
from omni_tui.tui.app import OmniTui
from omni_tui.tui.dashboards.list import DashboardList
from omni_tui.tui.dashboards.screen import DashboardsScreen
from omni_tui.tui.export_form.fields.base import FieldErrors
from omni_tui.tui.export_form.screen import ExportScreen
from tests.tui.waiting import screen_text, wait_for, wait_for_text

# Fast rendering, frequent polls and no rate limit, so that tests don't wait.
SPEED, LIMIT = 100.0, 100_000
POLL_SECONDS = 0.02
# More than the focusable widgets of any form.
MAX_STOPS = 60


class KeptServer(DemoServer):
    """A server for many programs, which doesn't stop with one of them."""

    def stop(self) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Stop the server."""
        super().stop()


@contextmanager
def kept_server(*, strict: bool = False) -> Iterator[KeptServer]:
    """Run a fast server that many programs use as their demo, one after the other."""
    server = KeptServer(speed=SPEED, limit=LIMIT, strict=strict)
    server.start()
    try:
        yield server
    finally:
        server.end()


@dataclass
class Program:
    """The running program; its state is read from the screen, the engine and the folder."""

    pilot: Pilot[int]
    folder: Path

    @property
    def services(self) -> Services:
        app = self.pilot.app
        assert isinstance(app, OmniTui)
        assert app.services is not None
        return app.services

    @property
    def text(self) -> str:
        return screen_text(self.pilot)

    @property
    def jobs(self) -> tuple[Job, ...]:
        return self.services.engine.jobs()

    @property
    def files(self) -> list[str]:
        """The files in the download folder, by name."""
        return sorted(path.name for path in self.folder.iterdir())

    @property
    def problems(self) -> list[str]:
        """The problems shown in the form, in the order of the screen."""
        lines = [line for line in self.pilot.app.screen.query(FieldErrors) if line.display]
        return [problem.message for line in lines for problem in line.problems]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def shows(self, text: str) -> None:
        await wait_for_text(self.pilot, text)

    async def find(self, text: str) -> None:
        """Search the list of dashboards."""
        await self.press("slash", "ctrl+u", *text)

    async def open(self, dashboard: str) -> None:
        """Open a dashboard's form from the list, by its ID."""
        await self.find(dashboard)
        await self.press("enter")
        await wait_for(self.pilot, lambda: self._has_keys("format"), "the form")

    async def reach(self, wire_name: str) -> None:
        """Move down to an option's field, key by key."""
        for _ in range(MAX_STOPS):
            if self._has_keys(f"field-{wire_name}"):
                return
            await self.press("tab")
        raise AssertionError(f"no key leads to {wire_name}\n{self.text}")

    async def choose_tile(self, text: str) -> None:
        """Choose one tile: the first match of this text."""
        if "● One tile" not in self.text:
            await self.press("down", "right")
        await self.reach("queryIdentifierMapKey")
        await wait_for(self.pilot, lambda: "Loading tiles" not in self.text, "the tiles")
        await self.press(*text, "enter")

    async def export(self, *keys: str) -> list[Job]:
        """Press F5, and wait for the exports."""
        before = len(self.jobs)
        await self.press(*(keys or ("f5",)))
        assert len(self.jobs) > before, f"nothing was started\n{self.text}"
        return await self.ended(before)

    async def ended(self, since: int = 0) -> list[Job]:
        """Wait for the jobs from this number on."""
        await wait_for(self.pilot, lambda: all(job.state.is_final for job in self.jobs[since:]), "the jobs")
        return list(self.jobs[since:])

    async def saved(self) -> Path:
        """Press F5; return the one file that it saved."""
        (job,) = await self.export()
        assert job.state is JobState.DONE, job.failure
        assert job.path is not None
        assert self.folder == job.path.parent
        return job.path

    def _has_keys(self, widget_id: str) -> bool:
        screen = self.pilot.app.screen
        nodes = screen.focused.ancestors_with_self if screen.focused is not None else []
        return isinstance(screen, ExportScreen) and widget_id in {node.id for node in nodes}


@asynccontextmanager
async def running(
    server: DemoServer, folder: Path, monkeypatch: pytest.MonkeyPatch, *, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Program]:
    """Run the program with this server until its list is loaded; files go to `folder`."""
    monkeypatch.setenv("OMNI_TUI_DOWNLOAD_DIR", str(folder))
    monkeypatch.setenv("OMNI_TUI_REQUESTS_PER_MINUTE", str(LIMIT))
    monkeypatch.setattr(services, "_start_demo", lambda: server)
    monkeypatch.setattr(schedule, "MIN_GAP_SECONDS", POLL_SECONDS)
    app = OmniTui(Arguments(demo=True))
    async with app.run_test(size=size) as pilot:
        program = Program(pilot, folder)
        try:
            await wait_for(pilot, lambda: app.services is not None, "the services")
            catalog = program.services.catalog
            await wait_for(pilot, lambda: catalog.as_of is not None and not catalog.is_loading, "the list")
            assert isinstance(app.screen, DashboardsScreen)
            assert app.screen.query_one(DashboardList).rows
            yield program
        finally:
            await app.shut_down(0)
