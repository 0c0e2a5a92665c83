from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
from textual._styles_cache import StylesCache
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.pilot import Pilot
from textual.strip import Strip

import omni_tui.tui
from omni_tui.tui.common.table.columns import Column
from omni_tui.tui.common.table.table import Cell, RowList
from omni_tui.tui.common.text import shorten_start
from omni_tui.tui.theme.theme import THEMES, fallback_variables
from tests.tui.waiting import screen_cells, screen_lines, wait_for

HEIGHT = 10
ROWS_SHOWN = HEIGHT - 1


class Names(RowList[str]):
    """A list of names that records which lines were painted."""

    EMPTY = "No names yet."
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("number", "No", width=4, right=True),
        Column("name", "Name", minimum=10),
        Column("end", "End", width=6, drop=1),
    )

    def __init__(self) -> None:
        super().__init__(id="names")
        self.painted_lines: list[int] = []

    def cells(self, row: str) -> dict[str, Cell]:
        return {
            "number": (str(len(row)), "muted"),
            "name": (row, "text"),
            "end": (row, "accent", shorten_start),
        }

    def render_line(self, y: int) -> Strip:
        self.painted_lines.append(y)
        return super().render_line(y)


class ListApp(App[None]):
    CSS = f"#names {{ height: {HEIGHT}; }}"
    CSS_PATH = Path(omni_tui.tui.__file__).parent / "theme" / "styles" / "app.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(THEMES[0])
        self.theme = THEMES[0].name
        self.animation_level = "none"
        self.names = Names()
        self.heard: list[RowList.Highlighted | RowList.Selected] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return fallback_variables(self.current_theme)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.names

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        self.heard.append(event)

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        self.heard.append(event)


def names(count: int) -> list[str]:
    return [f"name {number}" for number in range(count)]


def shown(pilot: Pilot[None]) -> list[str]:
    """Return the visible names."""
    return [line[6:].split("  ")[0].strip() for line in screen_lines(pilot)[1:HEIGHT]]


async def show(pilot: Pilot[None], rows: list[str], **how: object) -> Names:
    app = pilot.app
    assert isinstance(app, ListApp)
    app.names.set_rows(rows, **how)  # type: ignore[arg-type]
    await pilot.pause()
    app.names.painted_lines.clear()
    app.heard.clear()
    return app.names


async def test_a_key_paints_two_lines() -> None:
    async with ListApp().run_test(size=(60, 20)) as pilot:
        rows = await show(pilot, names(5000))
        rows.focus()
        await pilot.pause()
        rows.painted_lines.clear()
        await pilot.press("down")
        await pilot.pause()
        assert rows.cursor == 1
        assert sorted(rows.painted_lines) == [1, 2]


async def test_a_row_that_changed_is_painted_alone() -> None:
    async with ListApp().run_test(size=(60, 20)) as pilot:
        rows = await show(pilot, names(5000))
        rows.set_rows(["name 0", "name 1", "another", *names(5000)[3:]])
        await pilot.pause()
        assert rows.painted_lines == [3]
        assert shown(pilot)[2] == "another"


async def test_what_looks_the_same_is_not_painted() -> None:
    async with ListApp().run_test(size=(60, 20)) as pilot:
        rows = await show(pilot, names(5000))
        rows.set_rows(names(5000))
        rows.refresh_changed()
        rows.refresh_row(4000)
        await pilot.pause()
        assert rows.painted_lines == []


async def test_moving_through_the_list() -> None:
    async with ListApp().run_test(size=(60, 20)) as pilot:
        rows = await show(pilot, names(100))
        rows.focus()
        for key, cursor, top in (
            ("end", 99, 100 - ROWS_SHOWN),
            ("down", 99, 100 - ROWS_SHOWN),
            ("pageup", 99 - ROWS_SHOWN, 99 - ROWS_SHOWN),
            ("home", 0, 0),
            ("up", 0, 0),
            ("pagedown", ROWS_SHOWN, 1),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert (rows.cursor, round(rows.scroll_y)) == (cursor, top), key
            assert rows.current == f"name {cursor}"
        assert shown(pilot)[0] == "name 1"


async def test_the_cursor_stays_on_its_row_when_others_come_above() -> None:
    async with ListApp().run_test(size=(60, 20)) as pilot:
        rows = await show(pilot, names(100))
        rows.cursor = 50
        await pilot.pause()
        line = shown(pilot).index("name 50")
        rows.set_rows(["new a", "new b", *names(100)])
        await pilot.pause()
        assert rows.current == "name 50"
        assert shown(pilot).index("name 50") == line


async def test_at_the_top_of_the_list_new_rows_are_seen() -> None:
    async with ListApp().run_test(size=(60, 20)) as pilot:
        rows = await show(pilot, names(100))
        rows.cursor = 2
        rows.set_rows(["new", *names(100)])
        await pilot.pause()
        assert rows.current == "name 2"
        assert shown(pilot)[0] == "new"


async def test_the_cursor_keeps_its_position_when_its_row_is_removed() -> None:
    async with ListApp().run_test(size=(60, 20)) as pilot:
        rows = await show(pilot, names(100))
        rows.cursor = 50
        rows.set_rows([name for name in names(100) if name != "name 50"])
        assert rows.current == "name 51"
        rows.set_rows(names(3))
        await pilot.pause()
        assert (rows.cursor, rows.current) == (2, "name 2")
        assert shown(pilot)[0] == "name 0"


async def test_the_cursor_can_be_set_with_the_rows() -> None:
    async with ListApp().run_test(size=(60, 20)) as pilot:
        rows = await show(pilot, names(100), cursor=99)
        assert rows.current == "name 99"
        assert shown(pilot)[-1] == "name 99"
        rows.set_rows(names(100), keep_cursor=False)
        await pilot.pause()
        assert rows.cursor == 0
        assert shown(pilot)[0] == "name 0"


async def test_an_empty_list_says_so_and_ignores_keys() -> None:
    app = ListApp()
    async with app.run_test(size=(60, 20)) as pilot:
        rows = await show(pilot, [])
        rows.focus()
        await pilot.press("down", "up", "pagedown", "end", "home", "enter")
        assert rows.current is None
        assert screen_lines(pilot)[1].strip() == "No names yet."
        assert not [event for event in app.heard if isinstance(event, RowList.Selected)]
        rows.set_rows(names(3))
        await pilot.pause()
        assert shown(pilot)[:4] == ["name 0", "name 1", "name 2", ""]


async def test_it_posts_the_cursor_and_the_opened_row() -> None:
    app = ListApp()
    async with app.run_test(size=(60, 20)) as pilot:
        rows = await show(pilot, names(5))
        rows.focus()
        await pilot.press("down", "enter")
        await wait_for(pilot, lambda: len(app.heard) == 2, "two messages")
        assert [(type(event), event.row, event.control) for event in app.heard] == [
            (RowList.Highlighted, "name 1", rows),
            (RowList.Selected, "name 1", rows),
        ]


async def test_a_click_moves_and_a_second_one_opens() -> None:
    app = ListApp()
    async with app.run_test(size=(60, 20)) as pilot:
        rows = await show(pilot, names(100))
        await pilot.click("#names", offset=(5, 4))
        assert rows.current == "name 3"
        await pilot.click("#names", offset=(5, 0))
        assert rows.current == "name 3"
        await pilot.click("#names", offset=(5, 4), times=2)
        await wait_for(
            pilot, lambda: any(isinstance(event, RowList.Selected) for event in app.heard), "opened"
        )


HOSTILE = [
    "[red]x[/]",
    "[@click=app.bell]press[/]",
    "esc\x1b[31mred",
    "gpj\u202egnp.exe",
    "two\nlines",
    "日本語の名前です",
    "\u0301\u0301\u0301marks",
    "heart \u2764\ufe0f",
    "[/]",
    "\\[",
]


@pytest.mark.parametrize("width", [60, 23, 12])
async def test_hostile_names_stay_in_their_columns(width: int) -> None:
    async with ListApp().run_test(size=(width, 20)) as pilot:
        await show(pilot, HOSTILE)
        strips = pilot.app.screen._compositor.render_strips()[1 : len(HOSTILE) + 1]
        text = "\n".join(strip.text for strip in strips)
        assert {strip.cell_length for strip in strips} == {width}
        assert not set(text) & set("\x1b\u202e\r\t\ufe0f")
        if width == 60:
            assert "[red]x[/]" in text
            assert "[@click=app.bell]press[/]" in text
            assert "two lines" in text
            assert "gpjgnp.exe" in text
        assert not [style for strip in strips for _, style, _ in strip if style and style.meta.get("@click")]


async def test_another_width_has_other_columns() -> None:
    async with ListApp().run_test(size=(60, 20)) as pilot:
        await show(pilot, names(3))
        assert "End" in screen_lines(pilot)[0]
        await pilot.resize_terminal(20, 20)
        await wait_for(pilot, lambda: "End" not in screen_lines(pilot)[0], "the column to be dropped")
        assert shown(pilot)[:3] == names(3)


async def test_its_lines_are_painted_as_textual_would() -> None:
    async with ListApp().run_test(size=(60, 20)) as pilot:
        for rows, cursor in ((HOSTILE, 2), (names(100), 50), (names(3), 0), ([], 0)):
            shown_list = await show(pilot, rows, cursor=cursor)
            ours = screen_cells(pilot)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(shown_list, "_styles_cache", StylesCache())
                assert screen_cells(pilot) == ours


async def test_a_painted_row_is_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ListApp().run_test(size=(60, 20)) as pilot:
        rows = await show(pilot, names(100), cursor=99)
        made: list[str] = []
        render = rows._segments
        monkeypatch.setattr(
            rows, "_segments", lambda cell, *more: made.append(cell[0]) or render(cell, *more)
        )
        rows.set_rows(["new", *names(100)[95:]], cursor=0)
        await pilot.pause()
        assert shown(pilot) == ["new", *names(100)[95:], "", "", ""]
        # nor "name 95" to "name 98"; the cursor has left the last
        assert [text for text in made if len(text) > 1] == ["new", "new", "name 99", "name 99"]


async def test_other_colors_are_painted_anew() -> None:
    async with ListApp().run_test(size=(60, 20)) as pilot:
        await show(pilot, names(3))
        before = pilot.app.screen._compositor.render_strips()
        pilot.app.theme = "textual-light"
        await pilot.pause()
        after = pilot.app.screen._compositor.render_strips()
        assert [strip.text for strip in before] == [strip.text for strip in after]
        assert before[2] != after[2]
