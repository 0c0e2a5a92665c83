"""The presets dialog: apply, save, delete, and problems of the file."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from omni_tui.options.spec import Format
from omni_tui.presets.file import FileProblem, PresetFile, presets_path
from omni_tui.presets.models import Preset
from omni_tui.presets.recent_and_favorites import LastUsed
from omni_tui.tui.presets.screen import ApplyPreset, Delete, PresetsScreen, Result, Save
from tests.presets.samples import MONDAY
from tests.tui.fake_services import FakeApp, FakeServices, document, fake_app
from tests.tui.waiting import screen_lines, screen_text, wait_for, wait_for_text

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LAST = LastUsed(
    Preset("", Format.PDF, options={"paperFormat": "letter"}),
    datetime(2026, 11, 20, 9, tzinfo=UTC).timestamp(),
)
ROWS = Preset(
    "Rows for finance [EMEA]", Format.CSV, options={"overrideRowLimit": True, "maxRowLimit": 50_000}
)
BOARD = Preset("Board", Format.PNG)
PRESETS = (MONDAY, BOARD, ROWS)
PRESENT = "PDF, a4; whole dashboard"


def file(*presets: Preset, troubles: tuple[FileProblem, ...] = ()) -> PresetFile:
    return PresetFile(presets_path(), presets, troubles)


def trouble(line: int, preset: str, message: str, hint: str = "", **more: bool) -> FileProblem:
    return FileProblem(presets_path(), line, preset, message, hint, **more)


def mistakes() -> tuple[FileProblem, ...]:
    return (
        trouble(12, "Old pack", "Unknown option: “paper”.", "Did you mean paperFormat?"),
        trouble(19, "Rows [old]", "CSV has no paperFormat.", "It is for PDF and PNG."),
    )


def unreadable() -> tuple[FileProblem, ...]:
    return (trouble(3, "", "This is not TOML: Expected '=' after a key.", "Mend it.", is_unreadable=True),)


@dataclass
class Open:
    """The dialog over a form, and its result."""

    pilot: Pilot[Any]
    results: list[Result | None] = field(default_factory=list)

    @property
    def text(self) -> str:
        return screen_text(self.pilot)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def shows(self, text: str) -> None:
        await wait_for_text(self.pilot, text)

    async def result(self) -> Result | None:
        """The result of the dialog."""
        await wait_for(self.pilot, lambda: self.results, "the end of the screen")
        (result,) = self.results
        return result


@asynccontextmanager
async def opened(
    shown: PresetFile, last: LastUsed | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Open]:
    async with an_app().run_test(size=size) as pilot:
        screen = Open(pilot)
        await wait_for_text(pilot, "Blob Web Traffic")
        await pilot.app.push_screen(PresetsScreen(shown, last, PRESENT, NOW), screen.results.append)
        await wait_for_text(pilot, "─ Presets ─")
        yield screen


def an_app() -> FakeApp:
    return fake_app(FakeServices(documents=[document("Blob Web Traffic")]))


async def test_enter_applies_the_last_settings_or_the_selected_preset() -> None:
    for keys, expected in (
        (["enter"], LAST.preset),
        (["down", "down", "enter"], BOARD),
        (["end", "enter"], ROWS),
    ):
        async with opened(file(*PRESETS), LAST) as screen:
            await screen.press(*keys)
            assert await screen.result() == ApplyPreset(expected)


async def test_the_last_settings_come_first_with_their_age() -> None:
    async with opened(file(*PRESETS), LAST) as screen:
        (line,) = (line for line in screen.text.splitlines() if "Last used" in line)
        assert "PDF, letter · 20 Nov" in line
        assert screen.text.index("Last used") < screen.text.index("Monday pack")
    async with opened(file(*PRESETS)) as screen:
        assert "Last used" not in screen.text


async def test_a_cut_line_is_shown_in_full_below() -> None:
    async with opened(file(*PRESETS), LAST) as screen:
        assert "{dashboard} {date}" not in screen.text
        await screen.press("down")
        await screen.shows("Created: past 6 months; as {dashboard} {date}")
        await screen.press("down")
        await wait_for(screen.pilot, lambda: "{dashboard} {date}" not in screen.text)


async def test_the_form_is_saved_under_a_name() -> None:
    async with opened(file(*PRESETS)) as screen:
        await screen.press("s", *"Friday d [x]")
        await screen.shows(PRESENT)
        await screen.press("enter")
        assert await screen.result() == Save("Friday d [x]")


async def test_replacing_a_preset_is_announced() -> None:
    async with opened(file(*PRESETS, troubles=mistakes())) as screen:
        await screen.press("s", *"Boar")
        assert "enter replaces it" not in screen.text
        await screen.press("d")
        await screen.shows("“Board” already exists. Press Enter to replace it.")
        await screen.press("ctrl+u", *"Old pack")
        await screen.shows("“Old pack” already exists, but is invalid. Press Enter to")
        await screen.press("enter")
        assert await screen.result() == Save("Old pack")


async def test_without_a_name_nothing_is_saved() -> None:
    async with opened(file(*PRESETS)) as screen:
        await screen.press("s", "space", "enter")
        await screen.shows("Enter a name first.")
        assert not screen.results


async def test_escape_goes_from_the_name_to_the_list_and_then_closes() -> None:
    async with opened(file(*PRESETS)) as screen:
        await screen.press("s", *"Bo")
        await screen.shows("escape back")
        await screen.press("escape")
        await screen.shows("escape close")
        assert not screen.results
        await screen.press("escape")
        assert await screen.result() is None


@pytest.mark.parametrize("key", ["f7", "ctrl+o"])
async def test_the_keys_that_open_it_close_it_too(key: str) -> None:
    async with opened(file(*PRESETS)) as screen:
        await screen.press("s", key)
        assert await screen.result() is None


async def test_a_preset_is_deleted_with_two_presses() -> None:
    async with opened(file(*PRESETS), LAST) as screen:
        await screen.press("down", "down", "d")
        await screen.shows("Press d again to delete “Board”.")
        await screen.press("d")
        assert await screen.result() == Delete("Board")


@pytest.mark.parametrize("keys", [("up",), ("down",), ("s", "escape"), ("escape",)])
async def test_anything_between_the_two_presses_cancels_the_deletion(keys: tuple[str, ...]) -> None:
    async with opened(file(*PRESETS)) as screen:
        await screen.press("down", "d")
        await screen.shows("Press d again")
        await screen.press(*keys)
        await wait_for(screen.pilot, lambda: "Press d again" not in screen.text)
        await screen.press("d")
        await screen.shows("Press d again")
        assert not screen.results


async def test_the_last_settings_cannot_be_deleted() -> None:
    async with opened(file(*PRESETS), LAST) as screen:
        await screen.press("d", "d")
        await screen.shows("These are the last used settings, not a preset.")
        assert not screen.results


async def test_without_presets_it_explains_them_and_focuses_the_name() -> None:
    async with opened(file()) as screen:
        await screen.shows("No presets yet.")
        await screen.press(*"sd", "enter")
        assert await screen.result() == Save("sd")
    async with opened(file()) as screen:
        await screen.press("escape")
        assert await screen.result() is None


async def test_mistakes_are_listed_with_their_lines() -> None:
    async with opened(file(*PRESETS, troubles=mistakes())) as screen:
        assert "2 problems in the file; the other presets work" in screen.text
        assert "line 12: Old pack: Unknown option: “paper”." in screen.text
        assert "line 19: Rows [old]: CSV has no paperFormat." in screen.text
        await screen.press("enter")
        assert await screen.result() == ApplyPreset(MONDAY)


async def test_nothing_is_saved_to_a_file_that_cannot_be_read() -> None:
    async with opened(file(troubles=unreadable()), LAST) as screen:
        assert "line 3: This is not TOML" in screen.text
        assert "No presets yet" not in screen.text
        assert "Save as" not in screen.text
        await screen.press("s")
        await screen.shows("Fix presets.toml before saving.")
        await screen.press("enter")
        assert await screen.result() == ApplyPreset(LAST.preset)
    async with opened(file(troubles=unreadable())) as screen:
        await screen.press("escape")
        assert await screen.result() is None


async def test_many_presets_and_mistakes_leave_everything_reachable() -> None:
    many = tuple(Preset(f"Preset {number}", Format.PDF) for number in range(60))
    wrong = tuple(trouble(number, "x", "Unknown option: “y”.") for number in range(1, 40))
    for size in ((80, 24), (60, 16), (120, 40)):
        async with opened(file(*many, troubles=wrong), LAST, size) as screen:
            for words in ("Last used", "39 problems", "line 1:", "Save as", "enter apply"):
                assert words in screen.text, size
            assert "line 39:" not in screen.text
            await screen.press("end")
            await screen.shows("Preset 59")
            await screen.press("tab", "end")
            await screen.shows("line 39:")


async def test_hostile_text_stays_text() -> None:
    name = "[red]Bold[/red] \x1b[31mred \u202elaiceps\n"
    hostile = Preset(name, Format.PDF, tile=name, filters={name: name * 50}, name_template=name)
    wrong = trouble(1, name, name, name)
    async with opened(file(hostile, troubles=(wrong,)), LastUsed(hostile, LAST.at)) as screen:
        assert {len(line) for line in screen_lines(screen.pilot)} == {80}
        assert "[red]Bold[/red] red laiceps" in screen.text
        await screen.press("down", "d")
        await screen.shows("Press d again to delete “[red]Bold[/red]")
        assert not {"\x1b", "\u202e"} & set(screen.text)
        await screen.press("d")
        assert await screen.result() == Delete(name)


# snapshots


@pytest.fixture
def one_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


LOOKS: dict[str, tuple[Callable[[], PresetFile], LastUsed | None, list[str]]] = {
    "list": (lambda: file(*PRESETS, troubles=mistakes()), LAST, ["down"]),
    "replacing": (lambda: file(*PRESETS), LAST, ["s", *"Board"]),
    "deleting": (lambda: file(BOARD, ROWS), None, ["down", "d"]),
    "empty": (lambda: file(), None, []),
    "unreadable": (lambda: file(troubles=unreadable()), LAST, []),
}


@pytest.mark.usefixtures("one_time_zone", "fake_home")
@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("look", LOOKS)
def test_looks(snap_compare: Callable[..., bool], look: str, size: tuple[int, int]) -> None:
    shown, last, keys = LOOKS[look]

    async def run(pilot: Pilot[Any]) -> None:
        await wait_for_text(pilot, "Blob Web Traffic")
        await pilot.app.push_screen(Screen())  # the snapshots show only the presets
        await pilot.app.push_screen(PresetsScreen(shown(), last, PRESENT, NOW))
        await wait_for_text(pilot, "─ Presets ─")
        await pilot.press(*keys)
        await pilot.pause()

    assert snap_compare(an_app(), terminal_size=size, run_before=run)
