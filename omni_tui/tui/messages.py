"""The messages between widgets and screens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from omni_tui.api.request_log.log import Exchange
    from omni_tui.downloads.job.models import Job, Order


@dataclass
class JobChanged(Message):
    """A job changed. A later message about the same job replaces an earlier one in the queue."""

    job: Job

    def can_replace(self, message: Message) -> bool:
        """Return whether this message replaces the queued one."""
        return isinstance(message, JobChanged) and message.job.id == self.job.id


@dataclass
class ExchangeChanged(Message):
    """A request was sent, or its response ended. Never merged, because each is a line of the log."""

    exchange: Exchange


class CatalogChanged(Message):
    """The list of dashboards or its loading progress changed."""

    def can_replace(self, message: Message) -> bool:
        """Return whether this message replaces the queued one: only the latest matters."""
        return isinstance(message, CatalogChanged)


class RateLimitChanged(Message):
    """The rate limit's usage changed, or all requests are paused."""

    def can_replace(self, message: Message) -> bool:
        """Return whether this message replaces the queued one: only the latest matters."""
        return isinstance(message, RateLimitChanged)


@dataclass
class OpenComparison(Message):
    """Asks the application to compare a saved export with the one before it."""

    job: Job


@dataclass
class OpenPreview(Message):
    """Asks the application to preview a saved file; `job` is the download that saved it, if known."""

    path: Path
    job: Job | None = None


@dataclass
class OpenFolder(Message):
    """Asks the application to list the files in a folder; None is the download folder."""

    folder: Path | None = None


@dataclass
class OpenForm(Message):
    """Asks the application to open the export form with the options of an earlier export."""

    order: Order


class ShowHelpTopics(Message):
    """Asks the application to show the help topics over the current screen."""
