from __future__ import annotations

import os
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Button

from omni_tui.tui.common.choices import FieldChanged
from omni_tui.tui.export_form.destination import folder_line
from omni_tui.tui.export_form.destination.folder_line import FolderLine
from tests.tui.waiting import screen_lines, wait_for


class LineApp(App[None]):
    CSS: ClassVar[str] = "FolderLine { height: 1; }"

    def __init__(self, default: Path) -> None:
        super().__init__()
        self.line = FolderLine(default, id="folder")
        self.changes = 0

    def compose(self) -> ComposeResult:
        yield self.line
        yield Button("other")

    def on_field_changed(self, event: FieldChanged) -> None:
        self.changes += 1


@dataclass
class Line:
    """The folder line with a pilot."""

    pilot: Pilot[None]
    widget: FolderLine
    app: LineApp = field(repr=False)

    @property
    def shown(self) -> str:
        """The text on the screen, with the suggestion."""
        return screen_lines(self.pilot)[0].strip()

    async def type(self, text: str) -> None:
        await self.pilot.press(*text)
        await self.pilot.pause()

    async def shows(self, text: str) -> None:
        await wait_for(self.pilot, lambda: self.shown == text, f"{text!r} in the line, not {self.shown!r}")


@asynccontextmanager
async def open_line(default: Path) -> AsyncIterator[Line]:
    app = LineApp(default)
    async with app.run_test(size=(80, 6)) as pilot:
        app.line.focus()
        await pilot.pause()
        yield Line(pilot, app.line, app)


@pytest.fixture
def home(fake_home: Path) -> Path:
    """A home folder with folders."""
    for name in ("exports", "exports/2025", "exports/2026", "Documents", ".config", "[b]old[red]"):
        (fake_home / name).mkdir()
    (fake_home / "expenses.txt").touch()
    return fake_home


async def test_typing_suggests_a_folder_and_the_right_arrow_accepts_it(home: Path) -> None:
    async with open_line(home / "exports") as line:
        await line.type("~/ex")
        await line.shows("~/exports/")
        assert line.widget.value == "~/ex"
        assert line.widget.folder == home / "ex"
        await line.pilot.press("right")
        await line.shows("~/exports/")
        assert line.widget.value == "~/exports/"
        assert line.widget.folder == home / "exports"
        await line.type("2")
        await line.shows("~/exports/2025/")
        await line.type("026")
        await line.shows("~/exports/2026/")
        await line.pilot.press("right")
        assert line.widget.folder == home / "exports" / "2026"
        assert sorted(os.listdir(home / "exports")) == ["2025", "2026"]


async def test_a_suggestion_looks_different_from_typed_text(home: Path) -> None:
    async with open_line(home) as line:
        await line.type("~/ex")
        await line.shows("~/exports/")
        segments = line.pilot.app.screen._compositor.render_strips()[0]
        parts = ("~/ex", "rts")
        styles = {part: segment.style for segment in segments for part in parts if part in segment.text}
        assert styles["~/ex"] != styles["rts"]


async def test_an_exact_folder_is_suggested_before_a_longer_one(home: Path) -> None:
    (home / "exports-old").mkdir()
    async with open_line(home) as line:
        await line.type("~/exports")
        await line.shows("~/exports/")
        await line.type("-")
        await line.shows("~/exports-old/")


async def test_accepting_a_suggestion_corrects_the_case(home: Path) -> None:
    async with open_line(home) as line:
        await line.type("~/docu")
        await line.shows("~/documents/")
        await line.pilot.press("right")
        await line.shows("~/Documents/")


async def test_hidden_folders_are_suggested_after_a_typed_dot(home: Path) -> None:
    async with open_line(home) as line:
        await line.type("~/.c")
        await line.shows("~/.config/")


async def test_home_and_the_current_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home / "exports")
    async with open_line(home) as line:
        await line.type("~")
        await line.shows("~/")
        await line.pilot.press("ctrl+u")
        await line.type("2")
        await line.shows("2025/")
        await line.pilot.press("right")
        assert line.widget.folder == home / "exports" / "2025"


async def test_nothing_is_suggested_for_a_missing_folder(home: Path) -> None:
    async with open_line(home) as line:
        for text in ("~/exports/", "~/expenses.txt/x", "~/none/x", "~somebody/x", "/\0"):
            await line.pilot.press("ctrl+u")
            await line.type(text)
            await wait_for(line.pilot, lambda: not line.widget._names._reads, "the disk")
            assert line.shown == text.replace("\0", "")
            await line.pilot.press("right")
            assert line.widget.value.replace("\0", "") == text.replace("\0", "")
        assert sorted(os.listdir(home / "exports")) == ["2025", "2026"]


async def test_names_are_never_markup_and_hostile_ones_are_not_suggested(home: Path) -> None:
    for name in ("[bad", "esc\x1b[31mape", "line\nbreak", "turn\u202eed"):
        (home / name).mkdir()
    async with open_line(home) as line:
        await line.type("~/[b]")
        await line.shows("~/[b]old[red]/")
        await line.pilot.press("right")
        assert line.widget.folder == home / "[b]old[red]"
        for text in ("~/esc", "~/line", "~/turn"):
            await line.pilot.press("ctrl+u")
            await line.type(text)
            await wait_for(line.pilot, lambda: not line.widget._names._reads, "the disk")
            assert line.shown == text


async def test_a_folder_with_a_hostile_name_is_shown_as_plain_text_and_used_unchanged(home: Path) -> None:
    hostile = home / "a\x1b[31mb\nc[x]"
    hostile.mkdir()
    async with open_line(hostile) as line:
        assert line.shown == "~/ab c[x]"  # the placeholder
        assert line.widget.folder == hostile
        line.widget.show_value(hostile)
        await line.shows("~/ab c[x]")
        assert line.widget.folder == hostile
        await line.type("d")
        assert line.widget.folder == home / "ab c[x]d"


async def test_an_empty_line_is_the_default_folder(home: Path) -> None:
    async with open_line(home / "exports") as line:
        await line.shows("~/exports")
        assert (line.widget.folder, line.widget.chosen, line.widget.value) == (home / "exports", None, "")
        line.widget.show_default(home / "Documents")
        await line.shows("~/Documents")
        await line.type("   ")
        assert (line.widget.folder, line.widget.chosen) == (home / "Documents", None)


async def test_typing_posts_a_message_and_showing_does_not(home: Path) -> None:
    async with open_line(home) as line:
        line.widget.show_value(home / "exports")
        await line.shows("~/exports")
        assert line.app.changes == 0
        await line.type("/2")
        assert line.app.changes == 2
        await line.shows("~/exports/2025/")
        await line.pilot.press("right")
        await line.pilot.pause()
        assert line.app.changes == 3


async def test_typed_text_is_not_rewritten_while_typing(home: Path) -> None:
    async with open_line(home) as line:
        await line.type(f"{home}/exports/")
        line.widget.show_value(line.widget.chosen)
        assert line.widget.value == f"{home}/exports/"
        line.widget.show_value(None)
        await line.pilot.pause()
        assert line.widget.value == ""
        line.widget.show_value(home / "exports")
        assert line.widget.value == "~/exports"
        assert line.widget.cursor_at_end


async def test_a_slow_disk_delays_no_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release, asked = threading.Event(), []

    def slow(folder: Path) -> tuple[str, ...]:
        asked.append(folder)
        release.wait()
        return ("exports",)

    monkeypatch.setattr(folder_line, "folders_in", slow)
    async with open_line(home) as line:
        await line.type("~/ex")
        await wait_for(line.pilot, lambda: asked, "the disk")
        await line.type("p")
        assert line.shown == "~/exp"
        assert asked == [home]  # once, not for every key
        for name in "abcdefgh":
            await line.type(f"/{name}")
        assert len(asked) == folder_line.MAX_READS
        await line.pilot.press("ctrl+u")
        await line.type("~/exp")
        release.set()
        await line.shows("~/exports/")


async def test_closing_does_not_wait_for_a_slow_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(folder_line, "folders_in", lambda folder: release.wait() and ())
    async with open_line(home) as line:
        await line.type("~/ex")
        await wait_for(line.pilot, lambda: line.widget._names._reads, "the disk")
    release.set()


async def test_a_folder_is_read_again_after_the_cache_expires(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(folder_line.time, "monotonic", lambda: now[0])
    names = folder_line.FolderSuggester()
    assert await names.get_suggestion("~/ne") is None
    (home / "new").mkdir()
    assert await names.get_suggestion("~/ne") is None
    now[0] += folder_line.CACHE_SECONDS
    assert await names.get_suggestion("~/ne") == "~/new/"


async def test_reading_a_huge_folder_is_bounded(tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"folder-{number:04}").mkdir()
    names = folder_line.FolderSuggester()
    began = time.perf_counter()
    assert await names.get_suggestion(f"{tmp_path}/folder-29") == f"{tmp_path}/folder-2900/"
    assert time.perf_counter() - began < 5
