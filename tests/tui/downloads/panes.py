"""The downloads pane over fake services, opened by its key."""

from textual.pilot import Pilot

from omni_tui.tui.downloads.list import JobList
from omni_tui.tui.downloads.pane import DownloadsPane
from tests.tui.fake_services import FakeServices, document
from tests.tui.waiting import wait_for, wait_for_text

SIZE = (120, 40)


def services_with(*names: str) -> FakeServices:
    """Services with one queued job for each name, the first the oldest."""
    services = FakeServices(documents=[document("Blob Web Traffic")])
    for name in names:
        services.engine.add(name=name)
    return services


async def opened(pilot: Pilot[object]) -> DownloadsPane:
    """The pane, opened by its key, with the keys in its list."""
    await wait_for_text(pilot, "blobsrus")
    await pilot.press("f3")
    await wait_for(pilot, lambda: isinstance(pilot.app.focused, JobList), "the list to have the keys")
    return pilot.app.screen.query_one(DownloadsPane)
