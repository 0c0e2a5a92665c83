"""What widgets tell each other, all in one place. Attributes go down, these go up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from omni_tui.api.request_log.log import Exchange
    from omni_tui.downloads.job.models import Job, Order


class JobChanged(Message):
    """A job has moved on. A later word on the same job takes the place of an earlier one."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job

    def can_replace(self, message: Message) -> bool:
        """Whether the message that still waits may be dropped for this one."""
        return isinstance(message, JobChanged) and message.job.id == self.job.id


class ExchangeChanged(Message):
    """A request was sent, or its answer has ended. Never merged: each is a line of the log."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self.exchange = exchange


class CatalogChanged(Message):
    """The list of dashboards, or how far it has come, has changed."""

    def can_replace(self, message: Message) -> bool:
        """Only the last word counts."""
        return isinstance(message, CatalogChanged)


class BudgetChanged(Message):
    """Requests were spent or freed, or everything pauses."""

    def can_replace(self, message: Message) -> bool:
        """Only the last word counts."""
        return isinstance(message, BudgetChanged)


class OpenComparison(Message):
    """What changed between a saved export and the one before it is wanted."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job


class OpenPreview(Message):
    """A saved file is to be shown; `job` is the download that saved it, if it is known."""

    def __init__(self, path: Path, job: Job | None = None) -> None:
        super().__init__()
        self.path = path
        self.job = job


class OpenForm(Message):
    """The form is wanted, with the options of an export that was asked for once."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.order = order


class ShowHelpTopics(Message):
    """The help topics are wanted, over the present screen."""
