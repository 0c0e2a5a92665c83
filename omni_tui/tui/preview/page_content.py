"""Shows PDF pages and PNG pictures in the preview."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual import on
from textual.widget import Widget

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.preview.errors import PreviewError, Stopped
from omni_tui.preview.grids.table_layout import shown
from omni_tui.preview.pages.document import PageCells, PageDocument
from omni_tui.tui.common.work import start_work
from omni_tui.tui.host import host_of
from omni_tui.tui.preview.content import FileContent, PreviewFrame, colors_of
from omni_tui.tui.preview.facts import size_of
from omni_tui.tui.preview.page_view import ZOOMS, PageView
from omni_tui.tui.preview.terminal_picture import fitted_region, placed, removed, takes_pictures

# The number of drawn pages kept in memory.
_KEPT_PAGES = 6
# The resolution of pictures per terminal column; more would be sharper and larger.
_CELL_PIXELS = 8


class _View(PageView):
    """A page view that passes its messages to the content."""

    def __init__(self, content: PageContent) -> None:
        super().__init__()
        self._content = content

    @on(PageView.Moved)
    def _moved(self, event: PageView.Moved) -> None:
        event.stop()
        self._content.show_facts()

    @on(PageView.ZoomRequested)
    def _zoom(self, event: PageView.ZoomRequested) -> None:
        event.stop()
        start_work(self, "draw", partial(self._content.zoom, event.by))

    @on(PageView.PageRequested)
    def _page(self, event: PageView.PageRequested) -> None:
        event.stop()
        start_work(self, "draw", partial(self._content.go_to_part, event.by))

    def is_idle(self, action: str) -> bool:
        """Return whether the key has no effect now, so that the footer hides it."""
        return action.startswith("zoom") and not self._content.can_zoom(-1 if "-" in action else 1)

    def on_resize(self) -> None:
        """Draw the page in the new width."""
        start_work(self, "draw", self._content.redraw)


class PageContent(FileContent):
    """A PDF or a PNG."""

    jump_words = "page"

    def __init__(self, stage: PreviewFrame, path: Path) -> None:
        self._stage = stage
        self._path = path
        self._view = _View(self)
        self._document: PageDocument | None = None
        self._pages = 0
        self._number = 0
        self._zoom = 0
        self._kept: dict[tuple[int, int], PageCells] = {}
        self._picture: str = ""  # the sequence that shows the picture; empty for cells
        self._is_seen = False

    @property
    def widget(self) -> Widget:
        """The page."""
        return self._view

    async def open(self) -> None:
        """Draw the first page."""
        self._document = PageDocument(self._path)
        self._view.add_class("-shown")
        self._view.focus()
        await self._draw(0)
        self.is_open = True

    async def redraw(self) -> None:
        """Draw the page for another width."""
        if self.is_open:
            await self._guarded(self._number, self._view.where)

    async def _guarded(self, number: int, where: float = 0.0) -> None:
        try:
            await self._draw(number, where)
        except Stopped:
            return
        except PreviewError as error:
            if self._pages:
                self._stage.show_message(error.message)
            else:
                self._stage.show_error(str(error))

    async def _draw(self, number: int, where: float = 0.0) -> None:
        document, view = self._document, self._view
        if document is None or not view.size.width:
            if document is not None:
                view.call_after_refresh(start_work, view, "draw", partial(self._guarded, number, where))
            return
        self.cover()
        self._picture = ""
        if self._shows_picture():
            await self._draw_picture(document)
            return
        colors = colors_of(host_of(view))
        columns = round(view.size.width * ZOOMS[self._zoom])
        key = (number, columns)
        if key not in self._kept:
            page = await run_in_daemon_thread(partial(document.page, number, columns, colors))
            self.parts = self._pages = self._pages or await run_in_daemon_thread(lambda: document.pages)
            self._kept[key] = page
            while len(self._kept) > _KEPT_PAGES:
                del self._kept[next(iter(self._kept))]
        self.is_open = True
        self._number = number
        view.show(self._kept[key], colors, where=where)

    # pictures in the terminal's own protocol

    def _shows_picture(self) -> bool:
        """Return whether to use the terminal's protocol: for a PNG at the size of the window."""
        is_picture = self._path.suffix.lower() == ".png" and self._zoom == 0
        return is_picture and takes_pictures(host_of(self._view).terminal)

    async def _draw_picture(self, document: PageDocument) -> None:
        view = self._view
        sizes = await run_in_daemon_thread(lambda: document.sizes)
        self._pages = 1
        width, height = map(round, sizes[0])
        region = fitted_region(view.content_region, width, height)
        size = region.width * _CELL_PIXELS, region.height * 2 * _CELL_PIXELS
        picture = await run_in_daemon_thread(partial(document.picture, *size))
        self.is_open = True
        self._picture = placed(host_of(view).terminal, picture.png, region)
        view.show(None, 0)  # nothing else in its cells
        self._stage.show_facts(self._path.name, f"+ zoom in · {width:,} × {height:,} · {size_of(self._path)}")
        self.uncover()

    def cover(self) -> None:
        """Remove the terminal's picture."""
        if self._picture and self._is_seen:
            host = host_of(self._view)
            host.send(removed(host.terminal))
            host.repaint()
        self._is_seen = False

    def uncover(self) -> None:
        """Show the terminal's picture over the screen."""
        self._view.call_after_refresh(self._send_picture)

    def _send_picture(self) -> None:
        if self._picture and not self._is_seen and self._view.is_attached and self._view.screen.is_current:
            self._is_seen = True
            host_of(self._view).send(self._picture)

    def show_facts(self) -> None:
        """Show the page number and the visible part in the frame."""
        view, page = self._view, self._view.page
        if page is None:
            return
        is_pdf = self._path.suffix.lower() == ".pdf"
        parts = [f"page {self._number + 1} of {self._pages:,}"] if self._pages > 1 else []
        if is_pdf and not page.has_text:
            parts.append("no text layer: can't show the page's text")
        if page.cut and self._zoom < len(ZOOMS) - 1:
            parts.append(f"{page.cut} labels cut off: + zoom in")
        below = len(page.rows) - view.top - view.size.height
        if below > 0:
            parts.append(f"{(view.top + view.size.height) / len(page.rows):.0%}")
        parts += [f"{ZOOMS[self._zoom]:g}×" if self._zoom else "", size_of(self._path)]
        self._stage.show_facts(self._path.name, " · ".join(filter(None, parts)))

    def can_zoom(self, by: int) -> bool:
        """Return whether the page can be larger (1) or smaller (-1)."""
        return 0 <= self._zoom + by < len(ZOOMS)

    async def zoom(self, by: int) -> None:
        """Draw the page larger or smaller."""
        zoom = self._zoom + by
        if not self.can_zoom(by):
            self._stage.show_message("largest size" if by > 0 else "smallest size")
            return
        self._zoom = zoom
        self._view.refresh_bindings()
        await self._guarded(self._number, self._view.where)

    async def go_to_part(self, by: int) -> None:
        """Show the next or previous page."""
        number = self._number + by
        if 0 <= number < self._pages:
            await self._guarded(number)
        elif self._pages > 1:
            self._stage.show_message("this is the last page" if by > 0 else "this is the first page")

    async def jump(self, number: int) -> None:
        """Go to a page."""
        if self._pages:
            await self._guarded(max(0, min(number, self._pages) - 1))

    async def find(self, needle: str, by: int) -> None:
        """Find a text on this page, then on the others."""
        view, document = self._view, self._document
        if document is None or not needle:
            view.highlight("")
            return
        try:
            if (by and view.go_to_match(by)) or (not by and view.highlight(needle)):
                return
            start = self._number + (by or 1)
            backward = by < 0
            found = None
            if 0 <= start < self._pages:
                found = await run_in_daemon_thread(partial(document.find, needle, start, backward=backward))
            if found is None and not by:
                found = await run_in_daemon_thread(partial(document.find, needle, 0))
        except Stopped:
            return
        except PreviewError as error:
            self._stage.show_message(error.message)
            return
        if found is None:
            self._stage.show_message(f"“{shown(needle)}” not found")
        elif found == self._number and not by:
            self._stage.show_message(f"“{shown(needle)}” is on this page, but cut off: + zoom in")
        else:
            await self._guarded(found)
            view.highlight(needle)

    def close(self) -> None:
        """Stop the drawing process and remove the terminal's picture."""
        self.cover()
        self._picture = ""
        if self._document is not None:
            self._document.close()
