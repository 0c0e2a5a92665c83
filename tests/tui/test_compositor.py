"""What goes is painted over, also where something has scrolled before."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from omni_tui.tui.compositor import Piece, PiecesUpdate, pieces_of, use_lasting_compositor
from tests.tui.waiting import wait_for

TOP = 5


class Notice(Static):
    """Stands over the rest, until it goes, in a rack that cannot be seen: as Textual's notifications."""

    def on_unmount(self) -> None:
        """Ask where something is, as Textual itself does when what goes may have had the focus."""
        assert self.app.screen.find_widget(self.app.query_one(VerticalScroll)).region


class Scrolled(App[None]):
    """Text that scrolls, and a notice over it. `painted` holds the lines that were painted."""

    CSS = f"""
    Screen {{ layers: base over; }}
    #rack {{ layer: over; offset: 0 {TOP}; height: auto; visibility: hidden; }}
    Notice {{ height: 1; visibility: visible; }}
    """

    def __init__(self) -> None:
        use_lasting_compositor()
        super().__init__()
        self.painted: set[int] = set()

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            for number in range(50):
                yield Static(f"line {number}")
        with Vertical(id="rack"):
            yield Notice("for a moment")

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, PiecesUpdate):
            self.painted |= {piece.row for piece in renderable.pieces}
        super()._display(screen, renderable)


async def test_what_goes_after_a_scroll_is_painted_over() -> None:
    app = Scrolled()
    async with app.run_test(size=(40, 12)) as pilot:
        app.query_one(VerticalScroll).scroll_to(y=3, animate=False)
        await wait_for(pilot, lambda: app.query_one(VerticalScroll).scroll_y == 3)
        app.painted.clear()
        await app.query_one(Notice).remove()
        await wait_for(pilot, lambda: TOP in app.painted, "the line where the notice was")


class Layered(App[None]):
    """Boxes over each other, some of them cut by the edge or by what holds them, over text that scrolls."""

    CSS = """
    Screen { layers: base over top; }
    .box { position: absolute; width: 14; height: 5; background: $primary; }
    #over { layer: over; offset: 6 3; }
    #wide { layer: top; offset: 11 5; width: 9; height: 3; background: $error; }
    #cut { layer: over; offset: 30 8; background: $success; }
    #hidden { layer: top; offset: 2 2; visibility: hidden; }
    """

    def __init__(self) -> None:
        use_lasting_compositor()
        super().__init__()

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            for number in range(50):
                yield Static(f"[bold]line[/bold] {number} 漢字 " + "ab" * 20)
        yield Static("over the text", id="over", classes="box")
        yield Static("字字字字字字", id="wide", classes="box")
        yield Static("cut by the edge of the screen", id="cut", classes="box")
        yield Static("never seen", id="hidden", classes="box")


def cells_of(pieces: Iterable[tuple[int, int, Strip]]) -> dict[tuple[int, int], object]:
    """What stands in each cell, by line and column; of a wide character, in its first."""
    cells: dict[tuple[int, int], object] = {}
    for row, column, strip in pieces:
        for text, style, _ in strip:
            for character in text:
                cells[row, column] = (character, style)
                column += cell_len(character)
    return cells


async def test_what_is_painted_in_part_is_as_in_the_whole_picture() -> None:
    app, chance = Layered(), random.Random(4)
    async with app.run_test(size=(40, 12)) as pilot:
        app.query_one(VerticalScroll).scroll_to(y=3, animate=False)
        await wait_for(pilot, lambda: app.query_one(VerticalScroll).scroll_y == 3)
        compositor = app.screen._compositor
        whole = cells_of((row, 0, strip) for row, strip in enumerate(compositor.render_strips()))
        for _ in range(300):
            regions = {
                Region(chance.randrange(-3, 40), chance.randrange(-2, 12), chance.randrange(9), 3)
                for _ in range(chance.randrange(1, 4))
            }
            compositor._dirty_regions = set(regions)
            update = compositor.render_partial_update()
            pieces = update.pieces if isinstance(update, PiecesUpdate) else []
            wanted = {at for at in whole if any(region.contains(at[1], at[0]) for region in regions)}
            painted = cells_of(pieces)
            # half of a wide character is a blank
            assert {at: cell for at, cell in painted.items() if at in wanted and cell != whole[at]} == {
                at: (" ", cell[1])
                for at, cell in painted.items()
                if at in wanted and isinstance(cell, tuple) and cell != whole[at]
            }
            assert wanted <= set(painted)
            assert len(pieces) == len({(piece.row, piece.column) for piece in pieces})


async def test_a_whole_picture_is_the_same_in_pieces() -> None:
    app = Layered()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        compositor = app.screen._compositor
        pieces = pieces_of(compositor.render_full_update())
        assert pieces is not None
        whole = ((row, 0, strip) for row, strip in enumerate(compositor.render_strips()))
        assert cells_of(pieces) == cells_of(whole)
        assert pieces_of("something else") is None


async def test_pieces_as_text_are_what_they_are() -> None:
    pieces = [Piece(1, 2, Strip([Segment("ab", Style(bold=True))])), Piece(3, 0, Strip([Segment("c")]))]
    console = Console(force_terminal=True, color_system="truecolor")
    assert PiecesUpdate(pieces).render_segments(console) == "\x1b[2;3H\x1b[1mab\x1b[0m\x1b[4;1Hc"
