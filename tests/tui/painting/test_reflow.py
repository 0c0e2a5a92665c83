"""A removed widget is painted over, even after a scroll."""

from __future__ import annotations

from typing import Any

from rich.console import RenderableType
from textual._compositor import ChopsUpdate
from textual.app import App, ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from omni_tui.tui.painting.textual_patches import install
from tests.tui.waiting import wait_for

TOP = 5


class Notice(Static):
    """Covers the rest until it is removed, in an invisible container, like Textual's notifications."""

    def on_unmount(self) -> None:
        """Query a position, as Textual does when a removed widget may have had the focus."""
        assert self.app.screen.find_widget(self.app.query_one(VerticalScroll)).region


class Scrolled(App[None]):
    """Scrolling text with a notice over it. `painted` has the painted lines."""

    CSS = f"""
    Screen {{ layers: base over; }}
    #rack {{ layer: over; offset: 0 {TOP}; height: auto; visibility: hidden; }}
    Notice {{ height: 1; visibility: visible; }}
    """

    def __init__(self) -> None:
        install()
        super().__init__()
        self.painted: set[int] = set()

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            for number in range(50):
                yield Static(f"line {number}")
        with Vertical(id="rack"):
            yield Notice("for a moment")

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, ChopsUpdate):
            self.painted |= {row for row, _, _ in renderable.spans}
        super()._display(screen, renderable)


async def test_what_goes_after_a_scroll_is_painted_over() -> None:
    app = Scrolled()
    async with app.run_test(size=(40, 12)) as pilot:
        app.query_one(VerticalScroll).scroll_to(y=3, animate=False)
        await wait_for(pilot, lambda: app.query_one(VerticalScroll).scroll_y == 3)
        app.painted.clear()
        await app.query_one(Notice).remove()
        await wait_for(pilot, lambda: TOP in app.painted, "the line where the notice was")
