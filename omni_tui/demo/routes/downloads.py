"""Downloads: initiate, status, file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from omni_tui.demo.access.callers import caller_of
from omni_tui.demo.access.run_as import is_uuid
from omni_tui.demo.faults.file_faults import with_fault
from omni_tui.demo.faults.modes import Situation
from omni_tui.demo.files.models import RenderedFile
from omni_tui.demo.jobs import Job, JobState
from omni_tui.demo.replies import rejection, wire_time
from omni_tui.demo.routes.server_state import demo_of, found_dashboard, refused_user
from omni_tui.demo.rules import is_encodable, verdict
from omni_tui.demo.sample_data.models import Special


async def initiate(request: Request) -> Response:
    """`POST …/dashboards/{id}/download`: 200 with the job's ID, or an error."""
    demo, caller = demo_of(request), caller_of(request)
    dashboard = found_dashboard(request)
    if dashboard is None:
        return rejection(404, "Dashboard not found")
    if dashboard.special is Special.FORBIDDEN:
        return rejection(403, "Insufficient permissions to download the specified dashboard")
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        return rejection(400, "Bad Request: Malformed JSON body")
    user_id = request.query_params.get("userId")
    refused = verdict(
        body,
        dashboard,
        user_id=user_id,
        is_organization_key=caller.is_organization_key,
        strict=demo.settings.strict,
        behavior=demo.behavior,
    )
    if refused is not None:
        return rejection(refused.status, refused.message)
    if not _is_unicode(body):
        return rejection(400, "Bad Request: body: Invalid Unicode")
    runs_as = caller.runs_as(user_id)
    running = demo.jobs.running(dashboard.identifier, runs_as)
    if running is not None:
        return _conflict(running)
    is_renderer_down = demo.situation is Situation.RENDERER_DOWN
    job = demo.jobs.start(dashboard, body, runs_as, is_renderer_down=is_renderer_down)
    return JSONResponse({"job_id": job.identifier, "message": "Download initiated successfully"})


async def status(request: Request) -> Response:
    """`GET …/download/{job}/status`: the job's state."""
    found = _found_job(request)
    if isinstance(found, Response):
        return found
    state = demo_of(request).jobs.state(found)
    answer = {
        "job_id": found.identifier,
        "status": state.value,
        "format": found.format,
        "created_at": wire_time(found.created_at),
    }
    if state is JobState.ERROR:
        answer["error"] = found.failure() or ""
    return JSONResponse(answer)


async def file(request: Request) -> Response:
    """`GET …/download/{job}`: the file, 202 while the job runs, 410 if it failed."""
    demo = demo_of(request)
    found = _found_job(request)
    if isinstance(found, Response):
        return found
    if demo.settings.strict and not _takes_files(request.headers.get("accept", "*/*")):
        return rejection(406, "Not Acceptable: a file does not come as JSON")
    match demo.jobs.state(found):
        case JobState.IN_PROGRESS:
            answer = {"job_id": found.identifier, "status": JobState.IN_PROGRESS.value}
            return JSONResponse(answer, 202)
        case JobState.ERROR:
            return rejection(410, found.failure() or "Job failed")
    return with_fault(_file_response(found.rendering.result()), demo.file_fault)


def _conflict(running: Job) -> Response:
    detail = (
        "A download is already in progress for this dashboard. "
        "Please wait for it to complete or check its status."
    )
    answer = {"detail": detail, "existing_job_id": running.identifier, "status": "EXECUTING"}
    return JSONResponse(answer, 409)


def _found_job(request: Request) -> Job | Response:
    demo, caller = demo_of(request), caller_of(request)
    dashboard = found_dashboard(request)
    if refused := refused_user(request):
        return refused
    job_id = request.path_params["job_id"]
    if not is_uuid(job_id):
        return rejection(400, "Bad Request: jobId: Invalid UUID format")
    if dashboard is None:
        return rejection(404, "Dashboard not found")
    job = demo.jobs.find(
        job_id.lower(), dashboard.identifier, caller.runs_as(request.query_params.get("userId"))
    )
    return job if job is not None else rejection(404, "Download job not found")


def _is_unicode(body: object) -> bool:
    """Return whether all texts in a body are valid: half a surrogate pair can't be encoded."""
    try:
        return is_encodable(json.dumps(body, ensure_ascii=False))
    except RecursionError:
        return False


def _takes_files(accept: str) -> bool:
    """Return whether an `Accept` header allows more than JSON."""
    ranges = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return any(each and each != "application/json" and not each.endswith("+json") for each in ranges)


def _file_response(rendered: RenderedFile) -> StreamingResponse:
    headers = {"Content-Disposition": _attachment(rendered.name)}
    if rendered.length is not None:
        headers["Content-Length"] = str(rendered.length)
    return StreamingResponse(_sent(rendered), headers=headers, media_type=rendered.content_type)


async def _sent(rendered: RenderedFile) -> AsyncIterator[bytes]:
    """Yield the chunks: each is generated in well under a millisecond, after the last one was sent."""
    for chunk in rendered.chunks():
        yield chunk
        await asyncio.sleep(0)  # let other requests run, however fast this one is read


def _attachment(name: str) -> str:
    """Return a header with two names: in plain ASCII for old clients, and complete for others."""
    plain = "".join(
        character if " " <= character <= "~" and character not in '"\\' else "_" for character in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
