"""The details of one download: its options, file, times and failure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from textual.content import Content

from omni_tui.downloads.archive.saved_files import FileCheck, FileState
from omni_tui.downloads.broken_tiles.report import can_be_searched
from omni_tui.downloads.job.models import Job, JobFailure, JobState, Order
from omni_tui.downloads.job.result_warnings import warning_sentences
from omni_tui.downloads.job.truncation import cut_off_text, more_rows, table_label
from omni_tui.formatting import display_path, format_duration, format_size
from omni_tui.options.filters.describe import words_of
from omni_tui.options.filters.editing import edit_of, read_filters
from omni_tui.options.rules import applicable, is_whole_dashboard, payload, query
from omni_tui.options.spec import JsonValue, Kind, OptionSpec
from omni_tui.options.table import BY_NAME
from omni_tui.tui.common.key_labels import bold_keys, keys_of
from omni_tui.tui.common.screens.reader_screen import ReaderScreen, heading, labeled
from omni_tui.tui.common.service_watcher import Unsubscribe
from omni_tui.tui.common.text import content
from omni_tui.tui.downloads.actions import JobActions
from omni_tui.tui.downloads.list import sign_of
from omni_tui.tui.messages import JobChanged, OpenForm

if TYPE_CHECKING:
    from omni_tui.services import Services

TONE_STYLES = {
    "good": "$success",
    "accent": "$primary",
    "bad": "$error",
    "warn": "$warning",
    "muted": "$muted",
}

USES_OTHER_FILE = "downloads that export's file instead (noted in the file name)"
FIND_TILE = "to find it by exporting the tiles one by one"
ADDRESS = "URL"
NO_LINKS: Mapping[str, str] = MappingProxyType({})

Row: TypeAlias = tuple[str, str]  # label and text


class JobScreen(JobActions, ReaderScreen):
    """Shows one job, and updates while it runs."""

    def __init__(self, job: Job, check: FileCheck | None = None) -> None:
        super().__init__("Download", note="")
        self._job = job
        self._check = check

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """Subscribe to the jobs."""
        yield services.engine.subscribe(lambda job: self.post_if_running(JobChanged(job)))

    def on_job_changed(self, event: JobChanged) -> None:
        """Show the job's new state."""
        if event.job.id == self._job.id:
            self._job = event.job
            self.show_lines()
            self.refresh_bindings()

    def lines(self) -> list[Content]:
        """Return the state, options, file and times."""
        return [
            *self._state_lines(),
            *_section("Options", self._order_lines(), self._links()),
            *_section("File", self._file_lines()),
            *_section("Times", self._time_lines()),
        ]

    def _state_lines(self) -> list[Content]:
        job = self._job
        sign, tone = sign_of(job)
        state = Content.styled(f"{sign} {job.state_label}", TONE_STYLES[tone])
        lines = [content(job.title, "bold"), Content.assemble(state, "  ", content(job.note, "$muted"))]
        if job.failure is not None:
            lines += [
                Content(""),
                *(content(words, TONE_STYLES[tone]) for words in _failure_words(job.failure)),
            ]
            lines += [content(job.failure.hint)] if job.failure.hint else []
            lines += [self._key_line("again-job", "to resume")] if job.needs_attention else []
            lines += [self._key_line("find-broken-tile", FIND_TILE)] if can_be_searched(job) else []
        elif doubts := warning_sentences(job):
            lines += [Content(""), *(content(words, TONE_STYLES["warn"]) for words in doubts)]
            fix = more_rows(job.order.request, job.cut_off)
            lines += [self._key_line("job-form", f"to open the form and {fix.label}")] if fix else []
        elif job.conflicting_job_id is not None:
            lines += [Content(""), self._key_line("take-other", USES_OTHER_FILE)]
        return lines

    def _key_line(self, binding_id: str, words: str) -> Content:
        """Return the key that is in use, and what it does."""
        return bold_keys(f"{{{binding_id}}} {words}", keys_of(self.app))

    def _order_lines(self) -> list[Row]:
        """Return the options that were sent, and whether the whole dashboard was exported."""
        request = self._job.order.request
        sent = {**payload(request), **query(request)}
        lines = [("Dashboard", request.dashboard_id), ("Format", request.format.label)]
        lines += [(ADDRESS, self.dashboard_address)] if self.dashboard_address else []
        if is_whole_dashboard(request):
            lines.append(("Content", "whole dashboard"))
        for spec in applicable(request.format):
            if spec.wire_name in sent:
                lines += _value_lines(spec, sent[spec.wire_name], self._job.order.run_as)
        return lines

    def _links(self) -> dict[str, str]:
        """Where the values link to, by label."""
        return {ADDRESS: self.dashboard_address} if self._omni.terminal.has_strings else {}

    def _file_lines(self) -> list[Row]:
        job = self._job
        if job.path is None:
            return [("Folder", display_path(job.order.folder))]
        lines = [("Path", display_path(job.path)), *_check_lines(self._check)]
        lines += [("Size", format_size(job.bytes_received))]
        if job.rows is not None:
            lines.append(("Rows", f"{job.rows:,}"))
        lines += [("Empty", table_label(name)) for name in job.empty if name]
        lines += [("Warning", cut_off_text([each])) for each in job.cut_off]
        return [*lines, ("SHA-256", job.sha256)] if job.sha256 else lines

    def _time_lines(self) -> list[Row]:
        job = self._job
        moments = sorted(job.times.items(), key=lambda item: item[1])
        lines = [
            (
                "Saved" if state is JobState.DONE else state.capitalize(),
                f"{datetime.fromtimestamp(moment):%Y-%m-%d %H:%M:%S}",
            )
            for state, moment in moments
        ]
        if job.ended_at is not None:
            lines.append(("Took", format_duration(job.elapsed_seconds(job.ended_at))))
        if job.attempts > 1:
            lines.append(("Start attempts", str(job.attempts)))
        return [*lines, ("Omni job ID", job.server_job_id)] if job.server_job_id else lines

    def selected_job(self) -> Job:
        """Return the job of this screen."""
        return self._job

    def show_restarted(self, job: Job) -> None:
        """Show the new job on this screen."""
        super().show_restarted(job)
        self._job = job
        self.show_lines(from_the_top=True)
        self.refresh_bindings()

    def open_form(self, order: Order) -> None:
        """Replace this screen by the export form."""
        self.dismiss()
        self.app.post_message(OpenForm(order))


def _check_lines(check: FileCheck | None) -> list[Row]:
    """Return what happened to the file after it was saved, if anything."""
    if check is None or not check.is_noted:
        return []
    if check.state is FileState.MOVED and check.path is not None:
        return [("Moved", f"The file is now at {display_path(check.path)}.")]
    return [("Warning", f"The file was {check.state.value} after it was saved.")]


def _section(title: str, rows: list[Row], links: Mapping[str, str] = NO_LINKS) -> list[Content]:
    width = max(len(label) for label, _ in rows) + 2
    lines = (labeled(label, text, width, links.get(label, "")) for label, text in rows)
    return [Content(""), heading(title), *lines]


def _failure_words(failure: JobFailure) -> list[str]:
    """Return why it failed; one line per option if several are invalid."""
    if len(failure.problems) < 2:
        return [failure.message]
    labels = [BY_NAME[each.field].label if each.field else "" for each in failure.problems]
    return [
        f"{label}: {problem.message}" if label else problem.message
        for label, problem in zip(labels, failure.problems, strict=True)
    ]


def _value_lines(spec: OptionSpec, value: JsonValue, run_as: str) -> list[Row]:
    """Return an option's line, one line per filter, or a user's name and ID."""
    if spec.kind is Kind.USER and run_as:
        return [(spec.label, f"{run_as} · {value}")]
    if spec.kind is Kind.FILTERS and isinstance(value, dict):
        return [("Filter", words_of(each, edit_of(each))) for each in read_filters(value, list(value))]
    if isinstance(value, bool):
        return [(spec.label, "yes" if value else "no")]
    return [(spec.label, f"{value:,}" if isinstance(value, int) else str(value))]
