"""Snapshots of the screens, state by state, in two sizes."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from textual.pilot import Pilot

from omni_tui.api.errors.types import NotReached, Unauthorized
from omni_tui.api.models import DashboardFilters, Document, Tile
from omni_tui.downloads.job.models import JobState
from omni_tui.options.spec import Format
from omni_tui.tui.common.input_line import LineInput
from omni_tui.tui.dashboards.detail import DashboardDetail
from omni_tui.tui.dashboards.list import DashboardList
from omni_tui.tui.export_form.form import ExportForm
from tests.tui.fake_engine import START
from tests.tui.fake_services import FakeServices, document, exchange, fake_app
from tests.tui.waiting import wait_for, wait_for_text

Compare: TypeAlias = Callable[..., bool]
Step: TypeAlias = Callable[[Pilot[Any]], Awaitable[None]]

SIZES = [(80, 24), (120, 40)]
NOW = datetime.fromtimestamp(START, UTC)
NAMES = [
    ("Blob Web Traffic", "team/web", "Blobby", 2),
    ("Web Traffic by Channel", "marketing", "Ada", 30),
    ("Weekly Web Traffic", "team/web", "Blobby", 300),
    ("Churn Cohorts", "growth", "Ines", 320),
    ("Refunds [EMEA] Q3", "finance", "Lee", 400),
    ("[red]Bold[/red] \x1b[31mred \u202elaiceps", "ops", "Mo", 420),
    (
        "A dashboard whose name goes on and on, as names in real life do, far past any column",
        "sales",
        "Kai",
        9000,
    ),
]


def documents() -> list[Document]:
    return [
        document(name, f"{number:08x}", folder=folder, owner=owner, updated_at=NOW - timedelta(hours=hours))
        for number, (name, folder, owner, hours) in enumerate(NAMES)
    ]


@pytest.fixture(autouse=True)
def one_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def services(fake_home: Path) -> FakeServices:
    (fake_home / "exports").mkdir()
    made = FakeServices(documents())
    for number, each in enumerate(made.documents):
        tiles = [Tile(str(n), f"Tile {n} of {number}", str(n)) for n in range(1, 9)]
        made.client.tiles_of[each.identifier] = tiles
        status = {"type": "string", "kind": "EQUALS", "values": ["complete"], "label": "Status"}
        made.client.filters_of[each.identifier] = DashboardFilters(
            ("orders.status",), {"orders.status": status}
        )
    return made


async def nothing(pilot: Pilot[Any]) -> None:
    """The start, before the services are open."""
    await pilot.pause()


async def listed(pilot: Pilot[Any]) -> None:
    await wait_for(pilot, lambda: pilot.app.screen.focused is not None)
    await wait_for_text(pilot, "Churn Cohorts")


async def search_for(pilot: Pilot[Any], text: str) -> None:
    """Type it all; the results for its first letters look alike."""
    await listed(pilot)
    await pilot.press("slash", *text)
    line = pilot.app.screen.query_one("#search", LineInput)
    await wait_for(pilot, lambda: line.value == text, f"{text!r} in the search")


async def searched(pilot: Pilot[Any]) -> None:
    await search_for(pilot, "web tra")
    await wait_for_text(pilot, "3 of 7")


async def searched_in_vain(pilot: Pilot[Any]) -> None:
    await search_for(pilot, "nothing of that name")
    await wait_for_text(pilot, "No dashboards match")


async def address_typed(pilot: Pilot[Any]) -> None:
    await search_for(pilot, "77aa01c2")
    await wait_for_text(pilot, "opens 77aa01c2")


async def marked(pilot: Pilot[Any]) -> None:
    await listed(pilot)
    await pilot.press("space", "down", "space")
    await wait_for_text(pilot, "2 selected")


async def opened(pilot: Pilot[Any]) -> None:
    """Open the form of the first dashboard, and wait for its filters."""
    await listed(pilot)
    await pilot.press("enter")
    await wait_for_text(pilot, "Status")


async def with_a_warning(pilot: Pilot[Any]) -> None:
    await opened(pilot)
    pilot.app.screen.query_one(ExportForm).focus_field("expandTablesToShowAllRows")
    await pilot.press("space")
    await wait_for_text(pilot, "letter")


async def csv_with_a_problem(pilot: Pilot[Any]) -> None:
    await opened(pilot)
    await pilot.press("c")
    await wait_for_text(pilot, "Row limit")
    pilot.app.screen.query_one(ExportForm).focus_field("maxRowLimit")
    await pilot.press(*"2000000", "tab")
    await wait_for_text(pilot, "1,000,000")


async def json_with_tiles(pilot: Pilot[Any]) -> None:
    await opened(pilot)
    await pilot.press("j")
    pilot.app.screen.query_one(ExportForm).focus_field("queryIdentifierMapKey")
    await wait_for_text(pilot, "Tile 1 of 0")


async def several_opened(pilot: Pilot[Any]) -> None:
    await marked(pilot)
    await pilot.press("enter")
    await wait_for_text(pilot, "2 dashboards")


async def downloads(pilot: Pilot[Any]) -> None:
    await listed(pilot)
    await pilot.press("f3")
    await wait_for_text(pilot, "1 failed")


async def requests(pilot: Pilot[Any]) -> None:
    await listed(pilot)
    await pilot.press("f4")
    await wait_for_text(pilot, "142 ms")


async def one_request(pilot: Pilot[Any]) -> None:
    await requests(pilot)
    await pilot.press("enter")
    await wait_for_text(pilot, "in_progress")


async def helped(pilot: Pilot[Any]) -> None:
    await listed(pilot)
    await pilot.press("f1")
    await wait_for_text(pilot, "Keys")


async def browsed(pilot: Pilot[Any]) -> None:
    await listed(pilot)
    await pilot.press("b")
    await wait_for_text(pilot, "Show only")
    await pilot.press("end", "right")
    await wait_for_text(pilot, "▾ team")


async def only_a_folder(pilot: Pilot[Any]) -> None:
    await browsed(pilot)
    await pilot.press("enter")
    await wait_for_text(pilot, "Dashboards · team")


async def leaving(pilot: Pilot[Any]) -> None:
    await listed(pilot)
    await pilot.press("ctrl+q")
    await wait_for_text(pilot, "Quit?")


async def troubled(pilot: Pilot[Any]) -> None:
    await wait_for_text(pilot, "rejected the API key")


def is_at_rest(pilot: Pilot[Any]) -> bool:
    """Return whether the details beside the list, if any, are complete."""
    [detail] = pilot.app.screen_stack[0].query(DashboardDetail)
    [rows] = pilot.app.screen_stack[0].query(DashboardList)
    return not detail.display or not rows.rows or any("8 tiles" in line.plain for line in detail.lines)


STEPS: list[Step] = [
    listed, searched, searched_in_vain, address_typed, marked, opened, with_a_warning, csv_with_a_problem,
    json_with_tiles, several_opened, downloads, requests, one_request, helped, browsed, only_a_folder,
    leaving,
]  # fmt: skip
# The others look alike in both sizes.
ALSO_WIDE = (listed, opened, downloads, requests, one_request, browsed)


@pytest.mark.parametrize(
    ("step", "size"),
    [(step, size) for step in STEPS for size in SIZES if size == SIZES[0] or step in ALSO_WIDE],
    ids=lambda value: value.__name__ if callable(value) else f"{value[0]}x{value[1]}",
)
def test_looks(step: Step, size: tuple[int, int], services: FakeServices, snap_compare: Compare) -> None:
    with_jobs(services)

    async def come_to_rest(pilot: Pilot[Any]) -> None:
        await step(pilot)
        await wait_for(pilot, lambda: is_at_rest(pilot), "the tiles of the dashboard under the cursor")

    assert snap_compare(fake_app(services), terminal_size=size, run_before=come_to_rest)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_looks_while_opening(size: tuple[int, int], snap_compare: Compare) -> None:
    assert snap_compare(fake_app(None), terminal_size=size, run_before=nothing)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_looks_without_an_answer(size: tuple[int, int], snap_compare: Compare) -> None:
    services = FakeServices([])
    services.catalog.failure = NotReached(
        "blobsrus.omniapp.co does not answer.", "Check the network, or the address."
    )

    async def told(pilot: Pilot[Any]) -> None:
        await wait_for_text(pilot, "does not answer")

    assert snap_compare(fake_app(services), terminal_size=size, run_before=told)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_looks_with_a_refused_token(size: tuple[int, int], snap_compare: Compare) -> None:
    services = FakeServices([])
    services.catalog.failure = Unauthorized("Omni rejected the API key.", "Check OMNI_API_TOKEN.")
    assert snap_compare(fake_app(services), terminal_size=size, run_before=troubled)


def with_jobs(services: FakeServices) -> None:
    """Return services with one job in each visible state, and a few requests."""
    engine = services.engine
    saved = engine.add(name="Sales Overview")
    engine.move(saved.id, JobState.STARTING)
    path = services.download_folder / "Sales Overview.pdf"
    engine.move(saved.id, JobState.DONE, after_seconds=14, path=path, bytes_received=1_234_567)
    running = engine.add(name="Blob Web Traffic", fmt=Format.XLSX)
    engine.move(running.id, JobState.RENDERING, after_seconds=1)
    waiting = engine.add(name="Weekly Web Traffic", fmt=Format.CSV)
    engine._put(replace(waiting, note="waiting for another export of this dashboard"))
    failed = engine.add(name="Churn Cohorts")
    engine.fail(failed.id, "A tile failed to render.", "Look at it in Omni.", after_seconds=31)
    for number in range(1, 6):
        services.exchanges.put(exchange(number))
