"""The screen that searches for the tile that fails a dashboard's export, and shows each tile's result."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from textual.binding import Binding, BindingType
from textual.content import Content

from omni_tui.downloads.broken_tiles.report import (
    TileReport,
    TileResult,
    TileState,
    Verdict,
    good_tile_orders,
    verdict_words,
)
from omni_tui.downloads.job.models import Job
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import plain_line
from omni_tui.tui.common.key_labels import bold_keys, keys_of, with_keys
from omni_tui.tui.common.screens.reader_screen import ReaderScreen
from omni_tui.tui.common.text import content
from omni_tui.tui.common.work import start_work

if TYPE_CHECKING:
    from omni_tui.services import Services

# The symbol of each result, and its style.
_SIGNS = {
    TileState.WAITING: ("○", "$muted"),
    TileState.CHECKING: ("◐", "$primary"),
    TileState.GOOD: ("●", "$success"),
    TileState.BROKEN: ("✗", "$error"),
    TileState.UNKNOWN: ("?", "$warning"),
}
_VERDICT_STYLES = {
    Verdict.UNFINISHED: "$muted",
    Verdict.BROKEN_TILES: "$error",
    Verdict.RENDER_SERVICE_DOWN: "$error",
    Verdict.UNCLEAR: "$warning",
    Verdict.NO_BROKEN_TILE: "$success",
}


class BrokenTilesScreen(ReaderScreen):
    """Searches while it is open; closing it cancels the search."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "export", "export good tiles", tooltip="Export the good tiles", id="export-good-tiles"),
    ]

    def __init__(self, job: Job) -> None:
        super().__init__("Find broken tile", note="")
        self._job = job
        self._report: TileReport | None = None
        self._error: OmniTuiError | None = None
        self._is_exported = False

    def show_services(self) -> None:
        """Start the search with the current services."""
        super().show_services()
        self.frame.note = with_keys("{close} stops the search", keys_of(self.app))
        if self._services is not None and self._report is None:
            start_work(self, "search", partial(self._search, self._services))

    async def _search(self, services: Services) -> None:
        try:
            await services.engine.find_broken_tiles(self._job.order, self._show)
        except OmniTuiError as error:
            self._error = error
            self.show_lines()
        self.frame.note = ""
        self.refresh_bindings()

    def _show(self, report: TileReport) -> None:
        if self.is_attached:
            self._report = report
            self.show_lines()

    def lines(self) -> list[Content]:
        """Return the dashboard, the verdict and the tiles."""
        order = self._job.order
        lines = [content(order.title, "bold"), self._verdict_line()]
        if self._report is None:
            return lines
        width = max(cell_len(plain_line(tile.name)) for tile in self._report.tiles) + 2
        lines += [Content(""), *(_tile_line(tile, width) for tile in self._report.tiles)]
        if self._can_export:
            count = len(self._report.good)
            what = "the good tile" if count == 1 else f"the {count} good tiles"
            key = bold_keys(f"{{export-good-tiles}} to export {what}", keys_of(self.app))
            lines += [Content(""), key]
        return lines

    def _verdict_line(self) -> Content:
        if self._error is not None:
            return content(str(self._error), "$error")
        if self._report is None:
            return content("Reading the dashboard's tiles …", "$muted")
        return content(verdict_words(self._report), _VERDICT_STYLES[self._report.verdict])

    @property
    def _can_export(self) -> bool:
        is_found = self._report is not None and self._report.verdict is Verdict.BROKEN_TILES
        return is_found and not self._is_exported

    def is_idle(self, action: str) -> bool:
        """Return whether the key has no effect now, so that the footer hides it."""
        return action == "export" and not self._can_export

    # what keys do

    def action_export(self) -> None:
        """Export the good tiles in the format of the failed download, and into its folder."""
        if not self._can_export or self._services is None or self._report is None:
            return
        try:
            for order in good_tile_orders(self._job.order, self._report):
                self._services.engine.submit(order)
        except OmniTuiError as error:
            self.frame.show_message(error.message)
            return
        self._is_exported = True
        count = len(self._report.good)
        exports = "1 export" if count == 1 else f"{count} exports"
        message = f"Started {exports}. Press {{downloads}} to see them."
        self.frame.note = with_keys(message, keys_of(self.app))
        self.show_lines()
        self.refresh_bindings()


def _tile_line(tile: TileResult, width: int) -> Content:
    sign, style = _SIGNS[tile.state]
    name = plain_line(tile.name)
    return Content.assemble(
        (sign, style),
        " ",
        content(set_cell_size(name, width)),
        (tile.state.value.ljust(10), style),
        content(tile.reason, "$muted"),
    )
