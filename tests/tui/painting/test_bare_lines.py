"""Lists and readers paint every change although they cache their lines."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.content import Content
from textual.filter import Monochrome

from omni_tui.tui.common.reader import Reader
from omni_tui.tui.common.table.table import Cell, Column, RowList


class Names(RowList[str]):
    COLUMNS: ClassVar[tuple[Column, ...]] = (Column("name", "Name"),)

    def cells(self, row: str) -> dict[str, Cell]:
        return {"name": (row, "accent" if row.endswith("7") else "text")}


class Listed(App[None]):
    """A list and a text beside it, both painted line by line."""

    CSS: ClassVar[str] = """
    Names { width: 30; height: 9; overflow-x: hidden; }
    Names > .row-list--cursor { background: red; }
    Names > .row-list--cursor-blurred { background: green; }
    Names > .row-list--accent { color: yellow; }
    Reader { height: 5; }
    """

    def compose(self) -> ComposeResult:
        yield Names()
        yield Reader()


async def test_what_has_changed_in_lines_that_draw_themselves_is_seen() -> None:
    app = Listed()
    async with app.run_test(size=(60, 20)) as pilot:
        names, reader = app.query_one(Names), app.query_one(Reader)
        names.focus()
        for change in (
            lambda: names.set_rows([f"name {number}" for number in range(30)]),
            lambda: names.action_cursor(1),
            lambda: names.action_edge(1),
            lambda: names.set_rows([f"other {number}" for number in range(4)]),
            lambda: reader.show([Content("a text"), Content.styled("another", "bold")]),
            lambda: reader.show([Content("a text"), Content("changed")]),
            lambda: app.screen.set_focus(None),
            lambda: setattr(app, "theme", "textual-light"),
            lambda: app._filters.append(Monochrome()),
            lambda: setattr(names.styles, "width", 20),
            lambda: names.set_rows([]),
        ):
            before = app.screen._compositor.render_strips()
            change()
            await pilot.pause()
            kept = app.screen._compositor.render_strips()
            assert kept != before
            for widget in (names, reader):
                widget._styles_cache.clear()
                widget.refresh()
            assert app.screen._compositor.render_strips() == kept
