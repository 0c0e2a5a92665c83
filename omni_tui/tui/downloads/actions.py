"""What keys do with one download, wherever it is shown: in the list of downloads, and in full."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.key_labels import key_words, keys_of
from omni_tui.tui.common.service_watcher import Following
from omni_tui.tui.common.work import run_apart
from omni_tui.tui.messages import OpenComparison, OpenForm, OpenPreview

if TYPE_CHECKING:
    from omni_tui.downloads.engine import Engine

TAKE_OTHER = "Instead of waiting for another export of the dashboard, take that one's file"
COMPARE = "Show what changed since the previous export of the same request"
COMMAND = "Copy this download as an omni-tui download command"
ENDED_WITHOUT_FILE = (JobState.FAILED, JobState.CANCELLED)
# Which downloads a key is for, where it isn't for all.
_IS_FOR: Mapping[str, Callable[[Job], bool]] = {
    "compare": lambda job: job.path is not None and job.state is JobState.DONE,
    "cancel": lambda job: not job.state.is_final,
    "again": lambda job: job.state.is_final,
    "take_other": lambda job: job.in_the_way is not None,
    "preview": lambda job: job.path is not None,
    "copy": lambda job: job.path is not None,
    "copy_scp": lambda job: job.path is not None,
    "send_home": lambda job: job.path is not None,
}


class JobKeys(Following):
    """A subclass says which download is meant, and where words and copies go."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "preview", "preview", tooltip="Show what this download's file holds", id="preview"),
        Binding("c", "cancel", "cancel", tooltip="Cancel this download", id="cancel-job"),
        Binding("a", "again", "again", tooltip="Run this download again", id="again-job"),
        Binding("t", "take_other", "take its file", show=False, tooltip=TAKE_OTHER, id="take-other"),
        Binding("o", "options", "options", tooltip="Open this download in the form", id="job-form"),
        Binding("d", "compare", "compare", tooltip=COMPARE, id="compare-job"),
        Binding("m", "copy_command", "copy command", show=False, tooltip=COMMAND, id="copy-job-command"),
        Binding("y", "copy", "copy path", tooltip="Copy the path of this download's file", id="copy-path"),
    ]

    # what a subclass says

    @abstractmethod
    def meant_job(self) -> Job | None:
        """The download that the keys are about."""

    @abstractmethod
    def say_of_job(self, words: str) -> None:
        """Say what was done, or why not."""

    @abstractmethod
    def copy_of_job(self, text: str) -> None:
        """Hand a text to the clipboard."""

    def started_anew(self, job: Job) -> None:
        """A new download of the same order has begun."""
        self.say_of_job("started again, as a new download")

    def open_form(self, order: Order) -> None:
        """Ask for the form with the options of this order."""
        self.post_message(OpenForm(order))

    def is_idle(self, action: str) -> bool:
        """Whether a key has nothing to do for the download that is meant: the footer leaves it out."""
        job = self.meant_job()
        return job is None or (action in _IS_FOR and not _IS_FOR[action](job))

    # what keys do

    def action_preview(self) -> None:
        """Show the file."""
        job = self.meant_job()
        if job is None or job.path is None:
            self.say_of_job("it has no file yet")
        else:
            self.post_message(OpenPreview(job.path, job))

    def action_cancel(self) -> None:
        """End it at once. It can be run again."""
        job = self.meant_job()
        if job is None or self._services is None:
            return
        if job.state.is_final:
            self.say_of_job("it has ended already")
        else:
            self._services.engine.cancel(job.id)
            self.say_of_job(f"canceled · {key_words('again-job', keys_of(self.app))} runs it again")

    def action_again(self) -> None:
        """Take a failed or cancelled one up again; of a saved one, make another file beside the first."""
        job = self.meant_job()
        if job is None or self._services is None:
            return
        engine = self._services.engine
        try:
            if job.state in ENDED_WITHOUT_FILE:
                run_apart(self, partial(self._resume, engine, job))
            elif job.state is JobState.DONE:
                self.started_anew(engine.job(engine.submit(job.order)))
            else:
                self.say_of_job("it is still under way")
        except OmniTuiError as error:
            self.say_of_job(error.message)

    async def _resume(self, engine: Engine, job: Job) -> None:
        try:
            await engine.resume(job.id)
        except OmniTuiError as error:
            self.say_of_job(error.message)
        except ValueError:  # somebody was faster
            self.say_of_job("it is still under way")

    def action_take_other(self) -> None:
        """Have the file of the export that this one waits for, under a name that says so."""
        job = self.meant_job()
        if job is None or self._services is None:
            return
        if job.in_the_way is None:
            self.say_of_job("no other export is in its way")
        else:
            take = partial(self._take_other, self._services.engine, job)
            run_apart(self, take)

    async def _take_other(self, engine: Engine, job: Job) -> None:
        try:
            taken = await engine.take_other(job.id)
        except OmniTuiError as error:
            self.say_of_job(error.message)
        except ValueError:  # it has just ended
            self.say_of_job("no other export is in its way any more")
        else:
            self.started_anew(engine.job(taken))
            self.say_of_job("takes the other export's file")

    def action_options(self) -> None:
        """Open the form with its options, to change something and export once more."""
        job = self.meant_job()
        if job is not None:
            self.open_form(job.order)

    def action_compare(self) -> None:
        """Show what changed since the previous saved export of the same request."""
        job = self.meant_job()
        if job is not None and job.path is not None and job.state is JobState.DONE:
            self.post_message(OpenComparison(job))
        elif job is not None:
            self.say_of_job("no file yet")

    def action_copy_command(self) -> None:
        """Copy the command that downloads the same again, into the same folder."""
        from omni_tui.options.command_line import request_command

        job, services = self.meant_job(), self._services
        if job is not None and services is not None:
            command = request_command(
                job.order.request,
                output=f"{job.order.folder}/".replace("//", "/"),
                profile=services.profile,
                is_demo=services.demo_server is not None,
            )
            self.copy_of_job(command)

    def action_copy(self) -> None:
        """Copy the path of the file."""
        job = self.meant_job()
        if job is not None and job.path is not None:
            self.copy_of_job(str(job.path))
        elif job is not None:
            self.say_of_job("no file yet")
