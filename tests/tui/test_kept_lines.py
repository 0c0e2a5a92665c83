"""Lines that are kept as a whole look as if they were not."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual._styles_cache import StylesCache
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.filter import Monochrome
from textual.widgets import Input, Static

from omni_tui.tui.kept_lines import KeptLines, keep_lines


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
