"""One download in full: what was asked for, what became of it and when, and why it failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from textual.content import Content

from omni_tui.downloads.job.models import Job, JobFailure, JobState, Order
from omni_tui.downloads.job.result_warnings import doubt_sentences
from omni_tui.downloads.job.truncation import cut_off_words, more_rows, table_words
from omni_tui.formatting import duration_words, path_words, size_words
from omni_tui.options.filters.editing import edit_of, read_filters, words_of
from omni_tui.options.rules import applicable, is_whole_dashboard, payload, query
from omni_tui.options.spec import JsonValue, Kind, OptionSpec
from omni_tui.options.table import BY_NAME
from omni_tui.tui.common.key_labels import key_words, keys_of
from omni_tui.tui.common.screens.reader_screen import ReadingScreen, heading, labelled
from omni_tui.tui.common.service_watcher import Unsubscribe
from omni_tui.tui.common.text import content
from omni_tui.tui.downloads.list import sign_of, state_words
from omni_tui.tui.file_transfer.actions import HomeKeys
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

TAKES_OTHER = "downloads that export's file instead (noted in the file name)"
ADDRESS = "Address"
NO_LINKS: Mapping[str, str] = MappingProxyType({})

Row: TypeAlias = tuple[str, str]  # a label and what stands beside it


class JobScreen(HomeKeys, ReadingScreen):
    """Follows the job while it runs."""

    def __init__(self, job: Job) -> None:
        super().__init__("Download", note="")
        self._job = job

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """The jobs: this one may still run."""
        yield services.engine.subscribe(lambda job: self.tell(JobChanged(job)))

    def on_job_changed(self, event: JobChanged) -> None:
        """Show how it has moved on."""
        if event.job.id == self._job.id:
            self._job = event.job
            self.show_lines()
            self.refresh_bindings()

    def lines(self) -> list[Content]:
        """How it stands, what was asked for, the file, the times."""
        return [
            *self._state_lines(),
            *_section("Asked for", self._order_lines(), self._links()),
            *_section("File", self._file_lines()),
            *_section("Times", self._time_lines()),
        ]

    def _state_lines(self) -> list[Content]:
        job = self._job
        sign, tone = sign_of(job)
        name = job.order.dashboard_name or job.order.request.dashboard_id
        state = Content.styled(f"{sign} {state_words(job)}", TONE_STYLES[tone])
        lines = [content(name, "bold"), Content.assemble(state, "  ", content(job.note, "$muted"))]
        if job.failure is not None:
            lines += [
                Content(""),
                *(content(words, TONE_STYLES[tone]) for words in _failure_words(job.failure)),
            ]
            lines += [content(job.failure.hint)] if job.failure.hint else []
            lines += [self._key_line("again-job", "resumes it")] if job.is_held else []
        elif doubts := doubt_sentences(job):
            lines += [Content(""), *(content(words, TONE_STYLES["warn"]) for words in doubts)]
            fix = more_rows(job.order.request, job.cut_off)
            lines += (
                [self._key_line("job-form", f"opens the form, which offers to {fix.label}")] if fix else []
            )
        elif job.in_the_way is not None:
            lines += [Content(""), self._key_line("take-other", TAKES_OTHER)]
        return lines

    def _key_line(self, binding_id: str, words: str) -> Content:
        """What a key would do, with the key as it is set."""
        return Content.assemble((key_words(binding_id, keys_of(self.app)), "bold $primary"), f" {words}")

    def _order_lines(self) -> list[Row]:
        """What was sent, and of what was not the one thing that matters: that it is the whole dashboard."""
        request = self._job.order.request
        sent = {**payload(request), **query(request)}
        lines = [("Dashboard", request.dashboard_id), ("Format", request.format.label)]
        lines += [(ADDRESS, self.dashboard_address)] if self.dashboard_address else []
        if is_whole_dashboard(request):
            lines.append(("Content", "the whole dashboard"))
        for spec in applicable(request.format):
            if spec.wire_name in sent:
                lines += _value_lines(spec, sent[spec.wire_name], self._job.order.run_as)
        return lines

    def _links(self) -> dict[str, str]:
        """Where the values lead to, by their labels."""
        return {ADDRESS: self.dashboard_address} if self._omni.terminal.has_strings else {}

    def _file_lines(self) -> list[Row]:
        job = self._job
        if job.path is None:
            return [("Folder", path_words(job.order.folder))]
        lines = [("Path", path_words(job.path)), ("Size", size_words(job.bytes_received))]
        if job.rows is not None:
            lines.append(("Rows", f"{job.rows:,}"))
        lines += [("No rows in", table_words(name)) for name in job.empty if name]
        lines += [("Warning", cut_off_words([each])) for each in job.cut_off]
        return [*lines, ("SHA-256", job.sha256)] if job.sha256 else lines

    def _time_lines(self) -> list[Row]:
        job = self._job
        moments = sorted(job.times.items(), key=lambda item: item[1])
        lines = [
            ("Saved" if state is JobState.DONE else state.capitalize(), _moment_words(moment))
            for state, moment in moments
        ]
        if job.ended_at is not None:
            lines.append(("Took", duration_words(job.elapsed_seconds(job.ended_at))))
        if job.attempts > 1:
            lines.append(("Starts sent", str(job.attempts)))
        return [*lines, ("Omni's job", job.server_job_id)] if job.server_job_id else lines

    def meant_job(self) -> Job:
        """This one."""
        return self._job

    def say_of_job(self, words: str) -> None:
        """In the frame's lower edge."""
        self.frame.say(words)

    def copy_of_job(self, text: str) -> None:
        """Through the frame, which says so."""
        self.frame.copy(text)

    def started_anew(self, job: Job) -> None:
        """Show the new one from now on."""
        super().started_anew(job)
        self._job = job
        self.show_lines(from_the_top=True)
        self.refresh_bindings()

    def open_form(self, order: Order) -> None:
        """The form takes the place of this screen."""
        self.dismiss()
        self.app.post_message(OpenForm(order))


def _section(title: str, rows: list[Row], links: Mapping[str, str] = NO_LINKS) -> list[Content]:
    width = max(len(label) for label, _ in rows) + 2
    lines = (labelled(label, text, width, links.get(label, "")) for label, text in rows)
    return [Content(""), heading(title), *lines]


def _failure_words(failure: JobFailure) -> list[str]:
    """Why it failed; where that is about several options, each of them in a line."""
    if len(failure.problems) < 2:
        return [failure.message]
    labels = [BY_NAME[each.field].label if each.field else "" for each in failure.problems]
    return [
        f"{label}: {problem.message}" if label else problem.message
        for label, problem in zip(labels, failure.problems, strict=True)
    ]


def _value_lines(spec: OptionSpec, value: JsonValue, run_as: str) -> list[Row]:
    """An option in a line, filters in a line each, a user by name and id."""
    if spec.kind is Kind.USER and run_as:
        return [(spec.label, f"{run_as} · {value}")]
    if spec.kind is Kind.FILTERS and isinstance(value, dict):
        return [("Filter", words_of(each, edit_of(each))) for each in read_filters(value, list(value))]
    if isinstance(value, bool):
        return [(spec.label, "yes" if value else "no")]
    return [(spec.label, f"{value:,}" if isinstance(value, int) else str(value))]


def _moment_words(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment):%Y-%m-%d %H:%M:%S}"
