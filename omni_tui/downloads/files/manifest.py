"""Write a manifest beside a saved file: a small JSON file that says what it is and how it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from omni_tui import __version__
from omni_tui.downloads.files.part_file import PartFile
from omni_tui.downloads.job.models import Job, JobState
from omni_tui.options.rules import payload, query
from omni_tui.options.spec import JsonValue
from omni_tui.settings.shared_files import read_shared

if TYPE_CHECKING:
    from omni_tui.downloads.files.writer import SavedFile

MANIFEST_SUFFIX = ".manifest.json"


def manifest_of(job: Job, saved: SavedFile, now: float) -> dict[str, JsonValue]:
    """Return the manifest of a job's file. Sizes are in bytes, times in ISO 8601. It has no API key."""
    request = job.order.request
    return {
        "program": f"omni-tui {__version__}",
        "dashboard": {"id": request.dashboard_id, "name": job.order.dashboard_name},
        # payload has format and filters; without known options there is only the format
        "options": {"format": request.format.value} if job.order.has_unknown_options else payload(request),
        "run_as": {"id": query(request).get("userId"), "name": job.order.run_as or None},
        "job_id": job.server_job_id,
        "submitted": _moment(job.times.get(JobState.QUEUED)),
        "saved": _moment(now),
        "file": saved.path.name,
        "bytes": saved.size,
        "sha256": saved.sha256,
        "tables": [{"name": table.name, "rows": table.rows} for table in saved.tables],
        "may_be_cut_off_at": saved.cut_off[0].limit if saved.cut_off else None,
        "cut_off_tables": [{"name": each.table, "limit": each.limit} for each in saved.cut_off],
        "empty_tables": [table.name for table in saved.tables if not table.rows],
    }


def write_manifest(manifest: Mapping[str, JsonValue], saved: SavedFile) -> None:
    """Write the manifest beside the file under a free name, once. Blocks. Raises FileSaveError."""
    if read_manifest(saved.path).get("sha256") == saved.sha256:  # an earlier run of the job wrote it
        return
    part = PartFile(saved.path.parent, f"{saved.path.name}{MANIFEST_SUFFIX}")
    try:
        # json.dumps writes ASCII, so that any name can be encoded
        part.write(f"{json.dumps(manifest, indent=2)}\n".encode())
        part.finish()
    except BaseException:
        part.discard()
        raise


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of a saved file; empty if there is none, or it can't be read. Blocks."""
    try:
        text = read_shared(path.with_name(f"{path.name}{MANIFEST_SUFFIX}"))
        found = json.loads(text, parse_constant=_reject_constant)
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and found.get("file") == path.name else {}


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} isn't JSON")


def _moment(seconds: float | None) -> str | None:
    """Return seconds since 1970 as an ISO 8601 time in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
