"""The downloads pane over fake services, opened by its key."""

from typing import Any

from textual.pilot import Pilot

from omni_tui.tui.downloads.detail_screen import JobScreen
from omni_tui.tui.downloads.list import JobList
from omni_tui.tui.downloads.pane import DownloadsPane
from tests.tui.fake_services import FakeServices, document
from tests.tui.waiting import wait_for, wait_for_text

SIZE = (120, 40)
# Where the keys for a download work.
PLACES = ["the list", "in full"]


def services_with(*names: str) -> FakeServices:
    """Return services with one queued job for each name, oldest first."""
    services = FakeServices(documents=[document("Blob Web Traffic")])
    for name in names:
        services.engine.add(name=name)
    return services


async def opened(pilot: Pilot[Any], place: str = PLACES[0]) -> DownloadsPane:
    """Open the pane with its key; its list has the focus, or the newest job's details are open."""
    await wait_for_text(pilot, "blobsrus")
    await pilot.press("f3")
    await wait_for(pilot, lambda: isinstance(pilot.app.focused, JobList), "the list to have the keys")
    pane = pilot.app.screen.query_one(DownloadsPane)
    if place != PLACES[0]:
        await pilot.press("i")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, JobScreen), "the details")
        await wait_for_text(pilot, "Options")
    return pane
