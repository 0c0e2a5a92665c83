from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from omni_tui.downloads.job.models import JobState
from omni_tui.tui.common.screens.help_screen import HelpScreen
from omni_tui.tui.downloads.list import JobList
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import screen_lines, wait_for, wait_for_text


def footer(pilot: Pilot[object]) -> str:
    return screen_lines(pilot)[-1]


async def test_it_shows_the_keys_of_the_focused_widget() -> None:
    services = FakeServices(documents=[document("Blob Web Traffic")])
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Blob Web Traffic")
        assert "space select" in footer(pilot)
        await pilot.press("f3")
        await wait_for(pilot, lambda: "space select" not in footer(pilot), "the pane's keys")
        assert not {"enter", "cancel", "again", "copy"} & {*footer(pilot).split()}, "there is no download"
        job = services.engine.add(name="Sales")
        await wait_for(pilot, lambda: "c cancel" in footer(pilot), "the keys of one that runs")
        assert not {"again", "copy"} & {*footer(pilot).split()}
        services.engine.move(job.id, JobState.DONE, path=Path("/exports/a.pdf"))
        await wait_for(pilot, lambda: "a run again" in footer(pilot), "the keys of one that is saved")
        assert "y copy path" in footer(pilot)
        assert "cancel" not in footer(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: "space select" in footer(pilot), "the list's keys")


async def test_no_key_is_cut_and_the_help_is_always_there() -> None:
    services = FakeServices(documents=[document("Blob Web Traffic")])
    words = ["enter export", "space select", "F3 downloads", "F4 requests", "/ search", "r reload"]
    words += ["f favorite", "b browse", "s sort"]
    for width in (24, 40, 60, 80, 120):
        async with fake_app(services).run_test(size=(width, 24)) as pilot:
            await wait_for(pilot, lambda: "F1 help" in footer(pilot), "the help's key")
            line = footer(pilot)
            assert line.rstrip().endswith("F1 help")
            rest = line.rstrip().removesuffix("F1 help").rstrip()
            for word in words:
                rest = rest.replace(word, "")
            assert rest.strip() == ""


async def test_a_click_presses_the_key_under_it() -> None:
    services = FakeServices(documents=[document("Blob Web Traffic")])
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Blob Web Traffic")
        x = footer(pilot).index("F3 downloads")
        await pilot.click(offset=(x + 4, 23))
        await wait_for(pilot, lambda: isinstance(pilot.app.focused, JobList), "the downloads")
        await pilot.click(offset=(footer(pilot).index("F1 help"), 23))
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, HelpScreen), "the help")


async def test_a_remapped_key_is_shown_as_it_is() -> None:
    services = FakeServices(documents=[document("Blob Web Traffic")])
    async with fake_app(services).run_test(size=(120, 24)) as pilot:
        await wait_for_text(pilot, "Blob Web Traffic")
        pilot.app.set_keymap({"downloads": "d"})
        pilot.app.screen.refresh_bindings()
        await wait_for(pilot, lambda: "d downloads" in footer(pilot), "the other key")


async def test_a_letter_that_would_only_be_typed_is_not_shown_as_a_key() -> None:
    services = FakeServices(documents=[document("Blob Web Traffic")])
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: "/ search" in footer(pilot), "the list's keys")
        await pilot.press("slash")
        await wait_for(pilot, lambda: "/ search" not in footer(pilot), "the search's keys")
        assert "r reload" not in footer(pilot)
        assert "enter export" in footer(pilot)
        assert "F4 requests" in footer(pilot)


async def test_wrapped_help_text_stays_in_its_column() -> None:
    services = FakeServices(documents=[document("Blob Web Traffic")])
    async with fake_app(services).run_test(size=(60, 30)) as pilot:
        await wait_for_text(pilot, "Blob Web Traffic")
        await pilot.press("enter")
        await wait_for_text(pilot, "Export · ")
        await pilot.press("f1")
        await wait_for_text(pilot, "escape close")
        body = screen_lines(pilot)
        [short] = [line for line in body if "Export this" in line]
        [long] = [number for number, line in enumerate(body) if "Copy the form as" in line]
        column = short.index("Export this")
        assert body[long].index("Copy the") == column
        assert body[long + 1][column:].strip(" │▁▂▃▄▅▆▇") == "command"
        assert not body[long + 1][:column].strip(" │")
