"""Convert jobs to JSON records and back. What a job is waiting for isn't stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from omni_tui.clock import checked_moment
from omni_tui.downloads.files.part_file import CompletePart
from omni_tui.downloads.files.row_count import Table
from omni_tui.downloads.job.models import FailureKind, Job, JobFailure, JobState, Order
from omni_tui.downloads.job.truncation import CutOff
from omni_tui.options.spec import ExportRequest, Format


@dataclass(frozen=True, slots=True)
class PartRecord:
    """A job's file that isn't finished: the part's path and, once it is complete, its identity and tables.

    `is_earlier`: an earlier program wrote it.
    """

    part: Path
    whole: CompletePart | None = None
    tables: tuple[Table, ...] = ()
    is_earlier: bool = False


# Most jobs share a few folders, and creating a Path is the slowest part of reading a job.
_folder = lru_cache(maxsize=64)(Path)

# Failure kinds as earlier versions stored them: the names of exception classes.
_STORED_CLASS_NAMES: Mapping[str, FailureKind] = {
    "NotReached": FailureKind.NOT_REACHED,
    "TimedOut": FailureKind.NOT_REACHED,
    "UntrustedStore": FailureKind.NOT_REACHED,
    "NotOmni": FailureKind.NOT_OMNI,
    "ServerFailed": FailureKind.SERVER_FAILED,
    "TooManyRequests": FailureKind.RATE_LIMITED,
    "Unauthorized": FailureKind.UNAUTHORIZED,
    "Refused": FailureKind.REJECTED,
    "Forbidden": FailureKind.FORBIDDEN,
    "NotFound": FailureKind.NOT_FOUND,
    "RenderFailed": FailureKind.RENDER_FAILED,
    "WrongFile": FailureKind.WRONG_FILE,
    "FileGone": FailureKind.FILE_GONE,
    "FileTrouble": FailureKind.FILE_SAVE_ERROR,
    "GaveUp": FailureKind.TIMED_OUT,
    "SetAside": FailureKind.SET_ASIDE,
}

# How many characters of a job's ID identify its part file.
TAG_CHARACTERS = 8


def tag_of(job_id: str) -> str:
    """Return the tag that identifies a job's part file and the note beside it."""
    return job_id[:TAG_CHARACTERS]


# The errors of reading a record that another version wrote, or that is damaged.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, ArithmeticError)


def job_text(job: Job) -> str:
    """Return a job as one line of JSON; in ASCII, so that any file name can be stored."""
    order, request, failure = job.order, job.order.request, job.failure
    return json.dumps(
        {
            "id": job.id,
            "state": job.state.value,
            "dashboard_id": request.dashboard_id,
            "format": request.format.value,
            "values": request.values,
            "dashboard_name": order.dashboard_name,
            "folder": str(order.folder),
            "file_name": order.file_name,
            "run_as": order.run_as,
            "has_manifest": order.has_manifest,
            "is_found": order.has_unknown_options,
            "value": order.value,
            "times": {state.value: at for state, at in job.times.items()},
            "server_job_id": job.server_job_id,
            "attempts": job.attempts,
            "asked_at": job.start_sent_at,
            "bytes": job.bytes_received,
            "path": None if job.path is None else str(job.path),
            "sha256": job.sha256,
            "fingerprint": job.fingerprint,
            "rows": job.rows,
            "cut_off": [[each.table, each.limit, each.tile_key] for each in job.cut_off],
            "empty": job.empty,
            "deaths": job.crash_count,
            "failure": failure and [failure.message, failure.hint, failure.field, failure.kind],
            "note": job.note if job.state.is_final else "",
        },
        default=dict,
    )


def job_from(text: str | bytes) -> Job:
    """Return the job that `job_text` wrote. Raises one of UNREADABLE for any other text."""
    return _checked(_job_from(text))


def _checked(job: Job) -> Job:
    """Return the job. Raises TypeError or ValueError if one of its values has the wrong type."""
    order = job.order
    texts: tuple[object, ...] = (job.id, job.note, order.dashboard_name, order.run_as)
    texts += (order.request.dashboard_id,)
    maybe_texts = (order.file_name, job.server_job_id, job.sha256, job.fingerprint)
    failure = job.failure
    if failure is not None:
        texts += (failure.message, failure.hint, failure.field, failure.kind)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("must be text")
    if not all(text is None or isinstance(text, str) for text in maybe_texts):
        raise TypeError("must be text or missing")
    counts = (job.bytes_received, job.rows, job.cut_off_at)
    if not all(count is None or (isinstance(count, int) and 0 <= count < 2**63) for count in counts):
        raise TypeError("must be a count or missing")
    for moment in (*job.times.values(), *job.start_sent_at):
        checked_moment(moment)
    if JobState.QUEUED not in job.times:
        raise ValueError("submission time missing")
    if job.state is JobState.DONE and job.path is None:
        raise ValueError("file path missing")
    return job


def _job_from(text: str | bytes) -> Job:
    record: Mapping[str, Any] = json.loads(text)
    request = ExportRequest(
        record["dashboard_id"], Format(record["format"]), MappingProxyType(dict(record["values"]))
    )
    failure = record["failure"]
    return Job(
        id=record["id"],
        order=Order(
            request,
            record["dashboard_name"],
            _folder(record["folder"]),
            record["file_name"],
            record["run_as"],
            record["has_manifest"],
            record["is_found"],
            record.get("value", ""),
        ),
        state=JobState(record["state"]),
        times=MappingProxyType({JobState(state): float(at) for state, at in record["times"].items()}),
        server_job_id=record["server_job_id"],
        attempts=int(record["attempts"]),
        start_sent_at=tuple(map(float, record["asked_at"])),
        bytes_received=int(record["bytes"]),
        bytes_expected=int(record["bytes"]) or None,
        path=None if record["path"] is None else Path(record["path"]),
        sha256=record["sha256"],
        fingerprint=record.get("fingerprint"),
        rows=record["rows"],
        cut_off=tuple(CutOff(table, int(limit), key) for table, limit, key in _cut_offs(record)),
        empty=tuple(map(str, record.get("empty", ()))),
        crash_count=int(record.get("deaths", 0)),
        failure=None if failure is None else _failure_from(*failure),
        note=record["note"],
    )


def _cut_offs(record: Mapping[str, Any]) -> Iterable[tuple[str, int, str]]:
    """Return the stored tables that may be cut off; the journal's first version had one limit for all."""
    limit = record.get("cut_off_at")
    tables: Iterable[tuple[str, int, str]] = record.get("cut_off", () if limit is None else [("", limit, "")])
    return tables


def _failure_from(message: str, hint: str = "", field: str = "", kind: str = "") -> JobFailure:
    return JobFailure(message, hint, field, _failure_kind(kind))


def _failure_kind(stored: str) -> FailureKind:
    """Return the stored kind, or OTHER if it is unknown or missing."""
    try:
        return _STORED_CLASS_NAMES.get(stored) or FailureKind(stored)
    except ValueError:
        return FailureKind.OTHER


def part_text(record: PartRecord) -> str:
    """Return a part record as one line of JSON, in ASCII."""
    whole = record.whole
    return json.dumps(
        {
            "part": str(record.part),
            "whole": whole and [whole.name, whole.device, whole.inode, whole.size, whole.sha256],
            "tables": [[table.name, table.rows] for table in record.tables],
            "is_earlier": record.is_earlier,
        }
    )


def part_from(text: str | bytes) -> PartRecord:
    """Return the record that `part_text` wrote. Raises one of UNREADABLE for any other text."""
    record: Mapping[str, Any] = json.loads(text)
    part, whole = Path(record["part"]), record["whole"]
    return PartRecord(
        part,
        None if whole is None else CompletePart(part, *whole),
        tuple(Table(name, rows) for name, rows in record["tables"]),
        bool(record.get("is_earlier", False)),
    )
