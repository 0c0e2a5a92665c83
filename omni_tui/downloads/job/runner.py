"""Run one job from its order to its file: the steps in order, with the job's state changes."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace

from omni_tui.api.errors.types import Conflict, NotFound, StillRunning
from omni_tui.downloads.errors import FileSaveError, JobTimedOut, RenderFailed, WrongFile
from omni_tui.downloads.files.folders import check_folder
from omni_tui.downloads.files.manifest import manifest_of, write_manifest
from omni_tui.downloads.files.writer import SavedFile, uninterrupted
from omni_tui.downloads.job import api_steps, conflict
from omni_tui.downloads.job.context import ExportFile, JobContext
from omni_tui.downloads.job.dashboard_lock import DashboardLock
from omni_tui.downloads.job.job_handle import JobHandle
from omni_tui.downloads.job.models import JobState, Order
from omni_tui.downloads.job.retry import WINDOW_SECONDS, StallCheck, within
from omni_tui.downloads.job.tile_limits import find_cut_offs
from omni_tui.formatting import sentences
from omni_tui.options.spec import ExportRequest

WAITS_FOR_OTHER = "waiting for another export of this dashboard"
CONFLICT_HINT = "Another export of this dashboard may be running, or the rate limit may be used up."
RESTARTED = "server lost the job; restarted"


class JobRunner:
    """Runs one job.

    `timeout_seconds` is how long the server may take until it begins to send the file, counted from when the
    job gets the dashboard's lock. A download may take longer, unless it stalls (`StallCheck`).
    """

    def __init__(
        self, handle: JobHandle, context: JobContext, lock: DashboardLock, timeout_seconds: float
    ) -> None:
        self._handle = handle
        self._context = context
        self._lock = lock
        self._timeout_seconds = timeout_seconds
        self._deadline: float | None = None
        self._was_lost = False
        self._cause = ""
        """The last failure's message; empty after a response."""
        self._starts_sent = 0
        """How often a start was sent without a response."""
        self._has_status = False
        """Whether the server has answered a request for the status."""
        self._arrived: tuple[int, int | None] | None = None
        """The bytes of the file that arrived, and those expected if known; None before it begins."""

    async def run(self, *, is_rendered: bool = False) -> SavedFile:
        """Run the job from its current state and return the saved file. Leaves no part file.

        `is_rendered`: the server is known to have the file. Raises OmniTuiError if the job fails.
        """
        order = self._handle.job.order
        await uninterrupted(self._context.run_blocking(check_folder, order.folder))
        saved = await uninterrupted(self._context.run_blocking(self._handle.recover))
        if saved is None:
            saved = await self._fetch(order, is_rendered=is_rendered)
        saved = replace(saved, cut_off=await find_cut_offs(self._context, order, saved.tables))
        return await self._with_manifest(saved) if order.has_manifest else saved

    async def _fetch(self, order: Order, *, is_rendered: bool) -> SavedFile:
        while True:
            async with AsyncExitStack() as opened:
                file = None if is_rendered else await self._render(order.request, opened)
                self._handle.move(JobState.SAVING)
                try:
                    return await self._fetch_file(order, file)
                except StillRunning:
                    is_rendered = False
            self._handle.move(JobState.RENDERING)

    async def _fetch_file(self, order: Order, file: ExportFile | None) -> SavedFile:
        """Download the file in the remaining time, but at least the time that the stall check needs."""
        stall_check = StallCheck(self._context.clock)

        def progress(received: int, expected: int | None) -> None:
            stall_check.record(received, expected)
            self._arrived = (received, expected)
            self._handle.progress(received, expected)

        seconds = max(self._seconds_left(), min(self._timeout_seconds, WINDOW_SECONDS))
        async with within(
            self._context.clock, seconds, self._too_slow, extra_seconds=stall_check.extra_seconds
        ):
            return await api_steps.fetch(
                self._context, order, self._server_job_id, self._note, progress, self._handle.part, file
            )

    def _note(self, text: str) -> None:
        """Show what the job waits for, and remember the failure."""
        self._cause = text.removesuffix(api_steps.RETRYING).strip()
        self._has_status = True
        self._handle.note(text)

    async def _sending(self) -> None:
        self._starts_sent += 1
        await self._handle.sending()

    async def _with_manifest(self, saved: SavedFile) -> SavedFile:
        """Write the manifest; if that fails, add a note, because the file is saved anyway."""
        manifest = manifest_of(self._handle.job, saved, self._context.clock.time())
        try:
            await uninterrupted(self._context.run_blocking(write_manifest, manifest, saved))
        except FileSaveError as error:
            return replace(saved, note=f"{saved.note} The manifest wasn't saved: {error.message}".strip())
        return saved

    async def _render(self, request: ExportRequest, opened: AsyncExitStack) -> ExportFile | None:
        """Start the export if necessary and wait until it is rendered, one job per dashboard and user.

        Returns the file if it is open already; `opened` closes it.
        """
        async with self._lock.hold(lambda: self._handle.note(WAITS_FOR_OTHER)):
            self._handle.note("")
            async with within(self._context.clock, self._seconds_left(), self._too_late):
                while True:
                    try:
                        return await self._start_and_wait(request, opened)
                    except NotFound:
                        if not self._may_start_again:
                            raise
                    self._was_lost = True
                    self._handle.move(JobState.QUEUED)

    @property
    def _may_start_again(self) -> bool:
        """Return whether the export can be started again, because the server lost it. Only once per run."""
        job = self._handle.job
        return job.server_job_id is not None and not job.order.has_unknown_options and not self._was_lost

    async def _start_and_wait(self, request: ExportRequest, opened: AsyncExitStack) -> ExportFile | None:
        is_start_known = False
        if self._handle.job.state is JobState.QUEUED:
            await self._wait_for_leftover(request)
            is_start_known = await self._start(request)
            if self._was_lost:
                self._handle.note(RESTARTED)
        return await self._wait_until_rendered(request, opened, is_start_known=is_start_known)

    async def _start(self, request: ExportRequest) -> bool:
        """Start the export; while another one of the dashboard runs, wait for its end and try again.

        If the other one is ours (of the same request, or of a start without a response), adopt it and return
        False: its start time isn't known. Else return True.
        """
        ended: str | None = None
        while True:
            self._handle.move(JobState.STARTING)
            try:
                job_id = await api_steps.initiate(self._context, request, self._note, self._sending)
                self._cause, self._starts_sent, self._has_status = "", 0, False
            except Conflict as error:
                self._cause, self._starts_sent = "", 0
                other = error.existing_job_id
                if other is not None and other != ended and await self._is_ours(request, other):
                    self._handle.move(JobState.RENDERING, server_job_id=other)
                    return False
                self._handle.move(JobState.QUEUED, note=WAITS_FOR_OTHER, conflicting_job_id=other)
                # if the server still names a job that has ended, wait a moment
                await self._wait_for(request, other if other != ended else None)
                ended = other
            else:
                self._handle.move(JobState.RENDERING, server_job_id=job_id)
                return True

    async def _wait_until_rendered(
        self, request: ExportRequest, opened: AsyncExitStack, *, is_start_known: bool
    ) -> ExportFile | None:
        """Poll until the export has ended; until then, the lock knows the server's job for the next one."""
        self._lock.unfinished_job_id = self._server_job_id
        try:
            file = await api_steps.wait_until_rendered(
                self._context,
                request,
                self._server_job_id,
                self._note,
                opened,
                is_start_known=is_start_known,
            )
        except (NotFound, RenderFailed, WrongFile):
            self._lock.unfinished_job_id = None
            raise
        self._lock.unfinished_job_id = None
        return file

    async def _is_ours(self, request: ExportRequest, other: str) -> bool:
        """Return whether the server's job can be adopted: only if it certainly has the same options."""
        known = await self._handle.known(other)
        if known is not None:
            return known.state is not JobState.DONE and conflict.is_same(known.order.request, request)
        unanswered = self._handle.job.start_sent_at[:-1]  # the last one was answered: with the conflict
        return await conflict.is_our_start(self._context, request, other, unanswered)

    async def _wait_for_leftover(self, request: ExportRequest) -> None:
        """Wait for an unfinished job of this dashboard, unless it has the same request: that is adopted."""
        leftover = self._lock.unfinished_job_id
        if leftover is None:
            return
        known = await self._handle.known(leftover)
        if known is None or not conflict.is_same(known.order.request, request):
            self._handle.note(WAITS_FOR_OTHER)
            await self._wait_for(request, leftover)
        self._lock.unfinished_job_id = None

    async def _wait_for(self, request: ExportRequest, other: str | None) -> None:
        await api_steps.wait_for_other(
            self._context, request, other, lambda text: self._handle.note(text or WAITS_FOR_OTHER)
        )

    @property
    def _server_job_id(self) -> str:
        job_id = self._handle.job.server_job_id
        assert job_id is not None, "known once the start is answered"
        return job_id

    def _seconds_left(self) -> float:
        now = self._context.clock.monotonic()
        if self._deadline is None:
            self._deadline = now + self._timeout_seconds
        return self._deadline - now

    def _too_late(self) -> JobTimedOut:
        limit, cause = duration_text(self._timeout_seconds), self._cause
        if self._handle.job.server_job_id is None:
            cause = cause or self._unanswered_start()
            hint = "Try again later, or allow more time." if cause else CONFLICT_HINT
            return JobTimedOut(sentences(f"This export couldn't be started within {limit}.", cause), hint)
        if not self._has_status:
            cause = "Omni didn't respond to the status requests."
        return JobTimedOut(
            sentences(f"The server didn't finish this export within {limit}.", cause),
            "It may still finish: resume the download, or allow more time.",
        )

    def _unanswered_start(self) -> str:
        """Return that the start was sent and not answered; an empty text if it wasn't sent."""
        if self._starts_sent > 1:
            return "Omni was busy at every attempt."
        return "Omni didn't respond to the request to start it." if self._starts_sent else ""

    def _too_slow(self) -> JobTimedOut:
        return JobTimedOut(
            sentences(
                f"The file couldn't be downloaded within {duration_text(self._timeout_seconds)}.",
                self._cause or self._how_much_arrived(),
            ),
            "Resume the download, or allow more time.",
        )

    def _how_much_arrived(self) -> str:
        if self._arrived is None:
            return "Omni didn't respond to the request for it."
        received, expected = self._arrived
        return f"Only {received:,}{'' if expected is None else f' of {expected:,}'} bytes arrived."


def duration_text(seconds: float) -> str:
    """Return a duration in its largest unit, such as "1.5 minutes"."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= size:
            return _counted(seconds / size, unit)
    return _counted(seconds, "second")


def _counted(number: float, unit: str) -> str:
    return f"{number:.3g} {unit}{'' if number == 1 else 's'}"
