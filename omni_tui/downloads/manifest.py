"""What a saved file is and how it was made, as a small JSON file beside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from omni_tui import __version__
from omni_tui.downloads.files import PartFile
from omni_tui.downloads.models import Job, JobState
from omni_tui.options.rules import payload, query
from omni_tui.options.spec import JsonValue

MANIFEST_SUFFIX = ".manifest.json"


def manifest_of(job: Job) -> dict[str, JsonValue]:
    """A saved job's manifest. Sizes are in bytes, times in ISO 8601; nothing of the key is in it."""
    assert job.path is not None, "only a saved file has one"
    request = job.order.request
    return {
        "program": f"omni-tui {__version__}",
        "dashboard": {"id": request.dashboard_id, "name": job.order.dashboard_name},
        "options": payload(request),  # the format and the filters are among them
        "run_as": {"id": query(request).get("userId"), "name": job.order.run_as or None},
        "job_id": job.server_job_id,
        "submitted": _moment(job.times.get(JobState.QUEUED)),
        "saved": _moment(job.times.get(JobState.DONE)),
        "file": job.path.name,
        "bytes": job.bytes_received,
        "sha256": job.sha256,
        "rows": job.rows,
        "may_be_cut_off_at": job.cut_off_at,
    }


def write_manifest(job: Job) -> Path:
    """Write it beside the job's file, under a free name: its path. Blocks; raises FileTrouble."""
    assert job.path is not None, "only a saved file has one"
    part = PartFile(job.path.parent, f"{job.path.name}{MANIFEST_SUFFIX}")
    try:
        text = json.dumps(manifest_of(job), indent=2)  # in ASCII, so that any name can be written
        part.write(f"{text}\n".encode())
        return part.finish()
    except BaseException:
        part.discard()
        raise


def _moment(seconds: float | None) -> str | None:
    """Seconds since 1970 as a time in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
