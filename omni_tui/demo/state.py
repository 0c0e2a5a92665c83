"""The state of a demo server, which all its routes share."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from omni_tui.demo.access.rate_limit import RateLimit
from omni_tui.demo.faults.modes import FileFault, Situation
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.demo.settings import DemoSettings

if TYPE_CHECKING:
    from omni_tui.demo.jobs import Jobs


class Demo:
    """The simulated Omni. `situation` and `file_fault` can be changed while the server runs.

    `requests` counts API requests by method and kind, rejected ones included; `rejected_count` counts 429s.
    """

    def __init__(self, settings: DemoSettings) -> None:
        self.settings = settings
        self.behavior = settings.behavior
        self.documents = SampleDocuments(settings.dashboards, now=datetime.now(UTC))
        self.limit = RateLimit(settings.limit, counts_rejected=settings.counts_rejected)
        self.requests: Counter[tuple[str, str]] = Counter()
        self.rejected_count = 0
        self.situation = Situation.NORMAL
        self.file_fault = FileFault.NONE

    @cached_property
    def jobs(self) -> Jobs:
        """Return the downloads; their modules are imported at the first one."""
        from omni_tui.demo.jobs import Jobs

        return Jobs(self.settings)

    def close(self) -> None:
        """Accept no more work."""
        if "jobs" in self.__dict__:
            self.jobs.close()
