"""An export form with fake services, ready for a pilot."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual import events
from textual.pilot import Pilot

from omni_tui.api.errors.types import error_from_response
from omni_tui.api.models import DashboardFilters, Document, Tile
from omni_tui.downloads.job.failure_messages import failure_from
from omni_tui.downloads.job.models import JobState, Order
from omni_tui.options.spec import JsonValue
from omni_tui.tui.app import OmniTui
from omni_tui.tui.export_form.fields.base import FieldErrors
from omni_tui.tui.export_form.form import ExportForm
from omni_tui.tui.export_form.screen import ExportScreen
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import screen_lines, wait_for, wait_for_text

BLOBS = document("Blob Web Traffic", "12db1a0a")
SALES = document("Sales Overview", "77aa01c2")
TILES = (
    Tile("t1", "Sessions by day", "1"),
    Tile("t2", "Top channels", "2"),
    Tile("t3", "Bounce [rate]", "3"),
)
STATUS = {"type": "string", "kind": "EQUALS", "values": ["complete"], "is_negative": False}


@dataclass
class Form:
    """The open form, and helpers for tests."""

    pilot: Pilot[int]
    services: FakeServices
    screen: ExportScreen

    @property
    def widget(self) -> ExportForm:
        return self.screen.query_one(ExportForm)

    @property
    def problems(self) -> list[str]:
        """The shown messages, in the order of the screen."""
        lines = [line for line in self.screen.query(FieldErrors) if line.display]
        return [problem.message for line in lines for problem in line.problems]

    @property
    def focused(self) -> str:
        """The ID of the focused widget."""
        return (self.screen.focused.id or "") if self.screen.focused is not None else ""

    @property
    def bodies(self) -> list[dict[str, JsonValue]]:
        """The bodies of the submitted exports."""
        from omni_tui.options.rules import payload

        return [payload(order.request) for order in self.services.engine.submitted]

    def line(self, text: str) -> str:
        """Return the first line of the screen with this text."""
        return next((line for line in screen_lines(self.pilot) if text in line), "")

    async def focus(self, wire_name: str) -> None:
        """Focus an option's field."""
        self.widget.focus_field(wire_name)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def burst(self, *keys: str) -> None:
        """Send keys together, as a terminal does after a delay."""
        for key in keys:
            character = {"space": " ", "enter": "\r"}.get(key, key if len(key) == 1 else None)
            self.pilot.app.post_message(events.Key(key, character))
        await self.pilot.pause()

    async def type(self, wire_name: str, text: str) -> None:
        """Replace the text of an option's field."""
        await self.focus(wire_name)
        await self.press("end", "ctrl+u", *text)

    async def shows(self, text: str) -> None:
        await wait_for_text(self.pilot, text)

    def below(self, message: str) -> str:
        """Return the line above the one with this text: the field's."""
        lines = screen_lines(self.pilot)
        found = (lines[at - 1] for at, line in enumerate(lines) if message in line)
        return next(found, "")

    async def refuse(self, status: int, reason: str, number: int = -1) -> None:
        """Let the job with that number fail with this response."""
        job = self.services.engine.jobs()[number]
        path = f"/v1/dashboards/{job.order.request.dashboard_id}/download"
        body = json.dumps({"error": reason}).encode()
        error = error_from_response(status, {"content-type": "application/json"}, body, path=path)
        self.services.engine.move(job.id, JobState.FAILED, failure=failure_from(error, job.order))
        await wait_for(self.pilot, lambda: self.problems, "the refusal")


def services_for(*documents: Document) -> FakeServices:
    """Return services with a download folder; the first dashboard has tiles and a filter."""
    services = FakeServices(documents=documents)
    services.download_folder.mkdir(parents=True, exist_ok=True)
    services.client.tiles_of[documents[0].identifier] = TILES
    filters = DashboardFilters(("orders.status",), {"orders.status": STATUS})
    services.client.filters_of[documents[0].identifier] = filters
    return services


def tell_filters(services: FakeServices, raw: Mapping[str, JsonValue], *documents: Document) -> None:
    """Give each of these dashboards these filters."""
    for each in documents:
        services.client.filters_of[each.identifier] = DashboardFilters(tuple(raw), dict(raw))


async def show_form(
    pilot: Pilot[int], services: FakeServices, documents: Sequence[Document], order: Order | None = None
) -> Form:
    """Open the form for these dashboards in a running program."""
    app = pilot.app
    await wait_for(pilot, lambda: isinstance(app, OmniTui) and app.services is not None)
    screen = ExportScreen(tuple(documents), order)
    await app.push_screen(screen)
    form = Form(pilot, services, screen)
    await wait_for(pilot, lambda: form.focused == "format", "the form")
    return form


@asynccontextmanager
async def open_form(
    *documents: Document,
    services: FakeServices | None = None,
    size: tuple[int, int] = (80, 24),
    notifications: bool = False,
) -> AsyncIterator[Form]:
    """Open the form for these dashboards (default: BLOBS), with the focus on the format."""
    wanted = documents or (BLOBS,)
    used = services or services_for(*wanted)
    async with fake_app(used).run_test(size=size, notifications=notifications) as pilot:
        yield await show_form(pilot, used, wanted)
