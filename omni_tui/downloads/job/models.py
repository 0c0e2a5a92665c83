"""A job: one export from its order to its file. Immutable: each change makes a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from omni_tui.downloads.job.truncation import CutOff
from omni_tui.formatting import sentences
from omni_tui.options.file_names.sanitize import unnumbered
from omni_tui.options.spec import ExportRequest, Problem, Severity


class JobState(StrEnum):
    """A job's state. The value is stored, and printed in JSON lines."""

    QUEUED = "queued"
    STARTING = "starting"
    RENDERING = "rendering"
    SAVING = "saving"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "cancelled"  # the stored spelling
    UNCHANGED = "unchanged"  # saved but not kept: same content as the last one
    EMPTY = "empty"  # saved but not kept: no rows

    @property
    def label(self) -> str:
        """Return the word for users."""
        return {JobState.DONE: "saved", JobState.CANCELED: "canceled"}.get(self, self.value)

    @property
    def is_final(self) -> bool:
        """Return whether the job has ended."""
        return self in FINAL_STATES


# Saved, checked and not kept, as the user requested.
NOT_KEPT_STATES = frozenset({JobState.UNCHANGED, JobState.EMPTY})
FINAL_STATES = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELED}) | NOT_KEPT_STATES

_ENDS = frozenset({JobState.FAILED, JobState.CANCELED})
TRANSITIONS: Mapping[JobState, frozenset[JobState]] = MappingProxyType(
    {
        JobState.QUEUED: frozenset({JobState.STARTING}) | _ENDS,
        # back to queued: another export of the dashboard is running (409)
        JobState.STARTING: frozenset({JobState.RENDERING, JobState.QUEUED}) | _ENDS,
        # back to queued: the server lost the job (404)
        JobState.RENDERING: frozenset({JobState.SAVING, JobState.QUEUED}) | _ENDS,
        # back to rendering: the file isn't ready after all (202)
        JobState.SAVING: frozenset({JobState.DONE, JobState.RENDERING}) | _ENDS,
        JobState.DONE: frozenset(),
        JobState.UNCHANGED: frozenset(),
        JobState.EMPTY: frozenset(),
        # a failed or canceled job can be resumed: from the start, or with the server's job
        JobState.FAILED: frozenset({JobState.QUEUED, JobState.RENDERING}),
        JobState.CANCELED: frozenset({JobState.QUEUED, JobState.RENDERING}),
    }
)


class FailureKind(StrEnum):
    """Why a job failed, as far as that decides what happens next. The journal stores the values."""

    NOT_REACHED = "not_reached"  # no response, or not in time
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
    TIMED_OUT = "timed_out"  # the job's time limit
    SET_ASIDE = "set_aside"  # it ended the program twice
    INTERNAL = "internal"  # a bug of omni-tui
    OTHER = "other"

    @property
    def is_unreached(self) -> bool:
        """Return whether the network or the server failed, and nothing is wrong with the export."""
        return self in _UNREACHED

    @property
    def is_fixable(self) -> bool:
        """Return whether the cause can be fixed: network, server, disk, API key or time limit."""
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

    @property
    def title(self) -> str:
        """Return what to call it: the dashboard's name, or its ID if the name is unknown."""
        return self.dashboard_name or self.request.dashboard_id

    @property
    def output(self) -> str:
        """Return where its file goes, as `--output` takes it: the folder with a slash, or the file."""
        return str(self.folder / self.file_name) if self.file_name else f"{self.folder}/".replace("//", "/")


@dataclass(frozen=True, slots=True)
class JobFailure:
    """Why a job failed, what to do next, and the option that caused it (a wire name, or empty).

    If options caused it, `problems` has one problem for each, with its suggested fix. `field` is empty if
    there are several.
    """

    message: str
    hint: str = ""
    field: str = ""
    kind: FailureKind = FailureKind.OTHER
    problems: tuple[Problem, ...] = ()

    @property
    def form_problems(self) -> tuple[Problem, ...]:
        """Return the failure as problems for the form, at least one; `field` is empty if no option failed."""
        message = sentences(self.message, self.hint)
        return self.problems or (Problem(self.field, Severity.ERROR, message),)


@dataclass(frozen=True, slots=True)
class Job:
    """One job at one moment. Times are in seconds since 1970, sizes in bytes."""

    id: str
    order: Order
    state: JobState = JobState.QUEUED
    times: Mapping[JobState, float] = field(default_factory=lambda: MappingProxyType({}))
    server_job_id: str | None = None
    bytes_received: int = 0
    bytes_expected: int | None = None
    path: Path | None = None
    sha256: str | None = None
    rows: int | None = None  # of data, in all tables; None if unknown
    cut_off: tuple[CutOff, ...] = ()  # tables with exactly as many rows as their limit
    empty: tuple[str, ...] = ()  # the names of the tables without rows
    failure: JobFailure | None = None
    note: str = ""  # what it waits for ("waiting for another export of this dashboard")
    attempts: int = 0  # how often the start was sent
    start_sent_at: tuple[float, ...] = ()  # when starts without a response were sent
    crash_count: int = 0  # programs in a row that died while downloading its file
    fingerprint: str | None = None  # of its content, if it was compared
    conflicting_job_id: str | None = None  # the server job it waits for, if known

    @property
    def title(self) -> str:
        """Return the dashboard's name, else the saved file's name, else the dashboard's ID."""
        if not self.order.dashboard_name and self.path is not None:
            return unnumbered(self.path.stem)
        return self.order.title

    @property
    def needs_attention(self) -> bool:
        """Return whether it failed for a cause that can be fixed, so that it can be resumed then."""
        return self.state is JobState.FAILED and self.failure is not None and self.failure.kind.is_fixable

    @property
    def state_label(self) -> str:
        """Return the state for users, with the percentage while a file of known length is being saved."""
        if self.needs_attention:
            is_too_late = self.failure is not None and self.failure.kind is FailureKind.TIMED_OUT
            return "timed out" if is_too_late else "needs attention"
        if self.state is JobState.SAVING and self.bytes_expected:
            return f"saving {min(99, 100 * self.bytes_received // self.bytes_expected)}%"
        return self.state.label

    @property
    def is_key_rejected(self) -> bool:
        """Return whether it failed because the server rejected the API key."""
        return self.failure is not None and self.failure.kind is FailureKind.UNAUTHORIZED

    @property
    def cut_off_at(self) -> int | None:
        """Return the row limit that a table may be cut off at, the first one's of several, or None."""
        return self.cut_off[0].limit if self.cut_off else None

    @property
    def is_empty(self) -> bool:
        """Return whether its file has no rows."""
        return self.rows == 0

    @property
    def submitted_at(self) -> float:
        """Return when it was submitted."""
        return self.times[JobState.QUEUED]

    @property
    def ended_at(self) -> float | None:
        """Return when it ended, or None while it runs."""
        return self.times.get(self.state) if self.state.is_final else None

    def elapsed_seconds(self, now: float) -> float:
        """Return how long it took, or has taken until `now`."""
        return max(0.0, (self.ended_at or now) - self.submitted_at)
