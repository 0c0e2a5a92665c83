"""The program at its first screen, with fake services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from textual.pilot import Pilot
from textual.widget import Widget

from omni_tui.api.models import Document
from omni_tui.catalog.list_view import Listing
from omni_tui.launch_options import Arguments
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.common.titled_frame import TitledFrame
from omni_tui.tui.dashboards.list import DashboardList
from omni_tui.tui.dashboards.screen import DashboardsScreen
from omni_tui.tui.export_form.screen import ExportScreen
from tests.tui.fake_services import FakeApp, FakeServices, document, fake_app
from tests.tui.waiting import wait_for, wait_for_text

BLOBS = document("Blob Web Traffic", "12db1a0a", folder="team/web", owner="Blobby")
CHANNELS = document("Web Traffic by Channel", "77aa01c2", folder="marketing", owner="Ada")
CHURN = document("Churn Cohorts", "90ab12cd", folder="growth", owner="Ines")
ALL = (BLOBS, CHANNELS, CHURN)


@dataclass
class Start:
    """The running program at its first screen."""

    pilot: Pilot[Any]
    services: FakeServices

    @property
    def app(self) -> FakeApp:
        return cast(FakeApp, self.pilot.app)

    @property
    def screen(self) -> DashboardsScreen:
        return cast(DashboardsScreen, self.app.screen_stack[0])

    @property
    def rows(self) -> DashboardList:
        return self.screen.query_one(DashboardList)

    @property
    def search(self) -> LineInput:
        return self.screen.query_one("#search", LineInput)

    @property
    def names(self) -> list[str]:
        """The names in the list, from the top."""
        return [row.name for row in self.rows.rows]

    @property
    def focused(self) -> Widget | None:
        """The focused widget of the first screen."""
        return self.screen.focused

    @property
    def note(self) -> str:
        """The text in the frame's bottom border."""
        return self.screen.query_one("#dashboards-frame", TitledFrame).note

    @property
    def opened(self) -> list[str]:
        """The IDs of the open form's dashboards."""
        top = self.app.screen
        return [each.identifier for each in top._documents] if isinstance(top, ExportScreen) else []

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def shows(self, text: str) -> None:
        await wait_for_text(self.pilot, text)

    async def opens(self, *identifiers: str) -> None:
        """Assert that a form for these opens; otherwise show what opened instead."""
        await wait_for(self.pilot, lambda: self.opened, "a form")
        assert self.opened == list(identifiers)

    async def publish(self, *documents: Document, **state: Any) -> None:
        """Let the catalog publish a change."""
        self.services.catalog.dashboards = Listing.of(documents)
        for name, value in state.items():
            setattr(self.services.catalog, name, value)
        self.services.catalog.subscribers.tell()
        await self.pilot.pause()


@asynccontextmanager
async def started(
    *documents: Document,
    services: FakeServices | None = None,
    size: tuple[int, int] = (80, 24),
    arguments: Arguments | None = None,
) -> AsyncIterator[Start]:
    """Run the first screen with these dashboards and open services."""
    used = services or FakeServices(documents=documents or ALL)
    app = fake_app(used, arguments)
    async with app.run_test(size=size, notifications=True) as pilot:
        start = Start(cast(Any, pilot), used)
        await wait_for(start.pilot, lambda: start.app.services is not None and used.catalog.refreshed_count)
        await pilot.pause()
        yield start
