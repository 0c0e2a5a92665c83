"""Filling the form from the last settings, a preset or a job, and remembering the settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from omni_tui.downloads.job.models import Order
from omni_tui.options.spec import ExportRequest, Format
from omni_tui.presets.file import presets_path, read_presets
from omni_tui.presets.models import Preset
from omni_tui.presets.recent_and_favorites import LastUsed, RecentState
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.downloads.list import JobList
from omni_tui.tui.export_form.screen import ExportScreen
from omni_tui.tui.presets.screen import PresetsScreen
from tests.tui.export_form.forms import BLOBS, SALES, Form, open_form, services_for, show_form
from tests.tui.fake_engine import START
from tests.tui.fake_services import FakeServices, fake_app
from tests.tui.waiting import screen_text, wait_for, wait_for_text

DAY_SECONDS = 86_400
LETTER = Preset(
    "",
    Format.PDF,
    options={"paperFormat": "letter"},
    filters={"orders.status": "complete, pending"},
    name_template="{dashboard} {date}",
)
BY_HAND = """\
# What we send on Mondays.
["Monday pack"]
format = "csv"
tile = "Top channels"
"max-row-limit" = 5000
name = "{dashboard} {date}"

[odd]
format = "pdf"
tile = "Nobody's tile"

[odd.filters]
Color = "red"
"""


def services_after(last: Preset, days: int = 4) -> FakeServices:
    """Return services with last settings of the first dashboard from this many days ago."""
    services = services_for(BLOBS, SALES)
    used = {BLOBS.identifier: LastUsed(last, START - days * DAY_SECONDS)}
    services.remembered = RecentState(last_used=used)
    return services


@pytest.fixture
def by_hand(fake_home: Path) -> Path:
    """Write a presets file by hand."""
    path = presets_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(BY_HAND, encoding="utf-8")
    return path


@asynccontextmanager
async def presets_open(form: Form) -> AsyncIterator[None]:
    """Press F7 and a key that closes the dialog; wait for the form."""
    await form.press("f7")
    await wait_for(form.pilot, lambda: isinstance(form.pilot.app.screen, PresetsScreen), "the presets")
    await form.shows("─ Presets ─")
    yield
    await wait_for(form.pilot, lambda: form.pilot.app.screen is form.screen, "the form again")


# as the last time


@pytest.mark.usefixtures("one_time_zone")
@pytest.mark.parametrize("key", ["f8", "ctrl+g"])
async def test_a_key_applies_the_last_settings(key: str) -> None:
    async with open_form(services=services_after(LETTER)) as form:
        await form.shows("Last time, 14 Nov: PDF, letter; orders.status: complete, pending")
        await form.press("right", key)
        await form.shows("complete, pending")
        assert "‹ letter" in form.line("Paper")
        await form.press("f5")
        (body,) = form.bodies
        assert (body["paperFormat"], body["filename"]) == ("letter", "Blob Web Traffic 2026-11-18")
        assert "filterConfig" in body


async def test_the_key_is_hidden_without_last_settings() -> None:
    async with open_form(SALES, services=services_after(LETTER), size=(120, 40)) as form:
        await form.press("f8")
        text = screen_text(form.pilot)
        assert "Last time" not in text
        assert "F8" not in text
        assert "‹ fit_page" in form.line("Paper")


async def test_an_export_becomes_the_last_settings_of_the_next_form() -> None:
    services = services_for(BLOBS)
    async with open_form(services=services) as form:
        await form.focus("hideTitle")
        await form.press("space", "f5")
        await wait_for(form.pilot, lambda: services.remembered.last_used)
        form.widget.focus_first()
        await form.pilot.pause()
        assert "Last time" not in screen_text(form.pilot)  # it is in the form
        await form.press("f3", "f3")
        again = await show_form(form.pilot, services, [BLOBS])
        await again.shows("Last time, ")
        assert "PDF, hide title" in again.line("Last time")
        await again.press("f8")
        await again.shows("☑ Hide title")


# presets


@pytest.mark.usefixtures("by_hand")
async def test_a_preset_written_by_hand_is_applied() -> None:
    async with open_form(size=(120, 40)) as form:
        async with presets_open(form):
            await form.press("enter")
        await form.shows("key 2")
        assert "5000" in form.line("Row limit").replace(",", "")
        await form.press("f5")
        assert form.bodies == [
            {
                "format": "csv",
                "queryIdentifierMapKey": "2",
                "maxRowLimit": 5000,
                "filename": "Blob Web Traffic 2026-11-18",
            }
        ]


@pytest.mark.usefixtures("by_hand")
async def test_what_does_not_fit_is_reported() -> None:
    async with open_form() as form:
        async with presets_open(form):
            await form.press("down", "enter")
        await wait_for(
            form.pilot, lambda: "This dashboard has no tile named “Nobody's tile”." in form.problems
        )
        assert any("Color" in problem for problem in form.problems)
        assert "Nobody's tile" in screen_text(form.pilot)
        await form.press("f5")
        assert form.bodies == []


async def test_the_form_is_saved_as_a_preset_beside_the_others(by_hand: Path) -> None:
    async with open_form(notifications=True) as form:
        await form.focus("paperFormat")
        await form.press("right")
        async with presets_open(form):
            await form.press("s", *"Tuesday", "enter")
        await form.shows("Saved as “Tuesday”.")
        text = await asyncio.to_thread(by_hand.read_text)
        presets = {preset.name: preset for preset in read_presets().presets}
        assert presets["Tuesday"].options == {"paperFormat": "letter"}
        assert set(presets) == {"Monday pack", "odd", "Tuesday"}
        assert "# What we send on Mondays." in text


FANNED = Preset("", Format.PDF, filters={"orders.status": "open, pending"}, each="orders.status")


def statuses(form: Form) -> list[object]:
    """Return the fan-out filter's values in each submitted body."""
    configs = [body["filterConfig"] for body in form.bodies]
    return [config["orders.status"]["values"] for config in configs if isinstance(config, dict)]


@pytest.mark.usefixtures("fake_home")
async def test_the_fan_out_is_restored_by_last_settings_and_presets() -> None:
    async with open_form(services=services_after(FANNED), notifications=True) as form:
        await form.press("f8")
        await form.shows("☑ one file for each of the 2 values")
        await form.press("f5")
        assert statuses(form) == [["open"], ["pending"]]
        assert form.services.remembered.last_used[BLOBS.identifier].preset.each == "Status"
        async with presets_open(form):
            await form.press("s", *"Parts", "enter")
        await form.shows("Saved as “Parts”.")
        (saved,) = read_presets().presets
        assert (saved.each, saved.filters) == ("Status", {"Status": "open, pending"})


@pytest.mark.usefixtures("fake_home")
async def test_saving_reports_what_a_preset_cannot_hold(tmp_path: Path) -> None:
    async with open_form(notifications=True) as form:
        form.widget.folder_line.show_value(tmp_path)
        async with presets_open(form):
            await form.press(*"Tuesday", "enter")
        await form.shows("Saved as “Tuesday”, without the")


@pytest.mark.usefixtures("fake_home")
async def test_an_invalid_form_is_not_saved_and_the_reason_is_shown() -> None:
    async with open_form() as form:
        await form.press("c", "down", "right")
        async with presets_open(form):
            await form.press(*"rows", "enter")
        await form.shows("No tile is chosen.")
        assert not presets_path().exists()


@pytest.mark.usefixtures("by_hand")
async def test_a_preset_is_deleted() -> None:
    async with open_form(notifications=True) as form:
        async with presets_open(form):
            await form.press("down", "d", "d")
        await form.shows("Deleted “odd”.")
        assert [preset.name for preset in read_presets().presets] == ["Monday pack"]


# folder and name


async def test_folder_and_template_are_remembered() -> None:
    services = services_for(BLOBS)
    monday = Path.home() / "monday"
    monday.mkdir()
    async with open_form(services=services) as form:
        form.widget.focus_field("folder")
        await form.press(*"~/monday")
        await form.type("filename", "{dashboard} {date}")
        await form.press("f5")
        await wait_for(form.pilot, lambda: services.remembered.folder == monday)
        assert services.remembered.name_template == "{dashboard} {date}"
        again = await show_form(form.pilot, services, [SALES])
        await again.focus("filename")
        await again.shows("→ ~/monday/Sales Overview 2026-11-18.pdf")


async def test_a_fixed_file_name_is_not_reused() -> None:
    services = services_for(BLOBS)
    async with open_form(services=services) as form:
        await form.type("filename", "Q3")
        await form.press("f5")
        await wait_for(form.pilot, lambda: services.remembered.last_used)
        assert services.remembered.name_template == ""


@pytest.mark.parametrize("key", ["f6", "ctrl+y"])
async def test_a_folder_can_be_created_from_the_form(key: str) -> None:
    async with open_form() as form:
        form.widget.focus_field("folder")
        await form.press(*"~/exports/a/b", "f5")  # at once: the disk hasn't been checked yet
        await form.shows("F6 create the folder")
        assert form.bodies == []
        assert not (Path.home() / "exports/a").exists()
        await form.press(key)
        await wait_for(form.pilot, lambda: form.problems == [])
        assert (Path.home() / "exports/a/b").is_dir()
        await form.press("f5")
        await wait_for(form.pilot, lambda: form.services.engine.submitted)
        assert [order.folder for order in form.services.engine.submitted] == [Path.home() / "exports/a/b"]


# from the downloads


async def test_a_jobs_options_fill_the_form() -> None:
    services = services_for(BLOBS)
    sent = {
        "orders.status": {
            "type": "string",
            "kind": "EQUALS",
            "values": ["late"],
            "is_negative": False,
        }
    }
    values = {"paperFormat": "a4", "filename": "A {x}", "filterConfig": sent, "userId": "id-ada"}
    request = ExportRequest(BLOBS.identifier, Format.PDF, values)
    elsewhere = Path.home() / "elsewhere"
    elsewhere.mkdir()
    order = Order(request, BLOBS.name, elsewhere, run_as="Ada Lovelace")
    services.engine.add(order)
    async with fake_app(services).run_test(size=(120, 40)) as pilot:
        await wait_for_text(pilot, "blobsrus")
        await pilot.press("f3")
        await wait_for(pilot, lambda: isinstance(pilot.app.focused, JobList), "the list of downloads")
        await wait_for_text(pilot, "as Ada Lovelace")
        await pilot.press("o")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ExportScreen), "the form")
        screen = pilot.app.screen
        assert isinstance(screen, ExportScreen)
        form = Form(pilot, services, screen)
        await form.shows("late")
        assert "‹ a4" in form.line("Paper")
        assert "→ ~/elsewhere/A {x}.pdf" in screen_text(pilot)
        run_as = screen.query_one("#field-userId-search", LineInput)
        assert run_as.value == "Ada Lovelace"
        await form.press("f5")
        (again,) = services.engine.submitted
        assert again == order
