"""The list of downloads: state, dashboard, format, size, time, and the file or the failure.

Earlier exports of the same request are below the latest one, and hidden until it is expanded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from omni_tui.downloads.archive.entries import Entry, rows_words
from omni_tui.downloads.archive.saved_files import FileState
from omni_tui.downloads.files.part_file import file_name_for
from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.downloads.job.result_warnings import warning_text
from omni_tui.formatting import display_path, format_short_duration, format_size, plain_line
from omni_tui.options.rules import file_extension, query
from omni_tui.options.spec import Kind
from omni_tui.options.table import OPTIONS
from omni_tui.tui.common.table.painted_rows import Tone
from omni_tui.tui.common.table.table import Cell, Column, RowList
from omni_tui.tui.common.text import shorten, shorten_folders

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
PAUSED_SYMBOL: tuple[str, Tone] = ("!", "warn")

EXPAND = "Show the earlier exports of this request"
COLLAPSE = "Hide the earlier exports of this request"
# A shorter part of a path isn't useful.
MIN_PATH_CELLS = 12

# A user's ID is shortened to this in the list; the details show all of it.
MAX_ID_CELLS = 9


class JobList(RowList[Entry]):
    """Downloads in the given order. `now` and `since` are in seconds since 1970.

    For jobs that ended before `since`, the day is shown instead of the duration.
    """

    HAS_HEADER = False
    EMPTY = "No downloads yet."
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("sign", "", width=1),
        Column("name", "Name", minimum=16, maximum=48),
        Column("format", "Format", width=4, drop=1),
        Column("state", "State", width=15),
        Column("size", "Size", width=6, right=True, drop=3),
        Column("elapsed", "Time", width=7, right=True, drop=2),
        Column("what", "File", minimum=22, share=2),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "preview", key_display="enter", tooltip="Show the file", id="job"),
        Binding(
            "enter", "select_details", "details", key_display="enter", tooltip="Show the details", id="job"
        ),
        Binding("right", "expand", "expand", key_display="→", tooltip=EXPAND, id="expand-job"),
        Binding("left", "collapse", "collapse", key_display="←", tooltip=COLLAPSE, id="collapse-job"),
    ]

    @dataclass
    class Folded(Message):
        """The user wants to show or hide the earlier exports of a request."""

        job: Job
        is_open: bool

    def __init__(self, now: Callable[[], float], since: Callable[[], float] = lambda: 0.0) -> None:
        super().__init__()
        self._now = now
        self._since = since
        self._has_groups = False
        self.is_search = False

    def key(self, row: Entry) -> object:
        """Identify a row by the job's ID."""
        return row.job.id

    def show(self, entries: Sequence[Entry], *, cursor: int | None = None) -> None:
        """Show these entries; the cursor stays on its download unless `cursor` is given (an index)."""
        self._has_groups = any(entry.has_more or entry.is_earlier for entry in entries)
        self.set_rows(entries, cursor=cursor)

    def empty_words(self) -> str:
        """Return what to show in place of rows."""
        return "No downloads match." if self.is_search else self.EMPTY

    # what keys do

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter shows a saved file, else the details."""
        if action in ("select", "select_details"):
            return self._has_file() is (action == "select")
        return super().check_action(action, parameters)

    def is_idle(self, action: str) -> bool:
        """Return whether the key has no effect on the download under the cursor."""
        entry = self.current
        if action == "expand":
            return entry is None or not entry.has_more or entry.is_open
        if action == "collapse":
            return entry is None or not (entry.is_earlier or (entry.has_more and entry.is_open))
        return super().is_idle(action)

    def _has_file(self) -> bool:
        return self.current is not None and current_job(self.current).path is not None

    def action_select_details(self) -> None:
        """Show the details."""
        self.action_select()

    def action_expand(self) -> None:
        """Show the earlier exports of this request."""
        if self.current is not None and not self.is_idle("expand"):
            self.post_message(self.Folded(self.current.job, is_open=True))

    def action_collapse(self) -> None:
        """Hide the earlier exports of this request."""
        if self.current is None or self.is_idle("collapse"):
            return
        job = self.current.job
        while self.current is not None and self.current.is_earlier and self.cursor:
            self.cursor -= 1  # to the entry that remains
        self.post_message(self.Folded(job, is_open=False))

    # drawing

    def cells(self, row: Entry) -> dict[str, Cell]:
        """Return the cells of one download."""
        job = current_job(row)
        sign, tone = sign_of(job)
        order = job.order
        size = format_size(job.bytes_received) if job.bytes_received else ""
        who = user_text(order)
        name = self._shown_name(row)
        with_user = f"{name} · as {who}"
        if who and not row.is_earlier and cell_len(plain_line(with_user)) <= self.column_width("name"):
            name, who = with_user, ""
        state = job.state_label
        if not self.column_width("size") and state in ("saved", "saving"):
            state = f"{state} {size}"
        if row.check is not None and row.check.is_noted:
            (sign, tone), state = PAUSED_SYMBOL, row.check.state.value
        return {
            "sign": (sign, tone),
            "name": (name, "muted" if row.is_earlier else "text"),
            "format": ("" if row.is_earlier else order.request.format.label, "muted"),
            "state": (state, "text" if tone == "good" else tone),
            "size": (size, "muted"),
            "elapsed": (self._elapsed(job), "muted"),
            "what": _file_or_reason(row, job, who, self.column_width("what")),
        }

    def _shown_name(self, row: Entry) -> str:
        """Return the dashboard's name, after an arrow if it can expand; for an earlier export, its time."""
        if row.is_earlier:
            return f"    {moment_words(row.job.ended_at or row.job.submitted_at, self._now())}"
        arrow = ("▾ " if row.is_open else "▸ ") if row.has_more else "  " if self._has_groups else ""
        return f"{arrow}{row.job.title}"

    def _elapsed(self, job: Job) -> str:
        if job.state is JobState.QUEUED:
            return ""
        if job.ended_at is not None and job.ended_at < self._since():
            return day_words(job.ended_at, self._now())
        return format_short_duration(job.elapsed_seconds(self._now()))


def current_job(entry: Entry) -> Job:
    """Return the download with its file's current path: a new one if it was moved, None if deleted."""
    check = entry.check
    if check is None or check.state not in (FileState.MOVED, FileState.DELETED):
        return entry.job
    return replace(entry.job, path=check.path)


def day_words(moment: float, now: float) -> str:
    """Return a short end time, at most seven cells: 14:05 today, 30 Nov this year, otherwise 2025-11."""
    local, here = datetime.fromtimestamp(moment), datetime.fromtimestamp(now)
    if local.date() == here.date():
        return f"{local:%H:%M}"
    return f"{local.day} {local:%b}" if local.year == here.year else f"{local:%Y-%m}"


def moment_words(moment: float, now: float) -> str:
    """Return an end time, at most twelve cells: 30 Nov 14:05 this year, otherwise 2025-11-30."""
    local = datetime.fromtimestamp(moment)
    is_this_year = local.year == datetime.fromtimestamp(now).year
    return f"{local.day} {local:%b %H:%M}" if is_this_year else f"{local:%Y-%m-%d}"


def sign_of(job: Job) -> tuple[str, Tone]:
    """Return the symbol and tone of the job's state; paused jobs have their own."""
    return PAUSED_SYMBOL if job.needs_attention else SIGNS[job.state]


def user_text(order: Order) -> str:
    """Return the name of the user it runs as, or the start of the ID; empty for the key's owner."""
    return order.run_as or shorten(query(order.request).get("userId", ""), MAX_ID_CELLS)


def _file_or_reason(entry: Entry, job: Job, who: str, width: int) -> Cell:
    """Return the failure, the rows and the path, or what the job waits for; with the user if that fits."""
    value = f"{job.order.value} · " if job.order.value else ""  # a saved file's name contains it
    tone: Tone = "muted"
    if job.failure is not None:
        text, tone = f"{value}{job.failure.message}", sign_of(job)[1]
    elif job.path is not None and (words := warning_text(job)):
        text, tone = f"{words} · {display_path(job.path)}", "warn"
    elif entry.job.path is not None and job.state is JobState.DONE:
        tone = "text" if job.path is not None else "muted"
        text = _rows_and_path(_rows_of(entry), display_path(job.path or entry.job.path), width)
    else:
        text = value + job.note if job.note else job.order.value or _planned_name(job)
    if not text:
        return (f"as {who}" if who else "", tone)
    with_user = f"{text} · as {who}"
    return (with_user if who and cell_len(plain_line(with_user)) <= width else text, tone)


def _rows_of(entry: Entry) -> str:
    """Return the row counts of a group, or of one of its earlier exports; empty for a single export."""
    group = entry.group if entry.has_more else ()
    return rows_words((entry.job,) if entry.is_earlier else group)


def _rows_and_path(rows: str, path: str, width: int) -> str:
    """Return the rows, and as much of the path's end as there is room for."""
    if not rows:
        return shorten_folders(path, width)
    room = width - cell_len(f"{rows} · ")
    return f"{rows} · {shorten_folders(path, room)}" if room >= MIN_PATH_CELLS else rows


def _planned_name(job: Job) -> str:
    """Return the planned file name if it differs from the dashboard's name; otherwise an empty string."""
    order = job.order
    has_own = order.file_name is not None or NAME in order.request.values
    return file_name_for(order, file_extension(order.request)) if has_own else ""
