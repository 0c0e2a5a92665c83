"""At the start: resumes the unfinished exports of earlier runs, and notifies the user of what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.key_labels import with_keys
from omni_tui.tui.host import Host

if TYPE_CHECKING:
    from omni_tui.downloads.engine import Engine


async def resume_jobs(app: Host, engine: Engine) -> None:
    """Resume them; show how many, which failed, and how many entries of the list can't be read."""
    from omni_tui.downloads.store.notices import unreadable_text

    try:
        resumed = await engine.resume_all()
    except OmniTuiError as error:
        app.notify(str(error), severity="warning", markup=False)
        return
    if count := engine.unreadable_count:
        app.notify(unreadable_text(count), severity="warning", markup=False)
    for job in resumed:
        if job.failure is not None:
            name = job.title
            app.notify(f"{name}: {job.failure.message}", severity="warning", markup=False)
    count = sum(not job.state.is_final for job in resumed)
    if count:
        what, them = ("1 export", "it") if count == 1 else (f"{count} exports", "them")
        message = f"Resuming {what} from last time. Press {{downloads}} to see {them}."
        app.notify(with_keys(message, app.keys_in_use), markup=False)
