"""The state that all routes share."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.requests import Request

from omni_tui.demo.faults.modes import FileFault, Situation
from omni_tui.demo.sample_data.models import Dashboard
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.demo.versions import Behavior

if TYPE_CHECKING:
    from omni_tui.demo.jobs import Jobs


class Demo:
    """The simulated Omni.

    `speed` divides the rendering time; `huge_bytes` is the size of the huge export. `situation` and
    `mischief` can be changed while the server runs.
    """

    def __init__(
        self,
        documents: SampleDocuments,
        *,
        behavior: Behavior,
        strict: bool = False,
        speed: float,
        huge_bytes: int,
        says_retry_after: bool = True,
    ) -> None:
        self.documents = documents
        self.behavior = behavior
        self.strict = strict
        self.says_retry_after = says_retry_after
        self.situation = Situation.NORMAL
        self.mischief = FileFault.NONE
        self._speed = speed
        self._huge_bytes = huge_bytes

    @cached_property
    def jobs(self) -> Jobs:
        """Return the downloads; their modules are imported at the first one."""
        from omni_tui.demo.jobs import Jobs

        return Jobs(
            speed=self._speed,
            huge_bytes=self._huge_bytes,
            drops_misfit_filters=self.behavior.drops_misfit_filters,
            now=time.monotonic,
        )

    def close(self) -> None:
        """Accept no more work."""
        if "jobs" in self.__dict__:
            self.jobs.close()


def demo_of(request: Request) -> Demo:
    """Return the simulated Omni of a request."""
    demo: Demo = request.app.state.demo
    return demo


def found_dashboard(request: Request) -> Dashboard | None:
    """Return the document in the path."""
    return demo_of(request).documents.find(request.path_params["identifier"])
