"""The list of downloads: state, dashboard, format, size, time, and the file or the failure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from omni_tui.downloads.files.part_file import file_name_for
from omni_tui.downloads.job.models import FailureKind, Job, JobState, Order
from omni_tui.downloads.job.result_warnings import doubt_words
from omni_tui.formatting import path_words, plain_line, short_duration_words, size_words
from omni_tui.options import rules
from omni_tui.options.rules import file_extension
from omni_tui.options.spec import Kind
from omni_tui.options.table import OPTIONS
from omni_tui.tui.common.table.table import Cell, Column, RowList
from omni_tui.tui.common.table.table_styles import Tone
from omni_tui.tui.common.text import Cut, shorten, shorten_folders

NAME = next(spec.wire_name for spec in OPTIONS if spec.kind is Kind.TEXT)

# The symbol and tone of each state. The symbols also differ without color.
SIGNS: Mapping[JobState, tuple[str, Tone]] = MappingProxyType(
    {
        JobState.QUEUED: ("○", "muted"),
        JobState.STARTING: ("◐", "accent"),
        JobState.RENDERING: ("◐", "accent"),
        JobState.SAVING: ("◐", "accent"),
        JobState.DONE: ("●", "good"),
        JobState.FAILED: ("✗", "bad"),
        JobState.CANCELED: ("–", "muted"),
        JobState.UNCHANGED: ("=", "muted"),
        JobState.EMPTY: ("∅", "muted"),
    }
)
HELD_SIGN: tuple[str, Tone] = ("!", "warn")

# A user's ID is shortened to this in the list; the details show all of it.
MOST_ID_CELLS = 9


class JobList(RowList[Job]):
    """Downloads in the given order. `now` returns the time in seconds since 1970."""

    HAS_HEADER = False
    EMPTY = "No downloads yet."
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("sign", "", width=1),
        Column("name", "Name", minimum=16, maximum=48),
        Column("format", "Format", width=4, drop=1),
        Column("state", "State", width=15),
        Column("size", "Size", width=6, right=True, drop=3),
        Column("elapsed", "Time", width=7, right=True, drop=2),
        Column("what", "File", minimum=24, share=2),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "select", "details", key_display="enter", tooltip="Show the download's details", id="job"
        ),
    ]

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__()
        self._now = now

    def key(self, row: Job) -> object:
        """Identify a row by the job's ID."""
        return row.id

    def cells(self, row: Job) -> dict[str, Cell]:
        """Return the cells of one job."""
        sign, tone = sign_of(row)
        order = row.order
        size = size_words(row.bytes_received) if row.bytes_received else ""
        name, who = order.dashboard_name or order.request.dashboard_id, who_words(order)
        if who and self._has_room_for(with_user := f"{name} · as {who}"):
            name, who = with_user, ""
        state = state_words(row)
        if "size" not in self.shown_columns and state in ("saved", "saving"):
            state = f"{state} {size}"
        return {
            "sign": (sign, tone),
            "name": (name, "text"),
            "format": (order.request.format.label, "muted"),
            "state": (state, tone if row.state is not JobState.DONE else "text"),
            "size": (size, "muted"),
            "elapsed": (self._elapsed(row), "muted"),
            "what": _what_matters(row, who),
        }

    def _has_room_for(self, name: str) -> bool:
        """Return whether the name column fits all of it."""
        width = next(width for column, width in self._layout() if column.name == "name")
        return cell_len(plain_line(name)) <= width

    def _elapsed(self, job: Job) -> str:
        if job.state is JobState.QUEUED:
            return ""
        return short_duration_words(job.elapsed_seconds(self._now()))


def sign_of(job: Job) -> tuple[str, Tone]:
    """Return the symbol and tone of the job's state; paused jobs have their own."""
    return HELD_SIGN if job.needs_attention else SIGNS[job.state]


def state_words(job: Job) -> str:
    """Return the state, with the percentage while a file of known length is being saved."""
    if job.state is JobState.DONE:
        return "saved"
    if job.needs_attention:
        return held_words(job)
    if job.state is JobState.SAVING and job.bytes_expected:
        return f"saving {min(99, 100 * job.bytes_received // job.bytes_expected)} %"
    return str(job.state)


def held_words(job: Job) -> str:
    """Return the state of a paused job, which needs the user's attention."""
    is_too_late = job.failure is not None and job.failure.kind is FailureKind.TIMED_OUT
    return "timed out" if is_too_late else "needs attention"


def who_words(order: Order) -> str:
    """Return the name of the user it runs as, or the start of the ID; empty for the key's owner."""
    return order.run_as or shorten(rules.query(order.request).get("userId", ""), MOST_ID_CELLS)


def _what_matters(job: Job, who: str) -> Cell:
    """Return the failure, the path, or what the job waits for; with the user if that fits."""
    cut = _cut_with_user(who)
    value = f"{job.order.value} · " if job.order.value else ""  # a saved file's name contains it
    if job.failure is not None:
        return (f"{value}{job.failure.message}", sign_of(job)[1], cut(shorten))
    if job.path is not None and (words := doubt_words(job)):
        return (f"{words} · {path_words(job.path)}", "warn", cut(shorten))
    if job.path is not None and job.state is JobState.DONE:
        return (path_words(job.path), "text", cut(shorten_folders))
    return (value + job.note if job.note else job.order.value or _planned_name(job), "muted", cut(shorten))


def _planned_name(job: Job) -> str:
    """Return the planned file name if it differs from the dashboard's name; otherwise an empty string."""
    order = job.order
    has_own = order.file_name is not None or NAME in order.request.values
    return file_name_for(order, file_extension(order.request)) if has_own else ""


def _cut_with_user(who: str) -> Callable[[Cut], Cut]:
    """Return a function that adds "as Ada Lovelace" to a cut text if all of it fits."""

    def added_to(cut: Cut) -> Cut:
        if not who:
            return cut

        def cut_with_user(text: str, width: int) -> str:
            whole = f"{text} · as {who}" if text else f"as {who}"
            is_room = not text or cell_len(plain_line(whole)) <= width
            return shorten(whole, width) if is_room else cut(text, width)

        return cut_with_user

    return added_to
