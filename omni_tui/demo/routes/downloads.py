"""Downloads: initiate, status, file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from omni_tui.demo.access.callers import caller_of
from omni_tui.demo.access.run_as import is_uuid
from omni_tui.demo.faults.file_faults import with_fault
from omni_tui.demo.faults.modes import Situation
from omni_tui.demo.files.models import RenderedFile
from omni_tui.demo.jobs import Job, JobState
from omni_tui.demo.replies import bad_request, wire_time
from omni_tui.demo.routes.common import check_user, demo_of, found_dashboard
from omni_tui.demo.rules import is_encodable, verdict
from omni_tui.demo.sample_data.models import Special


async def initiate(request: Request) -> Response:
    """`POST …/dashboards/{id}/download`: 200 with the job's ID, or an error."""
    demo, caller = demo_of(request), caller_of(request)
    dashboard = found_dashboard(request)
    if dashboard is None:
        raise HTTPException(404, "Dashboard not found")
    if dashboard.special is Special.FORBIDDEN:
        raise HTTPException(403, "Insufficient permissions to download the specified dashboard")
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "Bad Request: Malformed JSON body") from error
    user_id = request.query_params.get("userId")
    rejected = verdict(
        body,
        dashboard,
        user_id=user_id,
        is_organization_key=caller.is_organization_key,
        strict=demo.settings.strict,
        behavior=demo.behavior,
    )
    if rejected is not None:
        raise HTTPException(rejected.status, rejected.message)
    if not _is_unicode(body):
        raise bad_request("body", "Invalid Unicode")
    runs_as = caller.runs_as(user_id)
    running = demo.jobs.running(dashboard.identifier, runs_as)
    if running is not None:
        return _conflict(running)
    is_renderer_down = demo.situation is Situation.RENDERER_DOWN
    job = demo.jobs.start(dashboard, body, runs_as, is_renderer_down=is_renderer_down)
    return JSONResponse({"job_id": job.identifier, "message": "Download initiated successfully"})


async def status(request: Request) -> Response:
    """`GET …/download/{job}/status`: the job's state."""
    job = _found_job(request)
    state = demo_of(request).jobs.state(job)
    answer = {
        "job_id": job.identifier,
        "status": state.value,
        "format": job.format,
        "created_at": wire_time(job.created_at),
    }
    if state is JobState.ERROR:
        answer["error"] = job.failure() or ""
    return JSONResponse(answer)


async def file(request: Request) -> Response:
    """`GET …/download/{job}`: the file, 202 while the job runs, 410 if it failed."""
    demo = demo_of(request)
    job = _found_job(request)
    if demo.settings.strict and not _takes_files(request.headers.get("accept", "*/*")):
        raise HTTPException(406, "Not Acceptable: a file does not come as JSON")
    match demo.jobs.state(job):
        case JobState.IN_PROGRESS:
            answer = {"job_id": job.identifier, "status": JobState.IN_PROGRESS.value}
            return JSONResponse(answer, 202)
        case JobState.ERROR:
            raise HTTPException(410, job.failure() or "Job failed")
    return _file_response(with_fault(job.rendering.result(), demo.file_fault))


def _conflict(running: Job) -> Response:
    detail = (
        "A download is already in progress for this dashboard. "
        "Please wait for it to complete or check its status."
    )
    answer = {"detail": detail, "existing_job_id": running.identifier, "status": "EXECUTING"}
    return JSONResponse(answer, 409)


def _found_job(request: Request) -> Job:
    demo, caller = demo_of(request), caller_of(request)
    dashboard = found_dashboard(request)
    check_user(request)
    job_id = request.path_params["job_id"]
    if not is_uuid(job_id):
        raise bad_request("jobId", "Invalid UUID format")
    if dashboard is None:
        raise HTTPException(404, "Dashboard not found")
    job = demo.jobs.find(
        job_id.lower(), dashboard.identifier, caller.runs_as(request.query_params.get("userId"))
    )
    if job is None:
        raise HTTPException(404, "Download job not found")
    return job


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
    headers = {}
    if rendered.name:
        headers["Content-Disposition"] = _attachment(rendered.name)
    if rendered.encoding:
        headers["Content-Encoding"] = rendered.encoding
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
