"""The details of the current dashboard. Its tiles load once the cursor has stopped moving."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer

from omni_tui.api.documents import Document
from omni_tui.api.urls import dashboard_address
from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.reader import Reader
from omni_tui.tui.common.service_watcher import ServiceWatcher, Unsubscribe
from omni_tui.tui.common.text import content, link, shorten
from omni_tui.tui.dashboard_contents import contents_of
from omni_tui.tui.host import host_of
from omni_tui.tui.messages import JobChanged

if TYPE_CHECKING:
    from omni_tui.downloads.job.models import Job
    from omni_tui.services import Services

# Moving through the list sends no requests; stopping for this long does, unless the rate limit is half used.
REST_SECONDS = 0.5
LABEL_WIDTH = 9


class DashboardDetail(ServiceWatcher):
    """Name, folder, owner, dates, labels, tiles and the last export of one dashboard.

    The lines are shown in a Reader, which paints only those that changed.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="frame")
        self.border_title = "Dashboard"
        self._document: Document | None = None
        self._failure: OmniTuiError | None = None
        """Why the tiles couldn't be loaded; reset when another dashboard is shown."""
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """Compose the lines, which can't be focused."""
        reader = Reader()
        reader.can_focus = False
        yield reader

    def subscribe_to(self, services: Services) -> Iterable[Unsubscribe]:
        """Subscribe to the jobs, for the dashboard's last export."""
        return (services.engine.subscribe(lambda job: self.post_if_running(JobChanged(job))),)

    def show_services(self) -> None:
        """Load the current dashboard's tiles, now that services are open."""
        self._failure = None
        self.begin_rest()

    def on_job_changed(self, message: JobChanged) -> None:
        """Update the last export."""
        if message.job.path is not None:
            self._show_lines()

    def on_resize(self) -> None:
        """Shorten the lines for the new width."""
        self._show_lines()
        self.begin_rest()

    def show(self, document: Document | None, *, is_typed: bool = False) -> None:
        """Show this dashboard. With `is_typed`, restart the delay even if the dashboard is the same."""
        is_other = document is not self._document and document != self._document
        if is_other:
            self._document, self._failure = document, None
            self._show_lines()
        if is_other or is_typed:
            self.begin_rest()

    @property
    def lines(self) -> list[Content]:
        """The details, one per line."""
        document = self._document
        if document is None:
            return []
        width = self._width
        changed = f"{document.updated_at.astimezone():%Y-%m-%d %H:%M}" if document.updated_at else ""
        labels = ", ".join(document.labels)
        return [
            content(document.name or document.identifier, "bold"),
            Content(""),
            _line(width, "Folder", document.folder or "none"),
            _line(width, "Owner", document.owner),
            _line(width, "Updated", changed),
            *([_line(width, "Labels", labels, "$mark")] if labels else []),
            _line(width, "ID", document.identifier, "$muted", self._address(document)),
            Content(""),
            *self._tile_lines(document),
            *self._export_lines(document),
        ]

    @property
    def _width(self) -> int:
        return self.query_one(Reader).scrollable_content_region.width

    def _show_lines(self) -> None:
        self.query_one(Reader).show(self.lines)

    def begin_rest(self) -> None:
        """Load the tiles after REST_SECONDS without another call."""
        if self._rest is not None:
            self._rest.stop()
        document = self._document
        is_wanted = document is not None and self._failure is None and not self._is_known(document)
        if is_wanted and self.display and self._services:
            self._rest = self.set_timer(REST_SECONDS, self._load)

    @work(exclusive=True)
    async def _load(self) -> None:
        services, document = self._services, self._document
        if services is None or document is None or services.limiter.used > services.limiter.limit // 2:
            return
        from omni_tui.api.rate_limit.priority import Priority

        known, identifier, rank = contents_of(services.client), document.identifier, Priority.BACKGROUND
        try:
            known.tiles[identifier] = await services.client.tiles(identifier, priority=rank)
            known.filters[identifier] = await services.client.filters(identifier, priority=rank)
        except OmniTuiError as error:
            if document == self._document:
                self._failure = error
        self._show_lines()

    def _is_known(self, document: Document) -> bool:
        if self._services is None:
            return False
        known, identifier = contents_of(self._services.client), document.identifier
        return identifier in known.tiles and identifier in known.filters

    def _address(self, document: Document) -> str:
        if self._services is None or not host_of(self).terminal.has_strings:
            return ""
        return dashboard_address(self._services.client.root, document.identifier, document.url)

    def _tile_lines(self, document: Document) -> list[Content]:
        if self._services is None or not self._is_known(document):
            return [content(self._failure.message, "$warning"), Content("")] if self._failure else []
        known = contents_of(self._services.client)
        tiles, filters = known.tiles[document.identifier], known.filters[document.identifier].filters
        head = f"{_count(len(tiles), 'tile')} · {_count(len(filters), 'filter')}"
        room = max(3, self.size.height - 15)
        shown = tiles if len(tiles) <= room else tiles[: room - 1]
        names = [content("  " + shorten(tile.name, self._width - 2)) for tile in shown]
        more = [content(f"  {len(tiles) - len(shown)} more", "$muted")] if len(shown) < len(tiles) else []
        return [content(head, "$muted"), *names, *more, Content("")]

    def _export_lines(self, document: Document) -> list[Content]:
        job = self._last_export(document)
        if job is None or job.path is None:
            return []
        text = f"  {job.order.request.format.label}  {job.path.name}"
        return [content("Last export", "$muted"), content(shorten(text, self._width))]

    def _last_export(self, document: Document) -> Job | None:
        if self._services is None:
            return None
        saved = (job for job in reversed(self._services.engine.jobs()) if job.path is not None)
        return next((job for job in saved if job.order.request.dashboard_id == document.identifier), None)


def _line(width: int, label: str, text: str, style: str = "", address: str = "") -> Content:
    # no underline: it would cost sixty bytes at every move of the cursor
    value = link(shorten(text, max(4, width - LABEL_WIDTH)), address, style, underline=False)
    return Content.assemble((label.ljust(LABEL_WIDTH), "$muted"), value)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
