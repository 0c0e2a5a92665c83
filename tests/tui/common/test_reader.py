from __future__ import annotations

from typing import ClassVar

import pytest
from textual._styles_cache import StylesCache
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot
from textual.strip import Strip
from textual.visual import Visual

from omni_tui.tui.common.reader import Reader
from omni_tui.tui.common.text import link
from tests.tui.waiting import screen_cells, screen_lines, wait_for


class NotingReader(Reader):
    """Records which lines were painted."""

    def __init__(self) -> None:
        super().__init__()
        self.painted_lines: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.painted_lines.append(y)
        return super().render_line(y)


class ReaderApp(App[None]):
    CSS: ClassVar[str] = "Reader { height: 1fr; overflow-x: hidden; scrollbar-gutter: stable; }"

    def __init__(self) -> None:
        super().__init__()
        self.animation_level = "none"
        self.reader = NotingReader()

    def compose(self) -> ComposeResult:
        yield self.reader


def lines(count: int) -> list[Content]:
    return [Content(f"line {number} [x]") for number in range(count)]


def shown(pilot: Pilot[None]) -> list[str]:
    return [line.rstrip("▁▂▃▄▅▆▇█ ") for line in screen_lines(pilot)]


async def test_only_lines_that_differ_are_painted() -> None:
    app = ReaderApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.reader.show(lines(6))
        await pilot.pause()
        app.reader.painted_lines.clear()
        changed = [*lines(3), Content("another"), *lines(6)[4:], Content("one more")]
        app.reader.show(changed)
        await pilot.pause()
        assert app.reader.painted_lines == [3, 6]
        assert shown(pilot)[3:8] == ["another", "line 4 [x]", "line 5 [x]", "one more", ""]
        app.reader.painted_lines.clear()
        app.reader.show(changed)
        await pilot.pause()
        assert app.reader.painted_lines == []


async def test_another_color_is_a_difference() -> None:
    app = ReaderApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.reader.show([Content.styled("word", "green")])
        await pilot.pause()
        app.reader.painted_lines.clear()
        app.reader.show([Content.styled("word", "red")])
        await pilot.pause()
        assert app.reader.painted_lines == [0]


async def test_long_lines_are_wrapped_at_the_width_there_is() -> None:
    app = ReaderApp()
    async with app.run_test(size=(22, 10)) as pilot:
        app.reader.show([Content("a sentence of several words"), Content("/an/address/without/any/blank")])
        await pilot.pause()
        assert shown(pilot)[:4] == ["a sentence of", "several words", "/an/address/without/", "any/blank"]
        await pilot.resize_terminal(60, 10)
        await pilot.pause()
        assert shown(pilot)[:3] == ["a sentence of several words", "/an/address/without/any/blank", ""]


async def test_further_parts_of_a_wrapped_line_are_indented() -> None:
    app = ReaderApp()
    app.reader.hanging = 2
    async with app.run_test(size=(22, 10)) as pilot:
        app.reader.show([Content("+ a sentence of several words"), Content("short")])
        await pilot.pause()
        assert shown(pilot)[:3] == ["+ a sentence of", "  several words", "short"]


async def test_it_scrolls_to_the_end_and_stays_there_when_lines_change() -> None:
    app = ReaderApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.reader.focus()
        app.reader.show(lines(5000))
        await pilot.pause()  # scrolling to the end needs the scroll bar
        await pilot.press("end")
        await wait_for(pilot, lambda: shown(pilot)[-1] == "line 4999 [x]", "the end")
        app.reader.show([*lines(4999), Content("the last")])
        await pilot.pause()
        assert shown(pilot)[-1] == "the last"
        app.reader.show(lines(3))
        await pilot.pause()
        assert shown(pilot)[:4] == ["line 0 [x]", "line 1 [x]", "line 2 [x]", ""]


async def test_its_lines_are_painted_as_textual_would(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_lines = [
        Content("plain"),
        Content.assemble(("Label  ", "$text-muted"), ("日本語 name", "bold"), " end"),
        link("a link", "https://omni.example/x", "$primary"),
        Content("[red]x[/] " * 20),
        Content(""),
    ]
    app = ReaderApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.reader.show(shown_lines)
        await pilot.pause()
        ours = screen_cells(pilot)

        def textuals(reader: Reader, y: int) -> Strip:
            line = [*reader._wrapped, *[Content("")] * 20][y]
            width = reader.scrollable_content_region.width
            [strip] = Visual.to_strips(reader, line, width, 1, reader.visual_style, apply_selection=False)
            return strip.adjust_cell_length(width, reader.rich_style)

        monkeypatch.setattr(Reader, "render_line", textuals)
        monkeypatch.setattr(app.reader, "_styles_cache", StylesCache())
        assert screen_cells(pilot) == ours
