"""The three steps of an export: start it, ask until it is rendered, fetch its file. One job, no state.

Failures that pass (no answer, 5xx, 429, a body that breaks off) are tried again here; what is raised ends the
job, except Conflict (409) and StillRunning (202), which send it back a step.
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
from omni_tui.downloads.polling.render_stats import Kind
from omni_tui.options import rules
from omni_tui.options.spec import ExportRequest, Format

# A start that got no answer may have started something; each try may cost the server a rendering.
START_TRIES = 4
# One that never went out has started nothing: tried for some three minutes.
UNSENT_TRIES = 10
# The file is fetched once, and again from its start up to five times when it breaks off.
FETCH_TRIES = 6
# A server may say "complete" a moment before it has the file, or its storage may reject a link: fetched
# again this often at most.
MISSING_TRIES = 4
# An answer that makes no sense may be a passing maintenance page, asked again this often at most.
NONSENSE_TRIES = 5
# What a note of a failure that passes ends in.
TRYING_AGAIN = "Trying again."

# How long a job that another one is in the way of waits before it tries again.
CONFLICT_RETRY_SECONDS = 5.0

# Who is told to come back later than this is told so at once, instead of being kept waiting.
LONGEST_RETRY_AFTER_SECONDS = 3600.0


def kind_of(request: ExportRequest) -> Kind:
    """What takes about as long each time."""
    return Kind(request.dashboard_id, request.format)


async def initiate(
    context: JobContext,
    request: ExportRequest,
    note: Note,
    sending: Sending = unrecorded,
    priority: Priority = Priority.START_OR_FETCH,
) -> str:
    """Start the export; the server's id for it. Raises Conflict, and what else ends the job.

    After a try without an answer the next one may meet our own export as a 409: see `conflict.is_our_start`.
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
    """Ask until the file is there. Raises RenderFailed, or WrongFile when it plainly is of another format.

    A file that likely was there has been asked for at once: it is returned, and `opened` holds it open.
    `is_start_known`: the server has started the job just now, so that it can be learnt how long that takes.
    """
    may_open = True
    with context.poller.watch(kind_of(request), is_start_known=is_start_known) as watch:
        while True:
            if await watch.turn() and may_open:
                file = await _opened_early(context, request, job_id, watch, opened)
                if file is not None:
                    note("")
                    return file
                may_open = watch.is_known_running
            else:
                status = await _ask(context, request, job_id, note, watch)
                if status is not None:
                    check_rendered(request.format, status)
                    return None


async def wait_until_ended(context: JobContext, request: ExportRequest, job_id: str, note: Note) -> JobStatus:
    """Ask until a job has ended, well or not, without fetching its file; return the status it ended in."""
    with context.poller.watch(kind_of(request), is_start_known=False) as watch:
        while True:
            await watch.turn()
            status = await _ask(context, request, job_id, note, watch)
            if status is not None:
                return status


def check_rendered(wanted: Format, status: JobStatus) -> None:
    """Raise RenderFailed when the job has failed, WrongFile when it plainly made another format than ours."""
    if status.phase is Phase.FAILED:
        raise RenderFailed(status.error or "")
    word = (status.format or "").lower()
    if word != wanted.value and word in {fmt.value for fmt in Format}:
        raise WrongFile(
            f"The server made a {word.upper()} instead of {wanted.label}.", "Start the export again."
        )


async def wait_for_other(context: JobContext, request: ExportRequest, job_id: str | None, note: Note) -> None:
    """Wait until a job that is in our way has ended, however it ends. Without its id: a while."""
    try:
        if job_id is not None:
            await wait_until_ended(context, request, job_id, note)
            return
    except (NotFound, Forbidden):
        # it is gone, or somebody else's to ask about: all that can be done is to try ours again
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
    """Fetch the file and save it. Raises StillRunning, and what ends the job.

    That is RenderFailed, FileGone, WrongFile, FileTrouble, or an ApiError.

    `opened` is its file where that is open already; whoever has opened it closes it.
    """

    begun = 0  # how often the file has begun to come
    has_begun = False  # … and whether it did in this try
    missing_count = 0  # how often the file was not there
    sha256 = ""  # of a file that came to its end and failed its check

    def may_retry(error: BaseException, tries: int) -> bool:
        nonlocal missing_count
        if not has_begun and _is_missing(error):
            missing_count += 1
            return missing_count < MISSING_TRIES
        if not has_begun:  # for as long as the job's time lasts
            return _passes(error)
        if isinstance(error, NotOmni):  # a page in place of the file
            return begun < NONSENSE_TRIES
        passes = _passes(error) or (isinstance(error, WrongFile) and may_come_whole(error))
        return passes and begun < FETCH_TRIES

    def may_come_whole(error: WrongFile) -> bool:
        nonlocal sha256
        before, sha256 = sha256, error.sha256
        return error.is_cut_short and (not sha256 or sha256 != before)

    async def fetch_once() -> SavedFile:
        nonlocal opened, begun, has_begun
        has_begun = False
        here, opened = opened, None  # what broke off once is not tried again
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
    """Return whether there is no file for us, at the server or behind its link to a storage; perhaps yet."""
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
        progress(writer.received, writer.received)  # all is there
        return await writer.finish()


def _extension(order: Order, stream: ExportFile) -> str:
    """What the file must be. Only the server knows whether somebody else's CSV is one or a ZIP of many."""
    if order.has_unknown_options and order.request.format is Format.CSV:
        is_zip = "zip" in stream.content_type.lower() or stream.file_name.lower().endswith(".zip")
        return "zip" if is_zip else "csv"
    return rules.file_extension(order.request)


def _file(
    context: JobContext, request: ExportRequest, job_id: str
) -> AbstractAsyncContextManager[ExportFile]:
    return context.client.file(request.dashboard_id, job_id, user_id=user_of(request))


async def _ask(
    context: JobContext, request: ExportRequest, job_id: str, note: Note, watch: Watch
) -> JobStatus | None:
    """Ask once; the status in which it has ended, None while it runs. A word that is not known: it runs."""

    async def ask() -> JobStatus:
        status = await context.client.status(request.dashboard_id, job_id, user_id=user_of(request))
        note("")
        return status

    nonsense_count = 0

    def may_retry(error: BaseException, tries: int) -> bool:
        nonlocal nonsense_count
        is_nonsense = isinstance(error, NotOmni) or (isinstance(error, ApiError) and error.was_success)
        nonsense_count += is_nonsense
        return nonsense_count < NONSENSE_TRIES if is_nonsense else _passes(error)

    status = await keep_trying(ask, context.clock, may_retry=may_retry, before_wait=_noting(note))
    if status.phase is Phase.RUNNING:
        watch.found_running()
        return None
    if status.phase is Phase.COMPLETE:  # when one failed tells nothing of how long they take
        watch.found_ended()
    return status


async def _opened_early(
    context: JobContext, request: ExportRequest, job_id: str, watch: Watch, opened: AsyncExitStack
) -> ExportFile | None:
    """The file, if it is there. Raises RenderFailed. What else may be wrong, the status says in words."""
    try:
        file = await opened.enter_async_context(_file(context, request, job_id))
    except StillRunning:
        watch.found_running()
        return None
    except JobFailed as error:
        raise RenderFailed(error.reason) from error
    except ApiError as error:
        if isinstance(error, NotFound):  # this server may say so of a file that is not there yet
            context.poller.may_request_files = False
        watch.found_nothing()
        return None
    watch.found_ended()
    return file


def _passes(error: BaseException) -> bool:
    """Whether it is worth trying again soon."""
    wish = getattr(error, "retry_after_seconds", None) or 0.0
    return (
        isinstance(error, NotReached | ServerFailed | TooManyRequests) and wish <= LONGEST_RETRY_AFTER_SECONDS
    )


def _noting(note: Note) -> Callable[[BaseException], None]:
    return lambda error: note(f"{getattr(error, 'message', error)} {TRYING_AGAIN}")
