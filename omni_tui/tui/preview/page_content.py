"""Shows PDF pages and PNG pictures in the preview."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.preview.errors import PreviewError, Stopped
from omni_tui.preview.grids.table_layout import shown
from omni_tui.preview.pages.document import PageCells, PageDocument
from omni_tui.tui.common.work import start_work
from omni_tui.tui.host import host_of
from omni_tui.tui.preview.content import PreviewFrame, colors_of
from omni_tui.tui.preview.facts import size_of
from omni_tui.tui.preview.page_view import ZOOMS, PageView
from omni_tui.tui.preview.terminal_picture import fitted_region, placed, removed, takes_pictures

# The number of drawn pages kept in memory.
_KEPT_PAGES = 6
# The resolution of pictures per terminal column; more would be sharper and larger.
_CELL_PIXELS = 8


class PageContent(PageView):
    """A PDF or a PNG."""

    jump_words = "page"

    def __init__(self, stage: PreviewFrame, path: Path) -> None:
        super().__init__()
        self.stage = stage
        self.path = path
        self._document: PageDocument | None = None
        self._pages = 0
        self._number = 0
        self._zoom = 0
        self._kept: dict[tuple[int, int], PageCells] = {}
        self._picture: str = ""  # the sequence that shows the picture; empty for cells
        self._is_seen = False

    async def open(self) -> None:
        """Draw the first page."""
        self._document = PageDocument(self.path)
        self.add_class("-shown")
        self.focus()
        await self._draw(0)
        self.is_open = True

    def on_resize(self) -> None:
        """Draw the page in the new width."""
        start_work(self, "draw", self._redraw)

    async def _redraw(self) -> None:
        if self.is_open:
            await self._guarded(self._number)

    async def _guarded(self, number: int) -> None:
        try:
            await self._draw(number)
        except Stopped:
            return
        except PreviewError as error:
            if self._pages:
                self.stage.show_message(error.message)
            else:
                self.stage.show_error(str(error))

    async def _draw(self, number: int) -> None:
        """Draw a page: another one from its top, the same one where it is scrolled to by then."""
        document = self._document
        if document is None or not self.size.width:
            if document is not None:
                self.call_after_refresh(start_work, self, "draw", partial(self._guarded, number))
            return
        self.cover()
        self._picture = ""
        if self._shows_picture():
            await self._draw_picture(document)
            return
        colors = colors_of(host_of(self))
        columns = round(self.size.width * ZOOMS[self._zoom])
        key = (number, columns)
        if key not in self._kept:
            page = await run_in_daemon_thread(partial(document.page, number, columns, colors))
            self.parts = self._pages = self._pages or await run_in_daemon_thread(lambda: document.pages)
            self._kept[key] = page
            while len(self._kept) > _KEPT_PAGES:
                del self._kept[next(iter(self._kept))]
        self.is_open = True
        where = self.where if number == self._number else 0.0
        self._number = number
        self.show(self._kept[key], colors, where=where)

    # pictures in the terminal's own protocol

    def _shows_picture(self) -> bool:
        """Return whether to use the terminal's protocol: for a PNG at the size of the window."""
        is_picture = self.path.suffix.lower() == ".png" and self._zoom == 0
        return is_picture and takes_pictures(host_of(self).terminal)

    async def _draw_picture(self, document: PageDocument) -> None:
        sizes = await run_in_daemon_thread(lambda: document.sizes)
        self._pages = 1
        width, height = map(round, sizes[0])
        region = fitted_region(self.content_region, width, height)
        size = region.width * _CELL_PIXELS, region.height * 2 * _CELL_PIXELS
        picture = await run_in_daemon_thread(partial(document.picture, *size))
        self.is_open = True
        self._picture = placed(host_of(self).terminal, picture.png, region)
        self.show(None, 0)  # nothing else in its cells
        self.stage.show_facts(self.path.name, f"+ zoom in · {width:,} × {height:,} · {size_of(self.path)}")
        self.uncover()

    def cover(self) -> None:
        """Remove the terminal's picture."""
        if self._picture and self._is_seen:
            host = host_of(self)
            host.send(removed(host.terminal))
            host.repaint()
        self._is_seen = False

    def uncover(self) -> None:
        """Show the terminal's picture over the screen."""
        self.call_after_refresh(self._send_picture)

    def _send_picture(self) -> None:
        if self._picture and not self._is_seen and self.is_attached and self.screen.is_current:
            self._is_seen = True
            host_of(self).send(self._picture)

    def show_facts(self) -> None:
        """Show the page number and the visible part in the frame."""
        page = self.page
        if page is None:
            return
        is_pdf = self.path.suffix.lower() == ".pdf"
        parts = [f"page {self._number + 1} of {self._pages:,}"] if self._pages > 1 else []
        if is_pdf and not page.has_text:
            parts.append("no text layer: can't show the page's text")
        if page.cut and self._zoom < len(ZOOMS) - 1:
            parts.append(f"{page.cut} labels cut off: + zoom in")
        below = len(page.rows) - self.top - self.size.height
        if below > 0:
            parts.append(f"{(self.top + self.size.height) / len(page.rows):.0%}")
        parts += [f"{ZOOMS[self._zoom]:g}×" if self._zoom else "", size_of(self.path)]
        self.stage.show_facts(self.path.name, " · ".join(filter(None, parts)))

    def _can_zoom(self, by: int) -> bool:
        return 0 <= self._zoom + by < len(ZOOMS)

    def is_idle(self, action: str) -> bool:
        """Return whether the key has no effect now, so that the footer hides it."""
        return action.startswith("zoom") and not self._can_zoom(-1 if "-" in action else 1)

    def action_zoom(self, by: int) -> None:
        """Draw the page larger (1) or smaller (-1)."""
        start_work(self, "draw", partial(self._draw_larger, by))

    async def _draw_larger(self, by: int) -> None:
        zoom = self._zoom + by
        if not self._can_zoom(by):
            self.stage.show_message("largest size" if by > 0 else "smallest size")
            return
        self._zoom = zoom
        self.refresh_bindings()
        await self._guarded(self._number)

    async def go_to_part(self, by: int) -> None:
        """Show the next or previous page."""
        number = self._number + by
        if 0 <= number < self._pages:
            await self._guarded(number)
        elif self._pages > 1:
            self.stage.show_message("this is the last page" if by > 0 else "this is the first page")

    async def jump(self, number: int) -> None:
        """Go to a page."""
        if self._pages:
            self.top = 0
            await self._guarded(max(0, min(number, self._pages) - 1))

    async def find(self, needle: str, by: int) -> None:
        """Find a text on this page, then on the others."""
        document = self._document
        if document is None or not needle:
            self.highlight("")
            return
        try:
            if (by and self.go_to_match(by)) or (not by and self.highlight(needle)):
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
            self.stage.show_message(error.message)
            return
        if found is None:
            self.stage.show_message(f"“{shown(needle)}” not found")
        elif found == self._number and not by:
            self.stage.show_message(f"“{shown(needle)}” is on this page, but cut off: + zoom in")
        else:
            await self._guarded(found)
            self.highlight(needle)

    def close(self) -> None:
        """Stop the drawing process and remove the terminal's picture."""
        self.cover()
        self._picture = ""
        if self._document is not None:
            self._document.close()
