"""What keys do with one download, wherever it is shown: in the list of downloads, and in full."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.key_labels import key_words, keys_of
from omni_tui.tui.common.service_watcher import Following
from omni_tui.tui.common.work import run_apart
from omni_tui.tui.messages import OpenComparison, OpenForm, OpenPreview

if TYPE_CHECKING:
    from omni_tui.downloads.engine import Engine

TAKE_OTHER = "Instead of waiting for another export of the dashboard, take that one's file"
    def action_compare(self) -> None:
        """Show what changed since the previous saved export of the same request."""
        job = self.meant_job()
        if job is not None and job.path is not None and job.state is JobState.DONE:
            self.post_message(OpenComparison(job))
        elif job is not None:
            self.say_of_job("no file yet")
