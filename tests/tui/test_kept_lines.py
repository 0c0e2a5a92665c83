"""Lines that are kept as a whole look as if they were not."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual._styles_cache import StylesCache
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.filter import Monochrome
from textual.widgets import Input, Static

from omni_tui.tui.kept_lines import KeptLines, keep_lines
from omni_tui.tui.widgets.reader import Reader
from omni_tui.tui.widgets.row_list import Cell, Column, RowList


class Frames(App[None]):
    """An input and a text, in a frame that shows where the keys go."""

    CSS: ClassVar[str] = "Vertical { border: round red; } Vertical:focus-within { border: round green; }"

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Input()
        with Vertical(id="below"):
            yield Static("text", id="text")


@pytest.fixture
def lines_of() -> dict[str, int]:
    return {}


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch, lines_of: dict[str, int]) -> None:
    """How many lines of each widget are gone through."""
    keep_lines()
    render = StylesCache.render_widget

    def counting(cache: StylesCache, widget: object, crop: object) -> object:
        name = getattr(widget, "id", None) or type(widget).__name__
        lines_of[name] = lines_of.get(name, 0) + 1
        return render(cache, widget, crop)  # type: ignore[arg-type]

    monkeypatch.setattr(StylesCache, "render_widget", counting)


async def test_what_has_not_changed_is_not_gone_through(lines_of: dict[str, int]) -> None:
    app = Frames()
    async with app.run_test() as pilot:
        assert isinstance(app.query_one("#text")._styles_cache, KeptLines)
        await pilot.pause()
        app.screen._compositor.render_strips()
        lines_of.clear()
        app.query_one(Input).value = "a"
        app.query_one("#text", Static).update("other", layout=False)
        await pilot.pause()
        app.screen._compositor.render_strips()
        assert lines_of == {"Input": 1, "text": 1}


async def test_what_has_changed_is_seen(lines_of: dict[str, int]) -> None:
    app = Frames()
    async with app.run_test() as pilot:
        for change in (
            lambda: app.query_one("#text", Static).update("quite another text"),
            lambda: app.screen.set_focus(None),
            lambda: setattr(app, "theme", "textual-light"),
            lambda: app._filters.append(Monochrome()),
            lambda: setattr(app.query_one("#below").styles, "width", 30),
        ):
            change()
            await pilot.pause()
            kept = app.screen._compositor.render_strips()
            for widget in app.screen.walk_children(with_self=True):
                widget._styles_cache.clear()
            assert app.screen._compositor.render_strips() == kept


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
