"""The downloads pane over fake services, opened by its key."""

from typing import Any

from textual.pilot import Pilot

from omni_tui.tui.downloads.detail_screen import JobScreen
from omni_tui.tui.downloads.list import JobList
from omni_tui.tui.downloads.pane import DownloadsPane
from tests.tui.fake_services import FakeServices, document
from tests.tui.waiting import wait_for, wait_for_text

SIZE = (120, 40)
# Where the keys on a download can be pressed.
PLACES = ["the list", "in full"]


def services_with(*names: str) -> FakeServices:
    """Services with one queued job for each name, the first the oldest."""
    services = FakeServices(documents=[document("Blob Web Traffic")])
    for name in names:
        services.engine.add(name=name)
    return services


async def opened(pilot: Pilot[Any], place: str = PLACES[0]) -> DownloadsPane:
    """The pane, opened by its key, with the keys in its list; or with the newest job in full."""
    await wait_for_text(pilot, "blobsrus")
    await pilot.press("f3")
    await wait_for(pilot, lambda: isinstance(pilot.app.focused, JobList), "the list to have the keys")
    pane = pilot.app.screen.query_one(DownloadsPane)
    if place != PLACES[0]:
        await pilot.press("i")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, JobScreen), "the details")
        await wait_for_text(pilot, "Options")
    return pane
