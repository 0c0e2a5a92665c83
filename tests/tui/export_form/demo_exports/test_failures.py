"""Exports of the demo's difficult dashboards from the screens."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.demo import TOKEN
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from omni_tui.downloads.job.models import FailureKind, JobState
from omni_tui.launch_options import Arguments
from omni_tui.tui.app import OmniTui
from tests.commands.bad_servers import login_page
from tests.tui.programs import kept_server, running
from tests.tui.waiting import screen_text, wait_for_text


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with kept_server() as kept:
        yield kept


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "work" / "exports"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ("dashboard", "kind", "words"),
    [
        (names.FORBIDDEN_ID, FailureKind.FORBIDDEN, "Ask the dashboard's owner"),
        (names.FAILING_ID, FailureKind.RENDER_FAILED, "look for a tile with an error"),
    ],
)
async def test_an_export_that_fails_says_why_in_the_form_and_leaves_nothing(
    server: DemoServer,
    exports: Path,
    monkeypatch: pytest.MonkeyPatch,
    dashboard: str,
    kind: FailureKind,
    words: str,
) -> None:
    async with running(server, exports, monkeypatch) as program:
        await program.open(dashboard)
        (job,) = await program.export()
        assert job.failure is not None
        assert (job.state, job.failure.kind) == (JobState.FAILED, kind)
        await program.shows("1 failed")
        assert len(program.problems) == 1
        assert words in program.problems[0]
        assert program.files == []


async def test_other_exports_of_the_form_are_saved_after_a_failure(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch) as program:
        await program.find("operations kofi")
        await program.shows("Warehouse Forecast")
        await program.press("down", "space", "space", "space", "space", "enter")
        await program.shows("dashboards")
        jobs = await program.export()
        failed = [job for job in jobs if job.failure is not None]
        assert [job.order.request.dashboard_id for job in failed] == [names.FAILING_ID]
        assert len(program.files) == len(jobs) - 1 >= 1
        await program.shows(f"{len(jobs) - 1} saved · 1 failed")
        (problem,) = program.problems
        assert problem.startswith("Warehouse Forecast (broken tile): The server says")


async def test_a_tile_key_can_be_typed_if_the_server_lists_none(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch) as program:
        tiles = await program.services.client.tiles(names.OLDER_ID)
        assert {tile.key for tile in tiles} <= {"", None}
        await program.open(names.OLDER_ID)
        await program.press("c")
        await program.choose_tile("2")
        path = await program.saved()
        assert path.name == "Legacy Store Report.csv"
        assert len(list(csv.reader(path.read_text("utf-8-sig").splitlines()))) > 1


async def test_an_unknown_typed_key_is_reported_under_the_tile_and_can_be_fixed(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch) as program:
        await program.open(names.OLDER_ID)
        await program.press("j")
        await program.choose_tile("99")
        await program.shows("Only the server can check this key.")
        (job,) = await program.export()
        assert job.failure is not None
        assert job.failure.field == "queryIdentifierMapKey"
        await program.shows("1 failed")
        lines = program.text.splitlines()
        [tile] = [number for number, line in enumerate(lines) if "Tile  " in line and "99" in line]
        assert any(program.problems[0] in line for line in lines[tile + 1 : tile + 4])
        await program.choose_tile("1")
        assert program.problems == []
        path = await program.saved()
        assert path.name == "Legacy Store Report.json"


async def test_a_name_from_the_server_stays_in_the_folder_and_harmless(
    server: DemoServer, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(server, exports, monkeypatch, size=(120, 40)) as program:
        await program.find(names.HOSTILE_ID)
        await program.shows("Refunds [/bold] [red]")
        await program.press("enter")
        await program.shows("Export · Refunds [/bold] [red]")
        path = await program.saved()
        await program.shows("1 saved")
        assert path.name.isprintable()
        assert program.files == [path.name]
        assert [each.name for each in exports.parent.iterdir()] == ["exports"]
        assert "\x1b" not in program.text
        assert "\u202e" not in program.text


async def test_a_login_page_instead_of_the_api_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    with login_page() as proxy:
        monkeypatch.setenv("OMNI_BASE_URL", proxy.url)
        monkeypatch.setenv("OMNI_API_TOKEN", TOKEN)
        async with OmniTui(Arguments()).run_test(size=(80, 24)) as pilot:
            await wait_for_text(pilot, "a web page")
            await wait_for_text(pilot, "r retries")
            assert "<" not in screen_text(pilot)
            await pilot.press("ctrl+q")
