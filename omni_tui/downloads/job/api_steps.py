"""The three steps of an export: start it, poll until it is rendered, download its file. Keeps no state.

Temporary failures (no response, 5xx, 429, an incomplete body) are retried here. Any other error ends the job,
except Conflict (409) and StillRunning (202), which send it back a step.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext

from omni_tui.api.errors.types import (
    ApiError,
    Forbidden,
    JobFailed,
    NotFound,
    NotOmni,
    NotReached,
    ServerFailed,
    StillRunning,
    TooManyRequests,
)
from omni_tui.api.models import JobStatus, Phase
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.transport.transports import Sending, unrecorded
from omni_tui.downloads.errors import FileGone, RenderFailed, WrongFile
from omni_tui.downloads.files.part_file import file_name_for
from omni_tui.downloads.files.writer import FileWriter, SavedFile
from omni_tui.downloads.job.context import ExportFile, JobContext, Note, Part, Progress, user_of
from omni_tui.downloads.job.models import Order
from omni_tui.downloads.job.retry import keep_trying
from omni_tui.downloads.polling.poller import Watch
from omni_tui.downloads.polling.render_stats import RenderKind
from omni_tui.options import rules
from omni_tui.options.spec import ExportRequest, Format

# Attempts to start an export without a response. Each may have started a rendering on the server.
START_TRIES = 4
# Attempts if the request was never sent, and so started nothing: about three minutes.
UNSENT_TRIES = 10
# How often a download may begin: an incomplete one starts over.
FETCH_TRIES = 6
# Attempts if the file is missing. A server may report "complete" a moment before it has the file, or its
# storage may reject a link.
MISSING_TRIES = 4
# Attempts after a response that makes no sense, which may be a maintenance page.
UNREADABLE_TRIES = 5
# The end of a note about a failure that will be retried.
RETRYING = "Retrying."

# How long a job waits before it tries again to start while another export of the dashboard runs.
CONFLICT_RETRY_SECONDS = 5.0

# If the server asks for a longer wait than this, the job fails at once instead of waiting.
MAX_RETRY_AFTER_SECONDS = 3600.0


async def initiate(
    context: JobContext,
    request: ExportRequest,
    note: Note,
    sending: Sending = unrecorded,
    priority: Priority = Priority.START_OR_FETCH,
) -> str:
    """Start the export and return the server's job ID. Raises Conflict, or the error that ends the job.

    After an attempt without a response, the next one may get a 409 for our own export: see
    `conflict.is_our_start`.
    """

    sent = 0

    async def start() -> str:
        body = rules.payload(request)
        return await context.client.initiate(
            request.dashboard_id, body, user_id=user_of(request), sending=sending, priority=priority
        )

    def may_retry(error: BaseException, tries: int) -> bool:
        nonlocal sent
        was_unsent = isinstance(error, NotReached) and not error.was_sent
        sent += not was_unsent
        return _passes(error) and sent < START_TRIES and (tries < UNSENT_TRIES or not was_unsent)

    return await keep_trying(start, context.clock, may_retry=may_retry, before_wait=_noting(note))


async def wait_until_rendered(
    context: JobContext,
    request: ExportRequest,
    job_id: str,
    note: Note,
    opened: AsyncExitStack,
    *,
    is_start_known: bool,
) -> ExportFile | None:
    """Poll until the file is ready. Raises RenderFailed, or WrongFile if it has another format.

    If the file was probably ready, it was requested instead of the status: then it is returned, and `opened`
    closes it. `is_start_known`: the server started the job just now, so its render time can be measured.
    """
    may_open = True
    kind = RenderKind(request.dashboard_id, request.format)
    with context.poller.watch(kind, is_start_known=is_start_known) as watch:
        while True:
            if await watch.turn() and may_open:
                file = await _opened_early(context, request, job_id, watch, opened)
                if file is not None:
                    note("")
                    return file
                may_open = watch.is_known_running
            else:
                status = await _poll(context, request, job_id, note, watch)
                if status is not None:
                    check_rendered(request.format, status)
                    return None


async def wait_until_ended(context: JobContext, request: ExportRequest, job_id: str, note: Note) -> JobStatus:
    """Poll until a job has ended, with or without success; return its final status. Downloads nothing."""
    kind = RenderKind(request.dashboard_id, request.format)
    with context.poller.watch(kind, is_start_known=False) as watch:
        while True:
            await watch.turn()
            status = await _poll(context, request, job_id, note, watch)
            if status is not None:
                return status


def check_rendered(wanted: Format, status: JobStatus) -> None:
    """Raise RenderFailed if the job failed, or WrongFile if it made another format than `wanted`."""
    if status.phase is Phase.FAILED:
        raise RenderFailed(status.error or "")
    word = (status.format or "").lower()
    if word != wanted.value and word in {fmt.value for fmt in Format}:
        raise WrongFile(
            f"The server made a {word.upper()} instead of {wanted.label}.", "Start the export again."
        )


async def wait_for_other(context: JobContext, request: ExportRequest, job_id: str | None, note: Note) -> None:
    """Wait until a conflicting job has ended. Without its ID, wait CONFLICT_RETRY_SECONDS."""
    try:
        if job_id is not None:
            await wait_until_ended(context, request, job_id, note)
            return
    except (NotFound, Forbidden):
        # it is gone, or we have no access to it: all we can do is to try ours again
        note("")
    await context.clock.sleep(CONFLICT_RETRY_SECONDS)


async def fetch(
    context: JobContext,
    order: Order,
    job_id: str,
    note: Note,
    progress: Progress,
    part: Part,
    opened: ExportFile | None = None,
) -> SavedFile:
    """Download the file and save it.

    Raises StillRunning, or the error that ends the job: RenderFailed, FileGone, WrongFile, FileSaveError or
    an ApiError. `opened` is the file if it is open already; the caller closes it.
    """
    begun = 0  # how often the file began to arrive
    has_begun = False  # … and whether it did in this attempt
    missing_count = 0  # how often the file was missing
    sha256 = ""  # of a file that arrived completely and failed its check

    def may_retry(error: BaseException, tries: int) -> bool:
        nonlocal missing_count
        if not has_begun and _is_missing(error):
            missing_count += 1
            return missing_count < MISSING_TRIES
        if not has_begun:  # until the job times out
            return _passes(error)
        if isinstance(error, NotOmni):  # a page in place of the file
            return begun < UNREADABLE_TRIES
        passes = _passes(error) or (isinstance(error, WrongFile) and may_come_whole(error))
        return passes and begun < FETCH_TRIES

    def may_come_whole(error: WrongFile) -> bool:
        nonlocal sha256
        before, sha256 = sha256, error.sha256
        return error.is_cut_short and (not sha256 or sha256 != before)

    async def fetch_once() -> SavedFile:
        nonlocal opened, begun, has_begun
        has_begun = False
        here, opened = opened, None  # use it once only
        file = _file(context, order.request, job_id) if here is None else nullcontext(here)
        async with file as stream:
            has_begun = True
            begun += 1
            return await _save(context, order, stream, note, progress, part, begun >= FETCH_TRIES, sha256)

    try:
        return await keep_trying(fetch_once, context.clock, may_retry=may_retry, before_wait=_noting(note))
    except JobFailed as error:
        raise RenderFailed(error.reason) from error
    except NotFound as error:
        if error.is_about_user:
            raise
        raise FileGone from error


def _is_missing(error: BaseException) -> bool:
    """Return whether there is no file (yet), on the server or in the storage that it links to."""
    if isinstance(error, NotFound):
        return not error.is_about_user
    return isinstance(error, ServerFailed) and error.status is not None and error.status < 500


async def _save(
    context: JobContext,
    order: Order,
    stream: ExportFile,
    note: Note,
    progress: Progress,
    part: Part,
    is_last_try: bool,
    failed_sha256: str,
) -> SavedFile:
    extension = _extension(order, stream)
    async with FileWriter(
        order.folder,
        file_name_for(order, extension, stream.file_name),
        extension,
        content_type=stream.content_type,
        expected_size=stream.content_length,
        run_blocking=context.run_blocking,
        is_end_marked=stream.is_end_marked,
        is_last_try=is_last_try,
        failed_sha256=failed_sha256,
        tag=part.tag,
        note_part=part.note,
    ) as writer:
        note("")
        progress(0, stream.content_length)
        async for chunk in stream.chunks():
            await writer.write(chunk)
            progress(writer.received, stream.content_length)
        progress(writer.received, writer.received)  # complete
        return await writer.finish()


def _extension(order: Order, stream: ExportFile) -> str:
    """Return the extension that the file must have. With unknown options, CSV may be one file or a ZIP."""
    if order.has_unknown_options and order.request.format is Format.CSV:
        is_zip = "zip" in stream.content_type.lower() or stream.file_name.lower().endswith(".zip")
        return "zip" if is_zip else "csv"
    return rules.file_extension(order.request)


def _file(
    context: JobContext, request: ExportRequest, job_id: str
) -> AbstractAsyncContextManager[ExportFile]:
    return context.client.file(request.dashboard_id, job_id, user_id=user_of(request))


async def _poll(
    context: JobContext, request: ExportRequest, job_id: str, note: Note, watch: Watch
) -> JobStatus | None:
    """Poll once; return the final status, or None while the job runs. An unknown state counts as running."""

    async def read_status() -> JobStatus:
        status = await context.client.status(request.dashboard_id, job_id, user_id=user_of(request))
        note("")
        return status

    nonsense_count = 0

    def may_retry(error: BaseException, tries: int) -> bool:
        nonlocal nonsense_count
        is_nonsense = isinstance(error, NotOmni) or (isinstance(error, ApiError) and error.was_success)
        nonsense_count += is_nonsense
        return nonsense_count < UNREADABLE_TRIES if is_nonsense else _passes(error)

    status = await keep_trying(read_status, context.clock, may_retry=may_retry, before_wait=_noting(note))
    if status.phase is Phase.RUNNING:
        watch.found_running()
        return None
    if status.phase is Phase.COMPLETE:  # the time until a failure says nothing about render times
        watch.job_ended()
    return status


async def _opened_early(
    context: JobContext, request: ExportRequest, job_id: str, watch: Watch, opened: AsyncExitStack
) -> ExportFile | None:
    """Request the file; return it, or None if it isn't ready. Raises RenderFailed; polls report the rest."""
    try:
        file = await opened.enter_async_context(_file(context, request, job_id))
    except StillRunning:
        watch.found_running()
        return None
    except JobFailed as error:
        raise RenderFailed(error.reason) from error
    except ApiError as error:
        if isinstance(error, NotFound):  # this server may respond like this while the file isn't ready
            context.poller.may_request_files = False
        watch.found_nothing()
        return None
    watch.job_ended()
    return file


def _passes(error: BaseException) -> bool:
    """Return whether the failure may be temporary, so that it's worth trying again soon."""
    wish = getattr(error, "retry_after_seconds", None) or 0.0
    return isinstance(error, NotReached | ServerFailed | TooManyRequests) and wish <= MAX_RETRY_AFTER_SECONDS


def _noting(note: Note) -> Callable[[BaseException], None]:
    return lambda error: note(f"{getattr(error, 'message', error)} {RETRYING}")
