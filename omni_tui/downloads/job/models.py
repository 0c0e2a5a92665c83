"""A job: one export on its way from an order to a file. Immutable; the engine makes the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from omni_tui.downloads.job.truncation import CutOff
from omni_tui.formatting import sentences
from omni_tui.options.spec import ExportRequest, Problem, Severity


class JobState(StrEnum):
    """Where a job stands; the value is the word on the screen and in JSON lines."""

    QUEUED = "queued"
    STARTING = "starting"
    RENDERING = "rendering"
    SAVING = "saving"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "cancelled"  # the stored spelling
    UNCHANGED = "unchanged"  # saved, and not kept: its content is that of the last one
    EMPTY = "empty"  # saved, and not kept: it has no rows

    @property
    def is_final(self) -> bool:
        """Whether the job has come to its end."""
        return self in FINAL_STATES


# Saved, compared and not kept, as was asked for.
NOT_KEPT_STATES = frozenset({JobState.UNCHANGED, JobState.EMPTY})
FINAL_STATES = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELED}) | NOT_KEPT_STATES

_ENDS = frozenset({JobState.FAILED, JobState.CANCELED})
TRANSITIONS: Mapping[JobState, frozenset[JobState]] = MappingProxyType(
    {
        JobState.QUEUED: frozenset({JobState.STARTING}) | _ENDS,
        # back to queued: another export of the dashboard is in the way (409)
        JobState.STARTING: frozenset({JobState.RENDERING, JobState.QUEUED}) | _ENDS,
        # back to queued: the server has forgotten it (404)
        JobState.RENDERING: frozenset({JobState.SAVING, JobState.QUEUED}) | _ENDS,
        # back to rendering: the file is not ready after all (202)
        JobState.SAVING: frozenset({JobState.DONE, JobState.RENDERING}) | _ENDS,
        JobState.DONE: frozenset(),
        JobState.UNCHANGED: frozenset(),
        JobState.EMPTY: frozenset(),
        # an ended job can be taken up again: from the start, or where the server still knows it
        JobState.FAILED: frozenset({JobState.QUEUED, JobState.RENDERING}),
        JobState.CANCELED: frozenset({JobState.QUEUED, JobState.RENDERING}),
    }
)


class FailureKind(StrEnum):
    """What a job failed of, as far as that decides what happens next. The journal stores the values."""

    NOT_REACHED = "not_reached"  # no answer, or not in time
    NOT_OMNI = "not_omni"  # something else answered: a login page, a proxy
    SERVER_FAILED = "server_failed"
    RATE_LIMITED = "rate_limited"
    UNAUTHORIZED = "unauthorized"  # the server rejected the API key
    REJECTED = "rejected"  # the server rejected the options
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    RENDER_FAILED = "render_failed"
    WRONG_FILE = "wrong_file"
    FILE_GONE = "file_gone"  # rendered, but the server no longer has the file
    FILE_SAVE_ERROR = "file_trouble"  # the disk or the folder
    TIMED_OUT = "timed_out"  # the job took longer than it may
    SET_ASIDE = "set_aside"  # it ended the program twice
    INTERNAL = "internal"  # a bug of omni-tui
    OTHER = "other"

    @property
    def is_unreached(self) -> bool:
        """Whether the way to the server, or the server, is to blame: nothing is wrong with the export."""
        return self in _UNREACHED

    @property
    def is_fixable(self) -> bool:
        """Whether somebody can fix the cause: that, the disk, the key, or by allowing more time."""
        return self in _FIXABLE


_UNREACHED = frozenset(
    {
        FailureKind.NOT_REACHED,
        FailureKind.NOT_OMNI,
        FailureKind.SERVER_FAILED,
        FailureKind.RATE_LIMITED,
    }
)
_FIXABLE = _UNREACHED | {FailureKind.FILE_SAVE_ERROR, FailureKind.UNAUTHORIZED, FailureKind.TIMED_OUT}


@dataclass(frozen=True, slots=True)
class Order:
    """An export to make: the request, and where to save its file.

    `folder` must exist. `file_name` is the whole name with its extension, or None to name the file after the
    request's `filename` option or the dashboard. If `dashboard_name` is empty, the server's name is used.
    `run_as` is the display name of the user that the export runs as; empty for the key's owner.
    `has_manifest`: also write a file that says how the export was made. `has_unknown_options`: somebody else
    started the export, or its dashboard was never read, so it can't be started again. `value` is the filter
    value that this file is for, as shown to the user, if one export was split by value.
    """

    request: ExportRequest
    dashboard_name: str
    folder: Path
    file_name: str | None = None
    run_as: str = ""
    has_manifest: bool = False
    has_unknown_options: bool = False
    value: str = ""


@dataclass(frozen=True, slots=True)
class JobFailure:
    """Why a job failed, in words, what to do next, and the option it is about (a wire name, or empty).

    `problems` holds the same where it is about options: each under its own, with its way out. `field` is
    empty when they are about several.
    """

    message: str
    hint: str = ""
    field: str = ""
    kind: FailureKind = FailureKind.OTHER
    problems: tuple[Problem, ...] = ()

    @property
    def form_problems(self) -> tuple[Problem, ...]:
        """What went wrong for the form: at least one problem, each with its address or none."""
        message = sentences(self.message, self.hint)
        return self.problems or (Problem(self.field, Severity.ERROR, message),)


@dataclass(frozen=True, slots=True)
class Job:
    """One job as it stands now. Times are seconds since 1970; sizes are bytes."""

    id: str
    order: Order
    state: JobState = JobState.QUEUED
    times: Mapping[JobState, float] = field(default_factory=lambda: MappingProxyType({}))
    server_job_id: str | None = None
    bytes_received: int = 0
    bytes_expected: int | None = None
    path: Path | None = None
    sha256: str | None = None
    rows: int | None = None  # of data, all tables together; None where they cannot be told
    cut_off: tuple[CutOff, ...] = ()  # the tables that have exactly as many rows as their limit
    empty: tuple[str, ...] = ()  # the names of the tables without rows
    failure: JobFailure | None = None
    note: str = ""  # what it waits for, in words ("waits for another export of this dashboard")
    attempts: int = 0  # how often its start was sent
    start_sent_at: tuple[float, ...] = ()  # when a start was sent whose answer is not known
    crash_count: int = 0  # programs in a row that died while they received and checked its file
    fingerprint: str | None = None  # of its content, where it was compared
    conflicting_job_id: str | None = (
        None  # the server's id of the export that it waits for, where that is known
    )

    @property
    def needs_attention(self) -> bool:
        """Whether it only waits for somebody to mend something, and can go on then."""
        return self.state is JobState.FAILED and self.failure is not None and self.failure.kind.is_fixable

    @property
    def is_key_rejected(self) -> bool:
        """Whether it failed because the server rejected the API key."""
        return self.failure is not None and self.failure.kind is FailureKind.UNAUTHORIZED

    @property
    def cut_off_at(self) -> int | None:
        """The row limit that a table may be cut off at, the first one of several; None for none."""
        return self.cut_off[0].limit if self.cut_off else None

    @property
    def is_empty(self) -> bool:
        """Whether its file has no row at all."""
        return self.rows == 0

    @property
    def submitted_at(self) -> float:
        """When it was submitted."""
        return self.times[JobState.QUEUED]

    @property
    def ended_at(self) -> float | None:
        """When it came to its end; None while it runs."""
        return self.times.get(self.state) if self.state.is_final else None

    def elapsed_seconds(self, now: float) -> float:
        """How long it took, or has been taking by `now`."""
        return max(0.0, (self.ended_at or now) - self.submitted_at)
